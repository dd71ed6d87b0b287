"""Files of instruments and of survey programs: LandXML, JobXML, GSI."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.said_words import datums_said, height_datums_said, meridians_said
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.records import SurveyFile
from waternet_plugin.core.survey.typed.typed_file import file_checks, typed_file
from waternet_plugin.operations.survey.survey_files import read_survey_files


def read(folder: Path, text: str, name: str) -> SurveyFile:
    """Return what a file of this text is read as."""
    (folder / name).write_bytes(text.encode())
    result = read_survey_files(str(folder / name))
    if result.unreadable:
        raise InputError(result.unreadable[0].message)
    return result.files[0]


_LAND = """<?xml version="1.0"?><LandXML xmlns="http://www.landxml.org/schema/LandXML-1.2"><Units>{units}</Units>
<CoordinateSystem name="CGCS2000 3度带 中央子午线114" verticalDatum="1985国家高程基准"/>
<CgPoints><CgPoint name="JS1" code="JS">{place}</CgPoint><CgPoint pntRef="JS1"/></CgPoints></LandXML>"""
_METRES = '<Metric linearUnit="meter" diameterUnit="millimeter"/>'


def test_landxml_has_north_first_and_says_its_datum(tmp_path: Path):
    file = read(tmp_path, _LAND.format(units=_METRES, place="2815193.253 408261.305 4.952"), "a.xml")
    assert file.format == "landxml"
    assert file.points[["point_no", "x", "y", "h", "code"]].to_numpy().tolist() == [
        ["JS1", "2815193.253", "408261.305", "4.952", "JS"]
    ]
    assert file.declared["axes"].value == "x_north"
    assert ([*datums_said(file.texts)], [*meridians_said(file.texts)]) == (["cgcs2000"], [114.0])
    assert [*height_datums_said(file.texts)] == ["1985"]


@pytest.mark.parametrize(("unit", "north"), [("foot", "304.8"), ("USSurveyFoot", "304.80061")])
def test_feet_become_metres(tmp_path: Path, unit: str, north: str):
    text = _LAND.format(units=f'<Imperial linearUnit="{unit}"/>', place="1000 2000 10")
    assert read(tmp_path, text, "a.xml").points["x"][0].startswith(north)


def test_landxml_pipes_take_the_inverts_of_their_structures(tmp_path: Path):
    text = f"""<LandXML><Units>{_METRES}</Units><PipeNetworks><PipeNetwork pipeNetType="sanitary"><Structs>
    <Struct name="W1" elevRim="5.2"><Center>2815193.2 408261.3</Center>
    <Invert elev="3.1" refPipe="P1"/></Struct>
    <Struct name="W2" elevRim="5.0"><Center>2815223.2 408261.3</Center>
    <Invert elev="3.0" refPipe="P1"/></Struct>
    </Structs><Pipes><Pipe name="P1" refStart="W1" refEnd="W2" length="30">
    <CircPipe diameter="400" material="砼"/>
    </Pipe></Pipes></PipeNetwork></PipeNetworks></LandXML>"""
    file = read(tmp_path, text, "a.xml")
    names = ["pipe_id", "start_no", "end_no", "start_level", "end_level", "size", "material", "system"]
    assert file.lines[names].to_numpy().tolist() == [
        ["P1", "W1", "W2", "3.1", "3", "400", "砼", "sewage"]
    ] or (file.lines[names].to_numpy().tolist() == [["P1", "W1", "W2", "3.1", "3.0", "400", "砼", "sewage"]])
    assert file.declared["level_of"].value == "invert"
    assert file.points["ground"].tolist() == ["5.2", "5.0"]


_JOB = """<JOBFile><Environment>
<DisplaySettings><DistanceUnits>{units}</DistanceUnits></DisplaySettings></Environment>
<FieldBook><PointRecord ID="1" TimeStamp="2025-08-20T10:00:00"><Name>JS1</Name><Code>JS</Code>
<Deleted>false</Deleted>
<Precision><Horizontal>0.012</Horizontal><Vertical>0.02</Vertical></Precision></PointRecord>
<PointRecord ID="2"><Name>JS9</Name><Deleted>true</Deleted>
<ComputedGrid><North>1.5</North><East>2.5</East></ComputedGrid>
</PointRecord></FieldBook><Reductions><Point><Name>JS1</Name><Code>JS</Code>
<Grid><North>{north}</North><East>{east}</East>
<Elevation>4.952</Elevation></Grid></Point></Reductions></JOBFile>"""


def test_jobxml_keeps_accuracy_and_day_and_skips_deleted_points(tmp_path: Path):
    text = _JOB.format(units="Metres", north="2815193.253", east="408261.305")
    file = read(tmp_path, text, "a.jxl")
    assert file.points[["point_no", "x", "y", "h", "survey_date", "h_rms", "v_rms"]].to_numpy().tolist() == [
        ["JS1", "2815193.253", "408261.305", "4.952", "2025-08-20", "0.012", "0.02"]
    ]
    assert file.rows["skipped"].tolist() == [None, "deleted_point"]
    assert file.declared["axes"].value == "x_north"


def test_jobxml_with_swapped_tags_lets_the_numbers_decide(tmp_path: Path):
    file = read(tmp_path, _JOB.format(units="UsSurveyFeet", north="408261.305", east="2815193.253"), "a.jxl")
    assert "axes" not in file.declared
    assert {rule for rule, *_rest in file.remarks} == {"swapped_tags", "shown_in_feet"}


def test_gsi_16_and_8_drop_padding_and_keep_units(tmp_path: Path):
    long = (
        "*110001+00000000000JS001 81..00+0000000408261305 82..00+0000002815193253 83..00+0000000000004952\n"
    )
    file = read(tmp_path, long, "a.gsi")
    assert file.format == "gsi"
    assert file.points[["point_no", "x", "y", "h"]].to_numpy().tolist() == [
        ["JS001", "2815193.253", "408261.305", "4.952"]
    ]
    short = (
        "110001+00000012 81..00+00061305 82..00+55193253 83..00-00000952 \n410002+00000001 42....+00000000\n"
    )
    file = read(tmp_path, short, "b.gsi")
    assert file.points[["point_no", "x", "y", "h"]].to_numpy().tolist() == [
        ["12", "55193.253", "61.305", "-0.952"]
    ]
    assert file.rows["skipped"].tolist() == [None, "comment"]
    assert [rule for rule, *_rest in file.remarks] == ["gsi8_full"]
    feet = "110001+00000012 81..01+00001000 82..01+00002000\n"
    assert read(tmp_path, feet, "c.gsi").points["x"].tolist() == ["0.6096"]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.gsi", "110001+00000012 81..00+0006130", "row 1: A coordinate is cut off"),
        ("a.gsi", "110001+00000012\nhello\n", "row 2"),
        ("a.gsi", "110001+00000012 21.102+17920860\n", "no coordinates"),
        ("a.xml", "<!DOCTYPE a [<!ENTITY b 'bb'>]><LandXML>&b;</LandXML>", "document type"),
        ("a.xml", "<LandXML><CgPoints>", "row 1: the XML is damaged"),
        ("a.xml", "<kml/>", "XML of another kind: kml"),
        ("a.xml", "<LandXML><Units><Metric linearUnit='chain'/></Units></LandXML>", "chain"),
        ("a.xml", "<LandXML>" + "<a>" * 300 + "</a>" * 300 + "</LandXML>", "nested too deep"),
    ],
)
def test_damaged_files_are_refused_with_row_and_reason(tmp_path: Path, name: str, text: str, reason: str):
    with pytest.raises(InputError, match=reason) as refused:
        read(tmp_path, text, name)
    assert name in refused.value.message


_GSI = "*110001+00000000000JS{no} {more}81..00+{x:016d} 82..00+{y:016d} {height}71....+{code:0>16} "
_DEFAULT_MASK = (
    "21.324+0000000003545100 22.324+0000000009117510 31..00+0000000000013825 51....+0000000000012+000 "
)


def _gsi(**cells: str) -> str:
    """Return two lines of points, the second with cells of its own."""
    common = {"more": "", "height": "83..00+0000000000012345 ", "code": "JS"}
    lines = (_GSI.format(no=101, x=500123456, y=2500321987, **common),)
    lines += (_GSI.format(no=102, x=500163220, y=2500322410, **{**common, **cells}),)
    return "\r\n".join(lines) + "\r\n"


@pytest.mark.parametrize(
    ("cells", "height", "code"),
    [
        ({"more": _DEFAULT_MASK}, "12.345", "JS"),
        ({"height": "83..00+00000000000----- "}, None, "JS"),
        ({"height": "83..00+---------------- "}, None, "JS"),
        ({"code": "-----"}, "12.345", None),
    ],
)
def test_gsi_is_read_as_instruments_write_it(
    tmp_path: Path, cells: dict[str, str], height: str | None, code: str | None
) -> None:
    (tmp_path / "a.gsi").write_bytes(_gsi(**cells).encode())
    file = read_survey_files(str(tmp_path / "a.gsi")).files[0]
    assert file.points[["point_no", "x", "y", "h", "code"]].to_numpy(object)[1].tolist() == [
        "JS102",
        "2500322.410",
        "500163.220",
        height,
        code,
    ]
    assert file.remarks == ()


@pytest.mark.parametrize(
    "odd",
    ["83..09+0000000000012345 ", "83..00+0000000000A12345 ", "83..00+00000000000²12345 ", "8x..00+12 "],
)
def test_an_odd_word_is_a_fault_of_its_row_alone(tmp_path: Path, odd: str) -> None:
    (tmp_path / "a.gsi").write_bytes(_gsi(height=odd).encode())
    result = read_survey_files(str(tmp_path / "a.gsi"))
    assert result.unreadable == ()
    assert [(rule, row) for rule, _sheet, row, _text in result.files[0].remarks] == [("gsi_word", 2)]


def test_a_lost_character_is_a_fault_of_its_row_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("点号,X,Y\n\ufffd1,1.5,2.5\nJS2,1.6,2.6\n", encoding="utf-8")
    file = read_survey_files(str(tmp_path / "a.csv")).files[0]
    found = file_checks(typed_file(file, datetime.date(2026, 11, 22), Settings()))
    assert ("lost_characters", 2) in list(zip(found["rule_id"], found["row_no"]))


_BLOCK = "*410001+{code:0>16} 42....+0000000000000000 "
_POINT = "*110001+00000000000JS{no} 81..00+{x:016d} 82..00+{y:016d} 83..00+0000000000012345 "


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        ("cpcp", ["VALVE", "PIPE"]),
        ("pcpc", ["VALVE", "PIPE"]),
        # One block for two points is that of the point beside it.
        ("cpp", ["VALVE", None]),
        ("ppc", [None, "VALVE"]),
        # Nothing tells whether the blocks stand before their points or behind them.
        ("pcp", [None, None]),
        ("cpc", [None]),
    ],
)
def test_code_blocks_of_gsi_are_the_codes_of_the_points_beside_them(
    tmp_path: Path, order: str, codes: list[str | None]
) -> None:
    blocks, points = iter(["VALVE", "PIPE"]), iter(range(1, 9))
    lines = [
        _BLOCK.format(code=next(blocks))
        if sign == "c"
        else _POINT.format(no=next(points), x=500123456, y=2500321987)
        for sign in order
    ]
    (tmp_path / "a.gsi").write_text("\r\n".join(lines), encoding="ascii")
    file = read_survey_files(str(tmp_path / "a.gsi")).files[0]
    assert file.points["code"].tolist() == codes


_IDEX = """HEADER
\tVERSION 1.20
\tSYSTEM "SYSTEM1200"
\tUNITS
\t\tANGULAR GON
\t\tLINEAR {unit}
\tEND UNITS
END HEADER
DATABASE
\tPOINTS(PointNo, PointID, East, North, Elevation, Code, Date, CLASS)
\t\t1,\t"JS101",\t500123.456,\t2500321.987,\t12.345,\t"VALVE",\t22-11-2026/10:11:12.0,\tMEAS;
\t\t2,\t"JS;102",\t500163.220,\t2500322.410,\t,\t,\t22-11-2026/10:12:12.0,\tMEAS;
\tEND POINTS
\tLINES(LineID)
\t\t"L1";
\tEND LINES
END DATABASE
"""


def test_idex_gives_points_with_codes(tmp_path: Path) -> None:
    (tmp_path / "job.idx").write_text(_IDEX.format(unit="METRE"), encoding="utf-8")
    result = read_survey_files(str(tmp_path))
    (file,) = result.files
    assert (file.format, result.unreadable) == ("idex", ())
    assert file.points[["point_no", "x", "y", "h", "code"]].to_numpy(object).tolist() == [
        ["JS101", "2500321.987", "500123.456", "12.345", "VALVE"],
        ["JS;102", "2500322.410", "500163.220", None, None],
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (_IDEX.format(unit="CHAIN"), "unit of length “CHAIN” is not known"),
        (_IDEX.format(unit="FEET").replace("500123.456", "abc"), "row 11: A coordinate is not a number"),
        (_IDEX.format(unit="METRE").replace("POINTS", "OTHERS"), "has no points with coordinates"),
    ],
)
def test_idex_that_can_not_be_read_is_named(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(tmp_path, text, "job.idx")


def test_idex_in_feet_is_in_metres(tmp_path: Path) -> None:
    file = read(tmp_path, _IDEX.format(unit="FEET").replace("500123.456", "1000"), "job.idx")
    assert file.points["y"][0] == "304.8"
