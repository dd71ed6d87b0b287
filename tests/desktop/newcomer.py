"""The newcomer's way: QGIS starts, the start page opens by itself, one card, a town on the map."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Hands, Script, finish, pause, perform  # noqa: E402
from qgis.core import QgsProject  # noqa: E402
from qgis.utils import iface  # noqa: E402

HANDS = Hands()


def pipes() -> object:
    """Return the pipes of the open project, None while there are none."""
    layers = QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if "layername=pipe" in layer.source()] or None


def way() -> Script:
    """Go it and print clicks, seconds and what was reached."""
    iface.mainWindow().showMaximized()
    yield HANDS.there("wn_card_sample")
    yield pause(1)
    HANDS.shoot("start_page")
    begun = time.monotonic()
    HANDS.click("wn_card_sample")
    yield lambda: pipes() is not None
    yield lambda: not iface.mapCanvas().isDrawing()
    seconds = time.monotonic() - begun
    yield pause(4)
    HANDS.shoot("sample_town")
    places = sorted(Path(QgsProject.instance().absolutePath()).glob("*.gpkg"))
    extent = iface.mapCanvas().extent()
    # A layer that shows some pipes only may have no rows, then no extent either.
    with_pipes = [layer for layer in pipes() if layer.featureCount()]
    if not with_pipes or not all(extent.contains(layer.extent()) for layer in with_pipes):
        raise AssertionError("the town is not wholly in view")
    finish("newcomer", HANDS.clicks, seconds, f"{places[0].name} open, the whole town in view")


perform(way(), HANDS)
