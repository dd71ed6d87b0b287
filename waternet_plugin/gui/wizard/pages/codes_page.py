"""Step 3: what the codes of the files mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.wizard import widgets
from waternet_plugin.gui.wizard.widgets import (
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

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.mapping.meanings import Meaning
    from waternet_plugin.gui.wizard.sources.source import LayerSource
    from waternet_plugin.gui.wizard.state import Fault, State

# Codes that are listed; files with more have a column in the wrong place.
_MOST = 300
_UNKNOWN = "unknown"
_SURE = 5

Asked = tuple["LayerSource", "Meaning"]


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
        self._asked: list[Asked] = []
        self._lists: dict[str, CodeList] = {}
        self._head = plain_label(objectName="wn_wizard_codes_head", wordWrap=True)
        self.accept_all = QPushButton(
            objectName="wn_wizard_accept_all", clicked=lambda _checked=False: self.accept_suggestions()
        )
        self.rest = QPushButton(
            objectName="wn_wizard_rest_unknown",
            toolTip=tr(
                "Codes without a suggestion become “unknown”, or stay empty where there is no such code."
            ),
            clicked=lambda _checked=False: self.give_up_rest(),
        )
        top = horizontal((self._head, 1), self.rest, self.accept_all, spacing=GAP)
        self.table = plain_table(
            "wn_wizard_codes_table",
            [tr("File"), tr("Field"), tr("Code in the file"), tr("Rows"), tr("Means"), tr("How sure")],
            [92, 92, 108, 56, 226, 104],
            4,
        )
        self._note = widgets.note()
        vertical(
            top, (self.table, 1), self._note, parent=self, spacing=GAP, margins=(MARGIN, MARGIN, MARGIN, 0)
        )

    def _model(self, domain_name: str, *, can_be_empty: bool) -> CodeList:
        key = f"{domain_name} {can_be_empty}"
        if key not in self._lists:
            unknown = widgets.unknown_text() if can_be_empty else ""
            self._lists[key] = CodeList(domain_name, undecided=tr("choose…"), unknown=unknown)
        return self._lists[key]

    def refresh(self) -> None:
        """Ask the sources anew and show all codes, open ones first."""
        from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable
        from waternet_plugin.core.exchange.mapping.meanings import GIVEN, OPEN, SUGGESTED

        rank = {OPEN: 0, SUGGESTED: 1, GIVEN: 2}
        asked = [(source, one) for source in self._state.ready for one in source.meanings()]
        asked.sort(key=lambda pair: rank[pair[1].state])
        self._asked = asked
        shown = asked[:_MOST]
        self.table.setUpdatesEnabled(False)
        self.table.setRowCount(0)
        self.table.setRowCount(len(shown))
        for line, (source, one) in enumerate(shown):
            field = adoptable(source.table).field(one.field)
            value = one.value if one.value else tr("(empty)")
            for column, text in enumerate((source.name, field.label, value)):
                self.table.setItem(line, column, text_item(text))
            self.table.setItem(line, 3, text_item(amounts.number(one.count), right=True))
            model = self._model(field.domain, can_be_empty=not field.required)
            current = UNDECIDED if one.state == OPEN else one.code
            box = CodeChoice(f"wn_wizard_code_{line}", model, current)
            box.chosen.connect(lambda code, at=line: self._take(at, code))
            self.table.setCellWidget(line, 4, box)
            self._show_state(line, one.state)
        self.table.setUpdatesEnabled(True)
        more = len(asked) - len(shown)
        self._note.setText(
            tr("{n} more codes are not listed. Is this the right column?").format(n=more) if more else ""
        )
        self._count()

    def _show_state(self, line: int, state: str) -> None:
        from waternet_plugin.core.exchange.mapping.meanings import GIVEN, SUGGESTED

        icon, words = {
            GIVEN: (dot(GOOD), tr("set")),
            SUGGESTED: (dot(DOUBT), tr("suggested")),
        }.get(state, (dot(BAD), tr("open")))
        self.table.setItem(line, _SURE, text_item(words, icon=icon))

    def _count(self) -> None:
        from waternet_plugin.core.exchange.mapping.meanings import OPEN, SUGGESTED

        suggested = sum(one.state == SUGGESTED for _, one in self._asked)
        open_ = sum(one.state == OPEN for _, one in self._asked)
        self.accept_all.setText(tr("Accept all suggestions ({n})").format(n=suggested))
        self.accept_all.setVisible(bool(suggested))
        self.rest.setText(tr("Set the rest to unknown ({n})").format(n=open_))
        self.rest.setVisible(bool(open_))
        if not self._asked:
            text = tr("Every code in the files is already known. There is nothing to decide.")
        elif suggested or open_:
            text = tr("{n} codes in the files still need a meaning.").format(n=suggested + open_)
        else:
            text = tr("Every code has a meaning.")
        self._head.setText(text)

    # ------------------------------------------------------------------------------------- deciding

    def _give(self, given: Iterable[tuple[LayerSource, Meaning, Any]]) -> None:
        from waternet_plugin.core.exchange.mapping.meanings import explain

        for source, one, code in given:
            source.mapping = explain(source.mapping, [(one.field, one.value, code)])
        self._state.touched = True
        self.changed.emit()

    def _take(self, line: int, code: Any) -> None:
        """Set one meaning; the row stays where it is."""
        from dataclasses import replace

        from waternet_plugin.core.exchange.mapping.meanings import GIVEN

        if code == UNDECIDED:
            return
        source, one = self._asked[line]
        self._give([(source, one, code)])
        self._asked[line] = (source, replace(one, code=code, state=GIVEN))
        self._show_state(line, GIVEN)
        self._count()

    def accept_suggestions(self) -> None:
        """Agree to every suggestion."""
        from waternet_plugin.core.exchange.mapping.meanings import SUGGESTED

        agreed = [(source, one, one.code) for source, one in self._asked if one.state == SUGGESTED]
        for source, one, code in agreed:
            source.accepted_codes.append((one.field, one.value, one.count, code))
        self._give(agreed)
        self.refresh()

    def give_up_rest(self) -> None:
        """Let codes without a suggestion be unknown; what must be known stays open."""
        from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable
        from waternet_plugin.core.exchange.mapping.meanings import OPEN
        from waternet_plugin.core.schema.domains import domain

        given = []
        for source, one in self._asked:
            field = adoptable(source.table).field(one.field)
            known = _UNKNOWN if _UNKNOWN in domain(field.domain) else None
            if one.state == OPEN and (known is not None or not field.required):
                given.append((source, one, known))
        self._give(given)
        self.refresh()

    def show_fault(self, fault: Fault) -> None:
        """Bring the code that a fault speaks of into view."""
        for line, (source, one) in enumerate(self._asked[:_MOST]):
            if source is fault.source and f"{one.field}\x1f{one.value}" == fault.field:
                self.table.scrollToItem(self.table.item(line, 0))
                self.table.selectRow(line)
                return
