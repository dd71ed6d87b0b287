"""The way of the planner of water saving: ranks, a list of the task table, meters due, a compound's sheet."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, Script, finish, pause, perform, written  # noqa: E402
from map_hands import HANDS, expect, idle, pane, sample, section, session, to_dock  # noqa: E402
from qgis.core import QgsProject  # noqa: E402
from qgis.PyQt.QtWidgets import QApplication, QFileDialog, QTabWidget, QWidget  # noqa: E402
from qgis.utils import iface  # noqa: E402

# Files are picked by typing, which is no click.
LIST_CLICKS, METER_CLICKS, SHEET_CLICKS = 4, 2, 3


def save_as(path: Path) -> Script:
    """Type where a list goes, and wait for it."""
    yield lambda: HANDS.window(QFileDialog) is not None
    yield pause(1)
    HANDS.type(str(path))
    yield pause(0.5)
    HANDS.key("Return")
    yield lambda: path.is_file() and idle()
    yield pause(0.5)


def click_tab(place: int) -> None:
    """Press a tab of the questions."""
    bar = pane("users").questions.tabBar()
    HANDS.click_at(bar.mapToGlobal(bar.tabRect(place).center()))


def listed() -> Script:
    """Save a list of the task table: users of a band of volumes without sub-meters."""
    yield from to_dock("wn_section_users_button")
    HANDS.clicks = 0
    HANDS.click("wn_section_users_button")
    yield lambda: pane("users") is not None and pane("users").result is not None and idle()
    yield pause(1.5)
    HANDS.shoot("users_top")
    click_tab(1)
    yield pause(1.5)
    yield idle
    HANDS.shoot("users_band")
    HANDS.click("wn_users_xlsx")
    yield from save_as(HOME / "list.xlsx")
    expect(HANDS.clicks <= LIST_CLICKS, True, f"a list of the task table in {HANDS.clicks} clicks")
    click_tab(2)
    yield pause(1.5)
    yield idle
    HANDS.shoot("users_sample")


def meters() -> Script:
    """Save the meters due within a year, and see them on the map."""
    yield from to_dock("wn_section_users_due")
    before = HANDS.clicks
    HANDS.click("wn_section_users_due")
    yield lambda: pane("meters") is not None and pane("meters").result is not None and idle()
    yield pause(1.5)
    yield idle
    HANDS.shoot("meters_due")
    HANDS.click("wn_meters_xlsx")
    yield from save_as(HOME / "meters.xlsx")
    spent = HANDS.clicks - before
    expect(spent <= METER_CLICKS, True, f"meters due as a workbook in {spent} clicks")


def sheet() -> Script:
    """Print the sheet of a compound to renovate."""
    yield from to_dock("wn_section_users_more")
    before = HANDS.clicks
    HANDS.click("wn_section_users_more")
    menu = section("users").menu
    yield menu.isVisible
    yield pause(0.5)
    action = next(one for one in menu.actions() if one.objectName() == "wn_users_menu_renovation")
    HANDS.click_at(menu.mapToGlobal(menu.actionGeometry(action).center()))
    yield lambda: pane("renovation") is not None and pane("renovation").result is not None and idle()
    yield pause(1.5)
    HANDS.shoot("renovation")
    HANDS.click("wn_renovation_sheet")
    folder = Path(session().network_path).parent
    yield lambda: bool(written(folder, "renovation_*.pdf")) and idle()
    spent = HANDS.clicks - before
    expect(spent <= SHEET_CLICKS, True, f"a compound's sheet in {spent} clicks")


def trees() -> Script:
    """Look at the tree of meters and at public use."""
    for key, ready in (("meter_tree", "levels"), ("public", "ledger"), ("contracts", "result")):
        session().open_tool(key)
        yield lambda key=key, ready=ready: getattr(pane(key), ready) is not None and idle()
        if key == "meter_tree" and pane(key).levels.rows:
            row = pane(key).list.choose(pane(key).list.topLevelItem(0).text(0))
            pane(key).choose(row)
        yield pause(2)
        yield idle
        HANDS.shoot(key)


def on_map() -> Script:
    """Look at the town by trades, with the legend, and at the months in the form of the largest user."""
    users = session().layer("customer")
    node = QgsProject.instance().layerTreeRoot().findLayer(users.id())
    session().show_theme("users")
    node.parent().setExpanded(True)
    node.setExpanded(True)
    iface.layerTreeView().setCurrentLayer(users)
    iface.mapCanvas().setExtent(users.extent().buffered(100))
    iface.mapCanvas().refresh()
    yield pause(2)
    yield idle
    HANDS.shoot("users_map")
    largest = max(users.getFeatures(), key=lambda one: one["demand_m3d"] or 0)
    iface.openFeatureForm(users, largest, False, False)
    yield lambda: tab_of_months() is not None
    yield pause(0.5)
    tabs, place = tab_of_months()
    HANDS.click_at(tabs.tabBar().mapToGlobal(tabs.tabBar().tabRect(place).center()))
    yield HANDS.there("wn_form_months_plot")
    yield pause(1.5)
    yield idle
    HANDS.shoot("users_form")
    tabs.window().close()
    yield pause(0.5)


def tab_of_months() -> tuple[QTabWidget, int] | None:
    """Return the tabs of the open form and the number of that with the months."""
    for tabs in QApplication.allWidgets():
        if isinstance(tabs, QTabWidget) and tabs.isVisible():
            for place in range(tabs.count()):
                if tabs.widget(place).findChild(QWidget, "wn_form_months_sentence") is not None:
                    return tabs, place
    return None


def way() -> Script:
    """Go it and print clicks, seconds and what was reached."""
    yield from sample()
    begun = time.monotonic()
    yield lambda: section("users").summary is not None and idle()
    yield from listed()
    yield from meters()
    yield from sheet()
    clicks = HANDS.clicks
    yield from trees()
    yield from on_map()
    finish("users", clicks, time.monotonic() - begun, "a list, the meters due, the sheet of a compound")
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
