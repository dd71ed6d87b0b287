"""A graph divided into zones by halving it again and again."""

from __future__ import annotations

import heapq

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.proposal.partition.two_way_moves import Division, SizeBounds
from waternet_plugin.core.dma.proposal.partition.weighted_graph import PartitionGraph, coarsened

_SMALL = 60
_TRIES = 6
_PATIENCE = 60
# Halves that are halved again keep to this share of the way from the mean to the bounds.
_INNER = 0.5


def _grown(graph: PartitionGraph, start: int, target: float) -> list[int]:
    """Return a division in two, zone 0 grown from a vertex where it cuts least."""
    first, neighbour, cost = graph.lists
    zone = [1] * graph.size
    size, weights = 0.0, graph.weights
    link = {start: 0.0}
    waiting = [(0.0, start)]
    while waiting:
        value, vertex = heapq.heappop(waiting)
        if zone[vertex] == 0 or value != link[vertex]:
            continue
        # The last vertex is taken where that comes nearer.
        if size + weights[vertex] / 2 > target and size > 0:
            continue
        zone[vertex] = 0
        size += weights[vertex]
        if size >= target:
            break
        for at in range(first[vertex], first[vertex + 1]):
            near = neighbour[at]
            if zone[near]:
                if near not in link:
                    link[near] = sum(cost[first[near] : first[near + 1]])
                link[near] -= 2 * cost[at]
                heapq.heappush(waiting, (link[near], near))
    return zone


def _edge(graph: PartitionGraph, start: int) -> int:
    """Return the vertex that a breadth-first search reaches last."""
    first, neighbour, _cost = graph.lists
    seen, order = {start}, [start]
    for vertex in order:
        for near in neighbour[first[vertex] : first[vertex + 1]]:
            if near not in seen:
                seen.add(near)
                order.append(near)
    return order[-1]


def cut_cost(graph: PartitionGraph, zone: Array) -> float:
    """Return what cutting between zones costs."""
    return float(graph.cost[zone[graph.one] != zone[graph.other]].sum())


def boundary_seeds(graph: PartitionGraph, zone: Array) -> dict[tuple[int, int], list[int]]:
    """Return the vertices at the boundary of each pair of neighbouring zones, the pairs in order."""
    cut = np.flatnonzero(zone[graph.one] != zone[graph.other])
    tail, head = graph.one[cut], graph.other[cut]
    low, high = np.minimum(zone[tail], zone[head]), np.maximum(zone[tail], zone[head])
    pairs: dict[tuple[int, int], dict[int, None]] = {}
    order = np.lexsort((head, tail, high, low))
    rows = np.stack([low, high, tail, head], axis=1)[order].tolist()
    for a, b, first, second in rows:
        boundary = pairs.setdefault((a, b), {})
        boundary[first] = boundary[second] = None
    return {pair: list(boundary) for pair, boundary in pairs.items()}


def _halves(
    graph: PartitionGraph,
    bounds: list[SizeBounds],
    target: float,
    random: np.random.Generator,
    tries: int,
) -> Array:
    """Return a graph in two connected halves, the first near a target size."""
    total = float(graph.weight.sum())
    levels = coarsened(graph, _SMALL, min(target, total - target) * 1.5, random)
    small = levels.graphs[-1]
    best: tuple[tuple[float, float], list[int]] | None = None
    for _ in range(tries):
        start = _edge(small, int(random.integers(small.size)))
        # Growing from the side of the greater half keeps the lesser one compact half of the time.
        division = Division(small, _grown(small, start, target), bounds)
        _refine(division, passes=3)
        mark = (division.excess, cut_cost(small, np.array(division.zone)))
        if best is None or mark < best[0]:
            best = (mark, division.zone)
    assert best is not None
    zone = np.array(best[1], dtype=np.int64)
    for level in range(len(levels.labels) - 1, -1, -1):
        zone = zone[levels.labels[level]]
        division = Division(levels.graphs[level], zone.tolist(), bounds)
        _refine(division, passes=2)
        zone = np.array(division.zone, dtype=np.int64)
    return zone


def _refine(division: Division, *, passes: int) -> None:
    for _ in range(passes):
        seeds = boundary_seeds(division.graph, np.array(division.zone))
        if not seeds or not division.between(0, 1, seeds[0, 1], patience=_PATIENCE):
            break
    # What the halves lost on the way goes to the other side.
    division.make_connected()


def halved(
    graph: PartitionGraph,
    bounds: SizeBounds,
    random: np.random.Generator,
    *,
    tries: int = _TRIES,
) -> Array:
    """Return a graph in two zones."""
    return _halves(graph, [bounds, bounds], float(graph.weight.sum()) / 2, random, tries)


def divided(
    graph: PartitionGraph,
    count: int,
    bounds: SizeBounds,
    random: np.random.Generator,
    *,
    tries: int = _TRIES,
) -> Array:
    """Return the zone of each vertex of a connected graph, halved again and again.

    Parameters
    ----------
    count
        Number of zones.
    bounds
        Of each zone; kept where that is found, the result may break them.
    random
        Starts of the halves.
    tries
        Starts for each half.
    """
    zone = np.zeros(graph.size, dtype=np.int64)
    mean = float(graph.weight.sum()) / count
    waiting = [(np.arange(graph.size), count, 0)]
    while waiting:
        members, parts, first = waiting.pop()
        zone[members] = first
        if parts == 1 or len(members) < 2:
            continue
        part = graph.part(members)
        left = parts // 2
        sides = [_inner(bounds, mean, number) for number in (left, parts - left)]
        target = float(part.weight.sum()) * left / parts
        half = _halves(part, sides, target, random, tries)
        waiting.append((members[half == 0], left, first))
        waiting.append((members[half == 1], parts - left, first + left))
    return zone


def _inner(bounds: SizeBounds, mean: float, parts: int) -> SizeBounds:
    """Return the bounds of a half that becomes some zones."""
    share = 1.0 if parts == 1 else _INNER
    return SizeBounds(
        parts * (mean - (mean - bounds.least) * share), parts * (mean + (bounds.most - mean) * share)
    )
