"""Rows of the table ``reading`` as series of meters, and what was wrong with them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.readings.meter_series import (
    MeterSeries,
    series_of_counter,
    series_of_flow,
    series_of_level,
)
from waternet_plugin.core.texts import shortened, tr

FLOW, COUNTER, PRESSURE, LEVEL = "flow_m3h", "counter_m3", "pressure_mpa", "level_m"
# Nobody kept readings on computers before; an earlier time is a broken clock.
_FIRST_S = 0.0


@dataclass(frozen=True)
class ReadSeries:
    """Series by meter.

    Parameters
    ----------
    series
        By node id; flow where there is any, else what the counter tells.
    outside
        Readings of the future or of before 1970, by node id.
    """

    series: Mapping[str, MeterSeries]
    outside: Mapping[str, int]


def seconds_of(times: pd.Series) -> Array:
    """Return times of a frame as seconds since 1970 in UTC (R,); NaN where unknown."""
    naive = times.dt.tz_convert("UTC").dt.tz_localize(None) if times.dt.tz is not None else times
    moment = naive.to_numpy().astype("datetime64[ms]")
    seconds = moment.astype(np.int64) / 1000.0
    seconds[np.isnat(moment)] = np.nan
    return np.asarray(seconds)


def series_of_readings(readings: pd.DataFrame, *, now_s: float, pressures: bool = False) -> ReadSeries:
    """Return readings as series of their meters.

    Parameters
    ----------
    readings
        node_id, time, quantity and value, in any order.
    now_s
        The moment after which a reading is of the future, seconds since 1970 in UTC.
    pressures
        Whether pressures are wanted, MPa, instead of flow.
    """
    seconds = seconds_of(readings["time"])
    value = readings["value"].to_numpy(dtype=float)
    kinds, quantity = pd.factorize(readings["quantity"])[::-1]
    codes, names = pd.factorize(readings["node_id"])
    with np.errstate(invalid="ignore"):
        inside = (seconds >= _FIRST_S) & (seconds <= now_s)
    outside = np.bincount(codes[~inside & (codes >= 0)], minlength=len(names))
    found: dict[str, MeterSeries] = {}
    # Read backwards, so that flow replaces what a counter tells.
    for kind, make in (
        ((PRESSURE, series_of_flow),) if pressures else ((COUNTER, series_of_counter), (FLOW, series_of_flow))
    ):
        number = list(kinds).index(kind) if kind in list(kinds) else -1
        rows = (
            np.flatnonzero(inside & (quantity == number) & (codes >= 0))
            if number >= 0
            else np.zeros(0, np.int64)
        )
        order = rows[np.argsort(codes[rows], kind="stable")]
        ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
        for at, name in enumerate(names):
            mine = order[ends[at] : ends[at + 1]]
            if len(mine):
                found[str(name)] = make(seconds[mine], value[mine])
    return ReadSeries(
        {name: found[name] for name in sorted(found)},
        {str(name): int(many) for name, many in zip(names, outside) if many},
    )


def series_of_levels(
    readings: pd.DataFrame, area_m2: Mapping[str, float], *, now_s: float
) -> dict[str, MeterSeries]:
    """Return what tanks take in by readings of their levels.

    Parameters
    ----------
    readings
        node_id, time and value of levels, m, in any order.
    area_m2
        Surface of each tank; others are left out.
    now_s
        The moment after which a reading is of the future, seconds since 1970 in UTC.
    """
    seconds, value = seconds_of(readings["time"]), readings["value"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        inside = (seconds >= _FIRST_S) & (seconds <= now_s)
    name = readings["node_id"].to_numpy(dtype=object)
    found = {
        tank: series_of_level(seconds[mine], value[mine], area)
        for tank, area in sorted(area_m2.items())
        for mine in [np.flatnonzero(inside & (name == tank))]
    }
    return {tank: series for tank, series in found.items() if len(series.start_s)}


def impossible_notes(series: Mapping[str, MeterSeries], clock: LocalClock) -> tuple[str, ...]:
    """Return what to know of readings that were left out because they can't be; () where there are none."""
    notes = [_unit_note(name, one, clock) for name, one in sorted(series.items()) if one.other_unit]
    left_out = {name: one.impossible for name, one in sorted(series.items()) if one.impossible}
    if not left_out:
        return tuple(notes)
    meter, (at_s, value) = next((name, some[0]) for name, some in left_out.items())
    text = tr(
        "%n reading(s) that can't be are left out, such as {value} of {meter} at {moment}; check the meters "
        "{meters}.",
        "",
        sum(len(some) for some in left_out.values()),
    )
    note = text.format(
        value=f"{value:.10g}", meter=meter, moment=_moment(at_s, clock), meters=shortened(list(left_out))
    )
    return (*notes, note)


def _unit_note(meter: str, series: MeterSeries, clock: LocalClock) -> str:
    """Return that the unit of a meter changed, since when, and what to do."""
    at_s, factor = series.unit_change
    text = tr(
        "From {moment} on, the readings of {meter} are {factor} times as large as before, as if their unit "
        "had changed: %n of them are left out. Import them again with their unit.",
        "",
        series.other_unit,
    )
    return text.format(moment=_moment(at_s, clock), meter=meter, factor=f"{round(factor, 4):g}")


def _moment(at_s: float, clock: LocalClock) -> str:
    return f"{datetime.datetime.fromtimestamp(at_s, clock.zone):%Y-%m-%d %H:%M}"
