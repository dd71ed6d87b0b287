"""Which import takes a file: told by its first bytes, whatever it is called."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.cad_drawing import CadDrawing, valve_drawing
from support.old_workbook import old_workbook
from support.small_surveys import empty_network

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.result_mark import RESULT_MARK, is_result
from waternet_plugin.core.files.spreadsheet_file import Column, Sheet, write_workbook
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer
from waternet_plugin.operations.adoption.file_kinds import (
    EPANET,
    INSPECTIONS,
    NETWORK,
    OTHER,
    RESULT,
    SURVEY,
    SWMM,
    TABLES,
    kind_of,
    kinds_of,
)


def _sheet(**columns: list[object]) -> Sheet:
    return Sheet("表", tuple(Column(name, np.array(cells, dtype=object)) for name, cells in columns.items()))


TEXTS = {
    # Surveys: by instruments, with headings, without.
    "a.gsi": ("*110001+00000000000JS101 81..00+0000000500123456 \r\n", SURVEY),
    "b.txt": ("00NMSDR33 V04-04.02\n", SURVEY),
    "点.csv": ("物探点号,X坐标(m),Y坐标(m),地面高程(m),特征,附属物\nA1,1,2,3,,\n", SURVEY),
    "给水管线点成果表.csv": (
        "给水管线点成果表,,,,,\n物探点号,特征,附属物,X,Y,地面高程\nA1,,,1,2,3\n",
        SURVEY,
    ),
    "线.csv": ("起点点号,终点点号,起点埋深(m),终点埋深(m),材质,管径\nA1,A2,1,1,,\n", SURVEY),
    "成果.csv": ("管线点号,连接点号,管线材料,管径,X,Y,地面高程\nJS1,JS2,PE,DN200,1,2,3\n", SURVEY),
    "连接.csv": ("管线点号,连接点号,管线材料,管径\nJS1,JS2,PE,DN200\n", SURVEY),
    "rtk.csv": ("点名,N,E,Z,B,L,H,解状态\nP1,2512400.1,501200.2,5.1,22.1,113.1,2,固定\n", SURVEY),
    "pnezd.csv": ("Point,Northing,Easting,Elevation,Description\n1,2512400.1,501200.2,5.1,MH\n", SURVEY),
    "noheads.txt": ("JS01,JS,500030.112,2500004.134,5.1\nJS02,JS,500060.1,2500008.1,5.2\n", SURVEY),
    "plan.dat": ("1,,500030.112,2500004.134,5.1\n", SURVEY),
    "sewer.xml": ('<?xml version="1.0"?>\n<LandXML version="1.2"></LandXML>\n', SURVEY),
    # Tables of a utility.
    "管点.csv": ("点号,设施类别,X坐标,Y坐标,地面高程,口径,安装时间\nF1,阀门,1,2,3,200,2001\n", TABLES),
    "抢修.csv": ("编号,日期,X,Y,原因\n1,2020-01-02,1,2,锈蚀\n", TABLES),
    "readings.csv": ("time,FM-1,FM-2\n2024-01-01 00:00,1.5,2.5\n", TABLES),
    "points.csv": ("node_id,x,y\nA,500000,3000000\n", TABLES),
    "hydrants.csv": ("ID,EASTING,NORTHING,TYPE\n1,500000,4000000,HYD\n", TABLES),
    # Models and inspections.
    "net.inp": ("[TITLE]\nx\n\n[JUNCTIONS]\n;ID\n[PIPES]\n", EPANET),
    "model.txt": ("[JUNCTIONS]\nJ1 0\n[PIPES]\nP1 J1 J2 10 100 100\n", EPANET),
    "drains.inp": ("[OPTIONS]\n[JUNCTIONS]\n[CONDUITS]\n[XSECTIONS]\n", SWMM),
    "haltung.xml": ('<?xml version="1.0"?>\n<Identifikation xmlns="http://isybau">\n', INSPECTIONS),
    "cctv.csv": (
        "检测汇总表,,,\n序号,井段,检测日期,缺陷位置(m),缺陷类型,级别\n1,W1~W2,2025-1-2,3,错口,2\n",
        INSPECTIONS,
    ),
    "qv.csv": ("起始井号,终止井号,录像日期,距离,缺陷代码,等级\nW1,W2,2025-1-2,3,CK,2\n", INSPECTIONS),
    # Work at defects, and lists of inspections or of defects as ours are.
    "整改.csv": ("管段编号,缺陷类型,等级,整改日期\nP1,错口,2,2025-1-2\n", TABLES),
    "检测.csv": ("管段编号,检测日期,结构等级\nP1,2025-1-2,2\n", TABLES),
    "defect.csv": ("defect_id,inspection_id,缺陷代码,距离,等级,管段\nD1,I1,CK,3,2,P1\n", TABLES),
    "a.shp.xml": ("<?xml version='1.0'?><metadata/>", OTHER),
    "a.geojson": ("{}", TABLES),
}


@pytest.mark.parametrize("name", list(TEXTS))
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_texts_tell_what_they_are(tmp_path: Path, name: str, encoding: str) -> None:
    text, kind = TEXTS[name]
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    assert kind_of(path) == kind


def test_workbooks_tell_what_they_are(tmp_path: Path) -> None:
    write_workbook(tmp_path / "survey.xlsx", [_sheet(物探点号=["A"], X=[1.0], Y=[2.0])])
    write_workbook(tmp_path / "pipes.xlsx", [_sheet(管段编号=["A"], 材质=["PE"])])
    assert kind_of(tmp_path / "survey.xlsx") == SURVEY
    assert kind_of(tmp_path / "pipes.xlsx") == TABLES
    write_workbook(tmp_path / "cctv.xlsx", [_sheet(管段编号=["A"], 缺陷名称=["错口"], 环向位置=["0310"])])
    assert kind_of(tmp_path / "cctv.xlsx") == INSPECTIONS
    rows = [["物探点号", "X", "Y"], ["A", 1.0, 2.0]]
    (tmp_path / "survey.xls").write_bytes(old_workbook(rows))
    assert kind_of(tmp_path / "survey.xls") == SURVEY
    (tmp_path / "hydrants.xls").write_bytes(old_workbook([["编号", "口径"], ["X1", 100.0]]))
    assert kind_of(tmp_path / "hydrants.xls") == TABLES


def test_workbooks_whose_cells_hold_their_texts_tell_what_they_are(tmp_path: Path) -> None:
    cells = "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in ("物探点号", "X", "Y"))
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", f"<sheetData><row>{cells}</row></sheetData>")
    assert kind_of(tmp_path / "a.xlsx") == SURVEY


def test_a_drawing_with_numbered_points_is_a_survey(tmp_path: Path) -> None:
    drawing = CadDrawing()
    drawing.block("JSP", "阀门", (1.0, 2.0), 点号="J1")
    assert kind_of(drawing.write(tmp_path / "a.dxf")) == SURVEY
    assert kind_of(valve_drawing(2).write(tmp_path / "b.dxf")) == TABLES


@pytest.mark.slow
def test_networks_and_results_are_no_data(tmp_path: Path) -> None:
    with store.create_network(tmp_path / "n.gpkg", "EPSG:4547"):
        pass
    write_workbook(tmp_path / "PL0001_projects.xlsx", [_sheet(a=[1])])
    assert not is_result(tmp_path / "PL0001_projects.xlsx")
    with zipfile.ZipFile(tmp_path / "PL0001_projects.xlsx", "a") as book:
        book.comment = RESULT_MARK
    found = kinds_of([str(tmp_path / "n.gpkg"), str(tmp_path / "PL0001_projects.xlsx")])
    assert {kind: len(those) for kind, those in found.items()} == {NETWORK: 1, RESULT: 1}
    # A layer that somebody names is wanted.
    assert list(kinds_of([f"{tmp_path / 'n.gpkg'}|layername=pipe"])) == [TABLES]


def test_a_file_that_is_not_there_is_told_by_who_reads_it(tmp_path: Path) -> None:
    assert kind_of(tmp_path / "none.csv") == TABLES


@pytest.mark.parametrize(
    ("name", "text", "codec", "algorithm"),
    [
        ("net.inp", "[JUNCTIONS]\n[PIPES]\n", "utf-8", "importepanet"),
        ("z.xml", '<?xml version="1.0" encoding="UTF-16"?><Identifikation/>', "utf-16", "importinspections"),
        ("c.csv", "管段,检测日期,位置,缺陷代码,等级\nP1,2025-1-2,3.1,CK,2\n", "gb18030", "importinspections"),
        ("a.gsi", "*110001+00000000000JS101 81..00+0000000500123456 \r\n", "utf-8", "importsurvey"),
    ],
)
def test_adopting_what_another_import_takes_names_it(
    tmp_path: Path, name: str, text: str, codec: str, algorithm: str
) -> None:
    (tmp_path / name).write_bytes(text.encode(codec))
    with (
        empty_network(tmp_path / "n.gpkg") as network,
        pytest.raises(InputError, match=f"{name} .*{algorithm}"),
    ):
        adopt_layer(network, AdoptLayerRequest(str(tmp_path / name), dry_run=True))
