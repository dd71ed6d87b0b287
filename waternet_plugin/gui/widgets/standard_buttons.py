"""Standard buttons in the user's language, also where QGIS came without Qt's own translations."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QDialogButtonBox, QPushButton

from waternet_plugin.core.texts import tr


def speak(box: Any) -> Any:
    """Give the standard buttons of a button box or a message box our words and return the box."""
    kinds = type(box).StandardButton
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


def add_button(box: QDialogButtonBox, text: str, name: str, on_click: Any, **properties: Any) -> QPushButton:
    """Add a button that acts and leaves the dialog open; further properties are Qt's, such as `toolTip`."""
    made = box.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
    made.pyqtConfigure(objectName=name, clicked=lambda _checked=False: on_click(), **properties)
    return made
