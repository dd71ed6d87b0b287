"""Misconnections are accepted with a reason, headless; nothing is written where one is gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run

from waternet_plugin.store import open_network


@pytest.fixture(scope="module")
def town(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town."""
    path = tmp_path_factory.mktemp("drains") / "town.gpkg"
    return Path(shutil.copy(sample_town / "en" / "sample_town.gpkg", path))


@pytest.mark.slow
def test_what_is_listed_by_the_search_is_accepted_by_its_id(town: Path, tmp_path: Path) -> None:
    must("findmisconnections", NETWORK=town, OUTPUT=tmp_path / "m.csv")
    issue = pd.read_csv(tmp_path / "m.csv")["issue_id"].iloc[0]
    done = must("acceptmisconnections", NETWORK=town, ISSUES=issue, REASON="a weir is there")
    with open_network(town) as network:
        row = network.read("issue", ["state", "state_reason"], ids=[issue], geometry=False).iloc[0].tolist()
        assert row == ["accepted", "a weir is there"]
        assert network.batches()["batch_id"].iloc[0] == done["BATCH_ID"]
    must("undobatch", NETWORK=town, BATCH=done["BATCH_ID"])
    with open_network(town) as network:
        assert network.read("issue", ["state"], ids=[issue], geometry=False)["state"].tolist() == ["open"]


@pytest.mark.slow
def test_one_that_is_gone_leaves_the_network_as_it_is(town: Path) -> None:
    with open_network(town) as network:
        before = len(network.batches())
    answer = run("acceptmisconnections", NETWORK=town, ISSUES="I-gone", REASON="so")
    assert answer.status == 1 and "no misconnection I-gone" in answer.stderr
    with open_network(town) as network:
        assert len(network.batches()) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"), [({"REASON": "so"}, "No issue is chosen"), ({"ISSUES": "I-1"}, "Give a reason")]
)
def test_bad_input_gets_one_sentence(leaking_file: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("acceptmisconnections", NETWORK=leaking_file, **parameters)
    assert answer.status == 1
    assert words in answer.stderr and "Traceback" not in answer.stderr
