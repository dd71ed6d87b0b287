"""Tables with a column for each month, day or hour: which columns these are, and the rows they become."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.core.exchange.mapping.period_columns import PeriodColumns, long_rows
from waternet_plugin.core.exchange.periods.period_headings import period_columns


def _table(columns: list[str], *rows: list[Any]) -> pd.DataFrame:
    return pd.DataFrame([list(row) for row in rows], columns=columns, dtype=object)


@pytest.mark.parametrize(
    ("headings", "text", "labels"),
    [
        ("1月 2月 3月", "2026年用水量.csv", "2026-01 2026-02 2026-03"),
        ("一月 二月 十二月", "2026年度", "2026-01 2026-02 2026-12"),
        ("01月份 02月份 03月份", "2026", "2026-01 2026-02 2026-03"),
        ("１月 ２月 ３月", "2026", "2026-01 2026-02 2026-03"),
        ("2025年12月 2026年1月 2026年2月", "", "2025-12 2026-01 2026-02"),
        ("2026-01 2026-02 2026-03", "", "2026-01 2026-02 2026-03"),
        ("202601 202602 202603", "", "2026-01 2026-02 2026-03"),
        ("2026.1 2026.2 2026.3", "", "2026-01 2026-02 2026-03"),
        ("26年1月 26年2月 26年3月", "", "2026-01 2026-02 2026-03"),
        ("Jan-26 Feb-26 Mar-26", "", "2026-01 2026-02 2026-03"),
        ("January Sept December", "year 2026", "2026-01 2026-09 2026-12"),
        ("1月用水量(m3) 2月用水量(m3) 3月用水量(m3)", "2026", "2026-01 2026-02 2026-03"),
        (
            "1日 2日 3日 4日 5日",
            "2026年2月日供水量",
            "2026-02-01 2026-02-02 2026-02-03 2026-02-04 2026-02-05",
        ),
    ],
)
def test_headings_that_are_months_or_days_become_rows(headings: str, text: str, labels: str) -> None:
    columns = headings.split()
    frame = _table(["户号", *columns], ["A1", *map(str, range(len(columns)))])
    periods = period_columns(frame, [text])
    assert periods is not None
    assert long_rows(frame, periods).frame[periods.period].tolist() == labels.split()


@pytest.mark.parametrize(
    "headings",
    [
        "管径 材质 长度",
        "1号泵 2号泵 3号泵 4号泵 5号泵",
        "1点压力 2点压力 3点压力 4点压力 5点压力 6点压力",
        "1月 2月",
        "上月 本月 下月",
        "market decimal separate",
    ],
)
def test_other_headings_with_figures_are_no_periods(headings: str) -> None:
    columns = headings.split()
    assert (
        period_columns(_table(["编号", *columns], ["A1", *map(str, range(len(columns)))]), ["2026年"]) is None
    )


def test_texts_under_months_are_no_volumes() -> None:
    frame = _table(["工程", "1月", "2月", "3月"], ["A1", "开挖", "敷管", "回填"])
    assert period_columns(frame, ["2026年计划"]) is None


def test_of_volumes_and_sums_of_a_month_the_volumes_are_taken_and_totals_none() -> None:
    frame = _table(
        ["户号", "1月水量", "1月金额", "2月水量", "2月金额", "3月水量", "3月金额", "合计水量"],
        ["A1", "3", "9.9", "4", "13.2", "5", "16.5", "12"],
    )
    periods = period_columns(frame, ["2026"])
    assert periods is not None
    assert list(periods.columns) == ["1月水量", "2月水量", "3月水量"]


def test_empty_cells_and_words_for_nothing_make_no_row_and_a_row_without_values_is_kept_to_be_told() -> None:
    frame = _table(["户号", "1月", "2月", "3月"], ["A1", "3", None, "-"], ["A2", "", "无", None])
    periods = PeriodColumns({"1月": "01", "2月": "02", "3月": "03"}, "2026", "月份", "水量")
    laid = long_rows(frame, periods)
    assert laid.frame.values.tolist() == [["A1", "2026-01", "3"], ["A2", None, None]]
    assert laid.origin.tolist() == [0, 1]


def test_the_year_stands_in_a_column_or_is_asked_by_name() -> None:
    frame = _table(
        ["年份", "户号", "1月", "2月", "3月"], ["2025年", "A1", "1", "2", "3"], ["2026", "A1", "4", "5", "6"]
    )
    periods = period_columns(frame, [])
    assert periods is not None and periods.within == "年份"
    assert long_rows(frame, periods).frame["月份"].tolist()[::3] == ["2025-01", "2026-01"]
    open_year = period_columns(frame.drop(columns="年份"), ["2025至2026年"])
    assert open_year is not None and open_year.lacks == "month"
    with pytest.raises(InputError, match=r"1月.*within"):
        long_rows(frame, open_year)


def test_hours_of_a_day_are_read_with_the_day_of_their_row() -> None:
    hours = [f"{hour}:00" for hour in range(24)]
    frame = _table(
        ["表号", "日期", *hours], *(["FM-1", f"2026-01-0{day}", *map(str, range(24))] for day in (5, 6))
    )
    periods = period_columns(frame, ["流量.csv"])
    assert periods is not None and periods.table == "reading"
    mapping = guess(long_rows(frame, periods).frame, table="reading", name="流量(L/s).csv").mapping
    assert (mapping.fields["time"].column, mapping.clock_column) == ("日期", "时刻")
    assert (mapping.fields["value"].column, mapping.fields["node_id"].column) == ("数值", "表号")


def test_a_bill_with_one_column_of_months_is_of_whole_months_and_of_billed_volumes() -> None:
    frame = _table(["户号", "月份", "用水量"], ["A1", "2026年1月", "12"], ["A1", "2026-02", "13"])
    mapping = guess(frame, table="volume", name="水费.csv").mapping
    assert {name: (one.column, one.take) for name, one in mapping.fields.items()} == {
        "customer_id": ("户号", ""),
        "from_date": ("月份", "month_start"),
        "to_date": ("月份", "month_end"),
        "volume_m3": ("用水量", ""),
    }
    assert mapping.defaults["component"] == "billed_metered"


@pytest.mark.parametrize(
    "raw",
    [
        {"columns": {"1月": "January"}},
        {"columns": {"1月": "01", "2月": "01"}, "within": "2026"},
        {"columns": {}, "period": "a"},
        {"columns": {"1月": "01"}, "period": "a", "value": "a"},
        {"columns": {"1月": "01"}, "year": "2026"},
    ],
)
def test_a_mapping_of_periods_that_says_nothing_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(MappingError, match="period_columns"):
        from_dict({"fields": {}, "period_columns": raw})


def test_a_mapping_of_periods_is_written_and_read_again() -> None:
    raw = {"columns": {"1月": "01"}, "within": "2026", "period": "月份", "value": "水量"}
    assert from_dict({"fields": {}, "period_columns": raw}).to_dict()["period_columns"] == raw


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="2月"):
        long_rows(_table(["户号", "1月"], ["A", "1"]), PeriodColumns({"1月": "2026-01", "2月": "2026-02"}))
