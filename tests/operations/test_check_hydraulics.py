"""Proposed zones with their crossings closed in the model that is kept with the network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.epanet_files import read
from support.epanet_grid import StandInEngine, grid_file
from support.proposal_networks import lattice_streets, street_frames

from waternet_plugin import store
from waternet_plugin.core.dma.hydraulics import (
    EngineError,
    HydraulicModel,
    HydraulicRun,
    compare_runs,
    with_ages,
)
from waternet_plugin.core.dma.proposal.proposal_options import ProposalOptions
from waternet_plugin.operations.dma.propose_dma import ProposeDmaRequest, propose_dma
from waternet_plugin.operations.hydraulics.engines.epanet_engine import found_engine
from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest

REQUEST = ProposeDmaRequest(ProposalOptions(count=3, size_by="length"))


def network_of(folder: Path, text: str) -> Path:
    """Return a network made of an EPANET file."""
    source = folder / "grid.inp"
    source.write_text(text, encoding="utf-8")
    path = folder / "grid 网.gpkg"
    import_epanet(ModelImportRequest(str(source), str(path)))
    return path


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lattice that runs for a day, with a control that opens each of its pipes."""
    control = "\n".join(f" LINK P{number} OPEN AT TIME 0" for number in range(1, 61))
    return network_of(tmp_path_factory.mktemp("grid"), grid_file(6, control=control))


def proposed(path: Path, engine: Any = None) -> Any:
    """Return proposals for a network."""
    with store.open_network(path) as network:
        return propose_dma(network, REQUEST, engine=engine)


@pytest.mark.slow
def test_the_pipes_that_a_solution_closes_pass_no_water_and_no_control_opens_them(grid: Path) -> None:
    engine = StandInEngine(lambda model: np.full(len(model.nodes), 20.0))
    done = proposed(grid, engine)
    # All of one moment in one go; the water age for the chosen one alone.
    assert [len(models) for models in engine.asked] in ([4], [4, 2])
    before, *closed_ones = (read(model.data) for model in engine.asked[0])
    for number, solution in enumerate(done.proposals.solutions.values()):
        after = closed_ones[number]
        closed = solution.boundary[solution.boundary["device"] == "close"]
        assert len(closed)
        assert set(before.links) - set(after.links) == set(closed["pipe_id"])
        check = list(done.hydraulics.values())[number]
        assert dict(check.stubs) == dict.fromkeys(closed["pipe_id"], 100.0)
        controls = [line for line in after.document.lines if line.section == "CONTROLS" and not line.heading]
        opened = {line.words[1] for line in controls if len(line.words) > 1}
        assert opened == set(after.links) - {"P0"}


@pytest.mark.slow
def test_figures_are_in_the_result_and_in_the_report(grid: Path) -> None:
    def low_at_the_last(model: HydraulicModel) -> np.ndarray:
        pressure = np.full(len(model.nodes), 18.25)
        pressure[-1] = 9.5
        return pressure

    done = proposed(grid, StandInEngine(low_at_the_last))
    check = done.hydraulics["fewest_devices"]
    assert check.sentence() == "lowest pressure 9.5 m; 2.8 % of the demand falls below 14 m"
    figures = done.report.figures["solutions"]["fewest_devices"]["hydraulics"]
    assert figures["state"] == "checked"
    assert figures["p_min_before_m"] == 20.0
    assert figures["p_min_m"] == 9.5
    assert figures["p_min_node"] == "J5-5"
    assert figures["nodes_below"] == ["J5-5"]
    assert figures["demand_below_share"] == pytest.approx(1 / 36)
    (pressure,) = (section for section in done.report.sections if section.title == "Pressure")
    assert pressure.table is not None
    assert len(pressure.table.rows) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "words"),
    [
        (StandInEngine(lambda _model: 1 / 0), "stand-in failed: division by zero."),
        (StandInEngine(lambda model: np.full(len(model.nodes), np.nan)), "stand-in found no pressures."),
    ],
)
def test_an_engine_that_fails_is_a_reason_and_no_error(grid: Path, engine: StandInEngine, words: str) -> None:
    done = proposed(grid, engine)
    assert done.hydraulics["cheapest"].sentence() == f"Hydraulics not checked: {words}"
    assert done.report.figures["solutions"]["cheapest"]["hydraulics"]["state"] == "not_checked"


@pytest.mark.slow
def test_a_network_from_no_epanet_file_is_not_checked(tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    pipes, nodes, customers = street_frames(lattice_streets(8))
    with store.create_network(path, "EPSG:4547") as made, made.write("adopt") as batch:
        batch.insert("pipe", pipes)
        batch.insert("node", nodes)
        batch.insert("customer", customers)
    engine = StandInEngine(lambda model: np.full(len(model.nodes), 20.0))
    done = proposed(path, engine)
    assert "No EPANET model is kept" in done.hydraulics["cheapest"].sentence()
    assert engine.asked == []


def run_of(pressure: list[float], demand: list[float], age: Any = None, hours: float = 0.0) -> HydraulicRun:
    """Return a run."""
    return HydraulicRun(np.array(pressure), np.array(demand), age, hours)


def test_only_demand_that_newly_falls_below_counts() -> None:
    before = run_of([20.0, 10.0, 3.0, 15.0], [1.0, 2.0, 0.0, 5.0])
    after = run_of([13.9, 9.0, 1.0, 14.0], [1.0, 2.0, 0.0, 5.0])
    check = compare_runs(before, after, ("A", "B", "C", "D"), ("D",), service_m=14.0, engine="E")
    assert check.below_nodes == ("A",)
    assert check.below_share == 1 / 8
    assert (check.p_before_m, check.p_after_m, check.p_node) == (10.0, 9.0, "B")
    assert "water age not checked: it is computed for" in check.age_sentence()
    assert "the model has no duration" in with_ages(check, before, after).age_sentence()


@pytest.mark.parametrize(("age", "words"), [(9.0, "up to 9 h"), (24.0, "24 h at least")])
def test_an_age_as_long_as_the_run_is_a_lower_bound(age: float, words: str) -> None:
    run = run_of([20.0], [1.0], np.array([age]), 24.0)
    check = compare_runs(run, run, ("A",), ("A",), service_m=14.0, engine="E")
    assert words in with_ages(check, run, run).age_sentence()


def test_water_stands_still_in_closed_pipes_with_and_without_dead_ends() -> None:
    run = run_of([20.0], [1.0], np.array([9.0]), 24.0)
    stubs = (("P1", 100.0), ("P2", 50.4))
    both = compare_runs(run, run, ("A",), ("A",), service_m=14.0, engine="E", stubs=stubs)
    assert with_ages(both, run, run).age_sentence() == (
        "dead ends made by closing: 1; water age there up to 9 h; "
        "water stands still in closed pipes: 2, 150 m"
    )
    bare = run_of([20.0], [1.0])
    alone = compare_runs(bare, bare, ("A",), (), service_m=14.0, engine="E", stubs=stubs[:1])
    assert alone.age_sentence() == "water stands still in closed pipes: 1, 100 m"
    assert alone.figures()["closed_stubs"] == [{"pipe": "P1", "length_m": 100.0}]


def test_a_model_without_demand_is_refused() -> None:
    run = run_of([20.0], [0.0])
    with pytest.raises(EngineError, match="No node of the model has a demand"):
        compare_runs(run, run, ("A",), (), service_m=14.0, engine="E")


@pytest.mark.slow
@pytest.mark.parametrize("duration", ["24:00", "0"])
def test_epanet_itself_computes_the_lattice(duration: str, tmp_path: Path) -> None:
    pytest.importorskip("wntr.epanet.toolkit", reason="the EPANET engine (wntr) is not installed")
    done = proposed(network_of(tmp_path, grid_file(6, duration=duration)), found_engine())
    for check in done.hydraulics.values():
        assert check.reason == ""
        assert 14.0 < check.p_after_m <= check.p_before_m < 30.0
        assert check.below_share == 0.0
    chosen = done.hydraulics[done.proposals.chosen]
    known = [after is not None for _node, _before, after in chosen.dead_ends]
    assert all(known) if duration != "0" else not any(known)
    others = [check for name, check in done.hydraulics.items() if name != done.proposals.chosen]
    assert all(after is None for check in others for _node, _before, after in check.dead_ends)


@pytest.mark.slow
def test_nobody_waits_for_pressures_that_were_not_asked_for(grid: Path) -> None:
    engine = StandInEngine(lambda model: np.full(len(model.nodes), 20.0))
    with store.open_network(grid) as network:
        done = propose_dma(network, replace(REQUEST, wants_pressures=False), engine=engine)
    assert engine.asked == []
    assert {check.reason for check in done.hydraulics.values()} == {"Pressures were not asked for."}
