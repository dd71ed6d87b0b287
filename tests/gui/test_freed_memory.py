"""What a network takes in memory is given back when it is closed."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QDialog

from waternet_plugin.gui.network import shared_network
from waternet_plugin.gui.session import freed_memory
from waternet_plugin.gui.session.windows import Windows

_TIMES = 3
# Prints how many MB stay of 40 that a thread had freed, after a larger array was freed before.
_FREES_IN_A_THREAD = """
import os, threading
from pathlib import Path
from waternet_plugin.core.garbage import limit_free_memory, release_memory

def resident_mb():
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

def work():
    bytearray(31 << 20)
    mb = [bytearray(1 << 20) for _ in range(40)]
    mb.clear()

limit_free_memory()
before = resident_mb()
thread = threading.Thread(target=work)
thread.start()
thread.join()
release_memory()
print(resident_mb() - before)
"""


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _questions(session: Any, until: Any, *, is_quiet: bool) -> tuple[Any, list[weakref.ref[Any]]]:
    """Let a network be read for traces; return the task and references to the graph and what stands on it."""
    live = shared_network.live_network(session)
    answers: list[Any] = []

    def work(progress: Any) -> list[weakref.ref[Any]]:
        with live.answering(progress):
            parts = [live, live.graph, live.customers, live.trace_network()]
        return [weakref.ref(part) for part in parts]

    task = session.run("reading", work, answers.append, failed=answers.append, is_quiet=is_quiet)
    until(lambda: answers)
    assert isinstance(answers[0], list), answers[0]
    return task, answers[0]


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Keep Python from collecting circles: what is freed is freed since nothing refers to it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.slow
@pytest.mark.parametrize("is_quiet", [True, False], ids=["quiet", "task"])
def test_a_closed_network_leaves_no_graph_and_no_frame(
    plugin: Any, small_network: Path, until: Any, no_collection: None, is_quiet: bool
) -> None:
    session = plugin.session
    for _time in range(_TIMES):
        assert session.open_network(str(small_network))
        until(lambda: session.network_path and session.is_idle)
        # Panes keep the task that they asked last.
        _task, parts = _questions(session, until, is_quiet=is_quiet)
        QgsProject.instance().clear()
        # What the last task ends with is heard a moment later.
        until(lambda parts=parts: not any(part() is not None for part in parts))


def test_freed_memory_is_given_back_a_moment_after_a_network_is_closed(
    open_session: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(freed_memory, "release_memory", lambda: calls.append(1))
    QgsProject.instance().clear()
    assert calls == []
    until(lambda: calls)


def test_freed_memory_is_given_back_once_work_has_ended_and_nothing_follows(
    open_session: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[threading.Thread] = []
    monkeypatch.setattr(freed_memory, "release_memory", lambda: calls.append(threading.current_thread()))
    until(lambda: open_session.is_idle)
    rest = open_session._freed._rest
    rest.stop()
    ended: list[int] = []
    open_session.run("work", lambda _progress: 1, ended.append, is_quiet=True)
    until(lambda: ended and open_session.is_idle)
    # Not at once: who goes on working would ask for the memory again.
    assert rest.isActive() and rest.interval() >= 5_000 and calls == []
    rest.start(0)
    until(lambda: calls)
    assert threading.main_thread() not in calls


def test_nothing_is_looked_for_while_work_goes_on(
    qgis_app: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    answers = [False, True]
    monkeypatch.setattr(freed_memory, "_REST_MS", 0)
    monkeypatch.setattr(freed_memory, "release_memory", lambda: asked.append(len(answers)))
    freed = freed_memory.FreedMemory(lambda: answers.pop(0))
    freed.work_ended()
    until(lambda: answers == [True])
    assert asked == []
    freed.work_ended()
    until(lambda: asked)
    assert asked == [0]


class _Thing:
    """An object that Python's search for garbage follows."""


class _Window(QDialog):
    """A window that, as any with rows, refers to itself in a circle."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = [self]


def test_a_window_that_is_gone_is_forgotten_at_once(qgis_app: Any, no_collection: None) -> None:
    windows, window = Windows(), QDialog()
    kept = weakref.ref(windows.show(window))
    window.deleteLater()
    del window
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert kept() is None


def test_circles_of_closed_windows_are_freed_a_moment_later(
    qgis_app: Any, until: Any, no_collection: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freed_memory, "release_memory", lambda: None)
    window = _Window()
    kept = weakref.ref(window)
    window.deleteLater()
    del window
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert kept() is not None
    monkeypatch.setattr(freed_memory, "_WAIT_MS", 0)
    freed = freed_memory.FreedMemory(lambda: True)
    freed.network_closed()
    until(lambda: kept() is None)


def test_what_was_there_before_a_network_is_passed_over_until_it_is_closed(
    qgis_app: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freed_memory, "release_memory", lambda: None)
    monkeypatch.setattr(freed_memory, "_WAIT_MS", 0)
    before = _Thing()
    freed = freed_memory.FreedMemory(lambda: True)
    freed.network_opened()
    try:
        after = _Thing()
        looked_at = {id(each) for each in gc.get_objects()}
        assert id(after) in looked_at and id(before) not in looked_at
        freed.network_closed()
        # What it leaves is not passed over by the next one.
        frozen = gc.get_freeze_count()
        freed.network_opened()
        assert gc.get_freeze_count() == frozen
        until(lambda: not gc.get_freeze_count())
        assert freed._rest.isActive()
    finally:
        freed.close()
    assert gc.get_freeze_count() == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says how much is resident")
def test_memory_between_what_is_still_used_goes_back_to_the_system() -> None:
    import numpy as np

    # Below the size from which the C library asks the system for each.
    arrays = [np.ones(12_000) for _ in range(1_500)]
    full = _resident_mb()
    kept = arrays[::50]
    del arrays
    freed_memory.release_memory()
    assert _resident_mb() < full - 70
    assert len(kept) == 30


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says how much is resident")
def test_what_is_free_at_the_end_of_the_heap_of_a_thread_goes_back_to_the_system() -> None:
    # A process of its own: these settings are of the whole process.
    plugins = str(Path(freed_memory.__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", _FREES_IN_A_THREAD],
        env={**os.environ, "PYTHONPATH": plugins},
        check=True,
        capture_output=True,
        text=True,
    )
    assert float(done.stdout) < 20


def test_the_heaps_of_threads_are_limited_as_soon_as_the_plugin_is_there(
    qgis_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited: list[bool] = []
    monkeypatch.setattr(freed_memory, "limit_free_memory", lambda: limited.append(True))
    freed_memory.FreedMemory(lambda: True)
    assert limited
