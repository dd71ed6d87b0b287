"""Pressures of pipes, estimated from the nearest point of pressure of their zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.units import MPA_METRES

LOWEST, HIGHEST = "pressure_min_mpa", "pressure_max_mpa"
# A way of length 0 would be no way for the search.
_SHORTEST_M = 1e-6


@dataclass(frozen=True)
class ZonePoints:
    """Points with ground and pressure in zones, ``K`` of them, in the order of their ids.

    Parameters
    ----------
    vertex, zone
        Vertex and number of the zone of each (K,).
    lowest_head_m, highest_head_m
        Ground and pressure head together, m (K,).
    """

    vertex: Array
    zone: Array
    lowest_head_m: Array
    highest_head_m: Array


def nearest_points(graph: Graph, zone: Array, points: ZonePoints) -> Array:
    """Return the point of its zone that is nearest to each pipe along its pipes (P,), -1 for none.

    Parameters
    ----------
    zone
        Number of the zone of each pipe, -1 for none (P,).
    """
    row = np.flatnonzero(zone >= 0)
    found = np.full(len(zone), -1)
    if not len(row) or not len(points.vertex):
        return found
    size = graph.node_count
    # A vertex between two zones is one of each: no way leads through it.
    ends = np.concatenate([graph.start[row], graph.end[row]]) + np.tile(zone[row].astype(np.int64), 2) * size
    keys, index = np.unique(ends, return_inverse=True)
    start, end = index[: len(row)], index[len(row) :]
    at = np.searchsorted(keys, points.vertex + points.zone.astype(np.int64) * size)
    length = np.maximum(np.nan_to_num(graph.length_m[row]), _SHORTEST_M)
    # The shortest of parallel pipes; the matrix would add them up.
    order = np.lexsort((length, np.maximum(start, end), np.minimum(start, end)))
    low, high = np.minimum(start, end)[order], np.maximum(start, end)[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(low) != 0) | (np.diff(high) != 0)
    matrix = csr_matrix((length[order][first], (low[first], high[first])), shape=(len(keys), len(keys)))
    metres, _before, source = dijkstra(
        matrix, directed=False, indices=at, min_only=True, return_predecessors=True
    )
    point_at = np.full(len(keys), -1)
    # Backwards: of points at one vertex the first counts.
    point_at[at[::-1]] = np.arange(len(at))[::-1]
    nearer = np.where(metres[start] <= metres[end], start, end)
    reached = np.isfinite(metres[nearer])
    found[row[reached]] = point_at[source[nearer[reached]]]
    return found


def estimated_pressures(
    graph: Graph, ground_m: Array, zone: Array, points: ZonePoints
) -> tuple[Array, Array]:
    """Return the lowest and the highest pressure of each pipe, MPa (P,), NaN where nothing tells it.

    The heads of the nearest point less the ground of the ends: the higher end has the lowest pressure, the
    lower one the highest.

    Parameters
    ----------
    ground_m
        Ground at each vertex, NaN where unknown (N,).
    zone
        Number of the zone of each pipe, -1 for none (P,).
    """
    nearest = nearest_points(graph, zone, points)
    has = nearest >= 0
    ends = np.stack([ground_m[graph.start], ground_m[graph.end]])
    low = np.full(len(zone), np.nan)
    high = np.full(len(zone), np.nan)
    low[has] = (points.lowest_head_m[nearest[has]] - np.fmax(*ends)[has]) / MPA_METRES
    high[has] = (points.highest_head_m[nearest[has]] - np.fmin(*ends)[has]) / MPA_METRES
    return low, high


def pressure_rows(pipes: pd.DataFrame, low: Array, high: Array) -> pd.DataFrame:
    """Return the rows to write: pipe_id, pressure_min_mpa, pressure_max_mpa, estimated.

    A value that is not marked as estimated stays.

    Parameters
    ----------
    pipes
        pipe_id, pressure_min_mpa, pressure_max_mpa, estimated (P rows).
    low, high
        Estimated pressures, MPa (P,), NaN for none.
    """
    known = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
    old = pipes.iloc[known]
    rows = []
    for pipe_id, least, most, marks, *new in zip(
        old["pipe_id"], old[LOWEST].astype(float), old[HIGHEST].astype(float), old["estimated"],
        np.round(low[known], 6).tolist(), np.round(high[known], 6).tolist(),
    ):  # fmt: skip
        words = [word for word in ("" if pd.isna(marks) else str(marks)).split(";") if word]
        before, values = [least, most], [least, most]
        for column, name in enumerate((LOWEST, HIGHEST)):
            if np.isnan(before[column]) or name in words:
                values[column] = new[column]
                words = list(dict.fromkeys([*words, name]))
        if values != before:
            rows.append((pipe_id, *values, ";".join(words)))
    frame: pd.DataFrame = pd.DataFrame(rows, columns=["pipe_id", LOWEST, HIGHEST, "estimated"])
    return frame
