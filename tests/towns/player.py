"""A planner at the wizard: drops the folder, takes suggestions, answers what is asked by what is true."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from qgis.PyQt.QtGui import QDropEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QPushButton, QWidget
from support.wizard_helpers import InstantSession, wizard_with

from towns.handed_rows import Handed
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.wizard.dialog import CHECK, CODES, FIELDS, PLACE

_CODED = ("material", "reported_material", "kind", "status", "valve_state")
# Columns of the page of codes.
_WORD, _MEANS, _STATE = 2, 4, 5


class StuckError(Exception):
    """The wizard says no and the player knows no answer; the sentence of the wizard."""


@dataclass
class Played:
    """What it took: clicks, the words that were asked about, questions with answers, columns not found."""

    network: Path
    clicks: int = 0
    asked: set[str] = field(default_factory=set)
    questions: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


class Player:
    """Leads the wizard from a folder to a network by mouse and keys.

    Parameters
    ----------
    session
        That the wizard runs in.
    handed
        The files and what is true of them.
    keeps
        A folder for the mappings that the wizard keeps.
    """

    def __init__(self, session: InstantSession, handed: Handed, keeps: Path) -> None:
        self._handed = handed
        self._wizard = wizard_with(session, keeps)
        self._wizard.resize(1240, 760)
        self._wizard.activateWindow()
        self._played = Played(keeps / "made" / "town.gpkg")

    def play(self) -> Played:
        """Go from the first page to the written rows."""
        self._drop()
        wizard = self._wizard
        self._on(FIELDS)
        self._press("wn_wizard_accept_columns")
        self._note_columns()
        self._on(CODES, PLACE)
        if wizard.step == CODES:
            self._press("wn_wizard_accept_all")
            self._answer_codes()
            self._on(PLACE)
        self._answer_places()
        # Where the network is made is the test's matter, not the person's.
        wizard.state.name_file(str(self._played.network))
        self._on(CHECK)
        self._note_questions()
        self._press("wn_wizard_accept_answers")
        self._press("wn_wizard_next")
        if not wizard.is_done:
            raise StuckError(wizard.message.text())
        return self._played

    # ------------------------------------------------------------------------------------- hands

    def _drop(self) -> None:
        held = QMimeData()
        held.setUrls([QUrl.fromLocalFile(self._handed.folder)])
        event = QDropEvent(
            QPointF(20, 20),
            Qt.DropAction.CopyAction,
            held,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        self._played.clicks += 1
        self._wizard.dropEvent(event)

    def _click(self, widget: QWidget, at: QPoint | None = None) -> None:
        self._played.clicks += 1
        where = widget.rect().center() if at is None else at
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)

    def _press(self, name: str) -> None:
        """Press a button that is there and can be pressed; what is not offered costs nothing."""
        button = self._wizard.findChild(QPushButton, name)
        if button is not None and button.isVisible() and button.isEnabled():
            self._click(button)

    def _on(self, *steps: int) -> None:
        self._press("wn_wizard_next")
        if self._wizard.step not in steps:
            raise StuckError(self._wizard.message.text())

    # ----------------------------------------------------------------------------------- answers

    def _true_of(self, word: str) -> Any:
        """Return what a word in a coded column of some file says."""
        for file in self._handed.files:
            for row in file.rows:
                for name in _CODED:
                    if str(row.words.get(name, "\0")) == word or (
                        word == tr("(empty)") and row.words.get(name) == ""
                    ):
                        return row.true[name]
        raise StuckError(f"nobody wrote the code “{word}”")

    def _answer_codes(self) -> None:
        """Type the meaning of each code that is open, a click each."""
        page = self._wizard.codes
        for line in range(page.table.rowCount()):
            word = page.table.item(line, _WORD).text()
            self._played.asked.add("" if word == tr("(empty)") else word)
            if page.table.item(line, _STATE).text() == tr("set"):
                continue
            self._played.questions.append(f"code {word}")
            page.table.scrollToItem(page.table.item(line, _WORD))
            box = page.table.cellWidget(line, _MEANS)
            edit = box.lineEdit()
            self._click(edit)
            edit.selectAll()
            QTest.keyClicks(edit, self._true_of(word) or "unknown")
            # The list of what fits closes by Esc, the line is left by Tab.
            QTest.keyClick(box.completer().popup(), Qt.Key.Key_Escape)
            QTest.keyClick(edit, Qt.Key.Key_Tab)
            if page.table.item(line, _STATE).text() != tr("set"):
                raise StuckError(f"{word} can't be told to be {self._true_of(word)}: {edit.text()}")

    def _answer_places(self) -> None:
        """Choose the place that is true wherever several are offered."""
        page = self._wizard.place
        while page.question.isVisible() and page.question.asked is not None:
            asked = page.question.asked
            files = [source.name for source in asked.sources]
            at = next((place for place, one in enumerate(asked.candidates) if self._is_true(one)), None)
            self._played.questions.append(f"place of {', '.join(files)} ({len(asked.candidates)})")
            if at is None:
                offered = ", ".join(f"{one.value} {one.reading.axes}" for one in asked.candidates)
                raise StuckError(f"the true place is not offered: {offered}")
            self._choose(page.question, at)
            if page.question.isVisible() and page.question.asked is asked:
                raise StuckError(f"a click does not answer: {self._played.questions[-1]}")

    def _is_true(self, candidate: Any) -> bool:
        from pyproj import CRS

        chosen, true = (CRS.from_user_input(one) for one in (candidate.value, self._handed.epsg))
        meridians = [
            next(
                one.value
                for one in crs.coordinate_operation.params
                if "origin" in one.name and "ongitude" in one.name
            )
            for crs in (chosen, true)
        ]
        return meridians[0] == meridians[1]

    def _choose(self, question: QWidget, at: int) -> None:
        buttons = question.findChildren(QPushButton)
        if buttons:
            self._click(buttons[at])
            return
        box = question.findChild(QComboBox)
        self._click(box)
        # A list that has just opened takes the release of the same press for none of its own.
        QTest.qWait(QApplication.doubleClickInterval() + 100)
        view = box.view()
        index = box.model().index(at + 1, 0)
        view.scrollTo(index)
        self._click(view.viewport(), view.visualRect(index).center())

    def _note_columns(self) -> None:
        """Note the columns that fill another field than in truth, or none."""
        for file in self._handed.files:
            for source in self._wizard.state.ready:
                if not source.name.startswith(file.name) or source.table != file.table:
                    continue
                filled = {given.column: name for name, given in source.mapping.fields.items()}
                for name, heading in file.headings.items():
                    # Cut to ten bytes, below the heading of a group, before a unit.
                    column = next(
                        (
                            one
                            for one in source.columns
                            if heading.startswith(one) or heading in re.split(r" / | \(", one)
                        ),
                        heading,
                    )
                    if name not in ("x", "y") and filled.get(column, "") != name:
                        found = filled.get(column, "nothing")
                        self._played.columns.append(f"{file.name} {heading} ({name}) fills {found}")

    def _note_questions(self) -> None:
        table = self._wizard.check.questions.table
        if not self._wizard.check.questions.isVisible():
            return
        for line in range(table.rowCount()):
            texts = [table.item(line, column).text() for column in (0, 1)]
            self._played.questions.append(": ".join(texts) + " -> " + table.cellWidget(line, 2).currentText())
