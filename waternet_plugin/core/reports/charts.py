"""Charts of lines and bars as data: reports draw them as SVG, windows as plots, with the same ticks."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Optional

# What the x axis shows: a quantity from 0 on, whole years, or days as `date.toordinal` counts.
QUANTITY, YEAR, DAY = "quantity", "year", "day"
# Dashes and gaps of the lines that are not strong, in points.
DASHES: tuple[tuple[float, ...], ...] = (
    (), (6, 3), (2, 3), (8, 3, 2, 3), (1, 2), (10, 4), (4, 2, 1, 2), (12, 3),
)  # fmt: skip
# Half of what a bar and the gap beside it take of the x axis, and what the bar alone takes.
_BAR_ROOM, BAR_WIDTH = 0.5, 0.7
_MOST_STEPS = 5
_QUANTITY_STEPS = (0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0)
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100)
_DAY_STEPS = (1, 2, 5, 7, 14, 30)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 600)
# Over so many days the day of the month is written, over more the month.
_SHORT_DAYS = 150

Ticks = list[tuple[float, str]]


@dataclass(frozen=True)
class ChartLine:
    """A line of points; ``strong`` ones are set in the accent, ``lower`` and ``upper`` shade a band.

    Of ``is_dots`` the points are not joined and the band is grey. NaN interrupts a band.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    strong: bool = False
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    is_dots: bool = False


@dataclass(frozen=True)
class ChartMark:
    """Something that happened at a place of the x axis, in a few words."""

    x: float
    text: str


@dataclass(frozen=True)
class ChartBars:
    """Bars of one colour, each on top of those that come before them at the same place."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    colour: str


@dataclass(frozen=True)
class LineChart:
    """A chart of lines above 0, each named at its right end.

    ``title`` is for those who can't see the picture; ``x_kind`` is one of the constants of this module;
    ``point`` is the value that the chart is about: its place and its figure. Where there are ``bars`` they
    are read at the left, the lines at an axis of their own at the right, and a key below names both.
    """

    lines: tuple[ChartLine, ...]
    x_label: str
    y_label: str
    title: str
    x_kind: str = QUANTITY
    marks: tuple[ChartMark, ...] = ()
    point: Optional[tuple[float, float, str]] = None
    bars: tuple[ChartBars, ...] = ()
    right_label: str = ""

    @property
    def x_limits(self) -> tuple[float, float]:
        """Where the x axis begins and ends: with the data, a quantity at 0, and around bars."""
        values = self._x_values
        first = 0.0 if self.x_kind == QUANTITY else min(values, default=0.0)
        last = max(values, default=first)
        if self.bars:
            return first - _BAR_ROOM, last + _BAR_ROOM
        return first, last if last > first else first + 1.0

    def x_ticks(self) -> Ticks:
        """Return round places of the x axis and what is written there, at most six."""
        first, last = self.x_limits
        if not self._x_values:
            return []
        if self.x_kind == DAY:
            return _day_ticks(math.ceil(first), math.floor(last))
        if self.x_kind == YEAR:
            step = _least(_YEAR_STEPS, last - first)
            whole = range(math.ceil(first / step), math.floor(last / step) + 1)
            return [(float(step * each), str(step * each)) for each in whole]
        return [(tick, _written(tick)) for tick in _round_values(last) if tick <= last * 1.001]

    def y_ticks(self) -> Ticks:
        """Return round places of the y axis and what is written there: from 0 to above all values."""
        if self.bars:
            tops: dict[float, float] = {}
            for bars in self.bars:
                for x, y in zip(bars.x, bars.y):
                    tops[x] = tops.get(x, 0.0) + y
            return _ticks_up_to(tops.values())
        return _ticks_up_to(self._line_values)

    def right_ticks(self) -> Ticks:
        """Return round places of the axis at the right, for the lines of a chart with bars."""
        return _ticks_up_to(self._line_values)

    @property
    def _x_values(self) -> list[float]:
        values = [value for line in self.lines for value in line.x]
        return [*values, *(value for bars in self.bars for value in bars.x)]

    @property
    def _line_values(self) -> list[float]:
        return [value for line in self.lines for value in (*line.y, *line.upper) if math.isfinite(value)]


def spread(wanted: Sequence[float], gap: float, last: float) -> list[float]:
    """Return places near the wanted ones, a gap apart, none beyond the last as long as there is room.

    Parameters
    ----------
    wanted
        Places in any order and unit.
    gap, last
        In the same unit.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    result = list(wanted)
    least = -math.inf
    for index in order:
        result[index] = max(result[index], least)
        least = result[index] + gap
    most = last
    for index in reversed(order):
        result[index] = min(result[index], most)
        most = result[index] - gap
    return result


def runs(values: Sequence[float]) -> list[slice]:
    """Return where the numbers among values that may be NaN are, a slice for each run of two and more."""
    result, begin = [], None
    for index, value in enumerate([*values, math.nan]):
        if math.isfinite(value):
            begin = index if begin is None else begin
        elif begin is not None:
            if index - begin > 1:
                result.append(slice(begin, index))
            begin = None
    return result


def _least(steps: Sequence[int], span: float) -> int:
    return next((step for step in steps if span / step <= _MOST_STEPS), steps[-1])


def _ticks_up_to(values: Iterable[float]) -> Ticks:
    return [(tick, _written(tick)) for tick in _round_values(max(values, default=0.0))]


def _written(value: float) -> str:
    return f"{value:,.10g}"


def _round_values(most: float) -> list[float]:
    """Return round values from 0 to at least a value, four to six of them."""
    if most <= 0:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(most))
    step = next(size * power for size in _QUANTITY_STEPS if most / (size * power) <= _MOST_STEPS)
    count = math.ceil(most / step - 1e-6)
    return [round(step * index, 10) for index in range(count + 1)]


def _day_ticks(first: int, last: int) -> Ticks:
    """Return days, over long times first days of months, with what is written of them."""
    if last - first <= _SHORT_DAYS:
        days = range(first, last + 1, _least(_DAY_STEPS, last - first))
        return [(float(day), datetime.date.fromordinal(day).strftime("%m-%d")) for day in days]
    begin, end = (datetime.date.fromordinal(day) for day in (first, last))
    begin_month, end_month = (12 * day.year + day.month - 1 for day in (begin, end))
    step = _least(_MONTH_STEPS, end_month - begin_month)
    months = [month for month in range(begin_month, end_month + 1) if month % step == 0]
    days_of = [datetime.date(month // 12, month % 12 + 1, 1) for month in months]
    return [(float(day.toordinal()), day.strftime("%Y-%m")) for day in days_of if day >= begin]
