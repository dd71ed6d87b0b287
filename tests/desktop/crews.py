"""The manager of crews: a month planned to their lists and day sheets, orders made, printed and done."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, Script, finish, pause, perform  # noqa: E402
from map_hands import HANDS, expect, idle, pane, sample, section, session, to_dock  # noqa: E402
from qgis.PyQt.QtWidgets import QFileDialog  # noqa: E402

PAPERS, SHEETS = Path(HOME) / "papers", Path(HOME) / "sheets"


def choose_folder(folder: Path) -> Script:
    """Type the folder that is asked for and press the button that takes it."""
    folder.mkdir(exist_ok=True)
    yield lambda: HANDS.window(QFileDialog) is not None
    yield pause(1)
    HANDS.key("ctrl+a")
    HANDS.type(str(folder))
    yield pause(0.5)
    # Return takes it as the button does.
    HANDS.clicks += 1
    HANDS.key("Return")
    yield lambda: HANDS.window(QFileDialog) is None


def schedule() -> Script:
    """Have the days of tanks in the network: then the section offers the plan."""
    yield lambda: section("compounds").needs is not None
    yield from to_dock("wn_section_compounds_button")
    if section("compounds").needs.tanks_overdue is None:
        HANDS.click("wn_section_compounds_button")
    yield lambda: section("compounds").needs.tanks_overdue is not None and idle()


def plan() -> Script:
    """Go from the dock to the lists and day sheets of crews."""
    yield from to_dock("wn_section_compounds_button")
    HANDS.shoot("month_dock")
    HANDS.click("wn_section_compounds_button")
    yield lambda: pane("month") is not None and pane("month").found is not None and idle()
    yield pause(1.5)
    HANDS.shoot("month_plan")
    crews = [crew.name for crew in pane("month").found.crews]
    with session().network() as network:
        zones = network.read("zone", ["team", "kind"], geometry=False)
    expect(crews, sorted(set(zones.loc[zones["kind"] == "grid", "team"])), "the teams of the grids")
    yield HANDS.there("wn_month_papers")
    HANDS.click("wn_month_papers")
    yield from choose_folder(PAPERS)
    yield lambda: len(list(PAPERS.glob("*.xlsx"))) == len(crews)
    yield idle
    days = len(set(zip(pane("month").found.work.orders["team"], pane("month").found.work.orders["due_on"])))
    expect(len(list(PAPERS.glob("*.pdf"))), days, "a sheet for each crew and day")
    yield pause(1)
    HANDS.shoot("month_papers")


def items() -> list[dict[str, Any]]:
    """Return the planned work items."""
    with session().network() as network:
        rows = network.read(
            "work_item", ["item_id", "source", "state", "asset", "team", "due_on"], geometry=False
        )
    return rows[rows["source"] == "plan"].to_dict("records")


def order() -> Script:
    """Make work items of the plan."""
    before = {row["item_id"] for row in items()}
    HANDS.click("wn_month_items")
    yield lambda: pane("month").found is not None and pane("month").found.batch_id and idle()
    made = [row for row in items() if row["item_id"] not in before]
    expect(len(made), len(pane("month").found.work.orders), "an item for each order")
    yield pause(1)
    HANDS.shoot("month_items")


def work() -> Script:
    """Print the day sheets of the open work of a day, and record that a tank is cleaned."""
    yield from to_dock("wn_section_compounds_more")
    HANDS.click("wn_section_compounds_more")
    yield section("compounds").menu.isVisible
    yield pause(0.5)
    menu = section("compounds").menu
    action = next(one for one in menu.actions() if one.objectName() == "wn_compounds_menu_work")
    HANDS.click_at(menu.mapToGlobal(menu.actionGeometry(action).center()))
    yield lambda: pane("work") is not None and pane("work").list.rows and idle()
    overdue = {row["asset"] for row in pane("month").found.duties if row["state"] == "overdue" and row["day"]}
    count = sum(row["state"] == "overdue" for row in pane("month").found.duties)
    row = next(
        row
        for row in pane("work").list.rows
        if row["type"] == "clean" and row["asset"] in overdue and row["state"] == "open" and row["visit"]
    )
    pane("work")._choose({row["id"]})
    yield pause(0.7)
    HANDS.shoot("work_list")
    HANDS.click("wn_work_sheets")
    yield from choose_folder(SHEETS)
    yield lambda: len(list(SHEETS.glob("*.pdf"))) == 1 and idle()
    pane("work")._choose({row["id"]})
    HANDS.click("wn_work_done")
    yield HANDS.there("wn_work_record_now")
    yield pause(0.5)
    HANDS.shoot("work_done")
    HANDS.click("wn_work_record_now")
    yield lambda: next(one for one in items() if one["item_id"] == row["id"])["state"] == "done" and idle()
    # The next plan has it no more.
    pane("month").show()
    pane("month").raise_()
    yield lambda: HANDS.there("wn_month_items")() and idle()
    yield pause(1.5)
    yield idle
    expect(sum(one["state"] == "overdue" for one in pane("month").found.duties), count - 1, "overdue duties")
    HANDS.shoot("month_after")


def way() -> Script:
    """Go it and print clicks, seconds and what was reached."""
    yield from sample()
    yield from schedule()
    counted = []
    begun = time.monotonic()
    for part in (plan, order, work):
        HANDS.clicks = 0
        yield from part()
        counted.append(HANDS.clicks)
    expect(counted[0] <= 3, True, f"lists and day sheets in {counted[0]} clicks")
    outcome = "month to lists and day sheets in {}, work items in {}, a sheet printed and an order done in {}"
    finish("crews", sum(counted), time.monotonic() - begun, outcome.format(*counted))


perform(way(), HANDS)
