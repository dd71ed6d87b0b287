"""A project that takes a while to be built shows how far it is, lets QGIS draw, and can be cancelled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QLabel, QProgressBar

from waternet_plugin.core.errors import CancelledError
from waternet_plugin.gui.widgets import progress_window as progress_window_module
from waternet_plugin.gui.widgets.progress_window import progress_window

pytestmark = pytest.mark.slow


def _shown() -> Any:
    """Return the window that shows progress, None without one."""
    shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    return next((each for each in shown if each.objectName() == "wn_progress_window"), None)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the window at the first report."""
    monkeypatch.setattr(progress_window_module, "_PATIENCE_MS", 0)


def test_it_comes_only_when_work_takes_longer(qgis_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_window_module, "_PATIENCE_MS", 3_600_000)
    with progress_window(None, "Reading") as progress:
        progress.at(0.4)
        assert _shown() is None


def test_it_shows_what_is_done_and_how_far(qgis_app: Any) -> None:
    with progress_window(None, "Reading <b>1 & 2</b>") as progress:
        progress.at(0.4)
        window = _shown()
        assert window.isModal()
        assert window.findChild(QProgressBar).value() == 400
        assert [label.text() for label in window.findChildren(QLabel)] == ["Reading <b>1 & 2</b>"]
    assert _shown() is None


def test_a_network_opened_for_the_first_time_gives_turns_while_its_project_is_built(
    plugin: Any, small_network: Path
) -> None:
    project = small_network.with_suffix(".qgz")
    project.unlink(missing_ok=True)
    seen: list[int] = []

    def look() -> None:
        window = _shown()
        if window is not None:
            seen.append(window.findChild(QProgressBar).value())

    clock = QTimer(interval=0, timeout=look)
    clock.start()
    assert plugin.session.open_network(str(small_network))
    clock.stop()
    assert project.is_file() and _shown() is None
    # Between any two layers, not only at the beginning and the end.
    assert len(set(seen)) > 30 and seen == sorted(seen)


def test_cancelled_there_is_no_project_and_the_network_stays(
    plugin: Any, iface: Any, small_network: Path
) -> None:
    project = small_network.with_suffix(".qgz")
    project.unlink(missing_ok=True)
    before = small_network.read_bytes()

    def stop() -> None:
        window = _shown()
        if window is not None and window.findChild(QProgressBar).value() > 300:
            window.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Cancel).click()

    clock = QTimer(interval=0, timeout=stop)
    clock.start()
    assert not plugin.session.open_network(str(small_network))
    clock.stop()
    assert iface.messages()[-1].endswith("Cancelled. Nothing was changed.")
    assert not project.exists() and _shown() is None
    assert small_network.read_bytes() == before
    assert plugin.session.open_network(str(small_network))


def test_the_next_report_after_cancel_is_an_error(qgis_app: Any) -> None:
    with progress_window(None, "Reading") as progress:
        progress.at(0.1)
        _shown().reject()
        with pytest.raises(CancelledError):
            progress.at(0.2)
    assert _shown() is None
