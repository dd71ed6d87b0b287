"""A programme in the window: the section's figures, done dates for rows and chosen compounds, its papers."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtTest import QTest
from support.widgets import part, text

from waternet_plugin.core.months import Month, month_of
from waternet_plugin.core.programmes.month_figures import MonthFigures
from waternet_plugin.gui.panes import pane, report_files
from waternet_plugin.gui.programmes import programme_rows
from waternet_plugin.gui.programmes.programme_pane import ProgrammePane
from waternet_plugin.operations.programmes.programme_summary import ItemLine, ProgrammeSummary, UnitProgress
from waternet_plugin.store import open_network

METERS, ONE = "meter_to_household", "one_household_one_meter"


def summary_of(plan: float = 530.0, fulfilled: float = 412.0) -> ProgrammeSummary:
    """A programme of two units."""
    units = tuple(
        UnitProgress(
            name, "households", 100.0, 40.0, MonthFigures((name,), "households", 50.0, done, 0.0, ("pipes",))
        )
        for name, done in (("Li", 50.0), ("", 20.0))
    )
    items = tuple(
        ItemLine(f"I{place}", name, compound, "Li", 30.0, "2026-10", "open", situation, "")
        for place, (name, compound, situation) in enumerate((("<b>A</b>", "A", "done"), ("B", "", "late")))
    )
    whole = MonthFigures((), "households", plan, fulfilled, 0.0)
    month = Month(2026, 10)
    return ProgrammeSummary(METERS, (METERS,), month, "households", 8412.0, 11300.0, whole, units, items)


def test_the_figures_are_sentences() -> None:
    assert programme_rows.progress_sentence(summary_of()) == "8,412 of 11,300 households"
    assert programme_rows.month_sentence(summary_of()) == "October: 412 of 530, 1 unit below plan"
    assert programme_rows.month_sentence(summary_of(plan=0.0)) == "October: nothing was planned"


def test_late_items_and_units_below_plan_come_first() -> None:
    summary = summary_of()
    assert [row["unit"] for row in programme_rows.unit_rows(summary)] == ["(not named)", "Li"]
    rows = programme_rows.item_rows(summary)
    assert [row["name"] for row in rows] == ["B", "<b>A</b>"]
    name = programme_rows.item_columns()[1]
    assert name.tip is not None
    assert "no compound of the map" in name.tip(rows[0])
    assert "no compound of the map" not in name.tip(rows[1])


@pytest.fixture
def town(open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()


def _rows(session: Any) -> Any:
    with open_network(session.network_path) as network:
        return network.read("programme_item", geometry=False)


@pytest.mark.slow
def test_done_dates_go_in_once_for_all_and_the_report_follows(
    plugin: Any, town: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_pages: list[Path] = []
    monkeypatch.setattr(report_files, "show_report", lambda _session, path: opened_pages.append(path))
    section = next(one for one in plugin.dock.sections if one.KEY == "programme")
    until(lambda: section.summary is not None and town.is_idle, 60.0)
    before = _rows(town)
    counted = before[(before["programme"] == METERS) & (before["count_unit"] == "households")]
    assert section.figure.text().endswith(f"of {int(counted['households'].sum()):,} households")
    assert not section.isHidden()
    section.figure.click()
    opened = town.window("wn_programme")
    until(lambda: opened.summary is not None and town.is_idle, 60.0)
    assert {row["item_id"] for row in opened.items.rows} == set(
        before.loc[before["programme"] == METERS, "item_id"]
    )
    # Compounds chosen on the map: one with an item that is not done, one that is done, one without an item.
    layer = town.layer("compound")
    layer.selectByExpression("\"compound_id\" IN ('XQ-10', 'XQ-03', 'XQ-02')")
    opened.day.setDate(QDate(2026, 10, 12))
    QTest.mouseClick(part(opened, "wn_programme_enter"), Qt.MouseButton.LeftButton)
    until(lambda: len(_rows(town)) == len(before) + 1 and town.is_idle, 60.0)
    after = _rows(town)
    days = after[after["programme"] == METERS].set_index("compound_id")["done_on"].dt.date.to_dict()
    entered = datetime.date(2026, 10, 12)
    assert (days["XQ-10"], days["XQ-02"], days["XQ-03"]) == (entered, entered, datetime.date(2025, 8, 11))
    # A row of the list, whatever is chosen on the map.
    until(lambda: opened.summary is not None and len(opened.items.rows) == 19 and town.is_idle, 60.0)
    place = next(place for place, row in enumerate(opened.items.rows) if row["compound_id"] == "XQ-13")
    opened.items.selectRow(place)
    QTest.mouseClick(part(opened, "wn_programme_enter"), Qt.MouseButton.LeftButton)
    until(
        lambda: _rows(town)["done_on"].notna().sum() == after["done_on"].notna().sum() + 1 and town.is_idle,
        60.0,
    )
    QTest.mouseClick(part(opened, "wn_programme_month"), Qt.MouseButton.LeftButton)
    until(lambda: bool(opened_pages) and town.is_idle, 60.0)
    month = month_of(datetime.date.today()).plus(-1).text
    assert month in opened_pages[0].read_text(encoding="utf-8")
    opened.show_ledger()
    until(lambda: len(opened_pages) == 2 and town.is_idle, 60.0)
    assert "水岸华庭" in opened_pages[1].read_text(encoding="utf-8")
    assert METERS in opened_pages[1].name
    # Another programme is chosen from the list, and a unit chooses its items.
    opened.programmes.choose(ONE)
    opened.refresh()
    until(lambda: opened.summary is not None and opened.summary.programme == ONE and town.is_idle, 60.0)
    assert len(opened.items.rows) == 3
    opened.units.picked.emit(opened.units.rows[0])
    assert {row["unit"] for row in opened.items.chosen} == {opened.units.rows[0]["key"]}
    opened.close()


@pytest.mark.slow
def test_nothing_chosen_is_said(plugin: Any, town: Any, until: Any) -> None:
    said: list[str] = []
    opened = pane.open_pane(town, ProgrammePane)
    until(lambda: opened.summary is not None and town.is_idle, 60.0)
    assert "households" in text(opened, "wn_programme_headline")
    opened.session.say_error = lambda error: said.append(error.message)
    opened.items.clearSelection()
    opened.enter()
    assert said == ["Choose compounds on the map, or rows of the table, first."]
    opened.close()
    until(lambda: town.is_idle, 60.0)
