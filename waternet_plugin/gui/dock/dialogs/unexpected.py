"""The details of an error that nobody foresaw: to read, to copy, to find as a file."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QFontDatabase
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QWidget,
)

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import add_button, speak
from waternet_plugin.log import UnexpectedError

_SIZE = (720, 420)


class DetailsWindow(HelpKey, QDialog):
    """Show the details of an unexpected error.

    Parameters
    ----------
    error
        What happened.
    """

    TOPIC = "reports"

    # What it shows is of no network.
    IS_OF_NO_NETWORK = True

    def __init__(self, session: Session, error: UnexpectedError, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_unexpected", windowTitle=tr("Unexpected error"))
        self.session = session
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        advice = plain_label(
            tr(
                "Copy this text and send it to whoever looks after WaterNet for you, with a note on what "
                "you were doing. It contains paths of files on this computer."
            ),
            self,
            wordWrap=True,
        )
        self.text = QPlainTextEdit(
            error.text,
            self,
            objectName="wn_unexpected_text",
            readOnly=True,
            lineWrapMode=QPlainTextEdit.LineWrapMode.NoWrap,
            font=QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont),
        )
        place = plain_label(
            tr("The same text is in {path}.").format(path=error.path),
            self,
            wordWrap=True,
            textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse,
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.copy = add_button(
            buttons,
            tr("Copy"),
            "wn_unexpected_copy",
            lambda: QApplication.clipboard().setText(error.text),
            default=True,
        )
        add_button(
            buttons,
            tr("Open folder"),
            "wn_unexpected_folder",
            lambda: file_dialogs.open_folder(error.path),
            autoDefault=False,
        )
        speak(buttons).rejected.connect(self.reject)
        vertical(advice, (self.text, 1), place, buttons, parent=self, margins=12)


def show_details(session: Session, error: UnexpectedError) -> None:
    """Show the details of an error beside the main window, which stays usable."""
    DetailsWindow(session, error, session.iface.mainWindow()).show()
