"""Text that may come from a file of strangers: shown as it is, never read as markup.

Qt takes a text with tags in it for rich text, loads the pictures that it names, and so logs on to the
computer that has them. Every label, tooltip and message of ours is made here or passes through here.
"""

from __future__ import annotations

import html
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QLabel, QMessageBox, QWidget


def literal(text: str) -> str:
    """Return a text that a tooltip, a status tip or the message bar shows as it is."""
    if "<" not in text and "&" not in text:
        return text
    return "<qt>" + html.escape(text).replace("\n", "<br>") + "</qt>"


def tip_text(box: QComboBox) -> None:
    """Let a box tell all of its chosen text as a tooltip: people's own names may be longer than the box."""
    box.currentTextChanged.connect(lambda text: box.setToolTip(literal(text)))
    box.setToolTip(literal(box.currentText()))


def plain_label(text: str = "", parent: QWidget | None = None, **properties: Any) -> QLabel:
    """Return a label of plain text; properties are Qt's, such as `objectName` and `wordWrap`."""
    made = plain(QLabel(text, parent))
    made.pyqtConfigure(**properties)
    return made


def plain(made: QLabel) -> QLabel:
    """Return a label that shows its text as it is."""
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def question(parent: QWidget, title: str, text: str) -> QMessageBox:
    """Return a box that asks; its buttons are set by the caller."""
    box = QMessageBox(parent, windowTitle=title)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    return box
