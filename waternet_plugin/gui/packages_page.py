"""The page that names the Python packages, what is missing and how to get it."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QTextOption
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from waternet_plugin import dependencies
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.buttons import speak
from waternet_plugin.gui.plain_text import plain_label

_COMMAND_LINES, _EDGE = 3, 12
_ROW_HEIGHT = 24


class PackagesPage(QDialog):
    """List every package with what was found; offer the command for what is missing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wn_packages_page")
        self.setWindowTitle(tr("WaterNet: Python packages"))
        self.setMinimumSize(640, 400)
        packages = dependencies.packages()
        wanting = [package.name for package in packages if package.required and not package.is_there]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        head = plain_label(self._headline(wanting))
        head.setWordWrap(True)
        layout.addWidget(head)
        layout.addWidget(self._table(packages), 1)
        self._add_commands(layout, wanting)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        speak(buttons).rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _headline(self, wanting: list[str]) -> str:
        if not wanting:
            return tr("Everything that WaterNet needs is there.")
        return tr(
            "{names}: missing or too old. Maps open as usual; the algorithms start once the packages "
            "are there."
        ).format(names=", ".join(wanting))

    def _table(self, packages: list[dependencies.Package]) -> QTableWidget:
        table = QTableWidget(len(packages), 4, self)
        table.setObjectName("wn_packages_table")
        table.setHorizontalHeaderLabels([tr("Package"), tr("Needed"), tr("Found"), tr("State")])
        table.verticalHeader().setVisible(False)
        table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for row, package in enumerate(packages):
            if package.is_there:
                state = tr("there")
            elif package.required:
                state = tr("missing") if not package.found else tr("too old")
            else:
                state = tr("not there, not needed")
            found = "" if package.found == "999" else package.found
            for column, text in enumerate((package.name, f"≥ {package.wanted}", found, state)):
                item = QTableWidgetItem(text)
                if package.required and not package.is_there:
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                table.setItem(row, column, item)
        return table

    def _add_commands(self, layout: QVBoxLayout, wanting: list[str]) -> None:
        """Add the command of this machine, ready to copy."""
        if not wanting:
            return
        platform = dependencies.platform_name()
        command = dependencies.install_command(wanting, platform)
        layout.addWidget(plain_label(dependencies.where_to_type(platform)))
        line = QHBoxLayout()
        edit = QPlainTextEdit(command)
        edit.setObjectName("wn_packages_command")
        edit.setReadOnly(True)
        edit.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        edit.setFixedHeight(_COMMAND_LINES * edit.fontMetrics().lineSpacing() + _EDGE)
        copy = QPushButton(tr("Copy"))
        copy.setObjectName("wn_packages_copy")
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(command))
        line.addWidget(edit, 1)
        line.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(line)
        note = plain_label(
            tr(
                "No internet on this machine? Download the packages on another one with “pip download” "
                "and install them with “pip install --no-index --find-links FOLDER”."
            )
        )
        note.setWordWrap(True)
        layout.addWidget(note)
