"""Checking as a script does it: issues, states over time, an area, only what changed, bad input."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from support.headless import must, run
from support.quality_frames import CRS, node_frame, pipe_frame

from waternet_plugin import store

COLUMNS = ["issue_id", "rule_id", "severity", "assets", "text", "fix", "state"]


def _made(path: Path) -> Path:
    """Write a small network: a source, a main with a near miss, a pipe without material, far away a loop."""
    x, y = 500_000.0, 2_500_000.0
    pipes = pipe_frame(
        [
            {"line": [(x, y), (x + 100, y)], "from_node": "N1", "to_node": "N2"},
            {"line": [(x + 100, y), (x + 199.8, y)], "from_node": "N2"},
            {"line": [(x + 200, y), (x + 300, y)], "from_node": "N3", "to_node": "N4", "material": None},
            {"line": [(x + 300, y), (x + 900, y)], "from_node": "N4", "to_node": "N5"},
        ]
    )
    nodes = node_frame(
        [
            {"at": (x, y), "kind": "source"},
            {"at": (x + 100, y)},
            {"at": (x + 200, y)},
            {"at": (x + 300, y)},
            {"at": (x + 900, y), "kind": "cap"},
        ]
    )
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes)
        batch.insert("node", nodes)
    return path


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object], pd.DataFrame]:
    """A network after its first check, the results, and the layer of issues."""
    folder = tmp_path_factory.mktemp("检查 check")
    path = _made(folder / "管网.gpkg")
    results = must("checknetwork", NETWORK=path, OUTPUT=folder / "issues.gpkg", REPORT=folder / "report.html")
    return path, results, gpd.read_file(folder / "issues.gpkg")


@pytest.fixture
def copy(first: tuple[Path, dict[str, object], pd.DataFrame], tmp_path: Path) -> Path:
    """A copy of the network after its first check."""
    return Path(shutil.copy(first[0], tmp_path / "copy.gpkg"))


def _issues(path: Path) -> pd.DataFrame:
    with store.open_network(path) as network:
        return network.read("issue").set_index("issue_id")


@pytest.mark.slow
def test_the_output_has_the_columns_of_the_contract(
    first: tuple[Path, dict[str, object], pd.DataFrame],
) -> None:
    layer = first[2]
    assert list(layer.columns)[: len(COLUMNS)] == COLUMNS
    roots = layer[layer["root"].isna()]
    assert set(roots.loc[roots["severity"] != "info", "rule_id"]) == {"near_miss_end", "missing_material"}
    miss = roots[roots["rule_id"] == "near_miss_end"].iloc[0]
    assert miss["assets"] == "P2;N3"
    assert "0.20 m" in miss["text"]
    assert (miss.geometry.x, miss.geometry.y) == pytest.approx((500_199.8, 2_500_000.0))


@pytest.mark.slow
def test_what_was_found_is_in_the_network_as_one_batch(
    first: tuple[Path, dict[str, object], pd.DataFrame],
) -> None:
    path, results, layer = first
    issues = _issues(path)
    assert set(issues.index) == set(layer["issue_id"])
    assert set(issues["state"]) == {"open"}
    with store.open_network(path) as network:
        newest = network.batches().iloc[0]
    assert (newest["kind"], newest["batch_id"]) == ("check", results["BATCH_ID"])
    cut_off = issues[issues["rule_id"] == "part_without_source"]
    assert list(cut_off["root"]) == ["near_miss_end-pipe-P2+N3"]


def test_the_report_holds_figures_and_grades(first: tuple[Path, dict[str, object], pd.DataFrame]) -> None:
    report = Path(str(first[1]["REPORT"]))
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["roots"]["error"] == 1
    assert figures["areas"][0]["grade"] in "ABCD"
    assert "near_miss_end" in figures["roots_by_rule"]
    assert "P2" in report.read_text(encoding="utf-8")


@pytest.mark.slow
def test_mended_faults_are_fixed_and_accepted_ones_stay(copy: Path) -> None:
    with store.open_network(copy) as network, network.write("edit") as batch:
        line = shapely.LineString([(500_100, 2_500_000), (500_200, 2_500_000)])
        moved = gpd.GeoDataFrame(
            {"pipe_id": ["P2"], "to_node": ["N3"]}, geometry=[line], crs=CRS
        ).rename_geometry("geom")
        batch.update("pipe", moved)
        batch.update(
            "issue",
            pd.DataFrame(
                {
                    "issue_id": ["missing_material-pipe-P3"],
                    "state": ["accepted"],
                    "state_reason": ["no record"],
                }
            ),
        )
    results = must("checknetwork", NETWORK=copy)
    issues = _issues(copy)
    assert issues.loc["near_miss_end-pipe-P2+N3", "state"] == "fixed"
    kept = issues.loc["missing_material-pipe-P3"]
    assert (kept["state"], kept["state_reason"]) == ("accepted", "no record")
    assert results["NEW"] == 0


@pytest.mark.slow
def test_a_fault_that_comes_back_is_open_again(copy: Path) -> None:
    with store.open_network(copy) as network, network.write("edit") as batch:
        batch.update("issue", pd.DataFrame({"issue_id": ["near_miss_end-pipe-P2+N3"], "state": ["fixed"]}))
    must("checknetwork", NETWORK=copy)
    assert _issues(copy).loc["near_miss_end-pipe-P2+N3", "state"] == "open"


@pytest.mark.slow
def test_only_what_changed_is_looked_at(copy: Path, tmp_path: Path) -> None:
    with store.open_network(copy) as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P4"], "install_year": [float("nan")]}))
        # What lies elsewhere stays as it was, whatever became of it.
        batch.update("issue", pd.DataFrame({"issue_id": ["near_miss_end-pipe-P2+N3"], "text": ["old words"]}))
    results = must("checknetwork", NETWORK=copy, ONLY_CHANGED=True, OUTPUT=tmp_path / "new.gpkg")
    found = pyogrio.read_dataframe(tmp_path / "new.gpkg")
    assert "missing_install_year-pipe-P4" in set(found["issue_id"])
    issues = _issues(copy)
    assert issues.loc["near_miss_end-pipe-P2+N3", "text"] == "old words"
    assert results["NEW"] == 1
    again = must("checknetwork", NETWORK=copy, ONLY_CHANGED=True)
    assert again["FINDINGS"] == 0


@pytest.mark.slow
def test_a_deleted_pipe_leaves_a_dirty_area(copy: Path) -> None:
    with store.open_network(copy) as network, network.write("edit") as batch:
        batch.delete("pipe", ["P3"])
    must("checknetwork", NETWORK=copy, ONLY_CHANGED=True)
    assert _issues(copy).loc["missing_material-pipe-P3", "state"] == "fixed"


@pytest.mark.slow
def test_an_area_leaves_the_rest_alone(copy: Path, tmp_path: Path) -> None:
    box = "500240,500260,2499990,2500010 [EPSG:4547]"
    must("checknetwork", NETWORK=copy, EXTENT=box, OUTPUT=tmp_path / "area.gpkg")
    found = pyogrio.read_dataframe(tmp_path / "area.gpkg")
    assert set(found.loc[found["severity"] == "warning", "issue_id"]) == {"missing_material-pipe-P3"}
    assert _issues(copy).loc["near_miss_end-pipe-P2+N3", "state"] == "open"


@pytest.mark.slow
def test_a_check_can_be_undone(copy: Path) -> None:
    must("undobatch", NETWORK=copy)
    assert not len(_issues(copy))


@pytest.mark.slow
def test_rules_are_chosen(copy: Path, tmp_path: Path) -> None:
    must("checknetwork", NETWORK=copy, RULES="near_miss_end", OUTPUT=tmp_path / "one.gpkg")
    assert set(pyogrio.read_dataframe(tmp_path / "one.gpkg")["rule_id"]) == {"near_miss_end"}
    # Rules that did not run say nothing about their issues.
    assert _issues(copy).loc["missing_material-pipe-P3", "state"] == "open"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"RULES": "near_mis"}, "no rule near_mis"),
        ({"EXTENT": "here"}, "“here” is not a valid area"),
        ({"ONLY_CHANGED": "banana"}, "ONLY_CHANGED: “banana” can't be used"),
        ({"NETWORK": "/nowhere/n.gpkg"}, "nowhere"),
    ],
)
def test_bad_input_gets_one_sentence(copy: Path, parameters: dict[str, str], sentence: str) -> None:
    answer = run("checknetwork", **{"NETWORK": copy, **parameters})
    assert answer.status == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.slow
def test_a_network_with_nothing_in_it(tmp_path: Path) -> None:
    store.create_network(tmp_path / "empty.gpkg", CRS).close()
    assert must("checknetwork", NETWORK=tmp_path / "empty.gpkg")["FINDINGS"] == 0
