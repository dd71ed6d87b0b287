"""Draw a table of text on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.atlas.pages.pen import Pen
from waternet_plugin.core.colours import INK, NOTE, PALE

HEAD_MM, ROW_MM = 4.6, 4.2
_TEXT_MM, _HEAD_TEXT_MM, _GAP_MM = 2.5, 2.2, 2.4


@dataclass(frozen=True)
class PrintedColumn:
    """A column: heading, share of the width, and whether its cells are numbers and stand right."""

    heading: str
    share: float
    numeric: bool = False


def rows_that_fit(height: float) -> int:
    """Return how many rows fit under the headings in a height in mm."""
    return max(int((height - HEAD_MM + 1e-9) / ROW_MM), 0)


def draw_table(
    pen: Pen,
    box: Box,
    columns: Sequence[PrintedColumn],
    rows: Sequence[Sequence[str]],
    *,
    strong: Sequence[int] = (),
) -> float:
    """Draw headings and rows from the top of a box and return where they end, mm.

    Parameters
    ----------
    pen, box
        Where; the height of the box is not looked at.
    columns
        Their shares are of their sum.
    rows
        Texts, as many as columns; '' stays empty.
    strong
        Places of rows set in bold.
    """
    total_share = sum(column.share for column in columns)
    edges = [box.x]
    for column in columns:
        edges.append(edges[-1] + box.width * column.share / total_share)

    def cell(column_index: int, y: float, height: float) -> Box:
        last = column_index == len(columns) - 1
        width = edges[column_index + 1] - edges[column_index] - (0.0 if last else _GAP_MM)
        return Box(edges[column_index], y, width, height)

    for index, column in enumerate(columns):
        align = "right" if column.numeric else "left"
        pen.text(cell(index, box.y, HEAD_MM), column.heading, _HEAD_TEXT_MM, align=align, color=NOTE)
    y = box.y + HEAD_MM
    pen.line(box.x, y, box.right, y, width=0.25, color=INK)
    for number, row in enumerate(rows):
        bold = number in strong
        for index, (column, text) in enumerate(zip(columns, row)):
            align = "right" if column.numeric else "left"
            pen.text(cell(index, y, ROW_MM), text, _TEXT_MM, align=align, bold=bold)
        y += ROW_MM
        pen.line(box.x, y, box.right, y, width=0.1, color=PALE)
    return y
