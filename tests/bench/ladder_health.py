"""Matching and assessing 10k, 100k and 1M pipes against a nearest-point query and the bare Arrow read.

python tests/bench/ladder_health.py [rows ...]
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from harness import MOST_GROWTH, STORE, Bench

SIZES = (10_000, 100_000, 1_000_000)
FAILURES_PER_PIPE = 0.3
AS_OF = datetime.date(2023, 12, 31)
SEED = 20


def _pipes(rows: int, seed: int = SEED) -> Any:
    """Return pipes of all systems, scattered as densely as a town's, no two alike."""
    import geopandas as gpd
    import shapely

    random = np.random.default_rng(seed)
    side = np.sqrt(rows) * 30
    start = random.uniform(0, side, (rows, 2)) + np.array([400_000, 2_500_000])
    length = random.gamma(1.2, 60, rows) + 1
    angle = random.uniform(0, 2 * np.pi, rows)
    end = start + (length * [np.cos(angle), np.sin(angle)]).T
    nothing = np.full(rows, None, dtype=object)

    def words(choices: list[str | None], shares: list[float] | None = None) -> np.ndarray:
        return random.choice(np.array(choices, dtype=object), rows, p=shares)

    frame = pd.DataFrame(
        {
            "pipe_id": np.array([f"P{number:07d}" for number in range(rows)], dtype=object),
            "system": words(["potable", "sewage", "storm"], [0.7, 0.2, 0.1]),
            "function": nothing,
            "status": np.full(rows, "in_use", dtype=object),
            "material": words(["cast_iron", "ductile_iron", "pvc", "pe", "steel"]),
            "diameter_mm": random.choice([80.0, 100, 150, 200, 300, 400, 600, 800], rows),
            "length_m": length,
            "install_year": random.integers(1950, 2024, rows).astype(float),
            "retired_on": np.full(rows, "NaT", dtype="datetime64[ns]"),
            "street": np.array([f"street {number // 40}" for number in range(rows)], dtype=object),
            "lining": nothing,
            "soil": words(["low", "high", None]),
            "road_class": words(["local", "arterial", None]),
            "pressure_mpa": np.full(rows, np.nan),
            "pressure_max_mpa": np.full(rows, np.nan),
        }
    )
    lines = shapely.linestrings(np.stack([start, end], axis=1))
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(lines, crs="EPSG:4547")).rename_geometry("geom")


def _failures(pipes: Any, seed: int = SEED + 1) -> Any:
    """Return failures beside pipes, half of them with an id."""
    import geopandas as gpd
    import shapely

    rows = int(len(pipes) * FAILURES_PER_PIPE)
    random = np.random.default_rng(seed)
    pipe = random.integers(0, len(pipes), rows)
    along = shapely.line_interpolate_point(
        pipes["geom"].to_numpy()[pipe], random.random(rows), normalized=True
    )
    place = shapely.get_coordinates(along) + random.normal(0, 2, (rows, 2))
    day = random.integers(0, 20 * 365, rows)
    nothing = np.full(rows, None, dtype=object)
    frame = pd.DataFrame(
        {
            "failure_id": np.array([f"F{number:07d}" for number in range(rows)], dtype=object),
            "date": (np.datetime64("2004-01-01") + day).astype("datetime64[ns]"),
            "kind": np.full(rows, "main_break", dtype=object),
            "street": nothing,
            "reported_pipe_id": np.where(random.random(rows) < 0.5, pipes["pipe_id"].to_numpy()[pipe], None),
            "pipe_id": nothing,
            "match_state": nothing,
        }
    )
    points = gpd.GeoSeries(gpd.points_from_xy(place[:, 0], place[:, 1]), crs="EPSG:4547")
    return gpd.GeoDataFrame(frame, geometry=points).rename_geometry("geom")


def _file(rows: int) -> Path:
    """Return a plain GeoPackage of the pipes with all columns of the table, made once for these columns."""
    import pyogrio

    from waternet_plugin.core.frames import conform
    from waternet_plugin.core.schema.tables import table

    path = STORE / f"health_{rows}_{len(table('pipe').fields)}.gpkg"
    if not path.exists():
        STORE.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part.gpkg")
        pyogrio.write_dataframe(conform(_pipes(rows), "pipe"), partial, layer="pipe", driver="GPKG")
        partial.replace(path)
    return path


def bare_read(path: Path) -> int:
    """Stream every column of the pipes through Arrow and throw them away."""
    import pyogrio

    with pyogrio.open_arrow(path, layer="pipe", use_pyarrow=True) as (_meta, reader):
        return sum(len(batch) for batch in reader)


def prepare_match(rows: int) -> tuple[Any, Any]:
    """Return pipes and failures."""
    pipes = _pipes(rows)
    return pipes, _failures(pipes)


def nearest_points(data: tuple[Any, Any]) -> int:
    """Ask for the nearest pipe end of every failure."""
    import shapely
    from scipy.spatial import cKDTree

    pipes, failures = data
    tree = cKDTree(shapely.get_coordinates(pipes["geom"].to_numpy()))
    distance, _ = tree.query(shapely.get_coordinates(failures["geom"].to_numpy()))
    return len(distance)


def match(data: tuple[Any, Any]) -> int:
    """Match every failure."""
    from waternet_plugin.core.health.matching.matching import match_failures

    return match_failures(data[1], data[0]).counts["matched"]


def prepare_assess(rows: int) -> tuple[Any, Any]:
    """Return pipes and matched failures."""
    from waternet_plugin.core.health.matching.matching import match_failures, with_matches

    pipes, failures = prepare_match(rows)
    return pipes, with_matches(failures, match_failures(failures, pipes))


def assess(data: tuple[Any, Any]) -> int:
    """Assess every pipe by the default model, ambiguous failures placed in their cohorts."""
    from waternet_plugin.core.health.risk.assessment import assess as assess_pipes

    return assess_pipes(data[0], data[1], as_of=AS_OF).summary.rated_pipes


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("health", most_growth=MOST_GROWTH)
    for rows in sizes:
        # Fixed costs of a few ms rule the small ones; the limits are those of a million.
        largest = rows >= 1_000_000
        bench.run("bare Arrow read", bare_read, _file(rows), rows=rows, repeat=3)
        bench.run(
            "assess",
            assess,
            rows,
            rows=rows,
            prepare=prepare_assess,
            floor="bare Arrow read",
            limit=2.5 if largest else None,
            limit_mb=4096,
            repeat=3,
        )
        bench.run("nearest points", nearest_points, rows, rows=rows, prepare=prepare_match, repeat=3)
        bench.run(
            "match",
            match,
            rows,
            rows=rows,
            prepare=prepare_match,
            floor="nearest points",
            limit=1.55 if largest else None,
            limit_mb=4096,
            repeat=3,
        )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
