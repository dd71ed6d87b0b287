"""The boundary of every zone: where it is crossed, what measures or closes it, and what lies inside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.cells import Cells
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.network.model.row_groups import labels

METERED, CLOSED, OPEN, UNKNOWN = range(4)


@dataclass(frozen=True)
class Crossings:
    """Nodes where pipes of a zone meet pipes that are not of it; one row a zone and node.

    Parameters
    ----------
    zone, node
        Zone number and node; sorted by zone, then node.
    state
        METERED, CLOSED (a closed valve, or all pipes of one side are closed), OPEN or UNKNOWN (a valve whose
        state nobody knows).
    """

    zone: Array
    node: Array
    state: Array

    def of(self, zone: int) -> Crossings:
        """Return the crossings of one zone."""
        low, high = np.searchsorted(self.zone, [zone, zone + 1])
        return Crossings(self.zone[low:high], self.node[low:high], self.state[low:high])

    def having(self, state: int) -> Crossings:
        """Return the crossings of one state."""
        chosen = self.state == state
        return Crossings(self.zone[chosen], self.node[chosen], self.state[chosen])

    def counted(self, state: int, zones: int) -> Array:
        """Return how many crossings of a state each zone has."""
        return np.bincount(self.zone[self.state == state], minlength=zones)


@dataclass(frozen=True)
class Parts:
    """What hangs together inside each zone, descendants included, over open pipes.

    Meters of inner zones join; closed valves part. One row a zone and cell.

    Parameters
    ----------
    zone, cell
        Zone number and cell.
    part
        Number of the part, from 0 through all zones.
    part_zone, length_m, pipes
        Zone, length and number of pipes of each part.
    main
        The part of each zone that has most of its length, -1 for a zone without open pipes.
    """

    zone: Array
    cell: Array
    part: Array
    part_zone: Array
    length_m: Array
    pipes: Array
    main: Array

    def counted(self, zones: int) -> Array:
        """Return how many parts each zone has."""
        return np.bincount(self.part_zone, minlength=zones)

    @cached_property
    def loose(self) -> Array:
        """Parts that are not the main one of their zone."""
        return np.flatnonzero(self.main[self.part_zone] != np.arange(len(self.part_zone)))

    def cells_of(self, part: int) -> Array:
        """Return the cells of a part."""
        return np.asarray(self.cell[self.part == part])


@dataclass(frozen=True)
class Boundary:
    """Every zone with its boundary and figures; ``Z`` zones, descendants included everywhere.

    Parameters
    ----------
    crossings
        Where zones are crossed.
    parts
        What hangs together inside.
    meter, meter_zone, flows_in
        Boundary meters by zone: node, zone number, and whether a positive reading runs into the zone. The
        meters of a zone have exactly one side in it.
    inlets, outlets
        How many of them measure in and out (Z,).
    pipes, length_m, volume_m3, customers, households, demand_m3d
        Figures (Z,). Pipes of unknown diameter have no volume.
    """

    crossings: Crossings
    parts: Parts
    meter: Array
    meter_zone: Array
    flows_in: Array
    inlets: Array
    outlets: Array
    pipes: Array
    length_m: Array
    volume_m3: Array
    customers: Array
    households: Array
    demand_m3d: Array


def find_boundary(dma: DmaNetwork, cells: Cells) -> Boundary:
    """Return the boundaries of all zones of a network."""
    tree = dma.zones
    counted = np.where(dma.counts, dma.zone, -1)
    length = np.nan_to_num(dma.graph.length_m)
    area = np.pi / 4 * (np.nan_to_num(dma.diameter_mm) / 1000) ** 2
    meter, zone, flows_in = boundary_meters(dma, np.flatnonzero(dma.meter))
    return Boundary(
        crossings=find_crossings(dma, cells.border),
        parts=find_parts(dma, cells),
        meter=meter,
        meter_zone=zone,
        flows_in=flows_in,
        inlets=np.bincount(zone[flows_in], minlength=tree.count),
        outlets=np.bincount(zone[~flows_in], minlength=tree.count),
        pipes=tree.summed(counted, dma.counts.astype(float)),
        length_m=tree.summed(counted, length),
        volume_m3=tree.summed(counted, length * area),
        customers=tree.summed(counted, dma.customers),
        households=tree.summed(counted, dma.households),
        demand_m3d=tree.summed(counted, dma.demand_m3d),
    )


def boundary_meters(dma: DmaNetwork, node: Array) -> tuple[Array, Array, Array]:
    """Return node, zone and sense of the meters at some nodes, once for each zone they are of."""
    tree = dma.zones
    into, out_of = dma.meter_in[node], dma.meter_out[node]
    nodes, zones, senses = [], [], []
    for inner, outer, sense in ((into, out_of, True), (out_of, into, False)):
        row, zone = tree.holders(inner)
        one_side = ~tree.held_by(zone, outer[row])
        nodes.append(node[row[one_side]])
        zones.append(zone[one_side])
        senses.append(np.full(int(one_side.sum()), sense))
    meter, zone, flows_in = np.concatenate(nodes), np.concatenate(zones), np.concatenate(senses)
    order = np.lexsort((meter, zone))
    return meter[order], zone[order], flows_in[order]


def find_crossings(dma: DmaNetwork, border: Array) -> Crossings:
    """Return where the zones of a network are crossed.

    Parameters
    ----------
    border
        Nodes where pipes of two zones meet (N,).
    """
    graph, tree = dma.graph, dma.zones
    pipe = np.flatnonzero(dma.counts & (border[graph.start] | border[graph.end]))
    node = np.concatenate([graph.start[pipe], graph.end[pipe]])
    zone, is_open = np.tile(dma.zone[pipe], 2), np.tile(dma.open[pipe], 2)
    at_border = border[node]
    node, zone, is_open = node[at_border], zone[at_border], is_open[at_border]
    holder, at, counts, holder_counts = _held_zones(dma, node, zone)
    open_holder, open_at, open_held, open_there = _held_zones(dma, node[is_open], zone[is_open])
    crossed = counts < holder_counts
    holder, at = holder[crossed], at[crossed]
    width = max(graph.node_count, 1)
    passes = np.isin(
        holder * width + at,
        (open_holder * width + open_at)[open_held < open_there],
    )
    zone_in, zone_out = tree.held_by(holder, dma.meter_in[at]), tree.held_by(holder, dma.meter_out[at])
    state = np.select(
        [~passes | dma.closed[at], dma.meter[at] & (zone_in != zone_out), dma.unknown[at]],
        [CLOSED, METERED, UNKNOWN],
        OPEN,
    )
    order = np.lexsort((at, holder))
    return Crossings(holder[order], at[order], state[order])


def _held_zones(dma: DmaNetwork, node: Array, zone: Array) -> tuple[Array, Array, Array, Array]:
    """Return holders and nodes, how many of the zones at the node each holds, and how many there are.

    Parameters
    ----------
    node, zone
        Nodes with the zones of pipes that end there.
    """
    tree = dma.zones
    width = np.int64(tree.count + 2)
    key = np.unique(node * width + (zone + 2))
    joint_of = key // width
    holder_counts = np.bincount(joint_of, minlength=dma.graph.node_count)
    row, holder = tree.holders(key % width - 2)
    pair, counts = np.unique(joint_of[row] * width + holder, return_counts=True)
    at = pair // width
    return pair % width, at, counts, holder_counts[at]


def find_parts(dma: DmaNetwork, cells: Cells) -> Parts:
    """Return what hangs together inside each zone."""
    tree, segments = dma.zones, cells.segments
    cell, zone = tree.holders(cells.zone)
    key = zone * np.int64(max(cells.count, 1)) + cell
    order = np.argsort(key)
    key, zone, cell = key[order], zone[order], cell[order]
    # Two cells of a zone are one where they meet at a node that lets water through.
    joint = np.flatnonzero(~dma.closed[segments.valve])
    row, holder = tree.holders(cells.zone[segments.side[joint]])
    index = np.searchsorted(key, holder * np.int64(max(cells.count, 1)) + segments.side[joint][row])
    meets = np.unique(
        holder * np.int64(max(dma.graph.node_count, 1)) + segments.valve[joint][row], return_inverse=True
    )[1]
    _count, label = labels(len(key) + int(meets.max(initial=-1)) + 1, index, len(key) + meets)
    _names, part = np.unique(label[: len(key)], return_inverse=True)
    has_pipe = segments.pipe >= 0
    cell_length = np.bincount(
        segments.pipe[has_pipe], np.nan_to_num(dma.graph.length_m)[has_pipe], minlength=cells.count
    )
    cell_pipes = np.bincount(segments.pipe[has_pipe], minlength=cells.count)
    size = len(_names)
    part_zone = np.zeros(size, dtype=np.int64)
    part_zone[part] = zone
    length = np.bincount(part, cell_length[cell], minlength=size)
    pipes = np.bincount(part, cell_pipes[cell], minlength=size)
    main = np.full(tree.count, -1)
    longest = np.lexsort((-np.arange(size), pipes, length, part_zone))
    main[part_zone[longest]] = longest
    return Parts(zone, cell, part, part_zone, length, pipes, main)
