"""Tables whose long texts go on in rows below, so that nothing is cut."""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest

from waternet_plugin.atlas.layouts.page_table import PageTable, TableText

# Widths of columns are rounded, mm.
_ROUNDED_MM = 1.0


def wrapped_table(text: TableText, table: PageTable, width: Callable[[str], float]) -> TableText:
    """Return a table in which a row goes on below itself where a text is too wide for its column.

    Parameters
    ----------
    table
        Has the columns.
    width
        Width of a text in mm.
    """
    rooms = [room - _ROUNDED_MM for room in table.rooms_mm(text.shares)]
    rows: list[tuple[str, ...]] = [text.rows[0]]
    strong: set[int] = set()
    continued: set[int] = set()
    for position, row in enumerate(text.rows[1:], 1):
        parts = zip_longest(*(_lines(cell, room, width) for cell, room in zip(row, rooms)), fillvalue="")
        for line, part in enumerate(parts):
            if line:
                continued.add(len(rows))
            if position in text.strong:
                strong.add(len(rows))
            rows.append(part)
    return TableText(tuple(rows), text.shares, text.numeric, frozenset(strong), frozenset(continued))


def _lines(text: str, room_mm: float, width: Callable[[str], float]) -> list[str]:
    """Return a text in lines that fit, broken at a blank where there is one in the second half."""
    lines = []
    while width(text) > room_mm and len(text) > 1:
        count = max(_fitting(text, room_mm, width), 1)
        blank = text.rfind(" ", count // 2, count + 1)
        count = blank if blank > 0 else count
        lines.append(text[:count].rstrip())
        text = text[count:].lstrip()
    return [*lines, text]


def _fitting(text: str, room_mm: float, width: Callable[[str], float]) -> int:
    """Return how many letters of a text fit, by halving."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(text[:middle]) <= room_mm else (low, middle - 1)
    return low


def split(text: TableText, table: PageTable | None) -> tuple[TableText | None, TableText]:
    """Return what of a table has room in its place, None for nothing, and the rest."""
    room = table.rows if table is not None else 0
    first, rest = text.part(1, room), text.part(1 + room, len(text.rows))
    return (first if len(first.rows) > 1 else None), rest
