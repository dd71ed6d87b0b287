"""From when on failures were recorded, and how long each pipe was watched."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import YEAR_DAYS


@dataclass(frozen=True)
class Window:
    """The time that counts: ``start`` None when there are no records.

    ``found`` is given, detected or none, ``share`` the rule of detection; ``yearly`` the failures of each
    whole year back from the end, the latest first; ``first`` and ``last`` the dates of the first failure from
    the start on and of the last; ``gaps`` the
    first days of whole years between records or after the last of them that have none, and days after
    their last: nothing was written down then.
    """

    start: datetime.date | None
    end: datetime.date
    found: str
    yearly: tuple[int, ...]
    last: datetime.date | None
    share: float
    gaps: tuple[tuple[datetime.date, datetime.date], ...] = ()
    first: datetime.date | None = None

    @property
    def known_until(self) -> datetime.date:
        """The last day of which records tell: the end, or the day before a gap that reaches it."""
        after = self.end + datetime.timedelta(days=1)
        for first, last in reversed(self.gaps):
            if last != after:
                break
            after = first
        return after - datetime.timedelta(days=1)

    @property
    def counts(self) -> tuple[int, ...]:
        """The failures of each whole year of records, gaps left out, the latest first."""
        complete_years = self.yearly[: max(round(self.years), 1)]
        return tuple(count for count in complete_years if count) if self.gaps else complete_years

    @property
    def years(self) -> float:
        """Length of the window in years."""
        if self.start is None:
            return 0.0
        return ((self.end - self.start).days + 1) / YEAR_DAYS


def _years_back(dates: pd.Series, after: datetime.date) -> Array:
    """Return in which whole year back from ``after`` (0 the latest) each date lies."""
    day = dates.to_numpy("datetime64[D]")
    month = day.astype("datetime64[M]")
    month_day = (month.astype(int) % 12 + 1) * 100 + (day - month).astype(int) + 1
    year = day.astype("datetime64[Y]").astype(int) + 1970
    return np.asarray(after.year - year - (month_day >= after.month * 100 + after.day), dtype=int)


def _years_before(day: datetime.date, years: int) -> datetime.date:
    """Return the same day of an earlier year, 28 February for the 29th where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def find_window(
    dates: pd.Series,
    *,
    as_of: datetime.date,
    given: datetime.date | None,
    settings: Settings,
    failures: Array | None = None,
) -> Window:
    """Find the start of systematic records.

    Years are whole years back from ``as_of``, so that no season counts twice. The start is that of the
    first year that holds at least a set share (30 %) of the mean of the years after it.

    Parameters
    ----------
    dates
        Dates of all failures of the kinds that count, matched or not; unknown ones are ignored.
    as_of
        The last day that counts.
    given
        The start as the user says; taken as it is.
    settings
        ``health.window_share``; ``health.gap_failures``.
    failures
        How many failures lie on each date; one if None.
    """
    share = settings.real("health.window_share")
    is_known = dates.notna() & (dates <= pd.Timestamp(as_of))
    known, weights = dates[is_known], None if failures is None else failures[is_known.to_numpy()]
    last = None if known.empty else known.max().date()
    after = as_of + datetime.timedelta(days=1)
    back = _years_back(known, after)
    yearly = np.bincount(back, weights).astype(int) if len(back) else np.zeros(0, dtype=int)
    counts = tuple(int(count) for count in yearly)
    if given is None and known.empty:
        return Window(None, as_of, "none", counts, None, share)
    start, origin = given, "given"
    if start is None:
        later_mean = np.concatenate(([0.0], np.cumsum(yearly)[:-1] / np.arange(1, len(yearly))))
        enough = (yearly > 0) & (yearly >= share * later_mean)
        oldest = int(np.flatnonzero(enough).max())
        start, origin = _years_before(after, oldest + 1), "detected"
    inside = known[known >= pd.Timestamp(start)]
    first = None if inside.empty else inside.min().date()
    return Window(start, as_of, origin, counts, last, share, _gaps(counts, after, start, settings), first)


def _gaps(
    counts: tuple[int, ...], after: datetime.date, start: datetime.date, settings: Settings
) -> tuple[tuple[datetime.date, datetime.date], ...]:
    """Return the whole years without a failure where others have many: first day, day after the last.

    Years before the first failure are no gap but the time before the records; years after the last are one:
    pipes do not stop failing.
    """
    spans = [
        (_years_before(after, back + 1), _years_before(after, back), count)
        for back, count in enumerate(counts)
    ]
    inside = [span for span in spans if span[0] >= start]
    gaps = [count for _, _, count in inside if count]
    if not gaps or float(np.mean(gaps)) < settings.real("health.gap_failures"):
        return ()
    oldest = max(index for index, span in enumerate(inside) if span[2])
    return tuple(sorted((begin, end) for begin, end, count in inside[: oldest + 1] if not count))


def without_gaps(begin: Array, end: Array, window: Window) -> Array:
    """Return the days from ``begin`` to before ``end`` that were not in a gap of the records."""
    days = np.maximum((end - begin).astype(float), 0.0)
    for first, last in window.gaps:
        late = np.maximum(begin, np.datetime64(first, "D"))
        early = np.minimum(end, np.datetime64(last, "D"))
        days -= np.maximum((early - late).astype(float), 0.0)
    return days


def service_days(install_year: Array, retired_on: Array) -> tuple[Array, Array]:
    """Return the first day each pipe was there and the day after its last; NaT where unknown."""
    known = ~np.isnan(install_year)
    first = np.full(len(install_year), np.datetime64("NaT", "D"))
    # Years before 1 or after 9999 are typing errors; they count as the bound.
    years = np.clip(install_year[known], 1, 9999).astype(int)
    first[known] = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return first, retired_on.astype("datetime64[D]") + 1


def watched(install_year: Array, retired_on: Array, window: Window) -> tuple[Array, Array, Array]:
    """Return first day, day after the last, and years for which each pipe was watched, gaps left out.

    A pipe counts from its install year (the whole window where unknown) to the day it was retired or
    the window's end, whichever is earlier.
    """
    size = len(install_year)
    if window.start is None:
        day = np.full(size, np.datetime64(window.end, "D"))
        return day, day, np.zeros(size)
    first, after = service_days(install_year, retired_on)
    # The smaller and the greater of two days where one may be unknown.
    begin = np.fmax(first, np.datetime64(window.start, "D"))
    end = np.fmin(after, np.datetime64(window.end, "D") + 1)
    return begin, end, without_gaps(begin, end, window) / YEAR_DAYS
