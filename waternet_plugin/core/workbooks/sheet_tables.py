"""Sheets with several tables: one above another, one beside another. The largest is read, the others are not.

A table ends where a row, or a column, is empty from edge to edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.headings import Row, are_words

# Rows and columns of the least table: a heading with a row, two names.
_LEAST = 2
# Sheets are long: in so many rows several tables are looked for.
_LOOKED_AT, _MOST_TABLES = 2000, 20


@dataclass(frozen=True)
class WidestTable:
    """The columns of the table to read, None for all, and the names of those of the tables beside it."""

    columns: slice | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Block:
    """Rows without an empty one between them: the first with names, how many follow, how wide they are."""

    heading: int
    below: int
    width: int

    @property
    def last(self) -> int:
        return self.heading + self.below

    @property
    def size(self) -> int:
        return self.below * self.width


def _words(row: Row) -> list[str]:
    return [cell.strip() for cell in row if cell is not None and cell.strip()]


def _blocks(rows: Sequence[Row]) -> list[_Block]:
    """Return the tables of a sheet from above: rows of words with rows below them."""
    found: list[_Block] = []
    for is_filled, places in groupby(range(len(rows)), lambda place: bool(_words(rows[place]))):
        block = list(places)
        if len(found) == _MOST_TABLES:
            break
        # Titles stand alone in their row.
        heading = next((place for place in block if len(_words(rows[place])) >= _LEAST), None)
        if not is_filled or heading is None or block[-1] == heading:
            continue
        if are_words(_words(rows[heading])):
            width = max(len(_words(rows[place])) for place in block)
            found.append(_Block(heading, block[-1] - heading, width))
    return found


def first_of_lower(rows: Sequence[Row]) -> int:
    """Return the row, from 0, below tables that are smaller and narrower than one under them; 0 for none."""
    blocks = _blocks(rows[:_LOOKED_AT])
    if len(blocks) < _LEAST:
        return 0
    largest = max(blocks, key=lambda one: one.size)
    above = [one for one in blocks if one.heading < largest.heading]
    if not above or any(one.width >= largest.width for one in above):
        return 0
    return above[-1].last + 1


def titles_above(rows: Sequence[Row], row: int) -> list[str]:
    """Return the texts above the heading in a row, from 1; those of other tables say nothing of this one."""
    above = rows[: row - 1]
    # What an empty row parts from the heading.
    tables = [one for one in _blocks(above) if one.below >= _LEAST and one.last + 1 < len(above)]
    return [word for each in above[tables[-1].last + 1 if tables else 0 :] for word in each if word]


def names_above(rows: Sequence[Row], row: int) -> list[str]:
    """Return the names of the columns of tables above the heading in a row, from 1."""
    first = first_of_lower(rows)
    blocks = _blocks(rows[: row - 1]) if 0 < first < row else []
    return [word for one in blocks for word in _words(rows[one.heading])]


def widest_table(rows: Sequence[Row]) -> WidestTable:
    """Return the columns of the widest of tables that stand side by side.

    A column that is empty may only part the columns of one table: two tables have other numbers of rows.

    Parameters
    ----------
    rows
        From the heading on.
    """
    if len(_parts(_filled(rows[:_LOOKED_AT]))) < _LEAST:
        return WidestTable()
    filled = _filled(rows)
    bounds = _parts(filled)
    many = [bound.stop - bound.start for bound in bounds]
    if len(bounds) < _LEAST or min(many) < _LEAST:
        return WidestTable()
    heads = [_words(rows[0][bound]) for bound in bounds]
    lasts = [int(np.flatnonzero(filled[:, bound].any(axis=1))[-1]) for bound in bounds]
    main = max(range(len(bounds)), key=lambda at: (many[at], lasts[at]))
    for at, bound in enumerate(bounds):
        is_table = len(heads[at]) == many[at] and are_words(heads[at])
        whole = filled[1 : lasts[at] + 1, bound].any(axis=1).all() and lasts[at] > 0
        if at != main and not (is_table and whole and lasts[at] != lasts[main]):
            return WidestTable()
    others = tuple(word for at, head in enumerate(heads) if at != main for word in head)
    return WidestTable(bounds[main], others)


def _filled(rows: Sequence[Row]) -> Array:
    """Return which cells have a text, (rows, columns)."""
    width = max((len(row) for row in rows), default=0)
    cells = [[bool(cell and cell.strip()) for cell in row] + [False] * (width - len(row)) for row in rows]
    return np.array(cells, dtype=bool).reshape(len(rows), width)


def _parts(filled: Array) -> list[slice]:
    """Return the columns between those that are empty."""
    columns = groupby(range(filled.shape[1]), filled.any(axis=0).__getitem__)
    parts = [list(places) for is_filled, places in columns if is_filled]
    return [slice(part[0], part[-1] + 1) for part in parts]
