"""The way of water to a crossing is the shortest one outside of the zone, by a plain search."""

from __future__ import annotations

from collections import defaultdict

import networkx as nx
import numpy as np
import pytest
from support.drawn_zones import drawing_of, frames
from support.slow_cases import a_few_quick

from waternet_plugin.core.dma.drawing.entering_way import entering_way
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing


def plain_length_m(drawing: ZoneDrawing, zone: int, vertex: int) -> float | None:
    """Return how long the shortest way from a source is, None where there is none."""
    network, state = drawing.network, drawing.state
    graph, net = network.graph, nx.MultiGraph()
    net.add_node(vertex)
    barred = {one for one in drawing.crossings(zone) if one != vertex}
    barred |= {int(one) for one in np.flatnonzero(state.closed) if one != vertex}
    parted: dict[int, int] = defaultdict(int)
    for pipe in np.flatnonzero(network.open).tolist():
        if drawing.zones.tree.holds(zone, state.zone[pipe : pipe + 1])[0]:
            continue
        names: list[object] = []
        for node in (int(graph.start[pipe]), int(graph.end[pipe])):
            # Nothing runs on from a barred vertex, so that each end there is one of its own.
            parted[node] += 1
            names.append((node, parted[node]) if node in barred and not network.source[node] else node)
        net.add_edge(*names, length_m=float(graph.length_m[pipe]))
    far = nx.single_source_dijkstra_path_length(net, vertex, weight="length_m")
    return min((far[one] for one in np.flatnonzero(network.source).tolist() if one in far), default=None)


@pytest.mark.parametrize("seed", a_few_quick(range(10), 2))
def test_the_way_is_the_shortest_outside_of_the_zone(seed: int) -> None:
    drawing = drawing_of(frames(seed=seed))
    graph = drawing.network.graph
    for zone in range(drawing.zones.count):
        for vertex in drawing.crossings(zone):
            way, length_m = entering_way(drawing, zone, vertex), plain_length_m(drawing, zone, vertex)
            if length_m is None or length_m == 0.0:
                assert not len(way)
                continue
            assert graph.length_m[way].sum() == pytest.approx(length_m)
            assert vertex in (graph.start[way[0]], graph.end[way[0]])
