"""Tables as offices write them: what their titles, totals, units and measures must not become."""

from __future__ import annotations

import pandas as pd
import pytest
from support.adoption_frames import adopted

from waternet_plugin.core.cells.headings import is_left_out
from waternet_plugin.core.cells.written_days import days
from waternet_plugin.core.cells.written_times import written_times
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.guessing.tables.table_guess import lists_projects

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


def test_a_narrower_table_below_an_empty_row_is_left_out() -> None:
    row = ["WS1", "100", "10.5", "检查井"]
    gap = [None] * 4
    rows = [row, gap, row, gap, gap, ["统计", "数量", None, None], ["总数", "2", None, None]]
    frame = pd.DataFrame(rows, columns=["井号", "X", "Y", "类型"])
    assert is_left_out(frame).tolist() == [False, True, False, True, True, True, True]
    # What begins with figures goes on with the table.
    frame.loc[5] = ["WS2", None, None, None]
    assert is_left_out(frame).tolist()[5:] == [False, False]


@pytest.mark.parametrize(
    ("x", "y"), [("横坐标Y", "纵坐标X"), ("Y横坐标(m)", "X纵坐标(m)"), ("东坐标Y", "北坐标X")]
)
def test_the_side_in_a_heading_says_which_axis_it_is(x: str, y: str) -> None:
    frame = pd.DataFrame({"井号": ["W1", "W2"], y: [2513300.5, 2513310.5], x: [38502000.5, 38502010.5]})
    assert guess(frame, name="检查井").mapping.geometry == {"x": x, "y": y}


@pytest.mark.parametrize("name", ["热线投诉记录", "客服工单", "12345投诉工单"])
def test_calls_are_work_and_need_a_street_alone(name: str) -> None:
    columns = {"工单号": ["T1", "T2"], "来电时间": ["2023年5月7日14时", "2023年5月8日9时30分"]}
    frame = pd.DataFrame({**columns, "地址": ["人民路27号", None], "办结时间": ["2023-05-09", "2023-05-10"]})
    found = guess(frame, name=name)
    assert found.table == "work_item"
    fields = {field: source.column for field, source in found.mapping.fields.items()}
    assert fields == {
        "item_id": "工单号", "opened_on": "来电时间", "street": "地址", "closed_on": "办结时间"
    }  # fmt: skip
    done = adopted(frame, fields, "work_item")
    assert (done.rows["item_id"].tolist(), done.rows_rejected) == (["T1"], 1)
    assert guess(frame.assign(管径=["DN100"] * 2), name="热线报漏记录").table == "failure"


def test_an_hour_needs_no_minutes() -> None:
    words = ("2023年5月7日14时", "2023年5月7日 14点", "2023年5月7日14时整", "2023年5月7日14:00")
    assert set(written_times(words).clock_ms.tolist()) == {1683468000000}
    assert days(pd.Series(words)).day.tolist() == [7.0] * 4


@pytest.mark.parametrize("name", ["用户水表档案", "用水户信息表"])
def test_lists_of_users_are_no_meters(name: str) -> None:
    columns = {"用户号": ["001", "002", "003"], "户名": ["甲", "乙", "丙"], "水表编号": ["7", "8", "9"]}
    columns |= {"水表口径": ["DN15"] * 3, "安装日期": ["2020-03-05"] * 3, "地址": ["人民路"] * 3}
    assert guess(pd.DataFrame({**columns, **PLACES}), name=name).table == "customer"


def test_latin_letters_before_chinese_are_a_word() -> None:
    frame = pd.DataFrame({"代码": ["F1", "F2"], "分区名称": ["城东", "城西"]})
    found = guess(frame, table="zone", name="DMA分区")
    assert found.mapping.defaults["kind"] == "dma"
    assert found.mapping.fields["zone_id"].column == "代码"


def test_projects_without_a_place_are_no_pipes() -> None:
    columns = {"工程名称": ["人民路改造"], "管长(m)": [1200], "管径": ["DN300"], "总投资（万元）": [452.0]}
    frame = pd.DataFrame(columns)
    assert lists_projects(frame)
    assert not lists_projects(frame.drop(columns="总投资（万元）"))
    assert not lists_projects(frame.assign(X坐标=502000.5, Y坐标=2513300.5))
