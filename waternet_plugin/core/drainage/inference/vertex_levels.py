"""Levels of the bottom of drains at each vertex: known, by the ground, or between others along drains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import LinearOperator, cg

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import gather

# How a level is known.
KNOWN, BY_GROUND, BETWEEN, NOWHERE = range(4)
_SHORTEST_M = 0.1
_ROUNDS = 300


@dataclass(frozen=True)
class VertexLevels:
    """Lowest invert at each vertex, m, NaN where nothing tells it.

    Parameters
    ----------
    level_m, known_by
        The level, and how it is known: by the ground rather than between others.
    between_m
        The level by the drains alone, between others where it is not known.
    """

    level_m: Array
    known_by: Array
    between_m: Array


def vertex_levels(
    start: Array, end: Array, length_m: Array, invert_m: Array, ground_m: Array
) -> VertexLevels:
    """Return the levels of vertices.

    Parameters
    ----------
    start, end
        Vertices of each drain.
    length_m
        Lengths, m.
    invert_m
        Inverts at both ends, (drains, 2), m, NaN unknown.
    ground_m
        Ground at each vertex, m, NaN unknown.
    """
    size = len(ground_m)
    level = lowest(size, np.concatenate([start, end]), np.concatenate([invert_m[:, 0], invert_m[:, 1]]))
    known_by = np.where(np.isfinite(level), KNOWN, NOWHERE)
    between = _between(start, end, length_m, level)
    depth = _between(start, end, length_m, ground_m - level)
    by_ground = ground_m - depth
    # Where no depth is known the ground itself tells which end is lower.
    by_ground = np.where(np.isnan(by_ground), ground_m, by_ground)
    asked = np.isnan(level) & np.isfinite(by_ground)
    level[asked], known_by[asked] = by_ground[asked], BY_GROUND
    filled = _between(start, end, length_m, level) if asked.any() else between
    asked = np.isnan(level) & np.isfinite(filled)
    level[asked], known_by[asked] = filled[asked], BETWEEN
    return VertexLevels(level, known_by, between)


def lowest(size: int, vertex: Array, value: Array) -> Array:
    """Return the least known value at each vertex, NaN for none."""
    least = np.full(size, np.nan)
    known = np.flatnonzero(~np.isnan(value))
    if len(known):
        bounds, order = gather(vertex[known], size)
        some = np.flatnonzero(np.diff(bounds))
        least[some] = np.minimum.reduceat(value[known][order], bounds[some])
        least[np.isinf(least)] = np.nan
    return least


def _between(start: Array, end: Array, length_m: Array, value: Array) -> Array:
    """Return values of vertices, those that are not known as the mean of their neighbours by 1 / length."""
    size = len(value)
    known = np.isfinite(value)
    if known.all() or not known.any():
        return value.copy()
    weight = 1.0 / np.maximum(np.nan_to_num(length_m, nan=_SHORTEST_M), _SHORTEST_M)
    matrix = csr_matrix((weight, (start, end)), shape=(size, size))
    matrix = (matrix + matrix.T).tocsr()
    _count, part = connected_components(matrix, directed=False)
    told = np.zeros(_count, dtype=bool)
    told[part[known]] = True
    free = np.flatnonzero(~known & told[part])
    result = value.copy()
    if not len(free):
        return result
    fixed = np.flatnonzero(known)
    rows = matrix[free]
    total = np.asarray(rows.sum(axis=1)).reshape(-1)
    laplace = diags(total) - rows[:, free]
    middle = float(np.mean(value[fixed]))
    right = rows[:, fixed] @ (value[fixed] - middle)
    scaled = LinearOperator(laplace.shape, matvec=lambda vector: vector / total)
    found, _state = cg(laplace.tocsr(), right, M=scaled, maxiter=_ROUNDS, atol=0.0)
    result[free] = found + middle
    return result
