"""The page that names the Python packages, what is missing and how to get it."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QTextOption
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from waternet_plugin import dependencies, trials
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak

_COMMAND_LINES, _EDGE = 3, 12
_ROW_HEIGHT = 24


def _texts() -> dict[str, str]:
    """Return what is said of each state that is not as it should be."""
    return {
        dependencies.MISSING: tr("missing"),
        dependencies.TOO_OLD: tr("too old"),
        dependencies.TOO_NEW: tr("too new for this QGIS"),
        dependencies.FAILS: tr("installed, but it does not work here"),
        dependencies.RESTART: tr("installed: restart QGIS"),
    }


class PackagesPage(QDialog):
    """List every package with what was found; offer the command for what is missing."""

    # What it shows is of no network.
    IS_OF_NO_NETWORK = True

    def __init__(self, parent: QWidget | None = None, session: Session | None = None) -> None:
        self.session = session
        super().__init__(parent, objectName="wn_packages_page", windowTitle=tr("WaterNet: Python packages"))
        self.setMinimumSize(640, 400)
        dependencies.try_out()
        packages = dependencies.packages()
        wanting = [package for package in packages if package.required and not package.is_there]
        head = plain_label(self._headline(wanting), wordWrap=True)
        layout = vertical(head, self._table(packages), parent=self, margins=12)
        self._add_commands(layout, wanting)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        speak(buttons).rejected.connect(self.reject)
        layout.addWidget(buttons)

    def event(self, event: QEvent) -> bool:
        """Answer F1 where somebody can show the guide."""
        if self.session is not None and help_key.answers(event, lambda: self.session, "packages"):
            return True
        return bool(super().event(event))

    def _headline(self, wanting: list[dependencies.Package]) -> str:
        if not wanting:
            return tr("Everything that WaterNet needs is installed and works.")
        lines = []
        for state, text in _texts().items():
            names = [package.name for package in wanting if package.state == state]
            if names:
                lines.append(f"{listed(names)}: {text}")
        return "\n".join(
            (*lines, tr("Maps open as usual; the algorithms start once the packages are installed and work."))
        )

    def _table(self, packages: list[dependencies.Package]) -> QTableWidget:
        table = QTableWidget(
            len(packages),
            4,
            self,
            objectName="wn_packages_table",
            focusPolicy=Qt.FocusPolicy.NoFocus,
            editTriggers=QTableWidget.EditTrigger.NoEditTriggers,
            selectionMode=QTableWidget.SelectionMode.NoSelection,
        )
        table.setHorizontalHeaderLabels([tr("Package"), tr("Required"), tr("Found"), tr("State")])
        table.verticalHeader().setVisible(False)
        table.verticalHeader().setDefaultSectionSize(max(_ROW_HEIGHT, table.fontMetrics().lineSpacing()))
        # What is wrong is the longest.
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        for row, package in enumerate(packages):
            if package.is_there:
                state = tr("works") if trials.works(package.name) else tr("installed")
            elif package.required or package.found:
                state = _texts()[package.state]
            else:
                state = tr("not installed, not required")
            purpose = dependencies.purpose_of(package.name)
            if purpose:
                state = tr("{state} ({purpose})").format(state=state, purpose=purpose)
            needed = f"≥ {package.wanted}" + (f", < {package.below}" if package.below else "")
            for column, text in enumerate(
                (dependencies.pip_name(package.name), needed, package.version, state)
            ):
                item = QTableWidgetItem(text)
                if package.failure:
                    item.setToolTip(literal(package.failure))
                if package.required and not package.is_there:
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                table.setItem(row, column, item)
        # Every row is seen without scrolling; styles and large letters make them higher than was asked for.
        head = table.horizontalHeader().sizeHint().height()
        table.setFixedHeight(head + table.verticalHeader().length() + 2 * table.frameWidth())
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return table

    def _add_commands(self, layout: QVBoxLayout, wanting: list[dependencies.Package]) -> None:
        """Add the command of this machine, ready to copy."""
        to_install = [package for package in wanting if package.state != dependencies.RESTART]
        if not to_install:
            return
        platform = dependencies.platform_name()
        command = dependencies.install_command(to_install, platform)
        layout.addWidget(plain_label(dependencies.where_to_type(platform)))
        edit = QPlainTextEdit(command, objectName="wn_packages_command", readOnly=True)
        edit.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        edit.setFixedHeight(_COMMAND_LINES * edit.fontMetrics().lineSpacing() + _EDGE)
        copy = QPushButton(
            tr("Copy"),
            objectName="wn_packages_copy",
            autoDefault=False,
            clicked=lambda: QApplication.clipboard().setText(command),
        )
        layout.addLayout(horizontal((edit, 1), (copy, 0, Qt.AlignmentFlag.AlignTop), spacing=None))
        notes = (
            tr("Installed them already? Restart QGIS: it looks for packages when it starts."),
            tr(
                "Slow, or no internet access? Add “-i ADDRESS” with the mirror that your IT department "
                "recommends."
            ),
            tr(
                "No internet on this machine? Download the packages on another one with “pip download” "
                "and install them with “pip install --no-index --find-links FOLDER”."
            ),
        )
        layout.addWidget(plain_label("\n".join(notes), wordWrap=True))
