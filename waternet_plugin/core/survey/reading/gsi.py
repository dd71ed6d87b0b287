"""Leica GSI-8 and GSI-16: words of fixed width; leading zeros of a number are padding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Optional

import numpy as np

from waternet_plugin.core.cells.encodings import decoded_text
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.survey.tables_read import (
    TablesRead,
    check_size,
    frame_of,
    objects,
    refused,
)
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import EXACT_METRES

_FIELDS = ("point_no", "x", "y", "h", "code")
# A word begins with its index, four places of information and the sign; the rest is data, in which signs may
# stand too: word 51 has the ppm and the constant of the prism, each with its own.
_HEAD = re.compile(r"(\d\d)([\d.]{4})([+-])")
_BETWEEN = re.compile(r" +(?=\d\d[\d.]{4}[+-])")
# Instruments end a line or a file with these, and some put tabs between words.
_BLANKS = " \t\x1a\0"
# What stands where nothing was measured or typed.
_NOTHING = re.compile(r"0*-{2,}")
# The last place of the information: unit and decimals of the number, in metres.
_UNITS = {
    "0": Decimal("0.001"),
    "1": EXACT_METRES["foot"] / 1000,
    "6": Decimal("0.0001"),
    "7": EXACT_METRES["foot"] / 10000,
    "8": Decimal("0.00001"),
}
_COORDINATES = {"81": "y", "82": "x", "83": "h", "84": "y", "85": "x", "86": "h"}
_WIDTHS = {False: 8, True: 16}
# The code of a block of codes, which has a line of its own.
_CODE_BLOCK = "41"
# Letters of a word that can't be read which a finding shows.
_SHOWN = 60
# Words that are read, and whose data are no longer than that.
_OF_WIDTH = frozenset({"11", "71", _CODE_BLOCK, *_COORDINATES})


def _length(information: str, sign: str, digits: str) -> Optional[str]:
    """Return a coordinate in metres as text, None where its unit or digits are not known."""
    unit = _UNITS.get(information[3])
    if unit is None or not digits.isdecimal():
        return None
    value = Decimal(digits) * unit * (-1 if sign == "-" else 1)
    return format(value.quantize(Decimal("0.00001")).normalize() if unit != Decimal("0.001") else value, "f")


class _WordFaultError(Exception):
    """A word that can't be read; its text says why."""


def _coordinate(information: str, sign: str, data: str, width: int) -> str:
    """Return a coordinate in metres as text.

    Raises
    ------
    _WordFaultError
        When it is cut off, or in a unit that nobody knows.
    """
    if len(data) != width:
        raise _WordFaultError(tr("A coordinate is cut off."))
    value = _length(information, sign, data)
    if value is None:
        raise _WordFaultError(tr("The number or the unit of a coordinate is not known."))
    return value


def _row(line: str) -> tuple[dict[str, Optional[str]], bool, str]:
    """Return the values of a line, whether a number fills all eight digits of a word, and what is wrong."""
    is_long = line.startswith("*")
    row: dict[str, Optional[str]] = {}
    is_full, fault = False, ""
    width = _WIDTHS[is_long]
    for word in _BETWEEN.split(line.lstrip("*").replace("\t", " ").strip(_BLANKS)):
        head = _HEAD.match(word)
        if head is None:
            fault = fault or tr("“{word}” is not a GSI word.").format(word=word.strip()[:_SHOWN])
            continue
        index, information, sign = head.groups()
        data = word[head.end() :].rstrip()
        if _NOTHING.fullmatch(data):
            continue
        if index in _COORDINATES and data.isdecimal() and len(data.lstrip("0")) > _WIDTHS[True]:
            # Told with its cell like the numbers of other formats that are larger than any coordinate.
            row[_COORDINATES[index]] = _length(information, sign, data)
            continue
        if len(data) > width and index in _OF_WIDTH:
            # The next word has lost its head, and would be taken for a part of this one.
            fault = fault or tr("“{word}” is not a GSI word.").format(word=word.strip()[:_SHOWN])
            continue
        if index == "11":
            row["point_no"] = data.strip().lstrip("0") or "0"
        elif index in _COORDINATES:
            try:
                row[_COORDINATES[index]] = _coordinate(information, sign, data, width)
            except _WordFaultError as error:
                fault = fault or str(error)
                continue
            is_full |= not is_long and data[0] != "0"
        elif index == "71" and "code" not in row:
            row["code"] = data.strip().lstrip("0") or None
        elif index == _CODE_BLOCK:
            row["block"] = data.strip().lstrip("0") or None
    return row, is_full, fault


def _spread_codes(rows: Sequence[dict[str, Optional[str]]]) -> None:
    """Give points without a code the one of the code block beside them.

    A file that begins with a block has the blocks before their points, one that ends with a block behind
    them; where neither tells, or both do, the points stay without a code.
    """
    told = [row for row in rows if "block" in row or "x" in row or "y" in row]
    if not told or ("block" in told[0]) == ("block" in told[-1]):
        return
    ordered = told if "block" in told[0] else told[::-1]
    for block, point in zip(ordered, ordered[1:]):
        if "block" in block and "block" not in point and "code" not in point:
            point["code"] = block["block"]


def read_gsi(raw: bytes, name: str, encoding: Optional[str] = None) -> TablesRead:
    """Return the points of a GSI file; lines of codes and of angles alone are skipped.

    Parameters
    ----------
    name
        Of the file, for messages.
    encoding
        Of its texts; found out where it is None.

    Raises
    ------
    InputError
        When no line has coordinates. A word that can't be read is a fault of its row.
    """
    text, codec = decoded_text(raw, name, encoding, may_lose=True)
    rows, numbers = [], []
    skipped: dict[int, str] = {}
    remarks: list[tuple[str, int, str]] = []
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    check_size(name, len(lines), 1)
    for number, line in enumerate(lines, start=1):
        if not line.strip(_BLANKS):
            continue
        row, is_full, fault = _row(line.strip(_BLANKS))
        rows.append(row)
        numbers.append(number)
        if fault:
            remarks.append(("gsi_word", number, fault))
        elif "x" not in row and "y" not in row:
            skipped[number] = "comment"
        if is_full:
            reason = tr("A coordinate or height fills all 8 digits of GSI-8, so a larger one may be cut off.")
            remarks.append(("gsi8_full", number, reason))
    _spread_codes(rows)
    if not any("x" in row or "y" in row for row in rows):
        faults = [(number, text) for rule, number, text in remarks if rule == "gsi_word"]
        if faults:
            raise refused(name, *faults[0])
        message = tr("{file} has measurements but no coordinates. Export the coordinates of the points.")
        raise InputError(message.format(file=name))
    columns = [objects([row.get(field) for row in rows]) for field in _FIELDS]
    table = SurveyTable(
        "",
        frame_of(columns, _FIELDS),
        np.array(numbers, dtype=np.int64),
        role="points",
        is_named=True,
        declared={"axes": Declared("x_north", "GSI 82")},
        skipped=skipped,
        remarks=tuple(remarks),
    )
    return TablesRead("gsi", codec, (table,))
