"""Sheets: numbers, borders, which ones there are, neighbours, sums."""

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point

from waternet_plugin.atlas.sheets import sheets
from waternet_plugin.atlas.sheets.frames import PAPERS, sheet_frame
from waternet_plugin.atlas.sheets.sheets import Grid, cut, grid_index, grid_of, zone_offset
from waternet_plugin.core.errors import InputError

A3 = (315, 250)


def lines(*parts):
    return np.array([LineString(part) for part in parts], dtype=object)


def sheet_index(geometry, grid, *, area=None):
    geometry = np.asarray(geometry, dtype=object)
    return grid_index(geometry, grid, cut(geometry, grid), area)


def number_at(grid: Grid, x: float, y: float) -> str:
    return grid.number(int(grid.rows_of(np.array([y]))[0]), int(grid.columns_of(np.array([x]))[0]))


# paper, scale, northing, easting, number
GOLDEN = [
    ("50x50", 500, 2815193.253, 408261.305, "2815.00-408.25"),
    ("50x50", 1000, 2815193.253, 408261.305, "2815.0-408.0"),
    ("50x50", 2000, 2815193.253, 408261.305, "2815.0-408.0"),
    ("50x50", 5000, 2815193.253, 408261.305, "2814-408"),
    ("40x50", 500, 2815193.253, 408261.305, "2815.00-408.25"),
    ("40x50", 1000, 2815193.253, 408261.305, "2814.8-408.0"),
    ("40x50", 2000, 2815193.253, 408261.305, "2814.4-408.0"),
    ("40x50", 5000, 2815193.253, 408261.305, "2814-408"),
    ("50x50", 500, 2501372.3, 508630.4, "2501.25-508.50"),
    # Exact multiples belong to the sheet that begins there.
    ("50x50", 500, 2815000.0, 408250.0, "2815.00-408.25"),
    ("50x50", 500, 2814999.999, 408249.999, "2814.75-408.00"),
    ("50x50", 1000, 2815000.0, 408500.0, "2815.0-408.5"),
    ("50x50", 2000, 2815000.0, 409000.0, "2815.0-409.0"),
    ("50x50", 5000, 2816000.0, 410000.0, "2816-410"),
    ("40x50", 500, 2815200.0, 408250.0, "2815.20-408.25"),
    ("40x50", 500, 2815199.999, 408249.999, "2815.00-408.00"),
    ("40x50", 1000, 2814800.0, 408500.0, "2814.8-408.5"),
    ("40x50", 2000, 2815200.0, 409000.0, "2815.2-409.0"),
    ("40x50", 5000, 2815999.999, 409999.999, "2814-408"),
    # West and south of the origin.
    ("50x50", 500, -0.1, -0.1, "-0.25--0.25"),
    ("50x50", 500, -250.0, -250.0, "-0.25--0.25"),
    ("50x50", 500, -250.001, 0.0, "-0.50-0.00"),
    ("40x50", 500, -0.1, 0.1, "-0.20-0.00"),
    ("50x50", 1000, -0.1, -0.1, "-0.5--0.5"),
    ("40x50", 1000, -0.1, -0.1, "-0.4--0.5"),
    ("40x50", 2000, -0.1, -0.1, "-0.8--1.0"),
    ("50x50", 5000, -0.1, -0.1, "-2--2"),
    ("A3", 1000, 2500000.0, 315000.0, "2500.0-315.0"),
    ("A3", 1000, 2499999.9, 314999.9, "2499.7-314.6"),
    ("A3", 1000, 4810700.0, 541485.0, "4810.5-541.4"),
    ("A3", 1000, 4810750.0, 541485.0, "4810.7-541.4"),
    ("A3", 10_000, 4810750.0, 541485.0, "4810-538"),
    ("A3", 500, 4810750.0, 541485.0, "4810.75-541.48"),
    # Sheets of 16.5 m need a decimal less than the metre to stay apart.
    ("A4", 100, 33.0, 41.0, "0.03-0.04"),
]


@pytest.mark.parametrize(("paper", "scale", "northing", "easting", "number"), GOLDEN)
@pytest.mark.parametrize("zone_offset_m", [0.0, 38_000_000.0])
def test_number_of_a_place(paper, scale, northing, easting, number, zone_offset_m):
    grid = grid_of(sheet_frame(paper, scale), scale, zone_offset_m=zone_offset_m)
    assert number_at(grid, zone_offset_m + easting, northing) == number


def test_a_border_that_is_no_binary_fraction_is_met():
    assert number_at(grid_of((333, 333), 100), 33.3 * 11, 33.3 * 7) == "0.23-0.36"


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("scale", [500, 1000, 2000, 5000])
def test_numbers_have_the_decimals_of_their_scale_unless_two_sheets_would_share_one(paper, scale):
    grid = grid_of(sheet_frame(paper, scale), scale)
    usual = 2 if scale <= 500 else 1 if scale <= 2000 else 0
    numbers = {grid.number(row, col) for row in range(-40, 40) for col in range(-40, 40)}
    assert len(numbers) == 6400
    if grid.decimals > usual:
        fewer = Grid(grid.width_m, grid.height_m, grid.decimals - 1)
        assert len({fewer.number(row, 0) for row in range(1200)}) < 1200


def test_number_gets_a_decimal_more_where_two_sheets_would_share_it():
    # An A4 frame at 1:5000 is 825 m high, less than the kilometre of 1:5000.
    grid = grid_of((205, 165), 5000)
    assert grid.decimals == 1
    numbers = [grid.number(row, col) for row in range(2900, 2960) for col in range(500, 520)]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("scale", [200, 500, 1000, 2000, 2500, 5000, 10_000, 50_000])
def test_numbers_are_unique_at_every_scale(scale):
    grid = grid_of(A3, scale)
    numbers = {grid.number(row, col) for row in range(10_000, 10_050) for col in range(1500, 1550)}
    assert len(numbers) == 2500


def test_zone_before_the_easting_is_left_out():
    assert zone_offset(38_500_000.0) == 38_000_000.0
    with_zone = grid_of(A3, 1000, zone_offset_m=38_000_000.0)
    assert number_at(with_zone, 38_508_630.4, 2501372.3) == number_at(grid_of(A3, 1000), 508_630.4, 2501372.3)
    row = int(with_zone.rows_of(np.array([2501372.3]))[0])
    col = int(with_zone.columns_of(np.array([38_508_630.4]))[0])
    xmin, ymin, xmax, ymax = with_zone.bounds(row, col)
    assert xmin <= 38_508_630.4 < xmax
    assert ymin <= 2501372.3 < ymax


@pytest.mark.parametrize("false_easting", [500_000.0, 0.0, 1_600_000.0, 2_000_000.0, 2_500_000.0])
def test_other_false_eastings_are_no_zones(false_easting):
    assert zone_offset(false_easting) == 0.0


def test_shares_of_a_line_over_two_sheets():
    pieces = cut(lines([(300, 100), (330, 100)]), Grid(315, 250, 1))
    assert pieces[["row", "col"]].to_numpy().tolist() == [[0, 0], [0, 1]]
    assert pieces["share"].tolist() == pytest.approx([0.5, 0.5])


def test_line_through_the_corner_touches_no_third_sheet():
    pieces = cut(lines([(300, 240), (330, 260)]), Grid(315, 250, 1))
    assert pieces[["row", "col"]].to_numpy().tolist() == [[0, 0], [1, 1]]


def test_line_along_a_border_is_on_one_sheet():
    pieces = cut(lines([(315, 10), (315, 60)], [(10, 250), (60, 250)]), Grid(315, 250, 1))
    assert pieces[["line", "row", "col", "share"]].to_numpy().tolist() == [[0, 0, 1, 1], [1, 1, 0, 1]]


def test_line_that_ends_on_a_border_does_not_cross_it():
    pieces = cut(lines([(300, 10), (315, 10)], [(300, 10), (315.0000001, 10)]), Grid(315, 250, 1))
    assert pieces[["row", "col"]].to_numpy().tolist() == [[0, 0], [0, 0]]
    assert pieces["share"].tolist() == [1.0, 1.0]


def test_line_without_length_lies_where_it_lies():
    pieces = cut(lines([(320, 10), (320, 10)]), Grid(315, 250, 1))
    assert pieces.to_numpy().tolist() == [[0, 0, 1, 1]]


def test_parts_of_a_line_are_not_joined():
    multi = np.array([shapely.MultiLineString([[(10, 10), (20, 10)], [(640, 10), (670, 10)]])], dtype=object)
    pieces = cut(multi, Grid(315, 250, 1))
    assert pieces[["row", "col"]].to_numpy().tolist() == [[0, 0], [0, 2]]
    assert pieces["share"].tolist() == pytest.approx([0.25, 0.75])


def test_missing_and_empty_lines_are_passed_over():
    mixed = np.array([None, LineString(), LineString([(1, 1), (2, 2)])], dtype=object)
    assert cut(mixed, Grid(315, 250, 1))["line"].tolist() == [2]


def test_shares_agree_with_intersections():
    random = np.random.default_rng(7)
    start = random.uniform(-900, 900, (200, 2))
    shapes = shapely.linestrings(np.stack([start, start + random.normal(0, 300, (200, 2))], axis=1))
    grid = Grid(315, 250, 1)
    pieces = cut(shapes, grid)
    boxes = np.array([shapely.box(*grid.bounds(row, col)) for row, col in zip(pieces["row"], pieces["col"])])
    expected = shapely.length(shapely.intersection(shapes[pieces["line"]], boxes))
    found = pieces["share"] * shapely.length(shapes)[pieces["line"]]
    assert found.to_numpy() == pytest.approx(expected, abs=0.01)
    assert pieces.groupby("line")["share"].sum().to_numpy() == pytest.approx(np.ones(200))


def test_index_runs_from_north_west_to_south_east():
    index = sheet_index(lines([(10, 10), (1000, 10)], [(10, 700), (20, 700)]), Grid(315, 250, 1))
    assert index[["row", "col"]].to_numpy().tolist() == [[2, 0], [0, 0], [0, 1], [0, 2], [0, 3]]


def test_sheet_that_only_the_box_of_a_pipe_covers_is_left_out():
    index = sheet_index(lines([(10, 10), (10, 900), (1200, 900)]), Grid(315, 250, 1))
    assert (index["row"].eq(0) & index["col"].gt(0)).sum() == 0
    assert len(index) == 4 + 3


def test_neighbours_in_fixed_order():
    grid = Grid(100, 100, 1)
    index = sheet_index(lines([(50, 150), (250, 150)], [(150, 50), (150, 250)]), grid).set_index("sheet_no")
    middle = index.loc["0.1-0.1", "neighbours"].split(";")
    assert middle == ["", "0.2-0.1", "", "0.1-0.0", "0.1-0.2", "", "0.0-0.1", ""]
    assert index.loc["0.2-0.1", "neighbours"].split(";") == [
        "",
        "",
        "",
        "",
        "",
        "0.1-0.0",
        "0.1-0.1",
        "0.1-0.2",
    ]


def test_neighbours_are_mutual():
    random = np.random.default_rng(3)
    start = random.uniform(0, 2000, (60, 2))
    index = sheet_index(
        shapely.linestrings(np.stack([start, start + random.normal(0, 200, (60, 2))], axis=1)),
        Grid(315, 250, 1),
    )
    around = dict(zip(index["sheet_no"], (text.split(";") for text in index["neighbours"])))
    for number, eight in around.items():
        for place, other in enumerate(eight):
            assert not other or around[other][7 - place] == number


def test_numbers_stay_when_the_network_grows():
    grid = grid_of(A3, 1000)
    town = [[(541500, 4810800), (541900, 4811100)]]
    before = sheet_index(lines(*town), grid)
    after = sheet_index(lines(*town, [(530000, 4800000), (530100, 4800100)]), grid)
    assert set(before["sheet_no"]) < set(after["sheet_no"])


def test_row_order_of_pipes_changes_nothing():
    grid = grid_of(A3, 1000)
    shapes = lines([(0, 0), (900, 400)], [(50, 60), (1500, 900)], [(10, 10), (11, 11)])
    assert sheet_index(shapes, grid).equals(sheet_index(shapes[::-1], grid))


def test_area_keeps_the_sheets_with_pipes_inside_it():
    shapes = lines([(10, 10), (1000, 10)])
    # The area reaches over three sheets; its pipe lies in the middle one and the right one.
    area = shapely.box(320, 0, 700, 500)
    assert sheet_index(shapes, Grid(315, 250, 1), area=area)["col"].tolist() == [1, 2]


def test_area_that_pipes_only_touch_is_empty():
    with pytest.raises(InputError, match="There are no pipes in the area"):
        sheet_index(lines([(0, 0), (100, 0)]), Grid(315, 250, 1), area=shapely.box(100, -50, 200, 50))


def test_area_keeps_a_pipe_without_length():
    index = sheet_index(lines([(320, 10), (320, 10)]), Grid(315, 250, 1), area=shapely.box(310, 0, 330, 20))
    assert index["col"].tolist() == [1]


def test_area_of_a_point_is_its_sheet():
    index = sheet_index(lines([(10, 10), (1000, 10)]), Grid(315, 250, 1), area=Point(400, 100))
    assert index["col"].tolist() == [1]


def test_network_without_pipes_is_refused():
    with pytest.raises(InputError, match="no pipes"):
        sheet_index(np.array([], dtype=object), Grid(315, 250, 1))


def test_lines_taken_apart_some_at_a_time_lie_on_the_same_sheets(monkeypatch):
    multi = shapely.from_wkt("MULTILINESTRING ((0 0, 400 10), (500 500, 600 600))")
    shapes = np.array([multi, None, *lines([(300, 240), (330, 260)], [(10, 250), (60, 250)])], dtype=object)
    whole = cut(shapes, Grid(315, 250, 1))
    monkeypatch.setattr(sheets, "_LINES", 1)
    pd.testing.assert_frame_equal(cut(shapes, Grid(315, 250, 1)), whole)
    assert cut(shapes[:0], Grid(315, 250, 1)).empty
