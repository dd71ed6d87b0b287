"""Tables as offices write them: what their titles, totals, units and measures must not become."""

from __future__ import annotations

import pandas as pd
import pytest

from waternet_plugin.core.cells.headings import is_left_out
from waternet_plugin.core.exchange.guessing.guessing import guess

PLACES = {"X坐标": ["502000.5", "502010.5", "502020.5"], "Y坐标": ["2513300", "2513305", "2513310"]}


@pytest.mark.parametrize("name", ["用户用水量明细表（单位：吨）", "用户表 编制单位：供水公司"])
def test_the_unit_of_a_table_is_no_kind_of_user_and_its_title_no_volume(name: str) -> None:
    found = guess(
        pd.DataFrame({"户号": ["001", "002", "003"], "户名": ["甲", "乙", "丙"], **PLACES}), name=name
    )
    assert (found.table, found.mapping.defaults) == ("customer", {})


@pytest.mark.parametrize("measure", ["淤积深度(cm)", "表底数", "清掏量", "联系电话"])
def test_measures_and_telephones_are_no_ids(measure: str) -> None:
    values = [str(1000 + 7 * n) for n in range(12)]
    frame = pd.DataFrame({"清淤日期": ["2026-03-05"] * 12, measure: values, "班组": ["一班"] * 12})
    assert "item_id" not in guess(frame, table="work_item").mapping.fields


def test_a_manhole_is_no_inspection_of_it() -> None:
    frame = pd.DataFrame({"清淤日期": ["2026-03-05"], "井号": ["W1"]})
    assert guess(frame, name="污水检查井清淤记录").mapping.defaults == {"type": "clean"}
    assert (
        guess(
            frame[["井号"]].assign(**{k: v[:1] for k, v in PLACES.items()}), name="污水检查井"
        ).mapping.defaults["kind"]
        == "manhole"
    )


def test_registers_of_meters_are_readings_and_bills_are_not() -> None:
    frame = pd.DataFrame(
        {"抄表时间": ["2026-03-05", "2026-04-05"], "表号": ["M1"] * 2, "表底数": ["1000", "1012"]}
    )
    found = guess(frame, name="水表抄表记录")
    assert (found.table, found.mapping.defaults["quantity"]) == ("reading", "counter_m3")
    assert guess(frame.assign(上期读数=["990", "1000"]), name="水费").table != "reading"


def test_totals_with_dashes_and_lines_to_sign_are_left_out() -> None:
    rows = [
        ["1", "某花园", "100", "10.5", "施工中"],
        ["合计", None, "1045", "150", "/"],
        ["监理签字：", None, "施工单位（盖章）：", None, None],
    ]
    frame = pd.DataFrame(rows, columns=["序号", "小区名称", "户数", "总投资", "进展"])
    assert is_left_out(frame).tolist() == [False, True, True]
