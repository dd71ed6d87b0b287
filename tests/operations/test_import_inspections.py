"""Inspections from ISYBAU XML and crews' tables: what is written, what is said, what is refused."""

from __future__ import annotations

import datetime
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.core.drainage.grading.inspection_grades import (
    DEFECT_COLUMNS,
    INSPECTION_COLUMNS,
    PIPE_COLUMNS,
    grade_inspections,
)
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.mapping.mapping import FieldSource
from waternet_plugin.operations.drainage.import_inspections import (
    ImportedInspections,
    InspectionSource,
    import_inspections,
)
from waternet_plugin.operations.drainage.look_at_inspections import look_at_inspections
from waternet_plugin.store import Network

HEAD = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'


def damage(code: str, at: float, *, d: Any = None, s: Any = None, b: Any = None, stretch: str = "") -> str:
    """One row of a run, with its damage numbers where it has any."""
    goals = {"Dichtheit": ("D", d), "Standsicherheit": ("S", s), "Betriebssicherheit": ("B", b)}
    numbers = "".join(
        f"<{name}><SK{goal}vAuto>1</SK{goal}vAuto><SZ{goal}vAuto>1</SZ{goal}vAuto>"
        f"<SZ{goal}eAuto>{value}</SZ{goal}eAuto></{name}>"
        for name, (goal, value) in goals.items()
        if value is not None
    )
    mark = (
        f"<Streckenschaden>{stretch[0]}</Streckenschaden>"
        f"<StreckenschadenLfdNr>{stretch[1:]}</StreckenschadenLfdNr>"
        if stretch
        else ""
    )
    return (
        f"<RZustand><Station>{at}</Station><InspektionsKode>{code[:3]}</InspektionsKode>"
        f"<Charakterisierung1>{code[3:]}</Charakterisierung1>{mark}"
        f"<PositionVon>03</PositionVon><PositionBis>00</PositionBis>"
        f"<Klassifizierung>{numbers}</Klassifizierung></RZustand>"
    )


def run(name: str, rows: str, *, day: str = "2012-05-03", length: str = "40.00", more: str = "") -> str:
    return (
        f"<InspizierteAbwassertechnischeAnlage><Objektbezeichnung>{name}</Objektbezeichnung>"
        f"<Anlagentyp>1</Anlagentyp><OptischeInspektion><Inspektionsdatum>{day}</Inspektionsdatum>"
        f"<Rohrleitung><Inspektionsrichtung>O</Inspektionsrichtung>"
        f"<Inspektionslaenge>{length}</Inspektionslaenge>"
        f"<RGrunddaten><KnotenZulauf>S1</KnotenZulauf></RGrunddaten>"
        f"<Inspektionsdaten>{rows}</Inspektionsdaten>{more}</Rohrleitung></OptischeInspektion>"
        f"</InspizierteAbwassertechnischeAnlage>"
    )


def isybau(*plants: str) -> str:
    return (
        f'{HEAD}<Identifikation xmlns="http://www.bfr-abwasser.de"><Version>2017-07</Version>'
        f"<Datenkollektive><Zustandsdatenkollektiv><Kennung>ZUS01</Kennung>{''.join(plants)}"
        f"</Zustandsdatenkollektiv></Datenkollektive></Identifikation>"
    )


@pytest.fixture(scope="module")
def drains(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with two drains of 40 m and a manhole."""
    path = tmp_path_factory.mktemp("drains") / "n.gpkg"
    pipes = [
        {"pipe_id": name, "system": "sewage", "diameter_mm": 600.0, "status": "in_use",
         "geom": shapely.LineString([(0, y), (40, y)])}
        for y, name in enumerate(("WS-1", "WS-2"))
    ]  # fmt: skip
    nodes = [
        {
            "node_id": "J-1",
            "system": "sewage",
            "kind": "manhole",
            "status": "in_use",
            "geom": shapely.Point(0, 0),
        }
    ]
    with store.create_network(path, "EPSG:4547", by="Li") as made, made.write("edit") as batch:
        for table, rows in (("node", nodes), ("pipe", pipes)):
            batch.insert(table, gpd.GeoDataFrame(rows, geometry="geom", crs=made.crs))
    return path


@pytest.fixture
def network(drains: Path, tmp_path: Path) -> Any:
    """A copy of it, open."""
    shutil.copy(drains, tmp_path / "n.gpkg")
    with store.open_network(tmp_path / "n.gpkg") as opened:
        yield opened


def imported(network: Network, path: Path, mapping: Any = "") -> ImportedInspections:
    text = mapping if isinstance(mapping, str) else json.dumps(mapping, ensure_ascii=False)
    return import_inspections(network, InspectionSource(str(path), text))


def read(network: Network, table: str) -> pd.DataFrame:
    frame = network.read(table, geometry=False)
    return frame.set_index(f"{table}_id", drop=False)


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def grades(network: Network) -> pd.DataFrame:
    found = grade_inspections(
        network.read("inspection", list(INSPECTION_COLUMNS), geometry=False),
        network.read("defect", list(DEFECT_COLUMNS), geometry=False),
        network.read("pipe", list(PIPE_COLUMNS), geometry=False),
    )
    return found.rows.set_index("inspection_id")


@pytest.mark.slow
def test_isybau_is_read_as_one_batch_that_can_be_undone(network: Network, tmp_path: Path) -> None:
    rows = damage("BCDXP", 0.0) + damage("BAFA", 0.0, s=100, stretch="A1") + damage("BACB", 5.0, s=200, b=120)
    rows += damage("BAFA", 20.0, s=140, stretch="B1") + damage("BCEXP", 40.0)
    given = "<Bewertung><KlasseAutomatisch>3</KlasseAutomatisch></Bewertung>"
    manhole = (
        "<InspizierteAbwassertechnischeAnlage><Objektbezeichnung>J-1</Objektbezeichnung><Anlagentyp>3</Anlagentyp>"
        "<OptischeInspektion><Inspektionsdatum>2012-05-04</Inspektionsdatum><Knoten><Inspektionsdaten><KZustand>"
        "<VertikaleLage>1.2</VertikaleLage><InspektionsKode>DAF</InspektionsKode></KZustand></Inspektionsdaten>"
        "<Bewertung><KlasseAutomatisch>4</KlasseAutomatisch></Bewertung></Knoten></OptischeInspektion>"
        "</InspizierteAbwassertechnischeAnlage>"
    )
    path = written(
        tmp_path / "zustand.xml", isybau(run("WS-1", rows, more=given), run("Elsewhere", ""), manhole)
    )
    done = imported(network, path)
    assert (done.rows_in, done.rows_written, done.rows_rejected) == (7, 7, 0)
    looked = read(network, "inspection")
    assert looked["pipe_id"].tolist()[:2] == ["WS-1", "Elsewhere"] and looked["node_id"].tolist()[2] == "J-1"
    assert looked["standard"].eq("en_13508").all()
    first = looked.iloc[0]
    assert (first["date"].date(), first["length_m"]) == (datetime.date(2012, 5, 3), 40.0)
    assert first["structural_grade"] == 3 and pd.isna(looked.iloc[2]["structural_grade"])
    found = read(network, "defect")
    assert found["code_raw"].tolist() == ["BCDXP", "BAFA A1", "BACB", "BAFA B1", "BCEXP", "DAF"]
    assert found["code"].isna().all() and found["clock"].tolist()[:2] == ["03", "03"]
    assert found["number_s"].fillna(0).tolist() == [0, 100, 200, 140, 0, 0]
    told = " ".join(done.lines)
    assert "Elsewhere" in told and "WS-1" not in told
    graded = grades(network)
    # As worked by hand in the tests of the grades: 200 provisional, 21 extra.
    by_object = graded.reindex(looked["inspection_id"])
    assert by_object["structural_value"].tolist()[:2] == [221, 0]
    assert by_object["structural_grade"].tolist()[:2] == [3, 0]
    assert pd.isna(by_object["structural_grade"].iloc[2])
    network.undo()
    assert read(network, "inspection").empty and read(network, "defect").empty


@pytest.mark.slow
def test_a_file_twice_is_refused_with_the_reason(network: Network, tmp_path: Path) -> None:
    path = written(tmp_path / "z.xml", isybau(run("WS-1", damage("BABB", 3.0, s=300))))
    imported(network, path)
    with pytest.raises(InputError, match="already exists"):
        imported(network, path)


def test_two_runs_of_a_day_are_two_inspections_and_said(network: Network, tmp_path: Path) -> None:
    twice = isybau(run("WS-1", damage("BABB", 3.0, s=300)), run("WS-1", damage("BABB", 2.0, s=400)))
    done = imported(network, written(tmp_path / "z.xml", twice))
    assert len(done.inspections) == 2 and "on one day: WS-1" in " ".join(done.lines)


@pytest.mark.slow
def test_a_row_without_its_damage_number_has_no_grade_and_is_said(network: Network, tmp_path: Path) -> None:
    text = isybau(run("WS-1", damage("BABB", 3.0) + damage("BCEXP", 40.0)))
    done = imported(network, written(tmp_path / "z.xml", text))
    assert any("without a damage number" in line and line.endswith("1.") for line in done.lines)
    one = grades(network).iloc[0]
    assert pd.isna(one["structural_grade"]) and "BABB" in one["reasons"]


@pytest.mark.slow
def test_where_rows_carry_numbers_one_without_is_of_class_0_and_said(
    network: Network, tmp_path: Path
) -> None:
    text = isybau(run("WS-1", damage("BABB", 3.0)), run("WS-2", damage("BACB", 3.0, s=200)))
    done = imported(network, written(tmp_path / "z.xml", text))
    assert any("class 0: 1" in line for line in done.lines)
    graded = grades(network).set_index("pipe_id")
    assert graded["structural_grade"].tolist() == [0, 3]
    assert "class 0: BABB" in graded.loc["WS-1", "reasons"]


@pytest.mark.parametrize(
    ("text", "said"),
    a_few_quick(
        [
            (
                '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Identifikation>&b;</Identifikation>',
                "document type",
            ),
            ("<Identifikation>" + "<a>" * 300 + "</a>" * 300 + "</Identifikation>", "too deep"),
            ("<Identifikation><Daten></Identifikation>", "damaged"),
            ("<DATA><KG/></DATA>", "not ISYBAU"),
            (isybau(), "no inspections"),
            (isybau(run("WS-1", damage("PL", 3.0))), "EN 13508-2"),
            ("", "damaged"),
        ],
        2,
        is_tuple_one_value=False,
    ),
)
def test_xml_that_is_none_of_ours_is_refused(network: Network, tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        imported(network, written(tmp_path / "bad.xml", text))
    assert read(network, "inspection").empty


@pytest.mark.slow
def test_chinese_headings_in_gbk_need_no_mapping(network: Network, tmp_path: Path) -> None:
    text = (
        "管段编号,检测日期,检测长度,缺陷代码,缺陷等级,纵向距离,缺陷长度\n"
        "WS-1,2024-05-01,40,PL,3,10,\nWS-1,2024-05-01,40,错口,2,11.2,\nWS-1,2024-05-01,40,FS,1,30,\n"
        "WS-2,2024-05-01,40,,,,\n新管,2024-05-02,12,CJ,2,55,1.5\n"
    )
    done = imported(network, written(tmp_path / "检测.csv", text, "gbk"))
    assert (len(done.inspections), len(done.defects)) == (3, 4)
    assert read(network, "inspection")["standard"].eq("cjj_181").all()
    found = read(network, "defect")
    assert found["code"].tolist() == ["PL", "CK", "FS", "CJ"]
    assert found["code_raw"].tolist() == ["PL", "错口", "FS", "CJ"]
    assert found["length_m"].fillna(0).tolist() == [0, 0, 0, 1.5]
    graded = grades(network)
    assert graded["structural_value"].tolist() == [5.0, 0.0, 0.0]
    assert any("新管" in line for line in done.lines)


@pytest.mark.slow
def test_a_mapping_with_values_units_and_a_default_standard(network: Network, tmp_path: Path) -> None:
    text = "Pipe,Day,Crack,Class,At,Far\nWS-1,2024-05-01,Riss,3,1000,2\nWS-1,2024-05-01,Versatz,2,4500,\n"
    mapping = {
        "fields": {"pipe_id": "Pipe", "date": "Day", "code": "Crack", "grade": "Class", "position_m": "At",
                   "length_m": "Far"},
        "values": {"code": {"Riss": "PL", "Versatz": "CK"}},
        "units": {"position_m": "mm"},
        "defaults": {"standard": "cjj_181", "inspection.length_m": 38.5},
    }  # fmt: skip
    imported(network, written(tmp_path / "t.csv", text), mapping)
    found = read(network, "defect")
    assert found["code"].tolist() == ["PL", "CK"] and found["position_m"].tolist() == [1.0, 4.5]
    assert found["length_m"].iloc[0] == 2.0
    assert read(network, "inspection")["length_m"].tolist() == [38.5]


@pytest.mark.slow
def test_the_headings_of_a_cjj_table_need_no_mapping_and_what_is_left_is_named(
    network: Network, tmp_path: Path
) -> None:
    head = "管段编号,管段长度(m),检测日期,缺陷代码,缺陷等级,缺陷距离(m),缺陷长度(m),环向位置,录像文件"
    rows = ["WS-2,40,2024-05-01,TJ,2,3.0,,0309,a.mp4", "WS-2,40,2024-05-01,SL,1,3.6,,12,a.mp4"]
    done = imported(network, written(tmp_path / "检测.csv", "\n".join([head, *rows]), "gbk"))
    assert read(network, "defect")["position_m"].tolist() == [3.0, 3.6]
    assert read(network, "inspection")["length_m"].tolist() == [40.0]
    assert any("not read: 录像文件" in line for line in done.lines)
    graded = grades(network).iloc[0]
    assert (graded["structural_value"], graded["structural_grade"], graded["advice"]) == (3.5, 3, "local")
    assert "position" not in graded["reasons"]


@pytest.mark.slow
def test_without_positions_it_is_said_that_gaps_are_not_judged(network: Network, tmp_path: Path) -> None:
    text = "管段编号,缺陷代码,缺陷等级\nWS-2,TJ,2\nWS-2,SL,1\nWS-1,TJ,2\n"
    imported(network, written(tmp_path / "t.csv", text))
    told = grades(network).set_index("pipe_id")["reasons"]
    assert "position unknown" in told["WS-2"]
    assert "position unknown" not in told["WS-1"]


@pytest.mark.slow
@pytest.mark.parametrize("mapping", ["", {"fields": {"pipe_id": "管段编号", "code": "缺陷代码"}}])
def test_a_strange_code_is_named_and_alone_rejected(network: Network, tmp_path: Path, mapping: Any) -> None:
    codes = ["BX", "CJ", "FS", "PL", "TX", "QF", "SG", "TJ"]
    text = "\n".join(
        ["管段编号,缺陷代码", *(f"WS-{1 + number % 2},{code}" for number, code in enumerate(codes))]
    )
    if mapping:
        mapping = {**mapping, "defaults": {"standard": "cjj_181"}}
    done = imported(network, written(tmp_path / "t.csv", text), mapping)
    assert (len(done.defects), done.rows_rejected) == (7, 1)
    assert done.rejected["source_row"].tolist() == [6]
    assert "TX" in done.rejected["reason"].iloc[0]
    assert any("The code TX is not in CJJ 181" in line for line in done.lines)


@pytest.mark.slow
def test_a_drain_of_strange_codes_alone_is_not_one_without_defects(network: Network, tmp_path: Path) -> None:
    codes = [("WS-1", one) for one in ("BX", "CJ", "FS", "PL")] + [("WS-2", "TX")]
    text = "\n".join(["管段编号,缺陷代码", *(",".join(one) for one in codes)])
    done = imported(network, written(tmp_path / "t.csv", text))
    assert (done.rows_in, done.rows_rejected, len(done.defects)) == (5, 1, 4)
    assert read(network, "inspection")["pipe_id"].tolist() == ["WS-1"]


@pytest.mark.slow
def test_a_pacp_table_is_graded_by_the_families_of_its_codes(network: Network, tmp_path: Path) -> None:
    text = (
        "SectionID,StartNode,EndNode,InspDate,Standard,Distance,Code,Grade\n"
        "WS-1,,,2024-05-01,PACP,0,ST,\nWS-1,,,2024-05-01,PACP,4,CL,2\nWS-1,,,2024-05-01,PACP,9,FM,4\n"
        "WS-1,,,2024-05-01,PACP,12,RFJ,2\nWS-1,,,2024-05-01,PACP,40,FH,\n"
    )
    imported(network, written(tmp_path / "wincan.csv", text))
    graded = grades(network).iloc[0]
    told = [graded[f"structural_{name}"] for name in ("value", "mean", "grade")]
    assert told == [6.0, 3.0, 4] and graded["quick_structural"] == "4121"
    assert (graded["functional_value"], graded["quick_functional"]) == (2.0, "2100")
    assert not graded["reasons"]


@pytest.mark.slow
def test_manholes_name_the_drain_where_no_section_does(network: Network, tmp_path: Path) -> None:
    with network.write("edit") as batch:
        ends = {"pipe_id": ["WS-1", "WS-2"], "from_node": ["Y1", "Y2"], "to_node": ["Y2", "Y3"]}
        batch.update("pipe", pd.DataFrame(ends))
    rows = ["S1,Y1,Y2,PL,2", ",Y3,Y2,PL,2", "S9,Y8,Y9,PL,2", ",Y7,Y8,PL,2"]
    text = "\n".join(["SectionID,起始井号,终止井号,缺陷代码,缺陷等级", *rows])
    done = imported(network, written(tmp_path / "t.csv", text))
    assert read(network, "inspection")["pipe_id"].tolist() == ["WS-1", "WS-2", "S9", "Y7-Y8"]
    assert any("by their manholes: 2 pipes (WS-1, WS-2)" in line for line in done.lines)


@pytest.mark.parametrize(
    ("text", "doubt"),
    a_few_quick(
        [
            ("管段编号,缺陷代码,缺陷等级,纵向距离\nWS-1,PL,2,3\n", ""),
            ("管段编号,检测日期\nWS-1,2024-05-01\n", ""),
            ("Teil,Was\nWS-1,PL\n", "Nothing in the table says"),
            ("管段编号,缺陷代码,缺陷等级\nWS-1,FS,2\n", "several standards"),
            ("管段编号,缺陷代码,缺陷等级,多远\nWS-1,PL,2,3.5\n", "No column was found for"),
        ],
        2,
        is_tuple_one_value=False,
    ),
)
def test_what_headings_leave_open_is_told_before_a_table_is_imported(
    network: Network, tmp_path: Path, text: str, doubt: str
) -> None:
    found = look_at_inspections(network, InspectionSource(str(written(tmp_path / "t.csv", text))))
    assert [doubt in one for one in found.doubts] == ([True] if doubt else [])
    assert list(found.columns) == text.split("\n", maxsplit=1)[0].split(",")
    assert read(network, "inspection").empty


@pytest.mark.slow
def test_a_mapping_that_was_looked_at_finds_the_headings_below_a_title(
    network: Network, tmp_path: Path
) -> None:
    text = "某某小区检测成果表,,,\n管段编号,缺陷代码,缺陷等级,多远\nWS-1,PL,2,3.5\nWS-2,CK,1,7\n"
    path = written(tmp_path / "t.csv", text)
    found = look_at_inspections(network, InspectionSource(str(path)))
    assert found.mapping.header is not None
    fields = {**found.mapping.fields, "position_m": FieldSource("多远")}
    imported(network, path, replace(found.mapping, fields=fields).to_json())
    assert read(network, "defect")["position_m"].tolist() == [3.5, 7.0]


@pytest.mark.slow
def test_pacp_and_inspections_that_are_there_already(network: Network, tmp_path: Path) -> None:
    looked = written(tmp_path / "i.csv", "id,pipe,std\nI1,WS-1,pacp\n")
    imported(network, looked, {"fields": {"inspection_id": "id", "pipe_id": "pipe", "standard": "std"}})
    text = "id,what,g,fam,m\nI1,CL,2,structural,3\nI9,CL,2,structural,3\n"
    mapping = {
        "fields": {"inspection_id": "id", "code": "what", "grade": "g", "family": "fam", "position_m": "m"}
    }
    done = imported(network, written(tmp_path / "d.csv", text), mapping)
    assert (done.rows_in, done.rows_rejected) == (2, 1)
    assert done.rejected["source_row"].tolist() == [3]
    found = read(network, "defect")
    assert found["code_raw"].tolist() == ["CL"] and found["code"].isna().all()
    assert grades(network)["quick_structural"].tolist() == ["2100"]


@pytest.mark.parametrize(
    ("rows", "defaults", "said"),
    a_few_quick(
        [
            ("WS-1,BAB", {"standard": "cjj_181"}, "not in CJJ 181: BAB"),
            ("WS-1,BAB", {"standard": "pacp"}, "none of PACP: BAB"),
            ("WS-1,PL", {"standard": "pacp"}, "none of PACP: PL"),
            ("WS-1,PL", {"standard": "en_13508"}, "none of EN 13508-2: PL"),
            ("WS-1,BAB\nWS-1,PL", {}, "not all of the same standard"),
            ("WS-1,FS", {}, "several standards"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_codes_of_another_standard_are_refused(
    network: Network, tmp_path: Path, rows: str, defaults: dict[str, str], said: str
) -> None:
    mapping = {"fields": {"pipe_id": "pipe", "code": "code"}, "defaults": defaults}
    with pytest.raises(InputError, match=said):
        imported(network, written(tmp_path / "t.csv", f"pipe,code\n{rows}\n"), mapping)
    assert read(network, "inspection").empty


CREW = """序号,管段编号,管径(mm),检测日期,检测长度(m),距离(m),缺陷名称代码,等级,时钟表示
1,WS-1,600,2026.5.12,35.2,5.30,PL,3,0903
2,,,,,12.00-15.50,FS,中等,0507
3,WS-2,600,20260512,28.0,3.1,（CK）错口,Ⅱ级,12
4,WS-2,600,20260512,28.0,20.4m,CJ2,,
5,S3-S4,500,2026年5月13日,41,/,无,,
6,WS-9,500,2026-05-13,40,10米,脱节（TJ）,重大缺陷,
7,WS-9,500,2026-05-13,40,11,不明XX,1,
8,WS-9,500,2026-05-13,40,12,SL3,2,
合计,,,,144,,,,
"""


def test_cells_as_crews_write_them(network: Network, tmp_path: Path) -> None:
    done = imported(network, written(tmp_path / "检测成果.csv", CREW))
    defects = read(network, "defect")
    found = defects[["inspection_id", "code", "grade", "position_m", "length_m"]].astype(object)
    found = found.where(found.notna(), None)
    assert found.values.tolist() == [
        ["WS-1 2026.5.12", "PL", 3, 5.3, None],
        ["WS-1 2026.5.12", "FS", 2, 12.0, 3.5],
        ["WS-2 20260512", "CK", 2, 3.1, None],
        ["WS-2 20260512", "CJ", 2, 20.4, None],
        ["WS-9 2026-05-13", "TJ", 4, 10.0, None],
    ]
    assert defects["code_raw"].tolist() == ["PL", "FS", "（CK）错口", "CJ2", "脱节（TJ）"]
    inspections = read(network, "inspection")
    assert inspections["standard"].unique().tolist() == ["cjj_181"]
    assert inspections["length_m"].tolist() == [35.2, 28.0, 41.0, 40.0]
    assert len(inspections) == 4, "a drain in which nothing was seen was inspected, too"
    assert done.rejected["source_row"].tolist() == [8, 9]
    told = " ".join(done.lines)
    assert "The code 不明XX is not in CJJ 181" in told and "SL3 has another grade than its row" in told
    assert "Taken as of the drain of the row above, since they name none: 1 row." in told


def test_codes_are_found_by_their_values_and_drains_by_the_manholes_in_their_name(
    network: Network, tmp_path: Path
) -> None:
    nodes = [
        {"node_id": f"W{n}-a", "system": "sewage", "kind": "manhole", "status": "in_use",
         "geom": shapely.Point(40.0 * n, 50.0)}
        for n in range(3)
    ]  # fmt: skip
    drain = {"pipe_id": "D-1", "system": "sewage", "diameter_mm": 300.0, "status": "in_use",
             "from_node": "W1-a", "to_node": "W2-a",
             "geom": shapely.LineString([(40.0, 50.0), (80.0, 50.0)])}  # fmt: skip
    with network.write("edit") as batch:
        for table, rows in (("node", nodes), ("pipe", [drain])):
            batch.insert(table, gpd.GeoDataFrame(rows, geometry="geom", crs=network.crs))
    text = "管段名称,检测时间,缺陷类型,缺陷位置,缺陷级别,缺陷性质\n"
    text += "W2-a～W1-a,2025/3/1,破裂PL,350,一级,结构性\n"
    text = text.replace("缺陷位置", "缺陷位置(cm)")
    done = imported(network, written(tmp_path / "检测.csv", text))
    assert read(network, "inspection")["pipe_id"].tolist() == ["D-1"]
    defect = read(network, "defect").iloc[0]
    assert (defect["code"], defect["grade"], defect["position_m"], defect["family"]) == (
        "PL",
        1,
        3.5,
        "structural",
    )
    assert any("Found by their manholes: 1 pipe (D-1)" in line for line in done.lines)


@pytest.mark.slow
def test_odd_rows_are_answered_in_words(network: Network, tmp_path: Path) -> None:
    text = "pipe,day,code,grade,at\nWS-1,2999-01-01,PL,3,55\n,2024-01-01,PL,2,1\nWS-2,nonsense,PL,x,-\n"
    mapping = {
        "fields": {"pipe_id": "pipe", "date": "day", "code": "code", "grade": "grade", "position_m": "at"},
        "defaults": {"standard": "cjj_181"},
    }
    done = imported(network, written(tmp_path / "t.csv", text), mapping)
    assert (done.rows_in, done.rows_written, done.rows_rejected) == (3, 2, 1)
    told = " ".join(done.lines)
    for word in ("in the future", "beyond the end", "not a date", "not a number"):
        assert word in told, done.lines
    assert read(network, "inspection")["date"].isna().all()


@pytest.mark.parametrize(
    ("text", "mapping", "said"),
    a_few_quick(
        [
            ("a,b\n1,2\n", "", "Nothing in the table says"),
            ("a,b\n1,2\n", {"fields": {"pipe_id": "c"}}, "no column c"),
            ("a,b\n1,2\n", {"fields": {"pipe_id": "a", "colour": "b"}}, "no field colour"),
            ("a,b\n", {"fields": {"pipe_id": "a"}}, "no rows"),
            ("a,b\n,2\n", {"fields": {"pipe_id": "a"}}, "No row can be imported"),
            ("a,b\n1,2\n", "{", "not valid JSON"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_bad_tables_and_mappings_are_refused(
    network: Network, tmp_path: Path, text: str, mapping: Any, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        imported(network, written(tmp_path / "t.csv", text), mapping)


def test_xml_takes_no_mapping_and_a_file_must_be_there(network: Network, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Leave MAPPING empty"):
        InspectionSource("a.xml", '{"fields": {"pipe_id": "x"}}')
    with pytest.raises(InputError, match="There is no file"):
        imported(network, tmp_path / "none.xml")
