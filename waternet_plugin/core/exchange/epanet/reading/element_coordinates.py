"""Where the elements of a file lie: its coordinates in the network's CRS, and nodes that have none."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyproj

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading.elements import Model
from waternet_plugin.core.exchange.epanet.reading.text import Document
from waternet_plugin.core.places import coordinates, crs_change
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import FOOT_M

Point = tuple[float, float]
Key = TypeVar("Key", bound=Hashable)

# A plane of its own for coordinates of which nobody says where on Earth they lie.
LOCAL_PLANE = (
    'ENGCRS["Local plane of an EPANET file",EDATUM["Unknown place"],CS[Cartesian,2],'
    'AXIS["easting (X)",east,ORDER[1]],AXIS["northing (Y)",north,ORDER[2]],LENGTHUNIT["metre",1]]'
)
# Between nodes that nothing places, in metres.
_SPACING_M = 100.0
# Consecutive neighbours of a node go apart by this, in radians: it fills the circle evenly.
_GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))


@dataclass(frozen=True)
class Plane:
    """How a file's coordinates and the network's belong together.

    ``source`` is the CRS of the file, '' for a local plane; ``scale`` metres in one unit of a local plane.
    """

    source: str
    target: str
    scale: float = 1.0

    def _transformed(self, points: Mapping[Key, Point], *, back: bool) -> dict[Key, Point]:
        if not points:
            return {}
        xy = np.array(list(points.values()), dtype=float)
        if not self.source:
            xy = xy / self.scale if back else xy * self.scale
        elif self.source != self.target:
            one, other = pyproj.CRS.from_wkt(self.source), pyproj.CRS.from_wkt(self.target)
            (west, south), (east, north) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
            if back:
                one, other = other, one
            change = crs_change.plan_change(one, other, (west, south, east, north))
            if change.move is not None:
                xy = np.column_stack(change.move(xy[:, 0], xy[:, 1]))
        return {key: (x, y) for key, (x, y) in zip(points, xy.tolist())}

    def placed(self, points: Mapping[Key, Point]) -> dict[Key, Point]:
        """Return the file's coordinates in the network's CRS."""
        return self._transformed(points, back=False)

    def back(self, points: Mapping[Key, Point]) -> dict[Key, Point]:
        """Return the network's coordinates as the file has them."""
        return self._transformed(points, back=True)


def local_scale(document: Document) -> float:
    """Return the metres in one unit of the map, as [BACKDROP] names it: feet, else metres."""
    for line in document.of("BACKDROP"):
        if len(line.words) > 1 and line.words[0].upper() == "UNITS" and line.words[1].upper() == "FEET":
            return FOOT_M
    return 1.0


def plane_of(document: Document, source: pyproj.CRS | None, target: pyproj.CRS | None) -> Plane:
    """Return the plane of an import.

    Parameters
    ----------
    document
        The file.
    source
        CRS of its coordinates, None when unknown.
    target
        CRS of the network, in metres; None for that of the coordinates, or a local plane.
    """
    source, target = source or target, target or source
    if source is None or target is None:
        return Plane("", LOCAL_PLANE, local_scale(document))
    return Plane(source.to_wkt(), target.to_wkt())


def _neighbours(model: Model) -> dict[str, list[tuple[str, float]]]:
    result: dict[str, list[tuple[str, float]]] = {name: [] for name in model.nodes}
    for link in model.links.values():
        length = link.length_m if link.length_m > 0 else _SPACING_M
        result[link.start].append((link.end, length))
        result[link.end].append((link.start, length))
    return result


def _beside(model: Model, placed: dict[str, Point]) -> dict[str, Point]:
    """Place nodes beside those neighbours that have a place, ring by ring."""
    neighbours = _neighbours(model)
    result = dict(placed)
    queue = deque(name for name in model.nodes if name in placed)
    while queue:
        name = queue.popleft()
        for turn, (other, length) in enumerate(neighbours[name]):
            if other not in result:
                x, y = result[name]
                angle = _GOLDEN_ANGLE * (turn + 1)
                result[other] = (x + length * math.cos(angle), y + length * math.sin(angle))
                queue.append(other)
    return result


def _tree(model: Model, placed: dict[str, Point]) -> dict[str, Point]:
    """Draw the parts without any place as trees from their sources: depth to the right, leaves one by one."""
    neighbours = _neighbours(model)
    result = dict(placed)
    row = min((y for _x, y in placed.values()), default=0.0)
    left = min((x for x, _y in placed.values()), default=0.0)
    roots = sorted(model.nodes.values(), key=lambda node: node.kind == "junction")
    for root in roots:
        if root.id in result:
            continue
        row -= _SPACING_M
        result[root.id] = (left, row)
        stack = [(root.id, 0)]
        depth_of_last = 0
        while stack:
            name, depth = stack.pop()
            if depth <= depth_of_last and name != root.id:
                row -= _SPACING_M
            if name != root.id:
                result[name] = (left + depth * _SPACING_M, row)
            depth_of_last = depth
            for other, _length in reversed(neighbours[name]):
                if other not in result:
                    result[other] = (left, row)
                    stack.append((other, depth + 1))
    return result


@dataclass(frozen=True)
class Placed:
    """Places of nodes and vertices of links in the network's CRS; ``made_up`` names nodes without a place."""

    nodes: dict[str, Point]
    vertices: dict[str, list[Point]]
    made_up: tuple[str, ...]


def placed(model: Model, plane: Plane) -> Placed:
    """Return where everything lies in the network's CRS.

    Nodes without coordinates lie beside their neighbours; parts in which no node has any are drawn as a
    tree.

    Raises
    ------
    InputError
        When the coordinates can't lie in the CRS they are said to be in.
    """
    # All at once, so that one and the same way between the two systems is taken.
    moved = plane.placed(
        {
            **{(name, -1): model.xy[name] for name in model.nodes if name in model.xy},
            **{
                (link.id, place): point
                for link in model.links.values()
                for place, point in enumerate(link.vertices)
            },
        }
    )
    if not np.isfinite(np.array(list(moved.values()), dtype=float)).all():
        name = coordinates.crs_name(pyproj.CRS.from_user_input(plane.source or plane.target))
        message = tr("The coordinates of the file can't lie in {crs}. Give the right CRS.")
        raise InputError(message.format(crs=name))
    known = {name: point for (name, place), point in moved.items() if place < 0}
    vertices = {
        link.id: [moved[link.id, place] for place in range(len(link.vertices))]
        for link in model.links.values()
        if link.vertices
    }
    everywhere = _tree(model, _beside(model, known))
    missing = tuple(name for name in model.nodes if name not in known)
    return Placed({name: everywhere[name] for name in model.nodes}, vertices, missing)
