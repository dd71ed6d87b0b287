"""The ten indicators of a score: numerator and denominator as links, points, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.panes.section import NOTE_PT, FigureLink, sized
from waternet_plugin.gui.widgets.layouts import grid
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

if TYPE_CHECKING:
    from waternet_plugin.operations.compounds.score_details import CountedRows, IndicatorDetail

_NAME, _MET, _OVER, _ALL, _POINTS = range(5)


class IndicatorList(QWidget):
    """Two lines an indicator: what it counts and gives, and below what is missing where it is unknown.

    Parameters
    ----------
    on_counted
        Called with a numerator or denominator whose link is pressed.
    """

    def __init__(self, parent: QWidget, on_counted: Callable[[CountedRows], None]) -> None:
        super().__init__(parent, objectName="wn_compounds_indicators")
        self._on_counted = on_counted
        self._grid = grid(parent=self, margins=0, stretch=(_NAME,), spacing=2)

    def show_indicators(self, indicators: Sequence[IndicatorDetail]) -> None:
        """Show the indicators of another compound."""
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for number, detail in enumerate(indicators):
            self._add(2 * number, detail)

    def _add(self, row: int, detail: IndicatorDetail) -> None:
        small, name = sized(self.font(), NOTE_PT), f"wn_indicator_{detail.indicator}"
        label = plain_label(detail.label, self, wordWrap=True, font=small, toolTip=literal(detail.value))
        self._grid.addWidget(label, row, _NAME)
        if detail.met is not None:
            self._grid.addWidget(self._link(detail.met, f"{name}_met"), row, _MET)
        else:
            text = tr("entered") if detail.points is not None else "–"
            self._grid.addWidget(plain_label(text, self, font=small), row, _MET, Qt.AlignmentFlag.AlignRight)
        if detail.all is not None:
            self._grid.addWidget(plain_label("/", self, font=small), row, _OVER)
            self._grid.addWidget(self._link(detail.all, f"{name}_all"), row, _ALL)
        points = tr("0.5 to 1") if detail.points is None else f"{detail.points:g}"
        shown = plain_label(
            points, self, objectName=f"{name}_points", font=small, toolTip=literal(tr("Points", "score"))
        )
        self._grid.addWidget(shown, row, _POINTS, Qt.AlignmentFlag.AlignRight)
        if detail.missing:
            hint = Hint(f"{name}_missing", self)
            hint.say(detail.missing)
            self._grid.addWidget(hint, row + 1, _NAME, 1, _POINTS + 1)

    def _link(self, counted: CountedRows, name: str) -> FigureLink:
        link = FigureLink(self, objectName=name)
        link.setFont(sized(self.font(), NOTE_PT))
        link.set_figure(counted.text, partial(self._on_counted, counted) if counted.fids else None)
        return link
