"""Survey files of text: any delimiter and encoding, with and without headings, every row in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.said_words import datums_said, height_datums_said, meridians_said
from waternet_plugin.core.survey.raw_rows import raw_rows
from waternet_plugin.core.survey.records import SurveyFile
from waternet_plugin.operations.survey.survey_files import named_files, owner_files, read_survey_files

_POINTS = (
    ("JS1", "JS", "2815193.253", "408261.305", "4.952"),
    ("0012", "JS", "2815203.253", "408262.305", "5.0"),
)


def read(
    folder: Path,
    text: str,
    name: str = "a.csv",
    codec: str = "utf-8",
    mapping: Optional[dict[str, Any]] = None,
) -> SurveyFile:
    """Return what a file of this text is read as."""
    (folder / name).write_bytes(text.encode(codec))
    result = read_survey_files(str(folder / name), mapping)
    if result.unreadable:
        raise InputError(result.unreadable[0].message)
    return result.files[0]


@pytest.mark.parametrize("sign", [",", "，", "\t", " ", ";", "；", "|", ", ", "   "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_points_without_headings_in_any_delimiter(tmp_path: Path, sign: str, end: str):
    file = read(tmp_path, end.join(sign.join(row) for row in _POINTS) + end, "a.txt")
    assert file.points["point_no"].tolist() == ["JS1", "0012"]
    assert file.points[["x", "y", "h", "code"]].iloc[0].tolist() == [
        "2815193.253",
        "408261.305",
        "4.952",
        "JS",
    ]
    assert file.rows["row_no"].tolist() == [1, 2]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_headings_in_every_encoding(tmp_path: Path, codec: str):
    text = "物探点号,X,Y,地面高程,特征,附属物\nJS1,2815193.253,408261.305,4.952,三通,\n"
    file = read(tmp_path, text, codec=codec)
    assert file.format == "cjj61_tables"
    assert file.points.loc[0, ["point_no", "ground", "feature"]].tolist() == ["JS1", "4.952", "三通"]
    assert file.declared["axes"].value == "x_north"


def test_titles_units_totals_and_signatures_are_skipped_with_their_reason(tmp_path: Path):
    text = (
        "测量成果表,,,,\nCGCS2000坐标系 3度带 中央子午线114 1985国家高程基准,,,,\n点号,坐标,,地面高程,备注\n"
        ",X,Y,,\n"
        ",m,m,m,\nJS1,2815193.253,408261.305,4.952,\n\n点号,坐标,,地面高程,备注\nJS2,2815194.253,408261.305,4.952,\n"
        "合计,2,,,\n测量：张三,,,,\n"
    )
    file = read(tmp_path, text)
    assert file.rows["row_no"].tolist() == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11]
    assert file.rows["skipped"].tolist() == [
        "title", "title", "heading", "heading", "unit", None, "heading", None, "total", "comment",
    ]  # fmt: skip
    assert file.points["point_no"].tolist() == ["JS1", "JS2"]
    assert [*datums_said(file.texts)] == ["cgcs2000"]
    assert [*meridians_said(file.texts)] == [114.0]
    assert [*height_datums_said(file.texts)] == ["1985"]


def test_a_combined_table_gives_each_connection_and_fills_merged_points_down(tmp_path: Path):
    text = (
        "物探点号,连接点号,材质,管径,特征,附属物,X,Y,地面高程,管顶高程,管底高程,埋深\n"
        "JS1,JS2,铸铁,300,三通,,1.5,2.5,3,2.5,,0.5\n,JS3,铸铁,300,,,,,,2.4,,0.6\nWS1,WS2,砼,300,,检查井,1.5,2.5,3,,1.5,1.5\n"
    )
    file = read(tmp_path, text)
    assert file.format == "cjj61_combined"
    assert file.lines[["start_no", "end_no", "start_level"]].to_numpy().tolist() == [
        ["JS1", "JS2", "2.5"],
        ["JS1", "JS3", "2.4"],
        ["WS1", "WS2", "1.5"],
    ]
    assert file.points["point_no"].tolist() == ["JS1", "JS1", "WS1"]
    assert file.points["x"].tolist() == ["1.5", "1.5", "1.5"]
    assert file.declared["level_of"].value == "cjj61"
    assert set(file.rows["record"]) == {"other", "both"}


def test_full_width_signs_mean_what_they_mean(tmp_path: Path):
    file = read(
        tmp_path, "１，JS，２８１５１９３．２５３，408261.305，4.952\n2，，408261.305，2815193.253\n", "a.dat"
    )
    assert file.points.loc[0, ["point_no", "x"]].tolist() == ["1", "2815193.253"]
    assert file.points.loc[1, ["code", "h"]].tolist() == [None, None]


def test_a_full_width_comma_in_a_remark_separates_nothing(tmp_path: Path):
    text = "点号,X,Y,H,备注\n1,2.5,3.5,4,建设路，东侧\n2，2.5，3.5，4，\n"
    file = read(tmp_path, text)
    assert file.points["point_no"].tolist() == ["1", "2"]
    assert "建设路，东侧" in raw_rows([file], 1, 2)[0]


def test_a_preset_says_what_the_first_coordinate_is(tmp_path: Path):
    text = "1,JS,408261.305,2815193.253,4.952\n"
    assert "axes" not in read(tmp_path, text, "a.dat").declared
    assert read(tmp_path, text, "a.dat", mapping={"preset": "cass_dat"}).declared["axes"].value == "x_east"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("甲,乙\n1,2\n3,4\n", "no row names the columns"),
        ("点号,备注\nJS1,a\n", "which columns hold the points"),
        ("点号,X,X,Y\nJS1,1.5,2.5,3.5\n", "could both be"),
        ("a\0b,1.5,2.5\n", "row 1"),
    ],
)
def test_what_stays_in_doubt_is_refused_by_name(tmp_path: Path, text: str, reason: str):
    with pytest.raises(InputError, match=reason) as refused:
        read(tmp_path, text)
    assert "a.csv" in refused.value.message


def test_a_folder_lists_its_unreadable_files_beside_the_others(tmp_path: Path):
    (tmp_path / "a.dat").write_text("1,JS,408261.305,2815193.253,4.952\n")
    (tmp_path / "b.dwg").write_bytes(b"AC1032")
    (tmp_path / "c.csv").write_bytes(b"")
    (tmp_path / "d.csv").symlink_to(tmp_path / "a.dat")
    result = read_survey_files(str(tmp_path))
    assert [file.name for file in result.files] == ["a.dat"]
    assert [one.name for one in result.unreadable] == ["b.dwg", "c.csv", "d.csv"]
    assert "DXF" in result.unreadable[0].message


@pytest.mark.slow
def test_a_folder_that_holds_more_than_a_survey_is_refused_while_it_is_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def walk(folder: Path):
        for number in range(10_000_000):
            assert number < 300, "walked on and on"
            yield f"{folder}/{number}", ["d"], [f"{name}.csv" for name in range(99)]

    monkeypatch.setattr("os.walk", walk)
    for named in (named_files, owner_files):
        with pytest.raises(InputError, match=r"holds more than 20,000 files and folders"):
            named(str(tmp_path))


def test_a_folder_of_more_bytes_than_a_survey_is_refused(tmp_path: Path):
    for number in range(9):
        with (tmp_path / f"{number}.csv").open("wb") as stream:
            stream.truncate(500 * 1024**2)
    with pytest.raises(InputError, match=r"have 4,500 MB, more than 4,096 MB"):
        named_files(str(tmp_path))


@pytest.mark.parametrize("quote", ["", '"'])
def test_texts_that_a_spreadsheet_would_run_come_back_as_they_were_handed_over(tmp_path: Path, quote: str):
    rows = (f"{quote}'=1+1{quote},2815193.253,408261.305,4.952", "'JS2,2815194.2,408261.3,4.9")
    text = "\n".join(("物探点号,X,Y,地面高程", *rows, ""))
    assert read(tmp_path, text).points["point_no"].tolist() == ["=1+1", "'JS2"]


def test_a_number_that_begins_with_a_hash_is_no_comment(tmp_path: Path):
    text = (
        "物探点号,X,Y,地面高程\n#1,2815193.253,408261.305,4.952\n# 测站 1\n"
        "#2 已核,,,\n#井,2815193.2,408261.3,4.9\n2#,2815194.2,408261.3,4.9\n"
    )
    file = read(tmp_path, text)
    assert file.points["point_no"].tolist() == ["#1", "2#"]
    assert file.rows["skipped"].tolist() == ["heading", None, "comment", "comment", "comment", None]


def test_the_number_on_the_map_is_another_column(tmp_path: Path):
    both = read(
        tmp_path, "图上点号,物探点号,X,Y\nJ1,JS1,2815193.253,408261.305\nJS2,JS2,2815193.253,408281.305\n"
    )
    assert both.points[["point_no", "map_no"]].to_numpy().tolist() == [["JS1", "J1"], ["JS2", "JS2"]]
    alone = read(tmp_path, "图上点号,X,Y\nJ1,2815193.253,408261.305\n")
    assert alone.points[["point_no", "map_no"]].to_numpy().tolist() == [["J1", None]]


def test_rows_of_three_coordinates_have_no_numbers(tmp_path: Path):
    file = read(tmp_path, "408261.305 2815193.253 4.952\n408262.305 2815203.253 5.0\n", "a.xyz")
    assert file.points[["x", "y", "h"]].to_numpy().tolist() == [
        ["408261.305", "2815193.253", "4.952"], ["408262.305", "2815203.253", "5.0"],
    ]  # fmt: skip
    assert file.points["point_no"].isna().all()


def test_the_kind_of_a_record_is_no_number_of_a_point(tmp_path: Path):
    text = "CO,Nikon RAW data format V2.00\n" + "".join(
        f"MP,{no},,{x},{y},{h},{code}\n" for no, code, x, y, h in _POINTS
    )
    file = read(tmp_path, text, "a.raw")
    assert file.points[["point_no", "x", "y", "h", "code"]].to_numpy().tolist() == [
        [no, x, y, h, code] for no, code, x, y, h in _POINTS
    ]


def test_a_blank_before_a_quotation_mark_is_no_part_of_a_cell(tmp_path: Path):
    text = "点号,编码,X,Y,高程\n" + "".join(
        f'"{no}", "{code}", {x}, {y}, {h}\n' for no, code, x, y, h in _POINTS
    )
    file = read(tmp_path, text)
    assert file.points[["point_no", "x", "h"]].to_numpy().tolist() == [
        [no, x, h] for no, _c, x, _y, h in _POINTS
    ]


def test_a_cell_of_several_lines_is_one_row_as_in_a_spreadsheet(tmp_path: Path):
    rows = [
        "点号,X(北),Y(东),高程,备注",
        'JS1,2513300.1,502000.1,36.5,"路边',
        '第二行"',
        "JS2,2513310.1,502000.1,36.6,",
    ]
    assert read(tmp_path, "\n".join(rows)).rows["row_no"].tolist() == [1, 2, 3]
