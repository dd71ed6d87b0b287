"""Readings of one meter as a flow that holds for a usual step; a gap is not a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.readings.impossible_values import is_frozen, possible_counts, possible_values
from waternet_plugin.core.readings.unit_changes import FirstUnit, counter_in_first_unit, in_first_unit
from waternet_plugin.core.readings.usual_steps import usual_step
from waternet_plugin.core.units import HOUR_S

# A counter tells the mean flow between two readings; further apart they are a gap, but for a reading between
# them that was left out.
_COUNTER_GAP_STEPS, _LEFT_OUT_GAP_STEPS = 1.5, 2.5


@dataclass(frozen=True)
class MeterSeries:
    """What a meter measured, or a tank took in, sorted by time, ``R`` values.

    Parameters
    ----------
    start_s, end_s
        When each value begins and ends to hold, seconds since 1970 in UTC (R,); spans do not overlap.
    flow_m3h
        Values (R,).
    step_s
        The usual step between readings, seconds; 0 where there are fewer than two.
    duplicates, resets
        Readings that were left out: of a moment that was read twice, and of a counter that was reset.
    impossible
        Time and value of the readings that can't be, which were left out.
    unit_change
        Time of the first reading in another unit than the first ones, and by how much it is larger; 0 and 1
        for none. Readings in another unit are left out, too.
    other_unit
        How many these are.
    """

    start_s: Array
    end_s: Array
    flow_m3h: Array
    step_s: float
    duplicates: int = 0
    resets: int = 0
    impossible: tuple[tuple[float, float], ...] = ()
    unit_change: tuple[float, float] = (0.0, 1.0)
    other_unit: int = 0


def _sorted(times_s: Array, values: Array) -> tuple[Array, Array, int]:
    """Return readings in order of time, of equal times the last one, and how many were left out."""
    known = np.isfinite(values)
    if not known.all():
        times_s, values = times_s[known], values[known]
    if len(times_s) > 1 and (times_s[1:] <= times_s[:-1]).any():
        order = np.argsort(times_s, kind="stable")
        times_s, values = times_s[order], values[order]
        last = np.append(np.diff(times_s) > 0, True)
        return times_s[last], values[last], int(len(last) - last.sum())
    return times_s, values, 0


def _left_out(times_s: Array, values: Array, possible: Array) -> tuple[tuple[float, float], ...]:
    return tuple(zip(times_s[~possible].tolist(), values[~possible].tolist()))


def _those(wanted: Array, *arrays: Array) -> tuple[Array, ...]:
    """Return the values that are wanted (R,) of arrays; where all are, without a copy."""
    return arrays if wanted.all() else tuple(values[wanted] for values in arrays)


def _change(times_s: Array, unit: FirstUnit) -> dict[str, Any]:
    """Return what a series says of a change of its unit."""
    others = np.flatnonzero(~unit.same_unit)
    if not len(others):
        return {}
    return {"unit_change": (float(times_s[others[0]]), unit.factor), "other_unit": len(others)}


def series_of_flow(times_s: Array, flow_m3h: Array) -> MeterSeries:
    """Return the series of a meter that tells flow; what can't be is a gap.

    A value holds from its time for one usual step, or until the next one.

    Parameters
    ----------
    times_s
        Seconds since 1970 in UTC, in any order (R,).
    flow_m3h
        Readings, m3/h (R,).
    """
    times_s, flow, doubled = _sorted(times_s, flow_m3h)
    step = usual_step(times_s)
    end = times_s + step
    if len(end) > 1:
        end[:-1] = np.minimum(end[:-1], times_s[1:])
    unit = in_first_unit(times_s, flow)
    change = _change(times_s, unit)
    times_s, end, flow = _those(unit.same_unit, times_s, end, flow)
    possible = possible_values(flow) & ~is_frozen(times_s, flow)
    left_out = _left_out(times_s, flow, possible)
    times_s, end, flow = _those(possible, times_s, end, flow)
    return MeterSeries(times_s, end, flow, step, doubled, impossible=left_out, **change)


def series_of_counter(times_s: Array, counter_m3: Array) -> MeterSeries:
    """Return the series of a meter whose counter is read: the mean flow between two readings.

    Where the counter was reset or replaced there is no value. Readings that can't be are left out.

    Parameters
    ----------
    times_s
        Seconds since 1970 in UTC, in any order (R,).
    counter_m3
        Readings of the counter, m3 (R,).
    """
    times_s, counter, doubled = _sorted(times_s, counter_m3)
    step = usual_step(times_s)
    unit = counter_in_first_unit(times_s, counter)
    rows_of_unit = np.flatnonzero(unit.same_unit)
    found = possible_counts(times_s[rows_of_unit], counter[rows_of_unit])
    rows = rows_of_unit[found.possible]
    at, reset = times_s[rows], found.reset[found.possible][1:]
    apart, volume = np.diff(at), np.diff(counter[rows])
    steps = np.where(np.diff(rows) == 2, _LEFT_OUT_GAP_STEPS, _COUNTER_GAP_STEPS)
    good = ~reset & (volume >= 0) & (apart <= step * steps)
    return MeterSeries(
        at[:-1][good], at[1:][good], volume[good] / apart[good] * HOUR_S, step, doubled,
        int(np.count_nonzero(reset)), _left_out(times_s[rows_of_unit], counter[rows_of_unit], found.possible),
        **_change(times_s, unit),
    )  # fmt: skip


def series_of_level(times_s: Array, level_m: Array, area_m2: float) -> MeterSeries:
    """Return what a tank takes in: the change of its level between two readings times its area.

    Parameters
    ----------
    times_s
        Seconds since 1970 in UTC, in any order (R,).
    level_m
        Readings of the level, m (R,).
    area_m2
        Its surface.
    """
    times_s, level, doubled = _sorted(times_s, level_m)
    step = usual_step(times_s)
    possible = possible_values(level)
    at = times_s[possible]
    apart = np.diff(at)
    steps = np.where(np.diff(np.flatnonzero(possible)) == 2, _LEFT_OUT_GAP_STEPS, _COUNTER_GAP_STEPS)
    good = apart <= step * steps
    flow = np.diff(level[possible])[good] * area_m2 / apart[good] * HOUR_S
    return MeterSeries(
        at[:-1][good], at[1:][good], flow, step, doubled, impossible=_left_out(times_s, level, possible)
    )
