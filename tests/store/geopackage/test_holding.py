"""What people typed is held to the constraints; what was adopted is not."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, ORIGIN, pipe_frame

from waternet_plugin.core.errors import StoreError


def node(**values: object) -> gpd.GeoDataFrame:
    row = {"node_id": "N1", "kind": "manhole", "status": "in_use", "geom": Point(*ORIGIN), **values}
    return gpd.GeoDataFrame([row], geometry="geom", crs=CRS)


def edit(network, table: str, **values: object) -> None:
    with network.write("edit") as batch:
        batch.update(table, pd.DataFrame([values]))


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    a_few_quick(
        [
            ("diameter_mm", 0.0, "A diameter is more than 0"),
            ("diameter_mm", 99999.0, "A diameter is more than 0 and at most 15000 mm"),
            ("height_mm", 99999.0, "A height is more than 0 and at most 15000 mm"),
            ("install_year", 1849, "between 1850 and next year"),
            ("install_year", 3000, "between 1850 and next year"),
            ("length_m", -1.0, "A length is not less than 0"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_typed_value_is_refused_with_its_reason(town, column: str, value: float, reason: str) -> None:
    before = town.read("pipe", [column], ids=["P00007"], geometry=False)
    with pytest.raises(StoreError, match=f"P00007.*{reason}"):
        edit(town, "pipe", pipe_id="P00007", **{column: value})
    pd.testing.assert_frame_equal(town.read("pipe", [column], ids=["P00007"], geometry=False), before)


def test_unknown_is_no_wrong_value(town) -> None:
    edit(town, "pipe", pipe_id="P00007", diameter_mm=None, install_year=None)
    assert town.read("pipe", ["diameter_mm"], ids=["P00007"], geometry=False).isna().all(axis=None)


def test_a_node_has_only_the_fields_of_its_kind(network) -> None:
    sentence = "N1 is of the kind Manhole, which has no “Valve state”"
    with pytest.raises(StoreError, match=sentence), network.write("edit") as batch:
        batch.insert("node", node(valve_state="open"))
    with network.write("edit") as batch:
        batch.insert("node", node(kind="valve", valve_state="open"))
    with pytest.raises(StoreError, match="which has no “Valve state”"):
        edit(network, "node", node_id="N1", kind="manhole")


def test_adopted_rows_are_written_as_the_file_has_them(network) -> None:
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3, install_year=1849.0))
    assert network.count("pipe") == 3


def test_rows_of_earlier_batches_do_not_stop_an_edit(network) -> None:
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3, install_year=1849.0))
    edit(network, "pipe", pipe_id="P00001", street="New Street")
    kept = network.read("pipe", ["street"], ids=["P00001"], geometry=False)
    assert kept["street"].tolist() == ["New Street"]
