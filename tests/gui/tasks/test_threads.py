"""Work in QGIS's threads keeps what packages tie to a thread."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsTask

from waternet_plugin import wheels
from waternet_plugin.gui.tasks.tasks import QuietWork

_local = threading.local()


class _Look(QgsTask):
    """Note the thread and whether what an earlier task left in it is still there."""

    def __init__(self, seen: list[tuple[int, bool]], *, keeps: bool) -> None:
        super().__init__("look")
        self._seen = seen
        self._keeps = keeps

    def run(self) -> bool:
        if self._keeps:
            wheels.keep_thread()
        self._seen.append((threading.get_native_id(), getattr(_local, "was_here", False)))
        _local.was_here = True
        return True


def test_a_thread_of_qgis_is_known_again_once_it_is_kept(qgis_app: QgsApplication, until: Any) -> None:
    seen: list[tuple[int, bool]] = []
    tasks = []
    for number in range(1, 9):
        tasks.append(_Look(seen, keeps=True))
        QgsApplication.taskManager().addTask(tasks[-1])
        until(lambda number=number: len(seen) == number)
    first: set[int] = set()
    for thread, was_here in seen:
        assert was_here == (thread in first)
        first.add(thread)
    assert len(first) < len(seen), "QGIS used a thread twice"


def test_the_main_thread_is_left_as_it_is(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    ensured: list[bool] = []
    python = SimpleNamespace(PyGILState_Ensure=lambda: ensured.append(True))
    monkeypatch.setattr(wheels.ctypes, "pythonapi", python)
    wheels.keep_thread()
    assert ensured == []


def test_a_thread_of_python_is_waited_for() -> None:
    found: list[str] = []
    wheels.run_in_thread(lambda: found.append(threading.current_thread().name))
    assert found == ["waternet"]


def test_quiet_work_ends_in_the_thread_of_qgis(qgis_app: QgsApplication, until: Any) -> None:
    """It is an object of Qt: ended in another thread it makes QGIS crash."""
    answers: list[Any] = []
    ended_in: list[int] = []
    heard = threading.Event()

    class Slow(ThreadPoolExecutor):
        """Threads that keep what they were given until the answer was heard, as a busy machine does."""

        def submit(self, function: Any, *given: Any) -> Any:
            def run() -> None:
                function(*given)
                heard.wait(10.0)

            return super().submit(run)

    with Slow(1) as threads:
        work = QuietWork(lambda _progress: 1, answers.append, answers.append)
        weakref.finalize(work, lambda: ended_in.append(threading.get_ident()))
        work.start(threads)
        del work
        until(lambda: answers)
        heard.set()
    assert (answers, ended_in) == ([1], [threading.get_ident()])
