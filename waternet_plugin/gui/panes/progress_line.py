"""The line of a pane that shows how far long work is, with a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtWidgets import QProgressBar, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.widgets.layouts import horizontal

_PARTS = 1000
_HEIGHT = 8


class Working(QWidget):
    """Bar and button; gone while nothing is under way.

    Parameters
    ----------
    name
        Of the pane: its own object name and that of the button begin with it.
    """

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent, objectName=f"{name}_progress")
        self._on_cancel: Callable[[], Any] | None = None
        self._bar = QProgressBar(self, minimum=0, maximum=_PARTS, textVisible=False)
        self._bar.setFixedHeight(_HEIGHT)
        self._stop = pane.tool(tr("Cancel"), f"{name}_cancel", self._cancel, self)
        horizontal((self._bar, 1), self._stop, parent=self, margins=0)
        self.hide()

    def _cancel(self) -> None:
        self._stop.setEnabled(False)
        if self._on_cancel is not None:
            self._on_cancel()

    def show_progress(self, fraction: float, on_cancel: Callable[[], Any] | None = None) -> None:
        """Show how far work is, 0 to 1."""
        if on_cancel is not None:
            self._on_cancel = on_cancel
            self._stop.setEnabled(True)
        self._stop.setVisible(self._on_cancel is not None)
        self._bar.setValue(round(_PARTS * fraction))
        self.show()

    def hide_progress(self) -> None:
        """Work ended."""
        self._on_cancel = None
        self.hide()
