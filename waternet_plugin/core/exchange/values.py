"""Read foreign values: texts, numbers, years, dates and pipe sections, whole columns at once.

Nothing is guessed: what can't be read becomes unknown, with the cause, so that the caller can count it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

# Any array of NumPy; the element type is said in words.
Array = np.ndarray[Any, Any]

# Why a value became unknown; the report words them.
BAD_NUMBER = "bad_number"
ZERO = "zero"
NEGATIVE = "negative"
BAD_DATE = "bad_date"
AMBIGUOUS_DATE = "ambiguous_date"
NO_ZONE = "no_zone"
YEAR_ZERO = "year_zero"
YEAR_9999 = "year_9999"
TOO_EARLY = "too_early"
FUTURE = "future"
ERROR_CELL = "error_cell"

_ERROR_CELLS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})

# Signs around a diameter: DN300, Φ300, ø300mm, De110. NFKC and casefold come first.
_DIAMETER = re.compile(r"(?:dn|de|d|φ|ø|ϕ|⌀|∅)?\s*(\d+(?:\.\d+)?)\s*(?:mm|毫米)?")
_SECTION = re.compile(
    r"(?:dn|d|φ|ø|b)?\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*[x×*✕╳]\s*h?\s*(\d+(?:\.\d+)?)\s*(?:mm|毫米)?"
)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,(?:\d{1,2}|\d{4,})")

_BETWEEN = re.compile(r"[,;/，；、]")

_TIME = r"(?:[ T时]\s*\d{1,2}.*)?"
_YMD = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?" + _TIME)
_DMY = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})" + _TIME)
_YM = re.compile(r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})\s*月?|(\d{2}))")
_Y = re.compile(r"(\d{4})(?:\.0+)?\s*年?")

# A column with a number of this size counts milliseconds since 1970: written days (20040501) are smaller,
# written moments (20040501120000) greater.
_EPOCH_MS = 1e9
_EPOCH_MS_LIMIT = 1e13


@dataclass
class Column:
    """A column of our values with what could not be read: cause -> which rows."""

    values: Array
    faults: dict[str, Array] = field(default_factory=dict)

    def drop(self, cause: str, rows: Array, unknown: Any = np.nan) -> None:
        """Make rows unknown for a cause."""
        if rows.any():
            self.values[rows] = unknown
            self.faults[cause] = self.faults.get(cause, np.zeros(len(rows), dtype=bool)) | rows


def _over_distinct(values: Array, change: Callable[[Any], Any]) -> Array:
    """Apply a function to each distinct value that is not None, and spread the results."""
    codes, distinct = pd.factorize(values)
    changed = np.empty(len(distinct) + 1, dtype=object)
    for position, value in enumerate(distinct):
        changed[position] = change(value)
    # Unknown has the code -1 and takes the last place.
    changed[-1] = None
    return changed[codes]


def plain(text: str) -> str:
    """Return a text with full-width signs made ordinary, and trimmed."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


def _float_text(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _moment_text(moments: Array) -> Array:
    """Return moments as text, without the time where it is midnight."""
    texts = np.datetime_as_string(moments.astype("datetime64[s]"), unit="s").astype(object)
    return np.array(
        [text[:10] if text.endswith("T00:00:00") else text.replace("T", " ") for text in texts], object
    )


def _is_text(series: pd.Series) -> bool:
    return bool(series.dtype == object or isinstance(series.dtype, pd.StringDtype))


def texts(series: pd.Series) -> Array:
    """Return a column as trimmed texts, None where empty.

    A whole number has no decimals however the source stored it, so that an id stays what it was.
    """
    missing = series.isna().to_numpy()
    result = np.full(len(series), None, dtype=object)
    there = ~missing
    if not there.any():
        return result
    if pd.api.types.is_bool_dtype(series.dtype):
        result[there] = np.where(series[there].to_numpy(dtype=bool), "true", "false")
    elif pd.api.types.is_integer_dtype(series.dtype):
        result[there] = series[there].to_numpy(dtype=np.int64).astype(str).astype(object)
    elif pd.api.types.is_float_dtype(series.dtype):
        numbers_there = series[there].to_numpy(dtype=float)
        result[there] = _over_distinct(numbers_there, lambda value: _float_text(float(value)))
    elif pd.api.types.is_datetime64_any_dtype(series.dtype):
        result[there] = _moment_text(_naive(series[there]))
    else:
        result[there] = _over_distinct(series[there].to_numpy(dtype=object), _one_text)
    return result


def _one_text(value: object) -> str | None:
    if isinstance(value, float):
        return None if np.isnan(value) else _float_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() or None


def _naive(series: pd.Series) -> Array:
    """Return moments as the clock of the source showed them."""
    if getattr(series.dtype, "tz", None) is not None:
        series = series.dt.tz_localize(None)
    return series.to_numpy().astype("datetime64[s]")


def text_column(series: pd.Series) -> Column:
    """Return texts; a spreadsheet's error cells become unknown."""
    column = Column(texts(series))
    if _is_text(series):
        wrong = _over_distinct(column.values, lambda text: text in _ERROR_CELLS) == True  # noqa: E712
        column.drop(ERROR_CELL, wrong, None)
    return column


def _one_number(text: str) -> float:
    """Return the number a text spells, NaN if it is none; 1,5 is one and a half, 1,500 is doubtful."""
    word = plain(text)
    if _DECIMAL_COMMA.fullmatch(word):
        word = word.replace(",", ".")
    if not _NUMBER.fullmatch(word):
        return np.nan
    return float(word)


def _first_number(text: str) -> float:
    found = _NUMBER.search(plain(text))
    return float(found.group()) if found else np.nan


def numbers(series: pd.Series, *, first: bool = False) -> Column:
    """Return numbers.

    Parameters
    ----------
    series
        A column of any type.
    first
        Take the first number within a text instead of the text as a whole.
    """
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        column = Column(np.full(len(series), np.nan))
        column.drop(BAD_NUMBER, series.notna().to_numpy())
        return column
    if not _is_text(series):
        read = series.to_numpy(dtype=float, na_value=np.nan).copy()
        known = ~np.isnan(read)
    else:
        words = texts(series)
        known = np.array(pd.notna(words), dtype=bool)
        read = _over_distinct(words, _first_number if first else _one_number).astype(float)
    column = Column(read)
    column.drop(BAD_NUMBER, known & ~np.isfinite(read))
    return column


def _one_section(text: str) -> tuple[float, float, float]:
    """Return diameter, width and height of a text such as DN300 or 400x300."""
    word = plain(text).casefold()
    found = _SECTION.fullmatch(word)
    if found:
        return np.nan, float(found.group(1)), float(found.group(2))
    found = _DIAMETER.fullmatch(word)
    if found:
        return float(found.group(1)), np.nan, np.nan
    number = _one_number(word)
    return number, np.nan, np.nan


@dataclass
class Sections:
    """Diameters, or width and height where a value names both."""

    diameter: Column
    width: Array
    height: Array


def sections(series: pd.Series, smallest: float) -> Sections:
    """Return the sections that a column of diameters names: 300, DN300, Φ300, 400X300 (width, height).

    Parameters
    ----------
    series
        A column of any type.
    smallest
        Smallest width or height believed, in the column's unit; a smaller one makes the value a bad
        number, for 2X300 counts pipes.
    """
    nothing = np.full(len(series), np.nan)
    if not _is_text(series):
        return Sections(numbers(series), nothing, nothing.copy())
    words = texts(series)
    read = _over_distinct(words, _one_section)
    known = np.array(pd.notna(words), dtype=bool)
    parts = np.full((len(words), 3), np.nan)
    if known.any():
        parts[known] = np.array(list(read[known]), dtype=float)
    tiny = (parts[:, 1] < smallest) | (parts[:, 2] < smallest)
    parts[tiny] = np.nan
    column = Column(parts[:, 0].copy())
    column.drop(BAD_NUMBER, known & np.isnan(parts).all(axis=1))
    return Sections(column, parts[:, 1].copy(), parts[:, 2].copy())


# ---------------------------------------------------------------------------------------- years, dates


@dataclass
class Days:
    """Year, month and day of each row, NaN where not known; ``unordered`` where day and month may swap."""

    year: Array
    month: Array
    day: Array
    known: Array
    unordered: Array


def _of_moments(moments: Array) -> Array:
    """Return year, month, day of moments as three columns."""
    whole_days = moments.astype("datetime64[D]")
    months = whole_days.astype("datetime64[M]")
    parts = np.full((len(moments), 3), np.nan)
    there = ~np.isnat(whole_days)
    parts[there, 0] = months[there].astype(np.int64) // 12 + 1970
    parts[there, 1] = months[there].astype(np.int64) % 12 + 1
    parts[there, 2] = (whole_days[there] - months[there].astype("datetime64[D]")).astype(np.int64) + 1
    return parts


def _one_day(text: str) -> tuple[float, float, float, bool]:
    """Return year, month, day of a text; the last says that day comes before year (order not known)."""
    word = plain(text)
    for pattern in (_YMD, _COMPACT):
        found = pattern.fullmatch(word)
        if found:
            year, month, day = (float(part) for part in found.groups()[:3])
            return year, month, day, False
    found = _DMY.fullmatch(word)
    if found:
        first, second, year = (float(part) for part in found.groups())
        return year, second, first, True
    found = _Y.fullmatch(word)
    if found:
        return float(found.group(1)), np.nan, np.nan, False
    found = _YM.fullmatch(word)
    if found:
        return float(found.group(1)), float(found.group(2) or found.group(3)), np.nan, False
    if word and not word.strip("0"):
        return 0.0, np.nan, np.nan, False
    return np.nan, np.nan, np.nan, False


def _text_parts(words: Array, order: str) -> tuple[Array, Array]:
    known = np.array(pd.notna(words), dtype=bool)
    table = np.full((len(words), 4), np.nan)
    if known.any():
        table[known] = np.array(list(_over_distinct(words, _one_day)[known]), dtype=float)
    swappable = table[:, 3] == 1.0
    if swappable.any():
        # One value that can be read in one order alone decides for the column.
        day_first = order == "dmy" or (order != "mdy" and bool((table[swappable, 2] > 12).any()))
        month_first = order == "mdy" or (order != "dmy" and bool((table[swappable, 1] > 12).any()))
        if month_first and not day_first:
            table[np.ix_(swappable, [1, 2])] = table[np.ix_(swappable, [2, 1])]
        swappable &= day_first == month_first
    return table[:, :3], swappable


def _number_parts(read: Array) -> Array:
    """Return year, month, day of numbers: 1998, 199805, 19980501, or milliseconds since 1970."""
    parts = np.full((len(read), 3), np.nan)
    finite = np.isfinite(read)
    size = np.abs(np.where(finite, read, 0.0))
    if (size >= _EPOCH_MS).any() and not (size >= _EPOCH_MS_LIMIT).any():
        moments = np.full(len(read), np.datetime64("NaT", "s"))
        moments[finite] = np.floor(read[finite] / 1000.0).astype(np.int64).astype("datetime64[s]")
        return _of_moments(moments)
    whole = finite & (read == np.floor(read)) & (read >= 0) & (size < 1e15)
    digits = np.where(whole, read, 0.0).astype(np.int64)
    digits = np.where(digits >= _EPOCH_MS_LIMIT, digits // 1_000_000, digits)
    years = whole & (digits <= 9999)
    parts[years, 0] = digits[years]
    months = whole & (digits >= 100001) & (digits <= 999912)
    parts[months, 0], parts[months, 1] = digits[months] // 100, digits[months] % 100
    days = whole & (digits >= 10000101) & (digits <= 99991231)
    parts[days, 0] = digits[days] // 10000
    parts[days, 1], parts[days, 2] = digits[days] // 100 % 100, digits[days] % 100
    return parts


def days(series: pd.Series, *, order: str = "") -> Days:
    """Return the calendar days of a column.

    Texts such as 2004/5/1, 2004-05-01 12:00, 20040501, 2004年5月1日, 2004, and 1.5.2004 where the column
    shows its order; numbers such as 2004, 20040501 or milliseconds since 1970; dates.

    Parameters
    ----------
    series
        A column of any type.
    order
        ``dmy`` or ``mdy`` for texts that end with the year; '' finds out from the column.
    """
    unordered = np.zeros(len(series), dtype=bool)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        moments = _naive(series)
        known = ~np.isnat(moments)
        parts = _of_moments(moments)
    elif _is_text(series):
        words = texts(series)
        known = np.array(pd.notna(words), dtype=bool)
        # A column of numbers that a text format brought is read as numbers.
        as_numbers = _over_distinct(words, _one_number).astype(float)
        if known.any() and np.isfinite(as_numbers[known]).all():
            parts = _number_parts(as_numbers)
        else:
            parts, unordered = _text_parts(words, order)
    else:
        read = series.to_numpy(dtype=float, na_value=np.nan)
        known = ~np.isnan(read)
        parts = _number_parts(read)
    return Days(parts[:, 0], parts[:, 1], parts[:, 2], known, unordered)


def _drop_unlikely(column: Column, year: Array, earliest: int, unknown: Any) -> None:
    """Make years unknown that stand for 'not known' in other systems."""
    column.drop(YEAR_ZERO, year == 0, unknown)
    column.drop(YEAR_9999, year == 9999, unknown)
    column.drop(TOO_EARLY, (year > 0) & (year < earliest), unknown)


def years(series: pd.Series, *, earliest: int, latest: int | None) -> Column:
    """Return the year of each row.

    Parameters
    ----------
    series
        Years, dates or texts.
    earliest, latest
        Years outside are unknown; ``latest`` None allows the future.
    """
    read = days(series)
    column = Column(read.year.copy())
    column.drop(BAD_DATE, read.known & np.isnan(read.year))
    _drop_unlikely(column, read.year, earliest, np.nan)
    if latest is not None:
        column.drop(FUTURE, (read.year > latest) & (read.year != 9999))
    return column


def dates(series: pd.Series, *, earliest: int, latest: Any | None, order: str = "") -> Column:
    """Return the day of each row as datetime64[ns].

    Parameters
    ----------
    series
        Dates or texts.
    earliest
        Days before this year are unknown.
    latest
        Last day believed; None allows the future.
    order
        As for `days`.
    """
    read = days(series, order=order)
    nat = np.datetime64("NaT", "ns")
    result = np.full(len(series), nat, dtype="datetime64[ns]")
    column = Column(result)
    outside = (read.year < earliest) | (read.year > 2200)
    whole = ~np.isnan(read.day) & ~outside & ~read.unordered
    if whole.any():
        month = (read.year[whole] - 1970) * 12 + read.month[whole] - 1
        first = month.astype(np.int64).astype("datetime64[M]")
        built = first.astype("datetime64[D]") + (read.day[whole] - 1).astype(np.int64)
        fits = (
            (read.month[whole] >= 1)
            & (read.month[whole] <= 12)
            & (read.day[whole] >= 1)
            & (built.astype("datetime64[M]") == first)
        )
        result[np.flatnonzero(whole)[fits]] = built[fits].astype("datetime64[ns]")
    _drop_unlikely(column, read.year, earliest, nat)
    column.drop(AMBIGUOUS_DATE, read.unordered, nat)
    late = (read.year > 2200) & (read.year != 9999)
    if latest is not None:
        late |= ~np.isnat(result) & (result > np.datetime64(latest, "ns"))
    column.drop(FUTURE, late, nat)
    explained = np.zeros(len(series), dtype=bool)
    for rows in column.faults.values():
        explained |= rows
    column.drop(BAD_DATE, read.known & np.isnat(column.values) & ~explained, nat)
    return column


def moments(series: pd.Series) -> Column:
    """Return moments in UTC; a text without its zone is unknown."""
    if getattr(series.dtype, "tz", None) is not None:
        return Column(series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[ns]"))
    words = texts(series)
    known = np.array(pd.notna(words), dtype=bool)
    zoned = _over_distinct(words, lambda text: bool(re.search(r"(Z|[+-]\d{2}(:?\d{2})?)$", text))) == True  # noqa: E712
    told = np.full(len(words), None, dtype=object)
    told[zoned] = words[zoned]
    read = pd.to_datetime(pd.Series(list(told), dtype=object), utc=True, errors="coerce", format="mixed")
    nat = np.datetime64("NaT", "ns")
    column = Column(read.dt.tz_localize(None).to_numpy().astype("datetime64[ns]").copy())
    column.drop(NO_ZONE, known & ~zoned, nat)
    column.drop(BAD_DATE, known & zoned & np.isnat(column.values), nat)
    return column


def first_word(series: pd.Series) -> Column:
    """Return the text before the first comma, semicolon or slash."""
    words = texts(series)
    return Column(_over_distinct(words, lambda text: _BETWEEN.split(text, maxsplit=1)[0].strip() or None))
