"""Assessing drains as an algorithm, on the sample town."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.headless import must, run

from waternet_plugin import store


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "镇 town"
    return Path(must("loadsample", OUTPUT=folder)["NETWORK"])


@pytest.mark.slow
def test_inspections_of_the_sample_town(town: Path, tmp_path: Path) -> None:
    import pandas as pd

    with store.open_network(str(town)) as network:
        before = len(network.batches())
    output, report = tmp_path / "s.csv", tmp_path / "s.html"
    results = must("assesssewers", NETWORK=town, AS_OF="2025-12-31", OUTPUT=output, REPORT=report)
    frame = pd.read_csv(output)
    assert results["DRAINS"] == len(frame) > 1000
    assert results["DRAINS_INSPECTED"] > 100
    graded = frame[frame["structural_grade"].notna()]
    by_grade = graded.groupby("structural_grade")["likelihood"].mean()
    assert by_grade[4] > by_grade[2] > 0
    assert (graded.loc[graded["structural_grade"] == 4, "class"] == "renew_now").all()
    assert set(frame["evidence"].dropna()) == {"A", "B", "C"}
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["inspected_pipes"] == results["DRAINS_INSPECTED"]
    # Nothing is written into the network.
    with store.open_network(str(town)) as network:
        assert len(network.batches()) == before


@pytest.mark.slow
def test_refusals(town: Path) -> None:
    answer = run("assesssewers", NETWORK=town, AS_OF="31.12.2025")
    assert answer.status == 1
    assert "YYYY-MM-DD" in answer.stderr
