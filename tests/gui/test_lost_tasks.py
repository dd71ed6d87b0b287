"""No work is lost between us and QGIS's task manager, which drops tasks that wait for a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QRunnable, Qt, QThread, QThreadPool

from waternet_plugin import classFactory
from waternet_plugin.core.errors import CancelledError
from waternet_plugin.gui.tasks import workbench

ROUNDS, AT_ONCE = 20, 6


class _Wait(QRunnable):
    """Keep a thread of QGIS's pool until an event is set."""

    def __init__(self, go: threading.Event) -> None:
        super().__init__()
        self._go = go

    def run(self) -> None:
        self._go.wait(20)


@pytest.fixture
def busy_threads() -> Iterator[threading.Event]:
    """Every thread of the pool that QGIS draws with is taken until the event is set."""
    go, pool = threading.Event(), QThreadPool.globalInstance()
    for _thread in range(pool.maxThreadCount()):
        pool.start(_Wait(go))
    yield go
    go.set()
    pool.waitForDone()


@pytest.mark.slow
def test_each_of_many_readings_is_answered(plugin: Any, until: Any) -> None:
    # New readings begin while others end, as when everything is read anew after a write.
    answered: list[int] = []
    for number in range(ROUNDS * AT_ONCE):
        plugin.session.run("read", lambda _progress, n=number: n, answered.append, is_quiet=True)
        if number % AT_ONCE == 0:
            until(lambda wanted=number // 2: len(answered) >= wanted)
    until(lambda: len(answered) == ROUNDS * AT_ONCE)
    assert sorted(answered) == list(range(ROUNDS * AT_ONCE))
    until(lambda: plugin.session.is_idle)


@pytest.mark.slow
def test_quiet_work_is_no_task_of_qgis(plugin: Any, until: Any) -> None:
    go, manager = threading.Event(), QgsApplication.taskManager()
    until(lambda: plugin.session.is_idle)
    plugin.session.run("read", lambda _progress: go.wait(5), lambda _result: None, is_quiet=True)
    assert not manager.count() and not plugin.session.is_idle and not plugin.session.running
    go.set()
    until(lambda: plugin.session.is_idle)


@pytest.mark.slow
def test_quiet_work_that_has_not_begun_never_does_once_cancelled(plugin: Any, until: Any) -> None:
    go, begun, errors = threading.Event(), [], []
    for _thread in range(max(2, QThread.idealThreadCount())):
        plugin.session.run("read", lambda _progress: go.wait(5), lambda _result: None, is_quiet=True)
    waiting = plugin.session.run("read", begun.append, begun.append, failed=errors.append, is_quiet=True)
    waiting.cancel()
    go.set()
    until(lambda: errors)
    assert isinstance(errors[0], CancelledError) and begun == []


@pytest.mark.slow
def test_a_task_waits_with_us_until_qgis_has_a_thread(
    plugin: Any, until: Any, busy_threads: threading.Event
) -> None:
    manager, done = QgsApplication.taskManager(), []
    until(lambda: plugin.session.is_idle)
    plugin.session.run("work", lambda _progress: 1, done.append)
    assert not manager.count() and plugin.session.running == ["work"]
    busy_threads.set()
    until(lambda: done == [1] and plugin.session.is_idle)


@pytest.mark.slow
def test_a_task_cancelled_while_it_waits_never_begins(
    plugin: Any, until: Any, busy_threads: threading.Event
) -> None:
    begun, errors = [], []
    until(lambda: plugin.session.is_idle)
    task = plugin.session.run("work", begun.append, begun.append, failed=errors.append)
    task.cancel()
    until(lambda: errors and plugin.session.is_idle)
    assert isinstance(errors[0], CancelledError)
    busy_threads.set()
    until(lambda: QThreadPool.globalInstance().activeThreadCount() == 0)
    assert begun == []


@pytest.mark.slow
def test_many_tasks_at_once_are_all_answered(plugin: Any, until: Any) -> None:
    answered: list[int] = []
    for number in range(ROUNDS * AT_ONCE):
        plugin.session.run("work", lambda _progress, n=number: n, answered.append)
    until(lambda: len(answered) == ROUNDS * AT_ONCE, 60)
    assert sorted(answered) == list(range(ROUNDS * AT_ONCE))


def test_quiet_work_has_ended_once_the_plugin_is_unloaded(iface: Any) -> None:
    loaded = classFactory(iface)
    loaded.initGui()
    begun, ended, heard = threading.Event(), threading.Event(), []

    def read(_progress: Any) -> None:
        begun.set()
        # What a table takes to be read.
        time.sleep(0.3)
        ended.set()

    loaded.session.run("read", read, heard.append, is_quiet=True)
    assert begun.wait(5)
    loaded.unload()
    assert ended.is_set() and not heard


def test_quiet_work_that_outlives_the_plugin_touches_nothing_of_qt(
    iface: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "_END_PATIENCE_S", 0.05)
    loaded = classFactory(iface)
    loaded.initGui()
    begun, may_end, heard, said = threading.Event(), threading.Event(), [], []

    def read(_progress: Any) -> int:
        begun.set()
        may_end.wait(10)
        return 1

    work = loaded.session.run("read", read, heard.append, failed=heard.append, is_quiet=True)
    assert begun.wait(5)
    (reading,) = (each for each in loaded.session._bench._reading if each.running())
    work.ended.connect(lambda: said.append(1), Qt.ConnectionType.DirectConnection)
    loaded.unload()
    assert not reading.done()
    # QGIS takes its objects away before the drive answers.
    sip.delete(work)
    may_end.set()
    assert reading.exception(5) is None
    assert not said and not heard
