"""Pipes inside a zone that nothing leads round: who loses water when one of them breaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.boundary import OPEN, Boundary
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.verdict.quotient import feeding_nodes
from waternet_plugin.core.network.analysis.connectivity import edge_blocks
from waternet_plugin.core.network.analysis.dependence import symmetric
from waternet_plugin.core.network.analysis.spanning import breadth_first_tree
from waternet_plugin.core.network.analysis.tree_aggregation import LevelTree


@dataclass(frozen=True)
class InnerBridges:
    """Open pipes of zones that are the only way to what lies beyond; one row a zone and pipe.

    A zone of a zone's is counted in both. Water comes in at meters that measure in, at open crossings and at
    sources; valves of unknown state count as open inside a zone.

    Parameters
    ----------
    zone, pipe
        Zone number and pipe; sorted by zone, then pipe.
    customers, households
        Who loses water when the pipe breaks: those on it and beyond.
    """

    zone: Array
    pipe: Array
    customers: Array
    households: Array


def find_inner_bridges(dma: DmaNetwork, boundary: Boundary) -> InnerBridges:
    """Return the inner bridges of all zones."""
    graph = dma.graph
    rows = np.flatnonzero(dma.open & (dma.zone >= 0))
    row_of, zone = dma.zones.holders(dma.zone[rows])
    pipe = rows[row_of]
    ends = np.stack([graph.start[pipe], graph.end[pipe]], axis=1)
    width = np.int64(max(graph.node_count, 1))
    key = zone[:, None] * width + ends
    # Each end at a closed valve is an end of its own.
    parted = dma.closed[ends]
    key[parted] = dma.zones.count * width + np.arange(int(parted.sum()))
    names, vertex = np.unique(key, return_inverse=True)
    vertex = vertex.reshape(key.shape)
    inlet_zone, inlet = _inlets(dma, boundary)
    wanted = inlet_zone * width + inlet
    is_named = np.isin(wanted, names)
    at, top = np.searchsorted(names, wanted[is_named]), len(names) + inlet_zone[is_named]
    # Water comes into a zone from one vertex, over two edges to each inlet so that none is a bridge.
    first = np.concatenate([vertex[:, 0], top, top])
    other = np.concatenate([vertex[:, 1], at, at])
    size = len(names) + dma.zones.count
    tree = _SupplyTree(size, first, other, len(names))
    below = tree.lower(vertex[:, 0], vertex[:, 1])
    bridge = np.flatnonzero(edge_blocks(size, first, other).bridge[: len(pipe)] & (below >= 0))
    bridge = bridge[np.lexsort((pipe[bridge], zone[bridge]))]
    lost = [
        tree.beyond(np.bincount(np.maximum(below, 0), np.where(below >= 0, of[pipe], 0.0), minlength=size))
        for of in (dma.customers, dma.households)
    ]
    return InnerBridges(zone[bridge], pipe[bridge], lost[0][below[bridge]], lost[1][below[bridge]])


def _inlets(dma: DmaNetwork, boundary: Boundary) -> tuple[Array, Array]:
    """Return where water comes into zones: zone numbers and nodes."""
    crossings = boundary.crossings.having(OPEN)
    feeding = feeding_nodes(dma, boundary)
    zones = [boundary.meter_zone[boundary.flows_in], crossings.zone]
    nodes = [boundary.meter[boundary.flows_in], crossings.node]
    for ends in (dma.graph.start, dma.graph.end):
        pipe = np.flatnonzero(dma.open & feeding[ends])
        row, holder = dma.zones.holders(dma.zone[pipe])
        zones.append(holder)
        nodes.append(ends[pipe[row]])
    both = np.unique(np.stack([np.concatenate(zones), np.concatenate(nodes)]), axis=1)
    return both[0], both[1]


class _SupplyTree:
    """What is reached from the vertices from ``first`` on, breadth first.

    Parameters
    ----------
    size
        Number of vertices.
    one, other
        Ends of each edge.
    first
        Number of the first vertex that water comes from.
    """

    def __init__(self, size: int, tail: Array, head: Array, first: int) -> None:
        tops = np.arange(first, size)
        graph = symmetric(
            np.concatenate([tail, tops]), np.concatenate([head, np.full(len(tops), size)]), size + 1
        )
        self._order, parent = breadth_first_tree(graph, size)
        self._levels = LevelTree(parent)
        self._place = np.full(size + 1, -1, dtype=np.int64)
        self._place[self._order] = np.arange(len(self._order))

    def lower(self, first: Array, second: Array) -> Array:
        """Return the end of each edge that lies farther from where water comes from, -1 out of reach."""
        positions = np.stack([self._place[first], self._place[second]])
        farther = np.where(positions[0] > positions[1], first, second)
        return np.where((positions >= 0).all(axis=0), farther, -1)

    def beyond(self, values: Array) -> Array:
        """Return the sums of what lies at each vertex and in the branches below it."""
        sums = np.append(values, 0.0)[self._order]
        self._levels.sum_up(sums)
        totals = np.zeros(len(values) + 1)
        totals[self._order] = sums
        return totals[:-1]
