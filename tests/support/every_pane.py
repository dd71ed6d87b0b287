"""Every kind of pane there is, and pressing all that can be pressed in one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QAbstractButton, QMenu, QToolButton

import waternet_plugin.gui
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.widgets.row_table import RowsView

# What a pane is made to show; the others know by themselves.
NEEDS: dict[str, dict[str, Any]] = {"wn_conflicts": {"conflicts": (), "save": lambda: None, "label": ""}}


def pane_kinds() -> list[type[pane.Pane]]:
    """Return every kind of pane by its name, those that come later, too."""
    for module in pkgutil.walk_packages(waternet_plugin.gui.__path__, "waternet_plugin.gui."):
        importlib.import_module(module.name)
    waiting, found = [pane.Pane], []
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        # What others stand on has no name.
        if kind.NAME and kind.__module__.startswith("waternet_plugin."):
            found.append(kind)
    return sorted(found, key=lambda kind: kind.NAME)


def _can_press(button: QAbstractButton) -> bool:
    is_menu = isinstance(button, QToolButton) and button.menu() is not None
    return button.isEnabled() and button.isVisible() and not is_menu


def presses(shown: pane.Pane) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Return what can be pressed in a pane now: rows of lists, buttons, entries of menus; by its name.

    What a press takes away is left out, what it brings is not waited for.
    """
    for view in shown.findChildren(RowsView):
        if not sip.isdeleted(view) and view.isVisible() and view.rows:
            yield f"{view.objectName()} row", lambda view=view: _pick(view)
    for button in shown.findChildren(QAbstractButton):
        if not sip.isdeleted(button) and _can_press(button):
            yield button.objectName() or button.text(), button.click
    for menu in shown.findChildren(QMenu):
        for action in [] if sip.isdeleted(menu) else menu.actions():
            if not sip.isdeleted(action) and action.isEnabled() and action.isVisible():
                yield action.objectName() or action.text(), action.trigger


def _pick(view: RowsView) -> None:
    view.selectRow(0)
    view.picked.emit(view.rows[0])
