"""The pipes of a metered area with what joins them, where water comes in, and what valves cut off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.pressure_test.shutting_valves import NO_VALVE, ValveSearch
from waternet_plugin.core.network.analysis.segments import Segments, find_segments


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
    usable
        Isolation valves that people can shut (V,).
    entry
        Where water comes in: vertices with open pipes outside the zone, and sources (V,).
    gate
        Id of the valve outside that shuts an inlet meter, None for none (V,).
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
    usable: Array
    entry: Array
    gate: Array

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

    @property
    def shuttable(self) -> Array:
        """Vertices that a valve shuts, at them or outside of them (V,)."""
        gated = np.array([valve is not None for valve in self.gate.tolist()], dtype=bool)
        return np.asarray((self.usable | gated) & ~self.closed)

    def shutting(self, vertices: Array) -> tuple[str, ...]:
        """Return the ids of the valves that shut some vertices (V,), sorted."""
        at = np.flatnonzero(vertices & self.shuttable).tolist()
        return tuple(
            sorted(str(self.node_id[valve] if self.usable[valve] else self.gate[valve]) for valve in at)
        )

    def vertices(self, ids: Array) -> Array:
        """Return the vertex of each node id, that of the inlet for its valve outside; -1 for other nodes."""
        row_of = {name: row for row, name in enumerate(self.gate.tolist()) if name is not None}
        row_of.update({name: row for row, name in enumerate(self.node_id.tolist()) if name is not None})
        return np.array([row_of.get(name, -1) for name in ids], dtype=np.int64)


def zone_pipes(dma: DmaNetwork, zone: int, usable: Array, reach_m: float) -> ZonePipes:
    """Return the open pipes of a zone, descendants included.

    Parameters
    ----------
    dma
        The network as metered areas see it.
    zone
        Number of the zone.
    usable
        Isolation valves that people can shut (N,).
    reach_m
        So much pipe may lie between an inlet meter and the valve outside that shuts it, m.
    """
    graph = dma.graph
    inside = np.append(dma.zones.ancestors[zone], False)
    in_zone = inside[np.maximum(dma.zone, -1)] & dma.open
    chosen = np.flatnonzero(in_zone)
    vertex, local = np.unique(np.concatenate([graph.start[chosen], graph.end[chosen]]), return_inverse=True)
    local = local.reshape(-1)
    outside = np.zeros(graph.node_count, dtype=bool)
    outside[graph.start[dma.open & ~in_zone]] = True
    outside[graph.end[dma.open & ~in_zone]] = True
    entry = outside[vertex] | dma.source[vertex]
    parting = np.zeros(graph.node_count, dtype=bool)
    parting[vertex[entry]] = True
    search = ValveSearch(dma, usable & ~dma.closed & ~parting, parting, reach_m)
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
        usable=usable[vertex],
        entry=entry,
        gate=_gates(dma, search, in_zone, vertex, entry),
    )


def _gates(dma: DmaNetwork, search: ValveSearch, inside: Array, vertex: Array, entry: Array) -> Array:
    """Return the valve outside of each vertex (V,) that is an inlet meter, None for none."""
    gate = np.full(len(vertex), None, dtype=object)
    known = set(vertex.tolist())
    for at in np.flatnonzero(entry & dma.meter[vertex]).tolist():
        valve = search.of_meter(int(vertex[at]), inside=inside)
        if valve != NO_VALVE and valve not in known:
            gate[at] = dma.graph.node_id[valve]
    return gate
