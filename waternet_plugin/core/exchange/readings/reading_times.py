"""The moments of a column of times: clock times by the clocks of a place, others by their offset."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.clock_moments import clock_moments
from waternet_plugin.core.cells.written_times import UNKNOWN_MS, WrittenTimes, written_times
from waternet_plugin.core.exchange.readings.coded_columns import BAD, EMPTY, KNOWN, CodedColumn, coded_column

SKIPPED = 3
_LOOKED_AT = 100_000


@dataclass(frozen=True)
class ReadTimes:
    """Moments of R rows.

    Parameters
    ----------
    utc_ms
        Milliseconds since 1970 in UTC; of two equal clock times the first, ``UNKNOWN_MS`` unknown (R,).
    second_ms
        How much later the second of two equal clock times is; 0 where there is but one (R,).
    state
        ``KNOWN``, ``EMPTY``, ``BAD``, or ``SKIPPED``: a time that clocks never show (R,).
    has_clock_times
        Whether any time has no offset.
    is_ambiguous
        Whether day and month may be swapped, so that times are unknown.
    """

    utc_ms: Array
    second_ms: Array
    state: Array
    has_clock_times: bool
    is_ambiguous: bool

    @property
    def runs_backwards(self) -> bool:
        """Whether later rows are earlier in time."""
        known = self.utc_ms[self.state == KNOWN][:_LOOKED_AT]
        apart = np.diff(known)
        return bool(np.count_nonzero(apart < 0) > np.count_nonzero(apart > 0))


def _written(series: pd.Series, take: str) -> tuple[CodedColumn, WrittenTimes]:
    """Return the distinct times of a column and which row has which."""
    if not pd.api.types.is_datetime64_any_dtype(series.dtype):
        column = coded_column(series)
        return column, written_times(column.words, take)
    is_aware = getattr(series.dtype, "tz", None) is not None
    naive = series.dt.tz_convert("UTC").dt.tz_localize(None) if is_aware else series
    moments = naive.to_numpy().astype("datetime64[ms]")
    codes, distinct = pd.factorize(moments.astype(np.int64))
    codes[np.isnat(moments)] = -1
    return CodedColumn(codes, ()), WrittenTimes(distinct, np.full(len(distinct), 0.0 if is_aware else np.nan))


def read_times(series: pd.Series, take: str, zone: datetime.tzinfo) -> ReadTimes:
    """Return the moments of a column.

    Parameters
    ----------
    series
        Texts, moments, or days of a spreadsheet (R,).
    take
        dmy or mdy where that is known.
    zone
        The clocks of times without offset.
    """
    column, written = _written(series, take)
    known = written.clock_ms != UNKNOWN_MS
    is_clock = known & np.isnan(written.offset_min)
    found = clock_moments(np.where(is_clock, written.clock_ms, UNKNOWN_MS), zone)
    ahead = np.nan_to_num(written.offset_min).astype(np.int64) * 60_000
    utc = np.where(known & ~is_clock, written.clock_ms - ahead, found.utc_ms)
    state = np.where(known, np.where(found.is_skipped, SKIPPED, KNOWN), BAD).astype(np.int8)
    used = np.unique(column.codes[column.codes >= 0])
    return ReadTimes(
        column.spread(utc, UNKNOWN_MS),
        column.spread(found.second_ms, 0),
        column.spread(state, EMPTY),
        bool(is_clock[used].any()),
        written.is_ambiguous,
    )


def told_apart(times: ReadTimes, series_of: Array, row_of: Array) -> tuple[Array, int]:
    """Return the moments of cells; of equal clock times of a series the second is winter time.

    Parameters
    ----------
    times
        Of R rows.
    series_of
        Series of each of C cells, in the order of the file (C,).
    row_of
        Row of each cell (C,).

    Returns
    -------
    Milliseconds since 1970 in UTC (C,), and how many cells are the second of two.
    """
    utc = times.utc_ms[row_of]
    if not times.second_ms.any():
        return utc, 0
    doubled = np.flatnonzero(times.second_ms[row_of] > 0)
    equal = pd.DataFrame({"series": series_of[doubled], "utc": utc[doubled]}).groupby(["series", "utc"])
    # Newest first, the first of the file is the second in time.
    later = equal.cumcount(ascending=not times.runs_backwards).to_numpy() > 0
    utc[doubled[later]] += times.second_ms[row_of[doubled[later]]]
    return utc, int(later.sum())
