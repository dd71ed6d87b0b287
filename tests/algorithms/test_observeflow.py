"""The flow that was seen in a drain, headless."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.drain_towns import ROW, drains_town
from support.headless import must, run
from support.quality_frames import CRS

from waternet_plugin.store import create_network, open_network


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """A street with one storm drain and one water pipe."""
    path = tmp_path / "street.gpkg"
    rows = [("ab", "storm", "branch"), ("cd", "potable", "distribution")]
    with create_network(path, CRS) as network, network.write("adopt") as batch:
        for table, frame in drains_town(ROW, rows).items():
            batch.insert(table, frame.dropna(axis="columns", how="all"))
    return path


def flow(path: Path) -> list[object]:
    with open_network(path) as network:
        columns = ["flow", "flow_source"]
        return list(network.read("pipe", columns, ids=["ab"], geometry=False)[columns].iloc[0])


@pytest.mark.slow
def test_flow_that_was_seen_is_written_and_undone(street: Path) -> None:
    before = flow(street)
    done = must("observeflow", NETWORK=street, PIPE="ab", FLOW="reverse")
    assert flow(street) == ["reverse", "observed"]
    must("undobatch", NETWORK=street, BATCH=done["BATCH_ID"])
    assert flow(street) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "PIPE"),
        ({"PIPE": "xy"}, "There is no pipe xy"),
        ({"PIPE": "cd"}, "cd is not a drain"),
        ({"PIPE": "ab", "FLOW": "up"}, "FLOW"),
    ],
)
def test_bad_input_gets_one_sentence(street: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("observeflow", NETWORK=street, **parameters)
    assert answer.status == 1
    assert words in answer.stderr and "Traceback" not in answer.stderr
