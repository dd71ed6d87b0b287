"""Lists of what was done at assets without coordinates are work items that name the asset, not the assets."""

from __future__ import annotations

import pandas as pd
import pytest

from waternet_plugin.core.exchange.guessing.guessing import guess

DAYS = ["2026.3.5", "2026年3月6日"]


@pytest.mark.parametrize(
    ("name", "day", "asset", "more", "type_", "field"),
    [
        ("2026年化粪池清掏记录", "清掏日期", "化粪池编号", "清掏量(m3)", "clean", "closed_on"),
        ("隔油池清掏登记表", "清掏时间", "隔油池编号", "单位名称", "clean", "closed_on"),
        ("管道清淤台账", "清淤日期", "管段编号", "长度(m)", "clean", "closed_on"),
        ("Sheet1", "清疏日期", "检查井编号", "清疏人", "clean", "closed_on"),
        ("化粪池清掏计划", "计划清掏日期", "化粪池编号", "责任单位", "clean", "due_on"),
        ("阀门巡检记录", "巡检日期", "阀门编号", "巡检结果", "patrol", "opened_on"),
    ],
)
def test_records_of_work(name: str, day: str, asset: str, more: str, type_: str, field: str) -> None:
    found = guess(pd.DataFrame({day: DAYS, asset: ["A1", "A2"], more: ["1", "2"]}), name=name)
    assert found.table == "work_item"
    mapped = {key: source.column for key, source in found.mapping.fields.items()}
    assert (mapped["asset"], mapped[field]) == (asset, day)
    assert "item_id" not in mapped
    assert found.mapping.defaults.get("type") == type_


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("化粪池清掏台账", ["化粪池编号", "清掏日期", "容积(m3)"]),
        ("化粪池", ["化粪池编号", "上次清掏日期", "类型"]),
    ],
)
def test_lists_of_assets_stay_such(name: str, columns: list[str]) -> None:
    rows = pd.DataFrame({column: ["1", "2"] for column in columns})
    assert guess(rows, name=name).table == "node"


@pytest.mark.parametrize(
    ("name", "columns", "fields", "type_"),
    [
        ("雨水口清掏记录", {"日期": DAYS, "雨水口编号": ["YK1", "YK2"]}, {"closed_on": "日期"}, "clean"),
        # What was measured says what was done.
        (
            "检查井养护台账",
            {"工作日期": DAYS, "检查井": ["W1", "W2"], "淤积深度(cm)": ["3", "4"], "养护班组": ["甲", "乙"]},
            {"closed_on": "工作日期", "team": "养护班组"},
            "clean",
        ),
        # A column of kinds stands before the name of the list.
        (
            "排水管道清淤登记表",
            {"时间": DAYS, "类型": ["清淤", "巡查"], "管段": ["P1", "P2"]},
            {"closed_on": "时间", "type": "类型"},
            None,
        ),
        (
            "管道养护台账",
            {"日期": DAYS, "内容": ["疏通管道", "清掏井底"], "管段": ["P1", "P2"]},
            {"closed_on": "日期", "type": "内容"},
            None,
        ),
        # Texts without words for work are notes; beside the planned day the other is that of the work.
        (
            "管道养护台账",
            {"日期": DAYS, "计划日期": DAYS, "内容": ["正常", "堵塞"], "管段": ["P1", "P2"]},
            {"note": "内容", "closed_on": "日期", "due_on": "计划日期"},
            None,
        ),
        # Nobody knows which of two bare days is meant; the day of a plan is no day of work.
        ("管道养护台账", {"日期": DAYS, "作业时间段日期": DAYS, "管段": ["P1", "P2"]}, {}, None),
        ("雨水口清掏计划", {"日期": DAYS, "雨水口编号": ["Y1", "Y2"]}, {"due_on": "日期"}, "clean"),
    ],
)
def test_bare_headings_count_where_no_other_column_can_be_meant(
    name: str, columns: dict[str, list[str]], fields: dict[str, str], type_: str | None
) -> None:
    found = guess(pd.DataFrame(columns), name=name)
    mapped = {key: source.column for key, source in found.mapping.fields.items() if key != "asset"}
    assert (found.table, mapped) == ("work_item", fields)
    assert found.mapping.defaults.get("type") == type_


def test_the_only_day_of_an_inspection_needs_no_more_words() -> None:
    rows = pd.DataFrame({"管段编号": ["P1", "P2"], "作业时间": DAYS, "结构等级": [1, 2]})
    found = guess(rows, table="inspection")
    assert found.mapping.fields["date"].column == "作业时间"
