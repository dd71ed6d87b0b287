"""Bad input on a real network: one sentence that tells what is wrong, and nothing lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.core.dma.proposal.proposal_options import ProposalOptions
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, ZoneCheckResult, check_dma
from waternet_plugin.operations.dma.draw_dma import METERS, PIPES, POLYGON, DrawRequest, draw_dma
from waternet_plugin.operations.dma.propose_dma import ProposeDmaRequest, propose_dma
from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest
from waternet_plugin.store.network import Network

SOURCES = ("source", "plant", "reservoir", "tank")


@pytest.fixture(scope="module")
def imported(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Net3 as a network."""
    (source,) = (data_dir / "networks_inp" / "net3").glob("*.inp")
    path = tmp_path_factory.mktemp("net3") / "net3.gpkg"
    import_epanet(ModelImportRequest(str(source), str(path)))
    return path


@pytest.fixture
def net3(imported: Path, tmp_path: Path) -> Iterator[Network]:
    with store.open_network(shutil.copy(imported, tmp_path / "net3.gpkg")) as network:
        yield network


def halves(network: Network) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Return two polygons that share the middle third of the network."""
    west, south, east, north = network.read("pipe", ["pipe_id"]).total_bounds
    third = (east - west) / 3
    return (
        shapely.box(west - 1, south - 1, east - third, north + 1),
        shapely.box(west + third, south - 1, east + 1, north + 1),
    )


def draw(network: Network, zone: str, area: shapely.Geometry) -> None:
    draw_dma(network, DrawRequest("Draw", POLYGON, zone, area=area, store=True))


def state(network: Network) -> tuple[object, ...]:
    """Return what a refused run must leave as it is."""
    pipes, zones = network.read("pipe", ["pipe_id", "dma_id"]), network.read("zone")
    return (
        len(network.batches()),
        pipes["dma_id"].fillna("").tolist(),
        zones.drop(columns="geom").to_json(),
        network.count("issue"),
    )


def judged(network: Network) -> ZoneCheckResult:
    return check_dma(network, ZoneCheckRequest("Check"))


def told(result: ZoneCheckResult, rule: str) -> list[str]:
    findings = result.findings
    return findings.loc[findings["rule_id"] == rule, "text"].tolist()


def propose(network: Network, **options: object) -> str:
    """Return the sentence with which a proposal is refused; nothing is written then."""
    before = state(network)
    chosen = ProposalOptions(**{"size_by": "length", **options})  # type: ignore[arg-type]
    with pytest.raises(InputError) as refused:
        propose_dma(network, ProposeDmaRequest(chosen, "Plan"))
    assert state(network) == before
    assert network.count("zone_scenario") == 0
    return refused.value.message


@pytest.mark.slow
def test_overlapping_polygons_make_zones_that_do_not_overlap(net3: Network) -> None:
    west, east = halves(net3)
    draw(net3, "W", west)
    first = net3.read("pipe")["dma_id"].eq("W").sum()
    draw(net3, "E", east)
    pipes, zones = net3.read("pipe"), net3.read("zone").set_index("zone_id")
    assert 0 < pipes["dma_id"].eq("W").sum() < first
    assert zones.loc["W", "geom"].intersection(zones.loc["E", "geom"]).area < 1e-3
    assert zones.loc["W", "hue"] != zones.loc["E", "hue"]
    net3.undo()
    assert net3.read("pipe")["dma_id"].eq("W").sum() == first
    assert net3.read("zone")["zone_id"].tolist() == ["W"]


@pytest.mark.slow
def test_a_zone_that_lost_its_pipes_stays_and_the_check_says_so(net3: Network) -> None:
    west, _east = halves(net3)
    draw(net3, "W", west)
    draw(net3, "E", west)
    zones = net3.read("zone").set_index("zone_id")
    assert zones.loc["W", "geom"] is None
    result = judged(net3)
    assert told(result, "dma_without_pipes") == ["W has no open pipe."]
    assert result.zones.set_index("zone_id").loc["W", "verdict"] == "not_valid"


@pytest.mark.slow
def test_zones_that_hold_each_other_are_told_and_nothing_hangs(net3: Network) -> None:
    west, east = halves(net3)
    draw(net3, "W", west)
    draw(net3, "E", east)
    with net3.write("edit") as batch:
        batch.update("zone", pd.DataFrame({"zone_id": ["W", "E"], "parent_id": ["E", "W"]}))
    result = judged(net3)
    (sentence,) = set(told(result, "dma_parent_cycle"))
    assert sentence == "E lies above itself: 2 zones form a circle of parents."
    assert set(result.zones["verdict"]) == {"not_valid"}
    pipe = str(net3.read("pipe").query("dma_id == 'E'")["pipe_id"].iloc[0])
    draw_dma(net3, DrawRequest("Draw", PIPES, "W", pipe_ids=(pipe,), store=True))
    assert net3.read("zone")["geom"].notna().all()


@pytest.mark.slow
@pytest.mark.parametrize("count", [10, 20])
def test_a_pipe_longer_than_a_zone_may_be_is_named(net3: Network, count: int) -> None:
    longest = net3.read("pipe").sort_values("length_m").iloc[-1]
    sentence = propose(net3, count=count)
    assert str(longest["pipe_id"]) in sentence
    assert "MAX_SIZE" in sentence


@pytest.mark.slow
def test_more_zones_than_the_bounds_allow_are_refused(net3: Network) -> None:
    sentence = propose(net3, count=50, min_size=5000.0, max_size=20000.0)
    assert "50 zones are too many" in sentence


@pytest.mark.slow
def test_without_a_source_proposals_are_refused_and_zones_are_not_valid(net3: Network) -> None:
    west, _east = halves(net3)
    draw(net3, "W", west)
    nodes = net3.read("node")
    fed = nodes.loc[nodes["kind"].isin(SOURCES), "node_id"].tolist()
    with net3.write("edit") as batch:
        batch.update("node", pd.DataFrame({"node_id": fed, "status": "abandoned"}))
    assert "source" in propose(net3, count=3)
    result = judged(net3)
    assert told(result, "dma_unfed") == ["No source reaches W."]
    with pytest.raises(InputError, match="is a boundary meter"):
        draw_dma(net3, DrawRequest("Draw", METERS))
