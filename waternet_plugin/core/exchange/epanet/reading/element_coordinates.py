"""Where the elements of a file lie: its coordinates in the network's CRS, and nodes that have none."""

from __future__ import annotations

from dataclasses import dataclass

import pyproj

from waternet_plugin.core.exchange.epanet.reading.elements import Model
from waternet_plugin.core.exchange.epanet.reading.text import Document
from waternet_plugin.core.exchange.model_files.plane import Plane, Point, plane_between
from waternet_plugin.core.exchange.model_files.unplaced_nodes import all_places
from waternet_plugin.core.units import FOOT_M


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
    return plane_between(source, target, local_scale(document))


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
    known = {name: point for (name, place), point in moved.items() if place < 0}
    vertices = {
        link.id: [moved[link.id, place] for place in range(len(link.vertices))]
        for link in model.links.values()
        if link.vertices
    }
    roots = sorted(model.nodes.values(), key=lambda node: node.kind == "junction")
    links = ((link.start, link.end, link.length_m) for link in model.links.values())
    everywhere = all_places(list(model.nodes), [node.id for node in roots], links, known)
    return Placed(everywhere, vertices, tuple(name for name in model.nodes if name not in known))
