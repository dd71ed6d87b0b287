"""Readings in the change log: none for those that were made, packed where they are taken back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from waternet_plugin import store
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store.geopackage.tables import journal

ROWS = 700


def _readings() -> pd.DataFrame:
    values = np.arange(ROWS, dtype=float) / 7
    values[3] = np.nan
    return pd.DataFrame(
        {
            "node_id": ["M1", "流量计"] * (ROWS // 2),
            "time": pd.date_range("2026-01-01", periods=ROWS, freq="15min", tz="UTC"),
            "quantity": "flow_m3h",
            "value": values,
        }
    )


def _log(path: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(path) as database:
        sql = "SELECT action, count(*) FROM change_log WHERE \"table\" = 'reading' GROUP BY action"
        return [(str(action), int(count)) for action, count in database.execute(sql)]


@pytest.mark.slow
@pytest.mark.parametrize("rows_an_entry", [100, 50_000])
def test_readings_are_taken_back_and_done_again_with_few_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_an_entry: int
) -> None:
    monkeypatch.setattr(journal, "PACKED_ROWS", rows_an_entry)
    path = tmp_path / "town.gpkg"
    with store.create_network(path, "EPSG:4547") as network:
        with network.write("adopt") as batch:
            batch.insert("reading", _readings())
        assert _log(path) == []
        before = network.read("reading")
        assert network.undoing(batch.batch_id).rows == {"reading": ROWS}
        undone = network.undo(batch.batch_id)
        assert undone.rows == ROWS and not network.count("reading")
        assert _log(path) == [("delete", -(-ROWS // rows_an_entry))]
        assert network.undoing(undone.batch_id).rows == {"reading": ROWS}
        again = network.undo(undone.batch_id)
        assert again.rows == ROWS
        pd.testing.assert_frame_equal(network.read("reading"), before)
        last = network.undo(again.batch_id)
        assert last.rows == ROWS and not network.count("reading")


def test_the_log_tells_that_readings_were_taken_back(tmp_path: Path) -> None:
    from waternet_plugin.store.changes.asset_changes import HistoryQuery

    with store.create_network(tmp_path / "town.gpkg", "EPSG:4547") as network:
        with network.write("adopt") as batch:
            batch.insert("reading", _readings())
        network.undo(batch.batch_id)
        history = network.history(HistoryQuery(table="reading"))
    assert history["action"].tolist() == ["delete"] and history["field"].isna().all()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [one.name for one in all_tables().values() if one.log == "batch" and one.has_geometry]
)
def test_taking_rows_back_leaves_nothing_in_a_spatial_index(tmp_path: Path, name: str) -> None:
    path, rows = tmp_path / "town.gpkg", 600
    points = gpd.points_from_xy(500_000.0 + np.arange(rows), np.full(rows, 2_500_000.0), np.zeros(rows))
    found = {}
    with store.create_network(path, "EPSG:4547") as network:
        with network.write("survey") as batch:
            frame = gpd.GeoDataFrame({"survey_batch_id": "S1", "row_no": np.arange(rows)}, geometry=points)
            batch.insert(name, frame.rename_geometry("geom").set_crs("EPSG:4547"))
        for moment in ("made", "undone"):
            with sqlite3.connect(path) as database:
                sql = f'SELECT count(*) FROM "rtree_{name}_geom"'
                found[moment] = database.execute(sql).fetchone()[0]
            if moment == "made":
                network.undo(batch.batch_id)
    assert found == {"made": rows, "undone": 0}
