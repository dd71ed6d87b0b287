"""A page with nothing but a long list: what the sheet before it has no room for."""

from __future__ import annotations

from qgis.core import (
    QgsLayoutFrame,
    QgsLayoutItemManualTable,
    QgsLayoutMeasurement,
    QgsPrintLayout,
    QgsProject,
    QgsTextFormat,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QRectF
from qgis.PyQt.QtGui import QColor, QFont

from waternet_plugin.atlas.layouts.item_fonts import POINT_MM
from waternet_plugin.atlas.layouts.page_labels import HEAD_MM, MARGIN_MM, PageLabels, empty_page
from waternet_plugin.atlas.layouts.page_table import PageTable, TableText
from waternet_plugin.bridge.printing.page_fonts import with_families
from waternet_plugin.core.colours import NOTE, PALE

# How much larger a list is that has room on one page even so; on A3 three columns still go beside each other.
LARGE = 1.4
_GAP_MM, _COLUMN_MM = 5.0, 90.0
_TOP_MM = MARGIN_MM + HEAD_MM
_TEXT_MM = 2.2
_CELL_MM, _LINE_MM = 0.5, 0.1


class ListPage:
    """Pages of one size for lists, a heading above and columns below it.

    Parameters
    ----------
    project
        Owns the layouts.
    page_mm
        Width and height.
    families
        Fonts of the page.
    column_mm
        Width of a column.
    scale
        How many times larger than usual columns and letters are.
    """

    def __init__(
        self,
        project: QgsProject,
        page_mm: tuple[float, float],
        families: tuple[str, ...],
        *,
        column_mm: float = _COLUMN_MM,
        scale: float = 1.0,
    ) -> None:
        self._project, self._page_mm, self._families = project, page_mm, families
        self._column_mm = column_mm = column_mm * scale
        self._text_mm, self._cell_mm = _TEXT_MM * scale, _CELL_MM * scale
        self._columns = max(int((page_mm[0] - 2 * MARGIN_MM + _GAP_MM) // (column_mm + _GAP_MM)), 1)
        self._height_mm = page_mm[1] - _TOP_MM - MARGIN_MM
        # Owns the table that measures a column.
        self._measured = QgsPrintLayout(project)
        table = self._table(self._measured)
        self._measured.addMultiFrame(table)
        self.column = PageTable(table, column_mm, self._height_mm)

    @property
    def rows(self) -> int:
        """How many rows a page has room for, headings apart."""
        return self._columns * self.column.rows

    def _table(self, layout: QgsPrintLayout) -> QgsLayoutItemManualTable:
        table = QgsLayoutItemManualTable.create(layout)
        form = QgsTextFormat()
        face = with_families(QFont(self._families[0]), self._families)
        face.setPointSizeF(self._text_mm / POINT_MM)
        form.setFont(face)
        form.setSize(self._text_mm / POINT_MM)
        form.setSizeUnit(QgsUnitTypes.RenderUnit.RenderPoints)
        table.setContentTextFormat(form)
        # As on the sheets: pale headings, and lines below rows alone.
        head = QgsTextFormat(form)
        head.setColor(QColor(NOTE))
        table.setHeaderTextFormat(head)
        table.setVerticalGrid(False)
        table.setCellMargin(self._cell_mm)
        table.setGridStrokeWidth(_LINE_MM)
        table.setGridColor(QColor(PALE))
        return table

    def layout(self, heading: str, text: TableText, page_no: str) -> QgsPrintLayout:
        """Return a page with at most `rows` rows of a table, its head above each column.

        Parameters
        ----------
        heading, page_no
            What is written above, at the left and at the right.
        text
            The list.
        """
        layout = empty_page(self._project, self._page_mm)
        PageLabels(layout, self._families).put_head(heading, page_no, self._page_mm[0])
        for column, part in enumerate(text.parts(self.column.rows)[: self._columns]):
            self._add_column(layout, column, part)
        return layout

    def _add_column(self, layout: QgsPrintLayout, column: int, text: TableText) -> None:
        table = self._table(layout)
        layout.addMultiFrame(table)
        frame = QgsLayoutFrame(layout, table)
        left = MARGIN_MM + column * (self._column_mm + _GAP_MM)
        frame.attemptSetSceneRect(QRectF(left, _TOP_MM, self._column_mm, self._height_mm))
        frame.setFrameStrokeWidth(QgsLayoutMeasurement(_LINE_MM))
        table.addFrame(frame)
        PageTable(table, self._column_mm, self._height_mm).show(text)
