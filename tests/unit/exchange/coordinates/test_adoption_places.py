"""Places: coordinate columns, swapped axes, change of CRS."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from support.adoption_frames import CRS, adopted, frame, line, rejected

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.adoption import line_parts
from waternet_plugin.core.places import coordinates, crs_change

GK = pyproj.CRS.from_user_input(CRS)


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["x", "y"], ("x", "y", False)),
        (["X", "Y", "Z"], ("X", "Y", False)),
        (["lon", "lat"], ("lon", "lat", True)),
        (["LATITUDE", "LONGITUDE"], ("LONGITUDE", "LATITUDE", True)),
        (["经度", "纬度"], ("经度", "纬度", True)),
        (["X坐标", "Y坐标"], ("X坐标", "Y坐标", False)),
        (["x", "name"], None),
    ],
)
def test_coordinate_columns(columns: list[str], found: tuple[str, str, bool] | None) -> None:
    columns_ = coordinates.coordinate_columns(columns)
    assert (None if columns_ is None else (columns_.x, columns_.y, columns_.degrees)) == found


def test_points_of_coordinate_columns() -> None:
    table = pd.DataFrame({"ID": ["a", "b"], "x": ["500000", "here"], "y": ["2500000.5", "2500000"]})
    result = adopted(table, {"node_id": "ID"}, "node", source_crs=CRS)
    assert rejected(result) == [(2, "no_geometry")]
    assert shapely.get_coordinates(result.rows.geometry).tolist() == [[500000.0, 2500000.5]]
    assert any("columns x, y" in note for note in result.notes)


def test_lon_lat_columns_need_no_crs() -> None:
    table = pd.DataFrame({"ID": ["a"], "lon": [114.0], "lat": [22.5]})
    result = adopted(table, {"node_id": "ID"}, "node")
    assert shapely.get_coordinates(result.rows.geometry)[0] == pytest.approx(
        [500000.0, 2489167.311], abs=0.01
    )
    assert "accurate to 2 m" in result.transform


def test_x_that_is_north_is_exchanged_and_said() -> None:
    table = pd.DataFrame({"ID": ["a", "b"], "X": [2500000.0, 2500100.0], "Y": [500000.0, 500200.0]})
    result = adopted(table, {"node_id": "ID"}, "node", source_crs=CRS)
    assert shapely.get_coordinates(result.rows.geometry).tolist() == [[500000, 2500000], [500200, 2500100]]
    assert any("swapped" in note for note in result.notes)


def test_columns_said_to_be_x_and_y_are_judged_too() -> None:
    table = pd.DataFrame({"ID": ["a"], "N": [2500000.0], "E": [500000.0]})
    result = adopted(table, {"node_id": "ID"}, "node", source_crs=CRS, geometry={"x": "N", "y": "E"})
    assert shapely.get_coordinates(result.rows.geometry).tolist() == [[500000, 2500000]]


def test_layer_with_swapped_axes_is_left_but_told() -> None:
    swapped = line((0, 0), (10, 0), east=2_500_000, north=500_000)
    result = adopted(frame([swapped], ID=["a"]))
    assert shapely.get_coordinates(result.rows.geometry)[0].tolist() == [2_500_000, 500_000]
    assert any("north before east" in note for note in result.notes)


def test_two_crews_in_one_file_are_told() -> None:
    axes = coordinates.judge_axes(np.array([5e5, 5e5, 2.5e6]), np.array([2.5e6, 2.5e6, 5e5]), GK)
    assert axes.verdict == "fine"
    assert "1 row" in axes.note


def test_zone_number_before_the_east_is_told() -> None:
    axes = coordinates.judge_axes(np.array([38_500_000.0]), np.array([2_500_000.0]), GK)
    assert axes.verdict == "outside"
    assert "zone number 38" in axes.note


def test_crs_with_its_zone_number_is_fine() -> None:
    crs = pyproj.CRS.from_epsg(4526)
    assert coordinates.judge_axes(np.array([38_500_000.0]), np.array([2_500_000.0]), crs).verdict == "fine"
    assert coordinates.judge_axes(np.array([2_500_000.0]), np.array([38_500_000.0]), crs).verdict == "swapped"


def test_same_crs_moves_nothing() -> None:
    exact = line((0.123456789, 0), (10, 0))
    result = adopted(frame([exact], ID=["a"]))
    assert result.rows.geometry[0].equals_exact(exact, 0)


def test_change_of_crs_keeps_heights_and_east_first() -> None:
    source = shapely.LineString([(114.0, 22.5, 7.0), (114.001, 22.5, 8.0)])
    result = adopted(frame([source], crs="EPSG:4490", ID=["a"]))
    coordinates = shapely.get_coordinates(result.rows.geometry, include_z=True)
    assert coordinates[0] == pytest.approx([500000.0, 2489167.311, 7.0], abs=0.01)
    assert coordinates[1][2] == 8.0
    assert result.rows.crs == GK


def test_lines_with_and_without_heights_change_together() -> None:
    flat = shapely.LineString([(114.0, 22.5), (114.001, 22.5)])
    high = shapely.LineString([(114.0, 22.5, 7.0), (114.001, 22.5, 8.0)])
    result = adopted(frame([flat, high], crs="EPSG:4490", ID=["a", "b"]))
    assert result.rows.geometry.has_z.tolist() == [False, True]


def test_crs_in_feet_becomes_metres() -> None:
    feet = shapely.LineString([(2_000_000, 700_000), (2_000_100, 700_000)])
    result = adopted(frame([feet], crs="EPSG:2263", ID=["a"]), crs="EPSG:26918")
    assert result.rows["length_m"][0] == pytest.approx(30.48, abs=0.1)


@pytest.mark.parametrize("code", ["EPSG:2437", "EPSG:2362", "EPSG:4214", "EPSG:4610"])
def test_old_chinese_systems_have_no_exact_way(code: str) -> None:
    source = pyproj.CRS.from_user_input(code)
    box = (120.0, 30.0, 120.1, 30.1) if source.is_geographic else (5e5, 2.5e6, 5.1e5, 2.51e6)
    with pytest.raises(InputError, match="ballpark"):
        crs_change.plan_change(source, GK, box)


def test_utm_on_wgs84_reaches_cgcs2000() -> None:
    change = crs_change.plan_change(pyproj.CRS.from_epsg(32650), GK, (2e5, 2.5e6, 2.1e5, 2.51e6))
    assert change.accuracy_m == 2.0


def test_heights_of_a_compound_crs_are_left_alone() -> None:
    change = crs_change.plan_change(
        pyproj.CRS.from_user_input("EPSG:4547+5737"), GK, (5e5, 2.5e6, 5.1e5, 2.51e6)
    )
    assert change.move is None


@pytest.mark.slow
def test_no_crs_is_a_sentence() -> None:
    with pytest.raises(InputError, match="“local” is not a valid coordinate system"):
        coordinates.read_crs("local")


@pytest.mark.parametrize(
    ("wkt", "merged"),
    [
        ("MULTILINESTRING((1 0,0 0),(1 0,2 0))", ["LINESTRING (2 0, 1 0, 0 0)"]),
        (
            "MULTILINESTRING((0 0,1 0),(5 0,6 0),(1 0,1 1))",
            ["LINESTRING (0 0, 1 0, 1 1)", "LINESTRING (5 0, 6 0)"],
        ),
        (
            "MULTILINESTRING((0 0,1 0),(1 0,2 0),(1 0,1 1))",
            ["LINESTRING (0 0, 1 0)", "LINESTRING (1 0, 2 0)", "LINESTRING (1 0, 1 1)"],
        ),
        ("MULTILINESTRING((0 0,1 0),(1 0,1 1),(0 0,1 1))", ["LINESTRING (0 0, 1 0, 1 1, 0 0)"]),
        ("MULTILINESTRING((0 0,1 0),(1 0,1 0))", ["LINESTRING (0 0, 1 0)"]),
    ],
)
def test_parts_are_merged_where_two_ends_meet(wkt: str, merged: list[str]) -> None:
    assert [part.wkt for part in line_parts.merge_parts(shapely.from_wkt(wkt))] == merged
