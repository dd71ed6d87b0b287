"""Inside desktop QGIS without the needed packages: start page, page of packages, sample town."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

import cut  # noqa: E402
from hands import Hands, Script, pause, perform  # noqa: E402
from qgis.utils import iface  # noqa: E402

HANDS = Hands()


def way() -> Script:
    """Take the start page, what a click on another card shows, and the sample town, which opens as a map."""
    iface.mainWindow().showMaximized()
    yield HANDS.there("wn_start_packages")
    yield pause(1)
    HANDS.shoot("start_page")
    HANDS.click("wn_card_new")
    yield HANDS.there("wn_packages_page")
    yield pause(1)
    HANDS.shoot("packages")
    HANDS.find("wn_packages_page").close()
    HANDS.click("wn_card_sample")
    yield HANDS.there("wn_notice_packages")
    yield pause(3)
    yield lambda: not iface.mapCanvas().isDrawing()
    yield pause(2)
    HANDS.shoot("sample_town")
    if cut.faults():
        raise AssertionError("\n".join(cut.faults()))


perform(way(), HANDS)
