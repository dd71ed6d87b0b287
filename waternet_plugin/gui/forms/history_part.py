"""The history of an asset in its form: when, who, what, and the undo of a batch."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QPushButton,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from waternet_plugin.bridge import history
from waternet_plugin.bridge.history import Entry, LoggedBatch
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.batches import undoing
from waternet_plugin.gui.forms.form_part import FormPart
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

_HEIGHT = 200
_ENTRY = Qt.ItemDataRole.UserRole


class HistoryPart(FormPart):
    """A list of changes, newest first."""

    def build(self, layout: QVBoxLayout) -> None:
        """Put list and undo below each other."""
        self.setObjectName("wn_form_history")
        self._batches: dict[str, LoggedBatch] = {}
        self.list = QTreeWidget(
            self, objectName="wn_form_history_list", rootIsDecorated=False, uniformRowHeights=True
        )
        self.list.setHeaderLabels([tr("When"), tr("Who"), tr("What")])
        self.list.setAlternatingRowColors(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setMinimumHeight(_HEIGHT)
        self.list.itemSelectionChanged.connect(self._chosen)
        self.undo = QPushButton(
            tr("Undo this batch"),
            self,
            objectName="wn_form_history_undo",
            clicked=lambda _checked=False: self._undo(),
        )
        self.undo.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.note = plain_label("", self, objectName="wn_form_history_note", wordWrap=True)
        line = horizontal(self.undo, (self.note, 1), spacing=8)
        layout.addWidget(self.list, 1)
        layout.addLayout(line)
        self._chosen()

    def show_asset(self, described: Table, asset: str) -> None:
        """Read and list what happened to an asset."""
        self.list.clear()
        log = self.relation().referencingLayer()
        found = history.entries(log, described, asset) if asset and log is not None else ()
        batch_ids = {entry.batch_id for entry in found if entry.batch_id}
        self._batches = history.batches(log, batch_ids) if batch_ids else {}
        for entry in found:
            self._add(entry)
        for column in (0, 1):
            self.list.resizeColumnToContents(column)
        self.note.setText("" if found else tr("Nothing has been recorded yet."))
        self._chosen()

    def _add(self, entry: Entry) -> None:
        """Add the lines of one entry; when and who stand in the first."""
        when = entry.at.astimezone().strftime("%Y-%m-%d %H:%M") if entry.at else ""
        for number, text in enumerate(self._lines(entry)):
            item = QTreeWidgetItem([when, entry.by, text] if number == 0 else ["", "", text])
            item.setData(0, _ENTRY, entry.batch_id)
            item.setToolTip(2, literal(text))
            self.list.addTopLevelItem(item)

    def _lines(self, entry: Entry) -> list[str]:
        """Return what happened, a line for each field."""
        lines = []
        for change in entry.changes:
            if change.before:
                text = tr("{field}: {before} → {after}", "old and new value of a field")
                changed = text.format(field=change.label, before=change.before, after=change.after)
            else:
                text = tr("{field}: {after}", "what happened to a field")
                changed = text.format(field=change.label, after=change.after)
            lines.append(changed)
        batch = self._batches.get(entry.batch_id)
        origin = self._kind(batch) if batch is not None else ""
        if not lines:
            action = domains.domain("log_action").get(entry.action)
            label = action.label if action else entry.action
            lines = [f"{label} ({origin})" if origin else label]
        elif origin and batch is not None and batch.kind != "edit":
            lines[0] = f"{lines[0]} ({origin})"
        return lines

    def _kind(self, batch: LoggedBatch) -> str:
        kind = domains.domain("batch_kind").get(batch.kind)
        return f"{kind.label if kind else batch.kind}, {batch.batch_id}"

    # Undo.

    def _chosen_batch(self) -> LoggedBatch | None:
        items = self.list.selectedItems()
        return self._batches.get(items[0].data(0, _ENTRY)) if items else None

    def _chosen(self) -> None:
        batch = self._chosen_batch()
        can = batch is not None and batch.can_be_undone
        self.undo.setEnabled(can)
        if batch is None:
            tip = tr("Choose a change made by a batch. Edits made by hand are undone by hand.")
        elif not can:
            tip = tr("Batch {batch} has already been undone or can't be undone.").format(batch=batch.batch_id)
        else:
            text = tr("Undoes the whole of batch {batch}, %n row(s).", "", batch.rows)
            tip = text.format(batch=batch.batch_id)
            self.note.setText(tip)
        self.undo.setToolTip(literal(tip))

    def _undo(self) -> None:
        batch = self._chosen_batch()
        if batch is None:
            return
        if any(layer.isEditable() and layer.isModified() for layer in self.session.layers()):
            self.note.setText(tr("There are unsaved edits. Save or discard them, then undo."))
            return
        undoing.undo(
            self.session, batch.batch_id, self._undone, failed=lambda error: self._say(error.message)
        )

    def _undone(self, results: dict[str, Any]) -> None:
        self.show_again()
        self._say(undoing.done_text(results))

    def _say(self, text: str) -> None:
        self.note.setText(text)
