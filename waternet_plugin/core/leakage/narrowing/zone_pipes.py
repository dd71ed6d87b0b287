"""The pipes of a metered area with what joins them, where water comes in, and what valves cut off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.network.isolation.segments import Segments, find_segments


@dataclass(frozen=True)
class ZonePipes:
    """The pipes of a zone and of the zones inside it, ``P`` of them, and their ``V`` vertices.

    Parameters
    ----------
    pipe_id
        Ids, objects (P,).
    start, end
        Vertices of the ends (P,).
    length_m
        Lengths, 0 where unknown (P,).
    is_main
        Pipes that can leak: no connectors of pumps and valves (P,).
    zone
        Number of the zone that each pipe lies in itself (P,).
    customers
        Customers of each pipe (P,).
    node_id
        Id of the asset at each vertex, None for none (V,).
    valve
        Isolation valves and others that can be closed (V,).
    closed
        Those that stand closed (V,).
    entry
        Where water comes in: vertices with open pipes outside the zone, and sources (V,).
    """

    pipe_id: Array
    start: Array
    end: Array
    length_m: Array
    is_main: Array
    zone: Array
    customers: Array
    node_id: Array
    valve: Array
    closed: Array
    entry: Array

    @property
    def count(self) -> int:
        """Number of pipes."""
        return len(self.pipe_id)

    def pieces(self, parting: Array) -> Segments:
        """Return what hangs together when closed valves and other vertices (V,) part their pipes."""
        return find_segments(
            self.start,
            self.end,
            len(self.node_id),
            separating=self.closed | parting,
            used=np.ones(self.count, dtype=bool),
        )

    def without_water(self, shut: Array) -> Array:
        """Return which pipes water does not reach with some vertices (V,) shut, booleans (P,)."""
        pieces = self.pieces(shut)
        fed = np.zeros(pieces.count + 1, dtype=bool)
        fed[pieces.node[self.entry & ~self.closed & ~shut]] = True
        fed[-1] = False
        return np.asarray(~fed[pieces.pipe])

    def cut_off(self, shut: Array) -> Array:
        """Return which pipes lose water by shutting some vertices (V,), booleans (P,)."""
        return self.without_water(shut) & ~self.without_water(np.zeros(len(self.node_id), dtype=bool))

    def vertices(self, ids: Array) -> Array:
        """Return the vertex of each node id, -1 for one that is not at the zone's pipes."""
        row_of = {name: row for row, name in enumerate(self.node_id.tolist()) if name is not None}
        return np.array([row_of.get(name, -1) for name in ids], dtype=np.int64)


def zone_pipes(dma: DmaNetwork, zone: int) -> ZonePipes:
    """Return the open pipes of a zone, descendants included.

    Parameters
    ----------
    dma
        The network as metered areas see it.
    zone
        Number of the zone.
    """
    graph = dma.graph
    inside = np.append(dma.zones.ancestors[zone], False)
    mine = inside[np.maximum(dma.zone, -1)] & dma.open
    chosen = np.flatnonzero(mine)
    vertex, local = np.unique(np.concatenate([graph.start[chosen], graph.end[chosen]]), return_inverse=True)
    local = local.reshape(-1)
    outside = np.zeros(graph.node_count, dtype=bool)
    outside[graph.start[dma.open & ~mine]] = True
    outside[graph.end[dma.open & ~mine]] = True
    return ZonePipes(
        pipe_id=graph.pipe_id[chosen],
        start=local[: len(chosen)],
        end=local[len(chosen) :],
        length_m=np.nan_to_num(graph.length_m[chosen]),
        is_main=graph.pipe_function[chosen] != "connector",
        zone=dma.zone[chosen],
        customers=dma.customers[chosen],
        node_id=graph.node_id[vertex],
        valve=dma.valve[vertex],
        closed=dma.closed[vertex],
        entry=outside[vertex] | dma.source[vertex],
    )
