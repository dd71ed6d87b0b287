"""Hands on the map inside desktop QGIS: places in the network's coordinates, tools, rows of the log."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import Any

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Hands, Script, pause  # noqa: E402
from qgis.core import QgsFeature, QgsPointXY, QgsRectangle  # noqa: E402
from qgis.PyQt.QtCore import QPoint  # noqa: E402
from qgis.PyQt.QtWidgets import QAction, QApplication, QToolButton  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

HANDS = Hands()


def session() -> Any:
    """Return the session of the plugin."""
    return plugins["waternet_plugin"].session


def section(key: str) -> Any:
    """Return the dock's section of a key, such as drainage."""
    return next(each for each in plugins["waternet_plugin"].dock.sections if key == each.KEY)


def pane(name: str) -> Any:
    """Return the window of a pane, such as crews; None while it is closed."""
    return session().window(f"wn_{name}")


def idle() -> bool:
    """Return whether nothing is under way and the map is drawn."""
    return session().is_idle and not iface.mapCanvas().isDrawing()


def to_dock(name: str) -> Script:
    """Bring a part of the dock in front."""
    plugins["waternet_plugin"].dock.raise_()
    yield pause(0.7)
    HANDS.reveal(name)
    yield pause(0.5)


def sample() -> Script:
    """Open the sample town by its card."""
    iface.mainWindow().showMaximized()
    yield HANDS.there("wn_card_sample")
    yield pause(1)
    HANDS.click("wn_card_sample")
    yield lambda: session().network_path and session().layer("pipe") is not None and session().is_idle
    yield lambda: not iface.mapCanvas().isDrawing()
    yield pause(1)


def look_at(place: QgsPointXY, around_m: float) -> Script:
    """Bring a place into the middle of the map, and wait until it is drawn."""
    canvas = iface.mapCanvas()
    canvas.setExtent(
        QgsRectangle(place.x() - around_m, place.y() - around_m, place.x() + around_m, place.y() + around_m)
    )
    canvas.refresh()
    yield pause(0.7)
    yield lambda: not canvas.isDrawing()


def on_screen(x: float, y: float) -> QPoint:
    """Return where a place of the map is on the screen."""
    canvas = iface.mapCanvas()
    place = canvas.getCoordinateTransform().transform(x, y)
    return canvas.viewport().mapToGlobal(QPoint(round(place.x()), round(place.y())))


def click_map(x: float, y: float) -> None:
    """Click a place of the map."""
    HANDS.click_at(on_screen(x, y))


def open_profile_at(x: float, y: float) -> Script:
    """Trace from a place of the map and open the long profile of the way."""
    click_action(plugins["waternet_plugin"].actions.tools.actions["trace"])
    yield lambda: pane("trace") is not None and pane("trace").is_listening and idle()
    click_map(x, y)
    yield lambda: pane("trace").answer is not None and idle()
    pane("trace").open_profile()
    yield lambda: pane("profile") is not None and pane("profile").picture.frame is not None
    yield pause(2)


def point_map(x: float, y: float) -> None:
    """Move the pointer to a place of the map."""
    place = on_screen(x, y)
    subprocess.run(["xdotool", "mousemove", str(place.x()), str(place.y())], check=True)


def right_click_map(x: float, y: float) -> None:
    """Press the right button at a place of the map."""
    point_map(x, y)
    subprocess.run(["xdotool", "sleep", "0.1", "click", "3"], check=True)


def drags(count: int = 6, parts: int = 12) -> list[str]:
    """Return the command by which the mouse holds the map, pulls it aside, lets go, and again."""
    canvas = iface.mapCanvas()
    middle = canvas.mapToGlobal(canvas.rect().center())
    reach = canvas.width() // 4
    words = ["xdotool"]
    for number in range(count):
        sign = 1 if number % 2 else -1
        way = [
            middle + QPoint(sign * reach * (2 * part - parts) // parts, reach * part // (3 * parts))
            for part in range(parts + 1)
        ]
        words += ["mousemove", str(way[0].x()), str(way[0].y()), "mousedown", "1", "sleep", "0.05"]
        for place in way[1:]:
            words += ["mousemove", str(place.x()), str(place.y()), "sleep", "0.04"]
        words += ["mouseup", "1", "sleep", "0.6"]
    return words


def click_action(action: QAction) -> None:
    """Click the button of an action on a toolbar."""
    for button in QApplication.allWidgets():
        if isinstance(button, QToolButton) and button.isVisible() and button.defaultAction() is action:
            HANDS.click_at(button.mapToGlobal(button.rect().center()))
            return
    raise LookupError(f"no button of “{action.text()}” can be seen")


def tool(key: str) -> QAction:
    """Return the action of an editing tool."""
    return plugins["waternet_plugin"].actions.drawing.actions[key]


def place_of(node: QgsFeature) -> QgsPointXY:
    """Return where a node is."""
    return node.geometry().asPoint()


def logged(path: str) -> list[tuple[str, int]]:
    """Return kind and rows of the newest batch."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return database.execute("SELECT kind, rows FROM batch ORDER BY rowid DESC LIMIT 1").fetchall()


def expect(found: object, wanted: object, what: str) -> None:
    """Raise an AssertionError where something is another than it should be."""
    if found != wanted:
        raise AssertionError(f"{what}: {found}, not {wanted}")
