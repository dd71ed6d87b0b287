"""Where a survey lies is told by all that the network has: pipes, areas and customers as well as nodes."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from support.small_surveys import EAST, NORTH, bring, empty_network, put_pipe

from waternet_plugin.store.network import Network


def _area(network: Network, table: str, row: dict[str, object]) -> None:
    shape = shapely.MultiPolygon([shapely.box(EAST - 800, NORTH - 800, EAST + 800, NORTH + 800)])
    if table == "customer":
        shape = shapely.Point(EAST + 90, NORTH)
    frame = gpd.GeoDataFrame([row], geometry=gpd.GeoSeries([shape], crs=network.crs))
    with network.write("adopt") as batch:
        batch.insert(table, frame.rename_geometry("geom"))


@pytest.mark.slow
@pytest.mark.parametrize("there", ["pipe", "customer", "zone", "compound", ""])
def test_a_file_beside_any_asset_needs_no_answer_about_its_place(tmp_path: Path, there: str) -> None:
    file = tmp_path / "JS.csv"
    rows = [f"J{n},{NORTH + 9 * n:.3f},{EAST + 7 * n:.3f},36.5" for n in range(6)]
    file.write_text("\n".join(["点号,纵坐标,横坐标,地面高程", *rows]), encoding="utf-8")
    with empty_network(tmp_path / "n.gpkg") as network:
        if there == "pipe":
            put_pipe(network, "P1", [(30, 0), (70, 0)], system="potable", status="in_use")
        elif there:
            _area(network, there, {f"{there}_id": "A1", **({"kind": "dma"} if there == "zone" else {})})
        done = bring(network, file, dry_run=True, decisions="")
        decided = done.files[0].decisions
        assert decided is not None
        assert decided.value("crs") == ("EPSG:4547" if there else None)
        if there:
            told = {one.code: one.values for one in decided.decided["crs"].evidence}
            assert told["near_asset"]["asset"] == ("P1" if there == "pipe" else "A1")
