"""Measure steps in child processes: time, peak memory, and the ratio to a floor.

A step is an importable function with its arguments. Each runs in a fresh process, so what one
step leaves in memory is not charged to the next::

    bench = Bench("store")
    bench.run("bare read", bare_read, path, rows=100_000)
    bench.run("read frame", read_frame, path, rows=100_000, floor="bare read", limit=3.0)
    bench.finish()
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import statistics
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / "build" / "bench"
# Sizes between which the cost of a row is compared, and how far it may grow where people wait.
GROWTH_ROWS = 10_000, 1_000_000
MOST_GROWTH = 1.3

# Children import this file before the step they run, so they find staged plugin and helpers of tests, too.
for _folder in (str(ROOT / "tests"), str(ROOT / "build" / "plugins")):
    if _folder not in sys.path:
        sys.path.insert(0, _folder)


@dataclass(frozen=True)
class Measurement:
    """What one step cost.

    ``peak_mb`` is the highest resident memory of the child, ``start_mb`` what it held before
    the step began (the interpreter and the packages loaded by ``prepare``).
    """

    seconds: float
    peak_mb: float
    start_mb: float
    cpu_seconds: float
    value: Any = None


@dataclass(frozen=True)
class Row:
    """One line of the table; where the CPU time is known, the ratio is that of CPU times."""

    step: str
    rows: int
    seconds: float
    peak_mb: float
    floor: str | None = None
    ratio: float | None = None
    limit: float | None = None
    limit_mb: float | None = None
    cpu_seconds: float | None = None
    limit_s: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the step keeps its limits."""
        slow = self.limit is not None and (self.ratio is None or self.ratio > self.limit)
        spent = self.seconds if self.cpu_seconds is None else self.cpu_seconds
        slow |= self.limit_s is not None and spent > self.limit_s
        return not slow and not (self.limit_mb is not None and self.peak_mb > self.limit_mb)


class Cost(NamedTuple):
    """Wall and CPU time of a step; medians where it ran several times."""

    seconds: float
    cpu_seconds: float


class Stopwatch:
    """Times of steps that run by turns in one process.

    ::

        watch = Stopwatch()
        with watch.timing("floor"):
            ...
        watch.cost("floor")
    """

    def __init__(self) -> None:
        self._times: dict[str, list[tuple[float, float]]] = {}

    @contextmanager
    def timing(self, step: str, times: int = 1) -> Iterator[None]:
        """Time what is done, as one of ``times`` like it."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        cost = ((time.perf_counter() - wall) / times, (time.process_time() - cpu) / times)
        self._times.setdefault(step, []).append(cost)

    def cost(self, step: str) -> Cost:
        """Return the medians of a step."""
        return Cost(*(statistics.median(values) for values in zip(*self._times[step])))

    def costs(self) -> dict[str, tuple[float, float]]:
        """Return the medians of all steps, as plain values."""
        return {step: tuple(self.cost(step)) for step in self._times}


def memory_mb(field: str = "VmRSS", process: int | str = "self") -> float:
    """Read a line of the status of a process in MB; what this one takes now by default.

    ``VmHWM`` belongs to this program alone; getrusage would also count what the parent held
    before this process was started.
    """
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _child(
    pipe: Any,
    function: Callable[..., Any],
    prepare: Any,
    before_each: Any,
    args: tuple[Any, ...],
    repeat: int,
) -> None:
    """Run the step and send back what it cost, or the traceback."""
    try:
        if prepare is not None:
            args = (prepare(*args),)
        start_mb = memory_mb("VmRSS")
        watch = Stopwatch()
        value = None
        for turn in range(repeat):
            if before_each is not None:
                before_each(*args, turn)
            with watch.timing("step"):
                value = function(*args)
        cost = watch.cost("step")
        # Results stay in the child unless they are plain: a frame would take longer than the step.
        plain = value if isinstance(value, (bool, int, float, str, dict, list, type(None))) else None
        pipe.send((cost.seconds, memory_mb("VmHWM"), start_mb, cost.cpu_seconds, plain))
    except BaseException:  # noqa: BLE001 (whatever it was, the parent must hear of it)
        pipe.send(traceback.format_exc())
    finally:
        pipe.close()


def measure(
    function: Callable[..., Any],
    *args: Any,
    prepare: Callable[..., Any] | None = None,
    before_each: Callable[..., Any] | None = None,
    repeat: int = 1,
) -> Measurement:
    """Run ``function(*args)`` in a fresh process and return what it cost.

    Parameters
    ----------
    function
        Function at the top level of a module.
    args
        What it is called with; must be picklable.
    prepare
        Called first with the same arguments, off the clock; its result then is the only
        argument of the function.
    before_each
        Called before each run, off the clock, with the arguments of the function and the number of the run.
    repeat
        Runs in the same process; the median time counts.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, function, prepare, before_each, args, repeat))
    process.start()
    theirs.close()
    try:
        answer = ours.recv()
    except EOFError:
        process.join()
        message = f"{function.__name__} died with exit code {process.exitcode}"
        raise RuntimeError(message) from None
    process.join()
    if isinstance(answer, str):
        message = f"{function.__name__} failed:\n{answer}"
        raise RuntimeError(message)
    return Measurement(*answer)


class Bench:
    """A named set of steps, its table and its stored figures.

    Ratios are those of wall times; ``by_cpu`` those of CPU times, which change less with other work. With
    ``most_growth``, a step with a limit for a million rows may cost at most so many times what it costs a row
    with 10,000.
    """

    def __init__(
        self, name: str, store: Path = STORE, *, by_cpu: bool = False, most_growth: float | None = None
    ) -> None:
        self.name = name
        self.rows: list[Row] = []
        self._store = store
        self._by_cpu = by_cpu
        self._most_growth = most_growth

    def run(
        self,
        step: str,
        function: Callable[..., Any],
        *args: Any,
        rows: int,
        floor: str | None = None,
        limit: float | None = None,
        limit_mb: float | None = None,
        limit_s: float | None = None,
        prepare: Callable[..., Any] | None = None,
        before_each: Callable[..., Any] | None = None,
        repeat: int = 1,
    ) -> Measurement:
        """Measure one step and print its line.

        Parameters
        ----------
        step
            Name of the step.
        rows
            Rows it works on; a ratio is only taken between steps on as many rows.
        floor
            Name of an earlier step: the ratio of the times is reported.
        limit
            Highest ratio to the floor that is accepted.
        limit_mb
            Highest peak memory that is accepted, in MB.
        limit_s
            Highest time that is accepted, s; CPU time where the ladder counts that.
        """
        cost = measure(function, *args, prepare=prepare, before_each=before_each, repeat=repeat)
        cpu_seconds = cost.cpu_seconds if self._by_cpu else None
        ratio = None
        if floor is not None:
            base = [row for row in self.rows if row.step == floor and row.rows == rows]
            if not base:
                message = f"{step}: its floor “{floor}” was not measured on {rows} rows"
                raise ValueError(message)
            if self._by_cpu:
                ratio = cost.cpu_seconds / (base[-1].cpu_seconds or base[-1].seconds)
            else:
                ratio = cost.seconds / base[-1].seconds
        row = Row(step, rows, cost.seconds, cost.peak_mb, floor, ratio, limit, limit_mb, cpu_seconds, limit_s)
        self.rows.append(row)
        print(line(row), flush=True)
        return cost

    def add(
        self,
        step: str,
        cost: Cost,
        *,
        rows: int,
        peak_mb: float,
        floor: str | None = None,
        limit: float | None = None,
        limit_mb: float | None = None,
        limit_s: float | None = None,
    ) -> None:
        """Take in a step that was measured by turns with others, and print its line.

        Parameters
        ----------
        floor
            Name of an earlier step on as many rows: the ratio of the CPU times is reported.
        limit
            Highest ratio to the floor that is accepted.
        limit_mb
            Highest peak memory that is accepted, in MB.
        limit_s
            Highest CPU time that is accepted, s.
        """
        ratio = None
        if floor is not None:
            base = next(row for row in reversed(self.rows) if (row.step, row.rows) == (floor, rows))
            ratio = cost.cpu_seconds / (base.cpu_seconds or base.seconds)
        row = Row(step, rows, cost.seconds, peak_mb, floor, ratio, limit, limit_mb, cost.cpu_seconds, limit_s)
        self.rows.append(row)
        print(line(row), flush=True)

    def growths(self) -> dict[str, float]:
        """Return how many times what a row costs among 10,000 it costs among a million, by step."""
        costs = {
            (row.step, row.rows): ((self._by_cpu and row.cpu_seconds) or row.seconds) / row.rows
            for row in self.rows
        }
        few, many = GROWTH_ROWS
        limited = [row.step for row in self.rows if row.rows == many and row.limit is not None]
        return {step: costs[step, many] / costs[step, few] for step in limited if (step, few) in costs}

    def save(self) -> Path:
        """Store the figures as JSON and add them to the history; return the file."""
        self._store.mkdir(parents=True, exist_ok=True)
        record = {
            "name": self.name,
            "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "machine": {
                "cpus": os.cpu_count(),
                "python": platform.python_version(),
                "system": platform.platform(),
            },
            "rows": [{**asdict(row), "holds": row.holds} for row in self.rows],
        }
        path = self._store / f"{self.name}.json"
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")
        partial.replace(path)
        with (self._store / "history.jsonl").open("a", encoding="utf-8") as history:
            history.write(json.dumps(record, ensure_ascii=False) + "\n")
        return path

    def finish(self) -> int:
        """Store the figures, print the table, and return 1 if a limit was broken, else 0."""
        path = self.save()
        print(f"\n{table(self.name, self.rows)}\n{path}")
        broken = [row.step for row in self.rows if not row.holds]
        if self._most_growth is not None:
            for step, growth in self.growths().items():
                print(f"a row of a million costs {growth:.2f} times one of 10,000: {step}")
                if growth > self._most_growth:
                    broken.append(f"{step} (growth)")
        if broken:
            print("over the limit: " + ", ".join(broken))
        return 1 if broken else 0


_WIDTHS = {"rows": 11, "seconds": 10, "CPU s": 10, "rows/s": 12, "peak MB": 9, "ratio": 8, "limit": 7}
HEADER = f"{'step':<34}" + "".join(f"{word:>{width}}" for word, width in _WIDTHS.items())


def line(row: Row) -> str:
    """Return a row as a line of the table."""
    speed = f"{row.rows / row.seconds:,.0f}" if row.seconds > 0 else ""
    ratio, limit = (
        "" if one is None else f"{one:.2f}" if one >= 0.1 else f"{one:.4f}" for one in (row.ratio, row.limit)
    )
    cpu = "" if row.cpu_seconds is None else f"{row.cpu_seconds:.4f}"
    mark = "" if row.holds else "  over"
    return (
        f"{row.step:<34}{row.rows:>11,}{row.seconds:>10.4f}{cpu:>10}{speed:>12}{row.peak_mb:>9.0f}"
        f"{ratio:>8}{limit:>7}{mark}"
    )


def table(title: str, rows: list[Row]) -> str:
    """Return the whole table as text."""
    return "\n".join([title, HEADER, "-" * len(HEADER), *(line(row) for row in rows)])
