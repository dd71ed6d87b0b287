"""Scenarios are compared headless: figures of both sides, pipes that change, costs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run

ZONE_COLUMNS = ["zone_id", "name", "differs", "pipes_before", "pipes_after", "length_m_before"]


def draw(path: Path, *pipes: str, scenario: str) -> None:
    must(
        "drawdma",
        NETWORK=path,
        FROM="pipes",
        INPUT=",".join(pipes),
        ZONE="Z2",
        SCENARIO=scenario,
        STORE="true",
    )


@pytest.mark.slow
def test_a_scenario_differs_from_the_network_in_what_was_drawn(leaking_file: Path, tmp_path: Path) -> None:
    draw(leaking_file, "BRANCH-5", scenario="Plan A")
    files = {name: tmp_path / f"{name.lower()}.csv" for name in ("OUTPUT", "OUTPUT_PIPES", "OUTPUT_DEVICES")}
    found = must("comparescenarios", NETWORK=leaking_file, AFTER="Plan A", **files)
    zones = pd.read_csv(files["OUTPUT"]).set_index("zone_id", drop=False)
    assert list(zones.columns)[:6] == ZONE_COLUMNS
    assert (zones["pipes_after"] - zones["pipes_before"]).to_dict() == {"Z1": -1, "Z2": 1}
    assert (zones.loc["Z2", "length_m_before"], zones.loc["Z2", "length_m_after"]) == (0, 95)
    assert zones.loc["Z2", "customers_after"] == 1
    pipes = pd.read_csv(files["OUTPUT_PIPES"])
    assert pipes.to_dict("records") == [{"pipe_id": "BRANCH-5", "zone_before": "Z1", "zone_after": "Z2"}]
    assert (found["ZONES"], found["PIPES"], found["LENGTH_M"], found["DEVICES"]) == (2, 1, 95, 0)
    assert len(pd.read_csv(files["OUTPUT_DEVICES"])) == 0


@pytest.mark.slow
def test_two_scenarios_are_compared_with_each_other(leaking_file: Path, tmp_path: Path) -> None:
    draw(leaking_file, "BRANCH-5", scenario="Plan A")
    draw(leaking_file, "BRANCH-5", "BRANCH-4", scenario="Plan B")
    pipes = tmp_path / "p.csv"
    must("comparescenarios", NETWORK=leaking_file, BEFORE="Plan B", AFTER="Plan A", OUTPUT_PIPES=pipes)
    assert pd.read_csv(pipes).to_dict("records") == [
        {"pipe_id": "BRANCH-4", "zone_before": "Z2", "zone_after": "Z1"}
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"), [({}, "two different scenarios"), ({"AFTER": "Plan X"}, "Plan X")]
)
def test_bad_input_gets_one_sentence(leaking_file: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("comparescenarios", NETWORK=leaking_file, **parameters)
    assert answer.status == 1
    assert words in answer.stderr and "Traceback" not in answer.stderr
