"""Repairing as a script does it, on the sample town: dry run, one batch, undo, refusals, bad input."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from support.headless import must, run

from waternet_plugin import store
from waternet_plugin.core.frames import plain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.sample_data import making


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town after a check."""
    path = tmp_path_factory.mktemp("修复 repair") / "town.gpkg"
    with store.create_network(path, making.CRS) as network:
        making.adopt_town(network)
    must("checknetwork", NETWORK=path)
    return path


@pytest.fixture
def town(checked: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(checked, tmp_path / "town.gpkg"))


def _state(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    with store.open_network(path) as network:
        columns = ["pipe_id", "from_node", "to_node", "material", "length_m", "invert_start_m"]
        pipes = network.read("pipe", columns).sort_values("pipe_id")
        nodes = network.read("node", ["node_id", "kind"]).sort_values("node_id")
        columns = ["issue_id", "rule_id", "severity", "assets", "text", "state", "state_reason", "root"]
        issues = network.read("issue", columns, geometry=False)
        return pipes.reset_index(drop=True), nodes.reset_index(drop=True), issues


@pytest.mark.slow
def test_a_dry_run_shows_before_and_after_and_writes_nothing(town: Path, tmp_path: Path) -> None:
    before = _state(town)
    results = must(
        "repairnetwork", NETWORK=town, DRY_RUN=True, OUTPUT=tmp_path / "c.gpkg", REPORT=tmp_path / "r.html"
    )
    changes = plain(pyogrio.read_dataframe(tmp_path / "c.gpkg", read_geometry=False))
    assert results["BATCH_ID"] == ""
    assert len(changes) == results["CHANGES"]
    end = changes[(changes["asset"] == "JS-0576") & (changes["field"] == "to_node")].iloc[0]
    assert (end["before"], end["after"]) == (None, "JSD-0363")
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert figures["dry_run"] is True
    assert figures["repaired"] == results["ISSUES_REPAIRED"] >= 15
    assert figures["doubtful"] == []
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "LINESTRING" not in page and "POINT" not in page and "to_node" not in page
    assert "<td>Course</td><td></td><td>moved 0.2" in page
    assert f"<td>{table('pipe').field('to_node').label}</td>" in page
    for one, two in zip(before, _state(town)):
        pd.testing.assert_frame_equal(one, two)


@pytest.mark.slow
def test_repairs_are_one_batch_that_can_be_undone(town: Path) -> None:
    before = _state(town)
    results = must("repairnetwork", NETWORK=town)
    pipes, _nodes, issues = _state(town)
    settled = issues.set_index("issue_id")["state"]
    assert settled["near_miss_end-pipe-JS-0576+JSD-0363"] == "fixed"
    assert {"JS-0344.1", "JS-0344.2"} <= set(pipes["pipe_id"])
    # Splitting keeps every metre; what was drawn twice is gone.
    lengths = before[0].set_index("pipe_id")["length_m"]
    twice = lengths[
        [name for name in ("JS-0405", "JS-0975", "YS-0422", "YS-0706") if name not in set(pipes["pipe_id"])]
    ]
    assert len(twice) == 2
    assert pipes["length_m"].sum() == pytest.approx(lengths.sum() - twice.sum(), abs=2)
    with store.open_network(town) as network:
        newest = network.batches().iloc[0]
    assert (newest["kind"], newest["batch_id"]) == ("repair", results["BATCH_ID"])
    must("checknetwork", NETWORK=town, ONLY_CHANGED=True)
    left = _state(town)[2].query("state == 'open' and severity == 'error' and root.isna()", engine="python")
    assert not {"near_miss_end", "tee_without_node", "duplicate_pipe", "valve_off_pipe"} & set(
        left["rule_id"]
    )
    must("undobatch", NETWORK=town)
    must("undobatch", NETWORK=town)
    for one, two in zip(before, _state(town)):
        pd.testing.assert_frame_equal(
            one.sort_values(one.columns[0]).reset_index(drop=True),
            two.sort_values(two.columns[0]).reset_index(drop=True),
        )


@pytest.mark.slow
def test_after_repairing_only_what_needs_a_person_is_left(town: Path, tmp_path: Path) -> None:
    must("repairnetwork", NETWORK=town)
    must("checknetwork", NETWORK=town, OUTPUT=tmp_path / "left.gpkg")
    left = pyogrio.read_dataframe(tmp_path / "left.gpkg", read_geometry=False)
    roots = left[left["root"].isna() & (left["severity"] != "info")]
    assert set(roots["rule_id"]) <= {
        "self_loop",
        "loose_part",
        "twin_nodes",
        "missing_material",
        "missing_install_year",
        "missing_diameter_mm",
        "year_before_material",
        "diameter_jump",
        "cross_connection",
        "compound_to_other_system",
        "dma_open_boundary",
    }


@pytest.mark.slow
def test_one_issue_is_repaired_alone(town: Path) -> None:
    results = must("repairnetwork", NETWORK=town, ISSUES="near_miss_end-pipe-JS-0576+JSD-0363")
    assert results["ISSUES_REPAIRED"] == 1
    assert set(_state(town)[2].set_index("issue_id").query("state == 'fixed'").index) == {
        "near_miss_end-pipe-JS-0576+JSD-0363"
    }


@pytest.mark.slow
def test_a_rule_is_repaired_wherever_it_is_broken(town: Path) -> None:
    assert must("repairnetwork", NETWORK=town, ISSUES="tee_without_node")["ISSUES_REPAIRED"] == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"ISSUES": "nonsense"}, "no issue or rule nonsense"),
        ({"ISSUES": "loose_part"}, "no automatic repair"),
        ({"INVENTORY": "x.csv"}, "MAPPING"),
        ({"INVENTORY": "x.csv", "ISSUES": "self_loop"}, "not both"),
        ({"INVENTORY": "x.csv", "MAPPING": "{}"}, "x.csv"),
    ],
)
def test_bad_input_gets_one_sentence(town: Path, parameters: dict[str, str], sentence: str) -> None:
    answer = run("repairnetwork", NETWORK=town, **parameters)
    assert answer.status == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.slow
def test_without_a_check_there_is_nothing_to_repair(tmp_path: Path) -> None:
    store.create_network(tmp_path / "empty.gpkg", making.CRS).close()
    answer = run("repairnetwork", NETWORK=tmp_path / "empty.gpkg")
    assert answer.status == 1
    assert "Check the network first" in answer.stderr
