"""Days that only their column tells from other numbers: 42386 of a spreadsheet, 98.5 for May 1998.

Neither is read alone. A spreadsheet's day stands in a column of days, two digits and a month in one of years.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array

# A spreadsheet counts days from here on; these are those of 1982 to 2064.
_SERIAL_ORIGIN = np.datetime64("1899-12-30", "D")
SERIALS = (30_000.0, 60_000.0)
_SHORT = re.compile(r"(\d{2})\.(\d{1,2})")
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


def short_months(words: Array) -> Array:
    """Return year and month of texts such as 98.5 and 95.10, (n, 2), NaN for others."""
    found = np.full((len(words), 2), np.nan)
    for row in np.flatnonzero(pd.notna(words)):
        part = _SHORT.fullmatch(str(words[row]))
        if part is not None and 1 <= int(part.group(2)) <= 12:
            year = int(part.group(1))
            found[row] = year + (2000 if year < CENTURY_FROM else 1900), int(part.group(2))
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
