"""Damaged files of every format: read with every row accounted, or refused in a sentence; no other error."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.damaged_files import damaged
from support.workbook_files import DAY, Raw, plain_workbook

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.survey.reading.gsi import read_gsi
from waternet_plugin.core.survey.reading.text_tables import read_text_table
from waternet_plugin.core.survey.reading.workbook_tables import read_workbook_tables
from waternet_plugin.core.survey.reading.xml_tables import read_xml_tables
from waternet_plugin.core.survey.recognition.recognised_file import recognised_file
from waternet_plugin.core.survey.recognition.survey_mapping import SurveyMapping

# `make surveyfuzz` tries more.
ROUNDS = int(os.environ.get("WATERNET_SURVEY_FUZZ", "40"))
_SLOWEST_S = 10.0

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
_CORPORA: dict[str, tuple[Any, list[bytes]]] = {
    "text": (
        read_text_table,
        [
            text.encode(codec)
            for text in (_TABLE, _LINES, _CASS)
            for codec in ("utf-8", "gb18030", "utf-8-sig")
        ],
    ),
    "workbook": (read_workbook_tables, [_WORKBOOK]),
    "xml": (read_xml_tables, [_LAND.encode(), _JOB.encode(), _JOB.encode("utf-16")]),
    "gsi": (read_gsi, [_GSI.encode()]),
}


@pytest.mark.parametrize("reader", _CORPORA)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(reader: str):
    read, corpus = _CORPORA[reader]
    refused = []
    for seed in range(ROUNDS):
        raw, start = damaged(corpus, seed), time.monotonic()
        try:
            file = recognised_file(read(raw, "a"), "a", "", SurveyMapping())
        except InputError as error:
            refused.append(error.message)
            continue
        finally:
            assert time.monotonic() - start < _SLOWEST_S, f"seed {seed}"
        named = set(file.points["row"]) | set(file.lines["row"])
        is_skipped = file.rows["skipped"].notna().to_numpy()
        assert named == set(np.flatnonzero(~is_skipped)), f"seed {seed}"
        assert file.rows["record"].isin(("point", "line", "both", "other")).all()
    # Each names the file; some are read and some are not, or nothing was tried.
    assert all(sentence.startswith(("a", "The ")) for sentence in refused)
    assert 0 < len(refused) < ROUNDS


def test_untouched_files_of_the_corpus_are_read(tmp_path: Path):
    for read, corpus in _CORPORA.values():
        for raw in corpus:
            assert len(recognised_file(read(raw, "a"), "a", "", SurveyMapping()).rows)
