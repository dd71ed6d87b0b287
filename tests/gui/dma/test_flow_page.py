"""The tab of night flow: from the dock's alarms to a work order on a pipe, by clicks."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from support.staging import ROOT
from support.uncomputed_town import undo_night_flow
from support.widgets import click, part

from waternet_plugin import store
from waternet_plugin.gui.dma.leaks.leak_texts import LeakFigure, alarms_line, colour_of
from waternet_plugin.operations.leakage.night_flow import NightFlowRequest, night_flow
from waternet_plugin.operations.leakage.zone_flow import LeakageState
from waternet_plugin.operations.work.write_orders import OrderRequest, write_orders


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town, its night flow not computed."""
    folder = tmp_path_factory.mktemp("flow") / "town"
    shutil.copytree(ROOT / "build" / "sample_town" / "en", folder)
    undo_night_flow(next(folder.glob("*.gpkg")))
    return folder


@pytest.fixture(scope="module")
def alarmed_town(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town with its night flow stored."""
    folder = tmp_path_factory.mktemp("alarmed") / "town"
    shutil.copytree(town, folder)
    with store.open_network(next(folder.glob("*.gpkg"))) as network:
        night_flow(network, NightFlowRequest("Night flow", store=True))
    return folder


def opened(plugin: Any, folder: Path, until: Any) -> Any:
    """Open a town in a window and return its section of metered areas, once it is read."""
    session = plugin.session
    session.iface.window.resize(1366, 768)
    session.iface.window.show()
    assert session.open_network(str(next(folder.glob("*.gpkg"))))
    section = next(one for one in plugin.dock.sections if one.KEY == "dma")
    until(lambda: section.states is not None, 60)
    return section


@pytest.fixture
def section(plugin: Any, alarmed_town: Path, tmp_path: Path, until: Any) -> Any:
    """The dock's section of the town with alarms."""
    shutil.copytree(alarmed_town, tmp_path / "town")
    return opened(plugin, tmp_path / "town", until)


def click_row(view: Any, row: int) -> None:
    """Click a row of a list."""
    place = view.visualRect(view.model().index(row, 1)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


@pytest.mark.slow
def test_from_the_alarm_to_a_work_order_on_a_pipe_in_four_clicks(
    section: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = section.session
    told = re.fullmatch(r"2 alarms, worst DMA-1 \+(\d\.\d) m³/h", section.alarms.text())
    assert told is not None
    # As planted, see sample_data/town/truth.json.
    assert float(told[1]) == pytest.approx(7.5, rel=0.1)
    QTest.mouseClick(section.alarms, Qt.MouseButton.LeftButton)
    until(lambda: session.window("wn_dma") is not None, 60)
    pane = session.window("wn_dma")
    until(pane.flow.rank_button.isEnabled, 60)
    assert pane.model.zone_id == "DMA-1"
    assert pane.flow.plot.plot.name == "leakage_ranking"
    assert "leaks most" in pane.flow.note.text()
    pane.flow.plot._choice.setCurrentIndex(0)
    note = pane.flow.note.text()
    for reason in (f"rose at once on 2025-11-27: {told[1]} m³/h more", "runs all day", "weather"):
        assert reason in note
    click(pane.flow, "wn_dma_flow_rank")
    until(lambda: pane.flow.pages.currentIndex() == 1, 60)
    rows = pane.flow.search.list.rows
    assert sum(row["chance"] for row in rows) == pytest.approx(1.0, abs=0.05)
    assert [row["order"] for row in rows] == sorted(row["order"] for row in rows)
    # The strongest reason in the list, one line a pipe; all of them in the tip and once a row is chosen.
    assert rows[0]["reasons"].startswith(rows[0]["reason"]) and rows[0]["reason"]
    shown = pane.flow.search.list
    heights = {shown.rowHeight(row) for row in range(len(rows))}
    assert heights == {shown.verticalHeader().defaultSectionSize()}
    reason = shown.model().index(0, 4)
    assert reason.data(Qt.ItemDataRole.ToolTipRole) == rows[0]["reasons"]
    assert not pane.flow.search.order_button.isEnabled()
    asked: list[Any] = []
    monkeypatch.setattr(session, "open_algorithm", lambda *given: asked.append(given))
    network = {"NETWORK": session.network_path}
    for entry, algorithm, given in (
        ("plan", "plansteptest", {"ALARM": "A-000001"}),
        ("record", "recordsteptest", {"ZONE": "DMA-1"}),
    ):
        menu = pane.flow.search.steps_button.menu()
        next(one for one in menu.actions() if one.objectName() == f"wn_dma_leak_steps_{entry}").trigger()
        assert asked.pop() == (algorithm, {**network, **given})
    click_row(pane.flow.search.list, 0)
    click(pane.flow.search, "wn_dma_leak_order")

    def orders() -> Any:
        with session.network() as network:
            return network.read("work_item", ["type", "state", "asset", "alarm_id"], geometry=False)

    until(lambda: len(orders()), 30)
    made = orders().iloc[0].tolist()
    assert made == ["locate", "open", rows[0]["pipe_id"], "A-000001"]


@pytest.mark.slow
def test_the_list_of_zones_tells_leakage_and_state(section: Any, until: Any) -> None:
    section._show_leaks()
    until(lambda: section.session.window("wn_dma") is not None, 60)
    pane = section.session.window("wn_dma")
    until(lambda: pane.flow.flow is not None, 60)
    leaks = {row["name"].strip("▸ "): row["leak"] for row in pane.zones.rows}
    assert sorted(round(float(one)) for one in leaks.values()) == [7, 12, 14]
    # Two leak; the third has no alarm, whatever its newest night is.
    assert [colour_of(one) for one in leaks.values()].count("#99000d") == 2
    # A click on a zone shows its year.
    ids = [str(one) for one in pane.model.drawing.zones.tree.zone_id]
    click_row(pane.zones, ids.index("DMA-3"))
    until(lambda: pane.flow.flow.zone_id == "DMA-3", 30)
    assert pane.flow.plot.plot.name == "night_flow_DMA-3"
    assert "has been rising since 2025-12-05: 4.2 m³/h more" in pane.flow.plot.plot.title
    assert len(pane.flow.plot.plot.rows) == 56
    click_row(pane.zones, ids.index("DMA-2"))
    until(lambda: pane.flow.flow.zone_id == "DMA-2", 30)
    assert not pane.flow.rank_button.isEnabled()
    assert "m³/h leak, state" in pane.flow.note.text()


@pytest.mark.slow
def test_the_norm_becomes_the_night_use_of_the_area_where_there_is_one(section: Any, until: Any) -> None:
    session = section.session

    def night_use() -> Any:
        with session.network() as network:
            zones = network.read("zone", ["zone_id", "night_use_m3h"], ids=["DMA-2"], geometry=False)
        return zones["night_use_m3h"].item()

    section._show_leaks()
    until(lambda: session.window("wn_dma") is not None, 60)
    pane = session.window("wn_dma")
    until(lambda: pane.flow.flow is not None, 60)
    ids = [str(one) for one in pane.model.drawing.zones.tree.zone_id]
    click_row(pane.zones, ids.index("DMA-2"))
    until(lambda: pane.flow.flow.zone_id == "DMA-2" and pane.flow.norm_button.isEnabled(), 30)
    before, bar = night_use(), session.iface.messageBar()
    click(pane.flow, "wn_dma_flow_norm")
    until(lambda: bar.currentItem() is not None and "no norm" in bar.currentItem().text(), 60)
    assert pd.isna(before) and pd.isna(night_use())
    setting = {"key": ["leakage.norm_excess_m3h"], "value": ["20"], "unit": "m3/h", "source": "us"}
    with session.network() as network, network.write("edit") as batch:
        batch.insert("setting", pd.DataFrame(setting))
    click(pane.flow, "wn_dma_flow_norm")
    until(lambda: "Night use of DMA-2: 1" in bar.currentItem().text(), 60)
    assert night_use() == pytest.approx(12.0, abs=1.0)


@pytest.mark.slow
def test_night_flow_is_computed_from_the_tab_and_leads_to_the_ranking(
    plugin: Any, town: Path, tmp_path: Path, until: Any
) -> None:
    shutil.copytree(town, tmp_path / "town")
    section = opened(plugin, tmp_path / "town", until)
    assert section.alarms.text() == "compute night flow of the readings"
    section._show_zones()
    until(lambda: section.session.window("wn_dma") is not None, 60)
    pane = section.session.window("wn_dma")
    pane.tabs.setCurrentWidget(pane.flow)
    until(lambda: pane.flow.states and pane.model.is_ready, 60)
    click_row(pane.zones, 0)
    until(lambda: "not computed yet" in pane.flow.note.text(), 30)
    QTest.mouseClick(section.alarms, Qt.MouseButton.LeftButton)
    until(lambda: pane.flow.plot.plot is not None and pane.flow.rank_button.isEnabled(), 120)
    assert pane.flow.plot.plot.name == "leakage_ranking"
    until(lambda: section.alarms.text().startswith("2 alarms"), 30)
    with section.session.network() as network:
        assert network.count("zone_night") == 168
    # A day of readings more asks for one night more of each area.
    assert section.newer.isHidden()
    with section.session.network() as network:
        rows = network.read("reading", ["node_id", "time", "quantity", "value"], geometry=False)
        day = pd.Timedelta(days=1)
        rows = rows[rows["quantity"] == "flow_m3h"]
        last = rows[rows["time"] > rows["time"].max() - day]
        with network.write("edit") as batch:
            batch.insert("reading", last.assign(time=last["time"] + day))
    section.session.written("reading")
    until(lambda: not section.newer.isHidden(), 60)
    assert section.newer.text() == "newer readings: compute night flow again"
    assert section.alarms.text().startswith("2 alarms")
    section.newer.click()
    until(section.newer.isHidden, 120)
    with section.session.network() as network:
        assert network.count("zone_night") == 171


def state(zone: str, leak: float, rise: float = float("nan")) -> LeakageState:
    alarm = "A-1" if rise == rise else ""
    return LeakageState(zone, zone, datetime.date(2026, 1, 2), "alarm", leak, alarm, None, rise)


def test_the_line_of_the_dock() -> None:
    assert alarms_line([]) == ""
    assert alarms_line([state("DMA-4", 9.0, 7.4), state("B", 1.0)]) == "1 alarm, worst DMA-4 +7.4 m³/h"
    assert alarms_line([state("B", 1.0)]) == "no leak alarm, night of 2026-01-02"
    assert colour_of(LeakFigure(float("nan"), "no_data")) is None


@pytest.mark.slow
def test_parts_have_names(section: Any) -> None:
    assert part(section, "wn_section_dma_alarms") is section.alarms


@pytest.mark.slow
def test_a_dug_leak_becomes_a_failure_and_ends_its_alarm_in_the_pane(section: Any, until: Any) -> None:
    session = section.session
    section._show_leaks()
    until(lambda: session.window("wn_dma") is not None, 60)
    pane = session.window("wn_dma")
    until(pane.flow.dig_button.isEnabled, 60)
    click(pane.flow, "wn_dma_flow_dig")
    until(lambda: pane.flow.pages.currentWidget() is pane.flow.dig, 60)
    assert "no open work order" in pane.flow.dig.note.text()
    assert not pane.flow.dig.write_button.isEnabled()
    click(pane.flow.dig, "wn_dma_dig_back")
    with session.network() as network:
        pipe = network.read("pipe", ["pipe_id"], where={"dma_id": "DMA-1"}, geometry=False)["pipe_id"].iloc[0]
        write_orders(network, OrderRequest((pipe,), alarm_id="A-000001", method="correlator"))
        failures = network.count("failure")
    session.written("work_item")
    click(pane.flow, "wn_dma_flow_dig")
    until(pane.flow.dig.write_button.isEnabled, 60)
    assert pane.flow.dig.order.currentText().endswith(pipe)
    assert pane.flow.dig.method.currentData() == "correlator"
    pane.flow.dig.flow.setValue(7.0)
    click(pane.flow.dig, "wn_dma_dig_write")

    def stored() -> Any:
        with session.network() as network:
            ended = network.read("leak_alarm", ["alarm_id", "ended_on"]).set_index("alarm_id")["ended_on"]
            orders = network.read("work_item", ["state", "flow_m3h", "found"], geometry=False)
            return network.count("failure") - failures, ended["A-000001"], orders.iloc[0].tolist()

    until(lambda: stored()[0] == 1, 60)
    _count, ended, order = stored()
    assert ended.date() == datetime.date.today()
    assert order[:2] == ["done", 7.0]
    # Without its alarm the area has no dig to record.
    until(lambda: not pane.flow.dig_button.isEnabled(), 60)
    assert pane.flow.pages.currentIndex() == 0


@pytest.mark.slow
def test_a_zone_that_is_gone_leaves_the_tab_without_its_figures(section: Any, until: Any) -> None:
    session = section.session
    section._show_leaks()
    until(lambda: session.window("wn_dma") is not None, 60)
    page = session.window("wn_dma").flow
    until(lambda: page.flow is not None and page.rank_button.isEnabled(), 60)
    zone = page.flow.zone_id
    with session.network() as network, network.write("edit") as batch:
        batch.delete("zone", [zone])
    # The states are read before the list of zones is, and the plot speaks meanwhile.
    del page.states[zone]
    page.plot._choice.setCurrentIndex(1)
    page._show()
    assert page.flow is None
    assert not page.rank_button.isEnabled()
    assert not page.dig_button.isEnabled()
    session.written("zone")
    until(lambda: page.states and zone not in page.states, 60)
    until(lambda: page.model.zone_id != zone, 60)
    assert zone not in page.note.text()
