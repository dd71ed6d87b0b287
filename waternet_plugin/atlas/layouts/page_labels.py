"""Texts on a page of its own, set where they are wanted."""

from __future__ import annotations

from qgis.core import QgsLayoutItemLabel, QgsLayoutPoint, QgsLayoutSize, QgsPrintLayout, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QFont

from waternet_plugin.atlas.layouts.item_fonts import POINT_MM, set_label_color, set_label_font
from waternet_plugin.atlas.layouts.sheet_layout import fitting
from waternet_plugin.bridge.printing.page_fonts import with_families
from waternet_plugin.core.colours import INK

_LINE = 1.6
# Of pages beside the sheets: their margin, and below it the room of heading and number.
MARGIN_MM, HEAD_MM = 12.0, 10.0
_HEADING_MM, _NUMBER_MM, _NUMBER_WIDTH_MM = 5.0, 3.0, 40.0
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
        on_white: bool = False,
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
        on_white
            Whether the place covers what lies below it.
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
        set_label_color(item, color)
        item.setBackgroundEnabled(on_white)
        item.setHAlign(align)
        item.setVAlign(Qt.AlignmentFlag.AlignVCenter)
        # A name is not an expression.
        item.setText(text.replace("[%", "[ %"))
        self._layout.addLayoutItem(item)
        item.attemptResize(QgsLayoutSize(width, size_mm * _LINE))
        item.attemptMove(QgsLayoutPoint(left, top))

    def put_head(self, heading: str, page_no: str, width_mm: float) -> None:
        """Write the heading of a page and its number, at the left and at the right of its top.

        Parameters
        ----------
        width_mm
            Of the page.
        """
        wide = width_mm - 2 * MARGIN_MM - _NUMBER_WIDTH_MM
        self.put(heading, (MARGIN_MM, MARGIN_MM, wide), _HEADING_MM, bold=True)
        number_mm = (MARGIN_MM + wide, MARGIN_MM, _NUMBER_WIDTH_MM)
        self.put(page_no, number_mm, _NUMBER_MM, align=RIGHT)
