"""Step 2: what the data left open, a question at a time; a click on a candidate answers it."""

from __future__ import annotations

from qgis.core import QgsCoordinateReferenceSystem
from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import QHeaderView, QPushButton, QVBoxLayout, QWidget

from waternet_plugin.core.survey.decisions.decision_words import key_name
from waternet_plugin.core.texts import labelled, tr
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import GAP, MARGIN, plain_table, text_item
from waternet_plugin.gui.survey.attempt import LETTERS, Attempt, OpenQuestion, ShownCandidate
from waternet_plugin.gui.survey.map import candidate_ghosts
from waternet_plugin.gui.survey.survey_choices import SurveyChoices
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.pressing import press_once

_BUTTON_HEIGHT = 36
_OF_PLACES, _OF_SHEETS = ("axes", "crs"), "sheets"
_FILE, _DECISION, _VALUE, _EVIDENCE, _CHANGE = range(5)


class SurveyQuestionsPage(QWidget):
    """Show the first open question with its candidates; below, what was decided and why.

    Parameters
    ----------
    choices
        What the person chose.
    """

    # A file and its answers by key (None takes one back); the question to show on the map, None for none.
    answered = pyqtSignal(str, object)
    shown = pyqtSignal(object)
    # Common points are wanted for the question that shows.
    points_wanted = pyqtSignal()
    # File and sheet of which a person wants to say what the columns hold.
    columns_wanted = pyqtSignal(str, str)

    def __init__(self, choices: SurveyChoices) -> None:
        super().__init__(objectName="wn_survey_questions")
        self._choices = choices
        self.question: OpenQuestion | None = None
        self._head = widgets.heading("")
        self._head.setObjectName("wn_survey_question")
        self._head.setWordWrap(True)
        self._count = widgets.note()
        self._candidates = QVBoxLayout(spacing=GAP)
        self._other = QgsProjectionSelectionWidget(self)
        self._other.setObjectName("wn_survey_other_crs")
        self._other.crsChanged.connect(self._take_crs)
        self.points = QPushButton(
            tr("None of these: common points…"),
            objectName="wn_survey_common_points",
            autoDefault=False,
            clicked=lambda _checked=False: self.points_wanted.emit(),
        )
        self.columns = QPushButton(
            tr("No: say what its columns hold…"),
            objectName="wn_survey_ask_columns",
            autoDefault=False,
            clicked=lambda _checked=False: self._want_columns(),
        )
        self._decided_head = widgets.heading(tr("Decided so far"))
        self.decided = plain_table(
            "wn_survey_decided",
            [tr("File"), tr("Decision"), tr("Value"), tr("Evidence"), ""],
            [110, 90, 160, 200, 80],
            _EVIDENCE,
        )
        self.decided.horizontalHeader().setSectionResizeMode(_VALUE, QHeaderView.ResizeMode.Stretch)
        # Evidence is read whole.
        self.decided.setWordWrap(True)
        vertical(
            self._count,
            self._head,
            self._candidates,
            self._other,
            horizontal(self.points, self.columns, 1),
            self._decided_head,
            (self.decided, 1),
            parent=self,
            spacing=GAP,
            margins=(MARGIN, MARGIN, MARGIN, 0),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Let evidence wrap anew, once the table has its new width."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self.decided.resizeRowsToContents)

    def refresh(self, attempt: Attempt) -> None:
        """Ask the first open question; say so where there is none."""
        self.question = attempt.questions[0] if attempt.questions else None
        self._other.setVisible(self.question is not None and self.question.key == "crs")
        # A local grid is placed by neither of the candidates, and by no coordinate system that has a name.
        self.points.setVisible(self.question is not None and self.question.key in _OF_PLACES)
        self.columns.setVisible(self.question is not None and self.question.key == _OF_SHEETS)
        while self._candidates.count():
            widget = self._candidates.takeAt(0).widget()
            widget.setParent(None)
            widget.deleteLater()
        if self.question is None:
            self._head.setText(tr("Nothing is open: the files say it all."))
            self._count.setText("")
        else:
            self._head.setText(labelled(self.question.file, self.question.sentence))
            self._count.setText(tr("%n question(s) open", "", len(attempt.questions)))
            none = tr("None of these: common points…") if self.question.candidates else tr("Common points…")
            self.points.setText(none)
            for index, candidate in enumerate(self.question.candidates[: len(LETTERS)]):
                self._candidates.addWidget(self._candidate(index, candidate))
        self._show_decided(attempt)
        self.shown.emit(self.question)

    def _candidate(self, index: int, candidate: ShownCandidate) -> QWidget:
        """Return a candidate as a button, with its evidence below."""
        widget = QWidget(self)
        button = QPushButton(
            candidate.words,
            objectName=f"wn_survey_candidate_{LETTERS[index]}",
            accessibleName=labelled(LETTERS[index], candidate.words),
            autoDefault=False,
            clicked=lambda _checked=False: self.give(index),
        )
        # The next question has its candidates at the same place.
        press_once(button)
        button.setMinimumHeight(_BUTTON_HEIGHT)
        # Not the letter alone: its colour on the map too.
        button.setIcon(candidate_ghosts.letter_icon(index))
        button.setStyleSheet("text-align: left; padding-left: 8px;")
        evidence = widgets.note(candidate.evidence)
        evidence.setVisible(bool(candidate.evidence))
        vertical(button, evidence, parent=widget, spacing=2, margins=0)
        return widget

    def give(self, index: int) -> None:
        """Answer the question that shows with one of its candidates."""
        if self.question is not None and index < len(self.question.candidates):
            question = self.question
            self.answered.emit(question.file, question.candidates[index].answers)

    def _want_columns(self) -> None:
        if self.question is not None:
            self.columns_wanted.emit(self.question.file, self.question.column)

    def _take_crs(self, crs: QgsCoordinateReferenceSystem) -> None:
        """Answer with a coordinate system that is none of the candidates."""
        if self.question is not None and self.question.key == "crs" and crs.authid():
            self.answered.emit(self.question.file, {"crs": crs.authid()})

    def _show_decided(self, attempt: Attempt) -> None:
        rows = [(file.name, decision) for file in attempt.files for decision in file.decided]
        self._decided_head.setVisible(bool(rows))
        self.decided.setVisible(bool(rows))
        self.decided.setRowCount(0)
        self.decided.setRowCount(len(rows))
        for line, (file, decision) in enumerate(rows):
            self.decided.setItem(line, _FILE, text_item(file))
            self.decided.setItem(line, _DECISION, text_item(key_name(decision.key)))
            self.decided.setItem(line, _VALUE, text_item(decision.words))
            self.decided.setItem(line, _EVIDENCE, text_item(decision.evidence))
            if self._is_answered(file, decision.key):
                self.decided.setCellWidget(line, _CHANGE, self._change_button(line, file, decision.key))
        answered = any(self._is_answered(file, decision.key) for file, decision in rows)
        self.decided.setColumnHidden(_CHANGE, not answered)
        self.decided.resizeRowsToContents()

    def _is_answered(self, file: str, key: str) -> bool:
        """Return whether a person decided, who may change it."""
        return key in self._choices.answers.get(file, {})

    def _change_button(self, line: int, file: str, key: str) -> QPushButton:
        return QPushButton(
            tr("Change"),
            objectName=f"wn_survey_change_{line}",
            autoDefault=False,
            clicked=lambda _checked=False: self.answered.emit(file, {key: None}),
        )
