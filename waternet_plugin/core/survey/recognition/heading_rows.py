"""Find the rows of a table that name its columns, and what each other row is if it names nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.headings import (
    Header,
    column_names,
    is_example,
    is_signature,
    is_total,
    is_unit,
    last_level,
)
from waternet_plugin.core.survey.recognition.column_aliases import is_heading
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.survey.tables_read import empty_cells, filled_cells

# Rows from the top in which headings are looked for.
_LOOKED_AT = 40
_FEWEST_KNOWN = 2
_COMMENT_SIGNS = ("$", "#", "//", "--", "%", "!")
# What programs write below the last row.
_LAST_WORDS = frozenset({"end", "eof"})
# Valves and wells are numbered so, too.
_NUMBERED = re.compile(r"#\d")
# What a total says, so that other cells are not looked at closely.
_TOTAL_SIGNS = ("计", "otal", "OTAL", "um", "UM")


@dataclass(frozen=True)
class HeadedColumns:
    """The names of a table's columns, and the rows that are none of its own.

    ``places`` counts rows of the table from 0; ``skipped`` is the reason code of each row, None for rows
    that name something.
    """

    names: tuple[str, ...]
    header: Optional[Header]
    skipped: Array
    titles: tuple[str, ...] = field(default=())


def heading_place(rows: Sequence[Sequence[Optional[str]]]) -> Optional[int]:
    """Return the first row that names columns of a survey table, None where no row does."""
    counts = [sum(cell is not None and is_heading(cell) for cell in row) for row in rows]
    most = max(counts, default=0)
    if most < _FEWEST_KNOWN:
        return None
    return next(index for index, count in enumerate(counts) if count >= max(_FEWEST_KNOWN, 0.6 * most))


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns, empty ones numbered, repeated ones told apart."""
    unique: list[str] = []
    for index, name in enumerate(names):
        own = base = name or f"column_{index + 1}"
        again = 2
        while own in unique:
            own, again = f"{base} ({again})", again + 1
        unique.append(own)
    return tuple(unique)


def _header(rows: Sequence[Sequence[Optional[str]]], first: int) -> Header:
    """Return the rows of the heading that begins at a row, counted from 1 within the table."""
    # A cell merged over both rows of a heading has its text in both.
    bare = [list(row) for row in rows[: first + 4]]
    for index in range(first + 1, len(bare)):
        bare[index] = [None if cell == above else cell for cell, above in zip(rows[index], rows[index - 1])]
    last = last_level(bare, first)
    units = 0
    if last + 1 < len(rows):
        cells = [cell for cell in rows[last + 1] if cell is not None]
        units = last + 2 if cells and all(is_unit(cell.strip("()（）")) for cell in cells) else 0
    return Header(first + 1, last + 1 if last > first else 0, units)


def _repeats(values: Array, heading: Array) -> Array:
    """Return which rows repeat a row of the heading, as each printed page does."""
    rows = np.arange(len(values))
    for index in np.flatnonzero(filled_cells(heading)):
        rows = rows[values[rows, index] == heading[index]]
    same = np.zeros(len(values), dtype=bool)
    same[rows] = True
    return same


def _are_examples(first_cells: Array) -> Array:
    """Return which rows begin as an example or say how to fill the table in."""
    return np.array([cell is not None and is_example(cell) for cell in first_cells], dtype=bool)


def skipped_rows(values: Array, header: Optional[Header], first_row: int) -> Array:
    """Return the reason code of each row that names neither a point nor a line, None for the others.

    Parameters
    ----------
    values
        (n, k) object cells of the table, None where empty.
    header
        Rows of the heading, counted from 1 in ``values``; None for a table without.
    first_row
        Rows before this one, from 0, are titles.
    """
    codes = np.full(len(values), None, dtype=object)
    filled = filled_cells(values)
    counts = filled.sum(axis=1)
    is_short = counts <= max(1, int(counts.max(initial=0)) // 2)
    codes[:first_row] = "title"
    if header is not None:
        codes[header.row - 1 : header.last] = "heading"
        if header.units_row:
            codes[header.units_row - 1] = "unit"
        body = values[header.below :]
        for row in range(header.row - 1, header.last):
            codes[header.below :][_repeats(body, values[row])] = "heading"
        if header.units_row:
            codes[header.below :][_repeats(body, values[header.units_row - 1])] = "unit"
    if values.size:
        first_cells = values[np.arange(len(values)), np.argmax(filled, axis=1)]
        marked = np.isin(first_cells.astype("U1"), [sign[0] for sign in _COMMENT_SIGNS])
        for row in np.flatnonzero(marked & empty_cells(codes)):
            text = str(first_cells[row])
            if text.startswith(_COMMENT_SIGNS) and (is_short[row] or not _NUMBERED.match(text)):
                codes[row] = "comment"
        codes[_are_examples(first_cells) & empty_cells(codes)] = "comment"
    short = is_short & empty_cells(codes)
    for row in np.flatnonzero(short):
        cells = [str(cell) for cell in values[row][filled[row]]]
        if any(sign in cell for cell in cells for sign in _TOTAL_SIGNS) and any(map(is_total, cells)):
            codes[row] = "total"
        elif any(map(is_signature, cells)) or (len(cells) == 1 and cells[0].lower() in _LAST_WORDS):
            codes[row] = "comment"
    # A title of a further page stands right above the heading that the page repeats.
    for row in np.flatnonzero(codes == "heading"):
        above = row - 1
        while above >= first_row and codes[above] is None and short[above]:
            codes[above], above = "title", above - 1
    return codes


def headed_columns(table: SurveyTable, header: Optional[Header] = None) -> Optional[HeadedColumns]:
    """Return the columns of a table by its headings, None where no row is a heading.

    Parameters
    ----------
    table
        As its reader returned it.
    header
        Rows of the heading, counted from 1 among the rows of the table, where a mapping names them.
    """
    values = table.cells.to_numpy(dtype=object)
    rows = [list(row) for row in values[: max(_LOOKED_AT, 0 if header is None else header.below)]]
    if header is None:
        first = heading_place(rows)
        if first is None:
            return None
        header = _header(rows, first)
    units = rows[header.units_row - 1] if header.units_row else None
    names = column_names(rows[header.row - 1 : header.last], units)
    width = table.cells.shape[1]
    names = (names + [""] * width)[:width]
    titles = tuple(cell for row in rows[: header.row - 1] for cell in row if cell is not None)
    return HeadedColumns(unique_names(names), header, skipped_rows(values, header, header.row - 1), titles)
