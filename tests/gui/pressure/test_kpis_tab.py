"""Indicators in the window: figures lead to their rows, targets are set and undone, a page is made."""

from __future__ import annotations

from typing import Any

import pytest
from support.paper_texts import pdf_words, workbook_rows
from support.searched_streets import YEAR
from support.widgets import click, text

from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.pressure.kpis import kpi_table


def test_shares_are_written_in_per_cent_and_amounts_as_they_are() -> None:
    assert kpi_table.written("hit_rate", 0.125) == "12.5 %" and kpi_table.written("offset_m", 3.0) == "3.0"
    assert kpi_table.written("hit_rate", None) == ""
    assert [kpi_table.unit_name(one) for one in ("all", "Z1", "contractor:Ear")] == ["", "Z1", "Ear"]


def test_thousands_are_written_whole_so_that_they_are_read_in_a_narrow_panel() -> None:
    numerator = next(column for column in kpi_table.columns() if column.key == kpi_table.NUMERATOR)
    assert [numerator.write(value) for value in (0.42, 89.0, 205_342.6)] == ["0.4", "89", "205,343"]


@pytest.fixture
def tab(streets: Any, until: Any) -> Any:
    """The tab with the sheet of this year."""
    streets.open_tool("pressure")
    pane = streets.window("wn_pressure")
    pane.ask(tab="kpis")
    tab = pane.tab("kpis")
    until(lambda: tab.result is not None and streets.is_idle, 30.0)
    return tab


def press(tab: Any, indicator: str, column: str, unit: str = "all") -> None:
    """Click a cell."""
    row = next(
        place
        for place, one in enumerate(tab.list.rows)
        if (one["unit"], one["indicator"]) == (unit, indicator)
    )
    keys = [one.key for one in tab.list.columns]
    tab.list.clicked.emit(tab.list.model().index(row, keys.index(column)))


def value(tab: Any, indicator: str, key: str, unit: str = "all") -> Any:
    return next(one[key] for one in tab.list.rows if (one["unit"], one["indicator"]) == (unit, indicator))


@pytest.mark.slow
def test_figures_lead_to_the_rows_that_they_count(tab: Any, streets: Any, until: Any) -> None:
    assert value(tab, "leakage_rate", "value_text") == "30.0 %"
    done, every = tab.result.behind("all", "renewed_km", "numerator"), ("PR-1", "PR-2", "PR-3")
    assert done == ("project", ("PR-1",))
    press(tab, "renewed_km", "denominator")
    assert [row["asset"] for row in tab.counted.rows] == list(every)
    assert sum(row["amount"] for row in tab.counted.rows) == pytest.approx(0.6)
    assert {one["project_id"] for one in streets.layer("project").selectedFeatures()} == set(every)
    press(tab, "search_coverage", "numerator")
    assert {one["pipe_id"] for one in streets.layer("pipe").selectedFeatures()} == {"P2", "P3", "Q2"}
    press(tab, "drained_m3", "numerator")
    assert text(tab, "wn_pressure_kpis_facts").endswith("no rows.") and not tab.counted.isVisible()
    assert value(tab, "hit_rate", "name", "contractor:Ear") == "Ear: Finds"


@pytest.mark.slow
def test_a_target_is_set_taken_away_and_undone(tab: Any, streets: Any, until: Any) -> None:
    assert value(tab, "leakage_rate", "target") is None
    press(tab, "leakage_rate", "name")
    tab.target.box.setValue(25.0)
    click(tab, "wn_pressure_kpis_target_set")
    until(lambda: value(tab, "leakage_rate", "target_text") == "25.0 %" and streets.is_idle, 30.0)
    assert value(tab, "leakage_rate", "reached") == "no"
    press(tab, "leakage_rate", "name")
    tab.target.box.setValue(40.0)
    click(tab, "wn_pressure_kpis_target_set")
    until(lambda: value(tab, "leakage_rate", "reached") == "yes" and streets.is_idle, 30.0)
    with streets.network() as network:
        rows = network.read("target", ["unit", "year", "indicator", "value"], geometry=False)
        network.undo()
    assert sorted(rows["value"]) == [0.4, 0.4] and len(rows) == 2
    streets.written()
    until(lambda: value(tab, "leakage_rate", "target_text") == "25.0 %" and streets.is_idle, 30.0)
    press(tab, "leakage_rate", "name")
    tab.target.box.setValue(tab.target.box.minimum())
    click(tab, "wn_pressure_kpis_target_set")
    until(lambda: value(tab, "leakage_rate", "target") is None and streets.is_idle, 30.0)


@pytest.mark.slow
def test_projects_are_listed_by_type_and_printed(
    tab: Any, streets: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(file_dialogs, "open_file", opened.append)
    click(tab, "wn_pressure_kpis_money")
    # The lower zone loses nothing that is known, so it follows the upper one.
    assert [(row["project_id"], row["zone_id"]) for row in tab.projects.rows] == [
        ("PR-1", "Z1"), ("PR-2", "Z2"), ("PR-3", "Z1"),
    ]  # fmt: skip
    tab.projects.picked.emit(tab.projects.rows[0])
    assert [one["project_id"] for one in streets.layer("project").selectedFeatures()] == ["PR-1"]
    click(tab, "wn_pressure_kpis_print")
    until(lambda: bool(opened) and streets.is_idle, 60.0)
    page = opened[0]
    assert page.name == f"kpis_{YEAR}_all.pdf" and "PR-2" in pdf_words(page)
    book = workbook_rows(page.with_suffix(".xlsx"))
    assert [line[0] for line in book["Projects"][1:]] == ["PR-1", "PR-2", "PR-3"]
    sums = {line[0]: line[1:] for line in book["Money by type of project"][1:]}
    assert sums["Renewal of pipes"] == [2, 400, 150, 40, 50, 60]


@pytest.mark.slow
def test_a_time_to_come_is_refused_in_words(tab: Any) -> None:
    tab.year.fill([(2199, "2199")], 2199)
    tab.refresh()
    assert "still to come" in tab.message.text() and tab.list.rows == []


@pytest.mark.slow
def test_it_opens_with_the_newest_year_that_has_anything_to_judge(
    tab: Any, streets: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tab.year.key() == YEAR and "nothing to judge" not in tab.note.text()
    before = YEAR - 8
    place = "waternet_plugin.operations.programmes.judged_year.newest_judged_year"
    monkeypatch.setattr(place, lambda _network, _today: before)
    tab.opens_newest = True
    tab.refresh()
    until(lambda: tab.year.key() == before and streets.is_idle, 30.0)
    assert f"{YEAR} has nothing to judge yet: this is {before}." in tab.note.text()
    assert tab.year.itemData(0) == YEAR and tab.algorithm_parameters()["YEAR"] == before
