"""Proposals for public networks kept as scenarios: flooded from meters and checked, by a plain search."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from waternet_plugin import store
from waternet_plugin.core.dma.proposal.proposal_options import ProposalOptions
from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, check_dma
from waternet_plugin.operations.dma.draw_dma import METERS, DrawRequest, draw_dma
from waternet_plugin.operations.dma.propose_dma import ProposeDmaRequest, propose_dma
from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest
from waternet_plugin.store.network import Network

# Real networks are large.
pytestmark = pytest.mark.slow

PLAN = "Plan"


@pytest.fixture(scope="module", params=["net3", "ky4"])
def planned(request: pytest.FixtureRequest, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A public network with five zones in a scenario, and that proposal."""
    (source,) = (data_dir / "networks_inp" / request.param).glob("*.inp")
    path = tmp_path_factory.mktemp("plans") / f"{request.param}.gpkg"
    import_epanet(ModelImportRequest(str(source), str(path)))
    options = ProposalOptions(count=5, size_by="length")
    with store.open_network(path) as network:
        yield network, propose_dma(network, ProposeDmaRequest(options, PLAN, "Propose"))


def plain(network: Network, done: Any) -> dict[str, tuple[int, int, bool]]:
    """Return parts, open crossings and whether water gets there, of each zone, from the rows alone."""
    pipes, nodes = network.read("pipe"), network.read("node").set_index("node_id")
    zone_of = {row.pipe_id: row.zone_id for row in done.pipes.itertuples()}
    rows = list(done.boundary.itertuples())
    cut = {(row.pipe_id, row.at_node) for row in rows if row.device == "close"}
    meters = {row.at_node: {row.zone_in, row.zone_out} for row in rows if row.device == "meter"}
    shut = set(nodes.index[nodes["valve_state"] == "closed"])
    graph: nx.MultiGraph = nx.MultiGraph()
    at = defaultdict(set)
    for row in pipes.itertuples():
        if row.initial_status == "closed" or row.pipe_id not in zone_of:
            continue
        ends = [
            (row.pipe_id, node) if node in shut or (row.pipe_id, node) in cut else node
            for node in (row.from_node, row.to_node)
        ]
        graph.add_edge(*ends, zone=zone_of[row.pipe_id])
        for end in ends:
            at[end].add(zone_of[row.pipe_id])
    sources = set(nodes.index[nodes["kind"].isin(["source", "plant", "reservoir", "tank"])]) & set(graph)
    wet = set().union(*(nx.node_connected_component(graph, source) for source in sources))
    found = {}
    for zone in done.zones["zone_id"]:
        mine = nx.MultiGraph([(one, other) for one, other, of in graph.edges(data="zone") if of == zone])
        crossed = [node for node, zones in at.items() if zone in zones and len(zones) > 1]
        unmetered = [node for node in crossed if zone not in meters.get(node, ())]
        found[zone] = (nx.number_connected_components(mine), len(unmetered), bool(set(mine) & wet))
    return found


def test_flooded_from_its_meters_each_zone_has_the_pipes_that_were_proposed(planned: Any) -> None:
    network, done = planned
    drawn = draw_dma(network, DrawRequest("Draw", METERS, scenario=PLAN))
    flooded = dict(zip(drawn.pipes["pipe_id"], drawn.pipes["zone_id"]))
    wanted = {row.pipe_id: row.zone_id for row in done.pipes.itertuples() if row.zone_id}
    assert {pipe: zone for pipe, zone in flooded.items() if zone} == wanted
    # Where a meter stands at a node of three patches, its two sides leave open which of them the third is.
    several = [pipes for pipes, zones in answers(network, done) if len(zones) > 1]
    assert len(drawn.notes) == bool(several)
    for note in drawn.notes:
        assert f"round {len(several)} patches fit two answers" in note
        assert sorted(re.findall(r"P-\d+", note)) == sorted(map(min, several))
    # Such pipes keep the zone they have.
    assert all(flooded[pipe] == wanted[pipe] for pipes in several for pipe in pipes)


def answers(network: Network, done: Any) -> list[tuple[frozenset[str], set[str | None]]]:
    """Return the pipes of each patch with all zones that some way to satisfy every meter gives it.

    All ways are tried, of rows alone: a patch is what hangs together between meters, closed valves and closed
    ends of pipes; the patches at a meter lie on both its sides.
    """
    pipes, nodes = network.read("pipe"), network.read("node").set_index("node_id")
    rows = list(done.boundary.itertuples())
    cut = {(row.pipe_id, row.at_node) for row in rows if row.device == "close"}
    sides = {row.at_node: {row.zone_in, row.zone_out} for row in rows if row.device == "meter"}
    shut = set(nodes.index[nodes["valve_state"] == "closed"])
    graph, at = nx.MultiGraph(), defaultdict(set)
    for row in pipes[pipes["initial_status"] != "closed"].itertuples():
        ends = []
        for end, node in (("from", row.from_node), ("to", row.to_node)):
            apart = node in shut or node in sides or (row.pipe_id, node) in cut
            ends.append((row.pipe_id, end) if apart else node)
            if node in sides and (row.pipe_id, node) not in cut:
                at[node].add(row.pipe_id)
        graph.add_edge(*ends, name=row.pipe_id)
    patches = [
        frozenset(name for *_ends, name in graph.subgraph(part).edges(data="name"))
        for part in nx.connected_components(graph)
    ]
    patch_of = {name: number for number, patch in enumerate(patches) for name in patch}
    meters = [({patch_of[name] for name in names}, sides[node]) for node, names in at.items()]
    every = set().union(*sides.values())
    choices = [
        sorted(every.intersection(*(told for there, told in meters if number in there)), key=str)
        for number in range(len(patches))
    ]
    fits = [
        way
        for way in itertools.product(*choices)
        if all({way[number] for number in there} == told for there, told in meters)
    ]
    zone_of = {row.pipe_id: row.zone_id for row in done.pipes.itertuples()}
    assert tuple(zone_of[min(patch)] for patch in patches) in fits, "what was proposed satisfies its meters"
    return [(patch, {way[number] for way in fits}) for number, patch in enumerate(patches)]


def test_only_at_nodes_of_three_patches_do_meters_fit_two_answers(planned: Any) -> None:
    network, done = planned
    open_ = [(sorted(pipes), zones) for pipes, zones in answers(network, done) if len(zones) > 1]
    name = Path(network.uri).stem
    expected = {"net3": [], "ky4": [["P-100"], ["P-231"], ["P-3"], ["P-400"], ["P-762"]]}[name]
    assert sorted(pipes[:1] for pipes, _zones in open_) == expected
    assert all(len(zones) == 2 for _pipes, zones in open_)


def test_the_check_finds_what_a_plain_search_finds(planned: Any) -> None:
    network, done = planned
    checked = check_dma(network, ZoneCheckRequest("Check", scenario=PLAN, store=False)).zones
    told = {row.zone_id: (row.parts, row.open_crossings) for row in checked.itertuples()}
    by_search = plain(network, done)
    assert told == {zone: (parts, crossings) for zone, (parts, crossings, _fed) in by_search.items()}
    assert set(told.values()) == {(1, 0)}
    assert all(fed for _parts, _crossings, fed in by_search.values())


def test_a_meter_less_opens_the_zones_at_its_sides(planned: Any) -> None:
    network, _done = planned
    devices = network.read("scenario_device")
    meter = devices[devices["kind"] == "meter"].iloc[0]
    with network.write("edit") as batch:
        batch.delete("scenario_device", [meter["device_id"]])
    try:
        checked = check_dma(network, ZoneCheckRequest("Check", scenario=PLAN, store=False)).zones
        verdicts = dict(zip(checked["zone_id"], checked["verdict"]))
        opened = dict(zip(checked["zone_id"], checked["open_crossings"]))
    finally:
        network.undo()
    sides = {side for side in (meter["zone_in"], meter["zone_out"]) if isinstance(side, str)}
    assert {zone for zone, many in opened.items() if many} == sides
    assert all(verdicts[zone] == "not_valid" for zone in sides)
