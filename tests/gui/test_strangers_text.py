"""What a stranger wrote into a file: shown as it is, no formula in a spreadsheet, no font from elsewhere."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QTextDocument
from qgis.PyQt.QtWidgets import QApplication, QLabel, QWidget
from support.slow_cases import a_few_quick

from waternet_plugin.core.files.formulas import delimited
from waternet_plugin.gui.panes.section import ElidedLabel
from waternet_plugin.gui.panes.steps.widgets import text_item
from waternet_plugin.gui.plots import plot_fonts
from waternet_plugin.gui.widgets.asking import ask_text
from waternet_plugin.gui.widgets.plain_text import literal, plain_label, question
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn, text_of, write_csv

BAD = ['<img src="//host/share/x.png">', "<b>bold</b>", "a\n<i>b</i> & c", "DN < 100", "Fish & Chips"]
PLUGIN = Path(__file__).resolve().parents[2] / "waternet_plugin"
TIP = Qt.ItemDataRole.ToolTipRole


def seen(tip: str) -> str:
    """Return what a person reads in a tooltip, which Qt takes for rich text where it has a tag."""
    document = QTextDocument()
    document.setHtml(tip) if tip.startswith("<qt>") else document.setPlainText(tip)
    return document.toPlainText()


@pytest.mark.parametrize("text", BAD)
def test_a_tip_is_read_as_it_was_written(qgis_app: Any, text: str) -> None:
    assert seen(literal(text)) == text
    assert "<img" not in literal(text) and "<b>" not in literal(text)


@pytest.mark.parametrize("text", BAD)
def test_cells_and_labels_are_plain(qgis_app: Any, text: str) -> None:
    item = text_item(text)
    assert item.text() == text and seen(item.toolTip()) == text
    view = RowsView([TableColumn("a", text)], "wn_test")
    view.set_rows([{"a": text}])
    cell = view.model().index(0, 0)
    assert cell.data() == text and seen(cell.data(TIP)) == text
    assert seen(view.model().headerData(0, Qt.Orientation.Horizontal, TIP)) == text
    elided = ElidedLabel()
    elided.set_text(text)
    parent = QWidget()
    box = question(parent, "t", text)
    for label in (elided, plain_label(text, parent)):
        assert label.textFormat() == Qt.TextFormat.PlainText and label.text() == text
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert seen(elided.toolTip()) == text
    parent.deleteLater()


@pytest.mark.parametrize("text", a_few_quick(BAD[:3], 1))
def test_messages_and_questions_are_plain(plugin: Any, iface: Any, monkeypatch: Any, text: str) -> None:
    plugin.session.say(text, "warning")
    assert (
        text.replace("\n", " ") in iface.bar.currentItem().text() or "&lt;" in iface.bar.currentItem().text()
    )
    assert "<img" not in iface.bar.currentItem().text()
    formats = []

    def answer(dialog: Any) -> int:
        formats.extend(each.textFormat() for each in dialog.findChildren(QLabel))
        return 0

    monkeypatch.setattr("waternet_plugin.gui.widgets.asking.QInputDialog.exec", answer)
    ask_text(None, "t", text)
    assert formats and set(formats) == {Qt.TextFormat.PlainText}


FORMULAS = ["=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "＋1", "－A1", "＠x"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_table_of_the_panel_holds_a_formula(qgis_app: Any, tmp_path: Path, text: str) -> None:
    columns, rows = [TableColumn("a", "A"), TableColumn("n", "N", decimals=1)], [{"a": text, "n": -3.5}]
    for delimiter in ",\t":
        assert text_of(columns, rows, delimiter).splitlines()[1].lstrip('"').startswith("'")
    write_csv(tmp_path / "a.csv", columns, rows)
    assert "'" in (tmp_path / "a.csv").read_text("utf-8-sig")
    view = RowsView(columns, "wn_test")
    view.set_rows(rows)
    view.copy()
    copied = QApplication.clipboard().text().splitlines()[1]
    assert copied.lstrip('"').startswith("'") and copied.endswith("-3.5")


@pytest.mark.slow
def test_every_table_of_the_desktop_is_written_by_the_guard() -> None:
    for path in sorted((PLUGIN / "gui").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
        assert "csv" not in names, f"{path.name}: write tables by core.files.formulas.delimited"
        calls = {
            node.func.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not calls & {"to_csv", "to_clipboard", "to_excel"}, path.name
    assert delimited([["=1", 2]]) == "'=1,2\n"


def test_sheets_of_papers_hold_texts_only(qgis_app: Any, tmp_path: Path) -> None:
    import zipfile

    from waternet_plugin.bridge.export.spreadsheets import write_sheets

    target = tmp_path / "paper.xlsx"
    write_sheets(target, [("Sheet", ["Street", "Length"], [(text, 1.5) for text in FORMULAS])])
    with zipfile.ZipFile(target) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert "<f>" not in sheet and "<f " not in sheet


class _Face:
    def __init__(self, fails: bool = False) -> None:
        self.fails = fails

    def save(self, path: str) -> None:
        Path(path).write_bytes(b"font")
        if self.fails:
            raise OSError("full")


@pytest.mark.parametrize("folder", ["", "./"])
def test_without_a_profile_no_font_is_kept(monkeypatch: Any, folder: str) -> None:
    """A script that never started QGIS has no profile: nothing is written to the folder it runs in."""
    monkeypatch.setattr(QgsApplication, "qgisSettingsDirPath", staticmethod(lambda: folder))
    assert plot_fonts.font_folder() is None


def test_the_font_lies_in_the_profile_whole_or_not_at_all(
    qgis_app: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    assert str(plot_fonts.font_folder()).startswith(str(Path(QgsApplication.qgisSettingsDirPath())))
    target = tmp_path / "deep" / "x.otf"
    with pytest.raises(OSError, match="full"):
        plot_fonts.save_face(_Face(fails=True), target)
    assert list(target.parent.iterdir()) == []
    plot_fonts.save_face(_Face(), target)
    assert [each.name for each in target.parent.iterdir()] == ["x.otf"]
