"""Work in QGIS's threads keeps what packages tie to a thread."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsTask

from waternet_plugin import wheels

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
