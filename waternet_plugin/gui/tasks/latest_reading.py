"""The reading of a window that reads anew with each change: one is under way, the last that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject


class LatestReading:
    """Reads for a window by ``run``, which is `Session.run`.

    What was asked for before is cancelled and never shown, nor is anything once the window is gone.
    """

    def __init__(self, run: Callable[..., Any], window: QObject) -> None:
        self._run, self._window = run, window
        self._turn = 0
        self._work: Any = None
        # How many have not ended yet, of what is shown no more, too.
        self.running = 0

    def begin(
        self,
        title: str,
        work: Callable[..., Any],
        done: Callable[[Any], None],
        failed: Callable[[Any], None],
        **more: Any,
    ) -> Any:
        """Read in the place of what is being read; the parameters are those of `Session.run`."""
        self.drop()
        turn = self._turn

        def of_turn(answer: Callable[[Any], None]) -> Callable[[Any], None]:
            def tell(result: Any) -> None:
                self.running -= 1
                if turn == self._turn and not sip.isdeleted(self._window):
                    answer(result)

            return tell

        self.running += 1
        self._work = self._run(title, work, of_turn(done), failed=of_turn(failed), **more)
        return self._work

    def drop(self) -> None:
        """Let what is being read be shown no more."""
        self._turn += 1
        # QGIS deletes a task that has ended.
        if self._work is not None and not sip.isdeleted(self._work):
            self._work.cancel()
        self._work = None
