"""Inside desktop QGIS: how long its own thread stands still at each step of a way, and what it was at.

A timer in the event loop notes when it comes late. A thread beside it looks meanwhile where the main thread
is, and where tasks are that may hold the interpreter's lock: where such a look comes late itself, a task has
kept that lock in one call, which it has just ended. What the script of the way takes is left out.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import re
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from qgis.PyQt.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from hands import Condition, Script

TICK_MS, LOOK_S = 10, 0.02
STILL_MS = 50.0
LATE_MS = 50.0
_LOOKED_WITHIN_S = 2.0
_PLUGIN = "waternet_plugin"
_IN_TASK = "task: "
# Who asks for what QGIS does by itself then, as by its own buttons: it reads, closes and writes a project.
_ASKS_QGIS = (".addProject(", ".newProject(", "project.write(")
# While it waits for these, a task keeps nobody waiting: they let other threads run.
_LETS_RUN = ("time.sleep(", "cursor.execute(")
# What faulthandler writes.
_THREAD = re.compile(r"(?:Current thread|Thread) 0x([0-9a-f]+) ")
_CALL = re.compile(r'  File "(.*)", line (\d+) in (.*)')
_HERE = str(Path(__file__).resolve().parent)


class Call(NamedTuple):
    """A call on a stack."""

    file: str
    line: int
    function: str


# The innermost call first.
Stack = tuple[Call, ...]


@dataclass(frozen=True)
class Look:
    """Where the main thread was when it was looked at, and what it had computed since the look before."""

    line: str
    # What stands in its lines is read at the end, for texts of files stay in memory, which is measured too.
    stack: Stack
    cpu_ms: float
    # By how much the look came late, and where tasks were then.
    late_ms: float = 0.0
    tasks: tuple[Stack, ...] = ()

    @property
    def is_of_ours(self) -> bool:
        """Whether code of the plugin was met, be it in a task."""
        return not self.line.startswith("QGIS")

    @property
    def is_computed_by_ours(self) -> bool:
        """Whether the main thread itself was in code of the plugin."""
        return self.is_of_ours and not self.line.startswith(_IN_TASK)


@dataclass
class Standstill:
    """One time for which the main thread heard no event, and what it was at whenever it was looked at."""

    step: str
    # By the clock of the system, so that samples of other programs can be laid beside it.
    begun_s: float
    wall_ms: float
    cpu_ms: float
    looks: list[Look] = field(repr=False)

    @property
    def ours_share(self) -> float:
        """The share of the looks that found code of the plugin in the main thread, or in a task alone."""
        return sum(look.is_of_ours for look in self.looks) / max(len(self.looks), 1)

    @property
    def ours_ms(self) -> float:
        """How long of it code of the plugin ran, by the looks that found it; the rest is QGIS's own."""
        return self.wall_ms * self.ours_share

    @property
    def cpu_of_ours_ms(self) -> float:
        """What the main thread computed in code of the plugin, by what it computed until each look."""
        seen_ms = sum(look.cpu_ms for look in self.looks)
        ours_ms = sum(look.cpu_ms for look in self.looks if look.is_computed_by_ours)
        return self.cpu_ms * ours_ms / seen_ms if seen_ms else 0.0

    @property
    def what_ran(self) -> str:
        """The line that was met most often."""
        met = Counter(look.line for look in self.looks)
        return met.most_common(1)[0][0] if met else "not looked at"

    def computed(self) -> list[str]:
        """Return what the main thread computed, ms, with the stacks it was met in, the longest first."""
        parts: Counter[tuple[str, Stack]] = Counter()
        for look in self.looks:
            parts[look.line, look.stack] += look.cpu_ms
        return [f"{cpu_ms:.0f} ms {line}\n{_text_of(stack)}" for (line, stack), cpu_ms in parts.most_common()]

    def locked(self) -> list[str]:
        """Return the tasks that kept the interpreter's lock in one call, ms, with their stacks."""
        late = [look for look in self.looks if look.late_ms > LATE_MS]
        return [
            f"locked for {look.late_ms:.0f} ms by {_line_of(stack)}\n{_text_of(stack)}"
            for look in sorted(late, key=lambda look: -look.late_ms)
            for stack in look.tasks
        ]


def _calls(call: Call, names: tuple[str, ...]) -> bool:
    """Return whether a line calls one of some functions.

    The file is read each time: calls that were kept would keep their surroundings, as notes would.
    """
    # What Python itself consists of has no file.
    if not Path(call.file).is_file():
        return False
    lines = Path(call.file).read_text(encoding="utf-8").splitlines()
    # A file that was edited meanwhile may have fewer lines.
    met = "".join(lines[call.line - 1 : call.line])
    return any(name in met for name in names)


def _line_of(stack: Stack) -> str:
    """Return the innermost line of the plugin in a stack, '' where it has none or only waits for QGIS."""
    part = f"{os.sep}{_PLUGIN}{os.sep}"
    for call in stack:
        if part in call.file:
            return (
                ""
                if _calls(call, _ASKS_QGIS)
                else f"{call.file.rpartition(part)[2]}:{call.line} {call.function}"
            )
    return ""


def _text_of(stack: Stack) -> str:
    """Return a stack as Python writes those of errors."""
    entries = [(call.file, call.line, call.function, None) for call in reversed(stack)]
    return "".join(traceback.StackSummary.from_list(entries).format())


def _is_of_way(stack: Stack) -> bool:
    """Return whether a stack ends in the way, of whose own code none called the plugin meanwhile."""
    part = f"{os.sep}{_PLUGIN}{os.sep}"
    for call in stack:
        if part in call.file:
            return False
        if call.file.startswith(_HERE) and call.file != __file__:
            return True
    return False


def _stacks(into: IO[str]) -> dict[int, Stack]:
    """Return the stacks of all threads by their numbers.

    No frame is touched: whoever has one keeps the objects of QGIS in it, and they would end after QGIS has
    freed what they stand for.
    """
    into.seek(0)
    into.truncate()
    faulthandler.dump_traceback(into, all_threads=True)
    into.seek(0)
    stacks: dict[int, list[Call]] = {}
    calls: list[Call] = []
    for line in into:
        if thread := _THREAD.match(line):
            calls = stacks.setdefault(int(thread[1], 16), [])
        elif call := _CALL.match(line):
            calls.append(Call(call[1], int(call[2]), call[3]))
    return {number: tuple(calls) for number, calls in stacks.items()}


class Watchdog(QObject):
    """Watches the thread it is made in; ``step`` is what happens now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.step = "start"
        self.steps: dict[str, float] = {}
        # In a file: what is kept in memory stays among what is read of a network meanwhile, and keeps its
        # surroundings from being given back, which is measured too.
        self._kept = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (lives as long as the watchdog)
        self._main = threading.get_ident()
        self._main_clock = time.pthread_getcpuclockid(self._main)
        self._looked_s = self._looked_cpu_s = 0.0
        self._seen_s, self._cpu_s = time.monotonic(), time.thread_time()
        self._of_way_s = self._of_way_cpu_s = 0.0
        self._looks: list[Look] = []
        self._has_looked = threading.Event()
        self._is_over = False
        self._clock = QTimer(self, interval=TICK_MS, timeout=self._tick)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.start()
        self._thread = threading.Thread(target=self._look_again_and_again, daemon=True)
        self._thread.start()

    @property
    def standstills(self) -> list[Standstill]:
        """What was noted so far."""
        end = self._kept.tell()
        self._kept.seek(0)
        found = []
        while self._kept.tell() < end:
            found.append(pickle.load(self._kept))  # noqa: S301 (written here)
        return found

    def keep(self, still: Standstill) -> None:
        """Note a standstill."""
        pickle.dump(still, self._kept)

    def stop(self) -> None:
        """Watch no more, and forget what was noted."""
        self._clock.stop()
        self._is_over = True
        self._thread.join()
        self._kept.close()

    def watched(self, way: Script) -> Script:
        """Return a way whose own work in the main thread is no standstill: what it does and asks for."""
        while True:
            try:
                with self._of_way():
                    wait = next(way)
            except StopIteration:
                return
            yield partial(self._asked, wait)

    def _asked(self, wait: Condition) -> bool:
        """Ask whether a way may go on: to look for a window takes a while where tasks run."""
        with self._of_way():
            return bool(wait())

    @contextmanager
    def _of_way(self) -> Iterator[None]:
        """Leave out how long something takes."""
        begun, cpu = time.monotonic(), time.thread_time()
        try:
            yield
        finally:
            self._of_way_s += time.monotonic() - begun
            self._of_way_cpu_s += time.thread_time() - cpu

    def at(self, step: str) -> None:
        """Begin a step."""
        self.step = step
        self.steps.setdefault(step, 0.0)

    def _tick(self) -> None:
        now_s, cpu_s = time.monotonic(), time.thread_time()
        wall_ms = 1000 * (now_s - self._seen_s - self._of_way_s) - TICK_MS
        cpu_ms = 1000 * (cpu_s - self._cpu_s - self._of_way_cpu_s)
        if wall_ms > STILL_MS:
            # The thread that looks waited for the interpreter's lock, too, and may be second.
            self._has_looked.clear()
            self._has_looked.wait(_LOOKED_WITHIN_S)
        looks, self._looks = self._looks, []
        begun_s = self._seen_s
        self._seen_s, self._cpu_s = time.monotonic(), time.thread_time()
        self._of_way_s = self._of_way_cpu_s = 0.0
        if wall_ms > STILL_MS:
            self.keep(Standstill(self.step, begun_s, wall_ms, cpu_ms, looks))

    def _look_again_and_again(self) -> None:
        asked_s = time.monotonic()
        with tempfile.TemporaryFile("w+", encoding="utf-8") as dumped:
            while not self._is_over:
                time.sleep(LOOK_S)
                # Wherever this thread has waited for the lock since then, it is late.
                before_s, asked_s = asked_s, time.monotonic()
                if 1000 * (asked_s - self._seen_s) > STILL_MS:
                    stacks = _stacks(dumped)
                    main = stacks.pop(self._main, ())
                    if _is_of_way(main):
                        self._looked_s = time.monotonic()
                        self._looked_cpu_s = time.clock_gettime(self._main_clock)
                    else:
                        self._looks.append(self._look(main, stacks, before_s))
                    self._has_looked.set()

    def _look(self, main: Stack, others: dict[int, Stack], before_s: float) -> Look:
        """Return where the main thread is; how late that is counts from when it was asked before."""
        ours = _line_of(main)
        busy = tuple(stack for stack in others.values() if _line_of(stack) and _is_busy(stack))
        cpu_s, now_s = time.clock_gettime(self._main_clock), time.monotonic()
        # The first look of a standstill follows the last tick.
        cpu_ms = 1000 * (cpu_s - max(self._looked_cpu_s, self._cpu_s))
        since_ms = 1000 * (now_s - max(self._looked_s, self._seen_s))
        self._looked_s, self._looked_cpu_s = now_s, cpu_s
        late_ms = 1000 * (now_s - before_s - LOOK_S)
        if not ours:
            # QGIS does not wait for the lock that a task keeps while it computes outside of Python.
            waits = busy and (main or cpu_ms < since_ms / 2)
            ours = _IN_TASK + "; ".join(map(_line_of, busy)) if waits else "QGIS"
        return Look(ours, main, cpu_ms, late_ms, busy)

    def table(self) -> list[dict[str, Any]]:
        """Return a row for each step: its longest standstill, the longest of ours, how many there were."""
        rows, standstills = [], self.standstills
        for step in self.steps:
            still = sorted((one for one in standstills if one.step == step), key=lambda one: -one.wall_ms)
            first = still[0] if still else None
            of_ours = max(still, key=lambda one: one.ours_ms) if still else None
            busiest = max((one.cpu_of_ours_ms for one in still), default=0.0)
            rows.append(
                {
                    "step": step,
                    "longest_ms": round(first.wall_ms) if first else 0,
                    "cpu_ms": round(first.cpu_ms) if first else 0,
                    "qgis_percent": round(100 * (1 - first.ours_share)) if first else 0,
                    "what_ran": first.what_ran if first else "",
                    "longest_of_ours_ms": round(of_ours.ours_ms) if of_ours else 0,
                    "cpu_of_ours_ms": round(busiest),
                    "ours_ran": of_ours.what_ran if of_ours and of_ours.ours_ms else "",
                    "count": len(still),
                }
            )
        return rows


def _is_busy(stack: Stack) -> bool:
    """Return whether a thread of ours works, rather than waits for something to do."""
    innermost = stack[0]
    if innermost.function in ("wait", "get", "_worker", "select", "poll", "sleep"):
        return False
    return not _calls(innermost, _LETS_RUN)
