"""Every write to the network, newest first, each with its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QVBoxLayout,
    QWidget,
)

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.batches import undoing
from waternet_plugin.gui.guide import help_key
from waternet_plugin.gui.widgets import moments
from waternet_plugin.gui.widgets.buttons import speak
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.rows import Column, RowsView

if TYPE_CHECKING:
    from waternet_plugin.gui.session import Session

# The network itself: what made it can't be taken back.
_PERMANENT = frozenset({"create", "mend", "migrate", "restore"})


def _columns() -> tuple[Column, ...]:
    return (
        Column("batch_id", tr("Batch"), width=64),
        Column("at", tr("When"), write=moments.local, width=128),
        Column("what", tr("What"), width=200, fills=True),
        Column("by", tr("By"), width=80),
        Column("rows", tr("Rows"), decimals=0, width=64),
        Column("state", tr("State"), width=152),
    )


class BatchesWindow(QDialog):
    """A list of what was written, when, by whom; the chosen one can be undone.

    Parameters
    ----------
    session
        Reads and undoes.
    parent
        The main window.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wn_batches")
        self.session = session
        self.setWindowTitle(tr("Batches of {name}").format(name=session.network_name))
        self.resize(800, 440)
        self.table = RowsView(_columns(), "wn_batches_table", self)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.selectionModel().selectionChanged.connect(lambda *_change: self._update())
        note = plain_label(tr("An undo is a batch too: undo it to do the first one again."), self)
        self.answer = plain_label("", self)
        self.answer.setObjectName("wn_batches_answer")
        self.answer.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.undo = buttons.addButton(tr("Undo this batch"), QDialogButtonBox.ButtonRole.ActionRole)
        self.undo.setObjectName("wn_batches_undo")
        self.undo.clicked.connect(lambda _checked=False: self._undo())
        speak(buttons).rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        for widget in (note, self.table, self.answer, buttons):
            layout.addWidget(widget)
        session.data_changed.connect(self._data_changed)
        session.network_changed.connect(self.close)
        self.fill()

    def event(self, event: QEvent) -> bool:
        """Answer F1."""
        return help_key.answers(event, lambda: self.session, "undo") or bool(super().event(event))

    def _data_changed(self, _table: str) -> None:
        if self.isVisible():
            self.fill()

    def fill(self) -> None:
        """Read the list anew."""
        from waternet_plugin.core.frames import records
        from waternet_plugin.core.schema import domains
        from waternet_plugin.store.orphans import undone_text

        try:
            with self.session.network() as network:
                rows = records(network.batches())
        except WaterNetError as error:
            self.answer.setText(error.message)
            return
        kinds = domains.domain("batch_kind")
        for row in rows:
            row["what"] = ": ".join(part for part in (kinds[row["kind"]].label, row["name"]) if part)
            row["state"] = undone_text(row["undone"], int(row["left"]))
        self.table.set_rows(rows)
        self._update()

    @property
    def chosen(self) -> dict[str, Any] | None:
        """The row that is selected."""
        rows = self.table.chosen
        return rows[0] if rows else None

    def _update(self) -> None:
        row = self.chosen
        can = row is not None and row["kind"] not in _PERMANENT and (not row["undone"] or row["left"] > 0)
        self.undo.setEnabled(can)

    def _undo(self) -> None:
        row = self.chosen
        if row is None:
            return
        undoing.undo(
            self.session, row["batch_id"], self._undone, failed=lambda error: self._say(error.message)
        )

    def _undone(self, results: dict[str, Any]) -> None:
        self._say(undoing.done_text(results))

    def _say(self, text: str) -> None:
        self.answer.setText(text)
        self._update()
