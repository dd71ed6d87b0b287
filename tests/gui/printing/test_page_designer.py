"""The page of the map book in QGIS's layout window: copied, saved, asked for when it closes, set aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsLayoutItemLabel, QgsLayoutPoint, QgsProject
from qgis.PyQt.QtWidgets import QAction, QMainWindow, QToolBar
from support.widgets import part, trigger

from waternet_plugin.atlas.layouts.page_template import load_template, shipped_template
from waternet_plugin.gui.printing import page_designer
from waternet_plugin.gui.printing.print_choice import PrintChoice

CHOICE = PrintChoice(paper="A4")


class LayoutWindow:
    """QGIS's layout window as far as a page needs it."""

    def __init__(self, parent: Any) -> None:
        self._window = QMainWindow(parent)
        self._bar = QToolBar(self._window)
        self.projects_saved = 0
        action = QAction("Save Project", self._window, objectName="mActionSaveProject")
        action.triggered.connect(self._save_project)
        self._bar.addAction(action)
        self._window.show()

    def _save_project(self) -> None:
        self.projects_saved += 1

    def window(self) -> QMainWindow:
        return self._window

    def layoutToolbar(self) -> QToolBar:
        return self._bar


@pytest.fixture
def windows(town_session: Any) -> Iterator[list[LayoutWindow]]:
    """The layout windows that were opened; no page is left beside the shared network."""
    opened: list[LayoutWindow] = []

    def open_designer(_layout: Any) -> LayoutWindow:
        opened.append(LayoutWindow(town_session.iface.window))
        return opened[-1]

    town_session.iface.openLayoutDesigner = open_designer
    yield opened
    for each in opened:
        each.window().deleteLater()
    for designer in town_session.findChildren(page_designer.PageDesigner):
        designer.setParent(None)
    for page in Path(town_session.network_path).parent.glob("*.qpt"):
        page.unlink()


@pytest.fixture
def designer(town_session: Any, windows: list[LayoutWindow]) -> Any:
    """A page that is being edited."""
    return page_designer.edit_page(town_session, CHOICE)


def _label(layout: Any, name: str) -> QgsLayoutItemLabel:
    items = [item for item in layout.items() if isinstance(item, QgsLayoutItemLabel)]
    return next(item for item in items if item.id() == name)


@pytest.mark.slow
def test_save_in_the_layout_window_saves_the_page_and_no_project(designer: Any, windows: Any) -> None:
    assert designer.path == Path(designer.path.parent / "sheet_a4.qpt") and designer.path.is_file()
    assert "小城" in _label(designer.layout, "title").text()
    _label(designer.layout, "north_letter").attemptMove(QgsLayoutPoint(50.0, 50.0))
    part(windows[0].window(), "mActionSaveProject").trigger()
    assert windows[0].projects_saved == 0
    assert "sheet_a4.qpt is saved" in designer.parent().said[-1][0]
    saved = load_template(designer.path)
    assert _label(saved, "north_letter").pos().x() == pytest.approx(50.0)
    assert _label(saved, "title").text() == ""


@pytest.mark.slow
def test_one_page_is_edited_at_a_time(designer: Any, town_session: Any, windows: Any) -> None:
    assert page_designer.edit_page(town_session, PrintChoice(paper="A3")) is designer
    assert len(windows) == 1
    assert page_designer.back_to_shipped_page(town_session, CHOICE) is None
    assert "Close the layout window first" in town_session.said[-1][0]
    assert designer.path.is_file()


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [True, False])
def test_a_page_that_is_not_saved_is_asked_about(
    designer: Any, windows: Any, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_window: Any, _title: str, text: str, _doing: str) -> bool:
        asked.append(text)
        return wanted

    monkeypatch.setattr(page_designer, "asks_to_go_on", answer)
    label = _label(designer.layout, "north_letter")
    designer.layout.undoStack().beginCommand(label, "moved")
    label.attemptMove(QgsLayoutPoint(50.0, 50.0))
    designer.layout.undoStack().endCommand()
    assert windows[0].window().close()
    assert asked == ["The page sheet_a4.qpt has changes that are not saved."]
    saved = load_template(designer.path)
    is_moved = _label(saved, "north_letter").pos().x() == pytest.approx(50.0)
    assert is_moved == wanted


@pytest.mark.slow
def test_a_page_without_changes_is_not_asked_about(designer: Any, windows: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(page_designer, "asks_to_go_on", lambda *_given: pytest.fail("asked"))
    assert windows[0].window().close()


@pytest.mark.slow
def test_back_to_the_shipped_page_keeps_the_own_one_and_can_be_undone(
    town_session: Any, windows: Any
) -> None:
    network = Path(town_session.network_path)
    assert page_designer.back_to_shipped_page(town_session, CHOICE) is None
    own = network.with_name("sheet_a4.qpt")
    own.write_text(shipped_template("sheet_a4.qpt").read_text(encoding="utf-8"), encoding="utf-8")
    assert page_designer.own_page_of(town_session, CHOICE) == own
    aside = page_designer.back_to_shipped_page(town_session, CHOICE)
    assert aside is not None and aside.is_file() and not own.exists()
    text, _level, (_label_text, undo) = town_session.said[-1]
    assert aside.name in text
    undo()
    assert own.is_file() and not aside.exists()


@pytest.mark.slow
def test_a_page_that_is_none_is_not_opened(town_session: Any, windows: Any) -> None:
    own = Path(town_session.network_path).with_name("sheet_a4.qpt")
    own.write_text("no page", encoding="utf-8")
    assert page_designer.edit_page(town_session, CHOICE) is None
    assert "is not a page template" in town_session.said[-1][0] and not windows


@pytest.mark.slow
def test_the_dialog_offers_the_own_page_and_the_shipped_one(town_session: Any, windows: Any) -> None:
    from waternet_plugin.gui.printing.print_choice import book_parameters
    from waternet_plugin.gui.printing.print_dialog import open_print_dialog

    dialog = open_print_dialog(town_session)
    assert [dialog.form.page.itemText(at) for at in range(dialog.form.page.count())] == ["Shipped page"]
    assert "TEMPLATE" not in book_parameters(dialog.form.choice())
    dialog.form.edit_page.click()
    assert len(windows) == 1
    shown = [dialog.form.page.itemText(at) for at in range(dialog.form.page.count())]
    assert shown == ["Own page", "Shipped page"]
    assert "TEMPLATE" not in book_parameters(dialog.form.choice())
    dialog.form.page.setCurrentIndex(1)
    assert book_parameters(dialog.form.choice())["TEMPLATE"] == str(shipped_template("sheet_a3.qpt"))
    dialog.close()


@pytest.mark.slow
def test_the_panel_edits_the_page_and_goes_back_where_there_is_one(town_session: Any, windows: Any) -> None:
    from waternet_plugin.gui.dock.sections.print import PrintSection

    section = PrintSection(town_session, town_session.iface.window)
    section.menu.aboutToShow.emit()
    assert not part(section, "wn_print_shipped_page").isVisible()
    trigger(section, "wn_print_edit_the_page")
    assert len(windows) == 1
    section.menu.aboutToShow.emit()
    assert part(section, "wn_print_shipped_page").isVisible()
    section.deleteLater()


@pytest.mark.slow
def test_standard_sheets_without_a_page_at_a_scale_have_no_own_page(town_session: Any) -> None:
    assert page_designer.own_page_of(town_session, PrintChoice(paper="50x50", scale=750)) is None
    assert QgsProject.instance().mapLayers()
