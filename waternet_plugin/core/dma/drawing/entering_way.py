"""The way by which water from a source gets to where a drawn zone meets the outside."""

from __future__ import annotations

import heapq

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing

# A map needs no way that leads through half a country.
_MOST_STEPS = 200_000


def entering_way(drawing: ZoneDrawing, zone: int, vertex: int) -> Array:
    """Return the pipes of the shortest way from a source to a vertex, by number, the one at the vertex first.

    It runs outside of the zone through open pipes, past no closed valve and into the zone by no other
    crossing; valves of unknown state count as open. Empty where there is none, or a source is at the vertex.

    Parameters
    ----------
    drawing
        The drawing.
    zone
        Number of the zone that water would enter.
    vertex
        Where it would.
    """
    network, state = drawing.network, drawing.state
    graph = network.graph
    indptr, ends = graph.gathered
    shut = set(state.shut_ends.tolist())
    far_m: dict[int, float] = {vertex: 0.0}
    came: dict[int, int] = {}
    waiting = [(0.0, vertex)]
    done: set[int] = set()
    while waiting and len(done) < _MOST_STEPS:
        so_far_m, here = heapq.heappop(waiting)
        if here in done:
            continue
        done.add(here)
        if network.source[here]:
            return _back(drawing, came, here, vertex)
        if here != vertex and (state.closed[here] or drawing.crossing_state(zone, here) is not None):
            continue
        near = ends[indptr[here] : indptr[here + 1]]
        near = near[network.open[near >> 1]]
        near = near[~drawing.zones.tree.holds(zone, state.zone[near >> 1])]
        for end in near.tolist():
            pipe, far = end >> 1, end ^ 1
            if end in shut or far in shut:
                continue
            there = int((graph.end if far & 1 else graph.start)[pipe])
            length_m = float(graph.length_m[pipe])
            total_m = so_far_m + (length_m if np.isfinite(length_m) else 0.0)
            if total_m < far_m.get(there, np.inf):
                far_m[there], came[there] = total_m, end
                heapq.heappush(waiting, (total_m, there))
    return np.zeros(0, dtype=np.int64)


def _back(drawing: ZoneDrawing, came: dict[int, int], source: int, vertex: int) -> Array:
    """Return the pipes from a source back to where the search began."""
    graph, here, found = drawing.network.graph, source, []
    while here != vertex:
        end = came[here]
        found.append(end >> 1)
        here = int((graph.end if end & 1 else graph.start)[end >> 1])
    return np.array(found[::-1], dtype=np.int64)
