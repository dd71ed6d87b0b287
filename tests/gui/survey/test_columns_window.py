"""A column or sheet that nobody knows is shown with its values and named by mouse, or left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QWidget
from support.built_network import EAST, NORTH
from support.widgets import click, part
from support.workbook_files import plain_workbook

from waternet_plugin.core.survey.recognition.open_tables import TableHead
from waternet_plugin.gui.survey import open_survey_wizard
from waternet_plugin.gui.survey.attempt import SheetSeen
from waternet_plugin.gui.survey.columns_window import ColumnsWindow
from waternet_plugin.gui.survey.steps import FILES, IMPORT, QUESTIONS
from waternet_plugin.gui.survey.survey_choices import ColumnsChosen
from waternet_plugin.gui.survey.survey_wizard import SurveyWizard

POINTS = [["点号", "X", "Y", "地面高程", "特征", "附属物", "类别", "测段"]] + [
    [f"JS{n}", NORTH + 10, EAST + 20 * n, 12.3, "", "阀门", "JS", "东段"] for n in range(3)
]
LINES = [["甲", "乙", "材质", "管径"], ["JS0", "JS1", "PE", "DN200"], ["JS1", "JS2", "PE", "DN200"]]


@pytest.fixture
def shown(qgis_app: Any) -> Iterator[Any]:
    """Return a function that makes the window of a sheet, and what it tells."""
    parent = QWidget()

    def make(sheet: SheetSeen, given: ColumnsChosen | None = None) -> tuple[ColumnsWindow, list[Any]]:
        window = ColumnsWindow("a.csv", sheet, given, makes_lines=False, parent=parent)
        told: list[Any] = []
        window.chosen.connect(told.append)
        return window, told

    yield make
    parent.deleteLater()


def _read(**more: Any) -> SheetSeen:
    rows = (("标题", "", "", ""), ("点号", "X", "Y", "测段"), ("1", "25", "50", "东段"))
    head = TableHead("", "", rows, (1, 2, 3), 3)
    known = {"point_no": "点号", "x": "X", "y": "Y"}
    kept = {"head": head, "names": rows[1], "fields": known, "heading_row": 2, **more}
    return SheetSeen("", "points", 3, **kept)


def test_an_unknown_column_shows_its_values_and_is_given_a_field(shown: Any) -> None:
    window, told = shown(_read())
    table = window.table
    assert [table.item(row, 0).text() for row in range(4)] == ["点号", "X", "Y", "测段"]
    assert table.item(3, 1).text() == "东段"
    box = part(window, "wn_survey_column_3")
    assert box.key() == "" and part(window, "wn_survey_column_0").key() == "point_no"
    box.choose("surveyor")
    box.chosen.emit("surveyor")
    window._answer()
    # A heading row that was found is no matter of the answer.
    assert told == [ColumnsChosen({"surveyor": "测段"}, 0)]


def test_a_field_is_held_by_one_column_only(shown: Any) -> None:
    window, told = shown(_read())
    box = part(window, "wn_survey_column_3")
    box.choose("point_no")
    box.chosen.emit("point_no")
    assert part(window, "wn_survey_column_0").key() is None
    window._answer()
    assert told == [ColumnsChosen({"point_no": "测段"}, 0)]


def test_another_row_of_headings_is_chosen(shown: Any) -> None:
    window, told = shown(_read(fields={}, names=("column_1",), heading_row=0))
    window.row.choose(2)
    window.row.chosen.emit(2)
    assert [window.table.item(row, 0).text() for row in range(4)] == ["点号", "X", "Y", "测段"]
    window._answer()
    assert told == [ColumnsChosen({"point_no": "点号", "x": "X", "y": "Y"}, 2)]


def test_what_was_said_before_stays(shown: Any) -> None:
    fields = {"point_no": "点号", "x": "X", "y": "Y", "surveyor": "测段"}
    window, told = shown(_read(fields=fields), ColumnsChosen({"surveyor": "测段"}, 0))
    window._answer()
    assert told == [ColumnsChosen({"surveyor": "测段"}, 0)]


@pytest.fixture
def opened(open_session: Any, iface: Any, tmp_path: Path, until: Any) -> Iterator[Any]:
    """Return a function that opens the wizard with a workbook of some sheets, tried."""
    made: list[SurveyWizard] = []

    def begin(**sheets: list[list[object]]) -> SurveyWizard:
        (tmp_path / "滨河路.xlsx").write_bytes(plain_workbook(sheets))
        wizard = open_survey_wizard(open_session, [str(tmp_path / "滨河路.xlsx")])
        wizard.ask = lambda _text: True
        made.append(wizard)
        until(lambda: not wizard.is_busy)
        return wizard

    iface.window.show()
    yield begin
    for wizard in made:
        wizard.close()
    iface.window.hide()


def _name(wizard: SurveyWizard, fields: dict[str, str]) -> None:
    """Choose fields of columns in the window that is open, and accept."""
    (window,) = wizard.findChildren(ColumnsWindow)
    for place in range(window.table.rowCount()):
        field = fields.get(window.table.item(place, 0).text())
        if field is not None:
            box = part(window, f"wn_survey_column_{place}")
            box.choose(field)
            box.chosen.emit(field)
    window._answer()


@pytest.mark.slow
def test_a_sheet_that_is_not_understood_is_asked_and_its_columns_are_named(opened: Any, until: Any) -> None:
    wizard = opened(JS点=POINTS, 东段线=LINES)
    assert wizard.step == FILES
    wizard.footer.next.click()
    question = wizard.questions.question
    assert (wizard.step, question.key, question.column) == (QUESTIONS, "sheets", "东段线")
    click(wizard, "wn_survey_ask_columns")
    _name(wizard, {"甲": "start_no", "乙": "end_no"})
    until(lambda: not wizard.is_busy)
    assert "sheets" not in {one.key for one in wizard.attempt.questions}
    assert [sheet.role for sheet in wizard.attempt.files[0].sheets] == ["points", "lines"]


@pytest.mark.slow
def test_a_sheet_is_left_out_by_its_question_and_can_be_taken_again(opened: Any, until: Any) -> None:
    wizard = opened(JS点=POINTS, 东段线=LINES)
    wizard.footer.next.click()
    click(wizard, "wn_survey_candidate_A")
    until(lambda: not wizard.is_busy)
    assert wizard.choices.decisions() == {"files": {"滨河路.xlsx": {"sheets": {"东段线": "leave_out"}}}}
    decided = {one.key: one.words for one in wizard.attempt.files[0].decided}
    assert decided["sheets"] == "东段线: leave out"


@pytest.mark.slow
def test_a_file_of_which_nothing_is_known_is_named_on_the_first_page(opened: Any, until: Any) -> None:
    rows = [[*row[:4], "x"] for row in POINTS[1:]]
    points = [["路段东"], ["点号", "纵距", "横距", "面高", "备注"], *rows]
    wizard = opened(JS=points)
    assert wizard.attempt.files[0].error
    wizard.footer.next.click()
    assert wizard.step == FILES and "Columns…" in wizard.message.text()
    # The sheet is chosen already.
    click(wizard, "wn_survey_name_columns")
    _name(wizard, {"点号": "point_no", "纵距": "x", "横距": "y", "面高": "ground"})
    until(lambda: not wizard.is_busy)
    assert wizard.attempt.files[0].error == "" and wizard.attempt.counts.rows == 5
    wizard.footer.next.click()
    while wizard.step == QUESTIONS:
        click(wizard, "wn_survey_candidate_A")
        until(lambda: not wizard.is_busy)
    assert wizard.step <= IMPORT and wizard.attempt.counts.nodes == 3
