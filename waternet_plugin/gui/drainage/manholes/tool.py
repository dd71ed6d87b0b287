"""The map tool “Next manhole”: click a manhole, then press D (dirty) or C (clean)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent, QObject, Qt

from waternet_plugin.core.schema.use import systems
from waternet_plugin.gui.drainage.manholes.rows import CLEAN, DIRTY
from waternet_plugin.gui.network.picking import Pick, PickTool

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session

_KEYS = {Qt.Key.Key_D: DIRTY, Qt.Key.Key_C: CLEAN}


def answer_of(event: QEvent) -> str:
    """Return what a plain key says of a manhole, DIRTY or CLEAN, '' for any other key."""
    if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        return ""
    if event.modifiers() != Qt.KeyboardModifier.NoModifier:
        return ""
    return _KEYS.get(event.key(), "")


class ManholeTool(PickTool):
    """Hands over the manhole that is clicked, and D or C.

    Parameters
    ----------
    session
        Knows the layers.
    on_pick, on_answer
        Called with each `Pick`, and with DIRTY or CLEAN.
    """

    def __init__(
        self, session: Session, on_pick: Callable[[Pick], Any], on_answer: Callable[[str], Any]
    ) -> None:
        drains = frozenset(systems("drain"))
        super().__init__(session, on_pick, systems=drains, takes_nodes=True, topic="drainage")
        self._on_answer = on_answer

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Answer D and C before QGIS does."""
        answer = answer_of(event)
        if answer:
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self._on_answer(answer)
            return True
        return bool(super().eventFilter(watched, event))
