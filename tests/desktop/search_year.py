"""The way of the leak office: a year's search to its work items, a burst kept, shut-offs, the KPI sheet."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Script, finish, pause, perform, written  # noqa: E402
from map_hands import HANDS, expect, idle, pane, sample, session, to_dock  # noqa: E402

SEARCH_CLICKS, KEEP_CLICKS, SHEET_CLICKS = 4, 1, 2


def tab(key: str) -> Script:
    """Press a tab of the pane."""
    book = pane("pressure").book
    bar, place = book.tabBar(), [one.KEY for one in pane("pressure").tabs].index(key)
    HANDS.click_at(bar.mapToGlobal(bar.tabRect(place).center()))
    yield lambda: key == pane("pressure").current.KEY and idle()
    yield pause(2)
    yield idle


def orders() -> int:
    """Return how many search orders are open."""
    with session().network() as network:
        items = network.read("work_item", ["item_id"], where={"type": "locate", "state": "open"})
    return len(items)


def search() -> Script:
    """Plan a year of leak search and write its work items."""
    yield from to_dock("wn_section_pressure_button")
    HANDS.clicks = 0
    HANDS.click("wn_section_pressure_button")
    yield lambda: pane("pressure") is not None and idle()
    if pane("pressure").current.KEY != "search":
        yield from tab("search")
    yield lambda: pane("pressure").tab("search").found is not None and idle()
    yield pause(2)
    HANDS.shoot("search_nights")
    before = orders()
    HANDS.click("wn_pressure_search_write")
    yield lambda: orders() > before and idle()
    yield pause(2)
    HANDS.shoot("search_written")
    expect(HANDS.clicks <= SEARCH_CLICKS, True, f"a year's search to its work items in {HANDS.clicks} clicks")


def shutoffs() -> Script:
    """Keep a burst, and look at the month."""
    with session().network() as network:
        pipes = network.read("pipe", ["pipe_id", "function"], where={"system": "potable", "status": "in_use"})
    name = str(sorted(pipes.loc[pipes["function"] != "service", "pipe_id"])[0])
    session().open_tool("burst")
    yield lambda: pane("burst") is not None
    pane("burst").ask(pipe_id=name)
    yield lambda: pane("burst").answer is not None and idle()
    yield pause(1)
    before = HANDS.clicks
    HANDS.click("wn_burst_shutoff")
    yield idle
    yield pause(2)
    yield idle
    expect(HANDS.clicks - before, KEEP_CLICKS, "clicks for a burst that is kept")
    HANDS.click("wn_burst_planned")
    yield pause(1)
    HANDS.shoot("burst_planned")
    HANDS.click("wn_burst_closing_keep")
    yield idle
    yield pause(2)
    yield idle
    pane("burst").close()
    session().open_tool("pressure")
    yield from tab("shutoffs")
    shown = pane("pressure").tab("shutoffs")
    yield lambda: (shown.list.rows or shown.next_start) and idle()
    if not shown.list.rows:
        # By the clocks of the network it is the next month already.
        HANDS.click("qt_calendar_nextmonth")
        yield lambda: len(shown.list.rows) >= 1 and idle()
    shown.list.selectRow(0)
    shown.choose(shown.list.rows[0])
    yield pause(2)
    yield idle
    HANDS.shoot("shutoffs")
    HANDS.click("wn_pressure_shutoffs_record")
    yield pause(1.5)
    HANDS.shoot("shutoff_record")


def sheet() -> Script:
    """Print the sheet of the year."""
    before = HANDS.clicks
    yield from tab("kpis")
    yield lambda: pane("pressure").tab("kpis").result is not None and idle()
    yield pause(1)
    HANDS.shoot("kpis")
    # The records of the sample town end in this year.
    kpis = pane("pressure").tab("kpis")
    kpis.result = None
    kpis.year.choose(2025)
    kpis.year.chosen.emit(2025)
    yield lambda: kpis.result is not None and idle()
    HANDS.shoot("kpis_of_records")
    HANDS.click("wn_pressure_kpis_print")
    folder = Path(session().network_path).parent
    yield lambda: all(written(folder, f"kpis_*.{kind}") for kind in ("pdf", "xlsx")) and idle()
    expect(HANDS.clicks - before, SHEET_CLICKS, "clicks for the KPI sheet")
    row = next(one for one in kpis.list.rows if one["indicator"] == "search_coverage")
    kpis._choose(row)
    kpis.show_counted(row, "denominator")
    yield pause(2)
    yield idle
    HANDS.shoot("kpis_counted")
    kpis.show_projects()
    yield pause(1)
    HANDS.shoot("kpis_projects")


def way() -> Script:
    """Go all ways; print clicks and seconds."""
    yield from sample()
    begun = time.monotonic()
    yield from search()
    yield from shutoffs()
    yield from sheet()
    told = "search, shut-offs and KPI sheet"
    finish("search_year", SEARCH_CLICKS + KEEP_CLICKS + SHEET_CLICKS, time.monotonic() - begun, told)


perform(way(), HANDS)
