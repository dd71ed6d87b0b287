"""Menus: the buttons that open them, and their entries that act when they are chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtWidgets import QAction, QMenu, QToolButton, QWidget

_HEIGHT = 24


def menu_entry(menu: QMenu, text: str, name: str, on_click: Callable[[], Any], **properties: Any) -> QAction:
    """Add an entry of an object name to a menu; further properties are Qt's, such as `toolTip`."""
    made = menu.addAction(text)
    made.pyqtConfigure(objectName=name, triggered=lambda _checked=False: on_click(), **properties)
    return made


def menu_switch(menu: QMenu, text: str, name: str, **properties: Any) -> QAction:
    """Add an entry that is switched on and off; properties are Qt's, such as `checked` and `toggled`."""
    made = menu.addAction(text)
    made.pyqtConfigure(objectName=name, checkable=True, **properties)
    return made


def menu_button(name: str, menu: QMenu, parent: QWidget, text: str = "…", **properties: Any) -> QToolButton:
    """Return a button that opens a menu; further properties are Qt's, such as `toolTip`."""
    made = QToolButton(
        parent,
        objectName=name,
        text=text,
        popupMode=QToolButton.ToolButtonPopupMode.InstantPopup,
        styleSheet="QToolButton::menu-indicator { image: none; }",
        **properties,
    )
    made.setFixedHeight(_HEIGHT)
    made.setMenu(menu)
    return made
