"""The survey wizard: pages with nothing to decide are passed over, answers go on, errors are not silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QPointF, Qt
from qgis.PyQt.QtWidgets import QLabel, QPushButton
from support.widgets import click, part, text

from waternet_plugin.core import texts
from waternet_plugin.core.places.deciding.decisions import Candidate
from waternet_plugin.core.survey.recognition.survey_mapping import survey_mapping
from waternet_plugin.core.survey.survey_rules import survey_rules
from waternet_plugin.gui.survey import question_words
from waternet_plugin.gui.survey.attempt import (
    Attempt,
    CandidatePlace,
    CheckLine,
    FileSeen,
    OpenQuestion,
    RowCounts,
    SheetSeen,
    ShownCandidate,
    ShownDecision,
)
from waternet_plugin.gui.survey.pages.code_meaning import LEFT_OUT
from waternet_plugin.gui.survey.pages.survey_checks_page import kind_words
from waternet_plugin.gui.survey.pages.survey_import_page import facts_of
from waternet_plugin.gui.survey.steps import CHECKS, FILES, IMPORT, QUESTIONS
from waternet_plugin.gui.survey.survey_choices import SurveyChoices
from waternet_plugin.gui.survey.survey_wizard import SurveyWizard

EAST, NORTH = 500_000.0, 2_500_000.0
FILE = FileSeen("建设路.csv", "table", "gb18030", 340, sheets=(SheetSeen("JS", "points", 340),))
COUNTS = RowCounts(340, 330, 8, 2, 0, 330, 12, 1840.0)


def question(key: str = "axes") -> OpenQuestion:
    """Two candidates, 300 m apart."""
    near = np.array([[EAST, NORTH], [EAST + 40, NORTH]])
    far = near + np.array([300.0, 0.0])
    beside, west = CandidatePlace(near, ("1", "2"), near[None]), CandidatePlace(far, ("1", "2"), far[None])
    candidates = (
        ShownCandidate({key: "x_north"}, "beside 建设路, 3 m from N-1", "", beside),
        ShownCandidate({key: "x_east"}, "287 km west", "", west),
    )
    return OpenQuestion(FILE.name, key, "Which place is right?", candidates)


def warning(row: int, rule: str = "gap") -> CheckLine:
    return CheckLine(
        rule, "warning", FILE.name, "JS", row, str(row), f"Point {row} is far from the next one."
    )


def error(row: int) -> CheckLine:
    return CheckLine("number_repeated", "error", FILE.name, "JS", row, "JS1", "JS1 is at two places.")


class Scripted:
    """Answers as a list of functions of the choices says, the last one for ever."""

    def __init__(self, attempt: Any) -> None:
        self.attempt = attempt
        self.tried: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.imported = 0

    def try_import(self, _path: str, choices: Any, _progress: Any) -> Attempt:
        self.tried.append((choices.mapping(), choices.decisions()))
        return self.attempt(choices)

    def has_changed(self, _choices: Any, _attempt: Any) -> bool:
        return False

    def run_import(self, path: str, choices: Any, progress: Any) -> Attempt:
        self.imported += 1
        return replace(self.try_import(path, choices, progress), batch_id="B0003")


@pytest.fixture
def opened(open_session: Any, iface: Any) -> Iterator[Any]:
    """Return a function that opens the wizard with a file and what answers it."""
    made: list[SurveyWizard] = []

    def begin(attempt: Any) -> SurveyWizard:
        wizard = SurveyWizard(open_session, (), Scripted(attempt))
        open_session.show_window(wizard)
        made.append(wizard)
        wizard.ask = lambda _text: True
        wizard.add(["/somewhere/建设路.csv"])
        return wizard

    iface.window.show()
    yield begin
    for wizard in made:
        wizard.choices.answers.clear()
        wizard.choices.ticked.clear()
    iface.window.hide()


@pytest.mark.slow
def test_a_clear_file_takes_two_clicks(opened: Any, until: Any) -> None:
    wizard = opened(lambda _choices: Attempt((FILE,), counts=COUNTS))
    until(lambda: not wizard.is_busy)
    assert (wizard.step, wizard.footer.summary.text()) == (FILES, "340 rows: 338 ready, 2 rejected")
    wizard.footer.next.click()
    assert (wizard.step, wizard.footer.next.text()) == (IMPORT, "Import")
    wizard.footer.next.click()
    until(lambda: wizard.is_done)
    assert wizard._importing.imported == 1
    assert text(wizard, "wn_survey_import_head") == "Imported into small.gpkg."


@pytest.mark.slow
def test_back_shows_a_page_that_was_passed_over(opened: Any, until: Any) -> None:
    decided = replace(FILE, decided=(ShownDecision("axes", "X is north", "heading"),))
    wizard = opened(lambda _choices: Attempt((decided,), counts=COUNTS))
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    wizard.footer.back.click()
    assert wizard.step == CHECKS
    wizard.footer.back.click()
    assert wizard.step == QUESTIONS
    assert part(wizard, "wn_survey_decided").item(0, 2).text() == "X is north"


def unanswered(choices: Any) -> Attempt:
    given = choices.answers.get(FILE.name, {})
    asked = tuple(question(key) for key in ("axes", "height_of") if key not in given)
    return Attempt((FILE,), asked, counts=COUNTS)


@pytest.mark.slow
def test_the_last_answer_goes_on(opened: Any, until: Any) -> None:
    wizard = opened(unanswered)
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    assert wizard.step == QUESTIONS
    wizard.footer.next.click()
    assert wizard.message.text() == "Choose one of the candidates, here or on the map."
    click(wizard, "wn_survey_candidate_A")
    until(lambda: not wizard.is_busy)
    assert (wizard.step, wizard.questions.question.key) == (QUESTIONS, "height_of")
    click(wizard, "wn_survey_candidate_B")
    until(lambda: not wizard.is_busy)
    assert wizard.step == IMPORT
    given = {FILE.name: {"axes": "x_north", "height_of": "x_east"}}
    assert wizard._importing.tried[-1][1] == {"files": given}


@pytest.mark.slow
def test_a_click_on_a_ghost_answers(opened: Any, iface: Any, until: Any) -> None:
    wizard = opened(unanswered)
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    ghosts = wizard.map.ghosts
    assert ghosts is not None and ghosts.letters == [0, 1]
    # The map is in sight.
    assert wizard.width() < 880
    to_canvas = iface.canvas.getCoordinateTransform()
    place = to_canvas.transform(EAST + 300, NORTH)
    assert ghosts.hit(QPointF(place.x() + 3, place.y())) == 1
    assert ghosts.hit(QPointF(place.x() + 60, place.y() + 60)) is None
    wizard.map.chosen.emit(1)
    until(lambda: not wizard.is_busy)
    assert wizard.choices.answers == {FILE.name: {"axes": "x_east"}}


@pytest.mark.slow
def test_the_map_is_as_before_once_nothing_is_asked(opened: Any, iface: Any, until: Any) -> None:
    before = iface.canvas.mapTool()
    items = len(iface.canvas.items())
    wizard = opened(unanswered)
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    assert len(iface.canvas.items()) > items
    wizard.close()
    assert (len(iface.canvas.items()), iface.canvas.mapTool()) == (items, before)


@pytest.mark.slow
def test_warnings_need_a_tick_and_a_kind_takes_one(opened: Any, until: Any) -> None:
    wizard = opened(lambda _choices: Attempt((FILE,), checks=(warning(3), warning(9)), counts=COUNTS))
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    assert wizard.step == CHECKS
    wizard.footer.next.click()
    assert (wizard.step, wizard.message.text()) == (CHECKS, "2 warnings have no tick yet.")
    wizard.checks.kinds.item(0, 0).setCheckState(Qt.CheckState.Checked)
    states = [wizard.checks.rows.item(row, 0).checkState() for row in range(2)]
    assert states == [Qt.CheckState.Checked] * 2
    wizard.footer.next.click()
    assert wizard.step == IMPORT


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("rule", survey_rules().values(), ids=lambda one: one.rule_id)
def test_a_kind_is_called_by_its_title_and_names_what_it_found(rule: Any, language: str) -> None:
    with texts.speaking(None, language):
        lines = [
            replace(warning(number, rule.rule_id), point_no=name, text=f"{number}003.0 m long.")
            for number, name in ((1, "WS1-WS2"), (2, "WS2-WS3"))
        ]
        words = kind_words(lines)
        assert words.startswith(rule.title) and "WS1-WS2" in words and "WS2-WS3" in words
        assert "1003" not in words and "{" not in rule.title
        assert kind_words([replace(lines[0], point_no="")]) == rule.title


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_only_planned_pipes_stay_planned(language: str) -> None:
    """What is said of pipes is counted from what they were: a new one is in use, whatever its verdict."""
    speak = {"en": None, "zh_CN": lambda text, _comment, _number: f"{text.rstrip('.')}。"}[language]
    attempt = Attempt(
        (FILE,), counts=COUNTS, verdicts={"pass": 1, "open": 2}, new_verdicts={"open": 3, "fail": 1}
    )
    with texts.speaking(speak, language):
        facts = dict(facts_of(attempt))
    told = facts["Verification" if language == "en" else "Verification。"]
    if language == "zh_CN":
        assert told.count("。") == 3 and "。 " not in told
        return
    assert told == (
        "1 planned pipe becomes as-built. 2 pipes stay planned: evidence is missing or contrary. "
        "4 new pipes are in use and not verified: evidence is missing or contrary."
    )


def rejecting(choices: Any) -> Attempt:
    counts = COUNTS if choices.valid_only else replace(COUNTS, rejected=0)
    return Attempt((FILE,), checks=(error(7),), counts=counts, offered_prefixes={FILE.name: "建设路-"})


def test_errors_stop_until_the_valid_rows_are_wanted(opened: Any, until: Any) -> None:
    wizard = opened(rejecting)
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    wizard.footer.next.click()
    assert wizard.step == CHECKS and "Some rows have errors" in wizard.message.text()
    click(wizard, "wn_survey_valid")
    until(lambda: not wizard.is_busy)
    assert wizard.step == IMPORT and wizard.choices.valid_only


@pytest.mark.slow
def test_numbers_that_restart_get_the_offered_prefix(opened: Any, until: Any) -> None:
    wizard = opened(
        lambda choices: Attempt((FILE,), counts=COUNTS) if choices.prefixes else rejecting(choices)
    )
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    assert part(wizard, "wn_survey_prefix").text() == "Number with prefix 建设路-"
    click(wizard, "wn_survey_prefix")
    until(lambda: not wizard.is_busy)
    assert wizard.step == IMPORT
    assert wizard._importing.tried[-1][0] == {"id_prefix": {FILE.name: "建设路-"}}


def test_a_difference_is_taken_by_its_tick_and_tried_again(opened: Any, until: Any) -> None:
    moved = replace(warning(3, "moved"), asset="N-1")
    wizard = opened(lambda _choices: Attempt((FILE,), checks=(moved,), counts=COUNTS, purpose="recheck"))
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    wizard.checks.rows.item(0, 0).setCheckState(Qt.CheckState.Checked)
    wizard.footer.next.click()
    until(lambda: not wizard.is_busy)
    assert wizard.step == IMPORT
    assert wizard._importing.tried[-1][1] == {"take": ["N-1"]}


@pytest.mark.slow
def test_a_file_that_cannot_be_read_is_left_out(opened: Any, until: Any) -> None:
    broken = FileSeen("b.xlsx", error="The workbook is cut off.")

    def attempt(choices: Any) -> Attempt:
        return Attempt((FILE, broken) if "/somewhere/b.xlsx" in choices.paths else (FILE,), counts=COUNTS)

    wizard = opened(attempt)
    until(lambda: not wizard.is_busy)
    wizard.add(["/somewhere/b.xlsx"])
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    assert (wizard.step, wizard.message.text()) == (
        FILES,
        "b.xlsx can't be read. Repair the file, or leave it out.",
    )
    wizard.files.table.setCurrentCell(1, 0)
    click(wizard, "wn_survey_leave_out")
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    assert wizard.step == IMPORT


@pytest.mark.slow
def test_what_is_chosen_on_the_first_page_reaches_the_import(opened: Any, until: Any) -> None:
    wizard = opened(lambda choices: Attempt((FILE,), counts=COUNTS, purpose=choices.purpose or "as_built"))
    until(lambda: not wizard.is_busy)
    assert wizard.files.purpose.key() == "as_built"
    box = part(wizard, "wn_survey_role_0")
    box.chosen.emit("ignore")
    until(lambda: not wizard.is_busy)
    assert wizard._importing.tried[-1][0] == {
        "tables": [{"file": FILE.name, "sheet": "JS", "role": "ignore"}]
    }


def test_buttons_are_not_pressed_by_enter(opened: Any, until: Any) -> None:
    wizard = opened(unanswered)
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    assert [each.objectName() for each in wizard.findChildren(QPushButton) if each.autoDefault()] == []


def fact_lines(wizard: Any) -> list[str]:
    """Return the lines of the last page."""
    return [label.text() for label in wizard.result.findChildren(QLabel, "wn_survey_import_fact")]


PIPES = (
    {"pipe_id": "P-9", "length_m": 60.0, "size_mm": 200.0, "material": "PE", "outcome": "open"}
    | {"missing": "no photo", "box": (EAST, NORTH, EAST + 60, NORTH)},
)
ROWS = (
    {"file": FILE.name, "sheet": "JS", "row_no": 7, "point_no": "JS1", "verdict": "rejected"}
    | {"reason": "JS1 is at two places.", "asset": None},
)


@pytest.mark.slow
def test_the_last_page_says_what_is_written_and_what_becomes_of_each_row(opened: Any, until: Any) -> None:
    found = Attempt(
        (FILE,),
        counts=COUNTS,
        verdicts={"pass": 3, "open": 1},
        purpose="as_built",
        written=PIPES,
        ledger=ROWS,
        backup="small_20261122T101112000Z.gpkg",
    )
    wizard = opened(lambda _choices: found)
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    assert fact_lines(wizard) == [
        "As-built survey before backfill",
        "建设路.csv",
        "330 imported, 8 merged, 2 rejected, 0 skipped",
        "330 nodes, 12 pipes, 1,840 m",
        "3 planned pipes become as-built. 1 pipe stays planned: evidence is missing or contrary.",
        "All or nothing, after a backup. It can be undone as a whole, here or under “Batches…”.",
    ]
    lists = part(wizard, "wn_survey_lists")
    assert [lists.tabText(place) for place in range(2)] == ["Pipes (12)", "Ledger (340)"]
    # Rows are rejected: they are seen first.
    assert lists.currentIndex() == 1
    assert part(wizard, "wn_survey_undo").isHidden() and part(wizard, "wn_survey_map").isHidden()
    wizard.footer.next.click()
    until(lambda: wizard.is_done)
    assert fact_lines(wizard)[-2:] == [
        "B0003; it can be undone as a whole, here or under “Batches…”.",
        "small_20261122T101112000Z.gpkg",
    ]
    assert not part(wizard, "wn_survey_undo").isHidden()


@pytest.mark.slow
def test_a_pipe_of_the_last_page_is_shown_on_the_map(opened: Any, until: Any, iface: Any) -> None:
    wizard = opened(lambda _choices: Attempt((FILE,), counts=COUNTS, written=PIPES))
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    pipes = part(wizard, "wn_survey_pipes")
    pipes.clicked.emit(pipes.model().index(0, 0))
    assert iface.canvas.extent().contains(QgsPointXY(EAST + 30, NORTH))


@pytest.mark.slow
def test_formats_and_evidence_are_told_in_words(opened: Any, until: Any) -> None:
    evidence = "The file says “CJJ 61”. " * 6
    told = replace(FILE, format="cjj61_tables", decided=(ShownDecision("axes", "north", evidence),))
    wizard = opened(lambda _choices: Attempt((told,), counts=COUNTS))
    until(lambda: not wizard.is_busy)
    assert wizard.files.table.item(0, 4).text() == "CJJ 61 tables"
    wizard.footer.next.click()
    wizard.go_to(QUESTIONS)
    table = part(wizard, "wn_survey_decided")
    assert table.isColumnHidden(4)
    assert table.rowHeight(0) > 1.5 * table.fontMetrics().height()


@pytest.mark.slow
def test_the_system_of_rows_that_say_none_is_chosen(opened: Any, until: Any) -> None:
    unknown = replace(error(7), rule_id="system_unknown", text="The system of this row is not known.")

    def attempt(choices: Any) -> Attempt:
        return Attempt((FILE,), checks=() if choices.system else (unknown,), counts=COUNTS)

    wizard = opened(attempt)
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    box = part(wizard, "wn_survey_system")
    assert wizard.step == CHECKS and not box.isHidden() and box.key() is None
    box.chosen.emit("potable")
    until(lambda: not wizard.is_busy)
    # What was chosen is looked at before it is imported: nothing turns under the pointer.
    assert wizard.step == CHECKS and box.key() == "potable" and not box.isHidden()
    wizard.footer.next.click()
    assert wizard.step == IMPORT
    given = {"file": "*", "defaults": {"system": "potable"}}
    assert wizard._importing.tried[-1][0] == {"tables": [given]}


def test_a_code_that_no_list_has_gets_a_meaning_by_mouse(opened: Any, until: Any) -> None:
    seen: list[dict[str, Any]] = []

    def coded(choices: Any) -> Attempt:
        seen.append(choices.mapping())
        known = {code for _rule, code in choices.meanings}
        lines = [
            CheckLine(
                "unknown_code", "error", "a.csv", "", row, str(row), f"编码: “{code}” is in no code list."
            )
            for row, code in enumerate(("WL", "TREE", "WL"), start=1)
            if code not in known
        ]
        return Attempt((FILE,), checks=tuple(lines), counts=COUNTS)

    wizard = opened(coded)
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    assert wizard.step == CHECKS
    box = wizard.checks.meaning
    assert not box.isHidden() and [box.code.itemData(row) for row in range(box.code.count())] == [
        "WL",
        "TREE",
    ]
    box.meaning.chosen.emit("potable")
    until(lambda: box.code.count() == 1)
    box.meaning.chosen.emit(LEFT_OUT)
    until(lambda: len(seen) > 2 and not wizard.attempt.errors)
    meant = {"WL": "potable", "TREE": None}
    fields = ("code", "feature", "appurtenance", "system", "function")
    assert seen[-1]["values"] == dict.fromkeys(fields, meant)


def test_names_with_brackets_stand_for_themselves() -> None:
    choices = SurveyChoices(roles={("建设路[1].xlsx", "JS[2]"): "points"}, system="sewage")
    raw = choices.mapping()
    found = survey_mapping(raw).of("建设路[1].xlsx", "JS[2]")
    assert (found.role, found.defaults) == ("points", {"system": "sewage"})
    assert survey_mapping(raw).of("建设路1.xlsx", "JS2").role == ""


def test_a_question_about_a_column_names_it_and_one_answer_keeps_the_others() -> None:
    assert "井底标高" in question_words.sentence("level_columns", "井底标高")
    answers = {"level_columns": {"量测井深": "leave_out", "井底标高": "depth"}}
    words, _more = question_words.candidate_words("level_columns", Candidate("A", "depth", answers))
    assert words == "depth of the point"
