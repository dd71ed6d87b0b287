"""Tell the format of a survey file by its first bytes, then by the end of its name."""

from __future__ import annotations

import re

from waternet_plugin.core.cells import old_workbooks
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.closed_formats import refuse_closed
from waternet_plugin.core.texts import tr

# How much of a file is looked at.
HEAD_BYTES = 4096
# What is taken from a folder without being named.
SUFFIXES = frozenset(
    ".csv .txt .dat .tsv .pnezd .penzd .xyz .xlsx .xlsm .xls .xml .jxl .jobxml .gsi .idx .dxf .gpkg .gpx .sdr"
    " .rw5 .raw .dwg .mdb .accdb".split()
)
_GSI = re.compile(rb"\A\s*\*?\d{2}[\d.]{4}[+-]")
_IDEX = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*HEADER\s+VERSION\b", re.IGNORECASE)
_SDR = re.compile(rb"\A\s*00NM")
_RW5 = re.compile(rb"\A\s*(?:--[^\r\n]*[\r\n]+|JB,NM|MO,AD)", re.IGNORECASE)
_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE|!--|LandXML|JOBFile)", re.IGNORECASE)
_BINARY = (
    ("xlsx", b"PK\x03\x04"),
    ("xls", old_workbooks.CONTAINER),
    ("gpkg", b"SQLite format 3\0"),
    ("dwg", b"AC10"),
    ("dxf", b"AutoCAD Binary DXF"),
    ("mdb", b"\x00\x01\x00\x00Standard"),
)


def format_of(head: bytes, name: str) -> str:
    """Return what reads a file: text, xlsx, xls, xml, gsi, idex, sdr33, rw5, dxf, gpkg, dwg, mdb or page.

    Parameters
    ----------
    head
        The first `HEAD_BYTES` of the file.
    name
        Of the file.
    """
    for format_, mark in _BINARY:
        if head.startswith(mark):
            return format_
    suffix = name.lower().rpartition(".")[2]
    if suffix == "xls" and old_workbooks.is_old_workbook(head):
        return "xls"
    if suffix == "xls" and old_workbooks.is_page(head):
        return "page"
    if suffix in ("dxf", "gpkg", "xlsx", "xlsm"):
        return {"xlsm": "xlsx"}.get(suffix, suffix)
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    plain = head.decode("utf-16", "ignore").encode() if wide else head
    if suffix in ("xml", "jxl", "jobxml") or _XML.match(plain):
        return "xml"
    if suffix == "gsi" or _GSI.match(plain):
        return "gsi"
    if _IDEX.match(plain):
        return "idex"
    if suffix == "sdr" or _SDR.match(plain):
        return "sdr33"
    if suffix == "rw5" or (suffix in ("raw", "txt") and _RW5.match(plain) and b"SP,PN" in plain):
        return "rw5"
    return "text"


def refuse_unreadable(format_: str, name: str) -> None:
    """Refuse the formats that nothing here can read.

    Raises
    ------
    InputError
        For DWG, MDB and web pages, with what to save them as, and for a GeoPackage under another name.
    """
    if format_ == "page":
        old_workbooks.refuse_page(name)
    if format_ == "gpkg":
        raise InputError(
            tr("{file} is a GeoPackage of another name. Give it the ending .gpkg.").format(file=name)
        )
    refuse_closed(format_, name)
