"""Settling on a network in a file: what it asks for is read, and nothing more is needed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import shapely
import shapely.ops

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.network.settling.settling import settle
from waternet_plugin.operations.network_surroundings import NetworkSurroundings
from waternet_plugin.store import open_network


def test_edits_of_the_sample_town_settle(sample_town: Path, tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with open_network(path) as network:
        around = NetworkSurroundings(network)
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
