"""The search for the source of sewage, on the sample town."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QApplication
from support.widgets import click, text

from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.network.analysis.drain_flow import WAY_COLUMNS
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.gui.drainage.manholes.manhole_rows import CLEAN, DIRTY
from waternet_plugin.gui.network.overlay import BADGE, RING
from waternet_plugin.operations.checks.check_network import read_drains


def source_and_below(town: Any) -> tuple[str, str, set[str]]:
    """Return a manhole far above an outfall, the last one above it, and all that sewage passes."""
    with town.network() as network:
        tables = read_drains(network, columns=WAY_COLUMNS)
        subject = CheckContext(tables, network.settings(), today=datetime.date.today())
    ways, pipes = subject.once(DrainWays), subject.pipes
    storm = [row for row in range(len(pipes)) if pipes.text("system")[row] == "storm"]
    best: list[int] = []
    for row in storm[::7]:
        ends = [int(one) for one in subject.connected.graph.end[row : row + 1]]
        found = ways.way(ends[0]).tolist()
        best = max(best, found, key=len)
    assert len(best) > 8
    with town.network() as network:
        frame = network.read("pipe", ["pipe_id", "from_node", "to_node"], geometry=False).set_index("pipe_id")
    names = [str(pipes.ids[row]) for row in best]
    nodes = [{frame.loc[name, "from_node"], frame.loc[name, "to_node"]} for name in names]
    first = next(iter(nodes[0] - nodes[1]))
    last = next(iter(nodes[-1] & nodes[-2]))
    return str(first), str(last), {str(node) for pair in nodes for node in pair}


@pytest.mark.slow
def test_a_source_is_found_by_clicks_and_keys(plugin: Any, town: Any, until: Any) -> None:
    source, last, passed = source_and_below(town)
    plugin.actions.tools.actions["manholes"].trigger()
    pane = town.window("wn_manholes")
    until(lambda: pane.is_listening, 60)
    place = town_node(town, last)
    town.zoom_to((place.x() - 3, place.y() - 3, place.x() + 3, place.y() + 3))
    pane.tool.pick_at(place)
    until(lambda: pane.found is not None and town.is_idle, 60)
    assert pane.opened == {last: DIRTY}
    assert "left" in text(pane, "wn_manholes_headline")
    assert source in {row["node_id"] for row in pane.found.candidates}
    signs = [mark.shape for mark in pane.overlay.marks]
    assert signs.count(BADGE) == 1 and signs.count(RING) == 1
    many, openings = len(pane.found.candidates), 0
    while pane.found.next and len(pane.found.candidates) > 1:
        key = Qt.Key.Key_D if pane.found.next in passed else Qt.Key.Key_C
        before = dict(pane.opened)
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            event = QKeyEvent(kind, int(key), Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(plugin.session.iface.mapCanvas(), event)
        assert pane.opened != before
        until(lambda: town.is_idle, 60)
        openings += 1
        assert len(pane.found.candidates) <= many
        many = len(pane.found.candidates)
        assert source in {row["node_id"] for row in pane.found.candidates}
        assert openings < 20
    assert openings >= 2
    pane.take_back()
    until(lambda: town.is_idle, 60)
    assert len(pane.opened) == openings
    pane.close()
    assert pane.overlay.is_empty and not pane._pulse.isActive()


def town_node(town: Any, name: str) -> QgsPointXY:
    """Return the place of a node."""
    feature = next(town.layer("node").getFeatures(f"\"node_id\" = '{name}'"))
    point = feature.geometry().vertexAt(0)
    return QgsPointXY(point.x(), point.y())


@pytest.mark.slow
def test_the_next_cover_pulses_and_a_clean_start_is_refused(plugin: Any, town: Any, until: Any) -> None:
    _source, last, _passed = source_and_below(town)
    plugin.actions.tools.actions["manholes"].trigger()
    pane = town.window("wn_manholes")
    until(lambda: pane.is_listening, 60)
    pane.opened = {last: DIRTY}
    pane._search()
    until(lambda: pane.found is not None and town.is_idle, 60)
    before = pane.overlay.marks[-1]
    pane._beat()
    assert pane.overlay.marks[-1].scale == pytest.approx(1.35 if before.scale == 1.0 else 1.0)
    # A place that is no drain: said in a sentence, and the search stays as it was.
    pane.chosen = "no such node"
    pane.answer(CLEAN)
    until(lambda: "no such node" in text(pane, "wn_manholes_said") and town.is_idle, 60)
    assert pane.opened == {last: DIRTY}
    click(pane, "wn_manholes_clear")
    assert pane.opened == {} and pane.overlay.is_empty
