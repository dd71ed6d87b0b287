"""Where pipes begin and end, and which nodes they name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.network.arrays import Array
from waternet_plugin.core.network.findings import DUPLICATE_NODE, UNKNOWN_NODE, Notebook


def end_places(lines: Array) -> Array:
    """Return the first and last place of each line, (lines, 2, 2), m; NaN where there is none."""
    xy, row = shapely.get_coordinates(lines, return_index=True)
    places = np.full((len(lines), 2, 2), np.nan)
    number = np.bincount(row, minlength=len(lines))
    there = number > 0
    behind = np.cumsum(number)
    places[there, 0] = xy[(behind - number)[there]]
    places[there, 1] = xy[behind[there] - 1]
    return places


def point_places(points: Array) -> Array:
    """Return the place of each point, (points, 2), m; NaN where there is none."""
    # Missing and empty points give NaN; whatever else stands in a point layer is taken by its first vertex.
    return end_places(points)[:, 0]


def column(frame: pd.DataFrame, name: str) -> Array:
    """Return a text column of a frame as objects, None where it is missing or unknown."""
    if name not in frame.columns:
        return np.full(len(frame), None, dtype=object)
    values = frame[name].to_numpy(dtype=object)
    unknown = pd.isna(values)
    if unknown.any():
        values = values.copy()
        values[unknown] = None
    return values


@dataclass(frozen=True)
class Named:
    """Which nodes ends name: the row of the node for each end, -1 for none known; both (pipes, 2)."""

    node: Array
    unknown: Array


def named_nodes(pipes: pd.DataFrame, node_id: Array, places: Array, notes: Notebook) -> Named:
    """Look up ``from_node`` and ``to_node``.

    Parameters
    ----------
    pipes
        from_node, to_node; either may be missing.
    node_id
        Ids of the nodes.
    places
        Places of the nodes, (nodes, 2), m: of several with one id the one farthest west is taken.
    notes
        Takes the findings.
    """
    known = pd.Index(node_id)
    rows = np.flatnonzero(known.notna())
    known = known[rows]
    if not known.is_unique:
        by_place = np.lexsort((places[rows, 1], places[rows, 0]))
        twice = known[by_place].duplicated()
        first = known[by_place][~twice]
        kept = rows[by_place][~twice]
        again = rows[by_place][twice]
        again.sort()
        notes.add(
            DUPLICATE_NODE,
            size=len(again),
            node=again,
            other_node=kept[first.get_indexer(pd.Index(node_id[again]))],
            x_m=places[again, 0],
            y_m=places[again, 1],
        )
        known, rows = first, kept
    node = np.full((len(pipes), 2), -1, dtype=np.int64)
    unknown = np.zeros((len(pipes), 2), dtype=bool)
    for end, name in enumerate(("from_node", "to_node")):
        asked = column(pipes, name)
        filled = np.flatnonzero((asked != None) & (asked != ""))  # noqa: E711 (element by element)
        found = known.get_indexer(pd.Index(asked[filled]))
        node[filled, end] = np.where(found >= 0, rows[found] if len(rows) else -1, -1)
        unknown[filled[found < 0], end] = True
    return Named(node, unknown)


def note_unknown(named: Named, places: Array, notes: Notebook) -> None:
    """Note the ends that name a node that is not there."""
    pipe, end = np.nonzero(named.unknown)
    notes.add(
        UNKNOWN_NODE,
        size=len(pipe),
        pipe=pipe,
        end=end,
        x_m=places[pipe, end, 0],
        y_m=places[pipe, end, 1],
    )
