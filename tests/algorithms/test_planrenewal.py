"""The plan as a script makes it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from support.headless import must, run
from support.plan_streets import CRS, assessed_streets, bad_streets

from waternet_plugin import store


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with one assessment."""
    return assessed_streets(tmp_path_factory.mktemp("plan 计划") / "town.gpkg")


@pytest.fixture
def network(assessed: Path, tmp_path: Path) -> Path:
    """A copy to write to."""
    return Path(shutil.copy(assessed, tmp_path / "town.gpkg"))


@pytest.fixture(scope="module")
def planned(assessed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """A plan that pays for one street a year, with all its outputs."""
    folder = tmp_path_factory.mktemp("outputs")
    network = Path(shutil.copy(assessed, folder / "town.gpkg"))
    results = must(
        "planrenewal",
        NETWORK=network,
        BUDGET=500_000,
        START_YEAR=2027,
        YEARS=3,
        OUTPUT_PROJECTS=folder / "projects.gpkg",
        OUTPUT_PIPES=folder / "pipes.csv",
        REPORT=folder / "plan.html",
    )
    return results, folder


@pytest.mark.slow
def test_figures_of_the_plan(planned: tuple[dict, Path]) -> None:
    results, _ = planned
    # 300 m of DN 200 at 1,400 a metre and 30,000 to begin
    assert results["PLAN_ID"] == "PL0001"
    assert results["PROJECTS"] == 12
    assert results["FUNDED"] == 3
    assert results["KM_FUNDED"] == pytest.approx(0.9)
    assert results["COST"] == 3 * 450_000
    assert results["FAILURES_AVOIDED"] > 0


@pytest.mark.slow
def test_projects_have_the_columns_of_the_contract(planned: tuple[dict, Path]) -> None:
    projects = gpd.read_file(planned[1] / "projects.gpkg")
    named = ["project_id", "year", "cost", "length_m", "class", "method", "state", "reasons"]
    assert list(projects.columns[:8]) == named
    assert set(projects.geom_type) == {"MultiLineString"}
    assert projects.crs.to_epsg() == 4547
    funded = projects.dropna(subset=["year"]).sort_values("year")
    assert funded["project_id"].tolist() == ["P-00-0", "P-01-0", "P-02-0"]
    assert funded["year"].tolist() == [2027, 2028, 2029]
    assert set(funded["class"]) == {"renew_now"}
    assert projects["year"].isna().sum() == 9
    assert set(projects["state"]) == {"proposed", "not_funded"}
    assert projects["reasons"].str.len().min() > 0


def test_pipes_are_those_of_funded_projects(planned: tuple[dict, Path]) -> None:
    pipes = pd.read_csv(planned[1] / "pipes.csv", dtype={"pipe_id": str})
    assert list(pipes.columns) == ["pipe_id", "project_id", "year", "cost"]
    assert pipes["pipe_id"].is_unique
    assert len(pipes) == 9
    assert pipes.groupby("year")["cost"].sum().round(2).tolist() == [450_000.0] * 3


def test_report_and_its_figures(planned: tuple[dict, Path]) -> None:
    page = (planned[1] / "plan.html").read_text(encoding="utf-8")
    figures = json.loads((planned[1] / "plan.json").read_text(encoding="utf-8"))
    assert "2027" in page
    assert figures["funded"] == 3
    assert [year["cost"] for year in figures["years"]] == [450_000.0] * 3
    assert len(figures["strategies"]) == 5
    assert figures["parameters"]["RUN"] == "R0001"


@pytest.mark.slow
def test_plan_is_kept_in_one_batch(planned: tuple[dict, Path]) -> None:
    with store.open_network(planned[1] / "town.gpkg") as network:
        batches = network.batches()
        assert batches["kind"].iloc[0] == "plan"
        plan = network.read("plan").iloc[0]
        assert (plan["plan_id"], plan["run_id"], plan["budget"]) == ("PL0001", "R0001", 500_000.0)
        assert json.loads(plan["parameters"])["YEARS"] == 3
        assert network.count("project") == 12
        assert network.count("project_pipe") == 9
        assert sorted(network.read("pipe_plan", ["pipe_id"])["pipe_id"])[:3] == ["00-0", "00-1", "00-2"]
        network.undo()
        assert network.count("project") == network.count("plan") == network.count("project_pipe") == 0


@pytest.mark.slow
def test_second_plan_takes_the_place_of_the_first(network: Path, tmp_path: Path) -> None:
    must("planrenewal", NETWORK=network, BUDGET=500_000, START_YEAR=2027)
    with store.open_network(network) as opened, opened.write("edit") as batch:
        batch.update("project", pd.DataFrame({"project_id": ["P-00-0"], "state": ["approved"]}))
    output = tmp_path / "projects.gpkg"
    results = must(
        "planrenewal",
        NETWORK=network,
        BUDGET=500_000,
        START_YEAR=2028,
        YEARS=2,
        FIXED="P-05-0:2028;P-01-0:drop",
        OUTPUT_PROJECTS=output,
    )
    assert results["PLAN_ID"] == "PL0002"
    assert results["PROJECTS"] == 11
    projects = pyogrio.read_dataframe(output).set_index("project_id")
    assert "P-00-0" not in projects.index
    assert projects.loc["P-05-0", ["year", "state"]].tolist() == [2028, "fixed"]
    assert projects.loc["P-01-0", "state"] == "dropped"
    assert projects.loc["P-02-0", "year"] == 2029
    with store.open_network(network) as opened:
        assert opened.count("project") == 12
        assert opened.count("plan") == 2
        opened.undo()
        before = opened.read("project", ["project_id", "plan_id", "state"]).set_index("project_id")
        assert set(before["plan_id"]) == {"PL0001"}
        assert before.loc[["P-00-0", "P-01-0"], "state"].tolist() == ["approved", "proposed"]


@pytest.mark.slow
def test_limits_and_wishes(network: Path, tmp_path: Path) -> None:
    report = tmp_path / "plan.html"
    results = must(
        "planrenewal",
        NETWORK=network,
        BUDGET=2_000_000,
        START_YEAR=2027,
        YEARS=1,
        DISTRICT_CAP=1,
        MIN_LENGTH_SHARE=0.5,
        DISCOUNT_RATE=0.03,
        TIME_LIMIT=5,
        REPORT=report,
    )
    # streets 0 to 2 lie in the one district
    assert results["FUNDED"] == 4
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["years"][0]["shortfall_m"] == pytest.approx(0.5 * 6000 - 1200)
    assert any("2027" in note for note in figures["notes"])


@pytest.mark.slow
def test_budget_too_small_funds_nothing_and_says_so(network: Path, tmp_path: Path) -> None:
    results = must("planrenewal", NETWORK=network, BUDGET=100, REPORT=tmp_path / "plan.html")
    assert results["FUNDED"] == 0
    assert results["COST"] == 0
    assert "does not pay for any package" in (tmp_path / "plan.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"BUDGET": 0}, "BUDGET"),
        ({"BUDGET": "much"}, "BUDGET"),
        ({}, "BUDGET"),
        ({"BUDGET": 500_000, "FIXED": "P-none:2027", "START_YEAR": 2027}, "P-none"),
        ({"BUDGET": 500_000, "FIXED": "P-00-0"}, "FIXED"),
        ({"BUDGET": 500_000, "RUN": "R0099"}, "R0099"),
        ({"BUDGET": 500_000, "STRATEGY": "best"}, "STRATEGY"),
    ],
)
def test_what_can_not_be_planned_is_one_sentence(network: Path, wrong: dict, word: str) -> None:
    before = network.read_bytes()
    answer = run("planrenewal", NETWORK=network, **wrong)
    assert answer.status == 1
    assert word in answer.stderr
    assert "Traceback" not in answer.stderr
    assert network.read_bytes() == before


@pytest.mark.slow
def test_without_an_assessment_it_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "empty.gpkg"
    store.create_network(path, CRS).close()
    answer = run("planrenewal", NETWORK=path, BUDGET=500_000)
    assert answer.status == 1
    assert "assesshealth" in answer.stderr


@pytest.mark.slow
def test_road_works_and_critical_customers_are_heeded(network: Path, tmp_path: Path) -> None:
    pipes = bad_streets()
    first = pipes[pipes["street"] == pipes["street"].iloc[0]]
    with store.open_network(network) as opened, opened.write("adopt") as batch:
        batch.insert(
            "road_work",
            gpd.GeoDataFrame(
                {
                    "road_work_id": ["W1"],
                    "year": [2028.0],
                    "geom": [shapely.MultiPolygon([first.union_all().buffer(20)])],
                },
                geometry="geom",
                crs=CRS,
            ),
        )
    folder = tmp_path / "out"
    folder.mkdir()
    must(
        "planrenewal",
        NETWORK=network,
        BUDGET=500_000,
        START_YEAR=2027,
        YEARS=3,
        OUTPUT_PROJECTS=folder / "projects.gpkg",
        REPORT=folder / "plan.html",
    )
    projects = gpd.read_file(folder / "projects.gpkg").set_index("project_id")
    row = projects.loc[f"P-{first['pipe_id'].iloc[0]}"]
    # The most urgent street is built before its road works, or with them, not after.
    assert row["year"] in (2027, 2028)
    parts = row["cost_government"] + row["cost_utility"] + row["cost_residents"]
    assert parts == pytest.approx(row["cost"])
    assert "Who pays" in (folder / "plan.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_plan_from_surveys_alone_says_so(network: Path, tmp_path: Path) -> None:
    with store.open_network(network) as opened:
        ids = opened.read("failure", ["failure_id"], geometry=False)["failure_id"].tolist()
        pipes = opened.read("pipe", ["pipe_id"], geometry=False)
        with opened.write("repair", name="no records") as batch:
            batch.delete("failure", ids)
            # Pipes that are all alike are of equal risk, and none comes before the others.
            batch.update("pipe", pipes.assign(diameter_mm=200.0 + np.arange(len(pipes))))
    must("assesshealth", NETWORK=network, AS_OF="2026-06-30")
    report = tmp_path / "plan.html"
    must("planrenewal", NETWORK=network, BUDGET=500_000, START_YEAR=2027, YEARS=3, REPORT=report)
    assert "Data grade C" in json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))["notes"][0]
    assert "Data grade C" in report.read_text(encoding="utf-8")
