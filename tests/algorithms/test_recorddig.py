"""What was found where a leak was searched, headless: the order is done, a leak becomes a failure."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.headless import must, run
from support.leaking_zone import ALARM

from waternet_plugin.store import open_network

DAYS = {"DUG_ON": "2025-05-16", "REPAIRED_ON": "2025-05-16"}


@pytest.fixture
def ordered(leaking_file: Path) -> Path:
    """A network with the order W-0001 to locate the leak of its alarm."""
    must("writeorders", NETWORK=leaking_file, PIPES="BRANCH-2", ALARM=ALARM, OPENED_ON="2025-05-14")
    return leaking_file


@pytest.mark.slow
def test_a_leak_becomes_a_failure_and_ends_the_alarm(ordered: Path) -> None:
    done = must("recorddig", NETWORK=ordered, ITEM="W-0001", FLOW=5.2, POINT="400,60", **DAYS)
    assert (done["ENDED_ALARM"], done["FAILURE"]) == (ALARM, "F-0001")
    with open_network(ordered) as network:
        (item,) = network.read("work_item").itertuples()
        (failure,) = network.read("failure").itertuples()
    assert (item.state, item.found, item.flow_m3h, item.offset_m) == ("done", "yes", 5.2, 7.5)
    assert (failure.failure_id, failure.pipe_id, failure.kind) == ("F-0001", "BRANCH-2", "main_leak")
    must("undobatch", NETWORK=ordered, BATCH=done["BATCH_ID"])
    with open_network(ordered) as network:
        assert network.count("failure") == 0
        assert network.read("leak_alarm")["ended_on"].isna().all()


@pytest.mark.slow
def test_nothing_found_closes_the_order_alone(ordered: Path) -> None:
    done = must("recorddig", NETWORK=ordered, ITEM="W-0001", FOUND="false", DUG_ON="2025-05-16")
    assert (done["FAILURE"], done["ENDED_ALARM"]) == ("", "")
    assert "Nothing was found" in done["NOTES"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "Choose the work order"),
        ({"ITEM": "W-9"}, "W-9"),
        ({"ITEM": "W-0001", "KIND": "flood"}, "KIND"),
        ({"ITEM": "W-0001", "POINT": "here"}, "POINT"),
        ({"ITEM": "W-0001", "DUG_ON": "2025-05-01"}, "before the work order"),
        ({"ITEM": "W-0001", "DUG_ON": "2025-05-20", "REPAIRED_ON": "2025-05-16"}, "before the digging"),
    ],
)
def test_bad_input_gets_one_sentence(ordered: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("recorddig", NETWORK=ordered, **parameters)
    assert answer.status == 1
    assert words in answer.stderr and "Traceback" not in answer.stderr
    with open_network(ordered) as network:
        assert network.count("failure") == 0
