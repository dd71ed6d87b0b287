"""Numbers of cells as the texts that people see: whole ones without decimals, days as days."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from waternet_plugin.core.units import DAY_S, HOUR_S

# Formats of days and times that need no code in the file.
_BUILT_IN_DAYS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DAY_SIGNS = re.compile(r"[ymdhs]", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,}")
_SHORT = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_SHORT_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,10})\.\d{0,3}[1-9]")
_LAST_DAY = 2_958_466
# 29 February 1900, which never was, has this number in workbooks that count from 1900.
_NO_DAY = 60


@dataclass(frozen=True)
class CellFormat:
    """What a number format does: shows a day, or pads whole numbers with zeros."""

    is_day: bool = False
    zeros: int = 0


PLAIN = CellFormat()


def cell_format(number: int, code: str | None) -> CellFormat:
    """Return what a number format does.

    Parameters
    ----------
    number
        Its id.
    code
        Its code where the file defines it.
    """
    if code is None:
        return CellFormat(is_day=number in _BUILT_IN_DAYS)
    first = code.split(";")[0]
    if _ZEROS.fullmatch(first):
        return CellFormat(zeros=len(first))
    bare = _LITERALS.sub("", first)
    is_day = "general" not in bare.lower() and _DAY_SIGNS.search(bare) is not None
    return CellFormat(is_day=is_day and "0" not in re.sub(r"\.0+", "", bare))


def day_text(serial: float, is_1904: bool) -> str | None:
    """Return a day or moment that a workbook counts, None where there is no such day."""
    if not 0 <= serial < _LAST_DAY:
        return None
    whole = int(serial)
    seconds = round((serial - whole) * DAY_S)
    if seconds >= DAY_S:
        whole, seconds = whole + 1, 0
    clock = f"{seconds // HOUR_S:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if is_1904:
        start = datetime.date(1904, 1, 1)
    elif whole == 0:
        return clock
    elif whole == _NO_DAY:
        return "1900-02-29"
    else:
        start = datetime.date(1899, 12, 31 if whole < _NO_DAY else 30)
    try:
        day = (start + datetime.timedelta(days=whole)).isoformat()
    except OverflowError:
        return None
    return f"{day} {clock}" if seconds else day


def number_text(stored: str, shape: CellFormat, is_1904: bool) -> str | None:
    """Return a number as a cell shows it, None where the stored text is not a number.

    Parameters
    ----------
    stored
        As the file has it: 13, 4.9520000000000004, 1.0E-5.
    shape
        What the cell's format does.
    is_1904
        Whether days are counted from 1904.
    """
    if (
        not shape.is_day
        and not shape.zeros
        and (_SHORT.fullmatch(stored) or _SHORT_DECIMAL.fullmatch(stored))
    ):
        return stored
    try:
        value = float(stored)
    except ValueError:
        return None
    if value != value or value in (float("inf"), float("-inf")):
        return None
    if shape.is_day:
        day = day_text(value, is_1904)
        if day is not None:
            return day
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value)).zfill(shape.zeros)
    # The shortest text that is the same number: 4.952 of 4.9520000000000004.
    return format(Decimal(repr(value)), "f") if 1e-12 < abs(value) < 1e21 else repr(value)
