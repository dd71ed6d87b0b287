"""One piece of long work at a time, with progress and cancel, for the wizard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from waternet_plugin.core.errors import CancelledError, ConflictError, WaterNetError
from waternet_plugin.core.progress import Progress


class Worker(QObject):
    """Runs work beside the window."""

    # Busy or not, with the title of the work.
    busy_changed = pyqtSignal(bool, str)
    progressed = pyqtSignal(float)
    # A sentence of ours, and whether it is an error (a cancel is none).
    told = pyqtSignal(str, bool)

    def __init__(self, session: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._task: Any = None
        self.is_busy = self.is_let_go = False

    def run(
        self,
        title: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        *,
        again: Callable[[], None] | None = None,
        failed: Callable[[WaterNetError], None] | None = None,
    ) -> None:
        """Do work in a thread, then ``done`` with its result in the main thread; errors are told.

        Parameters
        ----------
        title
            What the footer says.
        work
            Touches no widgets.
        done
            Called with what ``work`` returned.
        again
            Begins anew what was refused since others changed rows of it; the same work if None.
        failed
            Called with an error after it was told.
        """
        self._set_busy(True, title)

        def end(result: Any) -> None:
            if self.is_let_go:
                return
            self._set_busy(False)
            done(result)

        def fail(error: WaterNetError) -> None:
            if not self.is_let_go:
                self._set_busy(False)
                # Rows changed by others are listed in a window, which says the same above the list.
                if not (isinstance(error, ConflictError) and error.conflicts):
                    self.told.emit(error.message, not isinstance(error, CancelledError))
                if failed is not None and not isinstance(error, CancelledError):
                    failed(error)

        def once_more() -> None:
            if self.is_let_go or self.is_busy:
                return
            if again is not None:
                again()
            else:
                self.run(title, work, done)

        task = self._session.run(title, work, end, failed=fail, again=once_more)
        if self.is_busy and task is not None:
            self._task = task
            task.progressChanged.connect(self.progressed)

    def cancel(self) -> None:
        """Stop the work under way."""
        if self._task is not None:
            self._task.cancel()

    def let_go(self) -> None:
        """Stop the work; nobody waits for it any more."""
        self.is_let_go = True
        self.cancel()

    def _set_busy(self, busy: bool, title: str = "") -> None:
        self.is_busy = busy
        if not busy:
            self._task = None
        self.busy_changed.emit(busy, title)
