"""The pane of flow and the tool “Flow here”, on the sample town."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsPointXY
from qgis.PyQt.QtWidgets import QLabel
from support.widgets import click, section, text

from waternet_plugin import store
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.errors import InputError
from waternet_plugin.gui.network.overlay import ARROW, LABEL, RING
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


@pytest.mark.slow
def test_the_newest_run_of_swmm_is_shown_by_filling_and_surcharge(
    plugin: Any, open_tool_town: Any, until: Any, monkeypatch: Any
) -> None:
    path = open_tool_town()
    plugin.actions.tools.actions["flow"].trigger()
    pane = plugin.session.window("wn_flow")
    until(lambda: pane.found is not None and plugin.session.is_idle, 30)
    pane.show_run()
    said = pane.findChild(QLabel, "wn_flow_said")
    until(lambda: "No run of SWMM is kept yet" in said.text())
    asked: list[tuple[str, dict[str, Any]]] = []

    def run_algorithm(name: str, parameters: dict[str, Any], done: Any, *, failed: Any, section: Any) -> None:
        asked.append((name, parameters))
        if len(asked) == 1:
            failed(InputError("The engine of SWMM is not installed."))
            return
        done({"BATCH_ID": keep_run(path), "LACKS": "Two pipes have no level."})

    monkeypatch.setattr(plugin.session, "run_algorithm", run_algorithm)
    click(pane, "wn_flow_swmm")
    assert said.text() == "The engine of SWMM is not installed."
    click(pane, "wn_flow_swmm")
    until(lambda: pane.headline.text() == "1 node is surcharged for a time." and plugin.session.is_idle)
    assert asked[1] == ("runswmm", {"NETWORK": str(path), "STORE": True})
    look = Look("screen", "en")
    # The full ones are drawn last, above the others.
    colours = [line.colour for line in pane.overlay.lines]
    assert colours == [look.colour(f"filling.{code}") for code in ("low", "full")]
    assert [mark.shape for mark in pane.overlay.marks] == [RING, LABEL]
    assert "1.5 h" in pane.overlay.marks[1].text
    prose = text(pane, "wn_flow_prose")
    assert "dark red full" in prose and "M2" in prose and "Two pipes have no level." in prose
    # Inferring again shows the flow.
    click(pane, "wn_flow_infer")
    until(lambda: "surcharged" not in pane.headline.text() and plugin.session.is_idle, 30)


def keep_run(path: Any) -> str:
    """Keep a run of SWMM, and return its batch."""
    rows = [("M1", "depth_m", 0.4), ("M2", "depth_m", 3.0), ("M1", "surcharge_h", 0.0)]
    rows += [("M2", "surcharge_h", 1.5), ("d1", "filling", 1.0), ("d3", "filling", 0.2)]
    run = {"run_id": "MR1", "engine": "SWMM 5.2", "made_on": pd.Timestamp("2026-01-01", tz="UTC")}
    with store.open_network(path) as network, network.write("edit") as batch:
        batch.insert("model_run", pd.DataFrame([{**run, "parameters": "{}"}]))
        results = pd.DataFrame(rows, columns=["asset", "quantity", "highest"])
        batch.insert("model_result", results.assign(run_id="MR1"))
        return str(batch.batch_id)
