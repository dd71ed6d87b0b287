"""Tables that people laid out for reading: titles, merged headings, units, totals, lines to sign."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pandas as pd
import pytest
from support.slow_cases import a_few_quick

from waternet_plugin.core.cells import headings
from waternet_plugin.core.cells.headings import Header, bare_name, column_names, find_header, unit_word
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict, parse
from waternet_plugin.sample_data import foreign
from waternet_plugin.sample_data.second_utility import FAILURES_HEADER, POINTS_HEADER
from waternet_plugin.sample_data.sheets import write_sheet
from waternet_plugin.store.foreign.foreign import find_header as header_of_file
from waternet_plugin.store.foreign.foreign import read_foreign, read_rows

NAMES = ["编号", "日期", "路名", "管径", "材质", "X坐标", "Y坐标"]
UNITS = ["", "", "", "mm", "", "m", "m"]
BODY = [
    [
        f"Q{row}",
        f"20{row:02d}-03-04",
        f"第{row % 7}街",
        str(100 + 50 * (row % 4)),
        "球铁",
        "500000.5",
        "2500000.5",
    ]
    for row in range(1, 30)
]
TITLE = ["抢修台账"]
SUBTITLE = ["单位：管网所", "", "", "", "2020年"]


@pytest.mark.parametrize(
    ("titles", "groups", "units", "end"),
    a_few_quick(
        list(itertools.product((0, 1, 2, 5), (False, True), (False, True), (0, 1, 2))),
        is_tuple_one_value=False,
    ),
)
@pytest.mark.parametrize("kind", ["xlsx", "csv", "gbk.csv", "tsv"])
def test_every_layout_of_a_ledger_is_read_the_same(
    titles: int, groups: bool, units: bool, end: int, kind: str, tmp_path: Path
) -> None:
    above = [TITLE, SUBTITLE, [], ["说明"], []][:titles]
    upper = ["编号", "日期", "地点及管道情况", "", "", "坐标", ""]
    lower = ["", "", "路名", "管径", "材质", "X坐标", "Y坐标"]
    rows = [*above, *([upper, lower] if groups else [NAMES]), *([UNITS] if units else []), *BODY]
    rows += [["合计", "29处"], ["制表：李四", "", "审核：张三"]][:end]
    path = tmp_path / f"台账.{kind}"
    if kind == "xlsx":
        write_sheet(path, "台账", rows)
    else:
        separator = "\t" if kind == "tsv" else ","
        text = "\r\n".join(separator.join(row) for row in rows)
        path.write_bytes(text.encode("gbk" if kind.startswith("gbk") else "utf-8"))
    found = header_of_file(path)
    plain = not titles and not groups and not units and not end
    assert (found is None) == plain
    read = read_rows(path, header=found)
    assert [bare_name(column) for column in read.frame.columns] == NAMES
    assert read.frame.shape == (29, 7)
    assert read.frame.iloc[-1].tolist() == BODY[-1]
    assert len(read.left_out) == end
    if units:
        assert unit_word(str(read.frame.columns[3])) == "mm"
    guessed = guess(read.frame, table="failure", name="台账")
    chosen = {one.field: bare_name(one.column) for one in guessed.fields if one.column}
    assert chosen["date"] == "日期" and chosen["reported_diameter_mm"] == "管径"
    assert guessed.mapping.geometry == dict(zip("xy", [str(one) for one in read.frame.columns[5:]]))


@pytest.mark.parametrize(
    "rows",
    [
        [["id", "x", "y"], ["a", "1", "2"], ["b", "3", "4"]],
        # All texts, row 1 poorly filled: nothing tells a heading further down.
        [["id", "", "", ""], ["a", "u", "v", "w"], ["b", "r", "s", "t"], ["c", "r", "s", "t"]],
        # Numbers without any heading.
        [["1", "2", "3"], ["4", "5", "6"]],
        [["only"], ["one"], ["column"]],
        [],
        [[], []],
    ],
)
def test_a_table_that_begins_with_its_heading_is_read_as_ever(rows: list[list[str]]) -> None:
    assert find_header(rows) is None


def test_years_as_headings_or_values_in_the_row_are_no_heading() -> None:
    rows = [["报表"], ["道路", "2001", "2002"], ["一街", "3", "4"], ["二街", "5", "6"]]
    assert find_header(rows) is None


def test_three_rows_of_names_join() -> None:
    rows = [["管", "", "", "日期"], ["位置", "", "规格", ""], ["x", "y", "", ""]]
    assert column_names(rows, ["m", "m", "mm", ""]) == [
        "管 / 位置 / x (m)",
        "管 / 位置 / y (m)",
        "管 / 规格 (mm)",
        "日期",
    ]


@pytest.mark.parametrize(
    "word",
    [
        "合计",
        "总计：",
        "合 计",
        "小计",
        "合计201次",
        "Total",
        "TOTAL:",
        "sum",
        "本页小计",
        "平均",
        "最大值",
        "人民路小计",
    ],
)
def test_totals_are_left_out_wherever_they_stand(word: str) -> None:
    whole = ["P1", "铸铁", "300", "1990"]
    frame = pd.DataFrame([whole, [word, None, None, "12"], whole, [None, word, None, None]])
    assert headings.is_left_out(frame).tolist() == [False, True, False, True]


def test_no_pipe_is_taken_for_a_total() -> None:
    rows = [
        # A street called so, a row with little known, a note in a full row, a lone row in the middle.
        ["P1", "合计", "300", "1990"],
        ["P2", None, None, None],
        ["备注：三通", "铸铁", "300", "1990"],
        ["备注：临时", None, None, None],
        ["P5", "铸铁", "300", "1990"],
        ["P6", None, None, None],
    ]
    assert not headings.is_left_out(pd.DataFrame(rows)).any()


def test_notes_that_go_on_below_a_table_are_none_of_its_rows() -> None:
    whole = ["P1", "铸铁", "300", "1990"]
    notes = ["说明：1、数据截至2023年底", "2、管径单位为毫米", "第1页 共3页"]
    rows = [whole, ["P2", None, None, None], *([note, None, None, None] for note in notes)]
    assert headings.is_left_out(pd.DataFrame(rows)).tolist() == [False, False, True, True, True]
    # Nothing above says that they are notes.
    assert not headings.is_left_out(pd.DataFrame([whole, ["2、泵站", None, None, None]])).any()


@pytest.mark.parametrize(
    ("heading", "name", "unit"),
    [("户数_户_", "户数", "户"), ("用地面积_m2_", "用地面积", "m2"), ("MAIN_ID_", "MAIN_ID_", "")],
)
def test_databases_write_units_without_brackets(heading: str, name: str, unit: str) -> None:
    assert (bare_name(heading), unit_word(heading)) == (name, unit)


def test_rows_that_come_twice_say_nothing_against_an_id() -> None:
    rows = [[f"HFC-{at}", f"{6 + at}", f"2023-01-{at + 1:02d}"] for at in range(12)]
    frame = pd.DataFrame([*rows, *rows[:4]], columns=["池号", "容积(m³)", "清掏日期"])
    assert guess(frame, table="node").mapping.fields["node_id"].column == "池号"


def test_a_heading_in_two_languages_is_known_by_its_chinese() -> None:
    frame = pd.DataFrame(
        {"编号 Number": [f"A{at}" for at in range(12)], "口径 Diameter": [100, 200, 300] * 4}
    )
    fields = guess(frame, table="node").mapping.fields
    assert (fields["node_id"].column, fields["diameter_mm"].column) == ("编号 Number", "口径 Diameter")
    # A unit between both would be lost.
    assert "depth_m" not in guess(frame.assign(**{"井深 cm Depth": 150}), table="node").mapping.fields


@pytest.mark.parametrize(
    ("values", "unit"), [([0.31, 0.28], ""), ([310.0, 280.0], "kPa"), ([31.0, 28.0], None), ([0.0, 0.0], "")]
)
def test_the_size_of_pressures_tells_their_unit_or_leaves_them(values: list[float], unit: str | None) -> None:
    frame = pd.DataFrame({"管线编号": [f"A{at}" for at in range(12)], "工作压力": values * 6})
    mapping = guess(frame, table="pipe").mapping
    assert ("pressure_mpa" in mapping.fields) is (unit is not None)
    assert mapping.units.get("pressure_mpa", "") == (unit or "")


@pytest.mark.slow
def test_second_utility_is_found_as_it_was_written(tmp_path: Path) -> None:
    written = foreign.write_second(tmp_path)
    assert header_of_file(written.pipes) is None
    for path, table, wanted in (
        (written.points, "node", POINTS_HEADER),
        (written.failures, "failure", FAILURES_HEADER),
    ):
        found = header_of_file(path)
        assert found is not None and found.to_dict() == wanted
        read = read_rows(path, header=found)
        assert len(read.left_out) == written.totals[table]
        assert len(read.frame) == written.rows[table] - written.totals[table]


def test_a_table_without_header_means_what_it_meant(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,日期,管径,材质\nQ1,2001-02-03,100,PE\n合计,1,,\n", encoding="utf-8")
    assert read_rows(path).frame.equals(read_foreign(path))
    assert len(read_rows(path).frame) == 2
    assert len(read_rows(path, header=header_of_file(path)).frame) == 1


def test_header_is_part_of_a_mapping(tmp_path: Path) -> None:
    given = {"fields": {}, "header": {"row": 3, "units_row": 4}}
    mapping = from_dict(given)
    assert mapping.header == Header(3, 0, 4)
    assert parse(mapping.to_json()).header == mapping.header
    assert "header" not in from_dict({"fields": {}}).to_dict()
    assert json.loads(from_dict({"header": {"row": 2, "last_row": 3}}).to_json())["header"] == {
        "row": 2,
        "last_row": 3,
    }


@pytest.mark.parametrize(
    "header",
    [
        {"row": 0},
        {"row": "3"},
        {"row": True},
        {"units_row": 4},
        {"row": 3, "unit_row": 4},
        {"row": 3, "units_row": 3},
        {"row": 3, "last_row": 2},
        {"row": 3, "last_row": 5, "units_row": 4},
        {"row": 1.5},
        [3],
        3,
    ],
)
def test_a_header_that_is_not_valid_is_refused(header: object) -> None:
    with pytest.raises(MappingError, match="header"):
        from_dict({"fields": {}, "header": header})


def test_a_header_below_the_last_row_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Exception, match="Row 9"):
        read_rows(path, header=Header(9))
