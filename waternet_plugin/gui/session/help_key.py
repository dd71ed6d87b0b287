"""F1 in our windows: QGIS owns the key, so it is taken before the shortcut is looked up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtGui import QKeySequence

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session


def answers(event: Any, session: Callable[[], Session], topic: str) -> bool:
    """Open the guide at a topic if an event of a widget is F1, and tell whether it was.

    Asked for its session only then: events come while a widget is being made, too.
    """
    if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        return False
    if not event.matches(QKeySequence.StandardKey.HelpContents):
        return False
    event.accept()
    if event.type() == QEvent.Type.KeyPress:
        session().help(topic)
    return True


class HelpKey:
    """What a window of a session inherits before its Qt class to open the guide at ``TOPIC`` on F1."""

    # Where the guide opens.
    TOPIC = ""
    session: Session

    def event(self, event: QEvent) -> bool:
        """Answer F1."""
        is_help = answers(event, lambda: self.session, self.TOPIC)
        return is_help or bool(super().event(event))  # type: ignore[misc]
