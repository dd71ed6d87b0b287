"""The sample town's metered areas: mended they are valid; each fault gives roots of its own code alone."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.checks.repair_network import plan_repairs, write_repairs
from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, ZoneCheckResult, check_dma
from waternet_plugin.store.network import Network

TODAY = datetime.date(2026, 1, 1)


def judge(network: Network, *zones: str, write: bool = False) -> ZoneCheckResult:
    return check_dma(network, ZoneCheckRequest("Check", zones, store=write, today=TODAY))


def causes(result: ZoneCheckResult) -> set[tuple[str, str]]:
    """Return code and issue of what stands by itself and is more than advice."""
    found = result.findings
    chosen = found[found["root"].isna() & (found["severity"] != "info")]
    return set(zip(chosen["code"], chosen["issue_id"]))


def roots(result: ZoneCheckResult) -> set[tuple[str, str, str]]:
    """Return code, issue and zone of everything that stands by itself, advice included."""
    found = result.findings[result.findings["root"].isna()]
    return set(zip(found["code"], found["issue_id"], found["zone_id"]))


def verdicts(result: ZoneCheckResult) -> dict[str, str]:
    return dict(zip(result.zones["zone_id"], result.zones["verdict"]))


@pytest.fixture(scope="module")
def mended(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with its open lane closed, and ends and tees repaired."""
    path = tmp_path_factory.mktemp("dma") / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with store.open_network(path) as network:
        # As nobody checked it: what another check found earlier is told along.
        batches = network.batches()
        for batch in batches.loc[batches["kind"] == "check", "batch_id"]:
            network.undo(batch)
        before = judge(network)
        assert {code for code, _issue in causes(before)} == {"T1", "T2", "D2"}
        assert set(verdicts(before).values()) == {"valid", "not_valid"}
        (lane,) = before.findings.loc[before.findings["code"] == "D2", "assets"]
        with network.write("edit") as batch:
            node = lane.split(";")[-1]
            batch.update(
                "node", pd.DataFrame({"node_id": [node], "kind": ["valve"], "valve_state": "closed"})
            )
        write_repairs(network, plan_repairs(network, "near_miss_end, tee_without_node"), name="Repair")
    return path


@pytest.fixture
def town(mended: Path, tmp_path: Path) -> Iterator[Network]:
    with store.open_network(shutil.copy(mended, tmp_path / "town.gpkg")) as network:
        yield network


@pytest.mark.slow
def test_mended_the_town_has_three_valid_areas(town: Network) -> None:
    result = judge(town)
    assert causes(result) == set()
    assert verdicts(result) == {"DMA-1": "valid", "DMA-2": "valid", "DMA-3": "valid"}
    assert (result.zones["parts"] == 1).all()


def edit(network: Network, table: str, **columns: object) -> None:
    with network.write("edit") as batch:
        batch.update(table, pd.DataFrame({name: [value] for name, value in columns.items()}))


def boundary_valve(network: Network, zone: str) -> str:
    """Return the first closed valve at the boundary of a zone."""
    nodes, pipes = network.read("node"), network.read("pipe")
    inside: dict[str, set[object]] = {}
    for start, end, dma in zip(pipes["from_node"], pipes["to_node"], pipes["dma_id"]):
        for node in (start, end):
            inside.setdefault(node, set()).add(dma)
    shut = nodes.loc[nodes["valve_state"] == "closed", "node_id"]
    return min(one for one in shut if zone in inside.get(one, ()) and len(inside[one]) > 1)


def meter_of(network: Network, zone: str) -> str:
    nodes = network.read("node")
    return str(nodes.loc[nodes["meter_in"] == zone, "node_id"].min())


def open_valve(network: Network) -> str:
    edit(network, "node", node_id=boundary_valve(network, "DMA-1"), valve_state="open")
    return "DMA-1"


def remove_meter(network: Network) -> str:
    edit(network, "node", node_id=meter_of(network, "DMA-3"), meter_in=None, meter_out=None)
    return "DMA-3"


def remove_one_of_two_meters(network: Network) -> str:
    edit(network, "node", node_id=meter_of(network, "DMA-1"), meter_in=None, meter_out=None)
    return "DMA-1"


def swap_sense(network: Network) -> str:
    edit(network, "node", node_id=meter_of(network, "DMA-3"), meter_in=None, meter_out="DMA-3")
    return "DMA-3"


def move_pipe_to_other_zone(network: Network) -> str:
    """Give a pipe in the heart of a zone to another one."""
    pipes = network.read("pipe")
    mine = pipes[pipes["dma_id"] == "DMA-3"]
    edge = set(pipes.loc[pipes["dma_id"] != "DMA-3", "from_node"]) | set(
        pipes.loc[pipes["dma_id"] != "DMA-3", "to_node"]
    )
    heart = mine[~mine["from_node"].isin(edge) & ~mine["to_node"].isin(edge)]
    edit(network, "pipe", pipe_id=heart["pipe_id"].min(), dma_id="DMA-1")
    return "DMA-1"


def own_level(network: Network) -> str:
    edit(network, "zone", zone_id="DMA-3", parent_id="DMA-1")
    return "DMA-3"


def break_valve(network: Network) -> str:
    edit(network, "node", node_id=boundary_valve(network, "DMA-1"), operable="no")
    return "DMA-1"


def forget_state(network: Network) -> str:
    edit(network, "node", node_id=boundary_valve(network, "DMA-1"), valve_state="unknown")
    return "DMA-1"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code", "verdict"),
    [
        (open_valve, "D2", "not_valid"),
        (remove_meter, "D2", "not_valid"),
        (remove_one_of_two_meters, "D2", "not_valid"),
        (swap_sense, "D6", "not_valid"),
        (move_pipe_to_other_zone, "D1", "not_valid"),
        (own_level, "D8", "not_valid"),
        (break_valve, "D3", "valid"),
        (forget_state, "D14", "not_provable"),
    ],
)
def test_a_fault_gives_roots_of_its_own_code_alone(
    town: Network, fault: Callable[[Network], str], code: str, verdict: str
) -> None:
    before = roots(judge(town))
    zone = fault(town)
    result = judge(town)
    assert {each for each, _issue, _zone in roots(result) - before} == {code}
    assert {each for each, _issue in causes(result)} == {code}
    assert verdicts(result)[zone] == verdict


@pytest.mark.slow
def test_an_end_off_by_a_foot_is_an_end(town: Network) -> None:
    """A pipe of a zone ends 0.3 m off its node, whose id was emptied."""
    pipes = town.read("pipe")
    mine = pipes[(pipes["dma_id"] == "DMA-1") & (pipes["length_m"] > 20)]
    degree = pd.concat([pipes["from_node"], pipes["to_node"]]).value_counts()
    row = mine[mine["to_node"].map(degree) == 3].sort_values("pipe_id").head(1)
    line = shapely.get_coordinates(row["geom"].to_numpy(), include_z=True)
    way = (line[-1, :2] - line[-2, :2]) / np.hypot(*(line[-1, :2] - line[-2, :2]))
    line[-1, :2] -= 0.3 * way
    moved = row[["pipe_id", "to_node", "geom"]].copy()
    moved["geom"], moved["to_node"] = [shapely.LineString(line)], None
    with town.write("edit") as batch:
        batch.update("pipe", moved)
    result = judge(town, "DMA-1")
    assert {code for code, _issue in causes(result)} == {"T1"}
    assert verdicts(result)["DMA-1"] == "not_valid"


@pytest.mark.slow
def test_storing_is_one_batch_that_undoes_whole(town: Network) -> None:
    remove_meter(town)
    result = judge(town, write=True)
    zones = town.read("zone").set_index("zone_id")
    assert zones.loc["DMA-3", "verdict"] == "not_valid"
    assert zones.loc["DMA-1", "verdict"] == "valid"
    rows = town.read("zone_check")
    assert len(rows) == 3 and rows["inputs_hash"].nunique() == 3
    issues = town.read("issue")
    assert "dma_open_boundary" in set(issues.loc[issues["state"] == "open", "rule_id"])
    town.undo(result.batch_id)
    assert town.read("zone")["verdict"].isna().all()
    assert not len(town.read("zone_check"))


def add_issues(network: Network, **pipes: str) -> None:
    """Write open issues of some rules, each on a pipe."""
    rows = [
        {"issue_id": f"I-{rule}", "rule_id": rule, "severity": "info", "state": "open", "text": rule,
         "assets": pipe}
        for rule, pipe in pipes.items()
    ]  # fmt: skip
    with network.write("edit") as batch:
        batch.insert("issue", pd.DataFrame(rows))


@pytest.mark.slow
def test_findings_of_the_last_check_of_the_network_are_told_apart(town: Network) -> None:
    assert not any("T3" in one for one in judge(town).summary)
    pipes = town.read("pipe", ["pipe_id"], where={"dma_id": "DMA-2"}, geometry=False)["pipe_id"]
    add_issues(town, crossing_without_node=pipes.iloc[0], pipe_outside_dma=pipes.iloc[0])
    result = judge(town)
    assert {"T3", "D10"} <= set(result.findings["code"])
    (sentence,) = [one for one in result.summary if "T3" in one]
    assert sentence.startswith("2 findings") and "last check of the network" in sentence
    assert verdicts(result)["DMA-2"] == "valid"


@pytest.mark.slow
def test_what_changed_since_the_last_check_is_told(town: Network) -> None:
    assert judge(town, write=True).zones["changes"].isna().all()
    assert judge(town, write=True).zones["changes"].tolist() == ["", "", ""]
    remove_meter(town)
    told = judge(town).zones.set_index("zone_id")["changes"]
    assert told["DMA-1"] == ""
    assert "Not valid" in told["DMA-3"] and "Open crossings 0 → 1" in told["DMA-3"]


@pytest.mark.slow
def test_a_zone_that_is_none_is_refused(town: Network) -> None:
    with pytest.raises(InputError, match="no metered area DMA-9"):
        judge(town, "DMA-9")
    assert judge(town, "DMA-2").zones["zone_id"].tolist() == ["DMA-2"]


@pytest.mark.slow
def test_an_accepted_end_breaks_no_verdict(sample_town: Path, tmp_path: Path) -> None:
    path = shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path / "town.gpkg")
    with store.open_network(path) as network:
        first = judge(network, write=True)
        ends = first.findings[first.findings["code"].isin(["T2", "T6"])]
        for issue in ends["issue_id"]:
            edit(network, "issue", issue_id=issue, state="accepted", state_reason="seen")
        again = judge(network)
    # What hangs loose by itself is still one.
    assert verdicts(again)["DMA-1"] == "not_valid"
    assert "T2" in set(again.findings["code"])


@pytest.mark.slow
def test_a_scenario_is_checked_without_touching_the_network(town: Network) -> None:
    """Close the inlet of a zone in a scenario, and take a pipe of its heart out."""
    meter = meter_of(town, "DMA-3")
    pipes = town.read("pipe")
    heart = pipes[(pipes["from_node"] != meter) & (pipes["to_node"] != meter) & (pipes["dma_id"] == "DMA-2")]
    with town.write("edit") as batch:
        batch.insert("zone_scenario", pd.DataFrame({"scenario_id": ["ZS1"], "name": ["Plan A"]}))
        batch.insert(
            "scenario_pipe",
            pd.DataFrame(
                {
                    "scenario_pipe_id": ["1"],
                    "scenario_id": ["ZS1"],
                    "pipe_id": [heart["pipe_id"].min()],
                    "zone_id": [None],
                }
            ),
        )
        batch.insert(
            "scenario_device",
            pd.DataFrame({"device_id": ["1"], "scenario_id": ["ZS1"], "kind": ["close"], "node_id": [meter]}),
        )
    add_issues(town, crossing_without_node=heart["pipe_id"].max(), pipe_outside_dma=heart["pipe_id"].max())
    request = ZoneCheckRequest("Check", scenario="Plan A", today=TODAY)
    result = check_dma(town, request)
    # Polygons and zones were compared as they are, not as the scenario has them.
    assert {"T3"} == set(result.findings["code"]) & {"T3", "D10"}
    found = verdicts(result)
    assert found == {"DMA-1": "valid", "DMA-2": "not_valid", "DMA-3": "not_valid"}
    assert {"D2", "D5"} <= {code for code, _issue in causes(result)}
    assert town.read("zone")["verdict"].isna().all()
    assert set(town.read("zone_check")["scenario_id"]) == {"ZS1"}
    assert verdicts(judge(town))["DMA-3"] == "valid"
    with pytest.raises(InputError, match="no scenario “Plan B”"):
        check_dma(town, ZoneCheckRequest("Check", scenario="Plan B"))
