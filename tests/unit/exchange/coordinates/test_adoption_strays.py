"""Rows far from all others: taken, left out, or put right by exchanging x and y."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from support.adoption_frames import EAST, NORTH, adopted, frame, line, mapping_of, point, rejected

from waternet_plugin.core.exchange.coordinates.row_geometry import with_one_zone
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.reports.adoption.adoption import figures_of, summary_lines

TOWN = [line((100 * k, 0), (100 * k + 90, 30)) for k in range(40)]
FIELDS = {"pipe_id": "ID"}


def town(*more: shapely.Geometry, crs: str = "EPSG:4547") -> gpd.GeoDataFrame:
    shapes = [*TOWN, *more]
    return frame(shapes, crs=crs, ID=[f"P{k}" for k in range(len(shapes))])


def exchanged(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


FAR = line((400_000, 0), (400_050, 0))
SWAPPED = [exchanged(TOWN[0]), exchanged(TOWN[20])]


def test_strays_are_taken_unless_something_else_is_said() -> None:
    for parts in ({}, {"strays": "take"}):
        result = adopted(town(FAR), FIELDS, **parts)
        assert result.rows_rejected == 0
        assert result.straying.count == 1
        assert result.straying.farthest_m == pytest.approx(396_000, abs=500)
        assert any("396 km" in one for one in summary_lines(result, dry_run=True))


def test_strays_are_left_out_with_their_reason() -> None:
    result = adopted(town(FAR), FIELDS, strays="reject")
    assert dict(rejected(result)) == {41: "stray"}
    assert "396 km" in result.rejected["reason"].iloc[0]
    assert result.rows_in == result.rows_written + result.rows_rejected


def test_rows_with_exchanged_axes_are_put_right() -> None:
    result = adopted(town(*SWAPPED, FAR), FIELDS, strays="swap")
    assert result.straying.swappable_count == 2
    assert dict(rejected(result)) == {43: "stray"}
    by_id = result.rows.set_index("pipe_id")["geom"]
    assert shapely.equals_exact(by_id["P40"], TOWN[0], 1e-6)
    assert shapely.equals_exact(by_id["P41"], TOWN[20], 1e-6)
    assert any("x and y" in one and "2" in one for one in result.notes)
    assert figures_of(result)["strays"]["swappable"] == 2


def test_exchanging_is_offered_only_where_it_helps() -> None:
    assert adopted(town(FAR), FIELDS).straying.swappable_count == 0
    assert adopted(town(*SWAPPED), FIELDS).straying.swappable_count == 2


@pytest.mark.slow
def test_degrees_with_exchanged_axes_are_put_right_though_they_have_no_place() -> None:
    """Longitude as latitude lies beyond the pole: no coordinate of the network's system."""
    lon, lat = 113.99 + np.arange(30) * 0.001, np.full(30, 22.6)
    table = pd.DataFrame({"ID": [f"F{k}" for k in range(30)], "lon": lon, "lat": lat})
    table.loc[[3, 17], ["lon", "lat"]] = table.loc[[3, 17], ["lat", "lon"]].to_numpy()
    given = {"geometry": {"x": "lon", "y": "lat"}}
    taken = adopted(table, {"failure_id": "ID"}, "failure", **given)
    assert taken.straying.count == taken.straying.swappable_count == 2
    result = adopted(table, {"failure_id": "ID"}, "failure", strays="swap", **given)
    assert result.rows_rejected == 0
    west, _, east, _ = result.rows.total_bounds
    assert east - west < 4000


def test_degrees_far_away_stray_by_metres_not_by_degrees() -> None:
    lon, lat = 113.99 + np.arange(30) * 0.001, np.full(30, 22.6)
    lon[4] += 4
    table = pd.DataFrame({"ID": [f"F{k}" for k in range(30)], "lon": lon, "lat": lat})
    result = adopted(
        table,
        {"failure_id": "ID"},
        "failure",
        strays="reject",
        crs="EPSG:4547",
        geometry={"x": "lon", "y": "lat"},
    )
    assert dict(rejected(result)) == {5: "stray"}


def test_a_file_in_the_wrong_system_has_no_strays() -> None:
    table = pd.DataFrame({"ID": ["a", "b", "c", "d"] * 3, "lon": [22.6] * 12, "lat": [114.0] * 12})
    table["ID"] = [f"F{k}" for k in range(12)]
    result = adopted(
        table, {"failure_id": "ID"}, "failure", strays="reject", geometry={"x": "lon", "y": "lat"}
    )
    assert result.straying.count == 0


def test_two_towns_stay_two_towns() -> None:
    other = [line((30_000 + 50 * k, 0), (30_040 + 50 * k, 0)) for k in range(5)]
    result = adopted(town(*other), FIELDS, strays="reject")
    assert (result.straying.count, result.rows_rejected) == (0, 0)


def test_areas_and_points_stray_as_lines_do() -> None:
    points = [*(point(30 * k, 0) for k in range(20)), shapely.Point(EAST + 300_000, NORTH)]
    result = adopted(
        frame(points, ID=[f"N{k}" for k in range(21)]), {"node_id": "ID"}, "node", strays="reject"
    )
    assert dict(rejected(result)) == {21: "stray"}
    areas = [one.buffer(5) for one in points]
    result = adopted(
        frame(areas, ID=[f"C{k}" for k in range(21)]),
        {"compound_id": "ID"},
        "compound",
        strays="reject",
        defaults={"type": "residential"},
    )
    assert dict(rejected(result)) == {21: "stray"}


def test_a_stray_that_has_another_fault_keeps_it() -> None:
    result = adopted(town(shapely.Point(EAST + 400_000, NORTH)), FIELDS, strays="reject")
    assert dict(rejected(result)) == {41: "wrong_geometry"}


def test_the_answer_is_part_of_the_mapping_and_checked() -> None:
    assert mapping_of({}, strays="swap").to_dict()["strays"] == "swap"
    assert "strays" not in mapping_of({}).to_dict()
    with pytest.raises(MappingError, match="take, reject, swap"):
        mapping_of({}, strays="drop")


@pytest.mark.parametrize("bad", [(0, 0), (0, EAST), (NORTH, 0), (-9999, -9999)])
def test_zeros_and_nines_among_coordinates_are_no_place(bad: tuple[float, float]) -> None:
    rows = [(NORTH + 10 * row, EAST + 10 * row) for row in range(5)]
    table = pd.DataFrame([*rows, bad], columns=["X", "Y"]).assign(ID=[f"V{row}" for row in range(6)])
    parts = {"geometry": {"x": "Y", "y": "X"}, "source_crs": "EPSG:4547"}
    result = adopted(table, {"node_id": "ID"}, table="node", **parts)
    assert dict(rejected(result)) == {6: "no_geometry"}
    assert not result.straying.count


def test_zero_is_a_place_where_others_lie_around_it() -> None:
    table = pd.DataFrame({"X": [0.0, 40.0, 9000.0], "Y": [120.0, 0.0, 7000.0], "ID": ["V1", "V2", "V3"]})
    parts = {"geometry": {"x": "Y", "y": "X"}, "source_crs": "EPSG:4547"}
    assert adopted(table, {"node_id": "ID"}, table="node", **parts).rows_rejected == 0


def test_heights_that_stand_for_unknown_are_none() -> None:
    def heights(*height_m: float) -> list[float]:
        shape = shapely.LineString([(EAST + 50 * number, NORTH, z) for number, z in enumerate(height_m)])
        (kept,) = adopted(frame([shape], ID=["P1"]), FIELDS).rows["geom"]
        return shapely.get_coordinates(kept, include_z=True)[:, 2].tolist()

    assert np.isnan(heights(-9999.0, -9999.0)).all()
    np.testing.assert_array_equal(heights(12.5, -9999.0, 12.3), [12.5, np.nan, 12.3])


@pytest.mark.parametrize("zoned", [3, 6])
def test_rows_with_and_without_the_number_of_their_zone_are_read_alike(zoned: int) -> None:
    """The rows that are fewer follow the others, whose form the coordinate system is of."""
    east = [EAST + 20.0 * row + (38e6 if row < zoned else 0.0) for row in range(9)]
    table = pd.DataFrame({"ID": [f"N{row}" for row in range(9)], "Y": east, "X": [NORTH] * 9})
    crs = "EPSG:4547" if zoned == 3 else "EPSG:4526"
    result = adopted(table, {"node_id": "ID"}, "node", geometry={"x": "Y", "y": "X"}, source_crs=crs)
    found = result.rows.set_index("node_id")["geom"]
    assert [found[f"N{row}"].x for row in range(9)] == pytest.approx([EAST + 20.0 * row for row in range(9)])
    assert any("(38)" in note for note in result.notes)
    assert with_one_zone(np.array([38e6 + EAST, 40e6 + EAST, EAST]))[1] == 0
    assert with_one_zone(np.array([38e6 + EAST, EAST + 90_000]))[1] == 0
