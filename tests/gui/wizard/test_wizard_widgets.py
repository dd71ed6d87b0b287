"""The list of codes by keyboard, and what a default may be."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QVBoxLayout, QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.gui.panes.steps.widgets import UNDECIDED, CodeChoice, CodeList
from waternet_plugin.gui.wizard.pages.field_row import readings, typed_value


@pytest.fixture
def choice(qgis_app):
    window = QWidget()
    layout = QVBoxLayout(window)
    box = CodeChoice("code", CodeList(domain("material"), undecided="choose…", unknown="(leave empty)"))
    other = CodeChoice("other", CodeList(domain("material"), undecided="choose…"))
    layout.addWidget(box)
    layout.addWidget(other)
    window.show()
    window.activateWindow()
    box.setFocus()
    box.lineEdit().selectAll()
    yield box
    window.close()
    window.deleteLater()


def test_nothing_is_chosen_at_first(choice: CodeChoice) -> None:
    assert choice.key() == UNDECIDED


@pytest.mark.parametrize(
    ("typed", "code"),
    [("ductile_iron", "ductile_iron"), ("球墨铸铁", "ductile_iron"), ("QT", "ductile_iron"), ("leave", None)],
)
def test_label_code_or_alias_find_the_code(choice: CodeChoice, typed: str, code: str | None) -> None:
    heard: list[object] = []
    choice.chosen.connect(heard.append)
    choice.lineEdit().setText(typed)
    choice.lineEdit().editingFinished.emit()
    assert choice.key() == code and heard == [code]
    assert choice.lineEdit().text() == choice.itemText(choice.currentIndex())


def test_what_says_no_single_code_puts_back_what_was_there(choice: CodeChoice) -> None:
    choice.choose("steel")
    for typed in ("iron", "no such thing", ""):
        choice.lineEdit().setText(typed)
        choice.lineEdit().editingFinished.emit()
        assert choice.key() == "steel" and "steel" in choice.lineEdit().text()


def test_a_part_of_a_word_opens_a_list_to_choose_from(choice: CodeChoice) -> None:
    QTest.keyClicks(choice.lineEdit(), "asbest")
    popup = choice.completer().popup()
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert choice.key() == "asbestos_cement"
    assert choice.lineEdit().text() == choice.itemText(choice.currentIndex())


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("install_year", "1998", 1998),
        ("length_m", "12,5", 12.5),
        ("retired_on", "2020-12-31", "2020-12-31"),
        ("street", "中山路", "中山路"),
        ("street", "", None),
    ],
)
def test_a_typed_default_has_the_fields_type(field: str, text: str, value: object) -> None:
    assert typed_value(table("pipe").field(field), text) == value


@pytest.mark.parametrize(
    ("field", "text"), [("install_year", "19.5"), ("length_m", "long"), ("retired_on", "31.12.2020")]
)
def test_a_typed_default_that_is_no_value_is_refused(field: str, text: str) -> None:
    with pytest.raises(ValueError):
        typed_value(table("pipe").field(field), text)


def test_the_own_unit_comes_first_and_is_no_word_in_the_mapping() -> None:
    keys = [key for key, _ in readings(table("pipe").field("diameter_mm"))]
    assert keys[0] == ("", "") and ("", "inch") in keys
    assert [key for key, _ in readings(table("pipe").field("street"))] == []
