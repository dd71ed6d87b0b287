"""The list of what an update changes: asset, field, before, after, state."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import (
    CHANGE_COLUMNS,
    CHANGED,
    CLEARED,
    CONFLICT,
    GONE,
    MOVED,
    NEW,
)
from waternet_plugin.core.exchange.updating.comparing import shown
from waternet_plugin.core.exchange.updating.differences import Differences, PairedRows
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table

_DIGITS = 6


def listed_changes(
    table: Table, paired: PairedRows, found: Differences, new: Iterable[str], gone: Iterable[str]
) -> pd.DataFrame:
    """Return a line for each field that differs, then for each new and each gone row.

    Parameters
    ----------
    paired
        The rows by pair.
    found
        What of them is taken and what is not.
    new, gone
        Ids of rows that are made, and of those that the file lacks.

    Returns
    -------
    pandas.DataFrame
        `CHANGE_COLUMNS`, and distance_m of what moved.
    """
    parts = []
    for order, (name, taken) in enumerate(found.taken.items()):
        kept = found.kept.get(name, np.zeros(len(taken), dtype=bool))
        if name == GEOMETRY_COLUMN:
            continue
        cleared = found.cleared.get(name, np.zeros(len(taken), dtype=bool))
        states = np.where(kept, CONFLICT, np.where(cleared, CLEARED, CHANGED)).astype(object)
        rows = np.flatnonzero(taken | kept)
        described = table.field(name)
        before, after = (shown(described, one[name].iloc[rows]) for one in (paired.old, paired.new))
        parts.append(_lines(paired, rows, order, name, before, after, states[rows]))
    if table.has_geometry:
        parts.append(_moved_lines(paired, found, len(found.taken)))
    parts = [one for one in parts if len(one)]
    lines = pd.concat(parts, ignore_index=True) if parts else _nothing()
    lines = lines.sort_values(["row", "asset", "order"], kind="stable", ignore_index=True)
    lines = lines[[*CHANGE_COLUMNS, "distance_m"]]
    whole = [lines, *(_of_state(list(ids), state) for ids, state in ((new, NEW), (gone, GONE)))]
    result: pd.DataFrame = pd.concat([one for one in whole if len(one)] or [lines], ignore_index=True)
    return result


def _moved_lines(paired: PairedRows, found: Differences, order: int) -> pd.DataFrame:
    new, old = paired.geometries
    kept = found.kept.get(GEOMETRY_COLUMN, np.zeros(len(found.moved_m), dtype=bool))
    rows = np.flatnonzero((found.moved_m > 0) | found.turned | kept)
    states = np.where(kept, CONFLICT, np.where(found.turned, CHANGED, MOVED)).astype(object)
    before, after = (_wkt(one[rows]) for one in (old, new))
    lines = _lines(paired, rows, order, GEOMETRY_COLUMN, before, after, states[rows])
    apart = found.moved_m[rows]
    lines["distance_m"] = np.where(np.isfinite(apart), apart, np.nan)
    return lines


def _wkt(shapes: Array) -> Array:
    texts = np.full(len(shapes), None, dtype=object)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    texts[there] = shapely.to_wkt(shapes[there], rounding_precision=_DIGITS, output_dimension=3)
    return texts


def _lines(
    paired: PairedRows, rows: Array, order: int, name: str, before: Array, after: Array, states: Array
) -> pd.DataFrame:
    lines: pd.DataFrame = pd.DataFrame(
        {
            "row": paired.pairs.rows[rows],
            "order": order,
            "asset": pd.Series(paired.pairs.assets[rows], dtype=object),
            "field": pd.Series([name] * len(rows), dtype=object),
            "before": pd.Series(before, dtype=object),
            "after": pd.Series(after, dtype=object),
            "state": pd.Series(states, dtype=object),
            "distance_m": np.full(len(rows), np.nan),
        }
    )
    return lines


def _nothing() -> pd.DataFrame:
    names = ("row", "order", *CHANGE_COLUMNS, "distance_m")
    nothing: pd.DataFrame = pd.DataFrame({name: [] for name in names}, dtype=object)
    return nothing


def _of_state(ids: list[str], state: str) -> pd.DataFrame:
    nothing = pd.Series([None] * len(ids), dtype=object)
    lines: pd.DataFrame = pd.DataFrame(
        {
            "asset": pd.Series(ids, dtype=object),
            "field": nothing,
            "before": nothing,
            "after": nothing,
            "state": pd.Series([state] * len(ids), dtype=object),
            "distance_m": np.full(len(ids), np.nan),
        }
    )
    return lines
