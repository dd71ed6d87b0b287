"""Towns of some thousand pipes, of several kinds, with diameters that fit their demand, as EPANET files."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from support.proposal_networks import Streets, lattice_streets

KINDS = ("lattice", "stubs", "quarters", "trees")
# Junctions have this demand, L/s, and water runs no faster than this in the mains that are laid for it, m/s.
_DEMAND_LPS, _VELOCITY_M_S = 0.03, 0.6
_SERIES_MM = (100, 150, 200, 250, 300, 400, 500, 600, 800, 1000)
_LEAST_MM = 150
_SOURCES, _SOURCE_HEAD_M = 6, 62.0
# A quarter of a town is so many streets wide; few of its streets lead out.
_QUARTER, _LEADING_OUT = 12, 0.35


def streets_of(kind: str, seed: int = 1) -> Streets:
    """Return the streets of a town of 7,000 to 16,000 pipes without a source."""
    if kind == "lattice":
        return lattice_streets(58, seed=seed, stubs=0.3, valves=0.0)
    if kind == "stubs":
        return lattice_streets(62, seed=seed, stubs=0.9, valves=0.0)
    if kind == "quarters":
        return _quarters(76, seed)
    return _trees(15_500, seed)


def _quarters(side: int, seed: int) -> Streets:
    random = np.random.default_rng(seed)
    plain = lattice_streets(side, seed=seed, stubs=0.4, valves=0.0)
    ends = np.array(plain.ends)
    row, column = ends // side, ends % side
    street = (ends < side * side).all(axis=1)
    leaves = street & (
        (row[:, 0] // _QUARTER != row[:, 1] // _QUARTER)
        | (column[:, 0] // _QUARTER != column[:, 1] // _QUARTER)
    )
    kept = ~leaves | (random.random(len(ends)) < _LEADING_OUT)
    return Streets(plain.xy, [(int(one), int(other)) for one, other in ends[kept]])


def _trees(pipes: int, seed: int) -> Streets:
    """Return few loops and many branches: the lattice of the ladders."""
    import sys
    from pathlib import Path

    folder = str(Path(__file__).resolve().parents[1] / "bench")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    from lattice import lattice

    net = lattice(pipes, seed)
    xy = np.stack([net.x_m, net.y_m], axis=1)
    return Streets(xy, list(zip(net.start.tolist(), net.end.tolist())))


def largest_part(streets: Streets) -> Streets:
    """Return what hangs together with most of a town."""
    ends, size = np.array(streets.ends), len(streets.xy)
    graph = sparse.coo_matrix((np.ones(len(ends)), ends.T), shape=(size, size))
    _count, label = csgraph.connected_components(graph, directed=False)
    node = np.flatnonzero(label == np.bincount(label).argmax())
    number = np.full(size, -1)
    number[node] = np.arange(len(node))
    ends = number[ends[number[ends[:, 0]] >= 0]]
    return Streets(streets.xy[node], [(int(one), int(other)) for one, other in ends])


def _diameters(ends: np.ndarray, length: np.ndarray, size: int, sources: np.ndarray) -> np.ndarray:
    """Return diameters, mm: of the shortest ways from the sources as their demand asks, else the least."""
    graph = sparse.coo_matrix((length, ends.T), shape=(size, size)).tocsr()
    far, before, _source = csgraph.dijkstra(
        graph, directed=False, indices=sources, min_only=True, return_predecessors=True
    )
    carried = np.full(size, _DEMAND_LPS)
    for node in np.argsort(-far, kind="stable").tolist():
        if before[node] >= 0:
            carried[before[node]] += carried[node]
    way = np.full(len(ends), 0.0)
    for side in (0, 1):
        lower, upper = ends[:, side], ends[:, 1 - side]
        way = np.where(before[lower] == upper, carried[lower], way)
    wanted = np.sqrt(4 * way / 1000 / np.pi / _VELOCITY_M_S) * 1000
    series = np.array(_SERIES_MM, dtype=float)
    found = series[np.minimum(np.searchsorted(series, wanted), len(series) - 1)]
    degree = np.bincount(ends.reshape(-1), minlength=size)
    inner = (degree[ends] > 1).all(axis=1)
    return np.where(inner, np.maximum(found, _LEAST_MM), found)


def town_file(kind: str, seed: int = 1) -> str:
    """Return a town as an EPANET input file."""
    streets = largest_part(streets_of(kind, seed))
    ends, size = np.array(streets.ends), len(streets.xy)
    length = np.maximum(np.hypot(*(streets.xy[ends[:, 0]] - streets.xy[ends[:, 1]]).T), 1.0)
    random = np.random.default_rng(seed)
    inner = np.flatnonzero(np.bincount(ends.reshape(-1), minlength=size) > 2)
    sources = np.sort(random.choice(inner, _SOURCES, replace=False))
    diameter = _diameters(ends, length, size, sources)
    fed = set(sources.tolist())
    ground = 8 + 4 * np.sin(streets.xy[:, 0] / 1500) + 4 * np.cos(streets.xy[:, 1] / 1700)
    lines = ["[JUNCTIONS]"]
    lines += [f" N{n:05d} {ground[n]:.2f} {_DEMAND_LPS}" for n in range(size) if n not in fed]
    lines += ["[RESERVOIRS]", *(f" N{n:05d} {_SOURCE_HEAD_M}" for n in sources)]
    lines += ["[PIPES]"]
    rows = zip(ends.tolist(), length.tolist(), diameter.tolist())
    lines += [
        f" P{number:05d} N{one:05d} N{other:05d} {far:.2f} {wide:.0f} 120"
        for number, ((one, other), far, wide) in enumerate(rows)
    ]
    lines += ["[OPTIONS]", " Units LPS", " Headloss H-W", "[COORDINATES]"]
    lines += [f" N{n:05d} {x:.2f} {y:.2f}" for n, (x, y) in enumerate(streets.xy.tolist())]
    return "\n".join([*lines, "[END]", ""])
