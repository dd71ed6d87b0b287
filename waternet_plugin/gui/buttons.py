"""Standard buttons in the user's language, also where QGIS came without Qt's own translations."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QDialogButtonBox

from waternet_plugin.core.texts import tr


def speak(box: QDialogButtonBox) -> QDialogButtonBox:
    """Give the standard buttons of a box our words and return the box."""
    kinds = QDialogButtonBox.StandardButton
    words = {
        kinds.Close: tr("Close"),
        kinds.Cancel: tr("Cancel"),
        kinds.Save: tr("Save"),
        kinds.Ok: tr("OK"),
    }
    for kind, text in words.items():
        button = box.button(kind)
        if button is not None:
            button.setText(text)
    return box
