"""What is pressed: buttons once by a double click, and Esc before QGIS hears it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import QAbstractButton


class _Once(QObject):
    """Swallows the second press of a double click."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Return whether an event is a second press."""
        return bool(event.type() == QEvent.Type.MouseButtonDblClick)


def press_once(button: QAbstractButton) -> None:
    """Let a double click on a button press it once: what stands there by then may be another one."""
    button.installEventFilter(_Once(button))


def leaves_by_key(event: Any, leave: Callable[[], Any]) -> bool:
    """Return whether an event is Esc, which is accepted; ``leave`` is called when it is pressed."""
    kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
    if event.type() not in kinds or event.key() != Qt.Key.Key_Escape:
        return False
    event.accept()
    if event.type() == QEvent.Type.KeyPress:
        leave()
    return True
