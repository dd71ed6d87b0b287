"""The way of the crew for compounds: what is due today, a compound as PDF, a scored month to work items."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Script, finish, pause, perform, written  # noqa: E402
from map_hands import HANDS, expect, idle, pane, sample, section, session, to_dock  # noqa: E402
from qgis.PyQt.QtCore import QPoint  # noqa: E402


def due_today() -> Script:
    """Learn by one click what is due today."""
    yield lambda: section("compounds").needs is not None and idle()
    yield from to_dock("wn_section_compounds_figure")
    HANDS.clicks = 0
    HANDS.shoot("compounds_dock")
    HANDS.click("wn_section_compounds_figure")
    yield lambda: pane("compounds") is not None and bool(pane("compounds").list.rows) and idle()
    yield pause(1)
    HANDS.shoot("compounds_due")
    expect(HANDS.clicks, 1, "clicks to what is due today")


def to_pdf() -> Script:
    """Print the map of the first compound of the list."""
    before = HANDS.clicks
    view = pane("compounds").list
    place = view.visualRect(view.model().index(0, 1)).center()
    HANDS.click_at(view.viewport().mapToGlobal(QPoint(place.x(), place.y())))
    yield lambda: pane("compounds").state is not None and idle()
    yield pause(1)
    HANDS.reveal("wn_compounds_print")
    yield pause(0.5)
    HANDS.click("wn_compounds_print")
    yield HANDS.there("wn_print_start")
    yield pause(0.7)
    HANDS.click("wn_print_start")
    folder = Path(session().network_path).parent
    yield lambda: bool(written(folder, "*.pdf")) and idle()
    yield lambda: HANDS.find("wn_print_start") is None or HANDS.there("wn_print_start")()
    expect(HANDS.clicks - before, 3, "clicks from a compound to its PDF")
    dialog = HANDS.find("wn_print_dialog")
    if dialog is not None:
        dialog.close()


def scored() -> Script:
    """Score the month, and make work items of what raises the lowest score."""
    before = HANDS.clicks
    items = _open_items()
    yield from to_dock("wn_section_compounds_more")
    HANDS.click("wn_section_compounds_more")
    yield section("compounds").menu.isVisible
    yield pause(0.5)
    menu = section("compounds").menu
    action = next(one for one in menu.actions() if one.objectName() == "wn_compounds_menu_score")
    HANDS.click_at(menu.mapToGlobal(menu.actionGeometry(action).center()))
    yield lambda: pane("compounds").score.details is not None and idle()
    yield pause(1)
    HANDS.reveal("wn_compounds_score_order")
    yield pause(0.7)
    HANDS.shoot("compounds_raise")
    HANDS.click("wn_compounds_score_order")
    yield lambda: _open_items() > items and idle()
    yield pause(1)
    HANDS.shoot("compounds_ordered")
    expect(HANDS.clicks - before, 3, "clicks from scoring to work items")


def _open_items() -> int:
    with session().network() as network:
        return network.count("work_item")


def way() -> Script:
    """Go all three ways; print clicks, seconds and what was reached."""
    yield from sample()
    begun = time.monotonic()
    yield from due_today()
    yield from to_pdf()
    yield from scored()
    count = len(pane("compounds").needs.rows)
    finish("compounds", HANDS.clicks, time.monotonic() - begun, f"{count} compounds, map, orders")


perform(way(), HANDS)
