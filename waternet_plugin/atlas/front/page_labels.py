"""Texts on a page of its own, set where they are wanted."""

from __future__ import annotations

from qgis.core import QgsLayoutItemLabel, QgsLayoutPoint, QgsLayoutSize, QgsPrintLayout, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QFont

from waternet_plugin.atlas.layouts.item_fonts import POINT_MM, set_label_font
from waternet_plugin.atlas.layouts.sheet_layout import fitting
from waternet_plugin.bridge.printing.page_fonts import with_families
from waternet_plugin.core.colours import INK

_LINE = 1.6
LEFT, CENTRE, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight


def empty_page(project: QgsProject, page_mm: tuple[float, float]) -> QgsPrintLayout:
    """Return a layout of one empty page."""
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*page_mm))
    return layout


class PageLabels:
    """Writes labels on a layout in the fonts of the book.

    Parameters
    ----------
    layout
        The page.
    families
        Its fonts.
    """

    def __init__(self, layout: QgsPrintLayout, families: tuple[str, ...]) -> None:
        self._layout, self._families = layout, families

    def put(
        self,
        text: str,
        place_mm: tuple[float, float, float],
        size_mm: float,
        *,
        align: Qt.AlignmentFlag = LEFT,
        bold: bool = False,
        color: str = INK,
    ) -> None:
        """Write one line.

        Parameters
        ----------
        text
            What it says; too long for its place it is set smaller, then cut.
        place_mm
            Left, top and width.
        size_mm
            Size of the letters.
        """
        left, top, width = place_mm
        item = QgsLayoutItemLabel(self._layout)
        item.setMarginX(0.0)
        item.setMarginY(0.0)
        face = with_families(QFont(self._families[0]), self._families)
        face.setPointSizeF(size_mm / POINT_MM)
        face.setBold(bold)
        text, face = fitting(text, face, width)
        set_label_font(item, face)
        if not hasattr(item, "textFormat"):
            item.setFontColor(QColor(color))
        item.setHAlign(align)
        item.setVAlign(Qt.AlignmentFlag.AlignVCenter)
        # A name is no expression.
        item.setText(text.replace("[%", "[ %"))
        self._layout.addLayoutItem(item)
        item.attemptResize(QgsLayoutSize(width, size_mm * _LINE))
        item.attemptMove(QgsLayoutPoint(left, top))
