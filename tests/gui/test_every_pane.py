"""Every pane there is, open at once on the sample town: the plugin, or the project, goes with all of them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QDockWidget,
    QLabel,
    QTextBrowser,
    QWidget,
)
from support.built_network import loaded_plugin
from support.every_pane import NEEDS, pane_kinds
from support.fake_iface import FakeIface

from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane

SLOW = pytest.mark.slow


@pytest.fixture
def town(sample_town: Path, tmp_path: Path) -> Path:
    """A copy of the sample town with its project."""
    shutil.copytree(sample_town / "en", tmp_path / "town")
    return next((tmp_path / "town").glob("*.gpkg"))


def _ours(iface: FakeIface) -> list[str]:
    # What goes with a pane is deleted after it.
    for _ in range(2):
        iface.children()
    names = [one.objectName() for one in iface.window.findChildren(QObject)]
    return sorted(name for name in names if name.startswith("wn_"))


@pytest.mark.slow
@pytest.mark.parametrize("waits", [True, pytest.param(False, marks=SLOW)], ids=["answered", "under way"])
@pytest.mark.parametrize(
    "closes", [True, pytest.param(False, marks=SLOW)], ids=["project closed", "plugin unloaded"]
)
def test_panes_go_without_a_trace(
    closes: bool, waits: bool, town: Path, iface: FakeIface, until: Callable[..., None]
) -> None:
    canvas, project = iface.mapCanvas(), QgsProject.instance()
    items = len(canvas.scene().items())
    kinds = pane_kinds()
    assert len(kinds) >= 16
    iface.window.resize(1366, 768)
    iface.window.show()
    with loaded_plugin(iface) as plugin:
        session = plugin.session
        assert session.open_network(str(town))
        layers = set(project.mapLayers())
        canvas.setDestinationCrs(session.layer("pipe").crs())
        for kind in kinds:
            opened = pane.open_pane(session, kind, **NEEDS.get(kind.NAME, {}))
            if issubclass(kind, SidePane):
                opened.start()
        assert {one.objectName() for one in iface.window.findChildren(pane.Pane)} == {
            kind.NAME for kind in kinds
        }
        if waits:
            until(lambda: session.is_idle, 120.0)
        assert set(project.mapLayers()) == layers
        if closes:
            project.clear()
            until(lambda: session.is_idle, 120.0)
            assert not session.network_path
            assert canvas.mapTool() is None
            shown = [one.objectName() for one in iface.window.findChildren(pane.Pane) if not one.isHidden()]
            assert shown == []
        assert iface.messages() == []
    assert _ours(iface) == [] and iface.window.findChildren(QDockWidget) == []
    assert canvas.mapTool() is None
    # A thing that flashes does so to the end: its band is the canvas's own.
    until(lambda: len(canvas.scene().items()) == items)
    assert set(project.mapLayers()) == (set() if closes else layers)
    iface.window.hide()
    QgsApplication.processEvents()


def _said(shown: QWidget) -> str:
    """Return all that labels, lists, links and browsers of a window say, also where it is covered."""
    texts = [each.text() for kind in (QLabel, QAbstractButton) for each in shown.findChildren(kind)]
    texts += [each.toPlainText() for each in shown.findChildren(QTextBrowser)]
    for view in shown.findChildren(QAbstractItemView):
        model = view.model()
        for row in range(model.rowCount() if model is not None else 0):
            texts += [str(model.index(row, column).data()) for column in range(model.columnCount())]
    return "\n".join([shown.windowTitle(), *texts])


def _is_year(text: str) -> bool:
    """Return whether a text is a year up to this one alone: calendars and boxes offer them in any network."""
    return text.isdecimal() and date.today().year - 10 <= int(text) <= date.today().year


@pytest.mark.slow
def test_nothing_of_a_network_shows_under_the_next_one(
    town: Path, bare_town: Path, iface: FakeIface, until: Callable[..., None]
) -> None:
    iface.window.resize(1366, 768)
    iface.window.show()
    with loaded_plugin(iface) as plugin:
        session, dock = plugin.session, plugin.dock
        assert session.open_network(str(town))
        kinds = [kind for kind in pane_kinds() if kind.NAME != "wn_conflicts"]
        for kind in kinds:
            pane.open_pane(session, kind)
        until(lambda: session.is_idle and all(one.has_data is not None for one in dock.sections), 120.0)
        session.say("A plan was made.", "success", ("Undo", lambda: None))
        before = {one.KEY: one.figure.text() for one in dock.sections}
        assert before["network"] and before["health"] and before["plan"]
        assert session.open_network(str(bare_town))
        # Nothing was read of this network yet: what shows now would be of the other one.
        assert [one.figure.text() for one in dock.sections] == [""] * len(dock.sections)
        assert iface.window.findChildren(pane.Pane) == []
        assert "A plan was made." not in iface.messages()
        for kind in kinds:
            lines = _said(pane.open_pane(session, kind)).split("\n")
            said = "\n".join(line for line in lines if not _is_year(line))
            assert not re.search(r"\d\.\d km|人民路|DMA-\d|P-[A-Z]|\d{4}", said), (kind.NAME, said)
        until(lambda: session.is_idle, 120.0)
        assert not [one.NAME for one in iface.window.findChildren(pane.Pane) if one.is_reading]
        project = QgsProject.instance()
        project.clear()
    iface.window.hide()


@pytest.mark.slow
def test_a_pane_is_empty_until_the_shown_run_was_read(
    assessed_town: Path, iface: FakeIface, until: Callable[..., None]
) -> None:
    from waternet_plugin.gui.health.why_pane import WhyPane

    iface.window.show()
    with loaded_plugin(iface) as plugin:
        session, dock = plugin.session, plugin.dock
        assert session.open_network(str(assessed_town))
        why = pane.open_pane(session, WhyPane)
        assert why.is_reading
        until(lambda: session.is_idle and not why.is_reading)
        health = next(one for one in dock.sections if one.KEY == "health")
        assert health.figure.text() and "km" in _said(why)
        session.run_changed.emit()
        assert why.is_reading and not health.figure.text()
        until(lambda: health.figure.text() and not why.is_reading)
        QgsProject.instance().clear()
    iface.window.hide()
