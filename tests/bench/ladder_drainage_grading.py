"""Grading the inspections of 200k defects against the bare Arrow read of these defects.

python tests/bench/ladder_drainage_grading.py [rows ...]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from harness import STORE, Bench

SIZES = (20_000, 200_000)
DEFECTS_PER_INSPECTION = 5
SEED = 16
LIMIT = 8.0


def _frames(rows: int) -> dict[str, pd.DataFrame]:
    """Return pipes with one inspection each and their defects, a third by each standard."""
    random = np.random.default_rng(SEED)
    looked = rows // DEFECTS_PER_INSPECTION
    number = np.arange(looked)
    names = np.array([f"I{one:06d}" for one in number], dtype=object)
    standard = np.array(["cjj_181", "pacp", "en_13508"], dtype=object)[number % 3]
    of = np.sort(random.integers(0, looked, rows))
    by = standard[of]
    grade = random.integers(1, 5, rows).astype(float)
    codes = random.choice(np.array(["PL", "BX", "CK", "QF", "SL", "CJ", "JG", "SG"], dtype=object), rows)
    raw = random.choice(np.array(["BABB", "BAFA", "BAF A1", "BAF B1", "BBA"], dtype=object), rows)
    family = random.choice(np.array(["structural", "functional"], dtype=object), rows)
    numbers = random.choice(np.array([10.0, 100, 200, 300, 400]), rows)
    european = by == "en_13508"
    return {
        "pipe": pd.DataFrame(
            {
                "pipe_id": np.array([f"P{one:06d}" for one in number], dtype=object),
                "length_m": random.uniform(15, 60, looked),
                "diameter_mm": random.choice([300.0, 600, 1000, 1600], looked),
                "width_mm": np.nan,
                "height_mm": np.nan,
                "road_class": random.choice(np.array(["local", "arterial", None], dtype=object), looked),
                "k_area": np.nan,
                "t_soil": random.choice([0.0, 8, 10], looked),
            }
        ),
        "inspection": pd.DataFrame(
            {
                "inspection_id": names,
                "pipe_id": np.array([f"P{one:06d}" for one in number], dtype=object),
                "date": np.datetime64("2024-01-01") + number % 900,
                "standard": standard,
                "length_m": random.uniform(15, 60, looked),
            }
        ),
        "defect": pd.DataFrame(
            {
                "defect_id": np.array([f"D{one:07d}" for one in range(rows)], dtype=object),
                "inspection_id": names[of],
                "code": np.where(by == "cjj_181", codes, None),
                "code_raw": np.where(european, raw, codes),
                "grade": np.where(european, np.nan, grade),
                "family": np.where(by == "pacp", family, None),
                "number_d": np.where(european, numbers, np.nan),
                "number_s": np.nan,
                "number_b": np.where(european & (grade > 3), numbers, np.nan),
                "position_m": random.uniform(0, 60, rows),
                "length_m": np.nan,
            }
        ),
    }


def _file(rows: int) -> str:
    """Return a network of that many defects, made once."""
    from waternet_plugin import store

    path = Path(STORE) / f"grading_{rows}.gpkg"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        frames = _frames(rows)
        with store.create_network(path, "EPSG:4547") as network, network.write("adopt") as batch:
            for table in ("inspection", "defect"):
                batch.insert(table, frames[table])
    return str(path)


def bare_read(path: str) -> int:
    """Stream every column of the defects through Arrow and throw them away."""
    import pyogrio

    with pyogrio.open_arrow(path, layer="defect", use_pyarrow=True) as (_meta, reader):
        return sum(len(batch) for batch in reader)


def prepare(rows: int) -> dict[str, pd.DataFrame]:
    """Return the rows as the network gives them, the pipes as made."""
    from waternet_plugin import store
    from waternet_plugin.core.drainage.grading.inspection_grades import DEFECT_COLUMNS, INSPECTION_COLUMNS

    with store.open_network(_file(rows)) as network:
        return {
            "inspection": network.read("inspection", list(INSPECTION_COLUMNS), geometry=False),
            "defect": network.read("defect", list(DEFECT_COLUMNS), geometry=False),
            "pipe": _frames(rows)["pipe"],
        }


def grade(frames: dict[str, Any]) -> int:
    """Grade every inspection."""
    from waternet_plugin.core.drainage.grading.inspection_grades import grade_inspections

    return grade_inspections(frames["inspection"], frames["defect"], frames["pipe"]).graded


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("drainage_grading")
    for rows in sizes:
        bench.run("bare Arrow read", bare_read, _file(rows), rows=rows, repeat=3)
        bench.run(
            "grade",
            grade,
            rows,
            rows=rows,
            prepare=prepare,
            floor="bare Arrow read",
            # Fixed costs of a few ms rule the small one; the limit is that of 200k.
            limit=LIMIT if rows >= 200_000 else None,
            repeat=3,
        )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
