"""Step 3: what the codes of the files mean, one question a code for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import (
    BAD,
    DOUBT,
    GAP,
    GOOD,
    MARGIN,
    UNDECIDED,
    CodeChoice,
    CodeList,
    dot,
    plain_table,
    text_item,
)
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.asking import asks_to_go_on
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.wizard.state import Fault, State

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.mapping.code_questions import CodeQuestion

# Codes that are listed; files with more have a column in the wrong place.
_MOST = 300
_UNKNOWN = "unknown"
_SURE, _BASIS = 5, 6


class CodesPage(QWidget):
    """List every code that is none of ours; open ones first.

    Parameters
    ----------
    state
        The wizard's memory.
    """

    changed = pyqtSignal()

    def __init__(self, state: State) -> None:
        super().__init__(objectName="wn_wizard_codes")
        self._state = state
        self._asked: list[CodeQuestion] = []
        # The codes that were given up at once, so that it can be taken back.
        self._given_up: list[CodeQuestion] = []
        self._lists: dict[str, CodeList] = {}
        self._head = plain_label(objectName="wn_wizard_codes_head", wordWrap=True)
        self.accept_all = QPushButton(
            objectName="wn_wizard_accept_all", clicked=lambda _checked=False: self.accept_suggestions()
        )
        top = horizontal((self._head, 1), self.accept_all, spacing=GAP)
        self.table = plain_table(
            "wn_wizard_codes_table",
            [
                tr("File"),
                tr("Field"),
                tr("Code in the file"),
                tr("Rows"),
                tr("Means"),
                tr("How sure"),
                tr("Rests on"),
            ],
            [72, 80, 124, 48, 200, 104, 92],
            4,
        )
        self._note = widgets.note()
        # Buttons keep their places: what gives codes up is far from what accepts, and what takes it back
        # is there before it is needed.
        self.rest = QPushButton(
            objectName="wn_wizard_rest_unknown",
            toolTip=tr(
                "Codes without a suggestion become “unknown”, or stay empty where there is no such code."
            ),
            clicked=lambda _checked=False: self.ask_to_give_up(),
        )
        self.take_back = QPushButton(
            tr("Take back"),
            objectName="wn_wizard_codes_take_back",
            toolTip=tr("What was set to unknown at once is open again."),
            clicked=lambda _checked=False: self.take_rest_back(),
        )
        below = horizontal(self.rest, (self._note, 1), self.take_back, spacing=GAP)
        vertical(top, (self.table, 1), below, parent=self, spacing=GAP, margins=(MARGIN, MARGIN, MARGIN, 0))

    def _model(self, question: CodeQuestion) -> CodeList:
        place = question.asked[0]
        described = self._state.ready[place.source].described.field(place.field)
        key = question.domain, not question.must_be_known, described.own_codes
        if key not in self._lists:
            unknown = "" if question.must_be_known else widgets.unknown_text()
            self._lists[key] = CodeList(described.codes, undecided=tr("choose…"), unknown=unknown)
        return self._lists[key]

    def refresh(self) -> None:
        """Ask the sources anew and show all codes, open ones first."""
        from waternet_plugin.core.exchange.mapping.meanings import OPEN

        self._asked = list(self._state.codes.questions(self._state.ready))
        shown = self._asked[:_MOST]
        self.table.setUpdatesEnabled(False)
        self.table.setRowCount(0)
        self.table.setRowCount(len(shown))
        for line, one in enumerate(shown):
            value = one.value if one.value else tr("(empty)")
            for column, text in enumerate((self._files(one), self._fields(one), value)):
                self.table.setItem(line, column, text_item(text))
            self.table.setItem(line, 3, text_item(amounts.number(one.count), right=True))
            model = self._model(one)
            box = CodeChoice(
                f"wn_wizard_code_{line}",
                model,
                UNDECIDED if one.state == OPEN else one.code,
                chosen=lambda code, at=line: self._take(at, code),
            )
            self.table.setCellWidget(line, 4, box)
            self._show_state(line)
        self.table.setUpdatesEnabled(True)
        more = len(self._asked) - len(shown)
        self._note.setText(
            tr("{n} more codes are not listed. Is this the right column?").format(n=more) if more else ""
        )
        self._count()

    def _files(self, question: CodeQuestion) -> str:
        ready = self._state.ready
        return listed(dict.fromkeys(ready[place.source].name for place in question.asked))

    def _fields(self, question: CodeQuestion) -> str:

        ready = self._state.ready
        labels = (ready[place.source].described.field(place.field).label for place in question.asked)
        return listed(dict.fromkeys(labels))

    def _show_state(self, line: int) -> None:
        from waternet_plugin.core.exchange.mapping.meanings import GIVEN, SUGGESTED

        one = self._asked[line]
        icon, words = {
            GIVEN: (dot(GOOD), tr("set")),
            SUGGESTED: (dot(DOUBT), tr("suggested")),
        }.get(one.state, (dot(BAD), tr("open")))
        self.table.setItem(line, _SURE, text_item(words, icon=icon))
        basis = ""
        if one.state == SUGGESTED:
            basis = tr("answered before") if one.is_former else f"“{one.basis}”"
        self.table.setItem(line, _BASIS, text_item(basis))

    def _count(self) -> None:
        from waternet_plugin.core.exchange.mapping.meanings import OPEN, SUGGESTED

        suggested = sum(one.state == SUGGESTED for one in self._asked)
        open_ = sum(one.state == OPEN for one in self._asked)
        self.accept_all.setText(tr("Accept all suggestions ({n})").format(n=suggested))
        self.accept_all.setEnabled(bool(suggested))
        self.rest.setText(tr("Set the rest to unknown ({n})").format(n=open_))
        self.rest.setEnabled(bool(open_))
        self.take_back.setEnabled(bool(self._given_up))
        if not self._asked:
            text = tr("Every code in the files is already known. There is nothing to decide.")
        elif suggested or open_:
            text = tr("Codes in the files that still need a meaning: {n}.").format(n=suggested + open_)
        else:
            text = tr("Every code has a meaning.")
        self._head.setText(text)

    # ------------------------------------------------------------------------------------- deciding

    def _give(self, given: Iterable[tuple[CodeQuestion, Any]]) -> None:
        self._state.codes.answer(self._state.ready, given)
        self._state.touched = True
        self.changed.emit()

    def _take(self, line: int, code: Any) -> None:
        """Set one meaning, and suggest it for codes that are written alike; the rows stay where they are."""
        from waternet_plugin.core.exchange.mapping.meanings import GIVEN

        if code == UNDECIDED:
            return
        one = self._asked[line]
        self._give([(one, code)])
        self._given_up = [other for other in self._given_up if other.key != one.key]
        self._asked[line] = replace(one, code=code, state=GIVEN)
        self._show_state(line)
        self._suggest_alike()
        self._count()

    def _suggest_alike(self) -> None:
        """Show what the answers suggest for the codes that are open."""
        from waternet_plugin.core.exchange.mapping.meanings import OPEN, SUGGESTED

        told = {question.key: question for question in self._state.codes.questions(self._state.ready)}
        for line, one in enumerate(self._asked):
            now = told.get(one.key)
            if one.state == OPEN and now is not None and now.state == SUGGESTED:
                self._asked[line] = now
                if line < _MOST:
                    self.table.cellWidget(line, 4).choose(now.code)
                    self._show_state(line)

    def accept_suggestions(self) -> None:
        """Agree to every suggestion."""
        from waternet_plugin.core.exchange.mapping.meanings import SUGGESTED

        agreed = [(one, one.code) for one in self._asked if one.state == SUGGESTED]
        ready = self._state.ready
        for one, code in agreed:
            for place in one.asked:
                ready[place.source].accepted_codes.append((place.field, one.value, place.count, code))
        self._give(agreed)
        self.refresh()

    def _rest(self) -> list[tuple[CodeQuestion, str | None]]:
        """Return the open codes that may be unknown, with what says so; what must be known stays open."""
        from waternet_plugin.core.exchange.mapping.meanings import OPEN

        given: list[tuple[CodeQuestion, str | None]] = []
        for one in self._asked:
            known = _UNKNOWN if _UNKNOWN in domain(one.domain) else None
            if one.state == OPEN and (known is not None or not one.must_be_known):
                given.append((one, known))
        return given

    def ask_to_give_up(self) -> None:
        """Name the rows that lose what the open codes say, and give the codes up when that is wanted."""
        lines = self._losses()
        if not lines:
            return
        text = "\n".join((*lines, tr("It can be taken back on this page.")))
        if asks_to_go_on(self, tr("Set the rest to unknown"), text, tr("Set to unknown")):
            self.give_up_rest()

    def _losses(self) -> list[str]:
        """Return a sentence for each field of a file: how many of its rows get no value."""
        ready = self._state.ready
        counts: dict[tuple[int, str], int] = {}
        for one, _code in self._rest():
            for place in one.asked:
                key = place.source, place.field
                counts[key] = counts.get(key, 0) + place.count
        text = tr("{n} of {rows} rows of {name} get no “{field}”.")
        return [
            text.format(
                n=amounts.number(count),
                rows=amounts.number(ready[number].rows),
                name=ready[number].name,
                field=ready[number].described.field(name).label,
            )
            for (number, name), count in counts.items()
        ]

    def give_up_rest(self) -> None:
        """Let codes without a suggestion be unknown; what must be known stays open."""
        given = self._rest()
        self._given_up += [one for one, _code in given]
        self._give(given)
        self.refresh()

    def take_rest_back(self) -> None:
        """Open the codes again that were given up."""
        self._state.codes.withdraw(self._state.ready, self._given_up)
        self._given_up = []
        self.changed.emit()
        self.refresh()

    def show_fault(self, fault: Fault) -> None:
        """Bring the code that a fault speaks of into view."""
        ready = self._state.ready
        for line, one in enumerate(self._asked[:_MOST]):
            names = [
                f"{place.field}\x1f{one.value}" for place in one.asked if ready[place.source] is fault.source
            ]
            if fault.field in names:
                self.table.scrollToItem(self.table.item(line, 0))
                self.table.selectRow(line)
                return
