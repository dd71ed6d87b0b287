"""Levels of the bottoms of manholes, which SWMM needs of each."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.swmm.writing.swmm_map import DrainLink, DrainMap

# So much of a length counts for one that is not known, in metres.
_LEAST_LENGTH_M = 0.1


def set_node_levels(drains: DrainMap, nodes: Iterable[str]) -> None:
    """Set the bottom of nodes: the lowest of what ground and depth give and of the pipes that end there.

    A pipe never ends below the bottom of its manhole in SWMM.
    """
    lowest: dict[str, float] = {}
    for link in drains.links.values():
        for name, level in ((link.start, link.invert_start_m), (link.end, link.invert_end_m)):
            if not math.isnan(level):
                lowest[name] = min(level, lowest.get(name, math.inf))
    for name in nodes:
        node = drains.nodes[name]
        levels = [level for level in (node.bottom_m, lowest.get(name, math.nan)) if not math.isnan(level)]
        node.invert_m = min(levels, default=math.nan)


def fill_node_levels(drains: DrainMap) -> list[str]:
    """Give the nodes without a bottom one between those of their neighbours; return their ids.

    The levels are those of a potential whose flow is kept at each filled node, with conductances 1/length:
    along a sewer without branches they lie on a straight line. What no known bottom is joined to stays
    unknown.
    """
    names = list(drains.nodes)
    row_of = {name: row for row, name in enumerate(names)}
    level = np.array([drains.nodes[name].invert_m for name in names], dtype=float)
    starts, ends, weights = _edges(drains.links.values(), row_of)
    count = len(names)
    graph = sparse.coo_matrix((np.ones(len(starts)), (starts, ends)), shape=(count, count))
    _parts, part = sparse.csgraph.connected_components(graph, directed=False)
    is_known = np.zeros(_parts, dtype=bool)
    is_known[part[~np.isnan(level)]] = True
    unknown = np.flatnonzero(np.isnan(level) & is_known[part])
    if not len(unknown):
        return []
    laplace = sparse.coo_matrix(
        (
            np.concatenate([weights, weights, -weights, -weights]),
            (
                np.concatenate([starts, ends, starts, ends]),
                np.concatenate([starts, ends, ends, starts]),
            ),
        ),
        shape=(count, count),
    ).tocsr()
    known = np.flatnonzero(~np.isnan(level))
    right = -(laplace[unknown][:, known] @ level[known])
    level[unknown] = spsolve(laplace[unknown][:, unknown].tocsc(), right)
    for row in unknown.tolist():
        drains.nodes[names[row]].invert_m = float(level[row])
    return [names[row] for row in unknown.tolist()]


def _edges(links: Iterable[DrainLink], row_of: dict[str, int]) -> tuple[Array, Array, Array]:
    rows = [(row_of[link.start], row_of[link.end], link.length_m) for link in links]
    starts = np.array([start for start, _end, _length in rows], dtype=np.int64)
    ends = np.array([end for _start, end, _length in rows], dtype=np.int64)
    lengths = np.array([length for _start, _end, length in rows], dtype=float)
    return starts, ends, 1.0 / np.maximum(np.nan_to_num(lengths), _LEAST_LENGTH_M)
