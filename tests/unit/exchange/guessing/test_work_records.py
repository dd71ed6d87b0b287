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
        ("Sheet1", "清疏日期", "检查井编号", "清疏人", None, "closed_on"),
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
