"""Pipes that nothing leads round, against NetworkX on random multigraphs."""

from __future__ import annotations

import os
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.dma_frames import dma_of, zone_rows
from support.water_frames import Drawing

from waternet_plugin.core.dma.boundary import OPEN, find_boundary
from waternet_plugin.core.dma.cells import find_cells
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.verdict.inner_bridges import find_inner_bridges
from waternet_plugin.core.dma.verdict.quotient import feeding_nodes

EXAMPLES = int(os.environ.get("WATERNET_EXAMPLES", "60"))
# A holds B; D is on its own.
PARENTS = {"B": "A"}


@st.composite
def networks(draw: st.DrawFn) -> DmaNetwork:
    """A multigraph with zones, meters, closed valves and customers at random."""
    nodes = draw(st.integers(2, 10))
    zone = st.sampled_from([None, "A", "A", "B", "D"])
    base = Drawing()
    for number in range(nodes):
        row: dict[str, Any] = draw(
            st.sampled_from(
                [
                    {},
                    {},
                    {"kind": "source"},
                    {"kind": "valve", "valve_state": "closed"},
                    {"kind": "flow_meter"},
                ]
            )
        )
        if row.get("kind") == "flow_meter":
            row = {**row, "meter_in": draw(zone), "meter_out": draw(zone)}
        base.node(f"N{number}", 100.0 * number, 37.0 * (number * number % 7), **row)
    pairs = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1))
    for number, (one, other) in enumerate(draw(st.lists(pairs, min_size=1, max_size=16))):
        base.pipe(
            f"P{number}", f"N{one}", f"N{other if other != one else (one + 1) % nodes}", dma_id=draw(zone)
        )
        for _each in range(draw(st.integers(0, 2))):
            base.customer(f"C{number}-{_each}", f"P{number}", households=draw(st.integers(0, 9)))
    return dma_of(base, zone_rows("A", "D", **PARENTS))


def by_networkx(dma: DmaNetwork, zone: int) -> dict[int, tuple[float, float]]:
    """Return the bridges of a zone with customers and households that lose water, pipe by pipe."""
    boundary = find_boundary(dma, find_cells(dma))
    graph: nx.MultiGraph = nx.MultiGraph()
    graph.add_node("in")
    pipes = np.flatnonzero(dma.open & dma.zones.holds(zone, dma.zone)).tolist()
    for pipe in pipes:
        ends = [int(dma.graph.start[pipe]), int(dma.graph.end[pipe])]
        graph.add_edge(*((pipe, end) if dma.closed[end] else end for end in ends), key=pipe)
    inlets = set(boundary.meter[(boundary.meter_zone == zone) & boundary.flows_in].tolist())
    inlets |= set(boundary.crossings.of(zone).having(OPEN).node.tolist())
    inlets |= set(np.flatnonzero(feeding_nodes(dma, boundary)).tolist())
    for node in inlets & set(graph.nodes):
        graph.add_edge("in", node, key="one")
        graph.add_edge("in", node, key="two")

    def fed(taken: nx.MultiGraph) -> set[int]:
        there = nx.node_connected_component(taken, "in")
        return {key for one, _other, key in taken.edges(keys=True) if one in there and key in pipes}

    simple = nx.Graph(graph)
    alone = {
        next(iter(graph[one][other]))
        for one, other in nx.bridges(simple)
        if graph.number_of_edges(one, other) == 1
    }
    before = fed(graph)
    found = {}
    for pipe in before & alone:
        (one, other) = next((a, b) for a, b, key in graph.edges(keys=True) if key == pipe)
        less = graph.copy()
        less.remove_edge(one, other, key=pipe)
        lost = list(before - fed(less))
        found[pipe] = (float(dma.customers[lost].sum()), float(dma.households[lost].sum()))
    return found


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(networks())
def test_bridges_and_who_loses_water_are_those_of_networkx(dma: DmaNetwork) -> None:
    told = find_inner_bridges(dma, find_boundary(dma, find_cells(dma)))
    for zone in range(dma.zones.count):
        mine = told.zone == zone
        rows = zip(told.pipe[mine].tolist(), told.customers[mine].tolist(), told.households[mine].tolist())
        assert {pipe: (one, two) for pipe, one, two in rows} == by_networkx(dma, zone)


def test_a_network_without_zones_has_none() -> None:
    drawing = Drawing()
    drawing.node("S", 0.0, 0.0, kind="source")
    drawing.node("E", 100.0, 0.0)
    drawing.pipe("P", "S", "E")
    dma = dma_of(drawing, zone_rows())
    assert len(find_inner_bridges(dma, find_boundary(dma, find_cells(dma))).pipe) == 0
