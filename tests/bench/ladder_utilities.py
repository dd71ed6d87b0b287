"""Scoring utilities: as one network against each alone, by two processes, and after one in ten changed.

Ten of them, more where each would have more than 100,000 pipes.

The sums of their cohorts against those of DuckDB, which is for developers alone: without it
(``build/venv/bin/python -m pip install --no-deps duckdb``) that is left out.

python tests/bench/ladder_utilities.py [rows ...]
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import sys
from pathlib import Path

from harness import STORE, Bench
from ladder_health import AS_OF, SEED, _failures, _pipes

SIZES = (100_000, 1_000_000)
LEAST_UTILITIES, MOST_PIPES = 10, 100_000
# Sums of cohorts against DuckDB's over the same files: 6 were measured.
SUMS_LIMIT = 9.0
_SUMS = """
    WITH broken AS (
        SELECT pipe_id, count(*) AS failures FROM '{folder}/*.failure.parquet'
        WHERE match_state = 'matched' AND date <= DATE '{as_of}' GROUP BY pipe_id
    )
    SELECT material, install_year,
        (diameter_mm > 200)::int + (diameter_mm > 300)::int + (diameter_mm > 600)::int AS size,
        sum(length_m * greatest({year} - install_year, 0)), sum(length_m), sum(failures), count(*)
    FROM '{folder}/*.pipe.parquet' LEFT JOIN broken USING (pipe_id)
    WHERE system = 'potable' AND coalesce("function", '') <> 'connector' AND length_m > 0
    GROUP BY ALL
"""


def _folder(rows: int) -> Path:
    return STORE / f"utilities_{rows}"


def make(rows: int) -> Path:
    """Write utilities that have some pipes together, and return their folder."""
    from support.scored_utilities import write_utility

    from waternet_plugin.core.health.utilities.pooled import Part

    folder = _folder(rows)
    if not folder.exists():
        folder.mkdir(parents=True)
        utilities = max(LEAST_UTILITIES, rows // MOST_PIPES)
        for number in range(utilities):
            pipes = _pipes(rows // utilities, SEED + 2 * number)
            failures = _failures(pipes, SEED + 2 * number + 1).assign(match_state="matched")
            on = pipes["pipe_id"].sample(len(failures), replace=True, random_state=number)
            failures["pipe_id"] = on.to_numpy()
            write_utility(folder, f"U{number:03d}", Part(pipes, failures))
    return folder


def score(folder: Path, pool: str, workers: int = 1, *, afresh: bool = True) -> int:
    """Score all utilities."""
    from waternet_plugin.operations.utilities.score_utilities import ScoreUtilitiesRequest, score_utilities

    output = folder.with_name(f"{folder.name}_{pool}_{workers}")
    if afresh:
        shutil.rmtree(output, ignore_errors=True)
    return score_utilities(ScoreUtilitiesRequest([str(folder)], output, AS_OF, pool, workers)).rated_pipes


def change(folder: Path) -> Path:
    """Take the last failure of every tenth utility away and return the folder."""
    import pyarrow.parquet

    for file in sorted(folder.glob("*.failure.parquet"))[::10]:
        rows = pyarrow.parquet.read_table(file)
        pyarrow.parquet.write_table(rows.slice(0, len(rows) - 1), file)
    return folder


def score_changed(folder: Path) -> int:
    """Score again what was scored before."""
    return score(folder, "alone", afresh=False)


def cohort_sums(folder: Path) -> int:
    """Sum up the cohorts of all utilities as one network."""
    from waternet_plugin.core.health.pooling.sums import Norms, Sums
    from waternet_plugin.core.health.utilities.pooled import norms_of_part, records_of_part
    from waternet_plugin.operations.utilities.partitions import rating_options, read_norm_part, read_part
    from waternet_plugin.operations.utilities.passes import look_at
    from waternet_plugin.store.partitions.partition_files import Utility

    names = [file.name.partition(".")[0] for file in sorted(folder.glob("*.failure.parquet"))]
    sources = [look_at(Utility(name, folder)) for name in names]
    norms = Norms.merged(
        norms_of_part(read_norm_part(each.utility), AS_OF, each.settings) for each in sources
    )
    sums = Sums.merged(
        records_of_part(
            read_part(each.utility, each.facts), norms, AS_OF, rating_options(each.facts), each.settings
        ).sums(each.settings)
        for each in sources
    )
    return len(sums.cohorts.keys["size"])


def sums_by_duckdb(folder: Path) -> int:
    """Sum up the same by DuckDB, in one thread: exposure, length, failures and pipes of each cohort."""
    # A module by its name: nothing that installs the project brings it.
    duckdb = importlib.import_module("duckdb")
    with duckdb.connect(config={"threads": 1}) as database:
        return len(database.execute(_SUMS.format(folder=folder, as_of=AS_OF, year=AS_OF.year)).fetchall())


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("utilities")
    for rows in sizes:
        folder = make(rows)
        bench.run("each alone", score, folder, "alone", rows=rows)
        largest = rows >= 1_000_000
        bench.run(
            "a tenth changed",
            score_changed,
            folder,
            rows=rows,
            prepare=change,
            floor="each alone",
            limit=0.25,
        )
        bench.run(
            "as one network",
            score,
            folder,
            "group",
            rows=rows,
            floor="each alone",
            limit=1.8 if largest else None,
            limit_mb=512,
        )
        bench.run("as one network, two processes", score, folder, "group", 2, rows=rows)
        if importlib.util.find_spec("duckdb") is None:
            print("DuckDB is not installed: its sums are not compared.")
            continue
        bench.run("cohorts by DuckDB", sums_by_duckdb, folder, rows=rows, repeat=3)
        bench.run(
            "cohorts",
            cohort_sums,
            folder,
            rows=rows,
            floor="cohorts by DuckDB",
            limit=SUMS_LIMIT if largest else None,
            repeat=3,
        )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
