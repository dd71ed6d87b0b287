"""Tables as utilities fill them in: example rows, codes in headings, words for unknown, traditional signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.reading_town import CRS, written
from support.workbook_files import plain_workbook

from waternet_plugin import store
from waternet_plugin.operations.adoption.adopt_one_layer import (
    AdoptLayerRequest,
    AdoptLayerResult,
    adopt_layer,
)
from waternet_plugin.store.network import Network

pytestmark = pytest.mark.slow

ENDS = "起点X,起点Y,终点X,终点Y"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with store.create_network(tmp_path_factory.mktemp("towns") / "town.gpkg", CRS) as made:
        yield made


def _ends(number: int) -> str:
    north = 3_456_000 + 10 * number
    return f"500000,{north},500100,{north}"


def _point(number: int) -> str:
    return f"{500_000 + 10 * number},3456000"


def _tried(network: Network, file: Path) -> AdoptLayerResult:
    return adopt_layer(network, AdoptLayerRequest(str(file), dry_run=True))


def _rows(tried: AdoptLayerResult) -> dict[str, dict[str, Any]]:
    """Return what would be written, by id, unknown as None."""
    rows = tried.adoption.rows
    plain = rows.astype(object).where(rows.notna(), None)
    return {str(row[plain.columns[0]]): row for row in plain.to_dict("records")}


def _agree(found: Mapping[str, Mapping[str, Any]], truth: Mapping[str, Mapping[str, Any]]) -> None:
    assert set(found) == set(truth)
    for name, fields in truth.items():
        assert {field: found[name][field] for field in fields} == fields, name


# ------------------------------------------------------------- rows that are none of the table


FIRST = f"GS001,300,PE,100,{_ends(1)}"
SECOND = f"GS002,200,钢,101,{_ends(2)}"
PIPES = {"GS001": {"diameter_mm": 300.0, "length_m": 100.0}, "GS002": {"diameter_mm": 200.0}}


@pytest.mark.parametrize(
    ("lines", "left_out"),
    [
        ((f"示例：GS001,300,PE,100,{_ends(0)}", FIRST, SECOND), "示例：GS001"),
        ((f"示例,300,PE,100,{_ends(0)}", FIRST, SECOND), "示例"),
        ((f"例：GS000,300,PE,100,{_ends(0)}", FIRST, SECOND), "例：GS000"),
        ((f"样例1,300,PE,100,{_ends(0)}", FIRST, SECOND), "样例1"),
        ((f"（示例）GS000,300,PE,100,{_ends(0)}", FIRST, SECOND), "（示例）GS000"),
        ((f"Example: GS000,300,PE,100,{_ends(0)}", FIRST, SECOND), "Example: GS000"),
        ((f"e.g. GS000,300,PE,100,{_ends(0)}", FIRST, SECOND), "e.g. GS000"),
        ((FIRST, SECOND, f"示例：GS009,300,PE,100,{_ends(9)}"), "示例：GS009"),
        (("填写说明：管径填公称直径,,,,,,,", FIRST, SECOND), "填写说明"),
        (("填写说明,填公称直径,见字典,米,米,米,米,米", FIRST, SECOND), "填公称直径"),
        (("必填,必填,选填,选填,必填,必填,必填,必填", FIRST, SECOND), "必填"),
        (("文本,数值,文本,数值,数值,数值,数值,数值", FIRST, SECOND), "文本"),
        (("1,2,3,4,5,6,7,8", FIRST, SECOND), "1 2 3"),
        ((FIRST, "小计,,,100,,,,", SECOND, "小计,,,101,,,,", "总计,,,201,,,,"), "总计 201"),
        ((FIRST, f"管段编号,管径,材质,长度,{ENDS}", SECOND), "管段编号 管径"),
        ((FIRST, SECOND, "备注：由测绘院提供,,,,,,,"), "备注"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rows_that_are_no_pipes_are_left_out_and_named(
    network: Network, tmp_path: Path, lines: tuple[str, ...], left_out: str, ending: str
) -> None:
    heading = f"管段编号,管径,材质,长度,{ENDS}"
    if ending == "csv":
        file = written(tmp_path / "给水管线.csv", heading, *lines)
    else:
        rows = [[cell or None for cell in line.split(",")] for line in (heading, *lines)]
        file = tmp_path / "给水管线.xlsx"
        file.write_bytes(plain_workbook({"给水管线": rows}))
    tried = _tried(network, file)
    _agree(_rows(tried), PIPES)
    assert any("not part of the table" in note and left_out in note for note in tried.adoption.notes)


@pytest.mark.parametrize("word", ["示例：GS001", "合计", "总计3", "Total", "填表说明：略", "Example: P1"])
def test_a_mapping_without_header_rejects_them_by_their_ids(
    network: Network, tmp_path: Path, word: str
) -> None:
    file = written(
        tmp_path / "管线.csv", f"编号,管径,{ENDS}", f"{word},300,{_ends(0)}", f"GS002,200,{_ends(2)}"
    )
    mapping = (
        '{"fields": {"pipe_id": "编号"}, "defaults": {"system": "potable"}, "crs": "EPSG:4547",'
        ' "geometry": {"x": "起点X", "y": "起点Y", "end_x": "终点X", "end_y": "终点Y"}}'
    )
    tried = adopt_layer(network, AdoptLayerRequest(str(file), mapping, "pipe", dry_run=True))
    assert list(_rows(tried)) == ["GS002"]
    assert tried.rejected["reason_code"].tolist() == ["no_row"]
    assert word in tried.rejected["reason"][0] and "Delete the row" in tried.rejected["reason"][0]


def test_ids_and_names_that_hold_such_words_stay(network: Network, tmp_path: Path) -> None:
    ids = ["例园路1", "计量间2", "注水泵站3", "GS:4", "总5"]
    file = written(
        tmp_path / "阀门.csv",
        "阀门编号,口径,X,Y",
        *(f"{name},300,{_point(row)}" for row, name in enumerate(ids)),
    )
    assert list(_rows(_tried(network, file))) == ids


# ------------------------------------------------------------------ codes that headings explain


@pytest.mark.parametrize(
    ("heading", "codes"),
    [
        ("材质(1铸铁 2钢 3PE)", "123"),
        ("材质(1 铸铁 2 钢 3 PE)", "123"),
        ("管材（1-铸铁，2-钢管，3-PE，9-其他）", "123"),
        ("材质【1:铸铁;2:钢管;3:PE】", "123"),
        ("管材(1、铸铁；2、钢；3、PE)", "123"),
        ("材质(A=铸铁 B=钢 C=PE)", "ABC"),
        ("材质（铸铁1，钢2，PE3）", "123"),
    ],
)
def test_codes_mean_what_their_heading_says(
    network: Network, tmp_path: Path, heading: str, codes: str
) -> None:
    rows = [f"G{row},300,{code},{_ends(row)}" for row, code in enumerate(codes)]
    quoted = f'"{heading}"'
    tried = _tried(network, written(tmp_path / "给水.csv", f"管段编号,管径,{quoted},{ENDS}", *rows))
    assert [row["material"] for row in _rows(tried).values()] == ["cast_iron", "steel", "pe"]


def test_a_number_that_the_heading_does_not_explain_is_asked(network: Network, tmp_path: Path) -> None:
    rows = [f"G{row},300,{code},{_ends(row)}" for row, code in enumerate("1237")]
    file = written(tmp_path / "给水.csv", f"管段编号,管径,材质(1铸铁 2钢 3PE),{ENDS}", *rows)
    assert [(one.field, one.value) for one in _tried(network, file).adoption.unmapped] == [("material", "7")]


@pytest.mark.parametrize(
    ("heading", "answers"),
    [
        ("是否常闭", "否是"),
        ("常闭阀(是/否)", "否是"),
        ("是否关闭", "否是"),
        ("是否开启", "是否"),
        ("是否常开", "YN"),
        ("开关状态(0关 1开)", "10"),
        ("启闭状态（开1，关0）", "10"),
    ],
)
def test_answers_mean_the_state_that_the_heading_asks_for(
    network: Network, tmp_path: Path, heading: str, answers: str
) -> None:
    rows = [f"V{row},300,{answer},{_point(row)}" for row, answer in enumerate(answers)]
    file = written(tmp_path / "阀门台账.csv", f'阀门编号,口径,"{heading}",X,Y', *rows)
    assert [row["valve_state"] for row in _rows(_tried(network, file)).values()] == ["open", "closed"]


# --------------------------------------------------------------------------- words for unknown


@pytest.mark.parametrize(
    "word",
    "待查 不详 未知 N/A / -- — ？ 不明 待补充 未测 待定 无法确定 未探明 XX".split(),
)
def test_words_for_unknown_are_unknown_in_every_column(network: Network, tmp_path: Path, word: str) -> None:
    file = written(
        tmp_path / "给水管线.csv",
        f"管段编号,管径,材质,敷设年代,起点埋深,所在道路,权属单位,{ENDS}",
        f"G1,{word},{word},{word},{word},{word},{word},{_ends(1)}",
        f"G2,200,PE,2005,1.2,人民路,水司,{_ends(2)}",
        f"G3,300,PE,2006,1.3,无名路,水司,{_ends(3)}",
    )
    tried = _tried(network, file)
    assert not tried.adoption.unmapped
    unknown = dict.fromkeys(("diameter_mm", "install_year", "depth_start_m", "street", "owner"))
    known = {"diameter_mm": 200.0, "install_year": 2005, "depth_start_m": 1.2, "street": "人民路"}
    rows = _rows(tried)
    _agree(rows, {"G1": unknown, "G2": known, "G3": {"street": "无名路"}})
    assert rows["G1"]["material"] in (None, "unknown")


def test_what_a_mapping_or_a_note_says_stays(network: Network, tmp_path: Path) -> None:
    file = written(tmp_path / "管线.csv", f"编号,路,注记,{ENDS}", f"G1,不详,待查,{_ends(1)}")
    mapping = (
        '{"fields": {"pipe_id": "编号", "street": "路", "note": "注记"},'
        ' "values": {"street": {"不详": "甲路"}}, "defaults": {"system": "potable"}, "crs": "EPSG:4547",'
        ' "geometry": {"x": "起点X", "y": "起点Y", "end_x": "终点X", "end_y": "终点Y"}}'
    )
    tried = adopt_layer(network, AdoptLayerRequest(str(file), mapping, "pipe", dry_run=True))
    _agree(_rows(tried), {"G1": {"street": "甲路", "note": "待查"}})


def test_an_id_that_says_unknown_is_none(network: Network, tmp_path: Path) -> None:
    file = written(
        tmp_path / "给水管线.csv", f"管段编号,管径,{ENDS}", f"待编,300,{_ends(1)}", f"/,200,{_ends(2)}"
    )
    assert not {"待编", "/"} & set(_rows(_tried(network, file)))


# ------------------------------------------------------------------- traditional signs and Big5


TRADITIONAL = (
    "管線編號,系統,管徑,材質,長度,敷設年代,起點X,起點Y,終點X,終點Y",
    f"G1,自來水,300,延性鑄鐵,100,1998,{_ends(1)}",
    f"G2,自來水,200,鋼管,100,2005,{_ends(2)}",
    f"G3,汙水,200,鋼筋混凝土,100,2005,{_ends(3)}",
)


@pytest.mark.parametrize("encoding", ["utf-8", "big5"])
def test_tables_in_traditional_signs(network: Network, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "管線.csv"
    file.write_bytes("\r\n".join(TRADITIONAL).encode(encoding))
    tried = _tried(network, file)
    assert tried.adoption.table == "pipe" and not tried.adoption.unmapped
    iron = {"system": "potable", "material": "ductile_iron", "diameter_mm": 300.0, "install_year": 1998}
    concrete = {"system": "sewage", "material": "reinforced_concrete", "length_m": 100.0}
    _agree(_rows(tried), {"G1": iron, "G2": {"material": "steel"}, "G3": concrete})


@pytest.mark.parametrize(
    ("name", "lines", "table", "truth"),
    [
        (
            "閥門",
            ("閥門編號,口徑,啟閉狀態,X,Y", f"V1,300,開,{_point(1)}", f"V2,200,關,{_point(2)}"),
            "node",
            {"V1": {"kind": "valve", "valve_state": "open"}, "V2": {"valve_state": "closed"}},
        ),
        (
            "消防栓",
            ("消防栓編號,口徑,裝設年份,X,Y", f"H1,100,1999,{_point(1)}", f"H2,100,2003,{_point(2)}"),
            "node",
            {"H1": {"kind": "hydrant", "install_year": 1999}, "H2": {"diameter_mm": 100.0}},
        ),
        (
            "漏點",
            (
                "漏點編號,發現日期,管徑,X,Y",
                f"L1,2021-05-03,300,{_point(1)}",
                f"L2,2022-01-09,200,{_point(2)}",
            ),
            "failure",
            {"L1": {"reported_diameter_mm": 300.0}, "L2": {"date": pd.Timestamp("2022-01-09")}},
        ),
    ],
)
def test_lists_in_traditional_signs(
    network: Network, tmp_path: Path, name: str, lines: tuple[str, ...], table: str, truth: Any
) -> None:
    tried = _tried(network, written(tmp_path / f"{name}.csv", *lines))
    assert tried.adoption.table == table
    _agree(_rows(tried), truth)


def test_gbk_with_rare_signs_is_not_taken_for_big5(network: Network, tmp_path: Path) -> None:
    lines = ["阀门编号,口径,所在道路,X,Y"]
    roads = ["中山路", "建设街", "镕基路", *(f"解放路{house}号" for house in range(9)), "堃园街"]
    lines += [f"V{row},300,{road},{_point(row)}" for row, road in enumerate(roads)]
    file = tmp_path / "阀门.csv"
    file.write_bytes("\n".join(lines).encode("gbk"))
    rows = _rows(_tried(network, file))
    assert [row["street"] for row in rows.values()] == roads


# ---------------------------------------------------------------------- compounds, units, points


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "小区台账",
            (
                "小区编号,小区名称,总户数,建成年份,地址",
                "XQ1,幸福花园,320,1998,人民路",
                "XQ2,阳光,120,2004,二路",
            ),
        ),
        (
            "基本情况",
            (
                "序号,小区名称,户数,楼栋数,建成时间,物业公司",
                "1,幸福花园,320,5,1998,万科",
                "2,阳光,120,4,2004,绿城",
            ),
        ),
        ("小区", ("小区,人口,户数,管材,改造年份", "幸福花园,900,320,PE,2010", "阳光,400,120,镀锌管,2004")),
    ],
)
def test_lists_of_compounds_are_no_nodes(
    network: Network, tmp_path: Path, name: str, lines: tuple[str, ...]
) -> None:
    tried = _tried(network, written(tmp_path / f"{name}.csv", *lines))
    assert tried.adoption.table == "compound"
    assert tried.adoption.rejected_by_reason() == {"no_geometry": 2}


def test_users_of_compounds_are_users(network: Network, tmp_path: Path) -> None:
    lines = ("户号,户名,小区名称,楼栋,水表编号", "1001,甲,幸福花园,3,B1", "1002,乙,阳光,4,B2")
    assert _tried(network, written(tmp_path / "名单.csv", *lines)).adoption.table == "customer"


@pytest.mark.parametrize(
    "heading",
    [
        "压力(公斤)",
        "压力（kgf/cm²）",
        "压力(kgf/cm2)",
        "水压(kg/cm2)",
        "压力(公斤力/平方厘米)",
        "压力/公斤",
        "压力(kg)",
    ],
)
def test_pressures_in_kilogrammes(network: Network, tmp_path: Path, heading: str) -> None:
    readings = [f"M1,2024-03-01 {hour:02d}:00,{3 + hour / 10}" for hour in range(6)]
    tried = _tried(network, written(tmp_path / "压力监测.csv", f"测点编号,时间,{heading}", *readings))
    assert tried.guessed_mapping is not None and tried.guessed_mapping.units
    heading = heading.replace("水压", "压力")
    pipes = written(
        tmp_path / "给水管线.csv", f"管段编号,{heading},{ENDS}", f"G1,4,{_ends(1)}", f"G2,3,{_ends(2)}"
    )
    found = [row["pressure_mpa"] for row in _rows(_tried(network, pipes)).values()]
    assert found == pytest.approx([0.392266, 0.2941995])


def test_points_of_pressure_are_nodes_and_sizes_of_sections_are_read(
    network: Network, tmp_path: Path
) -> None:
    points = written(
        tmp_path / "测压点.csv", "测压点编号,名称,X,Y", f"Y1,人民路,{_point(1)}", f"Y2,二路,{_point(2)}"
    )
    assert _tried(network, points).adoption.table == "node"
    drains = written(
        tmp_path / "雨水管.csv",
        f"管段编号,断面尺寸,系统,{ENDS}",
        f"Y1,600X800,雨水,{_ends(1)}",
        f"Y2,DN400,雨水,{_ends(2)}",
    )
    sizes = {"Y1": {"width_mm": 600.0, "height_mm": 800.0}, "Y2": {"diameter_mm": 400.0}}
    _agree(_rows(_tried(network, drains)), sizes)
