"""Every format x encoding x trap: the points as they were measured, or a refusal by file, row and reason."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support.survey_corpus import FORMATS, OWN_TRAPS, TRAPS, corpus, fault_of

# `make surveycorpus` tries all; the suite each format with each trap, the encodings in turn.
_EACH = 1 if os.environ.get("WATERNET_SURVEY_CORPUS") else 4
_TRAPS = [*TRAPS, *OWN_TRAPS]
# What is there on some machines and needed nowhere.
_OPTIONAL = (
    "openpyxl totalopenstation ezdxf python_calamine xlrd charset_normalizer defusedxml fiona pyogrio"
).split()


@pytest.fixture(autouse=True)
def only_what_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the packages that nobody has to install."""
    for name in _OPTIONAL:
        monkeypatch.setitem(sys.modules, name, None)


def test_the_corpus_has_every_format_and_every_trap() -> None:
    cases = list(corpus())
    assert {one.format for one in cases} == set(FORMATS)
    assert {one.trap for one in cases} == {*TRAPS, *OWN_TRAPS}
    for trap, formats in OWN_TRAPS.items():
        assert {one.format for one in cases if one.trap == trap} == set(formats)


@pytest.mark.slow
@pytest.mark.parametrize("format_", FORMATS)
def test_each_file_is_golden_or_refused_by_row(format_: str, tmp_path: Path) -> None:
    if format_ == "dxf":
        pytest.importorskip("osgeo.ogr")
    cases = [one for one in corpus() if one.format == format_]
    cases = [
        one
        for one in cases
        if not one.codec or _EACH == 1 or _TRAPS.index(one.trap) % _EACH == _turn(one.codec)
    ]
    faults = [f"{one.name}: {fault}" for one in cases if (fault := fault_of(one, tmp_path)) is not None]
    print(f"{format_}: {len(cases)} files, {len(faults)} faults")
    assert not faults, "\n".join(faults)


def _turn(codec: str) -> int:
    return ("utf-8", "utf-8-sig", "gb18030", "utf-16").index(codec)
