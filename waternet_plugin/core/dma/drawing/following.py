"""A drawing carried over to the network as it is after an edit; rows are found again by their ids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.drawing.boundary_state import BoundaryState
from waternet_plugin.core.dma.drawing.change import BoundaryDevice, Change
from waternet_plugin.core.dma.drawing.zone_chains import DrawnZones
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.dma.zone_tree import NO_ZONE
from waternet_plugin.core.id_lookup import rows_of_ids


def follow(drawing: ZoneDrawing, network: DmaNetwork, ground_m: Array) -> ZoneDrawing:
    """Return a drawing on the network as it is after an edit, with all its gestures.

    What was drawn stays; the rest is as the network has it by now. A new pipe that joins one drawn pipe
    alone, as the second half of a split pipe does, goes where that pipe goes.

    Parameters
    ----------
    network
        The network after the edit.
    ground_m
        Ground level of its vertices, m, NaN where unknown (N,).
    """
    old = drawing.network
    pipe = renumbering(old.graph.pipe_id, network.graph.pipe_id)
    vertex = renumbering(old.graph.node_id, network.graph.node_id)
    zones, number = _zones(drawing.zones, network)
    twins = _twins(network, old, pipe)

    def moved(change: Change) -> Change:
        return _with_twins(_in_zones(change.renumbered(pipe, vertex), number), twins)

    state = BoundaryState.of(network)
    drawn = drawing.changed_pipes()
    still_drawn = drawn[pipe[drawn] >= 0]
    state.zone[pipe[still_drawn]] = number(drawing.state.zone[still_drawn])
    for new, twin in twins:
        if network.zone[new] == network.zone[twin]:
            state.zone[new] = state.zone[twin]
    placed = [
        (int(vertex[at]), device.renumbered(pipe))
        for at, device in drawing.changed_devices()
        if vertex[at] >= 0
    ]
    state.put([at for at, _device in placed], [_device_in(device, number) for _at, device in placed])
    changes, done = drawing.history
    result = ZoneDrawing(network, ground_m, night_use_m3h=drawing.night_use_m3h)
    result.take_up(zones, state, tuple(moved(change) for change in changes), done)
    return result


def renumbering(before: Array, after: Array) -> Array:
    """Return the new number of each old id, -1 where it is gone or there was none."""
    return rows_of_ids(after, before)


Numbers = Callable[[Array], Array]


def _zones(before: DrawnZones, network: DmaNetwork) -> tuple[DrawnZones, Numbers]:
    """Return the zones of a network with those that were drawn new, and how to number old ones anew."""
    zones = DrawnZones(network.zones)
    tree = before.tree
    for each in range(tree.count):
        if tree.row[each] < 0 and zones.tree.numbers(tree.zone_id[each : each + 1])[0] < 0:
            parent = before.parent(each)
            above = zones.tree.numbers(tree.zone_id[[parent]])[0] if parent >= 0 else NO_ZONE
            zones = zones.with_zone(tree.zone_id[each], max(NO_ZONE, int(above)))
    table = zones.tree.numbers(tree.zone_id)
    locked = frozenset(int(table[zone]) for zone in before.locked if table[zone] >= 0)

    def number(old: Array) -> Array:
        # A zone that is gone has no pipes any more.
        return np.where(old >= 0, np.maximum(np.append(table, -1)[np.maximum(old, -1)], -1), old)

    return replace(zones, locked=locked), number


def _twins(network: DmaNetwork, old: DmaNetwork, pipe: Array) -> list[tuple[int, int]]:
    """Return new pipes with the one other pipe that an end of theirs joins."""
    is_new = np.ones(network.graph.pipe_count, dtype=bool)
    is_new[pipe[pipe >= 0]] = False
    indptr, _neighbour, pipes = network.graph.adjacency()
    twins = []
    for new in np.flatnonzero(is_new & network.counts).tolist():
        for vertex in (network.graph.start[new], network.graph.end[new]):
            pipes_there = pipes[indptr[vertex] : indptr[vertex + 1]]
            others = pipes_there[pipes_there != new]
            if len(others) == 1 and not is_new[others[0]]:
                twins.append((new, int(others[0])))
                break
    return twins


def _with_twins(change: Change, twins: list[tuple[int, int]]) -> Change:
    """Return a change that takes the second halves of its pipes along."""
    row = {int(pipe): index for index, pipe in enumerate(change.pipes)}
    more = [(new, row[twin]) for new, twin in twins if twin in row]
    if not more:
        return change
    rows = np.array([index for _new, index in more], dtype=np.int64)
    return replace(
        change,
        pipes=np.append(change.pipes, [new for new, _index in more]),
        before=np.append(change.before, change.before[rows]),
        after=np.append(change.after, change.after[rows]),
    )


def _in_zones(change: Change, number: Numbers) -> Change:
    return replace(
        change,
        before=number(change.before),
        after=number(change.after),
        device_before=tuple(_device_in(device, number) for device in change.device_before),
        device_after=tuple(_device_in(device, number) for device in change.device_after),
    )


def _device_in(device: BoundaryDevice, number: Numbers) -> BoundaryDevice:
    sides = number(np.array([device.meter_in, device.meter_out]))
    metered = []
    for end, *zones in device.end_meters:
        runs_in, runs_out = number(np.array(zones, dtype=np.int64)).tolist()
        metered.append((end, runs_in, runs_out))
    return replace(device, meter_in=int(sides[0]), meter_out=int(sides[1]), end_meters=tuple(metered))
