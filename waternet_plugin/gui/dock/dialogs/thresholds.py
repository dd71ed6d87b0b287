"""The thresholds of the open network: value, unit, source; a changed one is a batch that can be undone."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from waternet_plugin.core.errors import ConflictError, WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.permission import Permission
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak
from waternet_plugin.store.access.roles import THRESHOLDS

_VALUE = 1


class ThresholdsWindow(HelpKey, QDialog):
    """A table of every threshold; what is typed in the column “Value” holds for this network only."""

    TOPIC = "settings"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            objectName="wn_thresholds",
            windowTitle=tr("Thresholds of {name}").format(name=session.network_name),
        )
        self.session = session
        self.resize(880, 560)
        self._shipped: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self._seen: str | None = None
        self.search = QLineEdit(
            self,
            objectName="wn_thresholds_search",
            placeholderText=tr("Search"),
            clearButtonEnabled=True,
            textChanged=self._sift,
        )
        self.table = QTableWidget(
            0,
            5,
            self,
            objectName="wn_thresholds_table",
            selectionMode=QAbstractItemView.SelectionMode.SingleSelection,
        )
        self.table.setHorizontalHeaderLabels(
            [tr("Threshold"), tr("Value"), tr("Unit"), tr("Default"), tr("Source")]
        )
        self.table.verticalHeader().setVisible(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 150), (2, 80), (3, 130), (4, 180)):
            self.table.setColumnWidth(column, width)
        self.answer = plain_label("", self, objectName="wn_thresholds_answer", wordWrap=True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel,
            self,
            accepted=self.save,
        )
        save = buttons.button(QDialogButtonBox.StandardButton.Save)
        save.setObjectName("wn_thresholds_save")
        Permission(session, save, THRESHOLDS)
        speak(buttons).rejected.connect(self.reject)
        vertical(self.search, self.table, self.answer, buttons, parent=self, margins=12)
        session.network_changed.connect(self.close)
        self._fill()

    def _fill(self) -> None:
        from waternet_plugin.core.schema import settings
        from waternet_plugin.operations.contents.change_settings import settings_in_force

        try:
            with self.session.network() as network:
                now = settings_in_force(network)
        except WaterNetError as error:
            self.answer.setText(error.message)
            return
        self._seen = now.seen
        known = settings.defaults()
        self.table.setRowCount(len(known))
        for row, (key, setting) in enumerate(known.items()):
            self._shipped[key] = setting.value
            self._before[key] = now.settings.text(key)
            source = " ".join(part for part in (setting.source, setting.clause) if part)
            cells = (setting.label, self._before[key], setting.unit, setting.value, source)
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(literal(f"{key}\n{text}" if column == 0 else text))
                if column != _VALUE:
                    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                elif self._before[key] != setting.value:
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
                item.setData(Qt.ItemDataRole.UserRole, key)
                self.table.setItem(row, column, item)

    def _sift(self, text: str) -> None:
        wanted = text.casefold().strip()
        for row in range(self.table.rowCount()):
            shown = " ".join(self.table.item(row, column).text() for column in (0, 4))
            key = self.table.item(row, 0).data(Qt.ItemDataRole.UserRole)
            self.table.setRowHidden(row, wanted not in f"{shown} {key}".casefold())

    def changed(self) -> dict[str, str]:
        """Return what was typed over, by key; an emptied value becomes the shipped one."""
        found = {}
        for row in range(self.table.rowCount()):
            item = self.table.item(row, _VALUE)
            key = str(item.data(Qt.ItemDataRole.UserRole))
            value = item.text().strip() or self._shipped[key]
            if value != self._before[key]:
                found[key] = value
        return found

    def save(self) -> None:
        """Write what was changed as one batch; a value that is not a number is refused here."""
        from waternet_plugin.operations.contents.change_settings import ChangeSettingsRequest, change_settings

        values: dict[str, Any] = self.changed()
        if not values:
            self.accept()
            return
        try:
            with self.session.network() as network:
                change_settings(network, ChangeSettingsRequest(values, self._seen))
        except WaterNetError as error:
            if isinstance(error, ConflictError):
                # Said once; who saves again means it.
                self._seen = None
            self.answer.setText(error.message)
            return
        self.accept()
        self.session.written("setting")
