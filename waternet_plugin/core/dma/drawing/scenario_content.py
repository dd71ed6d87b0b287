"""What a drawing differs in from the network, as rows by id; and a drawing made of such rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.closed_ends import closed_ends, ends_at
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.drawing.boundary_state import BoundaryState, metered_by
from waternet_plugin.core.dma.drawing.change import BoundaryDevice
from waternet_plugin.core.dma.drawing.zone_chains import DrawnZones
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.dma.scenario import (
    CLOSE,
    METER,
    NEW_VALVE,
    OPEN,
    Scenario,
    nodes_of_several_meters,
)
from waternet_plugin.core.dma.zone_tree import NO_ZONE
from waternet_plugin.core.frames import records


@dataclass(frozen=True)
class PlannedDevice:
    """A device that a scenario needs at a node.

    Parameters
    ----------
    kind
        CLOSE or OPEN a valve that is there, METER, NEW_VALVE.
    is_there
        Whether the node is the device already.
    pipe_id
        The pipe whose end it is at, else the widest there; '' for none.
    diameter_mm
        Of that pipe, NaN where unknown.
    zone_in, zone_out
        Sides of a meter, and the zones that a valve lies between; None for outside.
    """

    kind: str
    at_node: str
    is_there: bool = False
    pipe_id: str = ""
    diameter_mm: float = np.nan
    zone_in: Optional[str] = None
    zone_out: Optional[str] = None


@dataclass(frozen=True)
class ScenarioContent:
    """What a scenario differs in from the network.

    Parameters
    ----------
    zones
        New zones and their parents, None for none.
    pipes
        Pipes and the zone that they go to, None for none.
    devices
        What is closed, opened, metered.
    """

    zones: Mapping[str, Optional[str]] = field(default_factory=dict)
    pipes: Mapping[str, Optional[str]] = field(default_factory=dict)
    devices: tuple[PlannedDevice, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A short text that is the same for the same content alone."""
        devices = (
            (device.kind, device.at_node, device.is_there, device.pipe_id, device.zone_in, device.zone_out)
            for device in self.devices
        )
        parts = (sorted(self.zones.items()), sorted(self.pipes.items()), sorted(map(repr, devices)))
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def content_of_rows(scenario: Scenario) -> ScenarioContent:
    """Return what a scenario differs in, of its rows."""
    return ScenarioContent(
        {row["zone_id"]: row["parent_id"] for row in records(scenario.zones)},
        {row["pipe_id"]: row["zone_id"] for row in records(scenario.pipes)},
        tuple(
            PlannedDevice(
                row["kind"],
                row["at_node"] or row["node_id"] or "",
                row["node_id"] is not None,
                row["pipe_id"] or "",
                row["diameter_mm"],
                row["zone_in"],
                row["zone_out"],
            )
            for row in records(scenario.devices)
        ),
    )


def content_of(drawing: ZoneDrawing) -> ScenarioContent:
    """Return what a drawing differs in from its network; new zones without pipes are left out."""
    tree, graph = drawing.zones.tree, drawing.network.graph
    pipes = drawing.changed_pipes()
    used = {
        int(holder)
        for zone in np.unique(drawing.state.zone[pipes])
        for holder in drawing.zones.chain(int(zone))
    }
    new = [zone for zone in range(tree.count) if tree.row[zone] < 0 and zone in used]
    return ScenarioContent(
        {str(tree.zone_id[zone]): _id(tree.zone_id, drawing.zones.parent(zone)) for zone in new},
        {
            str(graph.pipe_id[pipe]): _id(tree.zone_id, int(drawing.state.zone[pipe]))
            for pipe in pipes.tolist()
        },
        tuple(
            each for vertex, device in drawing.changed_devices() for each in _planned(drawing, vertex, device)
        ),
    )


def _id(ids: Array, zone: int) -> Optional[str]:
    return str(ids[zone]) if zone >= 0 else None


def _planned(drawing: ZoneDrawing, vertex: int, device: BoundaryDevice) -> list[PlannedDevice]:
    """Return what has to be done at a vertex for a device to be there."""
    network, ids = drawing.network, drawing.zones.tree.zone_id
    graph = network.graph
    if graph.node_id[vertex] is None:
        return []
    indptr, _neighbour, pipes = graph.adjacency()
    at_vertex = pipes[indptr[vertex] : indptr[vertex + 1]]
    widest = at_vertex[np.argmax(np.nan_to_num(network.diameter_mm[at_vertex]))] if len(at_vertex) else -1
    common = PlannedDevice(
        "",
        str(graph.node_id[vertex]),
        pipe_id=str(graph.pipe_id[widest]) if widest >= 0 else "",
        diameter_mm=float(network.diameter_mm[widest]) if widest >= 0 else np.nan,
    )
    planned = [_closed_end(drawing, common, end) for end in device.shut_ends]
    zone_in, zone_out = _between(drawing, at_vertex)
    common = replace(common, zone_in=zone_in, zone_out=zone_out)
    is_valve, was_closed = bool(network.valve[vertex]), bool(network.closed[vertex])
    if device.is_closed and not was_closed:
        ends = ends_at(network, vertex)
        if is_valve or len(ends) <= 2:
            planned.append(replace(common, kind=CLOSE if is_valve else NEW_VALVE, is_there=is_valve))
        else:
            # Valves at all ends but that of the widest pipe part all pipes that meet here.
            planned += [_closed_end(drawing, common, int(end)) for end in ends if end >> 1 != widest]
    elif not device.is_closed and (was_closed or (network.unknown[vertex] and not device.is_unknown)):
        planned.append(replace(common, kind=OPEN, is_there=True))
    if (device.meter_in, device.meter_out) != (network.meter_in[vertex], network.meter_out[vertex]):
        sides = _id(ids, device.meter_in), _id(ids, device.meter_out)
        planned.append(
            replace(
                common,
                kind=METER,
                is_there=bool(network.meter[vertex]),
                zone_in=sides[0],
                zone_out=sides[1],
            )
        )
    for end, runs_in, runs_out in device.end_meters:
        at_end = replace(_closed_end(drawing, common, end), kind=METER)
        planned.append(replace(at_end, zone_in=_id(ids, runs_in), zone_out=_id(ids, runs_out)))
    return planned


def _closed_end(drawing: ZoneDrawing, common: PlannedDevice, end: int) -> PlannedDevice:
    """Return the new valve at the end of one pipe."""
    network, pipe = drawing.network, end >> 1
    graph = network.graph
    vertex = graph.end[pipe] if end & 1 else graph.start[pipe]
    indptr, _neighbour, pipes = graph.adjacency()
    at_vertex = pipes[indptr[vertex] : indptr[vertex + 1]]
    zone_in, zone_out = _between(drawing, np.append(pipe, at_vertex[at_vertex != pipe]))
    return replace(
        common,
        kind=NEW_VALVE,
        pipe_id=str(graph.pipe_id[pipe]),
        diameter_mm=float(network.diameter_mm[pipe]),
        zone_in=zone_in,
        zone_out=zone_out,
    )


def _between(drawing: ZoneDrawing, pipes: Array) -> tuple[Optional[str], Optional[str]]:
    """Return the zones between which a device lies that parts the first of some pipes from the others.

    Where all lie in one zone, it is that on both sides.
    """
    zone = np.maximum(drawing.state.zone[pipes[drawing.network.counts[pipes]]], NO_ZONE)
    if not len(zone):
        return None, None
    others = zone[zone != zone[0]]
    sides = int(zone[0]), int(others[0]) if len(others) else int(zone[0])
    # What lies outside is named last.
    inner, outer = sides if sides[0] >= 0 else sides[::-1]
    ids = drawing.zones.tree.zone_id
    return _id(ids, inner), _id(ids, outer)


def drawn(network: DmaNetwork, content: ScenarioContent) -> tuple[DrawnZones, BoundaryState]:
    """Return zones and state of a network as a scenario has them; what is gone meanwhile is left out.

    Parameters
    ----------
    content
        What the scenario differs in.
    """
    zones = DrawnZones(network.zones)
    left = dict(content.zones)
    while left:
        # Parents first; what names no zone, or itself, has none.
        ready = [name for name, parent in left.items() if parent not in left] or list(left)
        for name in ready:
            parent = left.pop(name)
            if _number(zones, name) < 0:
                zones = zones.with_zone(name, _number(zones, parent))
    state, graph = BoundaryState.of(network), network.graph
    for name, zone in content.pipes.items():
        pipe = graph.edge_of(name)
        if pipe >= 0:
            state.zone[pipe] = _number(zones, zone)
    degree = graph.degree(network.counts)
    several = nodes_of_several_meters(
        [(planned.kind, planned.at_node, planned.is_there) for planned in content.devices]
    )
    for device in content.devices:
        vertex = graph.vertex_of(device.at_node)
        if vertex < 0:
            continue
        present_device = state.device(vertex)
        shuts = device.kind in (CLOSE, NEW_VALVE)
        ends = closed_ends(network, degree, device.pipe_id, vertex) if shuts else []
        if device.kind == METER and not device.is_there:
            sides = _number(zones, device.zone_in), _number(zones, device.zone_out)
            metered = closed_ends(network, degree, device.pipe_id, vertex)
            state.put([vertex], [_with_end_meters(present_device, metered, sides)])
            # One that parts no zone at the end of its pipe alone stands at the node.
            parts = any(
                zone >= 0 and metered_by(network, zones, state, zone, vertex) is not None for zone in sides
            )
            if metered and (device.at_node in several or parts):
                continue
        after = (
            replace(present_device, shut_ends=tuple(sorted({*present_device.shut_ends, *ends})))
            if ends
            else _with(present_device, device, zones)
        )
        state.put([vertex], [after])
    return zones, state


def _with_end_meters(device: BoundaryDevice, ends: list[int], sides: tuple[int, int]) -> BoundaryDevice:
    return replace(device, end_meters=tuple(sorted({*device.end_meters, *((end, *sides) for end in ends)})))


def _number(zones: DrawnZones, zone_id: Optional[str]) -> int:
    return max(NO_ZONE, int(zones.tree.numbers(np.array([zone_id], dtype=object))[0]))


def _with(present_device: BoundaryDevice, device: PlannedDevice, zones: DrawnZones) -> BoundaryDevice:
    if device.kind == METER:
        sides = _number(zones, device.zone_in), _number(zones, device.zone_out)
        return replace(present_device, meter_in=sides[0], meter_out=sides[1])
    return replace(present_device, is_closed=device.kind in (CLOSE, NEW_VALVE), is_unknown=False)
