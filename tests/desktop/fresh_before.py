"""Inside a fresh QGIS: what its page of packages says, and the command to be typed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

import cut  # noqa: E402
from hands import Hands, Script, pause, perform  # noqa: E402
from qgis.PyQt.QtWidgets import QPlainTextEdit, QTableWidget  # noqa: E402
from qgis.utils import iface  # noqa: E402

HANDS = Hands()


def way() -> Script:
    """Take the start page and the page of packages, and note the command."""
    iface.mainWindow().showMaximized()
    yield HANDS.there("wn_start_packages")
    yield pause(1)
    HANDS.shoot("1_start_page")
    HANDS.click("wn_start_packages")
    yield HANDS.there("wn_packages_page")
    yield pause(1)
    HANDS.shoot("2_packages_missing")
    table = HANDS.find("wn_packages_table")
    if not isinstance(table, QTableWidget) or table.verticalScrollBar().maximum() > 0:
        raise AssertionError("the table of packages does not show all rows")
    command = HANDS.find("wn_packages_command")
    if not isinstance(command, QPlainTextEdit):
        raise AssertionError("no command")
    if cut.faults():
        raise AssertionError("\n".join(cut.faults()))
    place = Path(os.environ["WATERNET_SHOTS"]) / "command.txt"
    place.write_text(command.toPlainText(), encoding="utf-8")


perform(way(), HANDS)
