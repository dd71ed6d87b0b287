"""The watchdog of the day at a million pipes notes when the main thread stands still, and what it was at."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QTimer

_STILL_S = 0.3


@pytest.fixture(scope="module")
def watchdog() -> ModuleType:
    """The module, which lies with the scripts of the desktop."""
    path = Path(__file__).parents[1] / "desktop" / "watchdog.py"
    spec = importlib.util.spec_from_file_location("watchdog", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules["watchdog"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def dog(watchdog: ModuleType) -> Iterator[Any]:
    """A watchdog of this thread."""
    made = watchdog.Watchdog()
    made.at("step")
    yield made
    made.stop()


def _events(seconds: float = 0.2) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.005)


class _Asleep:
    """QGIS's interface, which takes its time."""

    def addProject(self, _path: str) -> None:  # noqa: N802 (QGIS's name)
        time.sleep(_STILL_S)


def _of_plugin(tmp_path: Path, call: str = f"time.sleep({_STILL_S})", **known: Any) -> Callable[[], None]:
    """Return a function that makes a call in a file of the plugin, which knows some names."""
    names: dict[str, Any] = {"iface": _Asleep(), **known}
    path = tmp_path / "waternet_plugin" / "gui" / "asleep.py"
    path.parent.mkdir(parents=True)
    path.write_text(f"import time\ndef rest():\n    {call}\n", encoding="utf-8")
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)  # noqa: S102
    return names["rest"]


def test_a_standstill_in_code_of_the_plugin_is_ours(dog: Any, tmp_path: Path) -> None:
    QTimer.singleShot(0, _of_plugin(tmp_path))
    _events(_STILL_S + 0.2)
    (row,) = dog.table()
    assert row["longest_of_ours_ms"] >= 1000 * _STILL_S - 100
    assert row["ours_ran"] == "gui/asleep.py:3 rest"


def test_what_qgis_does_once_it_is_asked_is_of_qgis(dog: Any, tmp_path: Path) -> None:
    QTimer.singleShot(0, _of_plugin(tmp_path, 'iface.addProject("town.qgz")'))
    _events(_STILL_S + 0.2)
    (row,) = dog.table()
    assert (row["what_ran"], row["longest_of_ours_ms"], row["cpu_of_ours_ms"]) == ("QGIS", 0, 0)


def test_of_ours_counts_what_the_main_thread_computed(dog: Any, tmp_path: Path) -> None:
    call = f"end = time.thread_time() + {_STILL_S}\n    while time.thread_time() < end: pass"
    QTimer.singleShot(0, _of_plugin(tmp_path, call))
    # Beside other programs it takes longer than it computes.
    _events(_STILL_S)
    _events()
    (row,) = dog.table()
    assert row["cpu_of_ours_ms"] >= 1000 * _STILL_S / 2


def test_what_qgis_computes_beside_a_task_is_not_computed_by_ours(dog: Any, tmp_path: Path) -> None:
    computed = threading.Event()
    # However long that takes beside other programs.
    call = "while not computed.is_set(): pass"
    row = _beside(dog, _of_plugin(tmp_path, call, computed=computed), computed)
    assert row["what_ran"].startswith("task: ")
    assert row["cpu_of_ours_ms"] == 0


def test_a_task_that_sleeps_keeps_nobody_waiting(dog: Any, tmp_path: Path) -> None:
    computed = threading.Event()
    call = "while not computed.is_set(): time.sleep(0.01)"
    row = _beside(dog, _of_plugin(tmp_path, call, computed=computed), computed)
    assert (row["what_ran"], row["longest_of_ours_ms"]) == ("QGIS", 0)


def test_a_task_that_loads_a_module_is_taken_for_busy(watchdog: ModuleType) -> None:
    """Python's own code that does so lies in no file."""
    call = watchdog.Call("<frozen importlib._bootstrap>", 3, "_find_and_load")
    assert watchdog._is_busy((call,))


@pytest.mark.parametrize(("computed_s", "line"), [(0.9, "QGIS"), (0.1, f"task: gui{os.sep}busy.py:3 work")])
def test_what_qgis_computes_outside_of_python_waits_for_no_task(
    dog: Any, watchdog: ModuleType, monkeypatch: Any, computed_s: float, line: str
) -> None:
    task = (watchdog.Call(os.path.join(os.sep, "waternet_plugin", "gui", "busy.py"), 3, "work"),)
    dog._seen_s, dog._cpu_s = time.monotonic() - 1.0, 0.0
    monkeypatch.setattr(watchdog.time, "clock_gettime", lambda _clock: computed_s)
    assert dog._look((), {1: task}, time.monotonic()).line == line


def _beside(dog: Any, work: Callable[[], None], computed: threading.Event) -> dict[str, Any]:
    """Return what is told of a computation of QGIS beside a task."""
    task = threading.Thread(target=work)

    def compute() -> None:
        end = time.thread_time() + _STILL_S
        while time.thread_time() < end:
            pass
        computed.set()

    task.start()
    QTimer.singleShot(0, compute)
    _events(_STILL_S)
    task.join()
    _events()
    (row,) = dog.table()
    return dict(row)


def test_it_is_known_which_call_of_a_task_kept_the_lock_of_the_interpreter(dog: Any, tmp_path: Path) -> None:
    looked = threading.Event()
    # C code all the way: no other thread of Python gets a turn. The task goes on afterwards, as tasks do.
    call = "sum(range(60_000_000))\n    while not looked.is_set(): pass"
    task = threading.Thread(target=_of_plugin(tmp_path, call, looked=looked))
    QTimer.singleShot(0, task.start)
    end = time.monotonic() + 60.0
    while not dog.standstills and time.monotonic() < end:
        _events()
    looked.set()
    task.join()
    locked = [text for still in dog.standstills for text in still.locked()]
    assert any("gui/asleep.py:" in text for text in locked)


def test_a_standstill_without_code_of_the_plugin_is_of_qgis(dog: Any) -> None:
    QTimer.singleShot(0, lambda: time.sleep(_STILL_S))
    _events(_STILL_S + 0.2)
    (row,) = dog.table()
    assert (row["what_ran"], row["longest_of_ours_ms"]) == ("QGIS", 0)
    assert row["longest_ms"] >= 1000 * _STILL_S - 100


def test_of_a_standstill_in_both_the_share_of_ours_counts(dog: Any) -> None:
    from watchdog import Look, Standstill

    looks = [Look("gui/asleep.py:3 rest", (), 0.0), *[Look("QGIS", (), 0.0)] * 3]
    dog.keep(Standstill("step", 0.0, 400.0, 0.0, looks))
    (row,) = dog.table()
    assert (row["longest_ms"], row["qgis_percent"], row["longest_of_ours_ms"]) == (400, 75, 100)


def test_what_the_way_itself_takes_is_no_standstill(dog: Any) -> None:
    def way() -> Iterator[Callable[[], bool]]:
        time.sleep(_STILL_S)
        yield bool

    watched = dog.watched(way())
    QTimer.singleShot(0, lambda: next(watched))
    _events(_STILL_S + 0.2)
    assert all(still.wall_ms < 1000 * _STILL_S / 2 for still in dog.standstills)


def test_what_the_way_waits_for_is_looked_for_by_the_way(dog: Any) -> None:
    def is_there() -> bool:
        time.sleep(_STILL_S)
        return True

    def way() -> Iterator[Callable[[], bool]]:
        yield is_there

    wait = next(dog.watched(way()))
    QTimer.singleShot(0, wait)
    _events(_STILL_S + 0.2)
    assert all(still.wall_ms < 1000 * _STILL_S / 2 for still in dog.standstills)
