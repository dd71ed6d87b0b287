"""Misconnections and catchments kept as layers under Results; what closing and unloading leave."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsProject
from support.widgets import section, trigger

from waternet_plugin.bridge import traces
from waternet_plugin.gui.network.side_pane import SidePane

PANES = ("misconnections", "flow", "manholes", "catchments")


def kept(name: str) -> Any:
    """Return the layer that was kept, None before."""
    layers = QgsProject.instance().mapLayers().values()
    return next((one for one in layers if one.customProperty(traces.TRACE_MARK) == name), None)


@pytest.mark.slow
def test_both_are_kept_as_layers_in_their_colours(plugin: Any, town: Any, until: Any) -> None:
    until(lambda: section(plugin, "drainage").state is not None)
    section(plugin, "drainage").figure.click()
    pane = town.window("wn_misconnections")
    until(lambda: pane.list.rows and town.is_idle, 60)
    trigger(pane, "wn_misconnections_keep")
    until(lambda: kept("misconnections") is not None and town.is_idle, 60)
    assert kept("misconnections").featureCount() == len(pane.list.rows)
    trigger(plugin.dock, "wn_drainage_menu_catchments")
    divided = town.window("wn_catchments")
    until(lambda: divided.list.rows and town.is_idle, 60)
    trigger(divided, "wn_catchments_keep")
    until(lambda: kept("overflow_parts") is not None and town.is_idle, 60)
    layer = kept("catchments")
    groups = layer.renderer().rootRule().children()
    assert [group.active() for group in groups] == [True, False]
    shapes = {(one["outfall_id"], one["weather"]): one.geometry() for one in layer.getFeatures()}
    names = {name for name, _weather in shapes}
    colour = {rule.label(): rule.symbol().symbolLayer(1).color().name() for rule in groups[1].children()}
    assert set(colour) == names
    wet = {name: shape for (name, weather), shape in shapes.items() if weather == "wet"}
    alike = [
        (one, other)
        for one in wet
        for other in wet
        if one < other and colour[one] == colour[other] and wet[one].distance(wet[other]) <= 1.0
    ]
    assert alike == []
    QgsProject.instance().clear()


@pytest.mark.slow
def test_nothing_is_left_on_the_map_when_panes_close(plugin: Any, town: Any, until: Any) -> None:
    canvas = town.iface.mapCanvas()
    before = len(canvas.scene().items())
    until(lambda: section(plugin, "drainage").state is not None)
    for name in PANES:
        trigger(plugin.dock, f"wn_drainage_menu_{name}")
    until(lambda: town.is_idle, 90)
    assert len(canvas.scene().items()) > before
    for name in PANES:
        town.window(f"wn_{name}").close()
    assert all(pane.overlay.is_empty for pane in town.iface.mainWindow().findChildren(SidePane))
    until(lambda: len(canvas.scene().items()) == before)


@pytest.mark.slow
def test_a_write_from_elsewhere_is_followed(plugin: Any, town: Any, until: Any) -> None:
    from waternet_plugin.operations.drainage.accept_misconnections import (
        AcceptMisconnectionsRequest,
        accept_misconnections,
    )

    until(lambda: section(plugin, "drainage").state is not None)
    section(plugin, "drainage").figure.click()
    pane = town.window("wn_misconnections")
    until(lambda: pane.list.rows and town.is_idle, 60)
    row, many = pane.list.rows[0], len(pane.list.rows)
    # Another window accepts what this one explains.
    with town.network() as network:
        request = AcceptMisconnectionsRequest([row["issue_id"]], "seen by a colleague", "check")
        accept_misconnections(network, request)
    town.look_at_file()
    until(lambda: len(pane.list.rows) == many - 1 and town.is_idle, 60)
    assert pane.chosen["issue_id"] != row["issue_id"]
