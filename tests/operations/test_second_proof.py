"""Checks and test plans say whether NetworkX confirms them; scripts get the network as its graph."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from support.pressure_test_town import square_file
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.core.dma.boundary import OPEN
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.verdict.zone_faults import ZoneFaults, find_faults
from waternet_plugin.core.errors import DependencyError, InputError
from waternet_plugin.core.quality.zones import zone_context
from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, ZoneCheckResult, check_dma
from waternet_plugin.operations.network.networkx_graph import to_networkx
from waternet_plugin.operations.pressure_tests import plan_zero_pressure_test as planning
from waternet_plugin.store.network import Network


@pytest.fixture
def town(sample_town: Path, tmp_path: Path) -> Iterator[Network]:
    """A copy of the sample town, open."""
    with store.open_network(shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path)) as network:
        yield network


@pytest.fixture
def square(tmp_path: Path) -> Iterator[Network]:
    """The square zone, open."""
    with store.open_network(square_file(tmp_path / "n.gpkg")) as found:
        yield found


def blind(dma: DmaNetwork) -> ZoneFaults:
    """Return the faults of a network whose open crossings were lost."""
    faults = find_faults(dma)
    crossings = faults.boundary.crossings
    kept = crossings.state != OPEN
    fewer = replace(
        crossings, zone=crossings.zone[kept], node=crossings.node[kept], state=crossings.state[kept]
    )
    return replace(faults, boundary=replace(faults.boundary, crossings=fewer), ways=())


def judge(network: Network, *, write: bool = False) -> ZoneCheckResult:
    return check_dma(network, ZoneCheckRequest("Check", store=write))


def by_zone(found: ZoneCheckResult, column: str) -> dict[str, str]:
    return dict(zip(found.zones["zone_id"], found.zones[column]))


def open_differences(network: Network) -> list[str]:
    issues = network.read("issue", ["rule_id", "state", "assets"])
    chosen = (issues["rule_id"] == "dma_proofs_differ") & (issues["state"] == "open")
    return issues.loc[chosen, "assets"].tolist()


@pytest.mark.slow
def test_the_town_is_confirmed_in_summary_and_report(town: Network) -> None:
    found = judge(town)
    assert found.confirmed == 3 and set(by_zone(found, "confirmed").values()) == {"yes"}
    (sentence,) = [one for one in found.summary if "NetworkX" in one]
    assert sentence.endswith(": 3 of 3 areas.")
    page = found.report.to_html()
    assert sentence in page and "pipes inside without an alternative way" in page


@pytest.mark.slow
def test_a_wrong_verdict_is_caught_kept_and_taken_back(
    town: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as planted:
        planted.setattr(zone_context, "find_faults", blind)
        found = judge(town, write=True)
    assert by_zone(found, "confirmed") == {"DMA-1": "yes", "DMA-2": "no", "DMA-3": "yes"}
    assert by_zone(found, "verdict")["DMA-2"] == "not_provable"
    assert found.confirmed == 2
    assert open_differences(town) == ["DMA-2"]
    verdicts = town.read("zone", ["zone_id", "verdict"], geometry=False).set_index("zone_id")["verdict"]
    assert verdicts["DMA-2"] == "not_provable"
    # Without networkx nobody knows better, so the finding stays; a right check closes it.
    with monkeypatch.context() as bare:
        bare.setitem(sys.modules, "networkx", None)
        unproven = judge(town, write=True)
    assert set(by_zone(unproven, "confirmed").values()) == {"not_checked"}
    assert any("networkx is not installed" in one for one in unproven.summary)
    assert open_differences(town) == ["DMA-2"]
    assert by_zone(judge(town, write=True), "verdict")["DMA-2"] == "not_valid"
    assert open_differences(town) == []
    town.undo()
    assert open_differences(town) == ["DMA-2"]


@pytest.mark.slow
def test_a_plan_says_whether_its_boundary_is_proven_twice(
    square: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = planning.PressureTestRequest("Z")
    found = planning.plan_zero_pressure_test(square, request)
    assert found.is_confirmed and ": 1 of 1 area." in found.confirmation
    assert found.report is not None and found.confirmation in found.report.to_html()

    def unfed(dma: DmaNetwork) -> ZoneFaults:
        faults = find_faults(dma)
        return replace(faults, unfed=~faults.unfed)

    with monkeypatch.context() as planted:
        planted.setattr(planning, "find_faults", unfed)
        wrong = planning.plan_zero_pressure_test(square, request)
    assert not wrong.is_confirmed and ": 0 of 1 area." in wrong.confirmation
    assert "The two proofs of Z differ" in wrong.warnings[0]
    monkeypatch.setitem(sys.modules, "networkx", None)
    bare = planning.plan_zero_pressure_test(square, request)
    assert bare.confirmed == "not_checked" and "networkx is not installed" in bare.confirmation


@pytest.mark.slow
def test_a_script_gets_pipes_in_use_by_their_names(town: Network) -> None:
    pipes = town.read("pipe", ["pipe_id", "system", "status", "dma_id", "length_m"], geometry=False)
    in_use = pipes[~pipes["status"].isin(("planned", "abandoned", "removed"))]
    graph = to_networkx(town)
    assert isinstance(graph, nx.MultiGraph)
    water = in_use[in_use["system"].isin(("potable", "raw_water"))]
    assert {key for _one, _other, key in graph.edges(keys=True)} == set(water["pipe_id"])
    length = sum(values["length_m"] for _one, _other, values in graph.edges(data=True))
    assert np.isclose(length, water["length_m"].sum())
    kinds = {kind for _node, kind in graph.nodes(data="kind")}
    assert "valve" in kinds and "manhole" not in kinds
    drains = to_networkx(town, systems=["sewage", "storm"])
    assert {values["system"] for _one, _other, values in drains.edges(data=True)} == {"sewage", "storm"}
    area = to_networkx(town, zone="DMA-1")
    assert {key for *_ends, key in area.edges(keys=True)} == set(
        water.loc[water["dma_id"] == "DMA-1", "pipe_id"]
    )
    assert {values["is_open"] for *_ends, values in graph.edges(data=True)} <= {True, False}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    a_few_quick(
        [({"systems": ["gas"]}, "There is no system gas"), ({"zone": "X"}, "There is no metered area X")],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_script_that_asks_for_what_is_not_there_gets_a_sentence(
    square: Network, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        to_networkx(square, **asked)


@pytest.mark.slow
def test_a_script_without_networkx_gets_a_sentence(square: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(DependencyError, match="pip install networkx"):
        to_networkx(square)
