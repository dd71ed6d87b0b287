"""Damaged files of every format: read with every row accounted, or refused in a sentence; no other error."""

from __future__ import annotations

import os
import struct
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
from support.container_file import container
from support.damaged_files import damaged, damaged_within, reworded
from support.fuzzed_surveys import MOST_BYTES, fault_of, fuzzed
from support.newer_old_workbook import DAY as OLD_DAY
from support.newer_old_workbook import CellRecord, record, workbook_stream
from support.old_workbook import old_workbook
from support.slow_cases import a_few_quick, cases_kept_always
from support.workbook_files import DAY, Raw, plain_workbook

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="processes are bounded as Linux does it"),
]

# `make surveyfuzz` tries more.
ROUNDS = int(os.environ.get("WATERNET_SURVEY_FUZZ", "40"))

_TABLE = (
    "管点成果表,,,,,\nCGCS2000 3度带 中央子午线114,,,,,\n物探点号,X,Y,地面高程,特征,附属物\n,m,m,m,,\n"
    'JS1,2815193.253,408261.305,4.952,三通,\n0012,2815203.253,408262.305,5.0,,"阀门,井"\n合计,2,,,,\n'
)
_LINES = "起点点号,终点点号,起点埋深,材质,管径\nJS1,0012,1.22,球墨铸铁,DN300\n0012,JS3,1.2,PE,dn110\n"
_CASS = "1,JS,408261.305,2815193.253,4.952\n2，，408261.305，2815193.253\n3\tJS\t408261\t2815193\t5\n"
_LAND = (
    '<?xml version="1.0" encoding="UTF-8"?><LandXML><Units><Imperial linearUnit="foot"/></Units><CgPoints>'
    '<CgPoint name="管1" code="JS">1000 2000 10</CgPoint></CgPoints><Struct name="W1" elevRim="5"><Center>1 2'
    '</Center><Invert elev="3" refPipe="P"/></Struct><Pipe name="P" refStart="W1" refEnd="W1" length="3">'
    '<CircPipe diameter="300"/></Pipe></LandXML>'
)
_JOB = (
    "<JOBFile><FieldBook><PointRecord><Name>1</Name><Deleted>true</Deleted></PointRecord></FieldBook><Reductions>"
    "<Point><Name>2</Name><Grid><North>1.5</North><East>2.5</East></Grid></Point></Reductions></JOBFile>"
)
_GSI = (
    "*110001+00000000000JS001 81..00+0000000408261305 82..00+0000002815193253 83..00+0000000000004952\n"
    "110001+00000012 81..00+00061305 82..00+55193253 83..00-00000952 \n410002+00000001 42....+00000000\n"
)
_WRONG = Raw('<c r="{r}" t="e"><v>#N/A</v></c>')
_WORKBOOK = plain_workbook(
    {
        "JSPoint": [
            ["物探点号", "X", "Y", "地面高程", "测量日期"],
            ["JS1", 2815193.253, 408261.305, _WRONG, Raw(f'<c r="{{r}}" s="{DAY}"><v>45889</v></c>')],
        ],
        "JSLine": [["起点点号", "终点点号"], ["JS1", "JS2"]],
    }
)
_WORKBOOKS = [_WORKBOOK]
_DRAWING = (
    "0\nSECTION\n2\nENTITIES\n0\nINSERT\n8\nJSP\n66\n1\n2\n阀门\n10\n408261.3\n20\n2815193.2\n30\n4.9\n"
    "0\nATTRIB\n8\nJSP\n10\n1\n20\n1\n30\n0\n40\n1\n1\n球1\n2\n点号\n70\n0\n0\nSEQEND\n8\nJSP\n"
    "0\nLWPOLYLINE\n5\nA4\n100\nAcDbEntity\n8\n给水L\n100\nAcDbPolyline\n90\n2\n70\n0\n38\n4.9\n"
    "10\n408261.3\n20\n2815193.2\n10\n408271.3\n20\n2815203.2\n1001\nSOUTH\n1000\n管材=球墨铸铁\n"
    "0\nTEXT\n8\nJST\n10\n1\n20\n1\n30\n0\n40\n1\n1\n文本\n0\nENDSEC\n0\nEOF\n"
)
_OLD = old_workbook(
    [["物探点号", "X", "Y", "H"], ["0012", 2815193.253, 408261.305, 4.0], ["JS2", 1.5, 2.5, 13.0]]
)
_RECORDS = workbook_stream(
    {
        "JSPoint": [
            ["物探点号", "X", "Y", "地面高程", "测量日期", "备注"],
            ["JS1", 2815193.253, 408261.305, CellRecord(0x27E, struct.pack("<I", 495 << 2 | 3))],
            [
                "0012",
                2815203.253,
                408262.305,
                5.0,
                CellRecord(0x203, struct.pack("<d", 45889.0), OLD_DAY),
                "阀门",
            ],
            [
                "JS3",
                CellRecord(0x06, struct.pack("<dHIH", 2815205.5, 0, 0, 0)),
                408263.0,
                CellRecord(0x205, b"\x2a\1"),
            ],
        ],
        "JSLine": [["起点点号", "终点点号"], ["JS1", "0012"]],
    },
    more=record(0xE5, struct.pack("<5H", 1, 1, 2, 5, 5)),
    longest=64,
)
# A small stream lies in small sectors, a large one does not.
_OLDER = [_OLD, container({"Workbook": _RECORDS}), container({"Workbook": _RECORDS + bytes(4096)})]


@lru_cache(maxsize=1)
def _field_layers() -> bytes:
    from osgeo import ogr

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        target = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
        layer = target.CreateLayer("JS_pt", None, ogr.wkbPoint25D)
        for name, sort in (("point_no", "String"), ("depth", "Real"), ("dn", "Integer"), ("n", "Integer64")):
            layer.CreateField(ogr.FieldDefn(name, getattr(ogr, f"OFT{sort}")))
        for name, sort in (("surveyed_on", "Date"), ("at", "DateTime"), ("photo", "Binary")):
            layer.CreateField(ogr.FieldDefn(name, getattr(ogr, f"OFT{sort}")))
        for number in range(30):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetField("point_no", f"JS{number // 2}")
            for name, value in (("depth", 1.2), ("dn", 300), ("n", number), ("photo", "abc")):
                feature.SetField(name, value)
            for name in ("surveyed_on", "at"):
                feature.SetField(name, f"2026-11-{number % 28 + 1:02d}T10:00:00")
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT Z ({408261 + number} 2815193 4.952)"))
            layer.CreateFeature(feature)
        del feature, layer, target
        return path.read_bytes()


def _texts(*texts: str) -> list[bytes]:
    return [text.encode(codec) for text in texts for codec in ("utf-8", "gb18030", "utf-8-sig")]


# By the ending of the file: what is damaged, and how.
_CORPORA: dict[str, Callable[[], list[bytes]]] = {
    "csv": lambda: _texts(_TABLE, _LINES, _CASS),
    "xlsx": lambda: _WORKBOOKS,
    "xml": lambda: [_LAND.encode(), _JOB.encode(), _JOB.encode("utf-16")],
    "gsi": lambda: [_GSI.encode()],
    "dxf": lambda: [_DRAWING.encode("gb18030"), _DRAWING.encode()],
    "gpkg": lambda: [_field_layers()],
    "xls": lambda: _OLDER,
}
_BY_GDAL = ("dxf", "gpkg")
_WITHIN, _REWORDED, _STREAMS = "parts of xlsx", "elements of xml", "records of xls"


def _damaged_stream(seed: int) -> bytes:
    """Return a whole container of damaged records."""
    return container({"Workbook": damaged([_RECORDS], seed)})


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", cases_kept_always([*_CORPORA, _WITHIN, _REWORDED, _STREAMS], ["gsi", _WITHIN])
)
def test_a_damaged_file_is_read_with_every_row_or_refused_by_name(kind: str, tmp_path: Path):
    if kind in _BY_GDAL:
        pytest.importorskip("osgeo.ogr")
    if kind == _WITHIN:
        found = fuzzed(lambda seed: damaged_within(_WORKBOOK, seed), tmp_path / "a.xlsx", range(ROUNDS))
    elif kind == _REWORDED:
        texts = [_LAND.encode(), _JOB.encode()]
        found = fuzzed(lambda seed: reworded(texts, seed), tmp_path / "a.xml", range(ROUNDS))
    elif kind == _STREAMS:
        found = fuzzed(_damaged_stream, tmp_path / "a.xls", range(ROUNDS))
    else:
        corpus = _CORPORA[kind]()
        found = fuzzed(lambda seed: damaged(corpus, seed), tmp_path / f"a.{kind}", range(ROUNDS))
    print(
        f"{kind}: {found.read} read, {sum(found.refused.values())} refused in {len(found.refused)} sentences,"
        f" {found.peak_bytes / 1e6:.0f} MB"
    )
    assert found.faults == ()
    assert found.peak_bytes < MOST_BYTES
    # Some are read and some are not, or nothing was tried.
    assert found.refused
    assert found.read
    assert found.read + sum(found.refused.values()) == ROUNDS


@pytest.mark.parametrize("kind", a_few_quick(_CORPORA, 2))
def test_untouched_files_of_the_corpus_are_read(kind: str, tmp_path: Path):
    if kind in _BY_GDAL:
        pytest.importorskip("osgeo.ogr")
    for raw in _CORPORA[kind]():
        path = tmp_path / f"a.{kind}"
        path.write_bytes(raw)
        assert fault_of(path) == ("", None)


def _too_large(_seed: int) -> bytes:
    return bytes(2 * MOST_BYTES)


def test_a_process_that_takes_too_much_memory_is_a_fault(tmp_path: Path):
    (fault,) = fuzzed(_too_large, tmp_path / "a.csv", range(1)).faults
    assert fault == "seed 0: the process ended"
