"""Tables of text on a layout, found by the id of one of their frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qgis.core import QgsLayoutItemManualTable, QgsPrintLayout, QgsTableCell, QgsTextFormat
from qgis.PyQt.QtCore import Qt

from waternet_plugin.atlas.layouts.item_fonts import POINT_MM

# A line of text is so much higher than its letters.
_LINE = 1.25
# What rows that stand close have at most: height of the letters, margin of a cell, mm.
_DENSE_TEXT_MM, _DENSE_CELL_MM = 2.0, 0.25


@dataclass(frozen=True)
class TableText:
    """What a table says: the first row is its heading.

    ``shares`` of the width are those of its columns, ``numeric`` whether a column is set right,
    ``strong`` the places of rows set in bold, ``continued`` of those that go on the row above;
    ``is_dense`` whether the rows stand close.
    """

    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    numeric: tuple[bool, ...]
    strong: frozenset[int] = frozenset()
    continued: frozenset[int] = frozenset()
    is_dense: bool = False

    def part(self, first: int, count: int) -> TableText:
        """Return so many rows from a place on, below the heading."""

        def moved(places: frozenset[int]) -> frozenset[int]:
            return frozenset(row - first + 1 for row in places if first <= row < first + count)

        rows = (self.rows[0], *self.rows[first : first + count])
        return replace(self, rows=rows, strong=moved(self.strong), continued=moved(self.continued))

    def parts(self, count: int) -> list[TableText]:
        """Return the table in parts of at most so many rows, each below the heading."""
        return [self.part(first, count) for first in range(1, len(self.rows), count)]

    def joined(self) -> TableText:
        """Return the table with continued rows as further lines of the cells above them."""
        lines: list[list[tuple[str, ...]]] = []
        strong = set()
        for number, row in enumerate(self.rows):
            if number > 1 and number in self.continued:
                lines[-1].append(row)
                continue
            if number in self.strong:
                strong.add(len(lines))
            lines.append([row])
        rows = tuple(tuple("\n".join(cell).rstrip("\n") for cell in zip(*each)) for each in lines)
        return replace(self, rows=rows, strong=frozenset(strong), continued=frozenset())


class PageTable:
    """A table of a layout with room for so many ``rows`` below its heading, ``dense_rows`` that stand close.

    Parameters
    ----------
    table
        The table.
    width_mm, height_mm
        Size of its frame.
    """

    def __init__(self, table: QgsLayoutItemManualTable, width_mm: float, height_mm: float) -> None:
        self._table, self._width_mm, self._height_mm = table, width_mm, height_mm
        self._form, self._cell_mm = QgsTextFormat(table.contentTextFormat()), float(table.cellMargin())
        # Size of the letters in its cells.
        self.text_mm = float(self._form.font().pointSizeF()) * POINT_MM
        self.rows = self._count(self.text_mm, self._cell_mm)
        self.dense_rows = self._count(min(self.text_mm, _DENSE_TEXT_MM), min(self._cell_mm, _DENSE_CELL_MM))

    def _count(self, text_mm: float, cell_mm: float) -> int:
        """Return how many rows of letters of a size have room below the heading."""
        row_mm = text_mm * _LINE + 2 * cell_mm + self._table.gridStrokeWidth()
        return max(int(self._height_mm / row_mm) - 1, 0)

    def _set_rows(self, *, is_dense: bool) -> None:
        """Give the cells their letters and margins."""
        form, cell_mm = QgsTextFormat(self._form), self._cell_mm
        if is_dense:
            cell_mm, face = min(cell_mm, _DENSE_CELL_MM), form.font()
            face.setPointSizeF(min(self.text_mm, _DENSE_TEXT_MM) / POINT_MM)
            form.setFont(face)
            form.setSize(face.pointSizeF())
        self._table.setContentTextFormat(form)
        self._table.setCellMargin(cell_mm)

    def rooms_mm(self, shares: Sequence[float]) -> list[float]:
        """Return the room for a text in each column, by the shares of the width."""
        free = self._width_mm - 2 * self._table.cellMargin() * len(shares)
        return [free * share / sum(shares) for share in shares]

    def column_mm(self, share: float) -> float:
        """Return the room for a text in a column with this share of the width, of two columns."""
        margins = 2 * self._table.cellMargin()
        return (self._width_mm - 2 * margins) * share - margins

    def show(self, text: TableText | None) -> None:
        """Show rows; None leaves the place empty."""
        table = self._table
        if text is None or len(text.rows) < 2:
            table.setTableContents([])
            table.setIncludeTableHeader(False)
            table.setShowGrid(False)
            table.refresh()
            return
        text = text.joined()
        self._set_rows(is_dense=text.is_dense)
        total = sum(text.shares)
        # The margins of the cells come on top of the widths.
        free = self._width_mm - 2 * table.cellMargin() * len(text.shares)
        table.setIncludeTableHeader(False)
        table.setShowGrid(True)
        table.setTableContents([self._cells(row, text, position) for position, row in enumerate(text.rows)])
        table.setColumnWidths([free * share / total for share in text.shares])
        table.setRowHeights([0.0] * len(text.rows))
        table.refresh()
        table.recalculateTableSize()

    def _cells(self, row: Sequence[str], text: TableText, position: int) -> list[QgsTableCell]:
        cells = []
        form = None
        if position == 0:
            form = self._table.headerTextFormat()
        elif position in text.strong:
            form = QgsTextFormat(self._table.contentTextFormat())
            face = form.font()
            face.setBold(True)
            form.setFont(face)
        for cell, is_number in zip(row, text.numeric):
            made = QgsTableCell(cell)
            side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
            made.setHorizontalAlignment(side)
            made.setVerticalAlignment(Qt.AlignmentFlag.AlignTop)
            if form is not None:
                made.setTextFormat(form)
            cells.append(made)
        return cells


def page_table(layout: QgsPrintLayout, name: str) -> PageTable | None:
    """Return the table with a frame of an id, None where the layout has none."""
    for frame_group in layout.multiFrames():
        if not isinstance(frame_group, QgsLayoutItemManualTable):
            continue
        for position in range(frame_group.frameCount()):
            frame = frame_group.frame(position)
            if frame.id() == name:
                return PageTable(frame_group, frame.rect().width(), frame.rect().height())
    return None
