"""What files are, by a look into their first bytes: which import takes each, and what nobody brings in."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from waternet_plugin.core.cells import old_workbooks
from waternet_plugin.core.cells.encodings import wide_codec
from waternet_plugin.core.exchange.inspections.crew_signs import are_of_defects
from waternet_plugin.core.files.result_mark import is_result
from waternet_plugin.core.survey.reading.survey_formats import format_of
from waternet_plugin.core.survey.recognition.survey_signs import (
    OWN_HEADINGS,
    has_survey_headings,
    is_survey_text,
)
from waternet_plugin.store.fieldwork.package_file import is_package
from waternet_plugin.store.outputs import is_network

# Layers and tables that are adopted; files of surveys; inspections; models; networks and results of ours; and
# what no import is known to read.
TABLES, SURVEY, INSPECTIONS = "tables", "survey", "inspections"
EPANET, SWMM, NETWORK, RESULT, OTHER = "epanet", "swmm", "network", "result", "other"
# A package that comes back from the field.
PACKAGE = "package"
# What no import takes.
NOT_DATA = (NETWORK, RESULT)

_HEAD_BYTES = 65_536
# Texts of a workbook in which headings are looked for.
_MOST_TEXTS = 4_000_000
_TEXTS = (".csv", ".txt", ".tsv", ".dat", ".pnezd", ".penzd", ".xyz", ".raw", ".inp")
_SURVEY_FORMATS = ("gsi", "idex", "sdr33", "rw5")
# What is looked into; the ends of other files say enough.
_LOOKED_INTO = (*_TEXTS, ".xml", ".jxl", ".jobxml", ".gsi", ".idx", ".sdr", ".rw5")
_SECTION = re.compile(rb"^[ \t]*\[([A-Za-z]+)\]", re.MULTILINE)
_DRAINS = {b"CONDUITS", b"SUBCATCHMENTS", b"XSECTIONS", b"OUTFALLS", b"RAINGAGES"}
_SUPPLY = {b"JUNCTIONS", b"PIPES", b"RESERVOIRS", b"TANKS"}
# How texts in UTF-16 begin.
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_ISYBAU = re.compile(rb"<(?:\w+:)?Identifikation\b")
# The attribute of blocks that numbers measured points, in the encodings of drawings.
_TAGS = [
    tag.encode(codec) for tag in ("物探点号", "点号", "管点编号", "WTDH") for codec in ("gb18030", "utf-8")
]
_NUMBERED = re.compile(rb"\n[ \t]*2\r?\n(?:" + b"|".join(map(re.escape, _TAGS)) + rb")\r?\n")
# Rows of a text in which headings are looked for, and what stands between their cells.
_LOOKED_AT, _CELLS = 30, re.compile(r"[,;\t|，；]")
_SHARED_TEXTS = "xl/sharedStrings.xml"
# Some programs list no texts and write each into its cell.
_SHEET, _MOST_SHEETS = re.compile(r"xl/worksheets/\w+\.xml"), 50
_CELL = re.compile(r"<t[^>]*>([^<]*)</t>")


def kind_of(path: Path) -> str:
    """Return what a file is: one of the kinds above."""
    suffix = path.suffix.lower()
    try:
        if suffix == ".gpkg":
            # One that can't be told is named by the import that tries to read it.
            found = is_network(path)
            if found is False and is_package(path):
                return PACKAGE
            return NETWORK if found else TABLES
        if suffix == ".xlsx":
            return RESULT if is_result(path) else _of_workbook(_texts_of(path))
        if suffix == ".xls":
            return _of_old_workbook(path)
        if suffix == ".dxf":
            with path.open("rb") as stream:
                return SURVEY if _NUMBERED.search(stream.read(_MOST_TEXTS)) else TABLES
        if suffix in _LOOKED_INTO:
            with path.open("rb") as stream:
                return _of_head(stream.read(_HEAD_BYTES), path.name, suffix)
    except OSError:
        # Who reads it says what is wrong.
        return TABLES
    return TABLES


def other_import(path: Path) -> str:
    """Return the id of the algorithm that takes what no layer or table holds, '' for anything else."""
    return {
        INSPECTIONS: "importinspections",
        EPANET: "importepanet",
        SWMM: "importswmm",
        SURVEY: "importsurvey",
    }.get(kind_of(path), "")


def kinds_of(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return files by kind, each kind in the order of the files; a layer that is named is one of tables."""
    found: dict[str, list[str]] = {}
    for path in paths:
        kind = TABLES if "|layername=" in path else kind_of(Path(path))
        found.setdefault(kind, []).append(path)
    return found


def _of_head(head: bytes, name: str, suffix: str) -> str:
    if head[:2] in _WIDE or wide_codec(head) is not None:
        head = _decoded(head).encode()
    sections = {one.upper() for one in _SECTION.findall(head)}
    if sections & _DRAINS:
        return SWMM
    if suffix == ".inp" or len(sections & _SUPPLY) > 1:
        return EPANET
    if suffix == ".xml" and _ISYBAU.search(head):
        return INSPECTIONS
    found = format_of(head, name)
    is_survey_xml = suffix in (".jxl", ".jobxml") or b"<LandXML" in head or b"<JOBFile" in head
    if found in _SURVEY_FORMATS or (found == "xml" and is_survey_xml):
        return SURVEY
    if found != "text":
        return OTHER
    # Only surveys end so.
    text = _decoded(head)
    if suffix in (".pnezd", ".penzd", ".dat") or is_survey_text(text):
        return SURVEY
    rows = (_CELLS.split(line) for line in text.splitlines()[:_LOOKED_AT])
    return INSPECTIONS if any(map(are_of_defects, rows)) else TABLES


def _decoded(head: bytes) -> str:
    """Return the whole lines of a head as text, signs that can't be told left out."""
    if head[:2] in _WIDE:
        return head.decode("utf-16", "ignore")
    wide = wide_codec(head)
    if wide is not None:
        return head.decode(wide, "ignore")
    lines = head[: head.rfind(b"\n") + 1] or head
    try:
        return lines.decode("utf-8-sig")
    except UnicodeDecodeError:
        return lines.decode("gb18030", "ignore")


def _texts_of(path: Path) -> Sequence[str] | None:
    """Return the texts that a workbook lists, and those in the first cells of its sheets; None for none."""
    try:
        with zipfile.ZipFile(path) as book:
            names = book.namelist()
            sheets = [name for name in names if _SHEET.fullmatch(name)]
            parts = [(name, _HEAD_BYTES) for name in sheets[:_MOST_SHEETS]]
            parts += [(_SHARED_TEXTS, _MOST_TEXTS)] if _SHARED_TEXTS in names else []
            texts = []
            for name, size in parts:
                with book.open(name) as part:
                    texts += _CELL.findall(part.read(size).decode("utf-8", "ignore"))
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return None
    return texts


def _of_workbook(words: Sequence[str] | None) -> str:
    if words is None:
        return TABLES
    if has_survey_headings(words):
        return SURVEY
    return INSPECTIONS if are_of_defects(words) else TABLES


def _of_old_workbook(path: Path) -> str:
    """Return what an old workbook is, by headings as its records hold them: two bytes a sign, or GBK."""
    with path.open("rb") as stream:
        raw = stream.read(_MOST_TEXTS)
    if not old_workbooks.is_old_workbook(raw[: old_workbooks.HEAD_BYTES]):
        return TABLES
    chinese = [word for word in OWN_HEADINGS if not word.isascii()]
    is_survey = any(word.encode(codec) in raw for word in chinese for codec in ("utf-16-le", "gb18030"))
    return SURVEY if is_survey else TABLES
