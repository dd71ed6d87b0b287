"""Which column of a crew's table fills what of its inspections and defects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QWidget

from waternet_plugin.core.texts import labelled, listed, tr
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.mapping.mapping import Mapping
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.drainage.look_at_inspections import InspectionTable

# Fields by table, in the order of the window; the manholes of a drain name it where no id does.
_FIELDS = (
    ("inspection", "pipe_id"),
    ("pipe", "from_node"),
    ("pipe", "to_node"),
    ("inspection", "node_id"),
    ("inspection", "inspection_id"),
    ("inspection", "date"),
    ("inspection", "length_m"),
    ("defect", "code"),
    ("defect", "grade"),
    ("defect", "family"),
    ("defect", "position_m"),
    ("defect", "length_m"),
    ("defect", "clock"),
)
_OBJECTS, _ENDS = {"pipe_id", "node_id", "inspection_id"}, {"from_node", "to_node"}
# Marks a standard that holds for all rows, beside the names of columns.
_ALL = "\0"
_WIDTH, _LONGEST = 44, 90


class InspectionColumns(HelpKey, QDialog):
    """Asks which column fills what, where headings leave it open.

    Parameters
    ----------
    session
        Answers F1.
    name
        The file.
    table
        Its columns and what they were taken for.
    doubts
        Why it is asked, in sentences.
    parent
        What the window stands before.
    """

    TOPIC = "drainage"

    def __init__(
        self,
        session: Session,
        name: str,
        table: InspectionTable,
        doubts: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        from waternet_plugin.core.exchange.inspections.coding import STANDARDS
        from waternet_plugin.core.schema.domains import domain
        from waternet_plugin.core.schema.tables import all_tables

        super().__init__(
            parent, objectName="wn_inspection_columns", windowTitle=tr("Columns of {name}").format(name=name)
        )
        self.session, self.table = session, table
        self.doubts = plain_label("\n".join(doubts), self, objectName="wn_inspection_doubts", wordWrap=True)
        self.unread = plain_label("", self, objectName="wn_inspection_unread", wordWrap=True)
        self.boxes: dict[str, QComboBox] = {}
        form = QFormLayout(verticalSpacing=3)
        given = table.mapping.fields
        for owner, field in _FIELDS:
            described = next(one for one in all_tables()[owner].fields if one.name == field)
            key = f"inspection.{field}" if (owner, field) == ("inspection", "length_m") else field
            source = given.get(key)
            self.boxes[key] = self._box(f"wn_inspection_{owner}_{field}", source.column if source else "")
            form.addRow(described.label, self.boxes[key])
        source = given.get("standard")
        self.standard = self._box("wn_inspection_standard", source.column if source else "")
        self.standard.setItemText(0, tr("from the codes"))
        for number, code in enumerate(STANDARDS, 1):
            self.standard.insertItem(number, domain("inspection_standard")[code].label, f"{_ALL}{code}")
        chosen = table.mapping.defaults.get("standard")
        if chosen:
            self.standard.setCurrentIndex(self.standard.findData(f"{_ALL}{chosen}"))
        form.addRow(tr("Standard"), self.standard)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("wn_inspection_import")
        speak(buttons).rejected.connect(self.reject)
        buttons.accepted.connect(self.accept)
        vertical(self.doubts, form, self.unread, buttons, parent=self, margins=12)
        session.network_changed.connect(self.reject)
        self._changed()

    def _box(self, name: str, chosen: str) -> QComboBox:
        """Return a list of the columns with some of their values."""
        box = QComboBox(
            self,
            objectName=name,
            sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon,
            minimumContentsLength=_WIDTH,
        )
        box.addItem("–", "")
        for column, samples in self.table.columns.items():
            box.addItem(labelled(column, samples)[:_LONGEST], column)
        box.setCurrentIndex(max(box.findData(chosen), 0))
        box.currentIndexChanged.connect(lambda _index: self._changed())
        return box

    def _changed(self) -> None:
        """Name the columns that nothing reads, and allow what names a drain or manhole."""
        mapping = self.mapping
        used = {one.column for one in mapping.fields.values()}
        left = [name for name in self.table.columns if name not in used]
        text = tr("Columns that are not read: {columns}.").format(columns=listed(left)) if left else ""
        self.unread.setText(text)
        fields = set(mapping.fields)
        self.go.setEnabled(bool(fields & _OBJECTS) or fields >= _ENDS)

    @property
    def mapping(self) -> Mapping:
        """The mapping as it is chosen."""
        from waternet_plugin.core.exchange.mapping.mapping import FieldSource

        known = self.table.mapping
        chosen = {key: box.currentData() for key, box in self.boxes.items()}
        standard = self.standard.currentData()
        defaults = {key: value for key, value in known.defaults.items() if key != "standard"}
        if standard.startswith(_ALL):
            defaults["standard"] = standard[len(_ALL) :]
        else:
            chosen["standard"] = standard
        fields = {key: one for key, one in known.fields.items() if key not in chosen and key != "standard"}
        # What a field had taken of its column is kept while the column is.
        for key, column in chosen.items():
            if column:
                before = known.fields.get(key)
                same = before is not None and before.column == column
                fields[key] = before if before is not None and same else FieldSource(column)
        return replace(known, fields=fields, defaults=defaults)
