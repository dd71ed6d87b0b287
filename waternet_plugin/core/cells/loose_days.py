"""Days that only their column tells from other numbers: 42386 of a spreadsheet, 98.5 for May 1998, 24.3.8.

None is read alone. A spreadsheet's day stands in a column of days, two digits and a month in one of years,
and of three short numbers the column says which is the year.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array

# A spreadsheet counts days from here on; these are those of 1982 to 2064.
_SERIAL_ORIGIN = np.datetime64("1899-12-30", "D")
SERIALS = (30_000.0, 60_000.0)
_SHORT = re.compile(r"((?:1[89]|20)?\d{2})\.(\d{1,2})")
_THREE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T]+\d{1,2}[:：].*)?")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Of three short numbers, where year, month and day stand.
_ORDERS = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}
# Two digits from this on are of the last century.
CENTURY_FROM = 50
# Share of the other values, and of all, that must be years for two digits to be one.
_COMPANY, _OF_ALL = 0.5, 0.25


def serial_moments(read: Array) -> Array:
    """Return the day that each number is in a spreadsheet, NaT for one that is none there."""
    found = np.full(len(read), np.datetime64("NaT", "s"))
    with np.errstate(invalid="ignore"):
        fits = np.isfinite(read) & (read >= SERIALS[0]) & (read < SERIALS[1])
    days = np.floor(read[fits]).astype(np.int64).astype("timedelta64[D]")
    found[fits] = (_SERIAL_ORIGIN + days).astype("datetime64[s]")
    return found


def _of_century(year: Array) -> Array:
    """Return years, those of two digits with their century."""
    century = np.where(year < CENTURY_FROM, 2000.0, 1900.0)
    return np.asarray(year + np.where(year < 100, century, 0.0))


def short_months(words: Array) -> Array:
    """Return year and month of texts such as 98.5, 95.10 and 2003.08, (n, 2), NaN for others."""
    found = np.full((len(words), 2), np.nan)
    for row in np.flatnonzero(pd.notna(words)):
        part = _SHORT.fullmatch(str(words[row]))
        if part is not None and 1 <= int(part.group(2)) <= 12:
            found[row] = float(_of_century(np.array(float(part.group(1))))), int(part.group(2))
    return found


def have_company(known: Array, written: Array, short: Array) -> bool:
    """Return whether most other values of a column are years, or all of its values have the same short form.

    Parameters
    ----------
    known, written, short
        Which values are there, which are years that are written out, and which have the short form.
    """
    others = int((known & ~short).sum())
    return bool(not others or (written & known).sum() >= max(_COMPANY * others, _OF_ALL * known.sum()))


def short_days(words: Array, order: str, heading: str) -> tuple[Array, Array]:
    """Return year, month and day of texts such as 24.3.8, (n, 3), NaN for others, and which may be others.

    A year has two digits. Where the column allows several orders, one headed in Chinese begins with the year.

    Parameters
    ----------
    words
        Trimmed texts, None for empty ones.
    order
        ``ymd``, ``dmy`` or ``mdy`` where it is known, '' finds out from the column.
    heading
        The name of the column.
    """
    found = np.full((len(words), 3), np.nan)
    is_year = np.zeros((len(words), 3), dtype=bool)
    for row in np.flatnonzero(pd.notna(words)):
        part = _THREE.fullmatch(str(words[row]).replace("\\", "-").replace("、", "-"))
        if part is not None:
            written = part.group(1, 3, 4)
            found[row] = [float(word) for word in written]
            is_year[row] = [len(word) == 2 for word in written]
    short = np.flatnonzero(np.isfinite(found[:, 0]))
    fits = {
        name: is_year[short, year]
        & (found[short, month] >= 1) & (found[short, month] <= 12)
        & (found[short, day] >= 1) & (found[short, day] <= 31)
        for name, (year, month, day) in _ORDERS.items()
    }  # fmt: skip
    most = max(int(rows.sum()) for rows in fits.values())
    names = [name for name, rows in fits.items() if rows.sum() == most]
    if "ymd" in names and _CHINESE.search(heading):
        names = ["ymd"]
    chosen = order or names[0]
    parts, unordered = np.full((len(words), 3), np.nan), np.zeros(len(words), dtype=bool)
    rows = short[fits[chosen]]
    parts[rows] = found[rows][:, _ORDERS[chosen]]
    parts[rows, 0] = _of_century(parts[rows, 0])
    if not order and len(names) > 1:
        unordered[rows] = True
        # Where the year itself is open no part of the day is known.
        parts[rows, 0] = np.nan if "ymd" in names else parts[rows, 0]
    return parts, unordered
