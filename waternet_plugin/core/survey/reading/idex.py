"""Leica IDEX (.idx): the section POINTS names its columns in brackets, each row ends with a semicolon."""

from __future__ import annotations

import csv
import re
from decimal import Decimal, InvalidOperation
from typing import Optional

import numpy as np

from waternet_plugin.core.cells.encodings import decoded_text
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.survey.tables_read import TablesRead, check_size, frame_of, objects, refused
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import EXACT_METRES

# Columns of ours by those of the file; a point without a name has its number.
_FIELDS = {
    "point_no": ("POINTID", "POINTNO"),
    "x": ("NORTH",),
    "y": ("EAST",),
    "h": ("ELEVATION",),
    "code": ("CODE",),
}
_POINTS = re.compile(r"^\s*POINTS\s*\((.*?)\)\s*$", re.IGNORECASE)
_END = re.compile(r"^\s*END\s+POINTS\b", re.IGNORECASE)
_UNIT = re.compile(r"^\s*LINEAR\s+(\w+)", re.IGNORECASE | re.MULTILINE)
_UNITS = {
    "METRE": "m", "METER": "m", "METRES": "m", "METERS": "m", "FEET": "foot", "FOOT": "foot",
    "INTL_FEET": "foot", "INTL_FOOT": "foot", "US_FEET": "us_survey_foot", "US_FOOT": "us_survey_foot",
}  # fmt: skip


def _metres(cell: Optional[str], factor: Decimal, name: str, row: int) -> Optional[str]:
    """Return a length in metres as text, None for an empty cell."""
    if cell is None or factor == 1:
        return cell
    try:
        return format((Decimal(cell) * factor).quantize(Decimal("0.00001")).normalize(), "f")
    except InvalidOperation as error:
        raise refused(name, row, tr("A coordinate is not a number.")) from error


def _factor(text: str, name: str) -> Decimal:
    """Return the metres of the unit of lengths that a file names; metres where it names none."""
    unit = _UNIT.search(text)
    word = "METRE" if unit is None else unit.group(1).upper()
    if word not in _UNITS:
        message = tr("{file}: the unit of length “{unit}” is not known. Export the points in metres.")
        raise InputError(message.format(file=name, unit=word))
    return EXACT_METRES[_UNITS[word]]


def read_idex(raw: bytes, name: str, encoding: Optional[str] = None) -> TablesRead:
    """Return the points of an IDEX file; other sections are passed over.

    Parameters
    ----------
    name
        Of the file, for messages.
    encoding
        Of its texts; found out where it is None.

    Raises
    ------
    InputError
        When it has no points, a unit that is not known, or a coordinate that is not a number.
    """
    text, codec = decoded_text(raw, name, encoding, may_lose=True)
    lines = text.lstrip("\ufeff").splitlines()
    check_size(name, len(lines), 1)
    factor = _factor(text, name)
    names: Optional[list[str]] = None
    rows: list[dict[str, Optional[str]]] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, start=1):
        headed = _POINTS.match(line)
        if headed is not None:
            names = [word.strip().upper() for word in headed.group(1).split(",")]
        elif _END.match(line):
            names = None
        elif names is not None and line.strip(" \t;"):
            cells = next(csv.reader([line.replace("\t", " ").strip().rstrip(";")], skipinitialspace=True))
            known = {column: cell.strip() or None for column, cell in zip(names, cells)}
            row = {
                field: next((known[one] for one in columns if known.get(one) is not None), None)
                for field, columns in _FIELDS.items()
            }
            rows.append({**row, **{axis: _metres(row[axis], factor, name, number) for axis in "xyh"}})
            numbers.append(number)
    if not any(row["x"] is not None or row["y"] is not None for row in rows):
        raise InputError(
            tr("{file} has no points with coordinates. Export the points of the job.").format(file=name)
        )
    columns = [objects([row[field] for row in rows]) for field in _FIELDS]
    table = SurveyTable(
        "",
        frame_of(columns, list(_FIELDS)),
        np.array(numbers, dtype=np.int64),
        role="points",
        is_named=True,
        declared={"axes": Declared("x_north", "IDEX North")},
    )
    return TablesRead("idex", codec, (table,))
