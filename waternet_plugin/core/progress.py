"""Report progress and hear of cancelling, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from waternet_plugin.core.errors import CancelledError
from waternet_plugin.core.texts import tr


def _deaf(_fraction: float, _text: str) -> bool:
    return True


@dataclass(frozen=True)
class Progress:
    """Pass fractions of a piece of work on to a listener.

    Parameters
    ----------
    listener
        Called with the fraction done (0 to 1) and a text ('' for none); returns False to cancel.
    start, stop
        The part of the whole that this piece covers.
    """

    listener: Callable[[float, str], bool] = _deaf
    start: float = 0.0
    stop: float = 1.0

    def at(self, fraction: float, text: str = "") -> None:
        """Report that ``fraction`` of this piece is done.

        Raises
        ------
        CancelledError
            When the listener asks to stop.
        """
        done = self.start + (self.stop - self.start) * min(max(fraction, 0.0), 1.0)
        if not self.listener(done, text):
            raise CancelledError(tr("Cancelled. Nothing was changed."))

    def part(self, start: float, stop: float) -> Progress:
        """Return the progress of a sub-step that covers ``start`` to ``stop`` of this piece."""
        width = self.stop - self.start
        return Progress(self.listener, self.start + width * start, self.start + width * stop)

    def without_texts(self) -> Progress:
        """Return the progress of the same piece, of which the listener hears no texts.

        They would be in the language of a paper, which need not be that of the interface.
        """
        return Progress(lambda fraction, _text: self.listener(fraction, ""), self.start, self.stop)


SILENT = Progress()
