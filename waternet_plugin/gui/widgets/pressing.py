"""Buttons that a double click presses once: what stands under the pointer by then may be another button."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QObject
from qgis.PyQt.QtWidgets import QAbstractButton


class _Once(QObject):
    """Swallows the second press of a double click."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Return whether an event is a second press."""
        return bool(event.type() == QEvent.Type.MouseButtonDblClick)


def press_once(button: QAbstractButton) -> None:
    """Let a double click on a button, or on one that takes its place, press it once."""
    button.installEventFilter(_Once(button))
