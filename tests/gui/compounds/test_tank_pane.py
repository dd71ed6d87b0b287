"""The pane of tanks on the sample town: list, card, plot, a click on the map, the due map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from support.widgets import part, text

from waternet_plugin.gui.compounds.tank_pane import TankPane
from waternet_plugin.gui.compounds.tank_rows import COLOURS
from waternet_plugin.gui.network.picking import Pick
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.start import open_networks
from waternet_plugin.store import open_network

TANKS = ("septic_tank", "grease_trap", "sediment_tank")


@pytest.fixture
def town(open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()


def plant_depths(path: str) -> str:
    """Let a septic tank of the town have a liquid depth, a cleaning and two depths; return its id."""
    today = pd.Timestamp.today().normalize()
    with open_network(path) as network:
        nodes = network.read("node", ["node_id", "kind"], geometry=False)
        name = str(sorted(nodes.loc[nodes["kind"] == "septic_tank", "node_id"])[0])
        with network.write("drainage", name="depths") as batch:
            row = {"node_id": [name], "liquid_depth_m": 1.2, "cleaned_on": today - pd.Timedelta(days=100)}
            batch.update("node", pd.DataFrame(row))
            moments = [today - pd.Timedelta(days=days) for days in (80, 60)]
            readings = {"node_id": name, "time": moments, "quantity": "sludge_m", "value": [0.1, 0.2]}
            frame = pd.DataFrame(readings)
            frame["time"] = frame["time"].dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC")
            batch.insert("reading", frame)
    return name


@pytest.mark.slow
def test_tanks_are_listed_explained_and_kept_for_the_map(plugin: Any, town: Any, until: Any) -> None:
    # A project of before has no such layer: the panel restores it.
    if town.layer("node_due") is None:
        assert open_networks.rewrite(town)
    name = plant_depths(town.network_path)
    opened = pane.open_pane(town, TankPane, tank=name)
    until(lambda: opened.tanks.rows and town.is_idle, 60.0)
    with open_network(town.network_path) as network:
        nodes = network.read("node", ["node_id", "kind", "status"], geometry=False)
    used = nodes["kind"].isin(TANKS) & ~nodes["status"].isin(("planned", "abandoned", "removed"))
    assert {row["node_id"] for row in opened.tanks.rows} == set(nodes.loc[used, "node_id"])
    assert f"{int(used.sum())} tanks" in text(opened, "wn_tanks_headline")
    # The one that was asked for: a line through two depths, full twenty days ago.
    assert opened.chosen == name
    said = text(opened, "wn_tanks_card")
    assert f"{name}: full on" in said and "20 days late" in said and "rise by 5 mm a day" in said
    assert not part(opened, "wn_tanks_plot").isHidden()
    bare = next(row for row in opened.tanks.rows if row["node_id"] not in opened.tanks.plots)
    opened.choose(bare, zooms=True)
    assert part(opened, "wn_tanks_plot").isHidden() and bare["node_id"] in text(opened, "wn_tanks_card")
    # A click on the map comes back to it.
    row = next(row for row in opened.tanks.rows if row["node_id"] == name)
    opened.picked(Pick(*row["xy"]))
    assert opened.chosen == name
    opened.picked(Pick(0.0, 0.0))
    assert "No tank" in text(opened, "wn_tanks_said") and opened.chosen == name
    colours = {mark.colour for mark in opened.overlay.marks}
    assert colours == {COLOURS[row["state"]] for row in opened.tanks.rows}
    layer = town.layer("node_due")
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    node.setItemVisibilityChecked(False)
    QTest.mouseClick(part(opened, "wn_tanks_map"), Qt.MouseButton.LeftButton)
    until(lambda: node.isVisible() and town.is_idle, 60.0)
    states = {feature["node_id"]: feature["due_state"] for feature in layer.getFeatures()}
    assert states == {row["node_id"]: row["state"] for row in opened.tanks.rows}
    opened.choose(row)
    opened.close()
    assert opened.overlay.is_empty


@pytest.mark.slow
def test_a_network_without_tanks_says_so(plugin: Any, town: Any, until: Any) -> None:
    opened = town.show_window(TankPane(town))
    opened.show_tanks(opened.tanks)
    assert "no tanks" in text(opened, "wn_tanks_said") and not opened.shows_answer
    opened.close()
    # What the sections read in the background ends with the test.
    until(lambda: town.is_idle, 60.0)
