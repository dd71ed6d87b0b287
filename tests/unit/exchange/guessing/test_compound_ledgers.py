"""Ledgers of compounds: their headings and words, Chinese and English, are known."""

from __future__ import annotations

import pandas as pd
import pytest

from waternet_plugin.core.exchange.guessing.guessing import guess

LEDGERS = [
    (
        "work_item",
        "工单",
        {
            "工单编号": ("item_id", "GD-1", None),
            "工单类型": ("type", "清掏", "clean"),
            "状态": ("state", "已派发", "sent"),
            "所属小区": ("compound_id", "XQ-01", None),
            "道路名称": ("street", "人民路", None),
            "要求完成日期": ("due_on", "2026-01-03", None),
            "工单来源": ("source", "投诉", "complaint"),
            "是否有效投诉": ("valid", "是", "yes"),
            "班组": ("team", "一组", None),
            "负责人": ("person", "陈", None),
            "工时": ("hours", "0.5", None),
            "淤积程度": ("result", "重度", "heavy"),
        },
    ),
    (
        "customer",
        "用户",
        {
            "用户编号": ("customer_id", "YH-1", None),
            "行业": ("trade", "餐饮", "catering"),
            "重点排水户": ("key_user", "是", "yes"),
            "排水许可证号": ("permit_no", "PS-1", None),
        },
    ),
    (
        "node",
        "排放口",
        {
            "编号": ("node_id", "PK-1", None),
            "类型": ("kind", "排放口", "outfall"),
            "排放口类型": ("outfall_type", "雨水直排口", "storm_direct"),
            "排放口形式": ("outfall_form", "箱涵", "box"),
            "风险等级": ("outfall_risk", "高风险", "high"),
            "出流形式": ("outflow", "淹没出流", "submerged"),
            "岸别": ("bank", "左岸", "left"),
            "防坠网": ("safety_net", "是", "yes"),
            "有效水深": ("liquid_depth_m", "1.6", None),
        },
    ),
    (
        "compound",
        "小区",
        {"小区编号": ("compound_id", "X", None), "边界类型": ("boundary_kind", "红线", "red_line")},
    ),
    (
        "zone",
        "网格",
        {
            "分区编号": ("zone_id", "G", None),
            "班组": ("team", "一组", None),
            "责任人": ("person", "陈", None),
        },
    ),
    (
        "indicator",
        "评价指标",
        {
            "所属小区": ("compound_id", "XQ-01", None),
            "月份": ("month", "2025-12", None),
            "指标": ("indicator", "污水收集率", "collection"),
            "指标值": ("value", "0.93", None),
            "得分": ("points", "1", None),
        },
    ),
    (
        "checklist",
        "核查表",
        {
            "核查表": ("list", "零直排小区", "zero_discharge"),
            "核查对象": ("asset", "XQ-01", None),
            "核查项": ("item", "permits", None),
            "核查日期": ("ticked_on", "2025-12-01", None),
            "核查人": ("ticked_by", "陈", None),
        },
    ),
]


@pytest.mark.parametrize(("table", "name", "columns"), LEDGERS, ids=[one[0] for one in LEDGERS])
def test_headings_and_words_of_a_ledger_are_known(
    table: str, name: str, columns: dict[str, tuple[str, str, str | None]]
) -> None:
    own = f"{'item' if table == 'work_item' else table}_id"
    frame = pd.DataFrame(
        {
            heading: [f"{value}{number}" if field == own else value for number in range(3)]
            for heading, (field, value, _code) in columns.items()
        }
    )
    found = guess(frame, table=table, name=name).mapping
    taken = {source.column: field for field, source in found.fields.items()}
    assert taken == {heading: field for heading, (field, _value, _code) in columns.items()}
    codes = {field: {value: code} for field, value, code in columns.values() if code is not None}
    assert {field: found.values[field] for field in codes} == codes


def test_a_ledger_of_indicators_is_told_by_its_name() -> None:
    frame = pd.DataFrame({"所属小区": ["XQ-01"], "月份": ["2025-12"], "指标": ["巡检周期"], "得分": [1]})
    assert guess(frame, name="小区评价指标").table == "indicator"


def test_plans_for_compounds_are_a_programme() -> None:
    columns = {
        "小区名称": ["阳光花园", "锦绣苑"],
        "改造内容": ["雨污分流"] * 2,
        "计划完工": ["2025-9", "2025-10"],
    }
    found = guess(pd.DataFrame({**columns, "总投资(万元)": ["120", "95.5"]}), name="改造计划")
    assert found.table == "programme_item"
    assert found.mapping.fields["planned_month"].column == "计划完工"
