"""Periods of whole days, and how many of their days volumes cover."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array

MONTH, QUARTER, YEAR = "month", "quarter", "year"
STEPS = (MONTH, QUARTER, YEAR)
_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
_EPOCH = datetime.date(1970, 1, 1)
# More than the days of any calendar that is reckoned with: keeps groups apart on one axis.
_APART = 1_000_000


@dataclass(frozen=True)
class Period:
    """A span of days, first and last included."""

    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    @property
    def first_day(self) -> int:
        """The first day as a number, days since 1970."""
        return (self.first - _EPOCH).days

    @property
    def last_day(self) -> int:
        """The last day as a number, days since 1970."""
        return (self.last - _EPOCH).days

    @property
    def is_month(self) -> bool:
        """Whether it is exactly one month."""
        following = _begin(self.first.year, self.first.month + 1)
        return self.first.day == 1 and self.last == following - datetime.timedelta(days=1)

    @property
    def text(self) -> str:
        """The month, quarter or year where it is exactly one, else both days."""
        year, month = self.first.year, self.first.month
        for step, months in _MONTHS.items():
            begins = (month - 1) % months == 0 and self.first.day == 1
            if begins and self.last == _begin(year, month + months) - datetime.timedelta(days=1):
                quarter = f"{year}-Q{(month + 2) // 3}"
                return {MONTH: f"{year}-{month:02d}", QUARTER: quarter, YEAR: f"{year}"}[step]
        return f"{self.first} – {self.last}"


def _begin(year: int, month: int) -> datetime.date:
    """Return the first day of a month; months above 12 belong to later years."""
    return datetime.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def periods_in(span: Period, step: str) -> tuple[Period, ...]:
    """Return the months, quarters or years of a period, cut off at its ends.

    Parameters
    ----------
    whole
        The period.
    step
        One of STEPS.
    """
    months = _MONTHS[step]
    begin = _begin(span.first.year, span.first.month - (span.first.month - 1) % months)
    periods = []
    while begin <= span.last:
        following = _begin(begin.year, begin.month + months)
        last = following - datetime.timedelta(days=1)
        periods.append(Period(max(begin, span.first), min(last, span.last)))
        begin = following
    return tuple(periods)


def share_of_days(first_day: Array, last_day: Array, period: Period) -> Array:
    """Return which share of their days lies in a period (R,), 0-1; both ends of a span belong to it.

    Parameters
    ----------
    first_day, last_day
        Days since 1970 (R,); the last is not before the first.
    """
    common = np.minimum(last_day, period.last_day) - np.maximum(first_day, period.first_day) + 1
    return np.asarray(np.maximum(common, 0) / (last_day - first_day + 1.0))


def covered_days(group: Array, first_day: Array, last_day: Array, period: Period, count: int) -> Array:
    """Return how many days of a period the spans of each group cover together (G,).

    Parameters
    ----------
    group
        Number of the group of each span, from 0 (R,).
    first_day, last_day
        Days since 1970 (R,).
    count
        Number of groups.
    """
    inside = (last_day >= period.first_day) & (first_day <= period.last_day)
    if not inside.any():
        return np.zeros(count)
    group = group[inside]
    begin = np.maximum(first_day[inside], period.first_day) - period.first_day + group * _APART
    end = np.minimum(last_day[inside], period.last_day) - period.first_day + group * _APART
    # Rows mostly come by their owner and their days; millions are not sorted for nothing then.
    if (begin[1:] < begin[:-1]).any():
        order = np.argsort(begin, kind="stable")
        begin, end, group = begin[order], end[order], group[order]
    reached = np.append(-1, np.maximum.accumulate(end)[:-1])
    new = np.maximum(end - np.maximum(begin, reached + 1) + 1, 0)
    return np.asarray(np.bincount(group, new, minlength=count))
