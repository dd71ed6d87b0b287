"""One line of text asked from the user, with buttons in our words."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QInputDialog, QLabel, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets.plain_text import plain


def ask_text(parent: QWidget | None, title: str, label: str, text: str = "") -> str | None:
    """Return what the user typed, None for a cancel.

    Parameters
    ----------
    parent
        The window that waits.
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
