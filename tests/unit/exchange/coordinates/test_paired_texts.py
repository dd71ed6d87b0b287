"""Both coordinates of a place in one cell, as tables of surveys and of map services have them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet_plugin.core.cells.coordinates.paired_texts import path_vertices, with_parted_coordinates

EASTS = st.floats(400_000, 600_000).map(lambda one: f"{one:.3f}")
NORTHS = st.floats(3_400_000, 3_500_000).map(lambda one: f"{one:.2f}")
FORMS = ["{},{}", "({}, {})", "{}，{}", "{};{}", "[{} {}]", "{} / {}", "X={};Y={}", "x:{},y:{}", "（{}、{}）"]


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(st.tuples(EASTS, NORTHS), min_size=1, max_size=6), st.sampled_from(FORMS))
def test_plane_coordinates_are_two_columns(pairs: list[tuple[str, str]], form: str) -> None:
    frame = pd.DataFrame({"编号": range(len(pairs)), "坐标": [form.format(*pair) for pair in pairs]})
    parted, told = with_parted_coordinates(frame)
    assert list(parted.columns) == ["编号", "X", "Y"] and told == [("坐标", ("X", "Y"))]
    assert list(zip(parted["X"], parted["Y"])) == pairs


@pytest.mark.parametrize(
    ("heading", "text", "expected"),
    [
        ("位置坐标", "121.47123,31.23456", {"经度": "121.47123", "纬度": "31.23456"}),
        ("经纬度", "31.23456, 121.47123", {"纬度": "31.23456", "经度": "121.47123"}),
        ("latlon", "31.23456 121.47123", {"lat": "31.23456", "lon": "121.47123"}),
        ("location", "经度121.47，纬度31.23", {"lon": "121.47", "lat": "31.23"}),
        ("坐标", "N31.23456 E121.47123", {"X": "N31.23456", "Y": "E121.47123"}),
        ("坐标", "121°28′12″E,31°14′05″N", {"X": "121°28′12′′E", "Y": "31°14′05′′N"}),
        ("起点坐标", "5012.5,8123.75", {"起点 / X": "5012.5", "起点 / Y": "8123.75"}),
        ("start_coord", "5012.5 8123.75", {"start / X": "5012.5", "start / Y": "8123.75"}),
        ("location", "512345.1,3456789.2", {"X": "512345.1", "Y": "3456789.2"}),
        ("坐标", "512345.1,3456789.2,12.3", {"X": "512345.1", "Y": "3456789.2", "Z": "12.3"}),
        ("坐标", "Y=512345.1,X=3456789.2", {"Y": "512345.1", "X": "3456789.2"}),
    ],
)
def test_headings_say_what_the_parts_are(heading: str, text: str, expected: dict[str, str]) -> None:
    parted, _told = with_parted_coordinates(pd.DataFrame({heading: [text]}))
    assert parted.iloc[0].to_dict() == expected


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("X坐标", "512,345.12"),
        ("坐标", "3,456,789"),
        ("联系电话", "13812345678/13912345678"),
        ("规格", "400,300"),
        ("桩号", "K1+200.5"),
        ("起止桩号", "10000.5 20000"),
        ("日期", "2024 5"),
        ("备注", "DN300;DN200"),
        ("位置", "E5 S6"),
        ("坐标", "不详"),
    ],
)
def test_other_cells_stay(heading: str, text: str) -> None:
    frame = pd.DataFrame({heading: [text, text]})
    parted, told = with_parted_coordinates(frame)
    assert parted is frame and told == []


def test_a_cell_that_is_no_place_stays_in_the_first_part() -> None:
    words = [*[f"{512345 + row}.5,3456789.2" for row in range(10)], "待测", None]
    parted, _told = with_parted_coordinates(pd.DataFrame({"坐标": words}))
    assert parted["X"].tolist()[-2:] == ["待测", None] and parted["Y"].tolist()[-2:] == [None, None]


def test_columns_that_are_there_are_not_made_twice() -> None:
    frame = pd.DataFrame({"坐标": ["512345.1,3456789.2"], "x": ["1"], "Y": ["2"]})
    assert with_parted_coordinates(frame)[1] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("121.47123,31.23456;121.47223,31.23556", [(121.47123, 31.23456), (121.47223, 31.23556)]),
        ("31.23456,121.47123|31.23556,121.47223", [(121.47123, 31.23456), (121.47223, 31.23556)]),
        ("(512345.1,3456789.2),(512355.1,3456799.2)", [(512345.1, 3456789.2), (512355.1, 3456799.2)]),
        ("3456789,40512345;3456799,40512355", [(40512345, 3456789), (40512355, 3456799)]),
        ("512345.1,3456789.2 512355,3456799.2", [(512345.1, 3456789.2), (512355, 3456799.2)]),
    ],
)
def test_vertices_of_a_line_in_one_cell(text: str, expected: list[tuple[float, float]]) -> None:
    found = path_vertices(pd.DataFrame({"编号": ["P1", "P2"], "坐标串": [text, None]}))
    assert found is not None and found[0] == "坐标串" and found[1][1] is None
    assert [tuple(one) for one in found[1][0]] == expected


@pytest.mark.parametrize("text", ["121.47123,31.23456", "400,300;500,400", "DN300;DN200", "1,2;3,4"])
def test_other_cells_are_no_lines(text: str) -> None:
    assert path_vertices(pd.DataFrame({"规格": [text]})) is None
