"""Where pipes begin and end, and which nodes they name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import texts_of
from waternet_plugin.core.id_lookup import IdLookup, are_unknown
from waternet_plugin.core.network.model.findings import (
    DUPLICATE_NODE,
    UNKNOWN_NODE,
    FindingCollector,
    Members,
)
from waternet_plugin.core.shapes.packed_shapes import PackedShapes, Shapes


def end_xy(lines: Shapes) -> Array:
    """Return the first and last place of each line, (lines, 2, 2), m; NaN where there is none."""
    if isinstance(lines, PackedShapes):
        return lines.ends
    xy, number = shapely.get_coordinates(lines), shapely.get_num_coordinates(lines)
    ends_xy = np.full((len(lines), 2, 2), np.nan)
    has_vertices = number > 0
    behind = np.cumsum(number)
    ends_xy[has_vertices, 0] = xy[(behind - number)[has_vertices]]
    ends_xy[has_vertices, 1] = xy[behind[has_vertices] - 1]
    return ends_xy


def point_xy(points: Shapes) -> Array:
    """Return the place of each point, (points, 2), m; NaN where there is none."""
    if isinstance(points, PackedShapes):
        return np.ascontiguousarray(points.ends[:, 0])
    xy, row = shapely.get_coordinates(points, return_index=True)
    if len(row) == len(points) and bool((row[1:] > row[:-1]).all()):
        return np.asarray(xy)
    # Missing and empty points give NaN; whatever else stands in a point layer is taken by its first vertex.
    place = np.full((len(points), 2), np.nan)
    first = np.flatnonzero(np.append(True, row[1:] != row[:-1])[: len(row)])
    place[row[first]] = xy[first]
    return place


def lines_of(frame: pd.DataFrame) -> Array:
    """Return the geometries of a frame, None for each row of one without any."""
    if "geom" not in frame.columns:
        return np.full(len(frame), None, dtype=object)
    return np.asarray(frame["geom"].to_numpy(dtype=object))


def column(frame: pd.DataFrame, name: str, rows: Array | None = None) -> Array:
    """Return a text column of a frame as objects, None for missing or unknown; of some rows or all."""
    if name not in frame.columns:
        return np.full(len(frame if rows is None else rows), None, dtype=object)
    coded = frame[name].array
    if isinstance(coded, pd.Categorical):
        return np.asarray(texts_of(coded if rows is None else coded[rows]))
    values = frame[name].to_numpy(dtype=object)
    if rows is not None:
        values = values[rows]
    unknown = are_unknown(values)
    if unknown.any():
        values = values.copy()
        values[unknown] = None
    return values


def named_ends(pipes: pd.DataFrame) -> Array:
    """Return the node that each end names, two a pipe, None for none."""
    named = np.stack([column(pipes, "from_node"), column(pipes, "to_node")], axis=1)
    return named.reshape(-1)


def find_nodes(named: Array, node_id: Array, xy: Array, notes: FindingCollector) -> tuple[Array, Array]:
    """Look up the nodes that ends name.

    Parameters
    ----------
    named
        Id that each end names, None or empty for none.
    node_id, xy
        Ids of the nodes; their places, (nodes, 2), m: of several with one id the one farthest west is taken.
    notes
        Takes the findings.

    Returns
    -------
    node, unknown
        Row of the node of each end, -1 for none; ends that name a node that is not there.
    """
    lookup, rows = IdLookup(node_id), np.arange(len(node_id))
    if not lookup.is_unique:
        rows = np.lexsort((xy[:, 1], xy[:, 0]))
        lookup = IdLookup(node_id[rows])
        first = lookup.rows(lookup.ids)
        again = np.sort(rows[(first >= 0) & (first != np.arange(len(rows)))])
        other = Members(node=rows[lookup.rows(node_id[again])])
        notes.add(DUPLICATE_NODE, len(again), Members(node=again), other=other, xy=xy[again])
    node = np.append(rows, -1)[lookup.rows(named)]
    if lookup.rows([""])[0] >= 0:
        # An end that names nothing is at no node, whatever that one is called.
        node[named == ""] = -1
    unknown = np.zeros(len(named), dtype=bool)
    # Few ends are at no node they name: these alone are looked at.
    lost = np.flatnonzero(node < 0)
    unknown[lost] = (named[lost] != None) & (named[lost] != "")  # noqa: E711 (element by element)
    return node, unknown


def note_unknown(unknown: Array, xy: Array, notes: FindingCollector) -> None:
    """Note the ends that name a node that is not there, by their places, (ends, 2)."""
    end = np.flatnonzero(unknown)
    notes.add(
        UNKNOWN_NODE,
        len(end),
        Members(end // 2, end % 2),
        xy=xy[end],
    )
