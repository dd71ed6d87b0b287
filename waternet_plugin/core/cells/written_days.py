"""Years and dates as foreign files write them: 1998, 98年5月, 20040501, seconds since 1970.

Nothing is guessed: what can't be read becomes unknown, with the cause, so that the caller can count it.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes
from waternet_plugin.core.cells.clock_moments import clock_moments
from waternet_plugin.core.cells.day_words import in_figures
from waternet_plugin.core.cells.foreign_values import (
    ReadColumn,
    is_text,
    naive_moments,
    over_distinct,
    plain,
    texts,
)
from waternet_plugin.core.cells.loose_days import (
    CENTURY_FROM,
    have_company,
    serial_moments,
    short_days,
    short_months,
)
from waternet_plugin.core.cells.written_numbers import one_number
from waternet_plugin.core.cells.written_times import UNKNOWN_MS, written_times
from waternet_plugin.core.units import DAY_S, HOUR_S

_PART_OF_DAY = "上午|下午|中午|凌晨|早上|晚上|夜间|(?:星期|周)[一二三四五六日天]"
_TIME = rf"(?:[ T时]?\s*(?:{_PART_OF_DAY}).*|[ T时]\s*\d{{1,2}}.*|(?<=日)\d{{1,2}}[:：时点].*)?"
# XML writes days with a time zone, too: 2015-10-21Z, 2015-10-21+02:00.
_ZONE = r"(?:[Zz]|[-+]\d{2}:\d{2})?"
_YMD = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _ZONE + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?" + _TIME)
_DMY = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})" + _TIME)
_YM = re.compile(r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})\s*月?|(\d{2}))")
# A month before its year; with a point it would be a number.
_MONTH_YEAR = re.compile(r"(0?[1-9]|1[0-2])\s*[-/]\s*(\d{4})")
_Y = re.compile(r"(\d{4})(?:\.0+)?\s*年?")
# A year of two digits is one only where 年 says so: 98年, 98年5月, 98年5月1日.
_SHORT = re.compile(r"['’]?(\d{2})\s*年(?:\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?)?")

# A column counts seconds since 1970 from the first limit on, milliseconds from the second: written days
# (20040501) are smaller, written moments (20040501120000) greater. Seconds of today begin with 1, written
# hours (2004050112) with 19 or 20.
_EPOCH_S, _EPOCH_S_LIMIT = 1e8, 1.9e9
_EPOCH_MS, _EPOCH_MS_LIMIT = 1e10, 1e13
# Milliseconds of the year 9999, which stands for “not known”.
_FAR_MS = (2.5336e14, 2.5341e14)
# What a time of the day is written with, figures of a moment in one run, and the part of a day of a sheet.
_CLOCK_SAID = re.compile(r"\d\s*[:：时点]|[T ]\d{4,6}$|^\d{12,14}Z?$|^\d{5}\.\d+$")
# Moments of one time of day, give or take summer time, are days that midnight of another zone stands for.
_SAME_TIME_S = HOUR_S


@dataclass
class Days:
    """Year, month and day of each row, NaN where not known; ``unordered`` where day and month may swap.

    ``loose`` are values that are days by their column alone: those of a spreadsheet, and 98.5.
    """

    year: Array
    month: Array
    day: Array
    known: Array
    unordered: Array
    loose: Array


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
    word = in_figures(plain(text))
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
    found = _SHORT.fullmatch(word)
    if found:
        year = float(found.group(1))
        month, day = (float(part) if part else np.nan for part in found.groups()[1:])
        return year + (2000.0 if year < CENTURY_FROM else 1900.0), month, day, False
    found = _YM.fullmatch(word)
    if found:
        return float(found.group(1)), float(found.group(2) or found.group(3)), np.nan, False
    found = _MONTH_YEAR.fullmatch(word)
    if found:
        return float(found.group(2)), float(found.group(1)), np.nan, False
    if word and not word.strip("0"):
        return 0.0, np.nan, np.nan, False
    return np.nan, np.nan, np.nan, False


def _text_parts(words: Array, order: str, heading: str) -> tuple[Array, Array]:
    known = np.array(pd.notna(words), dtype=bool)
    table = np.full((len(words), 4), np.nan)
    if known.any():
        table[known] = np.array(list(over_distinct(words, _one_day)[known]), dtype=float)
    swappable = table[:, 3] == 1.0
    if swappable.any():
        # One value that can be read in one order alone decides for the column.
        day_first = order == "dmy" or (order != "mdy" and bool((table[swappable, 2] > 12).any()))
        month_first = order == "mdy" or (order != "dmy" and bool((table[swappable, 1] > 12).any()))
        if month_first and not day_first:
            table[np.ix_(swappable, [1, 2])] = table[np.ix_(swappable, [2, 1])]
        swappable &= day_first == month_first
    left = known & np.isnan(table[:, 0])
    if left.any():
        left_words = words.copy()
        left_words[~left] = None
        # Days that are written out begin with the year, or show which order the column has.
        has_whole = bool((np.isfinite(table[:, 2]) & (table[:, 3] == 0.0)).any())
        short, is_open = short_days(left_words, order or ("ymd" if has_whole else ""), heading)
        table[left, :3] = short[left]
        swappable |= is_open
    return table[:, :3], swappable


def _of_epoch(seconds: Array) -> Array:
    """Return year, month, day of seconds since 1970, NaN where not known.

    Days are often written as their midnight, and in UTC that of China is 16:00 of the day before: where all
    have one time of day, each is the nearest midnight.
    """
    moments = np.full(len(seconds), np.datetime64("NaT", "s"))
    known = np.isfinite(seconds)
    whole = np.floor(seconds[known]).astype(np.int64)
    of_day = whole % DAY_S
    if len(whole) > 1 and of_day.max() - of_day.min() <= _SAME_TIME_S and of_day.min() >= DAY_S // 2:
        whole = whole + DAY_S - of_day
    moments[known] = whole.astype("datetime64[s]")
    return _of_moments(moments)


def _written(digits: Array) -> Array:
    """Return numbers without the time of day that is written behind the day: 200405011230 -> 20040501."""
    for limit, behind in ((_EPOCH_MS_LIMIT, 1_000_000), (1e11, 10_000), (_EPOCH_S_LIMIT, 100)):
        digits = np.where(digits >= limit, digits // behind, digits)
    return digits


def _are_written(read: Array) -> bool:
    """Return whether all great numbers are days with a time written behind, such as 200405011230."""
    great = read[np.isfinite(read) & (read >= _EPOCH_S_LIMIT)]
    if not len(great) or (great >= 1e15).any():
        return False
    days_of = _written(great.astype(np.int64))
    year, month, day = days_of // 10_000, days_of // 100 % 100, days_of % 100
    fits = (year >= 1900) & (year < 2100) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    return bool(fits.all())


def _number_parts(read: Array) -> Array:
    """Return year, month, day of numbers: 1998, 199805, 19980501, seconds or milliseconds since 1970."""
    parts = np.full((len(read), 3), np.nan)
    finite = np.isfinite(read)
    size = np.abs(np.where(finite, read, 0.0))
    far = (size >= _FAR_MS[0]) & (size <= _FAR_MS[1])
    greatest = float(size[~far].max(initial=0.0))
    if _EPOCH_S <= greatest < _EPOCH_MS_LIMIT and not _are_written(read[~far]):
        counted = _of_epoch(np.where(far, np.nan, read / 1000.0 if greatest >= _EPOCH_MS else read))
        counted[far, 0] = 9999.0
        return counted
    whole = finite & (read == np.floor(read)) & (read >= 0) & (size < 1e15)
    digits = _written(np.where(whole, read, 0.0).astype(np.int64))
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

    Texts such as 2004/5/1, 2004-05-01 12:00, 20040501, 2004年5月1日, 2004, and 1.5.2004 and 04.5.1 where the
    column shows its order; numbers such as 2004, 20040501 or milliseconds since 1970; dates; among them the
    days of a spreadsheet, such as 42386, and among years 98.5.

    Parameters
    ----------
    series
        A column of any type.
    order
        ``dmy`` or ``mdy`` for texts that end with the year, ``ymd`` for those that begin with two digits of
        it; '' finds out from the column.
    """
    unordered = np.zeros(len(series), dtype=bool)
    loose = np.zeros(len(series), dtype=bool)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        moments = naive_moments(series)
        known = ~np.isnat(moments)
        parts = _of_moments(moments)
    elif is_text(series):
        words = texts(series)
        known = np.array(pd.notna(words), dtype=bool)
        # A column of numbers that a text format brought is read as numbers.
        as_numbers = over_distinct(words, one_number).astype(float)
        if known.any() and np.isfinite(as_numbers[known]).all():
            parts = _number_parts(as_numbers)
        else:
            parts, unordered = _text_parts(words, order, str(series.name))
        parts, loose = _with_loose(parts, as_numbers, words, known)
    else:
        read = series.to_numpy(dtype=float, na_value=np.nan)
        known = ~np.isnan(read)
        parts, loose = _with_loose(_number_parts(read), read, None, known)
    return Days(parts[:, 0], parts[:, 1], parts[:, 2], known, unordered, loose)


def _with_loose(parts: Array, read: Array, words: Array | None, known: Array) -> tuple[Array, Array]:
    """Return the parts with those that the column tells from other numbers, and which these are.

    ``read`` are the values as numbers, ``words`` as they are written, None where the file has numbers.
    """
    left = known & np.isnan(parts[:, 0])
    loose = np.zeros(len(parts), dtype=bool)
    if not (left & np.isfinite(read)).any():
        return parts, loose
    moments = serial_moments(np.where(left, read, np.nan))
    serial = ~np.isnat(moments)
    parts[serial] = _of_moments(moments[serial])
    rows = np.flatnonzero(left & ~serial & np.isfinite(read))
    short = np.full((len(parts), 2), np.nan)
    shown = [f"{number:.2f}".rstrip("0") for number in read[rows]] if words is None else words[rows]
    short[rows] = short_months(np.array(shown, dtype=object))
    is_short = np.isfinite(short[:, 0])
    is_written = np.isfinite(parts[:, 0]) & ((parts[:, 0] >= 1800) | (parts[:, 0] == 0))
    if is_short.any() and have_company(known, is_written, is_short):
        parts[is_short, :2] = short[is_short]
        loose |= is_short
    return parts, loose | serial


def _drop_unlikely(column: ReadColumn, year: Array, earliest: int, unknown: Any) -> None:
    """Make years unknown that stand for 'not known' in other systems."""
    column.drop(causes.YEAR_ZERO, year == 0, unknown)
    column.drop(causes.YEAR_9999, year == 9999, unknown)
    column.drop(causes.TOO_EARLY, (year > 0) & (year < earliest), unknown)


def years(series: pd.Series, *, earliest: int, latest: int | None) -> ReadColumn:
    """Return the year of each row.

    Parameters
    ----------
    series
        Years, dates or texts.
    earliest, latest
        Years outside are unknown; ``latest`` None allows the future.
    """
    read = days(series)
    column = ReadColumn(read.year.copy())
    column.drop(causes.BAD_DATE, read.known & np.isnan(read.year))
    _drop_unlikely(column, read.year, earliest, np.nan)
    if latest is not None:
        column.drop(causes.FUTURE, (read.year > latest) & (read.year != 9999))
    return column


def dates(series: pd.Series, *, earliest: int, latest: Any | None, order: str = "") -> ReadColumn:
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
    column = ReadColumn(result)
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
    column.drop(causes.AMBIGUOUS_DATE, read.unordered, nat)
    late = (read.year > 2200) & (read.year != 9999)
    if latest is not None:
        late |= ~np.isnat(result) & (result > np.datetime64(latest, "ns"))
    column.drop(causes.FUTURE, late, nat)
    explained = np.zeros(len(series), dtype=bool)
    for rows in column.faults.values():
        explained |= rows
    column.drop(causes.BAD_DATE, read.known & np.isnat(column.values) & ~explained, nat)
    return column


def moments(series: pd.Series, zone: datetime.tzinfo) -> ReadColumn:
    """Return moments in UTC; a day without a clock time is none.

    Parameters
    ----------
    series
        Texts or moments.
    zone
        The clocks of times that name no offset.
    """
    nat = np.datetime64("NaT", "ns")
    if getattr(series.dtype, "tz", None) is not None:
        return ReadColumn(
            series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[ns]")
        )
    words = texts(series)
    known = np.array(pd.notna(words), dtype=bool)
    places, distinct = pd.factorize(words)
    said = tuple(str(word) for word in distinct)
    written = written_times(said)
    is_time = (written.clock_ms != UNKNOWN_MS) & np.array([has_clock(word) for word in said], dtype=bool)
    is_clock = is_time & np.isnan(written.offset_min)
    found = clock_moments(np.where(is_clock, written.clock_ms, UNKNOWN_MS), zone)
    ahead = np.nan_to_num(written.offset_min).astype(np.int64) * 60_000
    utc = np.where(is_clock, found.utc_ms, np.where(is_time, written.clock_ms - ahead, 0))
    values = utc.astype("datetime64[ms]").astype("datetime64[ns]")
    values[~is_time | found.is_skipped] = nat
    column = ReadColumn(np.append(values, nat)[places])
    column.drop(causes.BAD_DATE, known & np.isnat(column.values), nat)
    return column


def has_clock(word: str) -> bool:
    """Return whether a text says a time of the day, or a moment counted from the beginning of a day."""
    return _CLOCK_SAID.search(plain(word)) is not None
