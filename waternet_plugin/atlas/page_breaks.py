"""Where the pages of a report's document begin, so that no heading, picture or row is torn from its own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from qgis.PyQt.QtCore import QRectF
from qgis.PyQt.QtGui import QTextCursor, QTextDocument

from waternet_plugin.atlas.document_layout import DocumentLayout

# What has to follow a heading on its page, as a share of the page; and how low a heading goes to the next
# page with the chart or table that it is over.
_ALONE, _LOW = 0.05, 0.7
# A heading goes along with the picture that so many paragraphs part from it.
_FEW = 2
# What begins a page: a heading by its number, or a row of a table by the table's number.
Break = tuple[int, int]
HEADING = -1
# Dots by which a row has to end above the foot of a page.
_EDGE = 6.0


def _picture_of(block: Any) -> str:
    """Return the name of the picture in a paragraph, '' for none."""
    formats = [each.format for each in block.textFormats() if each.format.isImageFormat()]
    return formats[0].toImageFormat().name() if formats else ""


def _line_of(block: Any) -> QRectF:
    """Return where the first line is: it knows that it went to the next page, the paragraph does not."""
    lines = block.layout()
    return lines.lineAt(0).rect().translated(lines.position())


def picture_boxes(document: QTextDocument) -> dict[str, QRectF]:
    """Return where the places of charts are in the document."""
    boxes = {}
    block = document.begin()
    while block.isValid():
        if name := _picture_of(block):
            boxes[name] = _line_of(block)
        block = block.next()
    return boxes


def tables_of(breaks: Collection[Break], count_of: int) -> list[tuple[int, int]]:
    """Return what each table of the document is: number in the report, and the row that it begins with."""
    parts = []
    for number in range(count_of):
        starts = {0, *(row for kind, row in breaks if kind == number)}
        parts += [(number, start) for start in sorted(starts)]
    return parts


def first_fault(
    document: QTextDocument, height: float, parts: list[tuple[int, int]], given: Collection[Break]
) -> Break | None:
    """Return where a page has to begin so that nothing is torn, the first such place; None for none.

    A heading stands alone at the foot of a page, a row of a table is split, or a table's head has no row
    under it.
    """
    layout = DocumentLayout(document)

    def pages(block: Any) -> tuple[int, int]:
        # Qt writes a line on the next page that seems to end right at the edge of this one.
        box = layout.box(block)
        return int(box.top() // height), int((box.bottom() + _EDGE) // height)

    heading, above, low_on, bare_on, between, block = -1, -1, -1, -1, 0, document.begin()
    part, row, page, began = -1, -1, -1, -1
    while block.isValid():
        after = block.next()
        table = QTextCursor(block).currentTable()
        picture = _picture_of(block)
        # A heading goes along with the picture below it.
        goes_along = bool(picture) and -1 < bare_on < int(_line_of(block).top() // height)
        if low_on >= 0 and (table is not None or picture):
            first = int(_line_of(block).top() // height) if table is None else pages(block)[0]
            goes_along, low_on = goes_along or first > low_on, -1
        if goes_along and (HEADING, heading) not in given:
            return HEADING, heading
        between += 1
        if picture or table is not None or between > _FEW:
            bare_on = -1
        if table is None:
            began, above = -1, -1
            if block.blockFormat().headingLevel() > 1:
                heading += 1
                above = heading
                top = layout.box(block).top()
                bare_on, between = int(top // height), 0
                low_on = bare_on if top % height > _LOW * height else -1
                # The lines under the heading count, not only where they begin.
                low = layout.box(after).top() + height * _ALONE if after.isValid() else top
                if int(top // height) != int(low // height) and (HEADING, heading) not in given:
                    return HEADING, heading
        else:
            if table.firstPosition() != began:
                began, part, row = table.firstPosition(), part + 1, -1
            table_row, first, last = table.cellAt(block.position()).row(), *pages(block)
            begins = table_row != row
            # The head and the first row stay together.
            if begins and table_row != 1:
                page = first
            row = table_row
            if first != page or last != page:
                number, start = parts[part]
                wanted = (number, start + max(row - 1, 0))
                if start + max(row - 1, 0) == start:
                    # Nothing of this part would stay: what is above goes along, unless it begins the page.
                    wanted = (HEADING, above) if above >= 0 else (number, start)
                if wanted not in given:
                    return wanted
                page = last
        block = after
    return None


def rows_at_end(document: QTextDocument, height: float) -> int:
    """Return how many rows of the table that ends a document stand on its last page, without its head."""
    layout, last = DocumentLayout(document), document.pageCount() - 1
    rows: set[int] = set()
    block = document.lastBlock()
    while block.isValid() and int(layout.box(block).top() // height) >= last:
        table = QTextCursor(block).currentTable()
        if table is not None:
            # Each part of a table has a head of its own.
            row = table.cellAt(block.position()).row()
            if row > 0:
                rows.add(row)
        block = block.previous()
    return len(rows)
