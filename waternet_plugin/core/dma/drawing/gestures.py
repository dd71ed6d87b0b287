"""What gestures change: add and take out pipes, flood, meter, close, open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.closed_ends import ends_at
from waternet_plugin.core.dma.drawing.boundary_state import CLOSED
from waternet_plugin.core.dma.drawing.change import BoundaryDevice, Change, device_change, zone_change
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.dma.zone_tree import NO_ZONE
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.model.row_groups import slices
from waternet_plugin.core.texts import tr


def adding(drawing: ZoneDrawing, pipes: Array, zone: int) -> Change:
    """Return the change that adds pipes to a zone; those that it holds already stay where they are.

    Parameters
    ----------
    pipes
        Pipes by number; those that don't count, and those of locked zones, are left out.
    zone
        Number of the zone; nothing changes where it is locked.
    """
    state = drawing.state
    pipes = _free(drawing, pipes)
    if zone in drawing.zones.locked:
        pipes = pipes[:0]
    pipes = pipes[~drawing.zones.tree.holds(zone, state.zone[pipes])]
    return zone_change(state.zone, pipes, np.full(len(pipes), zone))


def taking_out(drawing: ZoneDrawing, pipes: Array, zone: int) -> Change:
    """Return the change that takes pipes out of a zone; they go to the zone above it, or to none.

    Parameters
    ----------
    drawing, pipes, zone
        As `adding` takes them.
    """
    state = drawing.state
    pipes = _free(drawing, pipes)
    if zone in drawing.zones.locked:
        pipes = pipes[:0]
    pipes = pipes[drawing.zones.tree.holds(zone, state.zone[pipes])]
    return zone_change(state.zone, pipes, np.full(len(pipes), drawing.zones.parent(zone)))


def _free(drawing: ZoneDrawing, pipes: Array) -> Array:
    """Return the pipes that count and lie in no locked zone, each once."""
    pipes = np.unique(np.asarray(pipes, dtype=np.int64))
    pipes = pipes[drawing.network.counts[pipes]]
    for zone in drawing.zones.locked:
        pipes = pipes[~drawing.zones.tree.holds(zone, drawing.state.zone[pipes])]
    return pipes


def flooding(drawing: ZoneDrawing, pipe: int, zone: int) -> Change:
    """Return the change that adds all that hangs together with a pipe, up to meters and closed valves.

    Raises
    ------
    InputError
        When the water runs on to a source: nothing would close the zone.
    """
    return adding(drawing, flooded(drawing, pipe), zone)


def flooded(drawing: ZoneDrawing, pipe: int) -> Array:
    """Return what hangs together with a pipe between meters, closed valves and closed pipes, by number.

    Raises
    ------
    InputError
        When a source is among it; a tank is none: inside a zone it is storage.
    """
    network, state = drawing.network, drawing.state
    graph = network.graph
    indptr, ends = graph.gathered
    shut = state.parting_ends
    seen_pipe = np.zeros(graph.pipe_count, dtype=bool)
    seen = np.zeros(graph.node_count, dtype=bool)
    seen_pipe[pipe] = True
    own = np.array([2 * pipe, 2 * pipe + 1])
    own = own[network.open[pipe] & ~np.isin(own, shut)]
    front = np.unique(np.where(own & 1, graph.end[pipe], graph.start[pipe]))
    while len(front):
        seen[front] = True
        parts = state.closed[front] | (state.meter_in[front] != NO_ZONE) | (state.meter_out[front] != NO_ZONE)
        front = front[~parts]
        feeds = network.source[front] & ~network.storage[front]
        if feeds.any():
            source = front[feeds][0]
            raise InputError(
                tr(
                    "The water runs on to {source}: nothing would close the zone. Put a meter or close a "
                    "valve between them first, or add street by street."
                ).format(source=graph.node_id[source])
            )
        near = ends[slices(indptr, front)]
        near = near[network.open[near >> 1] & ~np.isin(near, shut)]
        seen_pipe[near >> 1] = True
        far = near ^ 1
        far = far[~np.isin(far, shut)]
        front = np.unique(np.where(far & 1, graph.end[far >> 1], graph.start[far >> 1]))
        front = front[~seen[front]]
    return np.flatnonzero(seen_pipe)


def metering(drawing: ZoneDrawing, vertex: int, zone: int, *, is_inlet: bool = True) -> Change:
    """Return the change that puts a meter between a zone and what lies beyond a vertex.

    Parameters
    ----------
    vertex
        Where it stands.
    zone
        The zone that it meters.
    is_inlet
        Whether a positive reading runs into the zone.
    """
    graph, state = drawing.network.graph, drawing.state
    indptr, _neighbour, pipes = graph.adjacency()
    at_vertex = np.unique(pipes[indptr[vertex] : indptr[vertex + 1]])
    at_vertex = at_vertex[drawing.network.open[at_vertex]]
    holds = drawing.zones.tree.holds(zone, state.zone[at_vertex])
    inner, outer = (
        _only_zone(state.zone[at_vertex[holds]], zone),
        _only_zone(state.zone[at_vertex[~holds]], NO_ZONE),
    )
    sides = (inner, outer) if is_inlet else (outer, inner)
    is_shut = drawing.crossing_state(zone, vertex) == CLOSED

    def put(device: BoundaryDevice) -> BoundaryDevice:
        ends = () if is_shut else device.shut_ends
        return replace(
            device, is_closed=False, meter_in=sides[0], meter_out=sides[1], shut_ends=ends, end_meters=()
        )

    return device_change([vertex], state.device, lambda node: put(state.device(node)))


def metering_end(drawing: ZoneDrawing, vertex: int, end: int, zone: int, *, is_inlet: bool = True) -> Change:
    """Return the change that puts a meter at the end of one pipe, beside the meters of others there.

    Parameters
    ----------
    drawing, vertex, zone, is_inlet
        As of `metering`.
    end
        The end of a pipe on one side of the zone's boundary, numbered as `closed_ends` does.
    """
    state, holds = drawing.state, drawing.zones.tree.holds
    ends = ends_at(drawing.network, vertex)
    within = holds(zone, state.zone[ends >> 1])
    inner, outer = (
        _only_zone(state.zone[ends[within] >> 1], zone),
        _only_zone(state.zone[ends[~within] >> 1], NO_ZONE),
    )
    own = np.maximum(state.zone[[end >> 1]], NO_ZONE)
    if holds(zone, own)[0]:
        inner = int(own[0])
    else:
        outer = int(own[0])
    sides = (inner, outer) if is_inlet else (outer, inner)

    def put(device: BoundaryDevice) -> BoundaryDevice:
        # A meter of the whole vertex that is only drawn gives way to those of its pipes.
        live = drawing.network
        others = tuple(meter for meter in device.end_meters if meter[0] != end)
        return replace(
            device,
            is_closed=False,
            meter_in=int(live.meter_in[vertex]),
            meter_out=int(live.meter_out[vertex]),
            shut_ends=tuple(side for side in device.shut_ends if side != end),
            end_meters=tuple(sorted((*others, (end, *sides)))),
        )

    return device_change([vertex], state.device, lambda node: put(state.device(node)))


def _only_zone(zones: Array, otherwise: int) -> int:
    """Return the one zone of some pipes, another where there are several or none."""
    unique = np.unique(np.maximum(zones, NO_ZONE))
    return int(unique[0]) if len(unique) == 1 else otherwise


def closing(drawing: ZoneDrawing, vertex: int) -> Change:
    """Return the change that closes a vertex, by the valve there or a new one."""

    def put(device: BoundaryDevice) -> BoundaryDevice:
        return replace(device, is_closed=True, is_unknown=False, shut_ends=(), end_meters=())

    state = drawing.state
    return device_change([vertex], state.device, lambda node: put(state.device(node)))


def closing_end(drawing: ZoneDrawing, vertex: int, end: int) -> Change:
    """Return the change that closes the end of one pipe with a new valve.

    Parameters
    ----------
    vertex
        Where the pipe ends.
    end
        The end, numbered as `closed_ends` does.
    """

    def put(device: BoundaryDevice) -> BoundaryDevice:
        return replace(
            device,
            is_unknown=False,
            shut_ends=tuple(sorted({*device.shut_ends, end})),
            end_meters=tuple(meter for meter in device.end_meters if meter[0] != end),
        )

    state = drawing.state
    return device_change([vertex], state.device, lambda node: put(state.device(node)))


def opening(drawing: ZoneDrawing, vertex: int) -> Change:
    """Return the change that lets water pass a vertex: its valve open, a drawn meter gone."""
    live, state = drawing.network, drawing.state

    def put(device: BoundaryDevice) -> BoundaryDevice:
        opened = replace(device, is_closed=False, is_unknown=False, shut_ends=(), end_meters=())
        return opened if live.meter[vertex] else replace(opened, meter_in=NO_ZONE, meter_out=NO_ZONE)

    return device_change([vertex], state.device, lambda node: put(state.device(node)))
