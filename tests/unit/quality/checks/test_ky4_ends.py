"""A public network whose every pipe end was moved off its node: joined again with ids, and without."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import affinity
from support.quality_frames import CRS, find

from waternet_plugin.core import frames
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.repairs.repairing import Repaired, repair
from waternet_plugin.core.schema.settings import Settings

FOOT = 1200 / 3937
ENDS = 2312


@pytest.fixture(scope="module")
def folder(repo_root: Path) -> Path:
    """Folder of the network."""
    path = (
        Path(os.environ.get("WATERNET_DATA", repo_root.parent / "shared" / "data")) / "networks_inp" / "ky4"
    )
    if not path.is_dir():
        pytest.skip("the data of ky4 are not there")
    return path


def _metres(shapes: gpd.GeoSeries) -> list[object]:
    return [affinity.scale(shape, FOOT, FOOT, origin=(0, 0)) for shape in shapes]


@pytest.fixture(scope="module")
def truth(folder: Path) -> pd.DataFrame:
    """The pipes with the names of their true ends."""
    return gpd.read_file(folder / "ky4_disconnected_pipes.geojson").set_index("name")


@pytest.fixture(scope="module")
def nodes(folder: Path) -> gpd.GeoDataFrame:
    """Junctions, tanks and the reservoir."""
    parts = []
    for kind, name in (("junction", "junctions"), ("tank", "tanks"), ("source", "reservoirs")):
        rows = gpd.read_file(folder / f"ky4_{name}.geojson")
        parts.append(pd.DataFrame({"node_id": rows["name"], "kind": kind, "geom": _metres(rows.geometry)}))
    frame = pd.concat(parts, ignore_index=True).assign(system="potable", status="in_use")
    return frames.conform(gpd.GeoDataFrame(frame, geometry="geom", crs=CRS), "node")


def _tables(truth: pd.DataFrame, nodes: gpd.GeoDataFrame, *, ids: bool) -> dict[str, pd.DataFrame]:
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": truth.index,
            "system": "potable",
            "status": "in_use",
            "length_m": truth["length"].to_numpy(),
            "length_source": "given",
            "from_node": truth["start_node_name"].to_numpy() if ids else None,
            "to_node": truth["end_node_name"].to_numpy() if ids else None,
            "geom": _metres(truth.geometry),
        },
        geometry="geom",
        crs=CRS,
    )
    return {"pipe": frames.conform(pipes, "pipe"), "node": nodes}


def _joined(tables: dict[str, pd.DataFrame], done: Repaired) -> Iterator[tuple[str, object, object]]:
    """Yield each pipe with the nodes at its ends after the repairs."""
    pipes = tables["pipe"].set_index("pipe_id")
    changed = done.updated["pipe"].set_index("pipe_id")
    for column in changed.columns:
        pipes.loc[changed.index, column] = changed[column]
    graph = build_graph(pipes.reset_index(), tables["node"]).graph
    yield from zip(pipes.index, graph.node_id[graph.start], graph.node_id[graph.end])


def _wrong(truth: pd.DataFrame, tables: dict[str, pd.DataFrame], done: Repaired) -> set[tuple[str, str]]:
    """Return the ends that are not joined to their true node, as pipe and end."""
    return {
        (pipe, end)
        for pipe, *nodes in _joined(tables, done)
        for end, node in zip(("start", "end"), nodes)
        if node != truth.loc[pipe, f"{end}_node_name"]
    }


def _right(truth: pd.DataFrame, tables: dict[str, pd.DataFrame], done: Repaired) -> int:
    return ENDS - len(_wrong(truth, tables, done))


def _repaired(tables: dict[str, pd.DataFrame], *rules: str) -> tuple[Repaired, pd.DataFrame]:
    found = find(tables).frame
    subject = CheckContext(tables, Settings(), today=pd.Timestamp("2026-01-01").date())
    return repair(found[found["rule_id"].isin(rules)], subject, tables), found


@pytest.mark.slow
def test_with_ids_every_end_is_joined_right(truth: pd.DataFrame, nodes: gpd.GeoDataFrame) -> None:
    tables = _tables(truth, nodes, ids=True)
    done, found = _repaired(tables, "id_far_from_end", "end_beside_node")
    assert _right(truth, tables, done) == ENDS
    assert not len(done.refused)
    # All but the six ends that lie within 2 cm of their node were moved onto it.
    assert len(done.done) == ENDS - 6
    assert "doctor_widespread-id_far_from_end" in set(found["issue_id"])


@pytest.mark.slow
def test_without_ids_nearly_all_are_and_the_wrong_ones_are_listed(
    truth: pd.DataFrame, nodes: gpd.GeoDataFrame
) -> None:
    tables = _tables(truth, nodes, ids=False)
    done, found = _repaired(tables, "near_miss_end", "near_miss_ends", "doubtful_end")
    wrong = _wrong(truth, tables, done)
    assert ENDS - len(wrong) >= 2290
    refused = found[found["rule_id"] == "ambiguous_end"]
    assert 1 <= len(refused) <= len(wrong)
    assert len(done.done) + len(refused) + 18 == ENDS
    listed = {(pipe, issue.rsplit("-", 1)[-1]) for pipe, _node, issue in done.doubtful}
    listed |= {(row.assets, row.issue_id.rsplit("-", 1)[-1]) for row in refused.itertuples()}
    # Two nodes at one place are listed themselves: an end drawn there may mean either.
    twins = {name for one in found.loc[found["rule_id"] == "twin_nodes", "assets"] for name in one.split(";")}
    at_twins = {(pipe, end) for pipe, end in wrong - listed if truth.loc[pipe, f"{end}_node_name"] in twins}
    assert len(at_twins) <= 1
    assert wrong <= listed | at_twins
    # A list that names everything would help nobody.
    assert len(listed) < ENDS / 10
    assert (found["rule_id"] == "doctor_displaced").sum() == 1
    assert not (found["rule_id"] == "tee_without_node").any()


@pytest.mark.slow
def test_given_lengths_stay_when_ends_move(truth: pd.DataFrame, nodes: gpd.GeoDataFrame) -> None:
    tables = _tables(truth, nodes, ids=True)
    done, _found = _repaired(tables, "id_far_from_end")
    assert "length_m" not in done.updated["pipe"]
