"""Which nodes the pipes of the map end at, whether or not a node is drawn there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.exchange.model_files.plane import Point
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr


def texts_of(frame: pd.DataFrame, name: str) -> list[str | None]:
    """Return a column as texts, None where it has none."""
    column = frame[name].astype(object)
    return [str(value) if value else None for value in column.where(column.notna(), None)]


def is_unnamed(name: str) -> bool:
    """Say whether the id of a node is that of a place where only pipe ends meet."""
    # No id of the map has a blank at its beginning.
    return name.startswith(" ")


@dataclass(frozen=True)
class PipeEnds:
    """Names of the nodes at both ends of each pipe; places of those that are not assets."""

    start: list[str]
    end: list[str]
    places: dict[str, Point]


def pipe_ends(pipes: pd.DataFrame, nodes: pd.DataFrame, known: set[str], settings: Settings) -> PipeEnds:
    """Find the nodes of the pipes: by the ids that they name, else by place."""
    named = [texts_of(pipes, "from_node"), texts_of(pipes, "to_node")]
    if all(name in known for names in named for name in names):
        return PipeEnds([str(name) for name in named[0]], [str(name) for name in named[1]], {})
    graph = build_graph(pipes, nodes, settings=settings).graph
    # A node of the file whose row is gone still joins what named it.
    alias: dict[int, str] = {}
    for vertices, names in zip((graph.start, graph.end), named):
        for vertex, name in zip(vertices.tolist(), names):
            if name in known and graph.node_id[vertex] is None:
                alias.setdefault(vertex, str(name))
    result: list[list[str]] = [[], []]
    places: dict[str, Point] = {}
    for chosen, vertices, names in zip(result, (graph.start, graph.end), named):
        for vertex, name in zip(vertices.tolist(), names):
            if name is None or name not in known:
                name = graph.node_id[vertex] or alias.get(vertex) or f" {vertex}"
            if is_unnamed(name):
                places[name] = (float(graph.x_m[vertex]), float(graph.y_m[vertex]))
            chosen.append(name)
    return PipeEnds(result[0], result[1], places)


def lines_between(pipes: pd.DataFrame) -> list[list[Point]]:
    """Return the points between the ends of each pipe."""
    coordinates, owner = shapely.get_coordinates(pipes["geom"].to_numpy(), return_index=True)
    cuts = np.searchsorted(owner, np.arange(len(pipes) + 1))
    points: list[Point] = [(x, y) for x, y in coordinates.tolist()]
    return [points[start + 1 : stop - 1] for start, stop in zip(cuts[:-1].tolist(), cuts[1:].tolist())]


def drop_loops(links: dict[str, Any], notes: list[str]) -> None:
    """Leave out links that end where they begin, and say so.

    Parameters
    ----------
    links
        By id; each names its ``start`` and ``end``.
    """
    loops = [id_ for id_, link in links.items() if link.start == link.end]
    for id_ in loops:
        del links[id_]
    if loops:
        text = tr("Left out, since they end where they begin: %n pipe(s), such as {id}.", "", len(loops))
        notes.append(text.format(id=loops[0]))
