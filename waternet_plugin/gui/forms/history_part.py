"""The history of an asset in its form: when, who, what, as of when, and what brings it back."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsAttributeForm
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QPushButton,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from waternet_plugin.bridge.forms import history
from waternet_plugin.bridge.forms.history import AssetHistory, Entry, LoggedBatch
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.batches import undoing
from waternet_plugin.gui.forms.as_of import AsOf, moment_text
from waternet_plugin.gui.forms.attachment_button import AttachmentButton
from waternet_plugin.gui.forms.form_part import FormPart
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

_HEIGHT = 120
_EDGE = 9
# What a line of the list is of: the place of its entry, its batch, its field.
_PLACE, _BATCH, _FIELD = (Qt.ItemDataRole.UserRole + number for number in range(3))


class HistoryPart(FormPart):
    """A list of changes, newest first; below it the asset as it was, and what restores it."""

    def build(self, layout: QVBoxLayout) -> None:
        """Put list, slider and buttons below each other."""
        self.setObjectName("wn_form_history")
        self._batches: dict[str, LoggedBatch] = {}
        self._told: AssetHistory | None = None
        self.list = QTreeWidget(
            self,
            objectName="wn_form_history_list",
            rootIsDecorated=False,
            uniformRowHeights=True,
            selectionMode=QAbstractItemView.SelectionMode.SingleSelection,
            alternatingRowColors=True,
            minimumHeight=_HEIGHT,
            itemSelectionChanged=self._chosen,
        )
        self.list.setHeaderLabels([tr("When"), tr("Who"), tr("What")])
        self.as_of = AsOf(self.session, self)
        self.as_of.moved.connect(self._update)
        self.as_of.chosen.connect(self._update)
        self.undo = self._button(tr("Undo this batch"), "undo", self._undo)
        self.restore_value = self._button(
            tr("Restore value"), "restore_value", lambda: self._restore(self._field())
        )
        self.restore_asset = self._button(tr("Restore asset"), "restore_asset", lambda: self._restore(""))
        self.note = plain_label("", self, objectName="wn_form_history_note", wordWrap=True)
        self.attachments = AttachmentButton(self.session, self)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.as_of)
        layout.addLayout(horizontal(self.restore_value, self.restore_asset, self.undo, 1, spacing=8))
        layout.addWidget(self.note)
        layout.addWidget(self.as_of.values, 1)
        layout.addWidget(self.attachments)
        self._update()

    def furnish(self, form: QgsAttributeForm) -> None:
        """Move the button of photos and documents below the pages, where every page of the form has it."""
        layout = form.layout()
        if isinstance(layout, QBoxLayout):
            row = horizontal(self.attachments, 1)
            row.setContentsMargins(_EDGE, 0, _EDGE, _EDGE)
            # Behind the pages, before the buttons of the window.
            layout.insertLayout(2, row)

    def _button(self, text: str, name: str, on_click: Any) -> QPushButton:
        button = QPushButton(
            text, self, objectName=f"wn_form_history_{name}", clicked=lambda _checked=False: on_click()
        )
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return button

    def show_asset(self, described: Table, asset: str) -> None:
        """Read and list what happened to an asset."""
        self.list.clear()
        self.attachments.show_asset(described, asset)
        log = self.relation().referencingLayer()
        self._told = history.history_of(log, described, asset) if asset and log is not None else None
        found = self._told.entries if self._told is not None else ()
        self._batches = dict(self._told.batches) if self._told is not None else {}
        for place, entry in enumerate(found):
            self._add(place, entry)
        for column in (0, 1):
            self.list.resizeColumnToContents(column)
        self.note.setText("" if found else tr("Nothing has been recorded yet."))
        self.as_of.show_history(self._told, self.relation().referencedLayer())

    def _add(self, place: int, entry: Entry) -> None:
        """Add the lines of one entry; when and who stand in the first."""
        fields = [change.field for change in entry.changes] or [""]
        for number, (text, field) in enumerate(zip(self._lines(entry), fields)):
            item = QTreeWidgetItem([moment_text(entry), entry.by, text] if number == 0 else ["", "", text])
            for role, value in ((_PLACE, place), (_BATCH, entry.batch_id), (_FIELD, field)):
                item.setData(0, role, value)
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

    # What is chosen.

    def _chosen_line(self, role: Any) -> Any:
        items = self.list.selectedItems()
        return items[0].data(0, role) if items else None

    def _chosen_batch(self) -> LoggedBatch | None:
        return self._batches.get(self._chosen_line(_BATCH) or "")

    def _chosen(self) -> None:
        """Show the asset as it was before the change that is chosen."""
        place = self._chosen_line(_PLACE)
        if place is not None:
            self.as_of.go_before(place)
        self._update()
        batch = self._chosen_batch()
        if batch is not None and batch.can_be_undone:
            self.note.setText(self.undo.toolTip())

    def _field(self) -> str:
        """Return the field that is chosen: among the values, else in the line of the change."""
        place = self._chosen_line(_PLACE)
        is_of_line = place is not None and self._told is not None
        if self.as_of.field or not is_of_line or self._told is None:
            return self.as_of.field
        return str(self._chosen_line(_FIELD) or "") if self._told.entries[place].seq == self.as_of.seq else ""

    def _update(self) -> None:
        """Enable what can be done with what is chosen."""
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
        self.undo.setToolTip(literal(tip))
        was_there = self.as_of.seq is not None and self.as_of.is_there
        self.restore_asset.setEnabled(was_there)
        self.restore_asset.setToolTip(literal(tr("Makes all of the asset what it was then, as a new batch.")))
        told, field = self._told, self._field()
        is_id = told is not None and field == told.table.id_field
        self.restore_value.setEnabled(was_there and bool(field) and not is_id)
        tip = tr("Choose a change or a value first. It becomes what it was then, as a new batch.")
        self.restore_value.setToolTip(literal(tip))

    # What the buttons do.

    def _has_unsaved_edits(self, text: str) -> bool:
        """Return whether edits wait to be saved, and say so."""
        waiting = any(layer.isEditable() and layer.isModified() for layer in self.session.layers())
        if waiting:
            self.note.setText(text)
        return waiting

    def _undo(self) -> None:
        batch = self._chosen_batch()
        text = tr("There are unsaved edits. Save or discard them, then undo.")
        if batch is not None and not self._has_unsaved_edits(text):
            undoing.undo(
                self.session, batch.batch_id, self._undone, failed=lambda error: self._say(error.message)
            )

    def _undone(self, results: dict[str, Any]) -> None:
        self.show_again()
        self._say(undoing.done_text(results))

    def _restore(self, fields: str) -> None:
        """Restore fields, or all of them, to what they were at the time that is shown."""
        told, seq = self._told, self.as_of.seq
        text = tr("There are unsaved edits. Save or discard them, then restore.")
        if told is None or seq is None or self._has_unsaved_edits(text):
            return
        parameters = {"TABLE": told.table.name, "ASSET": told.asset, "SEQ": seq, "FIELDS": fields}
        self.session.run_algorithm(
            "restoreasset", parameters, self._restored, failed=lambda error: self._say(error.message)
        )

    def _restored(self, results: dict[str, Any]) -> None:
        """Show the new batch, whose undo is one click away."""
        self.show_again()
        batch = str(results["BATCH_ID"])
        said = tr("Restored as batch {batch}.").format(batch=batch)
        self._say(said)
        session = self.session
        self.session.say(
            said, "info", (tr("Undo"), lambda: undoing.undo(session, batch, _said_undone(session)))
        )

    def _say(self, text: str) -> None:
        self.note.setText(text)


def _said_undone(session: Any) -> Any:
    """Return what says in the message bar that something was undone: the form may be closed by then."""
    return lambda results: session.say(undoing.done_text(results))
