"""Inside a desktop QGIS without the packages that are needed: the start page, and the page of packages."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

import cut  # noqa: E402
from hands import Hands, Script, pause, perform  # noqa: E402
from qgis.utils import iface  # noqa: E402

HANDS = Hands()


def way() -> Script:
    """Take the start page, and the page that its foot leads to."""
    iface.mainWindow().showMaximized()
    yield HANDS.there("wn_start_packages")
    yield pause(1)
    HANDS.shoot("start_page")
    HANDS.click("wn_start_packages")
    yield HANDS.there("wn_packages_page")
    yield pause(1)
    HANDS.shoot("packages")
    if cut.faults():
        raise AssertionError("\n".join(cut.faults()))


perform(way(), HANDS)
