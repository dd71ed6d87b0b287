"""Scenarios of renewal as a script makes them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run
from support.plan_streets import assessed_streets

from waternet_plugin import store


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with one assessment."""
    return assessed_streets(tmp_path_factory.mktemp("scenarios 方案") / "town.gpkg")


@pytest.mark.slow
def test_budgets_and_strategies_side_by_side(network: Path, tmp_path: Path) -> None:
    before = store.open_network(network).batches()
    results = must(
        "planscenarios",
        NETWORK=network,
        BUDGETS="500000;1000000",
        STRATEGIES="plan,random",
        START_YEAR=2027,
        YEARS=3,
        OUTPUT=tmp_path / "scenarios.csv",
        OUTPUT_CURVE=tmp_path / "curve.csv",
        REPORT=tmp_path / "scenarios.html",
    )
    assert results["SCENARIOS"] == 4
    table = pd.read_csv(tmp_path / "scenarios.csv").set_index("scenario")
    assert table.index[0] == "nothing"
    assert table.loc["1000000/plan", "failures_avoided"] > table.loc["500000/plan", "failures_avoided"] > 0
    assert (table["cost"].iloc[1:] <= 3 * table["budget"].iloc[1:]).all()
    curve = pd.read_csv(tmp_path / "curve.csv")
    assert curve.groupby("scenario")["year"].count().tolist() == [20] * 5
    figures = json.loads((tmp_path / "scenarios.json").read_text(encoding="utf-8"))
    assert figures["horizon_years"] == 20
    page = (tmp_path / "scenarios.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "too few failures to test" in page
    assert len(store.open_network(network).batches()) == len(before)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({}, "BUDGETS"),
        ({"BUDGETS": "much"}, "BUDGETS"),
        ({"BUDGETS": "500000", "STRATEGIES": "best"}, "STRATEGY"),
        ({"BUDGETS": "1;2;3;4;5;6;7;8;9;10;11"}, "55"),
        ({"BUDGETS": "500000", "RUN": "R0099"}, "R0099"),
    ],
)
def test_what_can_not_be_compared_is_one_sentence(network: Path, wrong: dict, word: str) -> None:
    answer = run("planscenarios", NETWORK=network, **wrong)
    assert answer.status == 1
    assert word in answer.stderr
    assert "Traceback" not in answer.stderr
