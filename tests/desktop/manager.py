"""The manager's way: the sample town is open; Print in the panel, and the map book is a PDF."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Hands, Script, finish, pause, perform  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

HANDS = Hands()
SMALLEST_BOOK = 100_000


def way() -> Script:
    """Open the town, then go the way; print clicks, seconds and what was reached."""
    iface.mainWindow().showMaximized()
    session = plugins["waternet_plugin"].session
    yield HANDS.there("wn_card_sample")
    yield pause(1)
    HANDS.click("wn_card_sample")
    yield lambda: bool(session.network_path)
    yield HANDS.there("wn_section_print_button")
    yield pause(2)
    # Opening the town belongs to the newcomer's way.
    HANDS.clicks = 0
    begun = time.monotonic()
    HANDS.reveal("wn_section_print_button")
    yield pause(0.3)
    HANDS.click("wn_section_print_button")
    yield HANDS.there("wn_print_start")
    yield pause(0.5)
    HANDS.shoot("manager_1_dialog")
    HANDS.click("wn_print_start")
    folder = Path(session.network_path).parent
    yield lambda: bool(list(folder.glob("*.pdf")))
    (book,) = folder.glob("*.pdf")
    # The dialog prints until its button takes presses again.
    yield lambda: HANDS.find("wn_print_start") is None or HANDS.there("wn_print_start")()
    yield lambda: book.stat().st_size > SMALLEST_BOOK
    seconds = time.monotonic() - begun
    yield pause(1)
    HANDS.shoot("manager_2_printed")
    with book.open("rb") as file:
        if file.read(5) != b"%PDF-":
            raise AssertionError("the book is no PDF")
    finish("manager", HANDS.clicks, seconds, f"{book.name}, {book.stat().st_size / 1e6:.1f} MB")


perform(way(), HANDS)
