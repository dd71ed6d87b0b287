"""The reading of a window that reads anew with each change: one is under way, the last that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waternet_plugin.gui.tasks.tasks import QuietWork


class LatestReading:
    """Reads by ``run``, which is `Session.run`; what was asked for before is cancelled and never shown."""

    def __init__(self, run: Callable[..., Any]) -> None:
        self._run = run
        self._turn = 0
        self._work: Any = None

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
            return lambda result: answer(result) if turn == self._turn else None

        self._work = self._run(title, work, of_turn(done), failed=of_turn(failed), **more)
        return self._work

    def drop(self) -> None:
        """Let what is being read be shown no more."""
        self._turn += 1
        if isinstance(self._work, QuietWork):
            self._work.cancel()
        self._work = None
