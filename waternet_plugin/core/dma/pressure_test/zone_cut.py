"""What cuts a zone off: its boundary valves, inlets and storage, and what still stands open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork


@dataclass(frozen=True)
class ZoneCut:
    """What cuts a zone off, as vertices and pipes of the graph; ``N`` vertices, ``P`` pipes.

    Parameters
    ----------
    zone
        Number of the zone.
    inside
        Pipes that are tested (P,): the zone's, its descendants', and stubs outside that hang on it alone.
    valves
        Closed valves between the zone and outside, and those of unknown state, by id.
    meters
        Meters with one side in the zone, inlets and outlets, by id.
    outward
        Which of the meters measure out of the zone.
    storage
        Sources, reservoirs and tanks inside, by id; those that are inlets themselves are ``meters``.
    crossings
        Nodes where open pipes of the zone meet open pipes outside that have a source.
    closed_pipes
        Pipes outside that are closed at the start and have no valve where they meet the zone.
    """

    zone: int
    inside: Array
    valves: Array
    meters: Array
    outward: Array
    storage: Array
    crossings: Array
    closed_pipes: Array

    @property
    def devices(self) -> Array:
        """Valves, meters and open crossings: what parts the zone from outside once all is shut."""
        return np.concatenate([self.valves, self.meters, self.crossings])


def cut_zone(network: DmaNetwork, zone: int) -> ZoneCut:
    """Return what cuts a zone off.

    Parameters
    ----------
    zone
        Number of the zone.
    """
    graph = network.graph
    of_zone = network.zones.holds(zone, network.zone) & network.counts
    side_in = network.zones.holds(zone, network.meter_in)
    side_out = network.zones.holds(zone, network.meter_out)
    meter = network.meter & (side_in != side_out)
    device = meter | network.closed | network.unknown
    met_inside, met_outside = _ends(network, of_zone), _ends(network, network.counts & ~of_zone)
    border = met_inside & met_outside & ~device

    # Beyond an open border lies either the supply, or a stub that hangs on the zone alone.
    outside = network.open & ~of_zone
    parting = meter | network.closed | (network.unknown & met_inside)
    beyond = network.pieces(parting, pipes=outside)
    fed = np.zeros(beyond.count + 1, dtype=bool)
    fed[beyond.node[network.source & (beyond.node >= 0)]] = True
    pipe = np.flatnonzero(outside)
    at_border = np.unique(np.concatenate([pipe[border[graph.start[pipe]]], pipe[border[graph.end[pipe]]]]))
    stubs = np.unique(beyond.pipe[at_border])
    stubs = stubs[~fed[stubs]]
    inside = of_zone | (outside & np.isin(beyond.pipe, stubs))

    open_inside = _ends(network, inside & network.open)
    open_outside = _ends(network, network.open & ~inside)
    all_inside, all_outside = _ends(network, inside), _ends(network, network.counts & ~inside)
    valves = (network.closed | network.unknown) & ~meter & all_inside & all_outside
    crossings = open_inside & open_outside & ~device
    shut = network.counts & ~network.open & ~inside
    unvalved = open_inside & ~device
    storage = network.source & open_inside & ~meter
    meters = by_id(network, np.flatnonzero(meter & (all_inside | all_outside)))
    return ZoneCut(
        zone=zone,
        inside=inside,
        valves=by_id(network, np.flatnonzero(valves)),
        meters=meters,
        outward=side_out[meters],
        storage=by_id(network, np.flatnonzero(storage)),
        crossings=by_id(network, np.flatnonzero(crossings)),
        closed_pipes=np.flatnonzero(shut & (unvalved[graph.start] | unvalved[graph.end])),
    )


def by_id(network: DmaNetwork, node: Array) -> Array:
    """Return vertices sorted by the ids of their nodes, so that the order of rows does not matter."""
    names = pd.Series(network.graph.node_id[node], dtype=object).fillna("").astype(str)
    return node[np.argsort(names.to_numpy(dtype=object), kind="stable")]


def _ends(network: DmaNetwork, pipes: Array) -> Array:
    """Return the vertices at which some pipes end (N,)."""
    is_end = np.zeros(network.graph.node_count, dtype=bool)
    is_end[network.graph.start[pipes]] = True
    is_end[network.graph.end[pipes]] = True
    return is_end
