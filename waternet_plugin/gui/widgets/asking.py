"""What is asked from the user in a box of its own, with buttons in our words."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QInputDialog, QLabel, QMessageBox, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets.plain_text import plain, question
from waternet_plugin.gui.widgets.standard_buttons import speak


def ask_text(parent: QWidget | None, title: str, label: str, text: str = "") -> str | None:
    """Return what the user typed, None for a cancel.

    Parameters
    ----------
    title, label
        Of the question.
    text
        What stands there first.
    """
    dialog = QInputDialog(parent, objectName="wn_ask_text", windowTitle=title)
    dialog.setLabelText(label)
    for each in dialog.findChildren(QLabel):
        plain(each)
    dialog.setTextValue(text)
    # QGIS may have come without Qt's own translations.
    dialog.setOkButtonText(tr("OK"))
    dialog.setCancelButtonText(tr("Cancel"))
    accepted = bool(dialog.exec())
    answer = dialog.textValue()
    dialog.deleteLater()
    return answer if accepted else None


def asks_to_go_on(window: QWidget, title: str, text: str, doing: str) -> bool:
    """Ask whether something is to be done, and return the answer; the safe choice is the one for Enter.

    Parameters
    ----------
    window
        The window that waits.
    title, text
        Of the question.
    doing
        What the button that does it says.
    """
    buttons = QMessageBox.StandardButton
    box = question(window, title, text)
    box.setObjectName("wn_ask_to_go_on")
    go_on = box.addButton(doing, QMessageBox.ButtonRole.AcceptRole)
    go_on.setObjectName("wn_ask_go_on")
    box.addButton(buttons.Cancel)
    box.setDefaultButton(buttons.Cancel)
    speak(box)
    box.exec()
    wanted = bool(box.clickedButton() == go_on)
    box.deleteLater()
    return wanted


def asks_to_close(window: QWidget, text: str) -> bool:
    """Ask whether a window is to close all the same, and return the answer."""
    buttons = QMessageBox.StandardButton
    box = question(window, window.windowTitle(), text)
    box.setStandardButtons(buttons.Close | buttons.Cancel)
    box.setDefaultButton(buttons.Cancel)
    speak(box)
    answer = box.exec()
    box.deleteLater()
    return bool(answer == buttons.Close)
