"""What is printed at once: the changed sheets by a menu, one sheet by a right click on the map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QMenu
from support.store_helpers import foreign
from support.way_out import CRS, SOUTH, WEST

from waternet_plugin.gui.printing import index_layer, print_now
from waternet_plugin.gui.printing.print_choice import PrintChoice, last_book, parameters
from waternet_plugin.gui.printing.sheet_menu import SheetMenu


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was opened, instead of opening it."""
    found: list[Path] = []
    monkeypatch.setattr(print_now.file_dialogs, "open_file", found.append)
    return found


@pytest.fixture
def printed_session(town_session: Any) -> Any:
    """The session; its editions and books are gone afterwards."""
    yield town_session
    with town_session.network() as network:
        foreign(network, "DELETE FROM edition")
    for book in Path(town_session.network_path).parent.glob("*.pdf"):
        book.unlink()


class Click:
    """A right click on the map."""

    def mapPoint(self) -> QgsPointXY:
        return QgsPointXY(WEST + 400, SOUTH + 100)


@pytest.mark.slow
def test_the_changed_sheets_are_one_entry_of_the_menu(printed_session: Any, opened_files: Any) -> None:
    from waternet_plugin.operations.printing.record_edition import (
        RecordEditionRequest,
        printing_state,
        record_edition,
    )

    with printed_session.network() as network:
        record_edition(network, RecordEditionRequest(printing_state(network), 4, is_named=True))
        with network.write("edit") as batch:
            batch.delete("pipe", ["P3"])
    print_now.print_changed(printed_session, "4")
    (book,) = opened_files
    assert "changed since edition 4" in book.name and book.read_bytes().startswith(b"%PDF")
    assert last_book(printed_session) == book
    print_now.print_changed(printed_session, "5")
    assert "nothing to print" in printed_session.said[-1][0] and len(opened_files) == 1
    with printed_session.network() as network:
        network.undo()


@pytest.mark.slow
def test_a_right_click_on_a_sheet_prints_it(printed_session: Any, opened_files: Any) -> None:
    layer = QgsVectorLayer(f"Polygon?crs={CRS}&field=sheet_no:string", "sheets", "memory")
    sheet = QgsFeature(layer.fields())
    sheet.setAttribute("sheet_no", "2513.0-501.4")
    box = QgsRectangle(WEST + 315, SOUTH, WEST + 630, SOUTH + 250)
    sheet.setGeometry(QgsGeometry.fromRect(box))
    layer.dataProvider().addFeature(sheet)
    chosen = parameters(printed_session, PrintChoice(language="en"))
    layer.setCustomProperty(index_layer.PARAMETERS, json.dumps(chosen))
    QgsProject.instance().addMapLayer(layer)
    menus, menu = SheetMenu(printed_session, printed_session), QMenu()
    menus.extend(menu, Click())
    (action,) = menu.actions()
    assert action.text() == "Print sheet 2513.0-501.4"
    action.trigger()
    (book,) = opened_files
    assert book.name == "小城_2513.0-501.4.pdf"
    assert "has 1 page" in printed_session.said[-1][0]
    # A layer that is hidden offers nothing.
    QgsProject.instance().layerTreeRoot().findLayer(layer.id()).setItemVisibilityChecked(False)
    hidden = QMenu()
    menus.extend(hidden, Click())
    assert hidden.actions() == []
    QgsProject.instance().removeMapLayer(layer.id())
    menus.deleteLater()


@pytest.mark.slow
def test_a_second_book_waits_for_the_first(printed_session: Any, opened_files: Any) -> None:
    seen: list[str] = []
    chosen = parameters(printed_session, PrintChoice(language="en"))

    def again() -> None:
        print_now.print_now(printed_session, chosen, "second")
        seen.append(printed_session.said[-1][0])

    QTimer.singleShot(0, again)
    print_now.print_now(printed_session, {**chosen, "FRONT": False}, "first")
    assert seen == ["A map book is being printed. Wait for it, or cancel it."]
    assert [book.name for book in opened_files] == ["小城_first.pdf"]
