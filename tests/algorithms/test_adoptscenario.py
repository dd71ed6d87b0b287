"""A scenario is adopted headless, by its id or name, and undone whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.headless import must, run

from waternet_plugin.store import open_network

BRANCH = "BRANCH-5"


def drawn(path: Path, scenario: str = "Plan A", zone: str = "Z2") -> str:
    """Store a scenario that gives one branch an area of its own; return its batch."""
    made = must(
        "drawdma", NETWORK=path, FROM="pipes", INPUT=BRANCH, ZONE=zone, SCENARIO=scenario, STORE="true"
    )
    return str(made["BATCH_ID"])


def zone_of(path: Path, pipe: str = BRANCH) -> str:
    """Return the area of a pipe."""
    with open_network(path) as network:
        return str(network.read("pipe", ["dma_id"], ids=[pipe], geometry=False)["dma_id"].iloc[0])


@pytest.mark.slow
def test_a_scenario_is_adopted_by_its_name_and_undone(leaking_file: Path) -> None:
    drawn(leaking_file)
    assert zone_of(leaking_file) == "Z1"
    done = must("adoptscenario", NETWORK=leaking_file, SCENARIO="Plan A")
    assert (done["PIPES"], done["ORDERS"], done["CUT_OFF"]) == (1, 0, 0)
    assert zone_of(leaking_file) == "Z2"
    must("undobatch", NETWORK=leaking_file, BATCH=done["BATCH_ID"])
    assert zone_of(leaking_file) == "Z1"


@pytest.mark.slow
@pytest.mark.parametrize(("parameters", "words"), [({}, "Choose the scenario"), ({"SCENARIO": "X"}, "“X”")])
def test_bad_input_gets_one_sentence(leaking_file: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("adoptscenario", NETWORK=leaking_file, **parameters)
    assert answer.status == 1
    assert words in answer.stderr and "Traceback" not in answer.stderr


@pytest.mark.slow
def test_of_two_of_a_name_the_draft_is_meant(leaking_file: Path) -> None:
    drawn(leaking_file)
    must("adoptscenario", NETWORK=leaking_file, SCENARIO="Plan A")
    again = run("adoptscenario", NETWORK=leaking_file, SCENARIO="Plan A")
    assert again.status == 1 and "adopted already" in again.stderr
    drawn(leaking_file, zone="Z3")
    must("adoptscenario", NETWORK=leaking_file, SCENARIO="Plan A")
    assert zone_of(leaking_file) == "Z3"
