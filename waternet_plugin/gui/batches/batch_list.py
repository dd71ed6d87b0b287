"""Every write to the network, newest first, each with its undo."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.batches import undoing
from waternet_plugin.gui.panes.list_window import ListWindow
from waternet_plugin.gui.session.permission import Permission
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets import moments
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import TableColumn
from waternet_plugin.store.access.roles import UNDO_OF_OTHERS

# The network itself: what made it can't be taken back.
_PERMANENT = frozenset({"create", "mend", "migrate", "restore"})


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("batch_id", tr("Batch"), width=64),
        TableColumn("at", tr("When"), write=moments.local, width=128),
        TableColumn("what", tr("What"), width=200, fills=True),
        TableColumn("by", tr("By"), width=80),
        TableColumn("rows", tr("Rows"), decimals=0, width=64),
        TableColumn("state", tr("State"), width=152),
    )


class BatchesWindow(ListWindow):
    """A list of what was written, when, by whom; the chosen one can be undone."""

    TOPIC = "undo"

    NAME = "wn_batches"
    SIZE = (800, 440)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        title = tr("Batches of {name}").format(name=session.network_name)
        note = plain_label(tr("An undo is a batch too: undo it to do the first one again."), parent)
        super().__init__(session, title, _columns(), parent, above=note)
        self.undo = self._button(tr("Undo this batch"), "undo", self._undo)
        self._permission = Permission(session, self.undo, "undo")
        session.data_changed.connect(self._data_changed)
        self.fill()

    def fill(self) -> None:
        """Read the list anew."""
        from waternet_plugin.core.schema import domains
        from waternet_plugin.operations.contents.recorded_batches import recorded_batches
        from waternet_plugin.store.changes.orphans import undone_text

        try:
            with self.session.network() as network:
                rows = recorded_batches(network)
        except WaterNetError as error:
            self.answer.setText(error.message)
            return
        for row in rows:
            row["what"] = ": ".join(filter(None, (domains.label_of("batch_kind", row["kind"]), row["name"])))
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
        role = self.session.own_role
        is_of_others = row is not None and role is not None and row["by"] != role.login
        self._permission.set_kind(UNDO_OF_OTHERS if is_of_others else "undo")
        self.undo.setEnabled(can)

    def _undo(self) -> None:
        row = self.chosen
        if row is not None:
            undoing.undo(
                self.session, row["batch_id"], self._undone, failed=lambda error: self._say(error.message)
            )

    def _undone(self, results: dict[str, Any]) -> None:
        self._say(undoing.done_text(results))
