"""Pressure zones in the window: drawn and undone, the worst point, its week and year, pressures of pipes."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QPushButton
from support.pressure_town import DAYS, HIGH, LAST, LOW, LOWEST_MPA, keep_run, keep_velocities
from support.widgets import click, note, part, section, trigger


def _zones(session: Any) -> list[str]:
    with session.network() as network:
        return sorted(network.read("zone", ["zone_id"], geometry=False)["zone_id"])


@pytest.mark.slow
def test_zones_are_drawn_listed_and_undone(plugin: Any, town: Any, until: Any) -> None:
    of = section(plugin, "pressure")
    until(lambda: of.summary is not None and town.is_idle, 20.0)
    # Two loggers are there, no zone yet: the section shows, with the lowest point of the last month.
    assert not of.isHidden() and of.figure.text() == f"lowest {LOWEST_MPA} MPa at {LOW}"
    assert note(of) == "2 loggers"
    town.open_tool("pressure")
    pane = town.window("wn_pressure")
    tab = pane.tab("zones")
    until(lambda: tab.result is not None and town.is_idle, 20.0)
    assert tab.list.rows == [] and "No pressure zone is stored yet" in tab.note.text()
    assert tab.headline.text() == f"lowest {LOWEST_MPA} MPa at {LOW}"
    assert f"Lowest 0.110 MPa at {LOW}, 2026-03-30 12:00." in tab.note.text()
    click(tab, "wn_pressure_zones_draw")
    until(lambda: len(tab.list.rows) == 2 and town.is_idle, 30.0)
    assert _zones(town) == ["PZ-1", "PZ-2"]
    low, high = tab.list.rows
    assert (low["worst_node"], high["worst_node"]) == (LOW, "P-03")
    assert (low["lowest_mpa"], low["night_mpa"]) == pytest.approx((LOWEST_MPA, 0.2))
    # In the last month one hour lay below 0.14 MPa; the night is 6.1 m above it.
    assert low["hours_below"] == pytest.approx(1.0) and low["excess_m"] == pytest.approx(6.1, abs=0.1)
    assert low["lacking"] == "more points, a point near the highest ground (38 m)"
    # The message says it, with the way to undo it: the list follows.
    buttons = town.iface.mainWindow().findChildren(QPushButton, "wn_message_button")
    next(one for one in buttons if one.text() == "Undo").click()
    until(lambda: tab.list.rows == [] and town.is_idle, 30.0)
    assert _zones(town) == []


@pytest.mark.slow
def test_the_worst_point_is_one_click_from_the_panel(plugin: Any, town: Any, until: Any) -> None:
    of = section(plugin, "pressure")
    until(lambda: of.summary is not None and town.is_idle, 20.0)
    of.figure.click()
    pane = town.window("wn_pressure")
    tab = pane.tab("zones")
    until(lambda: tab.plot.plot is not None and town.is_idle, 30.0)
    assert tab.point.key() == LOW
    assert tab.plot.plot.title == f"{LOW}: lowest 0.110 MPa in the week to 2026-03-31"
    assert len(tab.plot.plot.rows) == 7 * 24
    assert town.iface.mapCanvas().extent().width() < 500
    # Its year: all days that were read, one of them below what is required.
    choice = part(tab, "wn_pressure_zones_plot_choice")
    choice.setCurrentIndex(1)
    assert tab.plot.plot.title == f"{LOW}: below 0.14 MPa on 1 of {DAYS} days"
    # A ring at the worst point, a dot at the other.
    assert sorted(mark.shape for mark in tab.overlay.marks) == ["dot", "label", "ring"]
    # The worst of all pulses, as long as the tab is in front.
    assert tab.pulse.is_running and tab.pulse.isVisible()
    pane.ask(tab="loggers")
    assert not tab.pulse.is_running and not tab.overlay.is_on_map
    pane.ask(tab="zones")
    assert tab.pulse.is_running and tab.overlay.is_on_map
    pane.close()
    assert not tab.overlay.marks and tab.pulse is None


@pytest.mark.slow
def test_pressures_of_pipes_are_kept_and_what_is_refused_is_said(plugin: Any, town: Any, until: Any) -> None:
    town.open_tool("pressure")
    tab = town.window("wn_pressure").tab("zones")
    until(lambda: tab.result is not None and town.is_idle, 20.0)
    click(tab, "wn_pressure_zones_draw")
    until(lambda: len(tab.list.rows) == 2 and town.is_idle, 30.0)
    click(tab, "wn_pressure_zones_estimate")
    until(lambda: "8 pipe(s)" in str(town.iface.messages()) or town.is_idle, 30.0)
    with town.network() as network:
        pipes = network.read("pipe", ["pressure_min_mpa", "estimated"], geometry=False)
    assert pipes["pressure_min_mpa"].notna().all()
    assert set(pipes["estimated"]) == {"pressure_min_mpa;pressure_max_mpa"}
    # Metres that came as MPa are refused in words, in the pane; the list does not stand as an answer.
    with town.network() as network, network.write("edit", name="wrong unit") as batch:
        rows = network.read("reading", ["node_id", "time", "quantity", "value"], geometry=False)
        batch.insert("reading", rows.assign(value=rows["value"] * 102, time=rows["time"] + _minutes(1)))
        batch.insert("reading", rows.assign(value=rows["value"] * 102, time=rows["time"] + _minutes(2)))
    town.written()
    until(lambda: "Are they metres or bar?" in tab.message.text() and town.is_idle, 30.0)
    assert tab.list.rows == [] and tab.plot.isHidden()


@pytest.mark.slow
def test_a_point_without_level_and_readings_to_come_are_named(plugin: Any, town: Any, until: Any) -> None:
    import pandas as pd

    with town.network() as network, network.write("edit", name="a point without level") as batch:
        batch.update("node", pd.DataFrame({"node_id": [HIGH], "ground_m": [float("nan")]}))
        to_come = pd.Timestamp.now(tz="UTC") + pd.Timedelta(days=9)
        row = {"node_id": LOW, "time": to_come, "quantity": "pressure_mpa", "value": 0.01}
        batch.insert("reading", pd.DataFrame([row]))
    town.open_tool("pressure")
    tab = town.window("wn_pressure").tab("zones")
    until(lambda: tab.result is not None and town.is_idle, 20.0)
    tab.days.choose(0)
    tab.refresh()
    until(lambda: "of the future" in tab.note.text() and town.is_idle, 20.0)
    assert f"Without a ground level, so not used for the pressure of pipes: {HIGH}." in tab.note.text()
    assert f"{LOW} (1)" in tab.note.text()
    # It is no reading yet: the lowest stays, and so does the newest day.
    assert tab.headline.text() == f"lowest {LOWEST_MPA} MPa at {LOW}" and tab.result.last == LAST


@pytest.mark.slow
def test_a_run_of_epanet_is_drawn_by_pressure_and_taken_off(plugin: Any, town: Any, until: Any) -> None:
    town.open_tool("pressure")
    tab = town.window("wn_pressure").tab("zones")
    until(lambda: tab.result is not None and town.is_idle, 20.0)
    trigger(tab, "wn_pressure_zones_run")
    until(tab.message.text, 20.0)
    assert tab.message.text() == "No run of EPANET is kept yet: press “EPANET”."
    assert not tab.run_entry.isChecked()
    with town.network() as network:
        keep_run(network, "MR-1", 2, H_1=50.0, P_03=46.0, H_2=30.0)
    town.written()
    trigger(tab, "wn_pressure_zones_run")
    until(lambda: tab.run is not None and town.is_idle, 20.0)
    assert [line.colour for line in tab.overlay.lines] == ["#4a3a8c", "#6f9ac4"]
    assert sum(mark.shape == "diamond" for mark in tab.overlay.marks) == 3
    # Each point says how far the model is from it: 46 m at P-03, where 33.6 m were measured on average.
    until(lambda: "model +" in part(tab, "wn_pressure_zones_point").itemText(1) and town.is_idle, 20.0)
    # Velocities take the place of pressures, and go again.
    with town.network() as network:
        keep_velocities(network, "MR-1", **{"PIPE-1": 1.6, "PIPE-2": 0.05})
    town.written()
    until(lambda: town.is_idle, 20.0)
    trigger(tab, "wn_pressure_zones_velocities")
    until(lambda: tab.velocities is not None and town.is_idle, 20.0)
    assert [line.colour for line in tab.overlay.lines] == ["#4a3a8c", "#c2a000"]
    assert (tab.run, tab.run_entry.isChecked(), tab.velocity_entry.isChecked()) == (None, False, True)
    assert "yellow below 0.1 m/s" in tab.facts.text() and "PIPE-1 with 1.60 m/s" in tab.facts.text()
    trigger(tab, "wn_pressure_zones_velocities")
    assert tab.overlay.lines == () and sum(mark.shape == "ring" for mark in tab.overlay.marks) == 1
    trigger(tab, "wn_pressure_zones_run")
    until(lambda: tab.run is not None and town.is_idle, 20.0)
    trigger(tab, "wn_pressure_zones_run")
    assert tab.overlay.lines == () and sum(mark.shape == "ring" for mark in tab.overlay.marks) == 1


@pytest.mark.slow
def test_the_list_of_zones_keeps_four_rows_on_a_laptop(plugin: Any, town: Any, until: Any) -> None:
    town.open_tool("pressure")
    tab = town.window("wn_pressure").tab("zones")
    until(lambda: tab.result is not None and town.is_idle, 20.0)
    click(tab, "wn_pressure_zones_draw")
    until(lambda: len(tab.list.rows) == 2 and town.is_idle, 30.0)
    tab.resize(tab.minimumSizeHint())
    assert tab.list.viewport().height() >= 4 * tab.list.verticalHeader().defaultSectionSize()


def _minutes(count: int) -> Any:
    import pandas as pd

    return pd.Timedelta(minutes=count)


def test_a_zone_without_a_point_says_so() -> None:
    from waternet_plugin.gui.pressure.zones.zone_table import zone_sentence

    row = {"name": "PZ-9", "worst_node": None, "lacking": "more points"}
    assert zone_sentence(row) == "PZ-9 has no point of pressure · lacking: more points."
