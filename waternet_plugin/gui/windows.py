"""Our windows: one of each name at a time, closed with the plugin; parts that are opened by name."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QWidget

if TYPE_CHECKING:
    from waternet_plugin.gui.session import Session

# Module and function of (session, ...).
_PARTS = {
    "wizard": ("waternet_plugin.gui.wizard", "open_wizard"),
    "print": ("waternet_plugin.gui.print_dialog", "open_print_dialog"),
    "export": ("waternet_plugin.gui.export_dialog", "open_export_dialog"),
}


def has_part(part: str) -> bool:
    """Return whether a part of the face (wizard, print, export) is installed."""
    return importlib.util.find_spec(_PARTS[part][0]) is not None


def open_part(session: Session, part: str, *args: Any) -> Any:
    """Open a part of the face and return its window."""
    module, function = _PARTS[part]
    return getattr(importlib.import_module(module), function)(session, *args)


class Windows:
    """The windows of a session that are open."""

    def __init__(self) -> None:
        self._open: list[QWidget] = []

    def __iter__(self) -> Any:
        """Go through the windows that are there."""
        self._open = [each for each in self._open if not sip.isdeleted(each)]
        return iter(list(self._open))

    def named(self, name: str) -> Any:
        """Return the window of an object name, None if there is none."""
        return next((each for each in self if each.objectName() == name), None)

    def show(self, window: Any) -> Any:
        """Show a window in the place of another one of its name."""
        for other in self:
            if other.objectName() == window.objectName() and other is not window:
                self._open.remove(other)
                other.close()
                other.deleteLater()
        if window not in self._open:
            self._open.append(window)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def close(self) -> None:
        """Close all of them for good."""
        for window in self:
            # One that stood above another goes with it.
            if not sip.isdeleted(window):
                window.close()
                window.setParent(None)
                window.deleteLater()
        self._open.clear()
