"""The way by which water from a source gets to where a drawn zone meets the outside."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.network.tracing.shortest_paths import WaySearch


def entering_way(drawing: ZoneDrawing, zone: int, vertex: int) -> Array:
    """Return the pipes of the shortest way from a source to a vertex, by number, the one at the vertex first.

    It runs outside of the zone through open pipes, past no closed valve and into the zone by no other
    crossing; valves of unknown state count as open. Empty where there is none, or a source is at the vertex.

    Parameters
    ----------
    zone
        Number of the zone that water would enter.
    vertex
        Where it would.
    """
    network, state = drawing.network, drawing.state
    graph = network.graph
    outside = network.open & ~drawing.zones.tree.holds(zone, state.zone)
    outside[state.shut_ends >> 1] = False
    barred = state.closed.copy()
    barred[drawing.crossings(zone)] = True
    barred[vertex] = False
    search = WaySearch(graph, np.nan_to_num(graph.length_m), outside, outside, barred)
    path = search.run({vertex: 0.0}, network.source)
    node, path_pipes = path.goal, []
    while node not in (-1, vertex):
        pipe = path.through[node]
        path_pipes.append(pipe)
        node = int(graph.start[pipe] + graph.end[pipe]) - node
    return np.array(path_pipes[::-1], dtype=np.int64)
