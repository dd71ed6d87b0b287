"""Depths of sludge, scum, grease and deposit measured in tanks, a sum a day, and the line through them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.tanks.tank_norm import ROUNDING
from waternet_plugin.core.id_lookup import rows_of_ids

# What is measured of a tank, m.
DEPTHS = ("sludge_m", "scum_m", "grease_m", "deposit_m")
# Less of a rise between the first and the last day is none, m.
_NO_RISE_M = 1e-9
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class DayDepths:
    """Depths of days since the last cleaning of each tank; those of all days where none is known.

    Parameters
    ----------
    tank
        Row of the tank, rising (D,).
    day
        The day, rising within a tank, datetime64[D] (D,).
    depth_m
        Sum of what was measured that day, m (D,).
    before, to_come
        Of each tank, days measured before its last cleaning, and after the day it is judged on (T,).
    """

    tank: Array
    day: Array
    depth_m: Array
    before: Array
    to_come: Array

    @property
    def count(self) -> Array:
        """Days that count of each tank (T,)."""
        return np.bincount(self.tank, minlength=len(self.before))

    @property
    def last(self) -> Array:
        """Place of the newest day of each tank among the days, -1 where there is none (T,)."""
        position = np.full(len(self.before), -1, dtype=np.int64)
        position[self.tank] = np.arange(len(self.tank))
        return position


def local_days(moments: pd.Series, zone: datetime.tzinfo) -> Array:
    """Return the days of moments by the clocks of a place, datetime64[D]."""
    local = moments.dt.tz_convert(zone).dt.tz_localize(None)
    return np.asarray(local.to_numpy(dtype="datetime64[ns]").astype("datetime64[D]"))


def day_depths(
    readings: pd.DataFrame,
    node_ids: Array,
    cleaned_on: Array,
    as_of: datetime.date,
    zone: datetime.tzinfo,
) -> DayDepths:
    """Sum the depths of each tank and day.

    Of several readings of one quantity on a day the newest counts. A sum of the day of cleaning that lies
    above that of the next day was measured before the cleaning.

    Parameters
    ----------
    readings
        node_id, time, quantity and value.
    node_ids
        Ids of the tanks (T,).
    cleaned_on
        Their last cleanings, datetime64[D], NaT for none (T,).
    zone
        The clocks by which days are counted.
    """
    row = rows_of_ids(node_ids, readings["node_id"])
    value = readings["value"].to_numpy(dtype=float)
    # A depth below 0 is none.
    used = (row >= 0) & (value >= 0) & readings["quantity"].isin(DEPTHS).to_numpy(dtype=bool)
    chosen = readings[used]
    frame = pd.DataFrame(
        {
            "tank": row[used],
            "day": local_days(chosen["time"], zone),
            "quantity": chosen["quantity"].to_numpy(dtype=object),
            "time": chosen["time"].to_numpy(dtype="datetime64[ns]"),
            "depth_m": value[used],
        }
    ).sort_values(["tank", "day", "quantity", "time", "depth_m"], kind="stable")
    frame = frame.drop_duplicates(["tank", "day", "quantity"], keep="last")
    sums = frame.groupby(["tank", "day"], sort=True)["depth_m"].sum().reset_index()
    tank = sums["tank"].to_numpy(dtype=np.int64)
    day = sums["day"].to_numpy(dtype="datetime64[ns]").astype("datetime64[D]")
    depth = sums["depth_m"].to_numpy(dtype=float)
    to_come = day > np.datetime64(as_of, "D")
    cleaned = cleaned_on[tank]
    before = ~to_come & (day < cleaned)
    # What was measured as the tank was emptied is more than what lies in it some time after.
    following = np.zeros(len(tank), dtype=bool)
    following[:-1] = (tank[1:] == tank[:-1]) & ~to_come[1:]
    falls = np.zeros(len(tank), dtype=bool)
    falls[:-1] = depth[:-1] > depth[1:]
    before |= ~to_come & (day == cleaned) & following & falls
    since = ~before & ~to_come
    count = len(node_ids)
    return DayDepths(
        tank[since],
        day[since],
        depth[since],
        np.bincount(tank[before], minlength=count),
        np.bincount(tank[to_come], minlength=count),
    )


@dataclass(frozen=True)
class DepthLines:
    """The straight line of least squares through the depths of each tank, NaN where there is none (T,).

    Parameters
    ----------
    clean_m
        Depth by the line on the day of the last cleaning, m.
    rise_m_d
        Its rise, m a day; more than 0.
    """

    clean_m: Array
    rise_m_d: Array

    def reaches(self, limit_m: Array) -> Array:
        """Return after how many days from the cleaning on each line reaches a limit, whole, rounded down."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.floor((limit_m - self.clean_m) / self.rise_m_d + ROUNDING))


def depth_lines(depths: DayDepths, cleaned_on: Array) -> DepthLines:
    """Lay a line through the depths of each tank with two days since its cleaning and a rise."""
    tank, size = depths.tank, len(cleaned_on)
    known = ~np.isnat(cleaned_on[tank])
    tank, depth = tank[known], depths.depth_m[known]
    days = ((depths.day[known] - cleaned_on[tank]) / _DAY).astype(float)
    count = np.bincount(tank, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        # About their means, so that nothing is lost in sums of squares.
        mean_d = np.bincount(tank, days, size) / count
        mean_m = np.bincount(tank, depth, size) / count
        across, up = days - mean_d[tank], depth - mean_m[tank]
        spread = np.bincount(tank, across * across, size)
        rise = np.bincount(tank, across * up, size) / spread
    span = np.zeros(size)
    np.maximum.at(span, tank, np.abs(across))
    is_line = (count > 1) & (np.nan_to_num(rise) * 2 * span > _NO_RISE_M)
    rise = np.where(is_line, rise, np.nan)
    return DepthLines(mean_m - rise * mean_d, rise)
