"""A click on the right ghost answers the question that shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QPointF, Qt, pyqtSignal

from waternet_plugin.gui.map.map_tool import NetworkTool

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.gui.survey.map.candidate_ghosts import CandidateGhosts


class GhostTool(NetworkTool):
    """Hears clicks on the ghosts of a question.

    Parameters
    ----------
    ghosts
        What is clicked on.
    """

    # The place of the candidate among those of its question.
    chosen = pyqtSignal(int)

    def __init__(self, session: Session, ghosts: CandidateGhosts) -> None:
        super().__init__(session, "survey")
        self._ghosts = ghosts
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def canvasReleaseEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Answer with the ghost under the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        candidate = self._ghosts.hit(QPointF(event.pos()))
        if candidate is not None:
            self.chosen.emit(candidate)
