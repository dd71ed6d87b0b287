"""The score of a compound: its range as a bar from 0 to 10, the grade, and what raises it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QEvent, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPen
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from waternet_plugin.core.colours import CALM, CAUTION, DIM, FAINT, GREY, PASSED, SEVERE
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.compounds.indicator_list import IndicatorList
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

if TYPE_CHECKING:
    from waternet_plugin.operations.compounds.compound_score import StoredScore
    from waternet_plugin.operations.compounds.score_details import CountedRows, ScoreDetails
    from waternet_plugin.operations.work.write_orders import OrderRequest

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
    """The score of a compound: its indicators, what raises it, and the work orders for that.

    Parameters
    ----------
    on_details
        Called where the details of the score are wanted: its indicators, and what raises it.
    on_counted
        Called with a numerator or denominator whose link is pressed.
    on_order
        Called to write the work orders that raise the score.
    """

    def __init__(
        self,
        parent: QWidget,
        on_details: Callable[[], None],
        on_counted: Callable[[CountedRows], None],
        on_order: Callable[[tuple[OrderRequest, ...]], None],
    ) -> None:
        super().__init__(parent, objectName="wn_compounds_score")
        small = sized(self.font(), NOTE_PT)
        self._on_details, self._on_order = on_details, on_order
        self.details: ScoreDetails | None = None
        self.sentence = plain_label("", self, objectName="wn_compounds_score_text", wordWrap=True)
        self.bar = ScoreBar(self, "wn_compounds_score_bar")
        self.lines = plain_label("", self, objectName="wn_compounds_score_lines", wordWrap=True, font=small)
        self.fold = pane.tool(
            tr("Indicators"),
            "wn_compounds_indicators_fold",
            self._folded,
            self,
            checkable=True,
            toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
            toolTip=literal(tr("The ten indicators with what they count")),
        )
        self.indicators = IndicatorList(self, on_counted)
        self.button = pane.button(tr("What raises it"), "wn_compounds_score_raise", on_details, self)
        self.order_button = pane.button(
            tr("Make work items"),
            "wn_compounds_score_order",
            self._order,
            self,
            toolTip=literal(
                tr("Write work orders for what raises the score, as one batch that can be undone")
            ),
        )
        vertical(
            self.sentence,
            self.bar,
            self.lines,
            horizontal(self.fold, 1, self.button, self.order_button),
            self.indicators,
            parent=self,
            spacing=4,
            margins=0,
        )
        self._show_details(None)

    def show_score(self, score: StoredScore | None) -> None:
        """Show the score of another compound; None where no month was scored and kept."""
        self.bar.setVisible(score is not None)
        self._show_details(None)
        if score is None:
            self.sentence.setText(tr("No score is kept: score the month and keep it in the network."))
            return
        self._show_range(score)

    def _show_range(self, score: StoredScore) -> None:
        self.sentence.setText(score_sentence(score))
        self.bar.show_range(score.low, score.high, score.bands, _GRADES[score.grade])
        self.bar.setAccessibleName(self.sentence.text())
        self.bar.show()

    def show_details(self, details: ScoreDetails) -> None:
        """Show what the score rests on and what raises it."""
        self._show_range(details.score)
        self._show_details(details)

    def _show_details(self, details: ScoreDetails | None) -> None:
        self.details = details
        lines = () if details is None else (*details.lines, details.note)
        self.lines.setText("\n".join(line for line in lines if line))
        self.lines.setVisible(bool(lines))
        self.button.setVisible(details is None)
        self.order_button.setVisible(details is not None and bool(details.orders))
        self.indicators.show_indicators(() if details is None else details.indicators)
        self._show_fold()

    @property
    def wants_details(self) -> bool:
        """Whether the indicators are folded out and not there yet."""
        return bool(self.fold.isChecked()) and self.details is None

    def _folded(self) -> None:
        self._show_fold()
        if self.wants_details:
            self._on_details()

    def _show_fold(self) -> None:
        is_open = self.fold.isChecked()
        self.fold.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.indicators.setVisible(is_open and self.details is not None)

    def _order(self) -> None:
        if self.details is not None:
            self._on_order(self.details.orders)


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
