"""The way of the office for a programme: done dates of chosen compounds, then the report of the month."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Script, finish, pause, perform, written  # noqa: E402
from map_hands import HANDS, expect, idle, pane, sample, section, session, to_dock  # noqa: E402


def _done() -> int:
    with session().network() as network:
        return int(network.read("programme_item", ["done_on"], geometry=False)["done_on"].notna().sum())


def way() -> Script:
    """Enter one day for two compounds chosen on the map, and open the report; print clicks and seconds."""
    yield from sample()
    begun = time.monotonic()
    yield lambda: section("programme").summary is not None and idle()
    done = _done()
    session().layer("compound").selectByExpression("\"compound_id\" IN ('XQ-10', 'XQ-13')")
    yield from to_dock("wn_section_programme_figure")
    HANDS.clicks = 0
    HANDS.click("wn_section_programme_figure")
    yield lambda: pane("programme") is not None and pane("programme").summary is not None and idle()
    yield pause(1)
    HANDS.click("wn_programme_enter")
    yield lambda: _done() == done + 2 and idle()
    yield pause(1)
    HANDS.shoot("programme_done")
    HANDS.click("wn_programme_month")
    folder = Path(session().network_path).parent
    yield lambda: bool(written(folder, "*meter_to_household*.html"))
    yield idle
    expect(HANDS.clicks, 3, "clicks from done dates to the report")
    finish("programme", HANDS.clicks, time.monotonic() - begun, "2 compounds done, report")


perform(way(), HANDS)
