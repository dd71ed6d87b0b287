"""Pictures of the work of crews: due map, depths of a tank, plan of a month, orders, the sheet of a day."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from hands import HOME, LANGUAGE, Script, pause
from map_hands import session
from qgis.core import QgsExpression, QgsFeatureRequest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAction, QApplication, QDockWidget, QLabel, QTabWidget
from qgis.utils import iface
from tour_survey import Settle, Take

SHOTS = Path(os.environ["WATERNET_SHOTS"])
_DOTS_PER_INCH = "90"
_PANEL_PX = 340


def _press(name: str) -> None:
    next(one for one in iface.mainWindow().findChildren(QAction, name)).trigger()


def _widget(name: str) -> Any:
    """Return a widget by its name, whether it can be seen or not."""
    return next((each for each in QApplication.allWidgets() if each.objectName() == name), None)


def _is_drawn(name: str) -> bool:
    """Return whether a plot shows its picture."""
    labels = [each for each in QApplication.allWidgets() if each.objectName() == name and each.isVisible()]
    pictures = [label.pixmap() for label in labels if isinstance(label, QLabel)]
    return any(picture is not None and not picture.isNull() for picture in pictures)


def _tank() -> str:
    """Return a tank with depths that is overdue."""
    rows = session().window("wn_tanks").tanks
    return next(row["node_id"] for row in rows.rows if row["node_id"] in rows.plots)


def due_map(take: Take, settle: Settle) -> Script:
    """Take the pane of tanks with a plot, and the due map."""
    _press("wn_compounds_menu_tanks")
    yield lambda: (opened := session().window("wn_tanks")) is not None and opened.tanks.rows
    pane = session().window("wn_tanks")
    name = _tank()
    pane.choose(next(row for row in pane.tanks.rows if row["node_id"] == name), zooms=True)
    yield lambda: _is_drawn("wn_tanks_plot_picture")
    yield from settle(1)
    take("tank_plot")
    pane.show_map()
    yield (
        lambda: session().is_idle and next(iter(session().layer("node_due").getFeatures()), None) is not None
    )
    session().zoom_to(session().layer("pipe").extent())
    pane.close()
    yield from settle(2)
    take("due_map")


def tank_form(take: Take, settle: Settle) -> Script:
    """Take the form of a tank with its depths."""
    layer = session().layer("node_due")
    with session().network() as network:
        measured = network.read("reading", ["node_id", "quantity"], geometry=False)
    names = measured.loc[measured["quantity"] == "sludge_m", "node_id"]
    wanted = QgsExpression.createFieldEqualityExpression("node_id", str(names.iloc[0]))
    feature = next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(wanted)))
    iface.openFeatureForm(layer, feature, False, False)
    yield lambda: _widget("wn_form_tank_sentence") is not None
    part = _widget("wn_form_tank_sentence")
    tabs = part
    while not isinstance(tabs, QTabWidget):
        tabs = tabs.parentWidget()
    place = next(number for number in range(tabs.count()) if tabs.widget(number).isAncestorOf(part))
    tabs.setCurrentIndex(place)
    yield lambda: _is_drawn("wn_form_tank_plot_picture")
    yield from settle(1)
    take("form_tank")
    tabs.window().close()
    yield pause(0.5)


def month(take: Take, settle: Settle) -> Script:
    """Take the plan of a month: hours, rates, duties; then make its work items."""
    _press("wn_compounds_menu_plan")
    yield lambda: (opened := session().window("wn_month")) is not None and opened.found is not None
    pane = session().window("wn_month")
    yield lambda: _is_drawn("wn_month_plot_picture")
    for number, name in enumerate(("month_hours", "month_rates", "month_duties")):
        pane.tabs.setCurrentIndex(number)
        yield from settle(2)
        take(name)
    pane.make_items()
    yield lambda: pane.found is not None and pane.found.batch_id and session().is_idle
    pane.close()


def work_list(take: Take, settle: Settle) -> Script:
    """Take the list of open work, an order being done, and the sheet of a day."""
    _press("wn_compounds_menu_work")
    yield lambda: (opened := session().window("wn_work")) is not None and opened.list.rows
    pane = session().window("wn_work")
    yield from settle(2)
    take("work_list")
    # As narrow as the panel, where somebody puts it there.
    iface.mainWindow().tabifyDockWidget(iface.mainWindow().findChild(QDockWidget, "wn_dock"), pane)
    pane.raise_()
    iface.mainWindow().resizeDocks([pane], [_PANEL_PX], Qt.Orientation.Horizontal)
    yield from settle(1)
    take("work_list_narrow")
    planned = next(row for row in pane.list.rows if row["visit"] and row["due_state"] == "due")
    day = {
        row["id"] for row in pane.list.rows if (row["team"], row["due"]) == (planned["team"], planned["due"])
    }
    pane._choose(day)
    pane._ask("done")
    yield from settle(1)
    take("work_done")
    pane.line.hide()
    from waternet_plugin.atlas.crew_papers import print_day_sheets
    from waternet_plugin.operations.work.day_sheets import item_sheets

    with session().network() as network:
        made = item_sheets(network, sorted(day))
    (sheet,) = print_day_sheets(HOME, made.sheets, made.network, made.around)
    stem = SHOTS / f"day_sheet.{LANGUAGE}"
    command = [
        "pdftoppm",
        "-r",
        _DOTS_PER_INCH,
        "-f",
        "1",
        "-l",
        "1",
        "-singlefile",
        "-png",
        str(sheet),
        str(stem),
    ]
    subprocess.run(command, check=True)
    pane.close()
    yield lambda: session().is_idle


def working(take: Take, settle: Settle) -> Script:
    """Take all of it, in the order of the work."""
    for part in (due_map, tank_form, month, work_list):
        yield from part(take, settle)
