"""Edits that were left by a QGIS that ended, on top of what the file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Point

from waternet_plugin import store
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.operations.editing.take_up_edits import TakeUpRequest, take_up_edits

JUNCTION = {"node_id": "N-1", "kind": "junction", "system": "potable", "status": "in_use"}


@pytest.fixture
def network(tmp_path: Path) -> Any:
    with store.create_network(tmp_path / "town.gpkg", "EPSG:4547", by="Li") as made:
        _insert(made)
        yield made


def _insert(network: Any) -> None:
    with network.write("edit") as batch:
        geometry = [Point(500_000.0, 2_500_000.0, 3.0)]
        batch.insert(
            "node", gpd.GeoDataFrame([JUNCTION], geometry=geometry, crs=network.crs).rename_geometry("geom")
        )


def _replaced(network: Any) -> tuple[RowEdit, ...]:
    """Return a node deleted under its pipes: the row goes, a junction of its id comes to its place."""
    fid = int(network.read("node", ["fid"])["fid"].iloc[0])
    row = dict(network.rows("node", [fid])[fid])
    return (RowEdit("node", -2, None, row), RowEdit("node", fid, row, None))


def test_a_row_in_the_place_of_a_deleted_one_is_taken_up_with_its_deletion(network: Any) -> None:
    edits = _replaced(network)
    merged = take_up_edits(network, TakeUpRequest(edits))
    assert {edit.key for edit in merged.edits} == {edit.key for edit in edits}
    assert not merged.conflicts


@pytest.mark.slow
def test_what_was_saved_before_the_end_is_left_out(network: Any) -> None:
    edits = _replaced(network)
    with network.write("edit") as batch:
        batch.delete("node", ["N-1"])
    _insert(network)
    merged = take_up_edits(network, TakeUpRequest(edits))
    assert not merged.edits and not merged.conflicts
