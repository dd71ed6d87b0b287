"""Tables of surveyors as offices head them: spellings of each column, examples, totals, traditional signs."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.slow_cases import a_few_quick
from support.workbook_files import sheet_xml, workbook

from waternet_plugin.operations.survey.survey_files import SurveyFile, read_survey_files

PLACES = {name: f"{2513300 + 10 * row},{502000 + 10 * row}" for row, name in enumerate(("JS1", "JS2", "JS3"))}


def _read(path: Path, *lines: str, encoding: str = "utf-8") -> SurveyFile:
    path.write_bytes("\r\n".join(lines).encode(encoding))
    result = read_survey_files(str(path))
    assert result.unreadable == ()
    return result.files[0]


@pytest.mark.parametrize(
    ("heading", "row"),
    a_few_quick(
        [
            ("物探点号,特征,附属物,X,Y,地面高程,井深", "{no},直线点,阀门,{xy},4.5,1.2"),
            ("图上点号,物探点号,附属物名称,X坐标(m),Y坐标(m),地面高程(m),埋深(m)", "7,{no},,{xy},4.5,1.2"),
            ("点名,北坐标,东坐标,高程,代码", "{no},{xy},4.5,阀门"),
            ("管点编号,纵坐标,横坐标,管顶高程,地面高程,管径,材质", "{no},{xy},3.5,4.5,300,球墨"),
            ("點號,X座標,Y座標,高程,備註", "{no},{xy},4.5,閥門"),
            ("测点号,N(X),E(Y),Z(m),属性", "{no},{xy},4.5,阀门"),
            ("序号,点号,x/m,y/m,高程/m,点性", "7,{no},{xy},4.5,三通"),
            ("Point ID,Northing,Easting,Elevation,Code", "{no},{xy},4.5,VALVE"),
            ("Name,Code,Northings,Eastings,Elevation,Description", "{no},V,{xy},4.5,valve"),
            ("外业点号,特征点,附属设施,平面坐标X,平面坐标Y,地面高程,埋深", "{no},三通,,{xy},4.5,1.1"),
            ("WTDH,TZ,FSW,X,Y,DMGC,JS,MSND", "{no},三通,,{xy},4.5,1.2,1998"),
        ],
        5,
        is_tuple_one_value=False,
    ),
)
def test_points_are_known_by_their_headings(tmp_path: Path, heading: str, row: str) -> None:
    rows = [row.format(no=name, xy=xy) for name, xy in PLACES.items()]
    points = _read(tmp_path / "点表.csv", heading, *rows).points
    found = zip(points["point_no"], points["x"], points["y"])
    assert [",".join(one) for one in found] == [f"{name},{xy}" for name, xy in PLACES.items()]


@pytest.mark.parametrize(
    "more",
    a_few_quick(
        [
            "示例：JS0,2513300,502000,4.5",
            "例：JS0,2513300,502000,4.5",
            "填写说明,北坐标,东坐标,米",
            "Example,2513300,502000,4.5",
            "合计,3,,",
        ],
        1,
    ),
)
def test_examples_notes_and_totals_are_no_points(tmp_path: Path, more: str) -> None:
    rows = [f"{name},{xy},4.5" for name, xy in PLACES.items()]
    for lines in ([more, *rows], [*rows, more]):
        file = _read(tmp_path / "点表.csv", "点号,X,Y,地面高程", *lines)
        assert file.points["point_no"].tolist() == list(PLACES)
        assert file.rows["skipped"].isin(["comment", "total"]).sum() == 1


@pytest.mark.parametrize(
    ("heading", "rows", "encoding"),
    a_few_quick(
        [
            (
                "QDDH,ZDDH,QDMS,ZDMS,CZ,GJ,MSFS,MSND,QSDW",
                ("JS1,JS2,1.2,1.3,PE,300,直埋,1998,水司", "JS2,JS3,1.2,1.3,PE,200,直埋,2005,水司"),
                "utf-8",
            ),
            (
                "起點點號,終點點號,起點埋深,終點埋深,材質,管徑(mm),埋設年代",
                ("JS1,JS2,1.2,1.3,PE,300,1998", "JS2,JS3,1.2,1.3,PE,200,2005"),
                "big5",
            ),
            (
                "起点点号,终点点号,起点埋深(m),终点埋深(m),材质,管径(mm),埋设年月",
                ("示例,JS0,1,1,PE,100,1990", "JS1,JS2,1.2,1.3,PE,300,1998", "JS2,JS3,1.2,1.3,PE,200,2005"),
                "gbk",
            ),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_lines_are_known_by_their_headings(
    tmp_path: Path, heading: str, rows: tuple[str, ...], encoding: str
) -> None:
    lines = _read(tmp_path / "线表.csv", heading, *rows, encoding=encoding).lines
    columns = ["start_no", "end_no", "start_depth", "material", "size", "year"]
    assert lines[columns].to_numpy().tolist() == [
        ["JS1", "JS2", "1.2", "PE", "300", "1998"],
        ["JS2", "JS3", "1.2", "PE", "200", "2005"],
    ]


def test_a_book_with_cover_merged_headings_and_instructions(tmp_path: Path) -> None:
    points = [
        ["给水管线点成果表"],
        ["物探点号", "特征", "坐标", None, "高程(m)", None],
        [None, None, "X", "Y", "地面", "管顶"],
        *([name, "三通", *map(float, xy.split(",")), 4.5, 3.5] for name, xy in PLACES.items()),
    ]
    lines = [
        ["给水管线成果表"],
        ["起点点号", "终点点号", "材质", "管径"],
        [None, None, None, "mm"],
        ["JS1", "JS2", "PE", 200],
        ["JS2", "JS3", "PE", 200],
    ]
    sheets = {
        "封面": ([["竣工测量成果"], ["编制单位：测绘院"]], []),
        "点表": (points, ["A1:F1", "C2:D2", "E2:F2", "A2:A3", "B2:B3"]),
        "线表": (lines, ["A1:D1"]),
        "说明": ([["填表说明"], ["1. 坐标系为CGCS2000"]], []),
    }
    xml = {
        name: sheet_xml(dict(enumerate(rows, start=1)), merged=merged)
        for name, (rows, merged) in sheets.items()
    }
    (tmp_path / "成果.xlsx").write_bytes(workbook(xml))
    (file,) = read_survey_files(str(tmp_path)).files
    assert file.points["point_no"].tolist() == list(PLACES)
    assert file.points["ground"].tolist() == ["4.5"] * 3
    assert file.lines[["start_no", "end_no", "size"]].to_numpy().tolist() == [
        ["JS1", "JS2", "200"],
        ["JS2", "JS3", "200"],
    ]
