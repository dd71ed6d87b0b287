"""The search for leaks in the window: nights of a year, their months on the map, work orders, contractors."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QPushButton
from support.widgets import click, part

from waternet_plugin.core.colours import CALM, CAUTION, SEVERE
from waternet_plugin.gui.pressure.search import night_rows

JUNE = datetime.date(2026, 6, 1)


def test_nights_are_listed_by_month_and_by_what_is_not_reached() -> None:
    rows = [{"night": "2026-06-03", "is_late": False}, {"night": "2026-07-01", "is_late": True},
            {"night": None, "is_late": True}]  # fmt: skip
    assert night_rows.months_of(rows) == [JUNE, datetime.date(2026, 7, 1)]
    assert night_rows.wanted(rows, JUNE) == rows[:1] and night_rows.wanted(rows, night_rows.SHORT) == rows[1:]
    assert night_rows.wanted(rows, night_rows.ALL) == rows


@pytest.fixture
def tab(streets: Any, until: Any) -> Any:
    """The tab with the year's nights."""
    streets.open_tool("pressure")
    pane = streets.window("wn_pressure")
    pane.ask(tab="search")
    tab = pane.tab("search")
    until(lambda: tab.found is not None and streets.is_idle, 30.0)
    return tab


def orders(streets: Any) -> list[str]:
    with streets.network() as network:
        items = network.read("work_item", ["item_id", "state"], geometry=False)
    return sorted(items.loc[items["state"] == "open", "item_id"])


@pytest.mark.slow
def test_nights_their_map_and_who_found_what(tab: Any, streets: Any, until: Any) -> None:
    # Searched more than a year ago comes first; the whole town is one night's work and a bit.
    first = tab.list.rows[0]
    assert first["why"] == "overdue" and first["night"] == datetime.date.today().isoformat()
    assert [row["contractor"] for row in tab.contractors.rows] == ["Ear"]
    (ear,) = tab.contractors.rows
    assert (ear["searches"], ear["hit_percent"], ear["offset_m"]) == (2, 50.0, 3.0)
    # All is planned for this month: yellow. Shorter nights leave some for later, or not reached.
    assert [line.colour for line in tab.overlay.lines] == [CAUTION]
    tab.months.setValue(1)
    tab.km.setValue(0.1)
    tab.start.setDate(tab.start.date().addDays(1 - tab.start.date().day()))
    before = tab.found
    until(lambda: tab.found is not before and tab.found is not None and streets.is_idle, 30.0)
    month = tab.which.itemData(1)
    tab.which.choose(month)
    tab._show_wanted()
    assert tab.list.rows and all(row["night"][:7] == f"{month:%Y-%m}" for row in tab.list.rows)
    # Of a month without nights what was searched is blue, what is overdue red.
    lines = tab.found.lines(datetime.date(2001, 1, 1))
    assert sorted(lines) == ["done", "overdue"]
    assert {CALM, SEVERE} == {night_rows_colour(state) for state in lines}


def night_rows_colour(state: str) -> str:
    from waternet_plugin.bridge.traces import SEARCH_COLOURS

    return SEARCH_COLOURS[state]


def done(streets: Any) -> dict[str, tuple[Any, ...]]:
    with streets.network() as network:
        items = network.read("work_item", geometry=False)
    items = items[items["state"] == "done"]
    return dict(zip(items["item_id"], zip(items["found"], items["contractor"], items["length_m"])))


@pytest.mark.slow
def test_orders_are_written_told_and_undone(tab: Any, streets: Any, until: Any) -> None:
    assert orders(streets) == [] and not part(tab, "wn_pressure_search_record").isEnabled()
    nights = sum(row["night"] is not None for row in tab.rows)
    click(tab, "wn_pressure_search_write")
    until(lambda: len(orders(streets)) == nights and streets.is_idle, 30.0)
    said = " ".join(str(one) for one in streets.iface.messages())
    assert f"{nights} work order" in said
    until(lambda: len(tab.found.open_items) == nights and streets.is_idle, 30.0)
    click(tab, "wn_pressure_search_record")
    work = streets.window("wn_work")
    until(lambda: len(work.list.chosen) == nights and streets.is_idle, 30.0)
    # A night that found nothing, and one that found a leak: the contractor is asked each time.
    first, second = (row["id"] for row in work.list.chosen[:2])
    work._choose({first})
    click(work, "wn_work_done")
    assert work.line.contractor.isVisible() and not work.line.hours.isVisible()
    work.line.contractor.setText("Ear")
    work.line.length.setValue(150.0)
    click(work, "wn_work_record_now")
    until(lambda: done(streets).get(first) == ("no", "Ear", 150.0) and streets.is_idle, 30.0)
    work._choose({second})
    click(work, "wn_work_done")
    work.line.contractor.setText("Dig & Co")
    work.line.found.choose("yes")
    work.line.found.chosen.emit("yes")
    work.line.pipe.setText("NONE")
    click(work, "wn_work_record_now")
    until(lambda: "no pipe “NONE”" in " ".join(str(one) for one in streets.iface.messages()), 30.0)
    work._choose({second})
    click(work, "wn_work_done")
    work.line.contractor.setText("Dig & Co")
    work.line.found.choose("yes")
    work.line.found.chosen.emit("yes")
    work.line.pipe.setText("R2")
    work.line.offset.setValue(1.5)
    click(work, "wn_work_record_now")
    until(lambda: done(streets).get(second, ("",))[0] == "yes" and streets.is_idle, 30.0)
    until(lambda: [row["contractor"] for row in tab.contractors.rows] == ["Dig & Co", "Ear"], 30.0)
    with streets.network() as network:
        assert network.read("failure", ["pipe_id"], geometry=False)["pipe_id"].tolist() == ["R2"]
        network.undo()
        network.undo()
    streets.written()
    buttons = streets.iface.mainWindow().findChildren(QPushButton, "wn_message_button")
    next(one for one in buttons if one.text() == "Undo").click()
    until(lambda: orders(streets) == [] and streets.is_idle, 30.0)


@pytest.mark.parametrize(("km", "text"), [(1.234, "1.23"), (0.1, "0.10"), (0.0042, "0.004")])
def test_a_run_of_a_few_metres_is_not_zero(km: float, text: str) -> None:
    from waternet_plugin.gui.pressure.search.night_rows import km_text

    assert km_text(km) == text
