"""The window in which a field of one's own is added to a table."""

from __future__ import annotations

import re
from typing import Any

from qgis.core import QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QWidget,
)

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.schema import own_fields
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.layouts import labelled, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak

_LEAST_WIDTH = 420


def name_from(label: str) -> str:
    """Return a name for a field of a label: its letters in lower case, with underscores for what is between.

    '' where nothing is left.
    """
    return re.sub(r"[\W_]+", "_", label.strip().lower()).strip("_")[: own_fields.LONGEST_NAME].strip("_")


class AddFieldDialog(HelpKey, QDialog):
    """Ask what the field is called, of which type it is and to which table it belongs, then add it.

    Parameters
    ----------
    section
        Shows the progress.
    """

    TOPIC = "forms"

    def __init__(self, session: Session, section: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_add_field", windowTitle=tr("Add field"))
        self.session, self._section = session, section
        self.setMinimumWidth(_LEAST_WIDTH)
        self.table = QComboBox(self, objectName="wn_add_field_table")
        for name in own_fields.tables_that_take_fields():
            self.table.addItem(all_tables()[name].label, name)
        self.label_en = QLineEdit(self, objectName="wn_add_field_label_en")
        self.label_zh = QLineEdit(self, objectName="wn_add_field_label_zh")
        self.name = QLineEdit(
            self,
            objectName="wn_add_field_name",
            toolTip=literal(tr("What scripts and files call the field. It can't be changed afterwards.")),
        )
        self.type = QComboBox(self, objectName="wn_add_field_type")
        for code in domain("field_type").values():
            self.type.addItem(code.label, code.code)
        self.unit = QLineEdit(self, objectName="wn_add_field_unit", placeholderText=tr("such as m or kPa"))
        self.personal = QCheckBox(
            tr("Personal data, such as names"),
            self,
            objectName="wn_add_field_personal",
            toolTip=literal(
                tr("Exports and lists of changes leave it out unless they are asked to include it.")
            ),
        )
        self.note = plain_label("", self, objectName="wn_add_field_note", wordWrap=True)
        labels = [(tr("English label"), self.label_en), (tr("Chinese label"), self.label_zh)]
        for _label, box in labels:
            box.textChanged.connect(self._labelled)
        form = labelled(
            (tr("Table"), self.table),
            # In one's own language first.
            *labels[:: -1 if texts.language() == "zh_CN" else 1],
            (tr("Field name"), self.name),
            (tr("Type"), self.type),
            (tr("Unit"), self.unit),
            ("", self.personal),
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self, accepted=self._add)
        self.add_button = buttons.addButton(tr("Add"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.add_button.pyqtConfigure(objectName="wn_add_field_add", default=True)
        speak(buttons).rejected.connect(self.reject)
        vertical(form, self.note, 1, buttons, parent=self, margins=12)
        self._is_named = self._is_said = False
        self.name.textEdited.connect(self._named)
        for box in (self.name, self.unit):
            box.textChanged.connect(self._check)
        for list_ in (self.table, self.type):
            list_.currentIndexChanged.connect(self._propose_personal)
        self.table.currentIndexChanged.connect(self._check)
        self.personal.clicked.connect(self._said_personal)
        self._begin_at_layer()
        self._propose_personal()
        self._check()

    def _begin_at_layer(self) -> None:
        """Begin with the table of the current layer."""
        from waternet_plugin.bridge.layers.marks import LAYER_MARK
        from waternet_plugin.bridge.layers.sources import table_of

        layer = self.session.iface.activeLayer()
        key = "" if layer is None else str(layer.customProperty(LAYER_MARK) or "")
        self.table.setCurrentIndex(max(self.table.findData(table_of(key)), 0))

    def _named(self) -> None:
        self._is_named = bool(self.name.text())

    def _labelled(self) -> None:
        """Propose a name until the person has given one."""
        if not self._is_named:
            self.name.setText(name_from(self.label_en.text()) or name_from(self.label_zh.text()))
        self._check()

    def _said_personal(self) -> None:
        self._is_said = True

    def _propose_personal(self) -> None:
        """Tick that texts of users are personal, until the person has said."""
        if not self._is_said:
            table, kind = str(self.table.currentData()), str(self.type.currentData())
            self.personal.setChecked(own_fields.is_personal(table, kind))

    @property
    def request(self) -> FieldRequest:
        """What is to be added."""
        return FieldRequest(
            table=str(self.table.currentData()),
            name=self.name.text().strip(),
            type=str(self.type.currentData()),
            label=self.label_en.text().strip(),
            label_zh=self.label_zh.text().strip(),
            unit=self.unit.text().strip(),
            personal=self.personal.isChecked(),
        )

    def _check(self) -> None:
        """Say what stands in the way, at the latest when the name is there."""
        request = self.request
        layer = self.session.layer(request.table)
        columns = [] if layer is None else [field.name() for field in layer.fields()]
        reason = ""
        try:
            own_fields.check(request, columns or all_tables()[request.table].field_names)
        except InputError as error:
            reason = error.message
        self.note.setText(reason if request.name else "")
        self.add_button.setEnabled(not reason)

    def _add(self) -> None:
        """Add the field; the form has it right afterwards."""
        session, request = self.session, self.request
        if any(layer.isEditable() and layer.isModified() for layer in session.layers()):
            self.note.setText(
                tr("Save or discard the edits of the network's layers first, then add the field.")
            )
            return

        def done(_results: dict[str, Any]) -> None:
            show_in_forms(session)
            text = tr("{table}: the field {name} is now in the form, on the page “Own fields”.")
            session.say(text.format(table=all_tables()[request.table].label, name=request.name), "success")
            if not sip.isdeleted(self):
                self.accept()

        def failed(error: WaterNetError) -> None:
            if sip.isdeleted(self):
                session.say_error(error)
            else:
                self.note.setText(error.message)

        parameters = {
            "NETWORK": session.network_path,
            "TABLE": request.table,
            "NAME": request.name,
            "TYPE": request.type,
            "LABEL": request.label,
            "LABEL_ZH": request.label_zh,
            "UNIT": request.unit,
            "PERSONAL": request.personal,
        }
        session.run_algorithm("addfield", parameters, done, failed=failed, section=self._section)


def show_in_forms(session: Session) -> None:
    """Put fields of one's own into the forms of the open project that lack them."""
    from waternet_plugin.bridge.project import own_forms
    from waternet_plugin.operations.contents.own_tables import tables_with_own

    try:
        with session.network() as network:
            tables = tables_with_own(network)
    except WaterNetError as error:
        session.say_error(error)
    else:
        own_forms.refresh(QgsProject.instance(), tables)


def show_codes(session: Session) -> None:
    """Bring lists, styles and tips of the open project up to date with codes that users added."""
    from waternet_plugin.bridge.project import switching

    if any(layer.isEditable() for layer in session.layers()):
        # They come when editing has ended.
        return
    try:
        switching.switch(QgsProject.instance(), session.network_path)
    except WaterNetError as error:
        session.say_error(error)
