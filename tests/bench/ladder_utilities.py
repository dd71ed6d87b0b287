"""Scoring utilities: as one network against each alone, by two processes, and after one in ten changed.

Ten of them, more where each would have more than 100,000 pipes. Processor times, so that other work on the
machine hardly counts; what is loaded before a run is not counted. Two processes take as long as the busier
one, or as half of all that is done, since two cores do it.

The sums of their cohorts against those of DuckDB, which is for developers alone: without it
(``build/venv/bin/python -m pip install --no-deps duckdb``) that is left out.

python tests/bench/ladder_utilities.py [rows ...]
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness import STORE, Bench, Cost, measure, memory_mb
from ladder_health import AS_OF, SEED, _failures, _pipes

SIZES = (100_000, 1_000_000)
LEAST_UTILITIES, MOST_PIPES = 10, 100_000
# Sums of cohorts against DuckDB's over the same files: 6 were measured.
SUMS_LIMIT = 9.0
# Of a run of all: what adding up takes, and one after a tenth of the utilities changed.
REDUCE_LIMIT, CHANGED_LIMIT = 0.02, 0.15
PEAK_MB = 512
SUMMED_AT_ONCE = 8
# Until here starting two processes is more than a little of what they do.
LEAST_SHARED = 10_000_000
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


@dataclass(frozen=True)
class Scoring:
    """A run: which utilities, how they are pooled, by how many processes, and whether all is new."""

    folder: Path
    pool: str
    workers: int = 1
    afresh: bool = True


def loaded(scoring: Scoring) -> Scoring:
    """Load what a run needs."""
    for name in ("pyarrow.parquet", "waternet_plugin.operations.utilities.score_utilities"):
        importlib.import_module(name)
    return scoring


def changed(scoring: Scoring) -> Scoring:
    """Take the last failure of every tenth utility away, after all were scored."""
    import pyarrow.parquet

    loaded(scoring)
    for file in sorted(scoring.folder.glob("*.failure.parquet"))[::10]:
        rows = pyarrow.parquet.read_table(file)
        pyarrow.parquet.write_table(rows.slice(0, len(rows) - 1), file)
    return scoring


def score(scoring: Scoring) -> int:
    """Score all utilities."""
    from waternet_plugin.operations.utilities.score_utilities import ScoreUtilitiesRequest, score_utilities

    folder, pool, workers = scoring.folder, scoring.pool, scoring.workers
    output = folder.with_name(f"{folder.name}_{pool}_{workers}")
    if scoring.afresh:
        shutil.rmtree(output, ignore_errors=True)
    return score_utilities(ScoreUtilitiesRequest([str(folder)], output, AS_OF, pool, workers)).rated_pipes


def score_and_time_sums(scoring: Scoring) -> float:
    """Score all utilities and return the processor time of adding up what they come to, s."""
    from waternet_plugin.operations.utilities import score_utilities

    spent = 0.0

    def summed(run: Any, *asked: Any, merge: Any, **more: Any) -> Any:
        def timed(parts: Any) -> Any:
            nonlocal spent
            begun = time.process_time()
            total = merge(parts)
            spent += time.process_time() - begun
            return total

        return plain(run, *asked, merge=timed, **more)

    plain, score_utilities._Run._summed = score_utilities._Run._summed, summed
    score(scoring)
    return spent


class WatchedProcesses:
    """Processor time (s) and highest memory (MB) of the processes that this one started, by number."""

    def __init__(self) -> None:
        self.seconds: dict[int, float] = {}
        self.peak_mb: dict[int, float] = {}

    def look(self) -> None:
        """Note what each has come to."""
        import psutil

        for process in psutil.Process().children(recursive=True):
            try:
                times = process.cpu_times()
                self.peak_mb[process.pid] = memory_mb("VmHWM", process.pid)
                self.seconds[process.pid] = times.user + times.system
            except (psutil.Error, OSError, ValueError):
                # It has just ended.
                continue

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look again and again."""
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(1.0):
                self.look()

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def score_by_processes(scoring: Scoring) -> dict[str, float]:
    """Score all utilities; return times as the top of this file says, and the most that a process took."""
    watched, begun, own = WatchedProcesses(), time.perf_counter(), time.process_time()
    with watched.watching():
        score(scoring)
    own = time.process_time() - own
    every = [own, *watched.seconds.values()]
    return {
        "seconds": time.perf_counter() - begun,
        "cpu_seconds": max(*every, sum(every) / scoring.workers),
        "peak_mb": max(watched.peak_mb.values()),
    }


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
    pending: list[Sums] = []
    for each in sources:
        part, options = read_part(each.utility, each.facts), rating_options(each.facts)
        pending.append(records_of_part(part, norms, AS_OF, options, each.settings).sums(each.settings))
        # Some at once, as a run adds them up.
        if len(pending) == SUMMED_AT_ONCE:
            pending = [Sums.merged(pending)]
    sums = Sums.merged(pending)
    return len(sums.cohorts.keys["size"])


def sums_by_duckdb(folder: Path) -> int:
    """Sum up the same by DuckDB, in one thread: exposure, length, failures and pipes of each cohort."""
    # A module by its name: nothing that installs the project brings it.
    duckdb = importlib.import_module("duckdb")
    with duckdb.connect(config={"threads": 1}) as database:
        return len(database.execute(_SUMS.format(folder=folder, as_of=AS_OF, year=AS_OF.year)).fetchall())


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("utilities", by_cpu=True)
    for rows in sizes:
        folder = make(rows)
        largest = rows >= 1_000_000
        alone, group = Scoring(folder, "alone"), Scoring(folder, "group")
        bench.run("each alone", score, alone, rows=rows, prepare=loaded, limit_mb=PEAK_MB)
        bench.run(
            "a tenth changed",
            score,
            replace(alone, afresh=False),
            rows=rows,
            prepare=changed,
            floor="each alone",
            limit=CHANGED_LIMIT if largest else None,
        )
        one = bench.run(
            "as one network",
            score_and_time_sums,
            group,
            rows=rows,
            prepare=loaded,
            floor="each alone",
            limit=1.8 if largest else None,
            limit_mb=PEAK_MB,
        )
        bench.add(
            "adding up",
            Cost(one.value, one.value),
            rows=rows,
            peak_mb=one.peak_mb,
            floor="as one network",
            limit=REDUCE_LIMIT if largest else None,
        )
        # What a pipe is rated by is of all: each result is written anew.
        bench.run(
            "as one network, a tenth changed",
            score,
            replace(group, afresh=False),
            rows=rows,
            prepare=changed,
            floor="as one network",
        )
        two = measure(score_by_processes, replace(group, workers=2), prepare=loaded).value
        bench.add(
            "as one network, two processes",
            Cost(two["seconds"], two["cpu_seconds"]),
            rows=rows,
            peak_mb=two["peak_mb"],
            floor="as one network",
            limit=1 / 1.8 if rows >= LEAST_SHARED else None,
            limit_mb=PEAK_MB,
        )
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
