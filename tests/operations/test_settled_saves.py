"""Settling on a network in a file: what it asks for is read, and nothing more is needed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely
import shapely.ops

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.settling.settling import settle
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.store import open_network
from waternet_plugin.store.network import Network


@pytest.mark.slow
def test_edits_of_the_sample_town_settle(sample_town: Path, tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with open_network(path) as network:
        around = network
        name = str(network.read("failure", ["pipe_id"], geometry=False)["pipe_id"].dropna().iloc[0])
        ((key, row),) = around.rows_where("pipe", "pipe_id", [name]).items()
        middle = row["geom"].interpolate(0.5, normalized=True)
        halves = [shapely.ops.substring(row["geom"], *span, normalized=True) for span in ((0, 0.5), (0.5, 1))]
        edits = (
            RowEdit("pipe", key, row, {**row, "geom": halves[0]}),
            RowEdit("pipe", -2, None, {**row, "geom": halves[1]}),
        )
        settled = settle(edits, around, network.settings())
        pipes = [edit.now for edit in settled.edits if edit.table == "pipe" and edit.now is not None]
        (joint,) = [edit.now for edit in settled.edits if edit.table == "node" and edit.now is not None]
        assert {pipes[0]["to_node"], pipes[1]["from_node"]} == {joint["node_id"]}
        assert joint["geom"].distance(middle) < 1e-6
        assert not network.read("pipe", ids=[pipes[1]["pipe_id"]]).shape[0]
        ((node_key, node),) = around.rows_where("node", "node_id", [row["from_node"]]).items()
        kept = settle((RowEdit("node", node_key, node, None),), around, network.settings())
        assert all(edit.now is not None and edit.now["kind"] == "junction" for edit in kept.edits)
        box = np.array([[*middle.coords[0][:2], *middle.coords[0][:2]]])
        assert key in around.rows_near("pipe", box + np.array([-1, -1, 1, 1]))


@pytest.mark.slow
@pytest.mark.parametrize("gesture", ["renamed", "merged"])
def test_the_shown_assessment_and_projects_stand_for_what_a_pipe_became(
    sample_town: Path, tmp_path: Path, gesture: str
) -> None:
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with open_network(path) as network:
        before = {name: network.count(name) for name in ("pipe", "node", "assessment", "project_pipe")}
        name = str(network.read("project_pipe", ["pipe_id"])["pipe_id"].iloc[0])
        ((key, row),) = network.rows_where("pipe", "pipe_id", [name]).items()
        halves = [shapely.ops.substring(row["geom"], *span, normalized=True) for span in ((0, 0.5), (0.5, 1))]
        new = str(row["pipe_id"])
        if gesture == "renamed":
            new = "P-RENAMED"
            edits = (RowEdit("pipe", key, row, {**row, "pipe_id": new}),)
        else:
            new = "P-HALF"
            half = RowEdit("pipe", -2, None, {**row, "pipe_id": new, "geom": halves[1]})
            edits = (RowEdit("pipe", key, row, {**row, "geom": halves[0]}), half)
        done = save_edits(network, SaveRequest(edits, network.position()))
        batches = [done.batch_id]
        if gesture == "merged":
            rows = network.rows_where("pipe", "pipe_id", [name, new])
            (other,) = [fid for fid in rows if fid != key]
            edits = (
                RowEdit("pipe", key, rows[key], {**rows[key], "geom": row["geom"]}),
                RowEdit("pipe", other, rows[other], None),
            )
            batches.append(save_edits(network, SaveRequest(edits, network.position())).batch_id)
            new = name
        for table in ("assessment", "project_pipe"):
            there = network.read(table, ["pipe_id"], where={"pipe_id": new})
            assert len(there) >= 1
        assert set(network.batches().iloc[0]["name"].split(", ")) <= {
            "Pipes",
            "Nodes",
            "Renewal projects",
            "Failures",
        }
        for batch in reversed(batches):
            network.undo(batch)
        assert {name: network.count(name) for name in before} == before


@pytest.mark.slow
def test_a_save_writes_what_follows_in_the_same_batch(sample_town: Path, tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with open_network(path) as network:
        ((key, node),) = network.rows_where("node", "node_id", [_shared_node(network)]).items()
        ends = {
            fid: row
            for field in ("from_node", "to_node")
            for fid, row in network.rows_where("pipe", field, [node["node_id"]]).items()
        }
        assert len(ends) >= 2
        moved = {**node, "geom": shapely.transform(node["geom"], lambda xy: xy + 1.5)}
        before = network.position()
        done = save_edits(network, SaveRequest((RowEdit("node", key, node, moved),), before))
        assert done.rows == {"node": 1, "pipe": len(ends)}
        for row in network.rows("pipe", list(ends)).values():
            ends_at = [shapely.Point(row["geom"].coords[place]) for place in (0, -1)]
            assert min(end.distance(moved["geom"]) for end in ends_at) < 1e-6
        network.undo(done.batch_id)
        assert network.rows("pipe", list(ends)).keys() == ends.keys()
        assert all(
            row["geom"].equals(ends[fid]["geom"]) for fid, row in network.rows("pipe", list(ends)).items()
        )


@pytest.mark.slow
def test_a_part_of_a_pipe_has_its_assessment_and_its_project(sample_town: Path, tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with open_network(path) as network:
        planned = network.read("project_pipe", ["pipe_id", "project_id"])
        name = str(planned["pipe_id"].iloc[0])
        ((key, row),) = network.rows_where("pipe", "pipe_id", [name]).items()
        halves = [shapely.ops.substring(row["geom"], *span, normalized=True) for span in ((0, 0.5), (0.5, 1))]
        edits = (
            RowEdit("pipe", key, row, {**row, "geom": halves[0]}),
            RowEdit("pipe", -2, None, {**row, "geom": halves[1]}),
        )
        rated = network.count("assessment")
        done = save_edits(network, SaveRequest(edits, network.position()))
        ((_fid, part),) = network.rows("pipe", [done.fids["pipe", -2]]).items()
        members = network.read("project_pipe", ["pipe_id", "project_id"], where={"pipe_id": part["pipe_id"]})
        assert set(members["project_id"]) == set(planned["project_id"][planned["pipe_id"] == name])
        of_part = network.read("assessment", ["pipe_id"], where={"pipe_id": part["pipe_id"]})
        assert len(of_part) == network.count("assessment") - rated == 1
        assert done.rows["assessment"] == 1
        network.undo(done.batch_id)
        assert network.count("assessment") == rated and network.count("project_pipe") == len(planned)


@pytest.mark.slow
def test_pipes_merged_across_a_valve_are_refused(sample_town: Path, tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with open_network(path) as network:
        ends = network.read("pipe", ["from_node", "to_node"], geometry=False)
        valves = network.read("node", ["node_id"], where={"kind": "valve"}, geometry=False)["node_id"]
        named = np.concatenate([ends["from_node"], ends["to_node"]])
        valve = next(one for one in valves if (named == one).sum() == 2)
        pipes = {
            fid: row
            for field in ("from_node", "to_node")
            for fid, row in network.rows_where("pipe", field, [valve]).items()
        }
        (first, one), (second, other) = pipes.items()
        grown = {**one, "geom": shapely.line_merge(shapely.union_all([one["geom"], other["geom"]]))}
        edits = (RowEdit("pipe", first, one, grown), RowEdit("pipe", second, other, None))
        position = network.position()
        with pytest.raises(InputError, match=valve):
            save_edits(network, SaveRequest(edits, position))
        assert network.position() == position


def _shared_node(network: Network) -> str:
    """Return a node that two pipes or more name."""
    named = network.read("pipe", ["from_node"], geometry=False)["from_node"].dropna()
    return str(named[named.duplicated()].iloc[0])
