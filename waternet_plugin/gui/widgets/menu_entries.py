"""Entries of menus that act when they are chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtWidgets import QAction, QMenu


def menu_entry(menu: QMenu, text: str, name: str, on_click: Callable[[], Any], **properties: Any) -> QAction:
    """Add an entry of an object name to a menu; further properties are Qt's, such as `toolTip`."""
    made = menu.addAction(text)
    made.pyqtConfigure(objectName=name, triggered=lambda _checked=False: on_click(), **properties)
    return made
