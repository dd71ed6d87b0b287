"""The water's surface in flat meshes of drains, where it and not the bottom tells which way water runs.

A steady diffusive wave: every vertex takes the same inflow, each drain carries what Manning's formula gives
for the fall of the surface and the depth above the higher of its two bottoms (V. T. Chow, Open-Channel
Hydraulics, 1959, 5-6 and 18-2). The bottom alone is wrong where drains are flatter than the surface.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, diags
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import LinearOperator, cg

from waternet_plugin.core.arrays import Array

# A mesh is flat when half of its drains fall less than this, and some drains are needed to make one.
FLAT, LEAST_DRAINS = 0.002, 4
_MANNING = 0.013
# Of what the drains at the exits carry when full at this fall or more, so much runs.
_FILLED, _LEAST_FALL = 0.5, 0.0005
_ROUNDS, _STEPS = 15, 100
_SIZE_M, _LENGTH_M = 0.4, 1.0
# Least share of a drain that is filled, least fall of the surface and depth, m: nothing is divided by 0.
_SHALLOW, _STILL_M, _DAMP_M = 0.05, 1e-3, 0.005


def surface_falls(
    start: Array,
    end: Array,
    length_m: Array,
    size_mm: Array,
    level_m: Array,
    is_exit: Array,
    in_mesh: Array,
    part: Array,
) -> Array:
    """Return how far the surface falls from start to end of drains, m; NaN in parts without a flat mesh.

    Parameters
    ----------
    start, end
        Vertices of each drain.
    length_m, size_mm
        NaN where unknown.
    level_m
        Bottom at each vertex, m, NaN where nothing tells it.
    is_exit
        Vertices at which water leaves.
    in_mesh
        Drains that the graph does not force.
    part
        Number of the connected part of each vertex.
    """
    falls = np.full(len(start), np.nan)
    known = np.isfinite(level_m[start] - level_m[end]) & (start != end)
    length = np.maximum(np.nan_to_num(length_m, nan=_LENGTH_M), _LENGTH_M)
    slope = np.abs(level_m[start] - level_m[end]) / length
    mesh = np.flatnonzero(in_mesh & known)
    count = int(part.max(initial=-1)) + 1
    drains = np.bincount(part[start[mesh]], minlength=count)
    flat = np.bincount(part[start[mesh[slope[mesh] < FLAT]]], minlength=count)
    exits = np.bincount(part[is_exit], minlength=count)
    chosen = (drains >= LEAST_DRAINS) & (2 * flat >= drains) & (exits > 0)
    rows = np.flatnonzero(chosen[part[start]] & known)
    if not len(rows):
        return falls
    vertices, ends = np.unique(np.concatenate([start[rows], end[rows]]), return_inverse=True)
    one, two = ends.reshape(2, -1)
    size = np.nan_to_num(size_mm[rows] / 1000, nan=_SIZE_M)
    surface = _surface(one, two, length[rows], np.maximum(size, 0.05), level_m[vertices], is_exit[vertices])
    falls[rows] = surface[one] - surface[two]
    return falls


def _surface(one: Array, two: Array, length: Array, size: Array, bottom: Array, is_exit: Array) -> Array:
    """Return the level of the surface at each vertex, m."""
    many = len(bottom)
    _count, part = connected_components(csr_matrix((np.ones(len(one)), (one, two)), shape=(many, many)))
    # Without an exit nothing runs: the bottom stays.
    leaves = np.bincount(part[is_exit], minlength=_count) > 0
    free = np.flatnonzero(~is_exit & leaves[part])
    inflow = _inflow(one, two, length, size, bottom, is_exit)
    surface = bottom + size.mean() / 2
    surface[is_exit] = bottom[is_exit] + _DAMP_M
    if not len(free):
        return np.asarray(surface)
    sill = np.maximum(bottom[one], bottom[two])
    for _round in range(_ROUNDS):
        fall = surface[one] - surface[two]
        filled = np.clip((np.maximum(surface[one], surface[two]) - sill) / size, _SHALLOW, 1.0)
        area = filled * size**2
        radius = area / (size * (1 + 2 * filled))
        carried = area * radius ** (2 / 3) / (_MANNING * np.sqrt(length * np.maximum(np.abs(fall), _STILL_M)))
        ways = csr_matrix(
            (np.tile(carried, 2), (np.concatenate([one, two]), np.concatenate([two, one]))),
            shape=(many, many),
        )
        rows = ways[free]
        total = np.asarray(rows.sum(axis=1)).reshape(-1)
        laplace = (diags(total) - rows[:, free]).tocsr()
        right = inflow + rows @ np.where(is_exit, surface, 0.0)
        found = _solved(laplace, right, surface[free], total)
        surface[free] = (surface[free] + np.maximum(found, bottom[free] + _DAMP_M)) / 2
    return np.asarray(surface)


def _solved(laplace: csr_matrix, right: Array, guess: Array, total: Array) -> Array:
    """Return the solution of the flow's balance at all vertices, from the one of the round before."""
    scaled = LinearOperator(laplace.shape, matvec=lambda vector: vector / total)
    found, _state = cg(laplace, right, x0=guess, M=scaled, maxiter=_STEPS, atol=0.0)
    result: Array = found
    return result


def _inflow(one: Array, two: Array, length: Array, size: Array, bottom: Array, is_exit: Array) -> float:
    """Return the inflow of each vertex, m3/s, by what the drains at the exits carry."""
    last = is_exit[one] | is_exit[two]
    fall = max(float(np.median(np.abs(bottom[one] - bottom[two]) / length)), _LEAST_FALL)
    full = size[last] ** 2 * (size[last] / 3) ** (2 / 3) * np.sqrt(fall) / _MANNING
    return float(_FILLED * full.sum() / max(int((~is_exit).sum()), 1))
