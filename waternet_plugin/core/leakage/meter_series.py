"""Readings of one meter as a flow that holds for a usual step; a gap is no value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.usual_steps import usual_step

# A counter tells the mean flow between two readings; further apart they are a gap.
_COUNTER_GAP_STEPS = 1.5
_SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True)
class MeterSeries:
    """What a meter measured, sorted by time, ``R`` values.

    Parameters
    ----------
    start_s, end_s
        When each value begins and ends to hold, seconds since 1970 in UTC (R,); spans do not overlap.
    flow_m3h
        Values (R,).
    step_s
        The usual step between readings, seconds; 0 where there are fewer than two.
    duplicates, resets
        Readings that were left out: of a moment that was read twice, and of a counter that ran backwards.
    """

    start_s: Array
    end_s: Array
    flow_m3h: Array
    step_s: float
    duplicates: int = 0
    resets: int = 0


def _sorted(times_s: Array, values: Array) -> tuple[Array, Array, int]:
    """Return readings in order of time, of equal times the last one, and how many were left out."""
    known = np.isfinite(values)
    if not known.all():
        times_s, values = times_s[known], values[known]
    if len(times_s) > 1 and (np.diff(times_s) <= 0).any():
        order = np.argsort(times_s, kind="stable")
        times_s, values = times_s[order], values[order]
        last = np.append(np.diff(times_s) > 0, True)
        return times_s[last], values[last], int(len(last) - last.sum())
    return times_s, values, 0


def series_of_flow(times_s: Array, flow_m3h: Array) -> MeterSeries:
    """Return the series of a meter that tells flow.

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
    return MeterSeries(times_s, end, flow, step, duplicates=doubled)


def series_of_counter(times_s: Array, counter_m3: Array) -> MeterSeries:
    """Return the series of a meter whose counter is read: the mean flow between two readings.

    Where the counter runs backwards it was reset or replaced: no value there.

    Parameters
    ----------
    times_s
        Seconds since 1970 in UTC, in any order (R,).
    counter_m3
        Readings of the counter, m3 (R,).
    """
    times_s, counter, doubled = _sorted(times_s, counter_m3)
    step = usual_step(times_s)
    apart, volume = np.diff(times_s), np.diff(counter)
    forward = volume >= 0
    good = forward & (apart <= step * _COUNTER_GAP_STEPS)
    flow = volume[good] / apart[good] * _SECONDS_PER_HOUR
    return MeterSeries(
        times_s[:-1][good], times_s[1:][good], flow, step, doubled, int(np.count_nonzero(~forward))
    )
