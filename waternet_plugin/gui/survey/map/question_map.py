"""What the wizard shows on the map: the ghosts of a question, clicks that answer it, deviations."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle
from qgis.PyQt.QtCore import QObject, QPointF, Qt, pyqtSignal

from waternet_plugin.gui.map.map_tool import NetworkTool
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.survey.attempt import Deviations, OpenQuestion
from waternet_plugin.gui.survey.map.candidate_ghosts import CandidateGhosts
from waternet_plugin.gui.survey.map.deviation_marks import DeviationMarks


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


# Candidates farther apart than so many times the extent of one of them are not looked at together.
_APART = 20.0
_MARGIN = 1.3
_LEAST_M = 60.0


class QuestionMap(QObject):
    """Draws the candidates of a question and listens to clicks on them."""

    chosen = pyqtSignal(int)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._ghosts: CandidateGhosts | None = None
        self._tool: GhostTool | None = None
        self._canvas: Any = None
        self.deviations: DeviationMarks | None = None

    @property
    def ghosts(self) -> CandidateGhosts | None:
        """What is drawn, None for nothing."""
        return self._ghosts

    def show_question(self, question: OpenQuestion | None) -> None:
        """Draw the candidates of a question, None for none."""
        self.clear()
        if question is None or not any(candidate.ghost is not None for candidate in question.candidates):
            return
        self._canvas = self._session.iface.mapCanvas()
        self._ghosts = CandidateGhosts(self._canvas)
        self._ghosts.show_candidates(question.candidates, self._crs())
        self._tool = GhostTool(self._session, self._ghosts)
        self._tool.chosen.connect(self.chosen)
        self._tool.take()
        self._look()

    def show_deviations(self, deviations: Deviations | None) -> None:
        """Draw planned lines and how far the points are from them, None for nothing."""
        self._clear_deviations()
        if deviations is not None:
            self._canvas = self._session.iface.mapCanvas()
            self.deviations = DeviationMarks(self._canvas, deviations, self._crs())

    def _clear_deviations(self) -> None:
        if self.deviations is not None:
            self._canvas.scene().removeItem(self.deviations)
            self.deviations = None

    def _crs(self) -> QgsCoordinateReferenceSystem:
        layer = self._session.layer("pipe")
        return layer.crs() if layer is not None else self._canvas.mapSettings().destinationCrs()

    def _look(self) -> None:
        """Look at all candidates together, at the first one where they are far apart."""
        letters = self._ghosts.letters
        if not letters:
            return
        all_frame, first = self._ghosts.frame(), self._ghosts.frame(letters[0])
        size = max(first.width(), first.height(), _LEAST_M)
        far = max(all_frame.width(), all_frame.height()) > _APART * size
        seen = QgsRectangle(first if far else all_frame)
        seen.grow(max(_LEAST_M - max(seen.width(), seen.height()), 0.0) / 2)
        seen.scale(_MARGIN)
        self._canvas.setExtent(seen)
        self._canvas.refresh()

    def clear(self) -> None:
        """Leave the map as it was; the tool before comes back."""
        self._clear_deviations()
        if self._tool is not None:
            self._tool.close()
            self._tool.deleteLater()
            self._tool = None
        if self._ghosts is not None:
            self._canvas.scene().removeItem(self._ghosts)
            self._ghosts = None
