"""Guessing a first mapping from names and values, in both languages."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.adoption_frames import frame, line, point

from waternet_plugin.core.exchange.guessing.confidences import GUESS, NONE, SURE
from waternet_plugin.core.exchange.guessing.guessing import Guess, guess
from waternet_plugin.core.exchange.mapping.mapping import FieldSource

ONE = line((0, 0), (30, 40))


def chosen(guessed: Guess) -> dict[str, tuple[str, str]]:
    return {one.field: (one.column, one.confidence) for one in guessed.fields if one.column}


def chinese_pipes() -> gpd.GeoDataFrame:
    return frame(
        [ONE] * 4,
        管线编号=["GS1", "GS2", "GS3", "GS4"],
        管线类别=["给水", "给水", "污水", "雨水"],
        材质=["球墨铸铁", "PE", "钢筋砼", "不认识"],
        管径=["DN300", "200", "Φ400", "400X300"],
        建设年代=["1998年", "2004-05-01", "2010", "199905"],
        起点埋深=[1.2, 1.3, 1.4, 1.5],
        使用状态=["在用", "在用", "废弃", "在用"],
        所在道路=["人民路", "人民路", "建设路", "建设路"],
        其他说明=["a", "b", "c", "d"],
    )


def test_chinese_names_and_codes() -> None:
    guessed = guess(chinese_pipes(), name="管线")
    assert (guessed.table, guessed.table_confidence) == ("pipe", SURE)
    assert chosen(guessed) == {
        "pipe_id": ("管线编号", SURE),
        "system": ("管线类别", SURE),
        "material": ("材质", GUESS),
        "diameter_mm": ("管径", SURE),
        "install_year": ("建设年代", SURE),
        "street": ("所在道路", SURE),
        "status": ("使用状态", SURE),
        "depth_start_m": ("起点埋深", SURE),
    }
    assert guessed.mapping.fields["install_year"] == FieldSource("建设年代", "year")
    assert guessed.mapping.values["material"] == {
        "PE": "pe",
        "球墨铸铁": "ductile_iron",
        "钢筋砼": "reinforced_concrete",
    }
    assert [(code.field, code.value, code.count) for code in guessed.codes if code.suggestion is None] == [
        ("material", "不认识", 1)
    ]
    assert guessed.unused == ("其他说明",)


def test_samples_stand_beside_the_fields() -> None:
    fields = {one.field: one for one in guess(chinese_pipes(), table="pipe").fields}
    assert fields["street"].samples == ("人民路", "建设路")
    assert fields["joint"].confidence == NONE


def test_same_frame_same_guess() -> None:
    assert guess(chinese_pipes(), name="管线") == guess(chinese_pipes(), name="管线")


def test_values_alone_find_codes() -> None:
    guessed = guess(frame([ONE] * 3, F1=["CI", "DI", "PVC"], F2=["x", "y", "z"]), table="pipe")
    assert chosen(guessed) == {"material": ("F1", GUESS)}


def test_names_cut_at_ten_signs() -> None:
    guessed = guess(frame([ONE] * 2, INSTALLATI=["1998/01/01", "2001/05/06"]), table="pipe")
    assert chosen(guessed) == {"install_year": ("INSTALLATI", GUESS)}


def test_name_whose_values_do_not_fit_is_left_out() -> None:
    guessed = guess(frame([ONE] * 3, DIAMETER=["round", "oval", "square"]), table="pipe")
    assert "diameter_mm" not in chosen(guessed)


def test_id_that_is_none_of_its_own() -> None:
    guessed = guess(frame([ONE] * 3, PIPE_CODE_ID=["a", "b", "c"], KIND_ID=["k", "k", "k"]), table="pipe")
    assert chosen(guessed) == {"pipe_id": ("PIPE_CODE_ID", GUESS)}


def test_inches_by_name_and_by_values() -> None:
    named = guess(frame([ONE] * 2, DIAM_INCH=[5, 7]), table="pipe")
    assert named.mapping.units == {"diameter_mm": "inch"}
    guessed = guess(frame([ONE] * 4, DIAMETER=[4, 6, 8, 12]), table="pipe")
    assert guessed.mapping.units == {"diameter_mm": "inch"}
    assert chosen(guessed)["diameter_mm"][1] == GUESS


def test_length_in_the_feet_of_its_crs() -> None:
    shape = shapely.LineString([(2_000_000, 700_000), (2_000_100, 700_000)])
    guessed = guess(frame([shape] * 10, crs="EPSG:2263", PIPE_LEN=[100.0] * 10), table="pipe")
    assert guessed.mapping.units == {"length_m": "us_survey_foot"}
    # A program worked it out of the lines: it is no length of the pipes.
    drawn = guess(frame([shape], crs="EPSG:2263", Shape_Length=[100.0]), table="pipe")
    assert "length_m" not in chosen(drawn)


def test_length_in_degrees_says_nothing() -> None:
    shape = shapely.LineString([(114.0, 22.5), (114.001, 22.5)])
    guessed = guess(frame([shape], crs="EPSG:4326", Shape_Length=[0.001]), table="pipe")
    assert "length_m" not in chosen(guessed)


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        ("sanitary_mains.shp", {"system": "sewage", "status": "in_use"}),
        ("StormMains", {"system": "storm", "status": "in_use"}),
        ("污水管线", {"system": "sewage", "status": "in_use"}),
        ("lines", {"status": "in_use"}),
    ],
)
def test_system_comes_from_the_layers_name(name: str, defaults: dict[str, str]) -> None:
    assert dict(guess(frame([ONE], ID=["a"]), table="pipe", name=name).mapping.defaults) == defaults


@pytest.mark.parametrize(
    ("name", "kind"),
    [("hydrants", "hydrant"), ("检查井", "manhole"), ("CatchBasins", "inlet"), ("valves.shp", "valve")],
)
def test_kind_of_nodes_comes_from_the_layers_name(name: str, kind: str) -> None:
    guessed = guess(frame([point(0, 0)], ID=["a"]), name=name)
    assert guessed.table == "node"
    assert guessed.mapping.defaults["kind"] == kind


def test_valves_drawn_as_lines_become_points() -> None:
    guessed = guess(frame([ONE], ID=["a"]), name="valves")
    assert guessed.table == "node"
    assert guessed.mapping.geometry == {"from": "midpoint"}


@pytest.mark.parametrize(
    ("name", "geometry", "table"),
    [
        ("burst_2020", point(0, 0), "failure"),
        ("漏点", point(0, 0), "failure"),
        ("小区", point(0, 0).buffer(9), "compound"),
        ("dma", point(0, 0).buffer(9), "zone"),
        ("道路工程", ONE, "road_work"),
        ("mains", ONE, "pipe"),
    ],
)
def test_table_comes_from_geometry_and_name(name: str, geometry: shapely.Geometry, table: str) -> None:
    assert guess(frame([geometry], FID=[1]), name=name).table == table


@pytest.mark.parametrize(
    ("name", "table"), [("给水管线", "pipe"), ("Sheet1", "pipe"), ("管线抢修记录", "failure")]
)
def test_a_list_of_pipes_without_a_place_is_one_of_pipes(name: str, table: str) -> None:
    listed = pd.DataFrame({"管段编号": ["G1", "G2"], "管径": [300, 200], "管材": ["PE", "PE"]})
    assert guess(listed.assign(敷设年代=[2001, 2005]), name=name, target_crs="EPSG:4547").table == table


@pytest.mark.slow
def test_table_of_failures_without_geometry() -> None:
    table = pd.DataFrame({"incident_id": ["1"], "break_date": ["2001-01-01"], "break_type": ["MAIN"]})
    guessed = guess(table, name="list.csv")
    assert (guessed.table, guessed.table_confidence) == ("failure", GUESS)


def test_volumes_are_recognised_by_the_name_of_their_list_and_not_by_columns_alone() -> None:
    rows = pd.DataFrame(
        {"户号": ["U-1"], "起始日期": ["2026-01-01"], "截止日期": ["2026-01-31"], "水量": ["12.5"]}
    )
    guessed = guess(rows, name="抄表_2026-01.csv")
    assert guessed.table == "volume"
    fields = {name: one.column for name, one in guessed.mapping.fields.items()}
    assert fields == {
        "customer_id": "户号",
        "from_date": "起始日期",
        "to_date": "截止日期",
        "volume_m3": "水量",
    }
    assert guess(rows, name="list.csv").table != "volume"


def test_crs_of_coordinates_is_that_of_the_network_where_they_fit() -> None:
    inside = pd.DataFrame({"id": ["a"], "x": ["500000"], "y": ["2500000"]})
    assert guess(inside, table="node", target_crs="EPSG:4547").mapping.crs == "EPSG:4547"
    outside = pd.DataFrame({"id": ["a"], "x": ["5"], "y": ["7"]})
    assert guess(outside, table="node", target_crs="EPSG:4547").mapping.crs == ""


def test_guessed_mapping_can_be_used() -> None:
    from support.adoption_frames import TODAY

    from waternet_plugin.core.exchange.adoption.adoption import Destination, adopt
    from waternet_plugin.core.schema.settings import Settings

    foreign = chinese_pipes().iloc[:3]
    guessed = guess(foreign, name="管线")
    result = adopt(
        foreign,
        guessed.mapping,
        guessed.table,
        into=Destination("EPSG:4547", settings=Settings()),
        today=TODAY,
    )
    assert result.rows["system"].tolist() == ["potable", "potable", "sewage"]
    assert result.rows["install_year"].tolist() == [1998.0, 2004.0, 2010.0]
    assert result.rows["diameter_mm"].tolist() == [300.0, 200.0, 400.0]
