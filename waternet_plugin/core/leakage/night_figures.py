"""Figures of each night of zones: window mean, lowest hour, coverage, inflow of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.zone_inflow import ZoneInflow
from waternet_plugin.core.readings.local_clock import LocalClock, NightWindow
from waternet_plugin.core.units import DAY_MIN, DAY_S, HOUR_S

# The least hour of a night lies between midnight and six; a window beyond that widens the span.
_NIGHT = (0, 360)


@dataclass(frozen=True)
class NightFigures:
    """Nights of zones, ``Z`` zones and ``N`` nights; NaN where a value is not known.

    Parameters
    ----------
    night
        The days whose mornings date the nights, datetime64[D] (N,).
    window_mean_m3h
        Time-weighted mean of the window (Z, N).
    minimum_hour_m3h, minimum_at_s
        Least mean of a moving hour of the night, and when it begins, seconds since 1970 in UTC (Z, N).
    coverage
        Share of the window in which all meters have values (Z, N).
    around_mean_m3h
        Mean of the 24 hours that end with the window (Z, N).
    inflow_m3
        Net inflow of the calendar day (Z, N).
    """

    night: Array
    window_mean_m3h: Array
    minimum_hour_m3h: Array
    minimum_at_s: Array
    coverage: Array
    around_mean_m3h: Array
    inflow_m3: Array

    @cached_property
    def known(self) -> Array:
        """Nights with a value (Z, N)."""
        return np.asarray(np.isfinite(self.window_mean_m3h))


def night_figures(
    inflows: Sequence[ZoneInflow | None], clock: LocalClock, window: NightWindow, *, coverage: float
) -> NightFigures:
    """Return the nights of zones, from the first day with a reading to the last.

    Parameters
    ----------
    inflows
        Net inflow of each zone, None where there is none (Z,).
    clock
        The clocks of the place.
    window
        The span whose mean is taken.
    coverage
        Least share of a span in which there must be values (0-1).
    """
    there = [one for one in inflows if one is not None]
    shape = (len(inflows), 0)
    if not there:
        none = np.zeros(shape)
        return NightFigures(np.zeros(0, "datetime64[D]"), none, none, none, none, none, none)
    days = clock.days(min(one.first_s for one in there), max(one.last_s for one in there) - 1.0)
    begin, end = clock.moments(days, window.start_min), clock.moments(days, window.end_min, is_end=True)
    midnight, next_midnight = clock.moments(days, 0), clock.moments(days, DAY_MIN, is_end=True)
    early = clock.moments(days, min(_NIGHT[0], window.start_min))
    late = clock.moments(days, max(_NIGHT[1], window.end_min), is_end=True)
    made = [np.full((len(inflows), len(days)), np.nan) for _ in range(6)]
    mean, hour, hour_at, share, around, inflow = made
    share[:] = 0.0
    for zone, one in enumerate(inflows):
        if one is None:
            continue
        value, share[zone] = one.mean(begin, end)
        good = share[zone] >= coverage
        mean[zone] = np.where(good, value, np.nan)
        least, at = one.lowest_hour(early, late, coverage)
        hour[zone], hour_at[zone] = np.where(good, least, np.nan), np.where(good, at, np.nan)
        value, held = one.mean(end - DAY_S, end)
        around[zone] = np.where(held >= coverage, value, np.nan)
        value, held = one.mean(midnight, next_midnight)
        inflow[zone] = np.where(held >= coverage, value * (next_midnight - midnight) / HOUR_S, np.nan)
    return NightFigures(days, mean, hour, hour_at, share, around, inflow)
