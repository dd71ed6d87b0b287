"""Pipes of a kept network after updates, made of what the log of changes says instead of being read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.network.live.live_graph import JOINING, LiveGraph
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.tables import Field, table

# Ends are joined, and lengths are measured, where the lines are, which come with whole rows alone.
_OF_WHOLE_ROWS = frozenset({*JOINING, "length_m"})
# What the log has of a known value, by the type of its field.
_TYPES: Mapping[str, tuple[type, ...]] = {"real": (int, float), "integer": (int,), "text": (str,)}
# Greater numbers are those of another program, which reading looks at.
_GREATEST = 2.0**31


def updated_pipes(
    live: LiveGraph,
    updates: Mapping[str, Mapping[str, Any]],
    names: Iterable[str],
    codes: Iterable[Code],
) -> pd.DataFrame | None:
    """Return pipes with their ids and the columns in which any of them was changed.

    Parameters
    ----------
    live
        The network before the updates.
    updates
        The new values by id and field, as `EditsSince` has them.
    names
        Columns that are kept.
    codes
        Those of a network's own, which become what they count as.

    Returns
    -------
    pd.DataFrame or None
        None where the rows have to be read: some are not kept, have other ends, lines or lengths, or a value
        that is not of its field's type.
    """
    changed = set[str]().union(*updates.values())
    shown = [name for name in names if name in changed]
    kept = live.values("pipe", list(updates), shown)
    if kept is None or len(kept) < len(shown) or not changed.isdisjoint(_OF_WHOLE_ROWS):
        return None
    columns: dict[str, Array] = {"pipe_id": np.array(list(updates), dtype=object)}
    for name in shown:
        column = _updated(table("pipe").field(name), kept[name], list(updates.values()), codes)
        if column is None:
            return None
        columns[name] = column
    return made_of(columns)


def _updated(
    field: Field, column: Array, updates: list[Mapping[str, Any]], codes: Iterable[Code]
) -> Array | None:
    """Return a column with its new values; None where one is not of its type."""
    rows = [row for row, new in enumerate(updates) if field.name in new]
    values = [updates[row][field.name] for row in rows]
    if not set(map(type, values)) <= {*_TYPES.get(field.type, ()), type(None)}:
        return None
    if field.type == "text":
        bases = {code.code: code.base for code in codes if code.domain == field.domain}
        column[rows] = [bases.get(value, value) for value in values]
        return column
    numbers = np.array(values, dtype=float)
    column[rows] = numbers
    return None if (np.abs(numbers) > _GREATEST).any() else column
