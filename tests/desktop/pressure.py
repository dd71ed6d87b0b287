"""The way of pressure: a month of readings to the worst point, eight loggers, one of them dragged."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

import pandas as pd  # noqa: E402
from hands import HOME, Script, finish, pause, perform  # noqa: E402
from map_hands import HANDS, expect, idle, on_screen, pane, sample, section, session, to_dock  # noqa: E402
from qgis.core import QgsProject  # noqa: E402
from qgis.PyQt.QtCore import QMimeData, QPoint, Qt, QUrl  # noqa: E402
from qgis.PyQt.QtGui import QDropEvent  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

MONTH_CLICKS, LOGGER_CLICKS = 3, 3
# The point that is lowest, at noon of the last day but one.
DIP_MPA = 0.11


def readings() -> int:
    """Return how many readings there are."""
    with session().network() as network:
        return int(network.count("reading"))


def month_file(month: str) -> tuple[Path, int, str]:
    """Write hourly pressures of all points of pressure; return the file, its rows and the lowest point."""
    with session().network() as network:
        points = network.read(
            "node", ["node_id", "ground_m"], where={"kind": "pressure_sensor"}, geometry=False
        )
    points = points.sort_values("ground_m", ascending=False)
    first = pd.Timestamp(f"{month}-01")
    times = pd.date_range(first, first + pd.offsets.MonthEnd(0) + pd.Timedelta(hours=23), freq="h")
    rows = []
    for node, ground_m in zip(points["node_id"], points["ground_m"]):
        for at in times:
            mpa = (72.0 - ground_m) / 102.0 + (0.05 if at.hour < 5 else 0.03 if at.hour > 21 else 0.0)
            rows.append((node, f"{at:%Y-%m-%d %H:%M}", "pressure_mpa", round(mpa, 3), "MPa"))
    low = str(points["node_id"].iloc[0])
    dip = f"{times[-1] - pd.Timedelta(hours=35):%Y-%m-%d %H:%M}"
    rows = [(*one[:3], DIP_MPA, one[4]) if (one[0], one[1]) == (low, dip) else one for one in rows]
    path = HOME / f"pressure_{month}.csv"
    frame = pd.DataFrame(rows, columns=["node_id", "time", "quantity", "value", "unit"])
    frame.to_csv(path, index=False)
    return path, len(frame), low


def drop(path: Path) -> None:
    """Drop a file on the panel."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPoint(20, 20), Qt.DropAction.CopyAction, data, button, none)
    # Qt delivers a drop only after a drag of its own.
    plugins["waternet_plugin"].dock.dropEvent(event)


def brought_in(path: Path, rows: int, picture: str = "") -> Script:
    """Press Next, and Adopt on the last page, until the readings are in; then Close."""
    wanted = readings() + rows
    drop(path)
    while readings() < wanted:
        yield HANDS.there("wn_wizard_next")
        yield pause(1)
        wizard = session().window("wn_wizard")
        yield lambda wizard=wizard: not wizard.is_busy
        if picture:
            HANDS.shoot(f"{picture}_{wizard.step}")
        HANDS.click("wn_wizard_next")
        yield pause(1)
        yield lambda wizard=wizard: not wizard.is_busy and idle()
    HANDS.click("wn_wizard_next")


def drag(begin: QPoint, end: QPoint) -> None:
    """Drag with the left button from one place of the screen to another."""
    moves = [begin + (end - begin) * step / 8 for step in range(9)]
    steps = [f"mousemove {place.x()} {place.y()} sleep 0.05".split() for place in moves]
    down, up = ["mousedown", "1", "sleep", "0.1"], ["mouseup", "1"]
    command = [*steps[0], *down, *(word for step in steps[1:] for word in step), *up]
    subprocess.run(["xdotool", *command], check=True)


def zones() -> Script:
    """Draw the zones, bring in two months, and see the worst point of the second one."""
    yield from to_dock("wn_section_pressure_figure")
    HANDS.shoot("pressure_section")
    session().open_tool("pressure")
    yield lambda: pane("pressure") is not None and pane("pressure").tab("zones").result is not None and idle()
    tab = pane("pressure").tab("zones")
    HANDS.shoot("pressure_empty")
    HANDS.click("wn_pressure_zones_draw")
    yield lambda: tab.list.rows and idle()
    # Of the month before the columns were answered; nobody counts that.
    yield from brought_in(*month_file("2025-10")[:2])
    yield lambda: bool(tab.points) and idle()
    path, rows, low = month_file("2025-11")
    before = tab.result
    HANDS.clicks = 0
    yield from brought_in(path, rows, "pressure_month")
    yield lambda: tab.result is not before and tab.plot.plot is not None and idle()
    spent = HANDS.clicks
    expect(spent <= MONTH_CLICKS, True, f"a month of pressure to its worst point in {spent} clicks")
    expect(tab.points[0]["node_id"], low, "the worst point")
    pane("pressure").raise_()
    yield pause(2)
    yield idle
    HANDS.shoot("pressure_zones")
    tab.show_worst()
    yield pause(2.5)
    yield idle
    HANDS.shoot("pressure_worst")
    HANDS.click("wn_pressure_zones_estimate")
    yield pause(1)
    yield idle
    session().show_theme("pressure")
    node = QgsProject.instance().layerTreeRoot().findLayer(session().layer("pipe").id())
    node.parent().setExpanded(True)
    node.setExpanded(True)
    iface.mapCanvas().setExtent(session().layer("pipe").extent())
    iface.mapCanvas().refresh()
    yield pause(2)
    yield idle
    HANDS.shoot("pressure_theme")
    HANDS.click("wn_pressure_zones_epanet")
    yield pause(1)
    yield idle
    yield pause(1)
    HANDS.shoot("pressure_epanet")
    tab.velocity_entry.trigger()
    yield lambda: tab.velocities is not None and idle()
    yield pause(2)
    HANDS.shoot("pressure_velocities")


def loggers() -> Script:
    """Place eight noise loggers, and drag one."""
    yield from to_dock("wn_section_pressure_more")
    before = HANDS.clicks
    HANDS.click("wn_section_pressure_more")
    menu = section("pressure").menu
    yield menu.isVisible
    yield pause(0.5)
    action = next(one for one in menu.actions() if one.objectName() == "wn_pressure_menu_loggers")
    HANDS.click_at(menu.mapToGlobal(menu.actionGeometry(action).center()))
    yield HANDS.there("wn_pressure_loggers_place")
    yield pause(0.5)
    yield idle
    HANDS.click("wn_pressure_loggers_place")
    tab = pane("pressure").tab("loggers")
    yield lambda: tab.placed is not None and idle()
    spent = HANDS.clicks - before
    expect((len(tab.list.rows), spent <= LOGGER_CLICKS), (8, True), f"eight loggers in {spent} clicks")
    yield pause(1.5)
    HANDS.shoot("loggers")
    (first, second), share = [row["xy"] for row in tab.list.rows[:2]], tab.placed.share
    middle = [(one + other) / 2 for one, other in zip(first, second)]
    drag(on_screen(*first), on_screen(*middle))
    yield lambda: tab.placed.share != share
    yield pause(1)
    HANDS.shoot("loggers_moved")


def way() -> Script:
    """Go it and print clicks, seconds and what was reached."""
    yield from sample()
    begun = time.monotonic()
    yield lambda: section("pressure").summary is not None and idle()
    yield from zones()
    clicks = MONTH_CLICKS
    yield from loggers()
    clicks += LOGGER_CLICKS
    finish("pressure", clicks, time.monotonic() - begun, "the worst point of a month, eight loggers")
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
