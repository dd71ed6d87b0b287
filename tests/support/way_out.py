"""A small town and a session on it, for the tests of printing and exporting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from pytest_qgis.utils import wait_until
from qgis.core import QgsProject
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtWidgets import QMainWindow

from support.registering import registered

CRS = "EPSG:4547"
WEST, SOUTH = 501_165.0, 2_513_000.0  # the corner of a sheet at 1:1000 on A3: 315 x 250 m


def _line(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(WEST + x, SOUTH + y) for x, y in places])


def make_town(path: Path) -> Path:
    """Write a network with three pipes on three of four sheets, and a compound on one of them."""
    from waternet_plugin import store

    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": ["0012", "a;b", "P3"],
            "system": "potable",
            "status": "in_use",
            "material": ["ductile_iron", "pe", None],
            "diameter_mm": [300.0, 100.0, 150.0],
            "geom": [_line((20, 100), (600, 100)), _line((100, 20), (100, 480)), _line((400, 40), (500, 40))],
        },
        geometry="geom",
        crs=CRS,
    )
    area = shapely.MultiPolygon([shapely.box(WEST + 380, SOUTH + 20, WEST + 550, SOUTH + 200)])
    compounds = gpd.GeoDataFrame(
        {"compound_id": ["C1"], "name": ["锦绣家园"], "geom": [area]}, geometry="geom", crs=CRS
    )
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes)
        batch.insert("compound", compounds)
    return path


class FakeIface:
    """A window with a map and nothing of QGIS around it."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.canvas = QgsMapCanvas(self.window)
        self.canvas.resize(400, 400)
        self.bar = QgsMessageBar(self.window)
        self.active: Any = None

    def mainWindow(self) -> QMainWindow:
        return self.window

    def messageBar(self) -> QgsMessageBar:
        return self.bar

    def mapCanvas(self) -> QgsMapCanvas:
        return self.canvas

    def activeLayer(self) -> Any:
        return self.active

    def setActiveLayer(self, layer: Any) -> None:
        self.active = layer


@contextmanager
def opened_session(network_path: Path) -> Iterator[Any]:
    """Yield a session on the project beside a network; ``said`` has what it told the user."""
    from waternet_plugin.gui.dock.shell import PARTS
    from waternet_plugin.gui.session.session import Session

    with registered():
        QgsProject.instance().read(str(network_path.with_suffix(".qgz")))
        iface = FakeIface()
        iface.canvas.setDestinationCrs(QgsProject.instance().crs())
        session = Session(iface, iface.window, PARTS)
        session.said = []
        # Settings are those of the user who runs the tests; these keep to themselves.
        session.memory = {}
        session.remember = lambda key, value: session.memory.update({key: json.dumps(value)})
        session.remembered = lambda key, default=None: json.loads(
            session.memory.get(key, json.dumps(default))
        )
        session.say = lambda text, level="info", action=None: session.said.append((text, level, action))
        try:
            yield session
        finally:
            session.close()
            QgsProject.instance().clear()


def refresh(session: Any, network_path: Path) -> None:
    """Bring a shared session back to how it was after opening."""
    if not session.network_path:
        QgsProject.instance().read(str(network_path.with_suffix(".qgz")))
        session.look_at_project()
    session.memory.clear()
    session.said.clear()
    session.iface.active = None
    for layer in session.layers():
        layer.removeSelection()


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something holds, at most a minute: other work may keep the computer busy."""
    assert wait_until(lambda: bool(condition()), timeout_milliseconds=60_000)


def choose(box: Any, data: str) -> None:
    """Choose the entry of a box by its data."""
    box.setCurrentIndex(box.findData(data))
