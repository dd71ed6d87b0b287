"""How water flows in a flat mesh of drains: a steady diffusive wave, the judge of inferred directions.

Every node takes the same inflow. A drain carries what Manning's formula gives for the fall of the water's
surface between its nodes and for the depth at the end from which the water comes; depths are followed in
time until inflow and outflow agree. It knows neither drawn order nor ids, nor anything of the plugin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
_MANNING = 0.013
# Flow below this share of the inflow of one node is none: it may go either way.
_STILL = 0.02


@dataclass(frozen=True)
class Mesh:
    """A mesh of drains: vertices of each drain, its length and size in m, bottom of each vertex, outfalls."""

    start: Integers
    end: Integers
    length_m: Floats
    size_m: Floats
    bottom_m: Floats
    outfalls: Integers


def flat_mesh(
    rng: np.random.Generator, *, side: int = 12, slope: float = 0.001, rough_m: float = 0.02
) -> Mesh:
    """Return a grid of streets with a fifth of the drains missing, that falls to outfalls at its edges.

    Bottoms fall with ``slope`` along the ways to the outfalls and vary by ``rough_m``, one sigma.
    """
    from scipy.sparse import coo_matrix, csr_matrix
    from scipy.sparse.csgraph import connected_components, dijkstra

    number = np.arange(side * side).reshape(side, side)
    one = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    two = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = rng.random(len(one)) > 0.2
    one, two = one[kept], two[kept]
    _count, part = connected_components(csr_matrix((np.ones(len(one)), (one, two)), shape=(side**2,) * 2))
    largest = np.flatnonzero(part == np.bincount(part).argmax())
    place = np.full(side * side, -1)
    place[largest] = np.arange(len(largest))
    inside = (place[one] >= 0) & (place[two] >= 0)
    one, two = place[one[inside]], place[two[inside]]
    edge = np.flatnonzero((largest % side == 0) | (largest // side == 0))
    below = rng.choice(edge, 4, replace=False)
    outfalls = len(largest) + np.arange(4)
    one, two = np.concatenate([one, below]), np.concatenate([two, outfalls])
    length = rng.uniform(40, 90, len(one))
    size = len(largest) + 4
    ways = coo_matrix((length, (one, two)), shape=(size, size)).tocsr()
    far = dijkstra(ways, directed=False, indices=outfalls, min_only=True)
    bottom = slope * far + rng.normal(0, rough_m, size)
    bottom[outfalls] = np.minimum(bottom[outfalls], bottom[below] - 0.05)
    width = np.where(far[one] + far[two] < np.median(far[one] + far[two]), 0.6, 0.4)
    return Mesh(one, two, length, width, bottom, outfalls)


def flows(mesh: Mesh, inflow_m3s: float = 0.002, *, rounds: int = 40_000) -> Floats:
    """Return the steady flow of each drain from start to end, m3/s; 0 where it is nearly none."""
    size = len(mesh.bottom_m)
    depth = np.full(size, 0.05)
    drains = ~np.isin(np.arange(size), mesh.outfalls)
    room = np.full(size, 25.0)
    flow = np.zeros(len(mesh.start))
    for step in range(rounds):
        surface = mesh.bottom_m + depth
        fall = surface[mesh.start] - surface[mesh.end]
        from_start = fall > 0
        # The bottom of a drain is that of its higher end: below it nothing leaves.
        sill = np.maximum(mesh.bottom_m[mesh.start], mesh.bottom_m[mesh.end])
        water = np.where(from_start, surface[mesh.start], surface[mesh.end]) - sill
        filled = np.clip(water / mesh.size_m, 0.0, 1.0)
        area = filled * mesh.size_m**2
        radius = area / (mesh.size_m * (1 + 2 * filled))
        slope = np.maximum(np.abs(fall) / mesh.length_m, 1e-7)
        target = np.sign(fall) * area * radius ** (2 / 3) * np.sqrt(slope) / _MANNING
        flow = 0.7 * flow + 0.3 * target
        gain = np.full(size, inflow_m3s)
        gain -= np.bincount(mesh.start, flow, size) - np.bincount(mesh.end, flow, size)
        depth[drains] = np.maximum(depth[drains] + gain[drains] / room[drains] * 2.0, 1e-4)
        depth[mesh.outfalls] = 0.01
        if step > 2000 and np.abs(gain[drains]).max() < 1e-3 * inflow_m3s:
            break
    return np.where(np.abs(flow) > _STILL * inflow_m3s, flow, 0.0)
