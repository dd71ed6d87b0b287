"""Ids in signs of full width are those of half width: ＷＳ１ is WS1, however the network spells it.

One office types ids with an input method, the next without: both mean one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.foreign_values import half_width
from waternet_plugin.core.exchange.mapping.filled_fields import Filled
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.read_ways import WIDTH, way_of
from waternet_plugin.core.schema.references import references
from waternet_plugin.core.schema.tables import Table

# Tells the ids that the network has of a table.
IdsThere = Callable[[str], Collection[str]]


def no_ids(_table: str) -> Collection[str]:
    """Return no ids: the network has none."""
    return ()


@lru_cache(maxsize=1)
def _tables_named() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the tables whose rows a field names; what a file reports is the id of a pipe, too."""
    found = {(one.table, one.field): one.targets for one in references() if not one.is_list}
    return {**found, ("failure", "reported_pipe_id"): ("pipe",)}


def _wide(ids: Iterable[str]) -> dict[str, str]:
    """Return those of some ids that have signs of full width, by what they are in half width."""
    others = [one for one in ids if not one.isascii()]
    return {half: one for one in others if (half := half_width(one)) != one}


def settle_widths(filled: Filled, mapping: Mapping, table: Table, ids_there: IdsThere) -> None:
    """Make the ids of rows, and those that they name, what the network spells so, else of half width.

    Parameters
    ----------
    filled
        The columns; changed, with an account of it.
    mapping
        What fills them.
    table
        The table.
    ids_there
        Asked where the width of an id may differ.
    """
    for name, source in mapping.fields.items():
        is_own = name == table.id_field
        tables = (table.name,) if is_own else _tables_named().get((table.name, name), ())
        if not tables or name not in filled.columns:
            continue
        written = filled.columns[name]
        taken = _in_one_width(written, tables, ids_there, is_own=is_own)
        rows = np.flatnonzero(taken != written)
        if len(rows):
            filled.columns[name] = taken
            filled.ways.append(way_of(name, source.column, WIDTH, rows, written, taken))


def _in_one_width(words: Array, tables: Sequence[str], ids_there: IdsThere, *, is_own: bool) -> Array:
    is_any_wide = bool(_wide(words[np.array(pd.notna(words), dtype=bool)]))
    # Ends of pipes and the like are many: what the network has is looked through for wide ones alone.
    there = [one for table in tables for one in ids_there(table)] if is_own or is_any_wide else []
    wide_there = _wide(there)
    if not (wide_there or is_any_wide):
        return words
    places, distinct = pd.factorize(words)
    halves = [half_width(word) for word in distinct]
    known = set(there)
    meant = [
        word if word in known else half if half in known else wide_there.get(half, half)
        for word, half in zip(distinct, halves)
    ]
    return np.array([*meant, None], dtype=object)[places]
