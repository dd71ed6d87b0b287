"""Valves and sources that were drawn on the map, as EPANET knows them."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from waternet_plugin.core.exchange.epanet.reading.elements import CHECK_VALVE, CLOSED
from waternet_plugin.core.exchange.epanet.writing.mapped import SOURCES, TANKS, MapLink, MapNode, Mapped
from waternet_plugin.core.texts import tr

# Pressure valves that were never in a file are links that have no node on the map.
DRAWN_PRV = "PRV"


@dataclass(frozen=True)
class DrawnValve:
    """A pressure valve drawn on the map: it lies between its own node and a new one behind it."""

    node: MapNode
    behind: MapNode
    diameter_mm: float

    @property
    def id(self) -> str:
        """The id of the link: that of its node."""
        return self.node.id


def is_source(node: MapNode) -> bool:
    """Say whether a node feeds the network."""
    return node.kind in (*SOURCES, *TANKS)


def close_valves(mapped: Mapped) -> list[tuple[MapLink, MapNode]]:
    """Close one pipe at each closed valve of the map; EPANET has no valve that is a point.

    Returns the pipes that were closed, each with its valve.
    """
    at = mapped.at()
    result = []
    valves = [node for node in mapped.nodes.values() if node.kind == "valve" and node.valve_state == CLOSED]
    for name in sorted(node.id for node in valves):
        pipes = [link for link in at[name] if link.type == "PIPE"]
        if pipes and not any(link.status == CLOSED for link in pipes):
            pipes[0].status = CLOSED
            result.append((pipes[0], mapped.nodes[name]))
        if len(pipes) > 2:
            text = tr("The closed valve {id} has %n pipes; only {pipe} is closed.", "", len(pipes))
            mapped.notes.append(text.format(id=name, pipe=pipes[0].id))
    return result


def _out_and_in(node: str, pipes: list[MapLink]) -> tuple[MapLink, MapLink]:
    """Return the pipe that leaves a node as it is drawn, and the other one."""
    first, second = pipes
    return (first, second) if first.start == node or second.start != node else (second, first)


def set_check_valves(mapped: Mapped) -> None:
    """Let the pipe that leaves a check valve have it."""
    at = mapped.at()
    for node in sorted(mapped.nodes.values(), key=lambda each: each.id):
        if node.kind != "check_valve" or node.one_way == "none":
            continue
        pipes = [link for link in at[node.id] if link.type == "PIPE"]
        if len(pipes) != 2:
            text = tr("The check valve {id} does not have exactly two pipes and is left out.")
            mapped.notes.append(text.format(id=node.id))
            continue
        leaving, coming = _out_and_in(node.id, pipes)
        if node.one_way == "reverse":
            leaving, coming = coming, leaving
        # Water passes a pipe with a check valve from its beginning to its end.
        if leaving.start != node.id:
            leaving.turned()
        if leaving.status != CLOSED:
            leaving.status = CHECK_VALVE


def cut_at_pressure_valves(mapped: Mapped) -> list[DrawnValve]:
    """Make room for pressure valves: the pipe behind each begins at a node of its own."""
    at = mapped.at()
    result = []
    for node in sorted(mapped.nodes.values(), key=lambda each: each.id):
        if node.kind == "control_valve":
            text = tr("The control valve {id} has no setting on the map and is written as an open pipe.")
            mapped.notes.append(text.format(id=node.id))
        if node.kind != "prv":
            continue
        pipes = at[node.id]
        if len(pipes) != 2:
            text = tr("The pressure valve {id} does not have exactly two pipes and is left out.")
            mapped.notes.append(text.format(id=node.id))
            continue
        leaving, _coming = _out_and_in(node.id, pipes)
        behind = f"{node.id}_d"
        while behind in mapped.nodes:
            behind += "d"
        new = MapNode(behind, None, node.point, node.ground_m)
        mapped.nodes[behind] = new
        if leaving.start == node.id:
            leaving.start = behind
        else:
            leaving.end = behind
        result.append(DrawnValve(node, new, leaving.diameter_mm))
    return result


def elevations(mapped: Mapped, known: dict[str, float], wanted: Sequence[MapNode]) -> dict[str, float]:
    """Return elevations in metres: a node's own, else the mean of the nearest ones around it.

    Parameters
    ----------
    mapped
        The map.
    known
        Elevations from elsewhere, such as the file's.
    wanted
        Nodes that must have one.
    """
    result = {}
    for name, node in mapped.nodes.items():
        if math.isfinite(node.ground_m):
            result[name] = node.ground_m
        elif name in known:
            result[name] = known[name]
    missing = [node.id for node in wanted if node.id not in result]
    if not missing:
        return result
    at = mapped.at()
    queue = deque(sorted(result))
    while queue:
        name = queue.popleft()
        for link in at[name]:
            other = link.end if link.start == name else link.start
            if other not in result:
                ends = [end for each in at[other] for end in (each.start, each.end) if end in result]
                result[other] = sum(result[end] for end in ends) / len(ends)
                queue.append(other)
    for name in mapped.nodes:
        result.setdefault(name, 0.0)
    text = tr("%n node(s) without a ground level got that of their neighbours, or 0.", "", len(missing))
    mapped.notes.append(text)
    return result
