"""The way of a page: edited in QGIS's own layout window, saved, and a book printed on it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, LANGUAGE, Script, finish, pause, perform  # noqa: E402
from map_hands import HANDS, expect, sample, section, session, to_dock  # noqa: E402
from qgis.PyQt.QtCore import QPoint, QPointF  # noqa: E402
from qgis.PyQt.QtWidgets import QLineEdit  # noqa: E402

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<circle cx="4.5" cy="4.5" r="4" fill="#2093f8"/></svg>'
)
# So often the arrow is moved left by a key.
PRESSES = 2


def _designer() -> Any:
    from waternet_plugin.gui.printing.page_designer import PageDesigner

    return session().findChild(PageDesigner)


def _item(name: str) -> Any:
    items = (item for item in _designer().layout.items() if hasattr(item, "id"))
    return next(item for item in items if item.id() == name)


def _on_screen(place: QPointF) -> QPoint:
    view = _designer().view
    return view.viewport().mapToGlobal(view.mapFromScene(place))


def _middle(name: str) -> QPointF:
    item = _item(name)
    return item.mapToScene(item.rect().center())


def _choose(name: str) -> None:
    """Select an item: work on the page itself is none of the clicks that lead to the book."""
    before = HANDS.clicks
    HANDS.click_at(_on_screen(_middle(name)))
    HANDS.clicks = before


def _picture_fields(window: Any) -> list[QLineEdit]:
    """Return where the files of the chosen picture are written."""
    fields = window.findChildren(QLineEdit)
    return [each for each in fields if "SourceLineEdit" in each.parent().metaObject().className()]


def _press(menu_or_bar: Any, action: Any) -> None:
    HANDS.click_at(menu_or_bar.mapToGlobal(menu_or_bar.actionGeometry(action).center()))


def way() -> Script:
    """Move the north arrow, add a logo, save and print; tell clicks and seconds."""
    yield from sample()
    yield from to_dock("wn_section_print_more")
    HANDS.clicks = 0
    begun = time.monotonic()
    HANDS.click("wn_section_print_more")
    menu = section("print").menu
    yield menu.isVisible
    yield pause(0.5)
    HANDS.shoot("page_1_menu")
    (edit,) = (each for each in menu.actions() if each.objectName() == "wn_print_edit_the_page")
    _press(menu, edit)
    yield lambda: _designer() is not None and _designer().is_open
    window = _designer().window
    window.showMaximized()
    yield pause(2)
    at = _middle("north_arrow")
    _choose("north_arrow")
    yield pause(1)
    for _time in range(PRESSES):
        HANDS.key("shift+Left")
    yield lambda: _middle("north_arrow").x() < at.x() - PRESSES
    logo = HOME / "logo.svg"
    logo.write_text(LOGO, encoding="utf-8")
    _choose("logo")
    yield lambda: bool(_picture_fields(window))
    yield pause(0.5)
    field = _picture_fields(window)[0]
    field.setFocus()
    field.selectAll()
    HANDS.type(str(logo))
    HANDS.key("Return")
    yield lambda: _item("logo").picturePath() == str(logo)
    yield pause(1)
    HANDS.shoot("page_2_designer")
    printing = _designer().findChild(type(edit), "wn_page_print")
    (button,) = (each for each in printing.associatedWidgets() if hasattr(each, "widgetForAction"))
    _press(button, printing)
    yield HANDS.there("wn_print_start")
    yield pause(1)
    HANDS.shoot("page_3_own")
    expect(session().window("wn_print_dialog").form.page.count(), 2, "pages to choose from")
    HANDS.click("wn_print_start")
    folder = Path(session().network_path).parent
    yield lambda: bool(list(folder.glob("*.pdf")))
    (book,) = folder.glob("*.pdf")
    yield lambda: HANDS.find("wn_print_start") is None
    yield pause(1)
    seconds = time.monotonic() - begun
    page = subprocess.run(
        ["pdftoppm", "-r", "70", "-f", "8", "-l", "8", "-png", "-singlefile", str(book)],
        capture_output=True,
        check=True,
    )
    shots = Path(os.environ["WATERNET_SHOTS"])
    (shots / f"page_4_sheet.{LANGUAGE}.png").write_bytes(page.stdout)
    expect(sorted(path.name for path in folder.glob("*.qpt")), ["sheet_a3.qpt"], "pages beside the network")
    finish("page", HANDS.clicks, seconds, book.name)


perform(way(), HANDS)
