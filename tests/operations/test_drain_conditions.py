"""The condition of drains: the newest inspection of each, its grades, and what it saw."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.store_helpers import CRS

from waternet_plugin import store
from waternet_plugin.operations.drainage.drain_conditions import drain_conditions
from waternet_plugin.operations.drainage.pipe_defects import newest_defects
from waternet_plugin.store import Network

# Of W2 an older inspection saw more; W9 is in no table of pipes.
INSPECTIONS = [
    ("I1", "W1", "2026-05-01", None),
    ("I2", "W2", "2024-05-01", 4.0),
    ("I3", "W2", "2026-05-02", None),
    ("I4", "W9", "2026-05-03", 2.0),
    ("I5", None, "2026-05-04", 4.0),
]
DEFECTS = [
    ("D1", "I1", "SL", 1, 3.6, "12"),
    ("D2", "I1", "TJ", 2, 3.0, "0407"),
    ("D3", "I1", "CJ", 3, None, None),
    ("D4", "I2", "PL", 4, 1.0, None),
]


@pytest.fixture
def inspected(tmp_path: Path) -> Network:
    """Two drains with camera inspections."""
    network = store.create_network(tmp_path / "town.gpkg", CRS)
    ends = [[(500_000.0 + x, 2_500_000.0), (500_030.0 + x, 2_500_000.0)] for x in (0, 30)]
    pipes = {"pipe_id": ["W1", "W2"], "system": "sewage", "status": "in_use", "diameter_mm": 300.0}
    rows = gpd.GeoDataFrame({**pipes, "geom": shapely.linestrings(ends)}, geometry="geom", crs=CRS)
    with network.write("edit") as batch:
        batch.insert("pipe", rows)
        looked = pd.DataFrame(INSPECTIONS, columns=["inspection_id", "pipe_id", "date", "structural_grade"])
        batch.insert("inspection", looked.assign(date=pd.to_datetime(looked["date"]), standard="cjj_181"))
        names = ["defect_id", "inspection_id", "code", "grade", "position_m", "clock"]
        batch.insert("defect", pd.DataFrame(DEFECTS, columns=names))
    return network


def test_d13_the_newest_inspection_of_each_drain_with_its_defects_along_it(inspected: Network) -> None:
    found = drain_conditions(inspected)
    assert found.rows["pipe_id"].tolist() == ["W1", "W9", "W2"]
    assert found.rows["inspection_id"].tolist() == ["I1", "I4", "I3"]
    # 3.5 by CJJ 181, 8.2: two defects less than 1 m apart; 2 is given; nothing was seen.
    assert found.rows["structural_grade"].tolist() == [3, 2, 1]
    assert found.rows["grade"].tolist() == [3, 2, 1]
    assert found.rows["maintenance_index"].notna().tolist()[0]
    seen = found.defects[found.defects["inspection_id"] == "I1"]
    assert seen["code"].tolist() == ["TJ", "SL", "CJ"]
    assert seen["position_m"].tolist()[:2] == [3.0, 3.6] and pd.isna(seen["position_m"].iloc[2])
    assert seen["clock"].tolist()[:2] == ["0407", "12"]
    assert set(found.shapes) == {"W1", "W2"}


@pytest.mark.slow
def test_a_profile_draws_the_defects_that_have_a_place(inspected: Network) -> None:
    along = newest_defects(inspected, ["W1", "W2"])
    assert along[["pipe_id", "code", "position_m"]].to_numpy().tolist() == [
        ["W1", "TJ", 3.0],
        ["W1", "SL", 3.6],
    ]
    assert newest_defects(inspected, ["W7"]).empty


@pytest.mark.slow
def test_a_network_without_inspections_has_no_conditions(tmp_path: Path) -> None:
    found = drain_conditions(store.create_network(tmp_path / "town.gpkg", CRS))
    assert found.rows.empty and found.defects.empty and not found.shapes
