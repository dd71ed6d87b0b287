"""Verdicts of random networks with zones and levels are those of a plain search.

``WATERNET_EXAMPLES=5000`` tries that many networks instead of a quick few.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.dma_frames import dma_of, zone_rows
from support.water_frames import Drawing

from waternet_plugin.core.dma.boundary import CLOSED, METERED, OPEN, UNKNOWN
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.verdict.quotient import shortest
from waternet_plugin.core.dma.verdict.zone_faults import ZoneFaults, find_faults

EXAMPLES = int(os.environ.get("WATERNET_EXAMPLES", "60"))
# Parents by zone: A holds B, B holds C; D stands alone.
PARENTS = {"B": "A", "C": "B"}
ZONES = ("A", "B", "C", "D")


@st.composite
def networks(draw: st.DrawFn) -> DmaNetwork:
    """A multigraph of a few nodes with valves, meters and zones at random."""
    nodes = draw(st.integers(2, 9))
    zone = st.sampled_from([None, *ZONES])
    base = Drawing()
    for number in range(nodes):
        base.node(f"N{number}", 100.0 * number, 37.0 * (number * number % 7))
    pairs = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1))
    for number, (one, other) in enumerate(draw(st.lists(pairs, min_size=1, max_size=14))):
        base.pipe(
            f"P{number}",
            f"N{one}",
            f"N{other if other != one else (one + 1) % nodes}",
            dma_id=draw(zone),
            initial_status=draw(st.sampled_from([None, None, None, "closed"])),
        )
    kinds = {
        "junction": {},
        "open": {"kind": "valve", "valve_state": "open"},
        "closed": {"kind": "valve", "valve_state": "closed"},
        "unknown": {"kind": "valve", "valve_state": "unknown"},
        "source": {"kind": "source"},
        "tank": {"kind": "tank"},
    }
    for row in base.node_rows:
        row.update(kinds[draw(st.sampled_from([*kinds, "junction", "closed"]))])
        if draw(st.integers(0, 2)) == 0:
            row.update(kind="flow_meter", meter_in=draw(zone), meter_out=draw(zone))
    return dma_of(base, zone_rows("A", "D", **PARENTS))


class PlainSearch:
    """A network searched pipe by pipe, zone by zone."""

    def __init__(self, dma: DmaNetwork) -> None:
        self.dma = dma
        self.names = [str(name) for name in dma.zones.zone_id]
        self.ends = list(zip(dma.graph.start.tolist(), dma.graph.end.tolist()))

    def holds(self, zone: int, number: int) -> bool:
        while number >= 0:
            if number == zone:
                return True
            number = int(self.dma.zones.parent[number])
        return False

    def state(self, zone: int, node: int) -> int | None:
        """Return how a zone is crossed at a node, None where it is not."""
        here = [p for p, ends in enumerate(self.ends) if node in ends and self.dma.counts[p]]
        inside = {self.holds(zone, int(self.dma.zone[p])) for p in here}
        if len(inside) < 2:
            return None
        if len({self.holds(zone, int(self.dma.zone[p])) for p in here if self.dma.open[p]}) < 2:
            return CLOSED
        if self.dma.closed[node]:
            return CLOSED
        sides = [self.holds(zone, int(side[node])) for side in (self.dma.meter_in, self.dma.meter_out)]
        if self.dma.meter[node] and sides[0] != sides[1]:
            return METERED
        return UNKNOWN if self.dma.unknown[node] else OPEN

    def reach(self, starts: set[int], *, zone: int | None, barred: set[int]) -> set[int]:
        """Return the pipes reached from some pipes over nodes that let water through."""
        seen, waiting = set(starts), deque(starts)
        while waiting:
            pipe = waiting.popleft()
            for node in self.ends[pipe]:
                if self.dma.closed[node] or node in barred:
                    continue
                for other, ends in enumerate(self.ends):
                    inside = zone is None or self.holds(zone, int(self.dma.zone[other]))
                    if other not in seen and node in ends and self.dma.open[other] and inside:
                        seen.add(other)
                        waiting.append(other)
        return seen

    def meters(self, zone: int) -> list[bool]:
        """Return the senses of a zone's meters."""
        found = []
        for node in np.flatnonzero(self.dma.meter).tolist():
            into = self.holds(zone, int(self.dma.meter_in[node]))
            if into != self.holds(zone, int(self.dma.meter_out[node])):
                found.append(into)
        return found

    def feeds(self, node: int) -> bool:
        """Return whether a node is a source: a tank inside a zone that has meters is storage."""
        if not self.dma.source[node]:
            return False
        if not self.dma.storage[node]:
            return True
        at = {int(self.dma.zone[p]) for p, ends in enumerate(self.ends) if node in ends and self.dma.open[p]}
        if len(at) != 1:
            return True
        (own,) = at
        return not any(self.holds(zone, own) and self.meters(zone) for zone in range(len(self.names)))

    def verdict(self, zone: int) -> str:
        dma = self.dma
        mine = {p for p in range(len(self.ends)) if dma.open[p] and self.holds(zone, int(dma.zone[p]))}
        states = {node: self.state(zone, node) for node in range(dma.graph.node_count)}
        if not mine or self.reach({min(mine)}, zone=zone, barred=set()) != mine:
            return "not_valid"
        unknown = {node for node, state in states.items() if state == UNKNOWN}
        fed = self.reach(mine, zone=None, barred=unknown)
        # At a closed valve water of a source does not come out.
        sources = [
            node
            for node in range(dma.graph.node_count)
            if self.feeds(node) and not dma.closed[node] and any(node in self.ends[p] for p in fed)
        ]
        if OPEN in states.values() or not sources:
            return "not_valid"
        senses = self.meters(zone)
        if senses and not any(senses):
            return "not_valid"
        return "not_provable" if unknown else "valid"


@pytest.mark.slow
@given(networks())
@settings(max_examples=EXAMPLES, deadline=None)
def test_verdicts_are_those_of_a_plain_search(dma: DmaNetwork) -> None:
    faults, plain = find_faults(dma), PlainSearch(dma)
    found = dict(zip(plain.names, faults.verdicts()))
    assert found == {name: plain.verdict(zone) for zone, name in enumerate(plain.names)}
    crossings = faults.boundary.crossings
    told = set(zip(crossings.zone.tolist(), crossings.node.tolist(), crossings.state.tolist()))
    assert told == {
        (zone, node, plain.state(zone, node))
        for zone in range(len(plain.names))
        for node in range(dma.graph.node_count)
        if plain.state(zone, node) is not None
    }


@pytest.mark.slow
@given(networks())
@settings(max_examples=EXAMPLES, deadline=None)
def test_an_unmetered_way_leads_from_a_source_to_an_open_crossing(dma: DmaNetwork) -> None:
    faults: ZoneFaults = find_faults(dma)
    open_ = faults.boundary.crossings.having(OPEN)
    for way in faults.ways:
        assert (way.zone, way.node) in set(zip(open_.zone.tolist(), open_.node.tolist()))
        assert all(not dma.zones.holds(way.zone, dma.zone[[pipe]])[0] for pipe in way.pipes.tolist())
        steps: Any = nx.MultiGraph()
        steps.add_node(way.node)
        steps.add_edges_from(
            (int(dma.graph.start[pipe]), int(dma.graph.end[pipe])) for pipe in way.pipes.tolist()
        )
        assert nx.is_connected(steps) and any(dma.source[node] for node in steps)


@pytest.mark.slow
@given(networks(), st.integers(0, 20))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_quotient_graph_is_searched_as_networkx_does(dma: DmaNetwork, first: int) -> None:
    quotient = find_faults(dma).quotient
    graph = nx.Graph({vertex: list(joined) for vertex, joined in quotient.graph.items()})
    if not len(graph):
        return
    start = sorted(graph)[first % len(graph)]
    far = nx.single_source_shortest_path_length(graph, start)
    for vertex in graph:
        way = shortest(quotient.graph, [start], vertex.__eq__, lambda _vertex: True)
        assert len(way) == far.get(vertex, -1) + 1


@pytest.mark.slow
@given(networks())
@settings(max_examples=EXAMPLES, deadline=None)
def test_figures_of_a_zone_are_sums_of_its_pipes(dma: DmaNetwork) -> None:
    boundary, plain = find_faults(dma).boundary, PlainSearch(dma)
    for zone in range(dma.zones.count):
        mine = [p for p in range(len(plain.ends)) if dma.counts[p] and plain.holds(zone, int(dma.zone[p]))]
        assert boundary.pipes[zone] == len(mine)
        assert np.isclose(boundary.length_m[zone], dma.graph.length_m[mine].sum())
        senses = plain.meters(zone)
        assert (boundary.inlets[zone], boundary.outlets[zone]) == (sum(senses), len(senses) - sum(senses))


def grid() -> Drawing:
    """A source, a meter, and a street of two pipes in A."""
    drawing = Drawing().node("S", 0, kind="source").node("M", 100, kind="flow_meter", meter_in="A")
    drawing.node("J", 200).node("E", 300)
    return drawing.pipe("P0", "S", "M").pipe("P1", "M", "J", dma_id="A").pipe("P2", "J", "E", dma_id="A")


def verdicts_of(drawing: Drawing, zones: pd.DataFrame) -> dict[str, str]:
    dma = dma_of(drawing, zones)
    return dict(zip(map(str, dma.zones.zone_id), find_faults(dma).verdicts()))


def test_a_zone_without_pipes_is_not_valid() -> None:
    assert verdicts_of(grid(), zone_rows("A", "Z")) == {"A": "valid", "Z": "not_valid"}


def test_a_circle_of_parents_is_not_valid_and_ends() -> None:
    zones = zone_rows("A", "Y", "Z").assign(parent_id=[None, "Z", "Y"])
    found = verdicts_of(grid(), zones)
    assert found == {"A": "valid", "Y": "not_valid", "Z": "not_valid"}


def test_a_network_without_a_source_has_no_valid_zone() -> None:
    drawing = grid()
    drawing.node_rows[0]["kind"] = "junction"
    assert verdicts_of(drawing, zone_rows("A")) == {"A": "not_valid"}


@pytest.mark.slow
def test_the_order_of_rows_changes_nothing() -> None:
    drawing = grid()
    before = verdicts_of(drawing, zone_rows("A"))
    drawing.pipe_rows.reverse()
    drawing.node_rows.reverse()
    assert verdicts_of(drawing, zone_rows("A")) == before


@pytest.mark.slow
def test_a_closed_pipe_beyond_closes_the_boundary() -> None:
    drawing = grid().node("X", 400).pipe("P3", "E", "X", initial_status="closed")
    assert verdicts_of(drawing, zone_rows("A")) == {"A": "valid"}
    drawing.pipe_rows[-1]["initial_status"] = None
    assert verdicts_of(drawing, zone_rows("A")) == {"A": "not_valid"}


@pytest.mark.slow
def test_verdicts_count_errors_found_otherwise() -> None:
    faults = find_faults(dma_of(grid(), zone_rows("A")))
    assert replace(faults).verdicts(np.array([True])).tolist() == ["not_valid"]
