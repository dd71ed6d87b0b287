"""The part of the last step that shows an update: counts, what to take, and the list of changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QWidget

from waternet_plugin.core.exchange.adoption.outcome.changed_rows import STATES
from waternet_plugin.core.exchange.update_modes import BOTH, INSERT, UPDATE
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.steps.widgets import (
    BLANK,
    DOUBT,
    GAP,
    GOOD,
    INSIDE,
    ChoiceBox,
    dot,
    plain_table,
    text_item,
)
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.wizard.state import State

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult

# Lines that a person may read; the report and the algorithm have all of them.
_MOST_LINES = 1000
_EVERY = ""
_BOX_WIDTH = 250


class ChangesPart(QWidget):
    """Show what updates change, and take the answers on values that people set, moved assets and new rows.

    Parameters
    ----------
    state
        The wizard's memory.
    """

    # An answer was given: the dry run is another one now.
    answered = pyqtSignal()

    def __init__(self, state: State) -> None:
        super().__init__(objectName="wn_wizard_changes")
        self._state = state
        self._results: list[AdoptionResult] = []
        self.summary = plain_label(objectName="wn_wizard_changes_summary", wordWrap=True)
        self.mode = ChoiceBox("wn_wizard_update_mode", chosen=self._take_mode, minimumWidth=_BOX_WIDTH)
        # Not toggled: what the page itself sets is not an answer.
        self.conflicts = QCheckBox(
            tr("Take the file's values over those that people set"),
            objectName="wn_wizard_take_conflicts",
            clicked=lambda ticked: self._take("take_conflicts", ticked),
        )
        self.geometry_box = QCheckBox(
            tr("Take moved geometry"),
            objectName="wn_wizard_take_geometry",
            clicked=lambda ticked: self._take("take_geometry", ticked),
        )
        self.shown = ChoiceBox(
            "wn_wizard_changes_shown", chosen=lambda _state: self._fill(), minimumWidth=_BOX_WIDTH
        )
        self.table = plain_table(
            "wn_wizard_changes_table",
            [
                tr("Asset"),
                tr("Field"),
                tr("Before", "list of changes"),
                tr("After", "list of changes"),
                tr("State"),
            ],
            [90, 140, 120, 120, 190],
            3,
        )
        vertical(
            self.summary,
            horizontal(self.mode, self.shown, 1, spacing=GAP),
            horizontal(self.conflicts, self.geometry_box, 1, spacing=2 * GAP),
            (self.table, 1),
            parent=self,
            spacing=INSIDE,
            margins=(0, INSIDE, 0, 0),
        )

    def show_results(self, results: Sequence[AdoptionResult], *, is_done: bool) -> None:
        """Show the updates among some results.

        Parameters
        ----------
        results
            Of the dry run, or of what was written.
        is_done
            Whether the rows are written: then nothing is asked any more.
        """
        self._results = [result for result in results if result.update is not None]
        choices = [
            (BOTH, tr("Update; add new rows")),
            (UPDATE, tr("Update; reject new rows")),
            (INSERT, tr("Add new rows only")),
        ]
        self.mode.fill(choices, self._state.update_mode)
        self.conflicts.setChecked(self._state.take_conflicts)
        self.geometry_box.setChecked(self._state.take_geometry)
        counts = self._counts()
        self.mode.setEnabled(not is_done)
        self.conflicts.setEnabled(not is_done and (self._state.take_conflicts or bool(counts["conflict"])))
        self.geometry_box.setEnabled(not is_done and (self._state.take_geometry or bool(counts["moved"])))
        self.summary.setText(self._sentence(counts))
        self._fill_states(counts)
        self._fill()

    def _counts(self) -> dict[str, int]:
        updates = [result.update for result in self._results if result.update is not None]
        return {state: sum(update.count(state) for update in updates) for state in STATES}

    def _sentence(self, counts: dict[str, int]) -> str:
        updates = [result.update for result in self._results if result.update is not None]
        return tr(
            "Rows of the file: {changed} changed, {same} the same, {new} new, {conflict} left as people set "
            "them. Not in the file: {gone}; nothing is deleted."
        ).format(
            changed=amounts.number(sum(update.rows_changed for update in updates)),
            same=amounts.number(sum(update.rows_same for update in updates)),
            new=amounts.number(sum(update.rows_new for update in updates)),
            conflict=amounts.number(sum(update.rows_conflict for update in updates)),
            gone=amounts.number(counts["gone"]),
        )

    def _fill_states(self, counts: dict[str, int]) -> None:
        """Offer the states that there are, each with its number of lines."""
        from waternet_plugin.core.reports.adoption.updating import state_text

        before = self.shown.key() or _EVERY
        total = amounts.number(sum(counts.values()))
        choices = [(_EVERY, tr("All changes ({n})").format(n=total))]
        choices += [
            (state, f"{state_text(state)} ({amounts.number(count)})")
            for state, count in counts.items()
            if count
        ]
        self.shown.fill(choices, before if before in dict(choices) else _EVERY)

    def _fill(self) -> None:
        from waternet_plugin.core.reports.adoption.updating import state_text

        dots = {"conflict": DOUBT, "moved": DOUBT, "gone": BLANK}
        lines = list(self._lines())
        self.table.setRowCount(0)
        self.table.setRowCount(len(lines))
        for row, (asset, field, before, after, state) in enumerate(lines):
            for column, text in enumerate((asset, field, before, after)):
                self.table.setItem(row, column, text_item(text))
            self.table.setItem(row, 4, text_item(state_text(state), icon=dot(dots.get(state, GOOD))))

    def _lines(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Yield the lines of the state that is chosen, as people read them."""
        from waternet_plugin.core.reports.adoption.updating import distance_text, field_text, value_text

        wanted = self.shown.key() or _EVERY
        left = _MOST_LINES
        for result in self._results:
            assert result.update is not None
            lines = result.update.changes
            lines = lines if wanted == _EVERY else lines[lines["state"] == wanted]
            for one in tuples(lines.head(left)):
                left -= 1
                after = (
                    distance_text(one.distance_m)
                    if one.field == GEOMETRY_COLUMN
                    else value_text(result.described, one.field, one.after)
                )
                before = value_text(result.described, one.field, one.before)
                yield str(one.asset), field_text(result.described, one.field), before, after, str(one.state)

    def _take_mode(self, mode: str) -> None:
        self._state.update_mode = mode
        self._give()

    def _take(self, name: str, ticked: bool) -> None:
        setattr(self._state, name, bool(ticked))
        self._give()

    def _give(self) -> None:
        self._state.touched = True
        self.answered.emit()
