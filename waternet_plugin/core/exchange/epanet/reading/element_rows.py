"""Turn the elements of a file into rows of our tables."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from waternet_plugin.core.exchange.epanet.reading.element_coordinates import Placed, placed
from waternet_plugin.core.exchange.epanet.reading.elements import CLOSED, OPEN, Link, Model
from waternet_plugin.core.exchange.epanet.reading.tags import tags_of
from waternet_plugin.core.exchange.model_files.plane import Plane, Point
from waternet_plugin.core.frames import PlainFrames

SYSTEM = "potable"
CONNECTOR = "connector"
_NODE_KINDS = {"junction": "junction", "reservoir": "source", "tank": "tank"}
_LINK_KINDS = {"PUMP": "pump_station", "TCV": "valve", "PRV": "prv"}
_OTHER_VALVES = "control_valve"
# These let water through one way only.
_ONE_WAY = ("PUMP", "PRV", "PSV")


@dataclass(frozen=True)
class LinkRows:
    """The node and the two connectors that stand for one pump or valve of the file."""

    node_id: str
    first: str
    second: str


@dataclass(frozen=True)
class AdoptedElements(PlainFrames):
    """Rows for the network, and which of them stand for which pump or valve of the file."""

    pipes: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    links: dict[str, LinkRows]
    placed: Placed


def _free(name: str, taken: set[str], endings: Iterable[str]) -> str:
    """Return a name that nobody has, and take it."""
    for ending in ("", *endings):
        if name + ending not in taken:
            taken.add(name + ending)
            return name + ending
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    taken.add(f"{name}-{number}")
    return f"{name}-{number}"


def link_rows(model: Model) -> dict[str, LinkRows]:
    """Return the ids of the rows for pumps and valves: the link's own id wherever it is free."""
    nodes, pipes = set(model.nodes), set(model.links)
    result = {}
    for link in model.links.values():
        if link.type != "PIPE":
            node_id = _free(link.id, nodes, (f"-{link.type.lower()}",))
            first = _free(f"{link.id}.1", pipes, ())
            result[link.id] = LinkRows(node_id, first, _free(f"{link.id}.2", pipes, ()))
    return result


def _halves(points: list[Point]) -> tuple[list[Point], list[Point]]:
    """Cut a line in its middle."""
    xy = np.array(points)
    steps = np.hypot(*np.diff(xy, axis=0).T)
    half, done = steps.sum() / 2, 0.0
    for place, step in enumerate(steps.tolist()):
        if done + step >= half and step > 0:
            part = (half - done) / step
            x, y = (xy[place] + part * (xy[place + 1] - xy[place])).tolist()
            # A vertex in the middle is the middle, and not there a second time.
            before, after = points[: place + 1], points[place + 1 :]
            if part == 1.0:
                after = after[1:]
            return [*before, (x, y)], [(x, y), *after]
        done += step
    return [points[0], points[0]], [points[0], *points[1:]]


class _Rows:
    """Collects the columns of the pipe table."""

    def __init__(self) -> None:
        self.columns: dict[str, list[object]] = {
            name: []
            for name in (
                "pipe_id",
                "function",
                "diameter_mm",
                "length_m",
                "from_node",
                "to_node",
                "initial_status",
            )
        }
        self.lines: list[list[Point]] = []

    def add(self, line: list[Point], *values: object) -> None:
        for column, value in zip(self.columns.values(), values):
            column.append(value)
        self.lines.append(line)

    def frame(self, crs: pyproj.CRS) -> gpd.GeoDataFrame:
        sizes = [len(line) for line in self.lines]
        points = np.array([point for line in self.lines for point in line], dtype=float).reshape(-1, 2)
        lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(sizes)), sizes))
        data = {
            **self.columns,
            "system": [SYSTEM] * len(sizes),
            "status": ["in_use"] * len(sizes),
            "length_source": ["given"] * len(sizes),
        }
        return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(lines, crs=crs)).rename_geometry("geom")


def _add_pump_or_valve(link: Link, rows: LinkRows, line: list[Point], pipes: _Rows) -> Point:
    """Add the connectors of a pump or valve; return where its node stands."""
    first, second = _halves(line)
    # A closed pump is taken out; a closed valve says so itself.
    state = CLOSED if link.type == "PUMP" and link.status == CLOSED else OPEN
    pipes.add(first, rows.first, CONNECTOR, link.diameter_mm, 0.0, link.start, rows.node_id, state)
    pipes.add(second, rows.second, CONNECTOR, link.diameter_mm, 0.0, rows.node_id, link.end, state)
    return first[-1]


def adopt(model: Model, plane: Plane) -> AdoptedElements:
    """Return the rows of a file.

    Parameters
    ----------
    model
        The file's elements.
    plane
        Its coordinates and those of the network.

    Raises
    ------
    InputError
        When the coordinates can't lie in their CRS.
    """
    crs = pyproj.CRS.from_user_input(plane.target)
    where = placed(model, plane)
    links = link_rows(model)
    tags = tags_of(model)
    pipes = _Rows()
    nodes: dict[str, list[object]] = {
        name: []
        for name in (
            "node_id",
            "kind",
            "ground_m",
            "diameter_mm",
            "tank_volume_m3",
            "valve_state",
            "one_way",
        )
    }
    points: list[Point] = []

    def add_node(point: Point, *values: object) -> None:
        for column, value in zip(nodes.values(), values):
            column.append(value)
        points.append(point)

    nothing = math.nan
    for node in model.nodes.values():
        # A reservoir's head and a tank's bottom are no ground levels.
        ground = node.elevation_m if node.kind == "junction" else nothing
        kind = tags.kinds.get(node.id, _NODE_KINDS[node.kind])
        state = tags.state(node.id)
        add_node(where.nodes[node.id], node.id, kind, ground, nothing, node.volume_m3, state, None)
    for link in model.links.values():
        line = [where.nodes[link.start], *where.vertices.get(link.id, ()), where.nodes[link.end]]
        if link.type == "PIPE":
            pipes.add(
                line,
                link.id,
                None,
                link.diameter_mm,
                link.length_m,
                link.start,
                link.end,
                OPEN if link.id in tags.closed_by_valve else link.status,
            )
            continue
        point = _add_pump_or_valve(link, links[link.id], line, pipes)
        kind = _LINK_KINDS.get(link.type, _OTHER_VALVES)
        standing = None if link.type == "PUMP" else link.status
        one_way = "forward" if link.type in _ONE_WAY else "none"
        add_node(point, links[link.id].node_id, kind, nothing, link.diameter_mm, nothing, standing, one_way)
    data = {
        **nodes,
        "system": [SYSTEM] * len(points),
        "status": ["in_use"] * len(points),
    }
    places = shapely.points(np.array(points, dtype=float))
    frame = gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(places, crs=crs)).rename_geometry("geom")
    return AdoptedElements(pipes.frame(crs), frame, links, where)
