"""The nodes and links of EPANET that the map shows, whether or not they came from a file."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.exchange.epanet.reading.element_rows import LinkRows
from waternet_plugin.core.exchange.epanet.reading.elements import CLOSED, OPEN
from waternet_plugin.core.exchange.model_files.pipe_ends import (
    PipeEnds,
    drop_loops,
    lines_between,
    pipe_ends,
    texts_of,
)
from waternet_plugin.core.exchange.model_files.plane import Point
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr

# Kinds of nodes that feed the network.
SOURCES = ("source", "plant", "reservoir")
TANKS = ("tank",)
_SHORTEST_M = 0.01
# Ids that a sentence names.
_NAMED = 5


@dataclass
class MapNode:
    """A node of the map; ``kind`` is None where only pipe ends meet."""

    id: str
    kind: str | None
    point: Point | None
    ground_m: float = math.nan
    volume_m3: float = math.nan
    valve_state: str | None = None
    one_way: str | None = None
    demand_m3d: float = 0.0


@dataclass
class MapLink:
    """A pipe of the map, or a pump or valve of the file; ``line`` are the points between its ends."""

    id: str
    type: str
    start: str
    end: str
    length_m: float
    diameter_mm: float
    status: str
    line: list[Point]
    material: str | None = None

    def turned(self) -> None:
        """Turn the link round."""
        self.start, self.end = self.end, self.start
        self.line = self.line[::-1]


@dataclass
class Mapped:
    """What the map shows, and what is to be said of it."""

    nodes: dict[str, MapNode]
    links: dict[str, MapLink]
    notes: list[str] = field(default_factory=list)

    def at(self) -> dict[str, list[MapLink]]:
        """Return the links of each node, by the ids of the links."""
        result: dict[str, list[MapLink]] = {name: [] for name in self.nodes}
        for link in sorted(self.links.values(), key=lambda each: each.id):
            result[link.start].append(link)
            result[link.end].append(link)
        return result


def _numbers(frame: pd.DataFrame, name: str) -> list[float]:
    return [float(value) for value in frame[name].to_numpy(dtype=float)]


def _pipe_links(pipes: pd.DataFrame, ends: PipeEnds) -> dict[str, MapLink]:
    lengths = np.where(
        np.isnan(pipes["length_m"].to_numpy(dtype=float)),
        shapely.length(pipes["geom"].to_numpy()),
        pipes["length_m"].to_numpy(dtype=float),
    )
    return {
        str(pipe_id): MapLink(
            str(pipe_id), "PIPE", start, end, length, diameter, status or OPEN, line, material
        )
        for pipe_id, start, end, length, diameter, status, line, material in zip(
            pipes["pipe_id"],
            ends.start,
            ends.end,
            lengths.tolist(),
            _numbers(pipes, "diameter_mm"),
            texts_of(pipes, "initial_status"),
            lines_between(pipes),
            texts_of(pipes, "material"),
        )
    }


def _map_nodes(nodes: pd.DataFrame) -> dict[str, MapNode]:
    return {
        str(node_id): MapNode(str(node_id), kind, (x, y), ground, volume, state, one_way)
        for node_id, kind, (x, y), ground, volume, state, one_way in zip(
            nodes["node_id"],
            texts_of(nodes, "kind"),
            shapely.get_coordinates(nodes["geom"].to_numpy()).tolist(),
            _numbers(nodes, "ground_m"),
            _numbers(nodes, "tank_volume_m3"),
            texts_of(nodes, "valve_state"),
            texts_of(nodes, "one_way"),
        )
    }


def _other(link: MapLink, node: str) -> str | None:
    if link.start == link.end:
        return None
    if link.start == node:
        return link.end
    return link.start if link.end == node else None


def _between(first: MapLink, second: MapLink, node: str, point: Point) -> list[Point]:
    """Return the points of two connectors and the node between them, as one line."""
    before = first.line if first.end == node else first.line[::-1]
    after = second.line if second.start == node else second.line[::-1]
    return [*before, point, *after]


def _behind(node: str, moved: dict[str, str]) -> str:
    """Return the node behind a pump or valve, and behind those that follow it."""
    passed = set()
    while node in moved and node not in passed:
        passed.add(node)
        node = moved[node]
    return node


def _join_pumps_and_valves(
    links: dict[str, MapLink],
    nodes: dict[str, MapNode],
    rows: dict[str, LinkRows],
    diameters: dict[str, float],
    types: dict[str, str],
    notes: list[str],
) -> None:
    """Put one link in place of each pump or valve of the file: its node and its two connectors."""
    moved: dict[str, str] = {}
    for id_, row in rows.items():
        node, first, second = nodes.get(row.node_id), links.get(row.first), links.get(row.second)
        start = _other(first, row.node_id) if first is not None else None
        end = _other(second, row.node_id) if second is not None else None
        if node is None or first is None or second is None or start is None or end is None:
            if node is not None:
                text = tr("{id} lost a connector: it is no longer a pump or valve of the model.")
                notes.append(text.format(id=id_))
            continue
        del links[row.first], links[row.second]
        if types[id_] == "PUMP":
            status = CLOSED if CLOSED in (first.status, second.status) else OPEN
        else:
            status = CLOSED if node.valve_state == CLOSED else OPEN
        assert node.point is not None
        line = _between(first, second, row.node_id, node.point)
        if id_ in links:
            # A pipe drawn since has the id of the file's link; it gets another one in the file.
            drawn = links.pop(id_)
            drawn.id = f" {id_}"
            links[drawn.id] = drawn
        links[id_] = MapLink(id_, types[id_], start, end, math.nan, diameters[row.node_id], status, line)
        moved[row.node_id] = end
        del nodes[row.node_id]
    for link in links.values():
        if link.start in moved or link.end in moved:
            text = tr("{id} meets a pump or valve of the file: it is joined to the node behind it.")
            notes.append(text.format(id=link.id))
            link.start, link.end = _behind(link.start, moved), _behind(link.end, moved)
    # Pumps and valves that only meet each other leave no node behind them.
    for id_ in [link.id for link in links.values() if link.start in moved or link.end in moved]:
        del links[id_]


def map_of(
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    *,
    rows: dict[str, LinkRows],
    types: dict[str, str],
    file_xy: dict[str, Point],
    settings: Settings,
) -> Mapped:
    """Return the nodes and links that rows of the network stand for.

    Parameters
    ----------
    pipes, nodes
        Rows in use of the systems to export.
    rows
        Which rows stand for which pump or valve of the file.
    types
        Types of those links.
    file_xy
        Places of the file's nodes; they keep their ids as long as a pipe names them.
    """
    result = Mapped(_map_nodes(nodes), {})
    ends = pipe_ends(pipes, nodes, {*result.nodes, *file_xy}, settings)
    result.links.update(_pipe_links(pipes, ends))
    for name in sorted({*ends.start, *ends.end}):
        if name not in result.nodes:
            point = ends.places.get(name) or file_xy.get(name)
            result.nodes[name] = MapNode(name, None, point)
    diameters = dict(zip(nodes["node_id"], _numbers(nodes, "diameter_mm")))
    _join_pumps_and_valves(result.links, result.nodes, rows, diameters, types, result.notes)
    drop_loops(result.links, result.notes)
    for link in result.links.values():
        if link.type == "PIPE" and not link.length_m > 0:
            link.length_m = _SHORTEST_M
    return result


def add_demands(mapped: Mapped, customers: pd.DataFrame) -> None:
    """Give half of each customer's demand to either end of its pipe."""
    unknown = 0
    for pipe_id, demand in zip(texts_of(customers, "pipe_id"), _numbers(customers, "demand_m3d")):
        if not demand > 0:
            continue
        link = mapped.links.get(pipe_id or "")
        if link is None:
            unknown += 1
            continue
        for name in (link.start, link.end):
            mapped.nodes[name].demand_m3d += demand / 2
    if unknown:
        text = tr("The demand of %n customer(s) is left out: the pipe is not in the model.", "", unknown)
        mapped.notes.append(text)


def drop_lonely(mapped: Mapped, kept: Container[str]) -> None:
    """Leave out nodes without a pipe, which EPANET refuses, but for some."""
    alone = [name for name, links in mapped.at().items() if not links and name not in kept]
    sources = sorted(name for name in alone if mapped.nodes[name].kind in (*SOURCES, *TANKS))
    for name in alone:
        del mapped.nodes[name]
    if sources:
        text = tr("Left out, since no pipe in use ends there: %n source(s) ({ids}).", "", len(sources))
        mapped.notes.append(text.format(ids=listed(sources[:_NAMED])))
    alone = sorted(set(alone) - set(sources))
    if alone:
        text = tr("Left out, since no pipe ends there: %n node(s), such as {id}.", "", len(alone))
        mapped.notes.append(text.format(id=min(alone)))


def keep_supplied(mapped: Mapped, sources: Iterable[str]) -> None:
    """Leave out what has no way to a source: EPANET can't compute it."""
    drop_lonely(mapped, ())
    at = mapped.at()
    reached = {name for name in sources if name in mapped.nodes}
    stack = sorted(reached)
    while stack:
        for link in at[stack.pop()]:
            for name in (link.start, link.end):
                if name not in reached:
                    reached.add(name)
                    stack.append(name)
    gone = [link.id for link in mapped.links.values() if link.start not in reached]
    mapped.links = {id_: link for id_, link in mapped.links.items() if link.start in reached}
    used = {name for link in mapped.links.values() for name in (link.start, link.end)}
    mapped.nodes = {name: node for name, node in mapped.nodes.items() if name in used}
    if gone:
        text = tr("Left out, since no path leads to a source: %n pipe(s), such as {id}.", "", len(gone))
        mapped.notes.append(text.format(id=min(gone)))
