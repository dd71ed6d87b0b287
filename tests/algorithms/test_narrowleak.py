"""Narrowing as an algorithm, headless, on the sample town: from an alarm of night flow to ranked pipes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run


@pytest.fixture(scope="module")
def town(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town with its alarms stored."""
    path = tmp_path_factory.mktemp("narrow") / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    must("nightflow", NETWORK=path, STORE="true")
    return path


@pytest.mark.slow
def test_an_alarm_ranks_the_pipes_of_its_zone(town: Path, tmp_path: Path) -> None:
    found = must(
        "narrowleak", NETWORK=town, ALARM="A-000001", OUTPUT=tmp_path / "p.csv", REPORT=tmp_path / "r.html"
    )
    pipes = pd.read_csv(tmp_path / "p.csv")
    assert pipes.columns.tolist() == ["pipe_id", "order", "chance", "reasons"]
    assert pipes["chance"].sum() == pytest.approx(1.0)
    assert pipes["order"].tolist() == list(range(1, found["PIPES"] + 1))
    assert pipes["reasons"].str.len().min() > 10
    assert found["MOST_LIKELY"] == pipes["pipe_id"].iloc[0]
    assert 0 < found["LEFT_M"] < found["LENGTH_M"]
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert [one["pipe_id"] for one in figures["pipes"]] == pipes["pipe_id"].tolist()
    assert figures["ledger"][-1]["method"] == "all"
    by_zone = must("narrowleak", NETWORK=town, ZONE="DMA-1")
    assert by_zone["MOST_LIKELY"] == found["MOST_LIKELY"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "ALARM"),
        ({"ALARM": "A-000001", "ZONE": "DMA-1"}, "either ALARM or ZONE"),
        ({"ALARM": "A-9"}, "A-9"),
        ({"ZONE": "DMA-9"}, "DMA-9"),
    ],
)
def test_bad_input_gets_one_sentence(town: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("narrowleak", NETWORK=town, **parameters)
    assert answer.status == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
