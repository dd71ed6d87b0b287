"""The month's volumes: dropped on the panel with the columns of the month before, they make new ranks."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

import pandas as pd  # noqa: E402
from hands import HOME, Script, finish, pause, perform  # noqa: E402
from map_hands import HANDS, expect, idle, pane, sample, section, session, to_dock  # noqa: E402
from qgis.core import QgsProject  # noqa: E402
from qgis.PyQt.QtCore import QMimeData, QPoint, Qt, QUrl  # noqa: E402
from qgis.PyQt.QtGui import QDropEvent  # noqa: E402
from qgis.utils import plugins  # noqa: E402

CLICKS = 3
HEADINGS = ["volume_id", "customer_id", "component", "from_date", "to_date", "volume_m3"]


def volumes() -> int:
    """Return how many volumes there are."""
    with session().network() as network:
        return int(network.count("volume"))


def month_file(later: int) -> tuple[Path, int]:
    """Write the volumes of a month after the last one, three times those of it; return file and rows."""
    with session().network() as network:
        rows = network.read("volume", HEADINGS, geometry=False)
    rows = rows[(rows["component"] == "billed_metered") & rows["customer_id"].notna()]
    last = rows[rows["to_date"] == rows["to_date"].max()].copy()
    first = last["from_date"].max() + pd.DateOffset(months=later)
    last["from_date"], last["to_date"] = first, first + pd.offsets.MonthEnd(0)
    last["volume_id"] = [f"{name}-{first:%Y%m}" for name in last["customer_id"]]
    last["volume_m3"] = 3 * last["volume_m3"]
    path = HOME / f"volumes_{first:%Y_%m}.csv"
    last.to_csv(path, index=False, date_format="%Y-%m-%d")
    return path, len(last)


def drop(path: Path) -> None:
    """Drop a file on the panel."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPoint(20, 20), Qt.DropAction.CopyAction, data, button, none)
    # Qt delivers a drop only after a drag of its own.
    plugins["waternet_plugin"].dock.dropEvent(event)


def brought_in(path: Path, rows: int, picture: str = "") -> Script:
    """Press Next, and Adopt on the last page, until the volumes are in."""
    wanted = volumes() + rows
    drop(path)
    while volumes() < wanted:
        yield HANDS.there("wn_wizard_next")
        yield pause(1)
        wizard = session().window("wn_wizard")
        yield lambda wizard=wizard: not wizard.is_busy
        if picture:
            HANDS.shoot(f"{picture}_{wizard.step}")
        HANDS.click("wn_wizard_next")
        yield pause(1)
        yield lambda wizard=wizard: not wizard.is_busy and idle()


def way() -> Script:
    """Go from the file of the month to the ranks; print clicks, seconds and what was reached."""
    yield from sample()
    yield lambda: section("users").summary is not None and idle()
    # The month before: its columns were answered and its ranks looked at then; nobody counts that.
    yield from brought_in(*month_file(1))
    HANDS.click("wn_wizard_next")
    yield from to_dock("wn_section_users_button")
    HANDS.click("wn_section_users_button")
    yield lambda: pane("users") is not None and pane("users").result is not None and idle()
    before = pane("users").result
    path, rows = month_file(1)
    begun = time.monotonic()
    HANDS.clicks = 0
    yield from brought_in(path, rows, "users_month")
    HANDS.click("wn_wizard_next")
    yield lambda: pane("users").result is not before and idle()
    clicks, seconds = HANDS.clicks, time.monotonic() - begun
    expect(clicks <= CLICKS, True, f"the month's volumes to new ranks in {clicks} clicks")
    yield pause(2)
    yield idle
    HANDS.shoot("users_month_ranks")
    grown = float(pane("users").result.users["m3"].sum()) > float(before.users["m3"].sum())
    expect(grown, True, "the ranks count the month")
    finish("users_month", clicks, seconds, f"{rows} users ranked anew with {path.stem}")
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
