"""Inside desktop QGIS: show the WaterNet menu, an algorithm's dialog and the packages page."""

import os
import traceback
from pathlib import Path

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication
from qgis.utils import iface, plugins

SHOTS = Path(os.environ["WATERNET_SHOTS"])
LANGUAGE = os.environ["WATERNET_LANGUAGE"]


def shoot(name: str) -> None:
    """Save what the whole screen shows."""
    QApplication.processEvents()
    screen = QApplication.primaryScreen()
    screen.grabWindow(0).save(str(SHOTS / f"{name}.{LANGUAGE}.png"))


def act() -> None:
    """Open one thing after the other."""
    try:
        window = iface.mainWindow()
        window.showMaximized()
        menu = plugins["waternet_plugin"]._menu
        bar = window.menuBar()
        place = bar.mapToGlobal(bar.actionGeometry(menu._action).bottomLeft())
        menu._menu.popup(place)
        first = menu._menu.actions()[0]
        menu._menu.setActiveAction(first)
        QTimer.singleShot(1500, lambda: (shoot("menu"), menu._menu.close(), dialog()))
    except Exception:  # noqa: BLE001 (whatever it is, QGIS must end)
        traceback.print_exc()
        os._exit(1)


def dialog() -> None:
    """Open the dialog of the adoption algorithm without running it."""
    import processing

    opened = processing.createAlgorithmDialog("waternet:adoptlayers")
    opened.show()
    QTimer.singleShot(1500, lambda: (shoot("adoptlayers"), opened.close(), packages()))


def packages() -> None:
    """Open the packages page, as on a QGIS that lacks two packages."""
    from waternet_plugin import dependencies

    found = dependencies._found_version
    dependencies._found_version = lambda name: "" if name in ("geopandas", "shapely") else found(name)
    page = plugins["waternet_plugin"]._menu.show_packages()
    QTimer.singleShot(1000, lambda: (page.raise_(), shoot("packages"), os._exit(0)))


QTimer.singleShot(4000, act)
