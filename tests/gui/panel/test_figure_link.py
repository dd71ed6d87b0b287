"""The figure of a section: whole in the width of the panel, by smaller letters where it must be."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.PyQt.QtGui import QFontMetrics

from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, FigureLink


@pytest.mark.parametrize("text", ["3 batches, 41 pipes open", "12 of 345 valid", "3 批，41 段待定"])
def test_a_long_figure_has_smaller_letters(qgis_app: Any, text: str) -> None:
    link = FigureLink()
    link.set_figure(text)
    wide = QFontMetrics(link.font()).horizontalAdvance(text)
    assert link.fitting_font(wide).pointSizeF() == FIGURE_PT
    smaller = link.fitting_font(round(0.8 * wide))
    assert NOTE_PT <= smaller.pointSizeF() < FIGURE_PT
    assert QFontMetrics(smaller).horizontalAdvance(text) <= 0.8 * wide + 1
    # Never too small to read.
    assert link.fitting_font(1).pointSizeF() >= NOTE_PT
    link.deleteLater()
