"""Workbooks, CSV folders and drawings read by nothing of ours: the zip, XML and CSV of Python, and GDAL."""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(path: Path) -> dict[str, list[list[tuple[str, str] | None]]]:
    """Return the cells of each sheet of a workbook: type (``s`` text, ``n`` number) and text, or None."""
    with zipfile.ZipFile(path) as book:
        tree = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist()}  # noqa: S314
    texts = ["".join(one.itertext()) for one in tree["xl/sharedStrings.xml"].findall(f"{_MAIN}si")]
    found = {}
    for number, sheet in enumerate(tree["xl/workbook.xml"].iter(f"{_MAIN}sheet"), start=1):
        rows: list[list[tuple[str, str] | None]] = []
        for row in tree[f"xl/worksheets/sheet{number}.xml"].iter(f"{_MAIN}row"):
            assert int(row.get("r", "0")) == len(rows) + 1
            cells: list[tuple[str, str] | None] = []
            for cell in row:
                place = 0
                for letter in re.match("[A-Z]+", cell.get("r", "")).group():  # type: ignore[union-attr]
                    place = place * 26 + ord(letter) - 64
                cells += [None] * (place - len(cells))
                value = cell.findtext(f"{_MAIN}v", "")
                kind = cell.get("t", "n")
                cells[place - 1] = (kind, texts[int(value)] if kind == "s" else value)
            rows.append(cells)
        found[sheet.get("name", "")] = rows
    return found


def records(rows: list[list[Any]], heading: int = 2) -> list[dict[str, str]]:
    """Return the rows below a row of headings, by the headings without what is in brackets."""
    names = [cell[1].partition("(")[0] for cell in rows[heading]]
    return [
        {name: cell[1] for name, cell in zip(names, [*row, *[None] * len(names)]) if cell is not None}
        for row in rows[heading + 1 :]
    ]


def csv_records(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file by the headings without what is in brackets."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name.partition("(")[0]: text for name, text in row.items()} for row in csv.DictReader(file)]


def drawing(path: Path) -> list[dict[str, Any]]:
    """Return the entities of a drawing: layer, block, attributes, XDATA, coordinates, by GDAL."""
    from osgeo import gdal

    raised = gdal.GetUseExceptions()
    if not raised:
        gdal.UseExceptions()
    options = {"DXF_INLINE_BLOCKS": "FALSE", "DXF_INCLUDE_RAW_CODE_VALUES": "TRUE"}
    for name, value in options.items():
        gdal.SetConfigOption(name, value)
    try:
        source = gdal.OpenEx(str(path), gdal.OF_VECTOR)
        found = []
        for feature in source.GetLayerByName("entities"):
            shape = feature.GetGeometryRef()
            raw = feature.GetField("RawCodeValues") or []
            found.append(
                {
                    "layer": feature.GetField("Layer"),
                    "block": _text(feature, "BlockName"),
                    "attributes": _texts(feature, "BlockAttributes"),
                    "xdata": [one[5:] for one in raw if one.startswith("1000 ")],
                    "points": [shape.GetPoint(at) for at in range(shape.GetPointCount())],
                }
            )
        return found
    finally:
        for name in options:
            gdal.SetConfigOption(name, None)
        if not raised:
            gdal.DontUseExceptions()


def _as_chinese(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        # GDAL leaves names of blocks and attributes in the code page of the file.
        return raw.decode("gbk")


def _text(feature: Any, field: str) -> str:
    place = feature.GetFieldIndex(field)
    return _as_chinese(bytes(feature.GetFieldAsBinary(place))) if feature.IsFieldSetAndNotNull(place) else ""


def _texts(feature: Any, field: str) -> list[str]:
    place = feature.GetFieldIndex(field)
    if not feature.IsFieldSetAndNotNull(place):
        return []
    found = feature.GetFieldAsStringList(place)
    return [one if isinstance(one, str) else _as_chinese(one) for one in found]
