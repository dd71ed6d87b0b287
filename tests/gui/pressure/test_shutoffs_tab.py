"""Shut-offs in the window: the month, what overlaps in red with its reason, and what became of one."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.PyQt.QtCore import QDate
from support.searched_streets import DAY
from support.widgets import click, part, text

from waternet_plugin.core.colours import CALM, SEVERE
from waternet_plugin.gui.pressure.shutoffs import shutoff_rows

MONTH = (DAY.replace(day=1), DAY.replace(day=31))


def test_days_of_what_lasts_on_or_began_before() -> None:
    spans = [("2099-04-28 10:00", "2099-05-02 09:00"), ("2099-05-30 23:00", None), (None, "2099-05-10 01:00")]
    assert sorted(day.day for day in shutoff_rows.days_of(spans, MONTH)) == [1, 2, 30, 31]


@pytest.fixture
def tab(streets: Any, until: Any) -> Any:
    """The tab at the month of the shut-offs."""
    streets.open_tool("pressure")
    pane = streets.window("wn_pressure")
    pane.ask(tab="shutoffs", day=DAY)
    tab = pane.tab("shutoffs")
    until(lambda: len(tab.list.rows) == 3 and streets.is_idle, 20.0)
    return tab


def colour(tab: Any, day: int) -> str:
    return str(tab.calendar.dateTextFormat(QDate(DAY.year, DAY.month, day)).background().color().name())


@pytest.mark.slow
def test_what_overlaps_is_red_with_its_reason(tab: Any, streets: Any, until: Any) -> None:
    assert [row["overlaps"] for row in tab.list.rows] == [1, 1, 0]
    assert tab.list.rows[0]["with_others"] == "SO-0002\nSame segment"
    assert tab.list.rows[1]["with_others"] == "SO-0001\nSame segment"
    assert (colour(tab, 4), colour(tab, 20), colour(tab, 21)) == (SEVERE, CALM, CALM)
    assert "3 shut-offs this month · 2 of them overlap" in tab.headline.text()
    tab.list.picked.emit(tab.list.rows[0])
    assert "SO-0001 and SO-0002 overlap (Same segment): 2 customers, 2099-05-04 11:00" in text(
        tab, "wn_pressure_shutoffs_facts"
    )
    assert [one["pipe_id"] for one in streets.layer("pipe").selectedFeatures()] == ["P4"]
    # One day alone, and the month again; another month has none.
    tab.calendar.clicked.emit(QDate(2099, 5, 21))
    assert [row["shutoff_id"] for row in tab.list.rows] == ["SO-0003"]
    tab.calendar.clicked.emit(QDate(2099, 5, 21))
    assert len(tab.list.rows) == 3
    tab.calendar.showNextMonth()
    until(lambda: tab.list.rows == [] and streets.is_idle, 20.0)
    assert "kept by the pane of the burst" in tab.note.text()
    # A month before them tells when the next one begins.
    for _page in range(2):
        tab.calendar.showPreviousMonth()
    until(lambda: tab.list.rows == [] and streets.is_idle and "after this month" in tab.note.text(), 20.0)
    assert tab.note.text() == "The next one after this month begins 2099-05-04 10:00."


@pytest.mark.slow
def test_a_state_is_recorded_and_undone_and_refusals_are_words(tab: Any, streets: Any, until: Any) -> None:
    tab.list.picked.emit(tab.list.rows[1])
    click(tab, "wn_pressure_shutoffs_record")
    until(tab.line.isVisible)
    line = "wn_pressure_shutoffs_line"
    assert part(tab, f"{line}_starts_at").text() == "2099-05-04 11:00"
    assert tab.calendar.isHidden()
    part(tab, f"{line}_ends_at").setText("2099-05-04 10:30")
    click(tab, f"{line}_now")
    until(lambda: "ends before it begins" in text(tab, f"{line}_error"))
    part(tab, f"{line}_ends_at").setText("2099-05-04 13:00")
    tab.line.state.choose("called_off")
    click(tab, f"{line}_now")
    until(lambda: [row["overlaps"] for row in tab.list.rows] == [0, 0, 0] and streets.is_idle, 30.0)
    assert tab.list.rows[1]["state"] == "called_off" and not tab.line.isVisible()
    assert not tab.calendar.isHidden()
    assert colour(tab, 4) == CALM
    with streets.network() as network:
        network.undo()
    streets.written()
    until(lambda: [row["overlaps"] for row in tab.list.rows] == [1, 1, 0] and streets.is_idle, 30.0)


@pytest.mark.slow
def test_the_burst_opens_with_the_pipe(tab: Any, streets: Any, until: Any) -> None:
    tab.list.picked.emit(tab.list.rows[2])
    click(tab, "wn_pressure_shutoffs_burst")
    burst = streets.window("wn_burst")
    until(lambda: burst.answer is not None and streets.is_idle, 30.0)
    assert burst.answer.question.pipe_id == "Q2"
