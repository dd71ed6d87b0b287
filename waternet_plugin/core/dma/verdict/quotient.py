"""The quotient graph: cells and the joints between them; what feeds a zone, and which ways go unmetered."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.boundary import METERED, OPEN, UNKNOWN, Boundary
from waternet_plugin.core.dma.cells import Cells
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.zone_tree import NO_ZONE
from waternet_plugin.core.network.model.row_groups import labels


@dataclass(frozen=True)
class Quotient:
    """Cells and joints of a network as a graph.

    Parameters
    ----------
    graph
        What each cell and joint is joined to, sorted: cells as their numbers, joints as ``-1 - node``; closed
        valves are not in it.
    zone
        Zone number of each cell.
    sources
        Cells that hold a source. A tank inside a zone that has meters is storage, no source.
    supplied
        Whether each cell hangs together with one of them, over whatever joint.
    """

    graph: Mapping[int, Sequence[int]]
    zone: Array
    sources: frozenset[int]
    supplied: Array


def joint(node: int) -> int:
    """Return the name of a node in the quotient graph."""
    return -1 - node


def feeding_nodes(dma: DmaNetwork, boundary: Boundary) -> Array:
    """Return the nodes that feed the network: sources, and tanks outside of metered zones (N,)."""
    return feeding_around(dma, boundary.meter_zone)


def feeding_around(dma: DmaNetwork, metered: Array) -> Array:
    """Return the nodes that feed a network whose zones with meters are known by their numbers (N,)."""
    row, holder = dma.zones.holders(_zones_of_storage(dma))
    inside = np.zeros(dma.graph.node_count, dtype=bool)
    inside[row[np.isin(holder, metered)]] = True
    return np.asarray(dma.source & ~(dma.storage & inside))


def _zones_of_storage(dma: DmaNetwork) -> Array:
    """Return the zone in which all open pipes of a tank lie, NO_ZONE where they differ and elsewhere (N,)."""
    node_count, none = dma.graph.node_count, dma.zones.count
    least, most = np.full(node_count, none), np.full(node_count, NO_ZONE)
    for ends in (dma.graph.start, dma.graph.end):
        pipe = np.flatnonzero(dma.open & dma.storage[ends])
        np.minimum.at(least, ends[pipe], dma.zone[pipe])
        np.maximum.at(most, ends[pipe], dma.zone[pipe])
    return np.where(least == most, most, NO_ZONE)


def build_quotient(dma: DmaNetwork, cells: Cells, boundary: Boundary) -> Quotient:
    """Return the quotient graph of a network."""
    segments = cells.segments
    graph: dict[int, list[int]] = {cell: [] for cell in range(cells.count)}
    is_open = ~dma.closed[segments.valve]
    for node, cell in zip(segments.valve[is_open].tolist(), segments.side[is_open].tolist()):
        graph[cell].append(joint(node))
        graph.setdefault(joint(node), []).append(cell)
    for joined in graph.values():
        joined.sort()
    feeding = feeding_nodes(dma, boundary)
    inside = segments.node[feeding]
    at = segments.side[feeding[segments.valve] & is_open]
    sources = np.unique(np.concatenate([inside[inside >= 0], at]))
    joints, number = np.unique(segments.valve[is_open], return_inverse=True)
    _count, label = labels(cells.count + len(joints), segments.side[is_open], cells.count + number)
    supplied = np.isin(label[: cells.count], label[sources])
    return Quotient(graph, cells.zone, frozenset(sources.tolist()), supplied)


def shortest(
    graph: Mapping[int, Sequence[int]],
    starts: Collection[int],
    goal: Callable[[int], bool],
    passable: Callable[[int], bool],
) -> list[int]:
    """Return the way of fewest steps from one of some vertices to a goal, empty where there is none.

    Parameters
    ----------
    starts
        Where the way may begin.
    goal
        Whether a vertex ends it.
    passable
        Whether it may lead through a vertex; starts always are.
    """
    came: dict[int, int | None] = dict.fromkeys(sorted(starts))
    waiting = deque(came)
    while waiting:
        vertex = waiting.popleft()
        if goal(vertex):
            path: list[int] = []
            at: int | None = vertex
            while at is not None:
                path.append(at)
                at = came[at]
            return path[::-1]
        for next_vertex in graph.get(vertex, ()):
            if next_vertex not in came and passable(next_vertex):
                came[next_vertex] = vertex
                waiting.append(next_vertex)
    return []


def is_fed(quotient: Quotient, boundary: Boundary, zone: int, cells: Collection[int]) -> bool:
    """Return whether water reaches a zone, unknown valves at its boundary taken as closed.

    Parameters
    ----------
    quotient
        The quotient graph.
    boundary
        The boundaries.
    zone
        Number of the zone.
    cells
        Cells of the zone, its descendants included.
    """
    if not quotient.supplied[list(cells)].any():
        return False
    zone_crossings = boundary.crossings.of(zone)
    barred = {joint(node) for node in zone_crossings.node[zone_crossings.state == UNKNOWN].tolist()}
    if not barred:
        return True
    is_source = quotient.sources.__contains__
    return bool(shortest(quotient.graph, cells, is_source, lambda vertex: vertex not in barred))


def unmetered_way(quotient: Quotient, boundary: Boundary, zone: int, cells: Collection[int]) -> list[int]:
    """Return the way of fewest cells from a source into a zone past its meters, empty where there is none.

    It begins with the cell of the source and ends with the joint where it enters. Unknown valves at the
    zone's boundary are taken as closed, others as open.
    """
    zone_crossings = boundary.crossings.of(zone)
    starts = {joint(node) for node in zone_crossings.node[zone_crossings.state == OPEN].tolist()}
    shut = np.isin(zone_crossings.state, (METERED, UNKNOWN))
    barred = {joint(node) for node in zone_crossings.node[shut].tolist()} | set(cells)
    path = shortest(
        quotient.graph, starts, quotient.sources.__contains__, lambda vertex: vertex not in barred
    )
    return path[::-1]
