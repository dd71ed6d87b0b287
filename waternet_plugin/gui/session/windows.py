"""Our windows: one of each name at a time, closed with the plugin."""

from __future__ import annotations

from functools import partial
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QDialog, QWidget


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
            # At once: what is left of it in Python holds all rows that it showed.
            window.destroyed.connect(partial(self._forget, id(window)))
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def _forget(self, number: int, *_deleted: Any) -> None:
        self._open = [each for each in self._open if id(each) != number]

    def close_those_of_a_network(self) -> None:
        """Close the windows that show something of the network that goes, or would act on the next one.

        A window that is no such says ``IS_OF_NO_NETWORK``; docks go by themselves.
        """
        for window in self:
            if isinstance(window, QDialog) and not getattr(window, "IS_OF_NO_NETWORK", False):
                self._open.remove(window)
                window.close()
                # One that cancels its work first stays till then.
                window.deleteLater()

    def close(self) -> None:
        """Close all of them for good."""
        for window in self:
            # One that stood above another goes with it.
            if not sip.isdeleted(window):
                window.close()
                window.setParent(None)
                window.deleteLater()
        self._open.clear()
