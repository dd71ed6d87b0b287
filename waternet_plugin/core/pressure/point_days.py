"""The course of a point of pressure: its values of a week, and the lowest, mean and highest of each day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.readings.impossible_values import without_sentinels
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.readings.recorded_series import seconds_of
from waternet_plugin.core.units import DAY_S, HOUR_S

WEEK_D, YEAR_D = 7, 365
# From one value to the next a longer time is a gap.
_GAP_S = 3 * HOUR_S


@dataclass(frozen=True)
class PointCourse:
    """What a point read up to its last value; days are ordinals (`date.toordinal`) by the local clock.

    Parameters
    ----------
    at_day, mpa
        Place of each value of the last week in days, and the value, MPa; NaN between two values with a gap.
    days
        The days of the last year with a value.
    lowest_mpa, mean_mpa, highest_mpa
        Of the values of each of these days, MPa.
    """

    at_day: tuple[float, ...]
    mpa: tuple[float, ...]
    days: tuple[int, ...]
    lowest_mpa: tuple[float, ...]
    mean_mpa: tuple[float, ...]
    highest_mpa: tuple[float, ...]


def point_course(readings: pd.DataFrame, clock: LocalClock, now_s: float) -> PointCourse:
    """Return the course of one point; readings that stand for no value and those of the future are left out.

    Parameters
    ----------
    readings
        time and value, MPa, in any order; of readings of one moment the last one counts.
    clock
        The clocks of the place.
    now_s
        The moment after which a reading is of the future, seconds since 1970.
    """
    seconds, value = seconds_of(readings["time"]), readings["value"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        there = np.flatnonzero((seconds >= 0) & (seconds <= now_s) & np.isfinite(value))
    order = there[np.argsort(seconds[there], kind="stable")]
    order = order[np.append(np.diff(seconds[order]) > 0, True)[: len(order)]]
    order = order[without_sentinels(value[order]) & (value[order] >= 0)]
    seconds, value = seconds[order], value[order]
    if not len(seconds):
        return PointCourse((), (), (), (), (), ())
    place = _local_days(seconds, clock)
    day = np.floor(place).astype(np.int64)
    recent = seconds > seconds[-1] - WEEK_D * DAY_S
    at_day, mpa = _parted(place[recent], value[recent], seconds[recent])
    year = day > day[-1] - YEAR_D
    # Where clocks are set back the days are still in order.
    days, first = np.unique(day[year], return_index=True)
    values, count = value[year], np.diff(np.append(first, year.sum()))
    return PointCourse(
        tuple(at_day.tolist()),
        tuple(mpa.tolist()),
        tuple(days.tolist()),
        tuple(np.minimum.reduceat(values, first).tolist()),
        tuple((np.add.reduceat(values, first) / count).tolist()),
        tuple(np.maximum.reduceat(values, first).tolist()),
    )


def _local_days(seconds: Array, clock: LocalClock) -> Array:
    """Return moments as ordinals of days with their fraction, by the clocks of a place."""
    hours, index = np.unique(np.floor(seconds / HOUR_S), return_inverse=True)
    shift = [
        datetime.datetime.fromtimestamp(hour * HOUR_S, clock.zone).utcoffset() or datetime.timedelta()
        for hour in hours.tolist()
    ]
    offset = np.array([one.total_seconds() for one in shift])
    epoch = datetime.date(1970, 1, 1).toordinal()
    return np.asarray(epoch + (seconds + offset[index]) / DAY_S)


def _parted(place: Array, value: Array, seconds: Array) -> tuple[Array, Array]:
    """Return places and values with an unknown value in each gap."""
    gap = np.flatnonzero(np.diff(seconds) > _GAP_S) + 1
    middle = (place[gap - 1] + place[gap]) / 2
    return np.insert(place, gap, middle), np.insert(value, gap, np.nan)
