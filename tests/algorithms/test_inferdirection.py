"""Inferring the flow of drains as an algorithm, on the sample town."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run

from waternet_plugin import store


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "镇 town"
    network = Path(must("loadsample", OUTPUT=folder)["NETWORK"])
    with store.open_network(str(network)) as opened:
        batches = opened.batches().set_index("name")["batch_id"]
    must("undobatch", NETWORK=network, BATCH=batches["Infer the flow of drains"], WITH_LATER=True)
    return network


def _flows(town: Path) -> pd.DataFrame:
    columns = ["pipe_id", "flow", "flow_source", "flow_confidence", "map_flow"]
    with store.open_network(str(town)) as network:
        return network.read("pipe", columns, geometry=False).set_index("pipe_id")


def _batches(town: Path) -> list[str]:
    with store.open_network(str(town)) as network:
        return network.batches()["kind"].tolist()


@pytest.mark.slow
def test_the_flow_of_the_sample_town_is_kept_as_one_batch_and_undone(town: Path, tmp_path: Path) -> None:
    before, batches = _flows(town), _batches(town)
    output, report = tmp_path / "flow.csv", tmp_path / "flow.html"
    asked = must("inferdirection", NETWORK=town, OUTPUT=output, REPORT=report)
    pd.testing.assert_frame_equal(_flows(town), before)
    frame = pd.read_csv(output).set_index("pipe_id")
    assert len(frame) > 1000
    assert set(frame["flow"]) <= {"forward", "reverse", "undetermined"}
    assert frame["confidence"].between(0.5, 1).all() and frame["reasons"].str.len().gt(5).all()
    assert asked["UNDETERMINED"] == (frame["flow"] == "undetermined").sum()
    assert asked["DRAWN_RIGHT"] > 0.9
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["drains"] == len(frame) and figures["calibration"]
    must("inferdirection", NETWORK=town, STORE=True)
    kept = _flows(town)
    inferred = kept[kept["flow_source"] == "inferred"]
    assert (inferred["flow"] == frame.loc[inferred.index, "flow"]).all()
    sense = inferred["flow"].map({"forward": 1, "reverse": -1, "undetermined": 0})
    assert (inferred["map_flow"] == sense).all()
    again = must("inferdirection", NETWORK=town, STORE=True)
    assert again["CHANGED"] == 0
    assert _batches(town) == ["drainage", *batches]
    must("undobatch", NETWORK=town)
    pd.testing.assert_frame_equal(_flows(town), before)


@pytest.mark.slow
def test_refusals(town: Path) -> None:
    answer = run("inferdirection", NETWORK=town, MIN_CONFIDENCE=0.2)
    assert answer.status == 1
    assert "MIN_CONFIDENCE" in answer.stderr and "0.5" in answer.stderr
