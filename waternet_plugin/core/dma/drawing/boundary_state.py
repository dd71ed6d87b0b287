"""Which vertices are crossings of which zones, and what closes each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.drawing.change import BoundaryDevice
from waternet_plugin.core.dma.drawing.zone_chains import DrawnZones
from waternet_plugin.core.dma.zone_tree import NO_ZONE
from waternet_plugin.core.network.model.row_groups import slices

# What closes a crossing: nothing, a valve of which nobody knows, a closed valve, a meter of either sense.
OPEN, DOUBTFUL, CLOSED, INLET, OUTLET = range(5)


@dataclass
class BoundaryState:
    """What a drawing has by now; ``P`` pipes, ``N`` vertices.

    Parameters
    ----------
    zone
        Deepest zone of each pipe by number (P,).
    closed, unknown
        Vertices where nothing passes, and where nobody knows (N,).
    meter_in, meter_out
        Zones at the two sides of the meter at each vertex (N,), NO_ZONE for outside and no meter.
    shut_at
        Ends of single pipes that are closed, by vertex; numbered as `closed_ends` does.
    metered_at
        Meters at the ends of single pipes, by vertex: the end and the zones at its two sides.
    """

    zone: Array
    closed: Array
    unknown: Array
    meter_in: Array
    meter_out: Array
    shut_at: dict[int, tuple[int, ...]] = field(default_factory=dict)
    metered_at: dict[int, tuple[tuple[int, int, int], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, network: DmaNetwork) -> BoundaryState:
        """Return the state of a network, free to be changed."""
        return cls(
            network.zone.copy(),
            network.closed.copy(),
            network.unknown.copy(),
            network.meter_in.copy(),
            network.meter_out.copy(),
        )

    def device(self, vertex: int) -> BoundaryDevice:
        """Return what stands at a vertex."""
        return BoundaryDevice(
            bool(self.closed[vertex]),
            bool(self.unknown[vertex]),
            int(self.meter_in[vertex]),
            int(self.meter_out[vertex]),
            self.shut_at.get(vertex, ()),
            self.metered_at.get(vertex, ()),
        )

    def put(self, vertices: Iterable[int], devices: Iterable[BoundaryDevice]) -> None:
        """Put devices at vertices."""
        for vertex, device in zip(vertices, devices):
            self.closed[vertex] = device.is_closed
            self.unknown[vertex] = device.is_unknown
            self.meter_in[vertex] = device.meter_in
            self.meter_out[vertex] = device.meter_out
            self.shut_at.pop(vertex, None)
            if device.shut_ends:
                self.shut_at[vertex] = device.shut_ends
            self.metered_at.pop(vertex, None)
            if device.end_meters:
                self.metered_at[vertex] = device.end_meters

    @property
    def shut_ends(self) -> Array:
        """All ends of single pipes that are closed."""
        return np.array([end for ends in self.shut_at.values() for end in ends], dtype=np.int64)

    @property
    def parting_ends(self) -> Array:
        """All ends of single pipes at which a zone ends: closed and metered ones."""
        metered = [meter[0] for meters in self.metered_at.values() for meter in meters]
        return np.append(self.shut_ends, np.array(metered, dtype=np.int64))


def crossings_at(
    network: DmaNetwork, zones: DrawnZones, state: BoundaryState, vertices: Array
) -> tuple[Array, Array, Array]:
    """Return the crossings among some vertices: where open pipes of a zone meet open pipes that are not.

    Parameters
    ----------
    network
        Pipes and vertices.
    zones
        The zones; one holds its descendants' pipes.
    state
        Zones of pipes and devices at vertices.
    vertices
        Numbers of the vertices, each once.

    Returns
    -------
    zone, vertex, what
        One row a zone and vertex: OPEN, DOUBTFUL, CLOSED, INLET, OUTLET.
    """
    indptr, ends = network.graph.gathered
    local = np.repeat(np.arange(len(vertices)), np.diff(indptr)[vertices])
    end = ends[slices(indptr, vertices)]
    is_open = network.open[end >> 1]
    local, own, passes = (
        local[is_open],
        state.zone[end[is_open] >> 1],
        ~np.isin(end[is_open], state.shut_ends),
    )
    total = np.bincount(local, minlength=len(vertices))
    open_total = np.bincount(local, passes, minlength=len(vertices))
    inside = own >= 0
    first, holder = zones.above
    counts = np.diff(first)[own[inside]]
    keys = np.repeat(local[inside], counts) * max(zones.count, 1) + holder[slices(first, own[inside])]
    keys, row = np.unique(keys, return_inverse=True)
    count = np.bincount(row, minlength=len(keys))
    open_count = np.bincount(row, np.repeat(passes[inside], counts), minlength=len(keys))
    at, zone = keys // max(zones.count, 1), keys % max(zones.count, 1)
    crosses = count < total[at]
    # Where all pipes of one side are shut nothing passes, whatever is open between others.
    parted = ((open_count == 0) | (open_count == open_total[at]))[crosses]
    zone, vertex = zone[crosses], vertices[at[crosses]]
    what = np.where(parted, CLOSED, _closed_by(zones, state, zone, vertex))
    for row in np.flatnonzero(np.isin(vertex, list(state.metered_at)) & ~parted).tolist():
        metered = metered_by(network, zones, state, int(zone[row]), int(vertex[row]))
        what[row] = what[row] if metered is None else metered
    return zone, vertex, what


def metered_by(
    network: DmaNetwork, zones: DrawnZones, state: BoundaryState, zone: int, vertex: int
) -> int | None:
    """Return INLET or OUTLET where each open pipe of one side has a meter of the zone at its end."""
    indptr, gathered = network.graph.gathered
    ends = gathered[indptr[vertex] : indptr[vertex + 1]]
    ends = ends[network.open[ends >> 1] & ~np.isin(ends, state.shut_ends)]
    within = zones.tree.holds(zone, state.zone[ends >> 1])
    senses = {}
    for end, runs_in, runs_out in state.metered_at.get(vertex, ()):
        enters, leaves = zones.tree.holds(zone, np.array([runs_in, runs_out]))
        if enters != leaves:
            senses[end] = INLET if enters else OUTLET
    for side in (ends[within].tolist(), ends[~within].tolist()):
        if all(end in senses for end in side):
            return min(senses[end] for end in side)
    return None


def _closed_by(zones: DrawnZones, state: BoundaryState, zone: Array, vertex: Array) -> Array:
    holds = zones.tree.ancestors
    runs_in, runs_out = state.meter_in[vertex], state.meter_out[vertex]
    enters = (runs_in > NO_ZONE) & holds[zone, np.maximum(runs_in, 0)]
    leaves = (runs_out > NO_ZONE) & holds[zone, np.maximum(runs_out, 0)]
    what = np.where(state.unknown[vertex], DOUBTFUL, OPEN)
    what = np.where(enters & ~leaves, INLET, np.where(leaves & ~enters, OUTLET, what))
    return np.where(state.closed[vertex], CLOSED, what)
