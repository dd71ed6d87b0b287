"""What the layout of a document says, in any thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from qgis.PyQt.QtCore import QRectF
from qgis.PyQt.QtGui import QTextDocument

_Answer = TypeVar("_Answer")

# While the main thread makes and drops texts of its own, PyQt says for some milliseconds that the layout of a
# document in another thread has been deleted. It has not: the document owns it, and it answers again.
_TIMES, _PAUSE_S = 1_000, 0.005


class DocumentLayout:
    """The layout of a document: how large its paragraphs are and where they stand.

    Parameters
    ----------
    document
        With its page size set; it lives as long as this.
    """

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        # Qt lays out no further than it is asked to.
        self._asked(lambda layout: layout.documentSize())

    def box(self, block: Any) -> QRectF:
        """Return where a paragraph is, in the units of the page."""
        return self._asked(lambda layout: layout.blockBoundingRect(block))

    def _asked(self, question: Callable[[Any], _Answer]) -> _Answer:
        for _time in range(_TIMES):
            try:
                return question(self._document.documentLayout())
            except RuntimeError:
                time.sleep(_PAUSE_S)
        return question(self._document.documentLayout())
