"""Synthetic networks for the ladders: a lattice of streets with dead ends, and a bare chain.

Of the edges of a square lattice a random spanning tree and a quarter of the others are kept; about half of
all pipes are dead-end stubs. Ends are dirty as in survey data: each is moved by up to 0.2 mm, one in twenty
by 2 to 20 mm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

SEED = 4
SPACING_M = 60.0
ORIGIN = (500_000.0, 3_400_000.0)
# Shares of the pipes: vertices of the lattice and stubs, as in the reference network of a million pipes.
_LATTICE = 0.3849
_SOURCES = 10


@dataclass(frozen=True)
class Net:
    """Edges between vertices, their places in m, and the vertices that are sources."""

    start: np.ndarray
    end: np.ndarray
    x_m: np.ndarray
    y_m: np.ndarray
    sources: np.ndarray

    @property
    def nodes(self) -> int:
        return len(self.x_m)


def lattice(rows: int, seed: int = SEED) -> Net:
    """Return a lattice of ``rows`` pipes in random order."""
    from scipy import sparse
    from scipy.sparse import csgraph

    random = np.random.default_rng(seed)
    side = max(int(np.sqrt(rows * _LATTICE)), 3)
    number = np.arange(side * side).reshape(side, side)
    one = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    other = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    weight = random.random(len(one)) + 0.1
    edges = sparse.coo_matrix((weight, (one, other)), shape=(side * side, side * side))
    tree = csgraph.minimum_spanning_tree(edges.tocsr()).tocoo()
    in_tree = np.isin(one * side * side + other, tree.row.astype(np.int64) * side * side + tree.col)
    loops = np.flatnonzero(~in_tree)
    kept = np.concatenate([np.flatnonzero(in_tree), random.choice(loops, len(loops) // 4, replace=False)])
    stubs = rows - len(kept)
    at = random.integers(0, side * side, stubs)
    start = np.concatenate([one[kept], at])
    end = np.concatenate([other[kept], side * side + np.arange(stubs)])
    jitter = random.uniform(-0.25, 0.25, (side * side, 2)) * SPACING_M
    corner = np.stack([number.ravel() % side, number.ravel() // side], axis=1) * SPACING_M + jitter
    angle, length = random.uniform(0, 2 * np.pi, stubs), random.uniform(4, 25, stubs)
    tips = corner[at] + (length * [np.cos(angle), np.sin(angle)]).T
    place = np.concatenate([corner, tips]) + ORIGIN
    turned = random.random(rows) < 0.5
    start, end = np.where(turned, end, start), np.where(turned, start, end)
    order = random.permutation(rows)
    sources = random.choice(side * side, _SOURCES, replace=False)
    return Net(start[order], end[order], place[:, 0], place[:, 1], sources)


def chain(rows: int, seed: int = SEED) -> Net:
    """Return a chain of ``rows`` pipes in random order: the deepest tree there is."""
    random = np.random.default_rng(seed)
    order = random.permutation(rows)
    along = np.arange(rows + 1)
    # In rows like text, so that it stays on the map.
    wide = 1000
    back = (along // wide) % 2 == 1
    x = np.where(back, wide - 1 - along % wide, along % wide) * SPACING_M + ORIGIN[0]
    return Net(along[:-1][order], along[1:][order], x, along // wide * SPACING_M + ORIGIN[1], along[:1])


def places(net: Net, *, dirty: bool = True, seed: int = SEED) -> np.ndarray:
    """Return the places of the pipes' ends, (pipes, 2, 2)."""
    random = np.random.default_rng(seed + 1)
    ends = np.stack([net.start, net.end], axis=1)
    place = np.stack([net.x_m[ends], net.y_m[ends]], axis=2)
    if dirty:
        shape = ends.shape
        far = random.random(shape) < 0.05
        length = np.where(far, random.uniform(0.002, 0.02, shape), random.uniform(0, 0.0002, shape))
        angle = random.uniform(0, 2 * np.pi, shape)
        place = place + np.stack([length * np.cos(angle), length * np.sin(angle)], axis=2)
    return place


def frames(net: Net, *, dirty: bool = True, ids: bool = False) -> tuple[Any, Any]:
    """Return the pipes and nodes of a network, the sources its only nodes; or all vertices, with ids."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    rows = len(net.start)
    nothing = np.full(rows, None, dtype=object)
    names = np.array([f"N{number:07d}" for number in range(net.nodes)], dtype=object)
    pipes = pd.DataFrame(
        {
            "pipe_id": np.array([f"P{number:07d}" for number in range(rows)], dtype=object),
            "system": np.full(rows, "potable", dtype=object),
            "function": np.full(rows, "distribution", dtype=object),
            "status": np.full(rows, "in_use", dtype=object),
            "from_node": names[net.start] if ids else nothing,
            "to_node": names[net.end] if ids else nothing,
        }
    )
    lines = shapely.linestrings(places(net, dirty=dirty))
    vertex = np.arange(net.nodes) if ids else np.sort(net.sources)
    nodes = pd.DataFrame(
        {
            "node_id": names[vertex],
            "kind": np.where(np.isin(vertex, net.sources), "source", "junction").astype(object),
            "system": np.full(len(vertex), "potable", dtype=object),
            "status": np.full(len(vertex), "in_use", dtype=object),
        }
    )
    points = shapely.points(net.x_m[vertex], net.y_m[vertex])
    crs = "EPSG:4547"
    return (
        gpd.GeoDataFrame(pipes, geometry=gpd.GeoSeries(lines, crs=crs)).rename_geometry("geom"),
        gpd.GeoDataFrame(nodes, geometry=gpd.GeoSeries(points, crs=crs)).rename_geometry("geom"),
    )
