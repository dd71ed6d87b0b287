"""A window that reads anew with each change has one reading under way, the last."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject

from waternet_plugin.gui.panes.pane import Pane
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.workbench import Workbench


class _Session:
    """What a workbench needs of its session, and what was said."""

    network_path, opening = "", 0

    def __init__(self) -> None:
        self.errors: list[Any] = []

    def work_ended(self) -> None:
        """Hear that nothing is under way any more."""

    def say_error(self, error: Any) -> None:
        """Keep an error."""
        self.errors.append(error)


def _bench(session: Any, monkeypatch: Any) -> Workbench:
    monkeypatch.setattr("waternet_plugin.gui.tasks.tasks.Starter", lambda _session: None)
    return Workbench(session)


def test_the_window_has_its_turn_soon_while_the_plugin_is_there(qgis_app: Any, monkeypatch: Any) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    bench = _bench(_Session(), monkeypatch)
    assert sys.getswitchinterval() == pytest.approx(0.001)
    bench.close()
    assert sys.getswitchinterval() == pytest.approx(0.005)
    sys.setswitchinterval(before)


def test_what_waits_behind_a_reading_is_read_once(qgis_app: Any, until: Any, monkeypatch: Any) -> None:
    session = _Session()
    bench = _bench(session, monkeypatch)
    go_on, begun, shown = threading.Event(), [], []

    def read(number: int) -> Any:
        def work(_progress: Any) -> int:
            begun.append(number)
            go_on.wait(10)
            return number

        return latest.begin("Reading", work, shown.append, session.say_error)

    def run(title: str, work: Any, done: Any, *, failed: Any) -> Any:
        return bench.run(title, work, done, failed=failed, section=None, is_quiet=True)

    window = QObject()
    latest = LatestReading(run, window)
    # More than there are threads.
    works = [read(number) for number in range(40)]
    until(lambda: bool(begun))
    go_on.set()
    until(lambda: bench.is_idle)
    assert shown == [39]
    assert session.errors == []
    assert len(begun) < len(works) / 2
    bench.close()


def test_a_reading_that_is_dropped_shows_nothing(qgis_app: Any, until: Any, monkeypatch: Any) -> None:
    session = _Session()
    bench = _bench(session, monkeypatch)
    shown: list[Any] = []
    window = QObject()
    latest = LatestReading(
        lambda title, work, done, *, failed: bench.run(
            title, work, done, failed=failed, section=None, is_quiet=True
        ),
        window,
    )
    latest.begin("Reading", lambda _progress: 1, shown.append, session.say_error)
    latest.drop()
    until(lambda: bench.is_idle)
    assert (shown, session.errors) == ([], [])
    # Nor does one whose window is gone.
    latest.begin("Reading", lambda _progress: 1, shown.append, session.say_error)
    sip.delete(window)
    until(lambda: bench.is_idle)
    assert (shown, session.errors) == ([], [])
    bench.close()


def test_panes_and_sections_read_so() -> None:
    for read in (Pane.read, PanelSection.read):
        assert "_latest" in read.__code__.co_names
