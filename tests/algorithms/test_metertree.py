"""Total meters by the pipes as scripts find and keep them; faults of trees as findings; what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider

from waternet_plugin.core import frames
from waternet_plugin.operations.checks.check_network import check_network
from waternet_plugin.store import create_network, open_network

pytestmark = pytest.mark.slow
CRS = "EPSG:4547"
# Source - total meter of a compound - two meters behind it; a meter of the street beside them.
PLACES = {"S": (0, 0), "T": (10, 0), "A": (20, 0), "B": (20, 10), "C": (0, 10)}
PIPES = {"P1": "ST", "P2": "TA", "P3": "TB", "P4": "SC"}


def town(path: Path, *, kind: str = "source", **more: dict[str, Any]) -> Path:
    """Write the network; ``more`` are values of meters by id, or further meters that stand on no pipe."""
    create_network(path, CRS).close()
    meters = {name: {"compound_id": "K"} for name in "TAB"} | {"C": {}}
    rows: list[dict[str, Any]] = [{"node_id": "S", "kind": kind, "geom": shapely.Point(PLACES["S"])}]
    for name, values in {**meters, **{key: {} for key in more if key not in meters}}.items():
        place = shapely.Point(PLACES.get(name, (15, 0.3)))
        rows.append({"node_id": name, "kind": "meter", "geom": place, **values, **more.get(name, {})})
    nodes = gpd.GeoDataFrame(rows, geometry="geom", crs=CRS).assign(system="potable", status="in_use")
    lines = [
        {"pipe_id": name, "from_node": ends[0], "to_node": ends[1], "diameter_mm": 50.0,
         "geom": shapely.LineString([PLACES[end] for end in ends])}
        for name, ends in PIPES.items()
    ]  # fmt: skip
    pipes = gpd.GeoDataFrame(lines, geometry="geom", crs=CRS).assign(system="potable", status="in_use")
    users = gpd.GeoDataFrame(
        [{"customer_id": "U", "pipe_id": "P2", "meter_id": "LOOSE", "geom": shapely.Point(50, 50)}],
        geometry="geom", crs=CRS,
    )  # fmt: skip
    with open_network(path) as network, network.write("edit", name="town") as batch:
        for name, frame in (("node", nodes), ("pipe", pipes), ("customer", users)):
            batch.insert(name, frames.conform(frame, name))
    return path


def run(provider: QgsProcessingProvider, path: Path, **given: Any) -> tuple[dict[str, Any], bool, str]:
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    algorithm = provider.algorithm("metertree").create()
    parameters = {"NETWORK": str(path), **given}
    ok, said = algorithm.checkParameterValues(parameters, context)
    if not ok:
        return {}, False, said
    results, ok = algorithm.run(parameters, context, feedback)
    return results, ok, feedback.textLog()


def parents(path: Path) -> dict[str, Any]:
    with open_network(path) as network:
        rows = network.read("node", ["node_id", "meter_parent"], where={"kind": "meter"}, geometry=False)
    return {name: parent for name, parent in zip(rows["node_id"], rows["meter_parent"]) if parent}


def test_total_meters_are_found_kept_and_undone(tmp_path: Path, provider: QgsProcessingProvider) -> None:
    path = town(tmp_path / "town.gpkg", A={"meter_parent": "C"}, LOOSE={})
    out, report = tmp_path / "tree.gpkg", tmp_path / "tree.html"
    results, ok, log = run(provider, path, OUTPUT=str(out), REPORT=str(report))
    assert ok, log
    found = gpd.read_file(out).set_index("node_id")
    assert found["state"].to_dict() == {"A": "other", "B": "new", "C": "top", "LOOSE": "new", "T": "top"}
    assert found["proposed_parent"].dropna().to_dict() == {"A": "T", "B": "T", "LOOSE": "T"}
    assert (results["METERS"], results["PROPOSED"], results["WRITTEN"]) == (5, 2, 0)
    assert parents(path) == {"A": "C"}
    assert json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))["by_state"]["top"] == 2
    results, ok, log = run(provider, path, STORE=True)
    assert ok and results["WRITTEN"] == 2 and parents(path) == {"A": "C", "B": "T", "LOOSE": "T"}, log
    results, ok, log = run(provider, path, STORE=True, REPLACE=True, TOTALS="T")
    assert ok and results["WRITTEN"] == 1 and results["METERS"] == 3, log
    assert parents(path) == {"A": "T", "B": "T", "LOOSE": "T"}
    with open_network(path) as network:
        network.undo(results["BATCH_ID"])
    assert parents(path) == {"A": "C", "B": "T", "LOOSE": "T"}


def test_faults_of_trees_are_findings(tmp_path: Path) -> None:
    path = town(
        tmp_path / "town.gpkg", A={"meter_parent": "B", "compound_id": "L"}, B={"meter_parent": "A"},
        C={"diameter_mm": 100.0}, LOOSE={"meter_state": "scrapped"},
    )  # fmt: skip
    with open_network(path) as network:
        found = check_network(network).findings.frame
    by_rule = {rule: set(rows["assets"].str.cat(sep=" ").split()) for rule, rows in found.groupby("rule_id")}
    assets = {rule: str(sorted(names)) for rule, names in by_rule.items()}
    for rule, names in (
        ("meter_ring", "AB"), ("meter_parent_compound", "AB"), ("meter_larger_than_pipe", "C"),
        ("meter_scrapped_read", ("LOOSE",)), ("meter_off_pipe", ("LOOSE",)),
    ):  # fmt: skip
        assert rule in assets, sorted(assets)
        assert all(name in assets[rule] for name in names), (rule, assets[rule])


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [("junction", {}, "no source"), ("source", {"TOTALS": "T;M9"}, "There is no meter M9")],
)
def test_bad_input_gets_one_sentence(
    tmp_path: Path, provider: QgsProcessingProvider, kind: str, given: dict[str, Any], said: str
) -> None:
    path = town(tmp_path / "town.gpkg", kind=kind)
    before = path.read_bytes()
    _results, ok, log = run(provider, path, STORE=True, OUTPUT=str(tmp_path / "o.gpkg"), **given)
    assert not ok and said in log and "Traceback" not in log
    assert path.read_bytes() == before and not (tmp_path / "o.gpkg").exists()


def test_a_network_without_meters_has_no_tree(tmp_path: Path, provider: QgsProcessingProvider) -> None:
    path = town(tmp_path / "town.gpkg")
    with open_network(path) as network, network.write("edit", name="none") as batch:
        rows = pd.DataFrame({"node_id": list("TABC"), "kind": "junction"})
        batch.update("node", rows)
    results, ok, log = run(provider, path, STORE=True)
    assert ok and results["METERS"] == 0 and not results["BATCH_ID"], log
