"""Months as foreign files write them: 2026年10月, 2026.10, 202610, a day of a spreadsheet -> 2026-10."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes
from waternet_plugin.core.cells.foreign_values import ReadColumn, over_distinct, plain, texts
from waternet_plugin.core.cells.written_days import days

STORED_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_POINTED = re.compile(r"([0-9]{4})\.([0-9]{1,2})")
# What stands behind the month: 2026年10月底, 2026年10月前完成.
_BEHIND = re.compile(r"(?<=月)(?:份|底|末|初|上旬|中旬|下旬)?(?:之?前)?(?:完成|完工)?$")
_YEARS = (1900, 2199)
_MONTH_ALONE = re.compile(
    r"(?:19|20)[0-9]{2}(?:(?:\s*年\s*|[-./])(?:1[0-2]|0?[1-9])\s*(?:月份?)?|(?:0[1-9]|1[0-2]))"
)


def months(series: pd.Series) -> ReadColumn:
    """Return the months of a column as texts YYYY-MM, None for what is none; a year alone is none.

    A spreadsheet makes 2026.1 of 2026.10. That is October where the column writes 2026.09, January where it
    writes 2026.9 or 2026.10, and unknown where it shows neither.
    """
    words = texts(series)
    known = np.array(pd.notna(words), dtype=bool)
    unclear = np.zeros(len(series), dtype=bool)
    prepared = series
    if not pd.api.types.is_datetime64_any_dtype(series.dtype):
        trimmed = over_distinct(words, lambda word: _BEHIND.sub("", plain(word)))
        pointed = over_distinct(trimmed, _pointed_month)
        ones = np.array([month == "1" for month in pointed], dtype=bool)
        tenth = _says_october(pointed)
        whole = over_distinct(trimmed, lambda word: _without_point(word, is_october=bool(tenth)))
        prepared = pd.Series(whole, dtype=object)
        unclear = ones if tenth is None else unclear
    read = days(prepared)
    values = np.full(len(series), None, dtype=object)
    good = (read.month >= 1) & (read.month <= 12) & (read.year >= _YEARS[0]) & (read.year <= _YEARS[1])
    for row in np.flatnonzero(good).tolist():
        values[row] = f"{int(read.year[row]):04d}-{int(read.month[row]):02d}"
    column = ReadColumn(values)
    column.drop(causes.AMBIGUOUS_DATE, unclear, None)
    column.drop(causes.BAD_DATE, known & ~good & ~unclear, None)
    return column


def month_days(series: pd.Series, *, last: bool, latest: datetime.date | None) -> ReadColumn:
    """Return the first or the last day of the months of a column, NaT for what is none.

    A month that begins after ``latest`` is unknown; None allows the future.
    """
    read = months(series)
    known = np.array(pd.notna(read.values), dtype=bool)
    values = np.full(len(series), np.datetime64("NaT", "ns"))
    firsts = np.array([str(one) for one in read.values[known]], dtype="datetime64[M]")
    found = (firsts + 1).astype("datetime64[D]") - 1 if last else firsts.astype("datetime64[D]")
    values[known] = found.astype("datetime64[ns]")
    column = ReadColumn(values, read.faults)
    if latest is not None:
        late = np.zeros(len(series), dtype=bool)
        late[known] = firsts.astype("datetime64[D]") > np.datetime64(latest, "D")
        column.drop(causes.FUTURE, late, np.datetime64("NaT", "ns"))
    return column


def is_month_column(series: pd.Series) -> bool:
    """Return whether all values of a column are months without a day: 2026年10月, 202610, 2026-10."""
    words = [plain(str(word)) for word in pd.unique(texts(series)) if word is not None]
    return bool(words) and all(_MONTH_ALONE.fullmatch(word) for word in words)


def _pointed_month(word: str) -> str | None:
    """Return the digits behind the point of 2026.10, None where it is written otherwise."""
    written = _POINTED.fullmatch(word)
    return written.group(2) if written else None


def _says_october(pointed: Array) -> bool | None:
    """Return whether .1 means October in a column, None where the column does not show it."""
    digits = {month for month in pointed if month is not None}
    if any(month.startswith("0") for month in digits):
        return True
    if "10" in digits or any(len(month) == 1 and month != "1" for month in digits):
        return False
    return None


def _without_point(word: str, *, is_october: bool) -> str:
    """Return a month that is written with a point with a hyphen and two digits; others as they are."""
    written = _POINTED.fullmatch(word)
    if written is None:
        return word
    year, month = written.groups()
    return f"{year}-{'10' if month == '1' and is_october else month.zfill(2)}"
