"""The questions of the last step: a line each with its choices, and one button for all suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from waternet_plugin.core.exchange.doubts.doubt import Doubt
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.steps.widgets import (
    DOUBT,
    GAP,
    GOOD,
    ChoiceBox,
    dot,
    keep_place,
    plain_table,
    text_item,
)
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.wizard.sources.reading_questions import asked_of_readings
from waternet_plugin.gui.wizard.sources.service_questions import asked_of_services
from waternet_plugin.gui.wizard.sources.source import GUESSED, LayerSource
from waternet_plugin.gui.wizard.sources.suspicious_rows import Asked, asked_of, give
from waternet_plugin.gui.wizard.state import State

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult


_CHOICE, _SURE = 2, 3
_ROW, _MOST_ROWS = 28, 4


class Questions(QWidget):
    """Ask what to do with rows that repeat an id or lie far away, and how places and readings are meant.

    Hidden where nothing is asked.

    Parameters
    ----------
    state
        The wizard's memory.
    """

    # An answer was given: the dry run is another one now.
    answered = pyqtSignal()

    def __init__(self, state: State) -> None:
        super().__init__(objectName="wn_wizard_questions")
        self._state = state
        self.asked: list[Asked] = []
        self._head = plain_label(objectName="wn_wizard_questions_head")
        self.accept_all = QPushButton(
            objectName="wn_wizard_accept_answers", clicked=lambda _checked=False: self.accept_suggestions()
        )
        keep_place(self.accept_all)
        top = horizontal((self._head, 1), self.accept_all, spacing=GAP)
        self.table = plain_table(
            "wn_wizard_questions_table",
            [tr("File"), tr("What was found"), tr("What to do"), tr("How sure")],
            [84, 240, 270, 92],
            1,
        )
        vertical(top, self.table, parent=self, spacing=GAP, margins=0)
        self.hide()

    def show_results(self, results: Sequence[AdoptionResult]) -> None:
        """Ask what a dry run left open; nothing for no results."""
        ready = self._state.ready
        found = [
            *asked_of(ready, results),
            *(asked_of_services(ready, self._state.places) if results else ()),
            *asked_of_values(ready, results),
            *asked_of_readings(ready, results),
        ]
        self.asked = sorted(found, key=lambda one: not one.is_open)
        # The name of the only file leaves the room to what was found.
        self.table.setColumnHidden(0, len(ready) == 1)
        self.table.setRowCount(0)
        self.table.setRowCount(len(self.asked))
        for line, one in enumerate(self.asked):
            self.table.setItem(line, 0, text_item(one.source.name))
            self.table.setItem(line, 1, text_item(one.text))
            box = ChoiceBox(
                f"wn_wizard_answer_{line}",
                one.choices,
                one.answer or one.suggestion,
                chosen=lambda answer, at=line: self._take(at, answer),
            )
            self.table.setCellWidget(line, _CHOICE, box)
            state = (dot(DOUBT), tr("suggested")) if one.is_open else (dot(GOOD), tr("set"))
            self.table.setItem(line, _SURE, text_item(state[1], icon=state[0]))
        rows = min(len(self.asked), _MOST_ROWS)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + _ROW * rows + 4)
        waiting = sum(one.is_open for one in self.asked)
        self.accept_all.setText(tr("Accept all suggestions ({n})").format(n=waiting))
        self.accept_all.setVisible(bool(waiting))
        self._head.setText(
            tr("%n question(s) about rows of the files.", "", waiting)
            if waiting
            else tr("Answered; saved with the mapping.")
        )
        self.setVisible(bool(self.asked))

    def open_question(self) -> str:
        """Return the sentence that says which question must be answered first, '' for none."""
        waiting = next((one for one in self.asked if one.is_open and one.must_be_answered), None)
        if waiting is None:
            return ""
        text = tr("{name}: {found} Say what to do with them, or accept the suggestions.")
        return text.format(name=waiting.source.name, found=waiting.text)

    def _give(self, answers: Sequence[tuple[Asked, str]]) -> None:
        give(answers)
        self._state.touched = True
        self.answered.emit()

    def _take(self, line: int, answer: str) -> None:
        self._give([(self.asked[line], answer)])

    def accept_suggestions(self) -> None:
        """Agree to every suggestion."""
        self._give([(one, one.suggestion) for one in self.asked if one.is_open])


def _asked(source: LayerSource, doubt: Doubt) -> Asked:
    """Return the question of a doubt; what a guess answered is suggested until a person agrees."""
    from waternet_plugin.core.exchange.doubts.doubt import answered
    from waternet_plugin.core.exchange.doubts.doubt_texts import answer_text, doubt_text

    key = f"{doubt.kind}_{doubt.field}"
    is_guessed = source.basis == GUESSED and doubt.field not in source.decided
    is_filled_in = is_guessed and key not in source.agreed and bool(doubt.answer)

    return Asked(
        source,
        key,
        doubt_text(doubt, source.described),
        tuple((choice, answer_text(doubt, choice)) for choice in doubt.choices),
        doubt.answer if is_filled_in else doubt.suggestion,
        "" if is_filled_in else doubt.answer,
        # What is filled in is applied already.
        must_be_answered=doubt.must_be_answered and not doubt.answer,
        taken=lambda mapping, answer: answered(mapping, doubt, answer),
    )


def asked_of_values(sources: Sequence[LayerSource], results: Sequence[AdoptionResult]) -> list[Asked]:
    """Return what is asked about values.

    Parameters
    ----------
    sources
        The ready sources.
    results
        Their dry runs.
    """
    return [_asked(source, doubt) for source, result in zip(sources, results) for doubt in result.doubts]
