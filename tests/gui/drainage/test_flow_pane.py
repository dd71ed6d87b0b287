"""The pane of flow and the tool “Flow here”, on the sample town."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsPointXY
from support.widgets import click, section, text

from waternet_plugin.gui.network.overlay import ARROW, RING
from waternet_plugin.gui.network.picking import Pick


def recorded(town: Any, pipes: list[str] | None = None) -> dict[str, tuple[Any, Any]]:
    """Return flow and source of drains in the file, those alone that have one."""
    with town.network() as network:
        frame = network.read("pipe", ["pipe_id", "flow", "flow_source"], ids=pipes, geometry=False)
    frame = frame[frame["flow"].notna()]
    return dict(zip(frame["pipe_id"], zip(frame["flow"], frame["flow_source"])))


@pytest.mark.slow
def test_flow_is_inferred_looked_at_and_stored_as_one_batch(
    plugin: Any, town_before_checks: Any, until: Any
) -> None:
    town = town_before_checks
    drainage = section(plugin, "drainage")
    until(lambda: drainage.state is not None)
    before = recorded(town)
    drainage.flow.click()
    pane = town.window("wn_flow")
    until(lambda: pane.found is not None and town.is_idle, 60)
    assert recorded(town) == before
    unknown = {name for name, told in pane.found.of.items() if told[0] == "undetermined"}
    # Beside these the list has what overrules strong evidence, and what differs from traces.
    shown = {row["pipe_id"] for row in pane.list.rows}
    assert unknown <= shown
    assert all(
        row["changed"] or "overruled" in row["reasons"]
        for row in pane.list.rows
        if row["pipe_id"] not in unknown
    )
    assert len(pane.overlay.lines) == bool(unknown)
    signs = [mark.shape for mark in pane.overlay.marks]
    assert signs.count(RING) == min(len(unknown), 400)
    assert signs.count(ARROW) == sum(told[0] == "reverse" for told in pane.found.of.values())
    assert "hidden" in text(pane, "wn_flow_prose")
    click(pane, "wn_flow_store")
    until(lambda: town.is_idle and len(recorded(town)) > len(before), 60)
    kept = recorded(town)
    assert {name: told[0] for name, told in kept.items()}.items() <= {
        **{name: told[0] for name, told in pane.found.of.items()},
        **{name: told[0] for name, told in before.items()},
    }.items()
    until(lambda: drainage.state.unknown == len(unknown) and town.is_idle, 60)
    with town.network() as network:
        network.undo()
    assert recorded(town) == before


@pytest.mark.slow
def test_a_click_keeps_the_arrow_and_alt_the_other_way(
    plugin: Any, town_before_checks: Any, until: Any
) -> None:
    town = town_before_checks
    plugin.actions.tools.actions["flow"].trigger()
    pane = town.window("wn_flow")
    until(lambda: pane.is_listening and pane.found is not None and town.is_idle, 60)
    layer = town.layer("pipe")
    wanted = '"system" = \'storm\' AND "function" = \'branch\' AND "flow" IS NULL'
    drain = next(layer.getFeatures(wanted))
    name = drain["pipe_id"]
    spot = drain.geometry().interpolate(drain.geometry().length() / 2).asPoint()
    town.zoom_to((spot.x() - 15, spot.y() - 15, spot.x() + 15, spot.y() + 15))
    here = pane.tool.flow_at(Pick(spot.x(), spot.y(), name))
    assert here.kept == pane.found.of[name][0] and name in here.text()
    pane.tool._is_other = True
    pane.tool.pick_at(QgsPointXY(spot.x(), spot.y()))
    until(lambda: recorded(town, [name]) == {name: (here.other, "observed")} and town.is_idle, 30)
    again = pane.tool.flow_at(Pick(spot.x(), spot.y(), name))
    assert (again.flow, again.source) == (here.other, "observed")
    assert abs(abs(again.angle_deg - here.angle_deg) - 180) < 1e-6
    assert layer.getFeature(drain.id()).geometry().equals(drain.geometry())
    # The arrow of the click before: what was seen stays.
    pane.tool._is_other = False
    pane.tool.pick_at(QgsPointXY(spot.x(), spot.y()))
    until(lambda: town.is_idle)
    assert recorded(town, [name]) == {name: (here.other, "observed")}
    pane.tool._place = QgsPointXY(spot.x(), spot.y())
    pane.tool._hover()
    assert pane.tool._sign.marks[0].angle_deg == again.angle_deg
    pane.close()
    assert pane.overlay.is_empty and not pane.is_listening


def test_only_drains_have_flow(plugin: Any, town: Any, until: Any) -> None:
    plugin.actions.tools.actions["flow"].trigger()
    pane = town.window("wn_flow")
    until(lambda: pane.is_listening, 60)
    pipe = next(town.layer("pipe").getFeatures("\"system\" = 'potable'"))
    place = pipe.geometry().vertexAt(0)
    assert pane.tool.flow_at(Pick(place.x(), place.y(), pipe["pipe_id"])) is None
