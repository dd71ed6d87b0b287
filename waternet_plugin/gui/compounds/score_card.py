"""The score of a compound: its range as a bar from 0 to 10, the grade, and what raises it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QEvent, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPen
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from waternet_plugin.core.colours import CALM, CAUTION, DIM, FAINT, GREY, PASSED, SEVERE
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

if TYPE_CHECKING:
    from waternet_plugin.operations.compounds.compound_score import StoredScore

_MOST_POINTS = 10.0
_BAR_PX, _TICK_PX = 8, 3
_GRADES = {"excellent": PASSED, "qualified": CALM, "failed": SEVERE, "open": CAUTION}


class ScoreBar(QWidget):
    """A range of points from 0 to 10, with the totals at which grades begin."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent, objectName=name)
        self.range: tuple[float, float] = (0.0, 0.0)
        self._bands: tuple[float, ...] = ()
        self._colour = GREY
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_range(self, low: float, high: float, bands: Sequence[float], colour: str) -> None:
        """Show another range."""
        self.range, self._bands, self._colour = (low, high), tuple(bands), colour
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the room of the bar with its ticks."""
        return QSize(120, _BAR_PX + 2 * _TICK_PX)

    def paintEvent(self, _event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the track, the range, and a tick where a grade begins."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = (self.width() - 1) / _MOST_POINTS
        top = (self.height() - _BAR_PX) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(FAINT))
        painter.drawRect(QRectF(0, top, _MOST_POINTS * step, _BAR_PX))
        low, high = self.range
        painter.setBrush(QColor(self._colour))
        # One number is seen, too.
        painter.drawRect(QRectF(low * step - 1, top, (high - low) * step + 2, _BAR_PX))
        painter.setPen(QPen(QColor(DIM), 1))
        for band in self._bands:
            painter.drawLine(int(band * step), 0, int(band * step), self.height())
        painter.end()


class ScoreCard(QWidget):
    """The score that is kept of a compound, and a button that tells what raises it.

    Parameters
    ----------
    on_raise
        Called by the button.
    """

    def __init__(self, parent: QWidget, on_raise: Callable[[], None]) -> None:
        super().__init__(parent, objectName="wn_compounds_score")
        small = sized(self.font(), NOTE_PT)
        self.sentence = plain_label("", self, objectName="wn_compounds_score_text", wordWrap=True)
        self.bar = ScoreBar(self, "wn_compounds_score_bar")
        self.lines = plain_label("", self, objectName="wn_compounds_score_lines", wordWrap=True, font=small)
        self.button = pane.button(tr("What raises it"), "wn_compounds_score_raise", on_raise, self)
        vertical(
            self.sentence, self.bar, self.lines, horizontal(1, self.button), parent=self, spacing=4, margins=0
        )

    def show_score(self, score: StoredScore | None) -> None:
        """Show the score of another compound; None where no month was scored and kept."""
        self.bar.setVisible(score is not None)
        self.lines.setVisible(False)
        self.lines.setText("")
        if score is None:
            self.sentence.setText(tr("No score is kept: score the month and keep it in the network."))
            self.setToolTip("")
            return
        self.sentence.setText(score_sentence(score))
        self.bar.show_range(score.low, score.high, score.bands, _GRADES[score.grade])
        self.setToolTip(literal("\n".join(indicator_lines(score))))
        self.bar.setAccessibleName(self.sentence.text())

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show what raises the score."""
        self.lines.setText("\n".join(lines))
        self.lines.setVisible(bool(lines))


def score_sentence(score: StoredScore) -> str:
    """Return a score with its grade, and what is unknown of it."""
    from waternet_plugin.core.reports.compounds.score_words import grade_label, indicator_label, points_text

    text = tr("{points} of 10 in {month}: {grade}").format(
        points=points_text(score.low, score.high), month=score.month, grade=grade_label(score.grade)
    )
    unknown = [indicator_label(name) for name, points in score.points if points is None]
    if not unknown:
        return text
    return tr("{score}; not known: {indicators}").format(score=text, indicators=listed(unknown))


def indicator_lines(score: StoredScore) -> list[str]:
    """Return the points of each indicator, a line each."""
    from waternet_plugin.core.reports.compounds.score_words import indicator_label

    unknown = tr("0.5 to 1")
    return [
        f"{indicator_label(name)}: {unknown if points is None else f'{points:g}'}"
        for name, points in score.points
    ]
