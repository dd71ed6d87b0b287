"""A list of compounds without polygons: dropped on the panel, it becomes a programme on the map."""

from __future__ import annotations

import os
import sys
import time

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, Script, finish, pause, perform  # noqa: E402
from map_hands import HANDS, expect, idle, pane, sample, section, session, to_dock  # noqa: E402
from qgis.PyQt.QtCore import QMimeData, QPoint, Qt, QUrl  # noqa: E402
from qgis.PyQt.QtGui import QDropEvent  # noqa: E402
from qgis.utils import plugins  # noqa: E402

# Above the headings, as offices write it; the name of the file says which programme it is of.
TITLE = "附表1 2026年度“一户一表”改造工作任务清单"
# Files, columns, codes, and the check that imports: a list has no places.
_PAGES = 4
HEADINGS = "小区名称,所属街道,户数,责任单位,计划完成时限"


def handed_list() -> str:
    """Write a list of compounds of the town by their names, one of which it has not, and return its path."""
    with session().network() as network:
        compounds = network.read("compound", ["name", "households"], geometry=False).dropna()
    lines = [TITLE, HEADINGS]
    for name, households in zip(compounds["name"][:8], compounds["households"][:8]):
        lines.append(f"{name}（小区）,城关街道,{households:.0f},水务公司,2026年10月")
    lines.append("没有这个小区,城关街道,50,水务公司,2026年11月")
    path = HOME / "一户一表.csv"
    path.write_text("\n".join([*lines, ""]), encoding="gb18030")
    return str(path)


def drop(path: str) -> None:
    """Drop a file on the panel."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path)])
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPoint(20, 20), Qt.DropAction.CopyAction, data, button, none)
    # Qt delivers a drop only after a drag of its own.
    plugins["waternet_plugin"].dock.dropEvent(event)


def items() -> int:
    """Return how many items the programmes have."""
    with session().network() as network:
        return int(network.count("programme_item"))


def way() -> Script:
    """Go from the list to the ledger on the map; print clicks, seconds and what was reached."""
    yield from sample()
    before, path = items(), handed_list()
    begun = time.monotonic()
    HANDS.clicks = 0
    drop(path)
    for page in range(_PAGES):
        yield HANDS.there("wn_wizard_next")
        yield pause(0.7)
        HANDS.shoot(f"programme_list_{page}")
        HANDS.click("wn_wizard_next")
        yield pause(0.7)
    yield lambda: items() > before and idle()
    expect(items(), before + 9, "items of the programmes")
    clicks, seconds = HANDS.clicks, time.monotonic() - begun
    with session().network() as network:
        named = network.read("programme_item", ["compound_id"], geometry=False)["compound_id"][before:]
    expect(int(named.notna().sum()), 8, "items that found their compound")
    session().show_theme("programme")
    yield from to_dock("wn_section_programme_figure")
    HANDS.click("wn_section_programme_figure")
    yield lambda: pane("programme") is not None and pane("programme").summary is not None and idle()
    yield pause(1)
    HANDS.shoot("programme_list_map")
    expect(section("programme").summary is not None, True, "the section of the programme")
    finish("programme_list", clicks, seconds, "9 items of a list, 8 found by name")


perform(way(), HANDS)
