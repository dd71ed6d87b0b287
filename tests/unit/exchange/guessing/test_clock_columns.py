"""Readings whose day and clock stand in two columns, and columns with words where a meter was silent."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.guessing.reading_guess import guess_readings
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.core.exchange.readings.clock_columns import day_with_clock, is_clock
from waternet_plugin.core.exchange.readings.reading_cells import reading_cells
from waternet_plugin.core.exchange.units.reading_units import FLOW, factor_to_ours

MOMENTS = pd.date_range("2026-03-01", periods=48, freq="15min")
NODES = ("FM-1", "FM-2")
CLOCKS = {
    "hh:mm": [one.strftime("%H:%M") for one in MOMENTS],
    "hh:mm:ss": [one.strftime("%H:%M:%S") for one in MOMENTS],
    "chinese": [f"{one.hour}时{one.minute:02d}分" for one in MOMENTS],
    "sheet": [(one.hour * 60 + one.minute) / 1440 for one in MOMENTS],
    "sheet day": [f"1899-12-30 {one:%H:%M:%S}" for one in MOMENTS],
    "time": [datetime.time(one.hour, one.minute) for one in MOMENTS],
}
DAYS = {
    "text": [one.strftime("%Y-%m-%d") for one in MOMENTS],
    "chinese": [f"{one.year}年{one.month}月{one.day}日" for one in MOMENTS],
    "slashes": [one.strftime("%Y/%m/%d") for one in MOMENTS],
    "moments": list(MOMENTS.normalize()),
}


def _file(days: list[Any], clocks: list[Any]) -> pd.DataFrame:
    flow = [10.0 + at % 4 for at in range(len(MOMENTS))]
    return pd.DataFrame({"日期": days, "时间": clocks, "FM-1(m3/h)": flow, "FM-2(m3/h)": flow[::-1]})


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("day", DAYS)
def test_day_and_clock_are_read_together(day: str, clock: str) -> None:
    rows = _file(DAYS[day], CLOCKS[clock])
    guessed = guess(rows, name="流量.csv", ids=lambda _table: NODES)
    assert guessed.table == "reading"
    mapping = guessed.mapping
    assert (mapping.fields["time"].column, mapping.clock_column) == ("日期", "时间")
    assert {one.node_id for one in mapping.meters.values()} == set(NODES)
    joined = pd.to_datetime(
        day_with_clock(rows["日期"], rows["时间"]).str.replace(r"[年月]", "-", regex=True)
        .str.replace("日", "").str.replace("时", ":").str.replace("分", "")
    )  # fmt: skip
    assert joined.tolist() == list(MOMENTS)


def test_the_mapping_names_the_column_of_the_clock() -> None:
    rows = _file(DAYS["text"], CLOCKS["hh:mm"])
    mapping = from_dict(
        {
            "fields": {"time": "日期"},
            "clock_column": "时间",
            "meters": {"FM-1(m3/h)": {"node_id": "FM-1", "unit": "m3/h"}},
            "defaults": {"quantity": "flow_m3h"},
        }
    )
    assert from_dict(mapping.to_dict()) == mapping
    cells = reading_cells(rows, mapping, datetime.timezone.utc, dry_run=False)
    found = cells.utc_ms.astype("datetime64[ms]")
    assert np.array_equal(found, MOMENTS.to_numpy().astype("datetime64[ms]"))


@pytest.mark.parametrize(
    "values", [["1.5", "2.5"], ["abc", "8:00"], ["2026-01-01", "2026-01-02"], ["7", "8"]]
)
def test_numbers_days_and_words_are_no_clock(values: list[str]) -> None:
    assert not is_clock(pd.Series(values))


@pytest.mark.parametrize("word", ["无数据", "离线", "断线", "N/A", "--", "空值"])
def test_words_for_nothing_make_no_meter_of_a_column(word: str) -> None:
    flow = ["10" if at % 4 else word for at in range(len(MOMENTS))]
    rows = pd.DataFrame({"时间": MOMENTS.strftime("%Y-%m-%d %H:%M"), "FM-1": flow[::-1], "FM-2": flow})
    mapping = guess_readings(rows, list(rows.columns), "流量(m3/h).csv", NODES).mapping
    assert {column: one.node_id for column, one in mapping.meters.items()} == {"FM-1": "FM-1", "FM-2": "FM-2"}


def test_ten_thousands_are_units_of_flow() -> None:
    assert factor_to_ours(FLOW, "万m3/d") == pytest.approx(10_000 / 24)
    assert factor_to_ours(FLOW, "万吨/日") == pytest.approx(10_000 / 24)
    assert factor_to_ours(FLOW, "万") is None
