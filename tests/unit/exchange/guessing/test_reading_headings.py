"""Headings and tags of readings: meter, quantity and unit in one; a column of units."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.guessing.meter_names import MeterNames, with_meters_of_file
from waternet_plugin.core.exchange.guessing.reading_guess import guess_readings
from waternet_plugin.core.exchange.mapping.mapping import Mapping, MeterColumn
from waternet_plugin.core.exchange.mapping.mapping_file import parse

NODES = ("LL-01", "LL-02", "LL-1", "东门", "FM1", "1")
TIMES = pd.date_range("2026-01-01", periods=48, freq="15min").strftime("%Y-%m-%d %H:%M:%S")


def guessed(columns: dict[str, Any], name: str = "export.csv") -> Mapping:
    frame = pd.DataFrame({"时间": TIMES, **columns})
    return guess_readings(frame, list(frame.columns), name, NODES).mapping


@pytest.mark.parametrize(
    ("heading", "meter"),
    [
        ("LL-01瞬时流量(m3/h)", "LL-01"),
        ("LL-01 瞬时流量 m³/h", "LL-01"),
        ("ll-01_Flow (L/s)", "LL-01"),
        ("瞬时流量_LL-02（m³/h）", "LL-02"),
        ("LL-01正向累计流量[m3]", "LL-01"),
        ("LL-01 东门路 压力(MPa)", "LL-01"),
        ("东门流量", "东门"),
        ("FM1.Flow.Value", "FM1"),
        ("FM1", "FM1"),
        ("LL-01-2流量", ""),
        ("A-LL-01流量", ""),
        ("LL-011流量", ""),
        ("1号泵站流量(m3/h)", ""),
        ("西门流量", ""),
    ],
)
def test_the_meter_is_found_beside_words_for_quantity_and_unit(heading: str, meter: str) -> None:
    assert MeterNames(NODES).of(heading) == meter


def test_a_wide_table_reads_meter_quantity_and_unit_of_each_heading() -> None:
    found = guessed(
        {
            "LL-01瞬时流量(m3/h)": 5.0, "LL-01正向累计流量(m3)": 100.0, "LL-01反向累计流量(m3)": 7.5,
            "LL-01压力(kPa)": 300.0, "LL-01电池电压(V)": 3.6, "LL-02瞬时流量(L/s)": 2.0,
        }
    )  # fmt: skip
    told = {
        column: (one.node_id, one.quantity or found.defaults["quantity"], one.unit)
        for column, one in found.meters.items()
    }
    assert told == {
        "LL-01瞬时流量(m3/h)": ("LL-01", "flow_m3h", "m3/h"),
        "LL-01正向累计流量(m3)": ("LL-01", "counter_m3", "m3"),
        "LL-01压力(kPa)": ("LL-01", "pressure_mpa", "kPa"),
        "LL-02瞬时流量(L/s)": ("LL-02", "flow_m3h", "L/s"),
    }


@pytest.mark.parametrize(
    ("name", "meter"),
    [
        ("LL-01.csv", "LL-01"),
        ("LL-02_20260101-20260131.csv", "LL-02"),
        ("流量计LL-01历史数据(2).xlsx", "LL-01"),
        ("export_2026-01.xlsx LL-02", "LL-02"),
        ("SCADA.xlsx|layername=东门", "东门"),
        ("LL-011.csv", ""),
        ("readings.csv", ""),
    ],
)
def test_a_file_of_one_meter_is_known_by_its_name(name: str, meter: str) -> None:
    found = guessed({"瞬时流量(m3/h)": 5.0, "压力(MPa)": 0.3}, name).meters
    assert list(found) == ["瞬时流量(m3/h)", "压力(MPa)"]
    assert {one.node_id for one in found.values()} == ({meter} if meter else set(found))
    # A heading that names a meter goes before the name of the file.
    assert guessed({"FM1": 5.0}, name).meters["FM1"].node_id == "FM1"


def test_a_kept_mapping_takes_the_meter_of_the_file_at_hand() -> None:
    columns = {"瞬时流量(m3/h)": 5.0, "CH1流量": 1.5}
    first, second = (guessed(columns, name) for name in ("LL-01.csv", "LL-02.csv"))
    named = replace(first, meters={**first.meters, "CH1流量": MeterColumn("FM1", "", "")})
    taken = with_meters_of_file(named, second)
    assert [one.node_id for one in taken.meters.values()] == ["LL-02", "FM1"]
    assert with_meters_of_file(named, Mapping()) is named


def test_a_column_of_units_says_the_unit_of_each_row() -> None:
    rows = {"测点": ["LL-01", "LL-02"] * 24, "数值": 5.0, "单位": ["L/s", "m³/h"] * 24}
    found = guessed(rows, "flow.csv")
    assert found.unit_column == "单位"
    assert parse(found.to_json()) == found
    assert guessed({**rows, "单位": "供水公司"}, "flow.csv").unit_column == ""


def test_tags_that_say_meter_and_quantity_are_told_apart() -> None:
    tags = ["LL-01瞬时流量", "LL-01压力"] * 24
    found = guessed({"测点名称": tags, "数值": 5.0, "单位": ["m3/h", "MPa"] * 24})
    assert found.values["node_id"] == {"LL-01瞬时流量": "LL-01", "LL-01压力": "LL-01"}
    assert found.values["quantity"] == {"LL-01瞬时流量": "flow_m3h", "LL-01压力": "pressure_mpa"}
    assert (found.fields["quantity"].column, found.unit_column) == ("测点名称", "单位")


def test_a_heading_of_a_device_with_what_it_measures_is_no_column_of_ids() -> None:
    found = guessed(
        {"东门流量计瞬时流量(m³/h)": 5.0, "东门流量计累计流量(m³)": 9.0, "西门流量计瞬时流量(m³/h)": 7.0}
    )
    assert "node_id" not in found.fields and len(found.meters) == 3
    assert [one.node_id for one in found.meters.values()] == [
        "东门",
        "东门",
        found.meters["西门流量计瞬时流量(m³/h)"].node_id,
    ]


def test_rows_that_name_their_meter_may_have_a_column_for_each_quantity() -> None:
    devices = ["LL-01", "LL-02"] * 24
    found = guessed(
        {
            "设备编号": devices, "瞬时流量(m³/h)": 5.0, "负累计": 1.5, "正累计": 900.0, "压力(kPa)": 310.0,
            "电池电压": 3.6, "信号强度": 21,
        }
    )  # fmt: skip
    assert found.fields["node_id"].column == "设备编号" and "value" not in found.fields
    assert {column: (one.node_id, one.quantity, one.unit) for column, one in found.meters.items()} == {
        "瞬时流量(m³/h)": ("", "flow_m3h", "m³/h"),
        "正累计": ("", "counter_m3", ""),
        "压力(kPa)": ("", "pressure_mpa", "kPa"),
    }
    assert parse(json.dumps(found.to_dict(), ensure_ascii=False)) == found


@pytest.mark.parametrize("heading", ["表底数", "止码", "水表读数"])
def test_numbers_of_rows_are_neither_values_nor_meters(heading: str) -> None:
    numbers = list(range(1, 49))
    found = guessed(
        {"序号": numbers, "水表编号": ["LL-01"] * 48, heading: [900 + 3 * one for one in numbers]}
    )
    assert (found.fields["value"].column, found.defaults["quantity"]) == (heading, "counter_m3")
    days = ["2026-03-05", "2026-04-05"]
    listed = pd.DataFrame({"流量计编号": ["LL-01", "LL-02"], "抄表日期": days, heading: [10, 20]})
    assert guess(listed, name="水表抄表记录").table == "reading"
    wide = guessed({"序号": numbers, "LL-01": numbers, "LL-02": numbers})
    assert set(wide.meters) == {"LL-01", "LL-02"}
