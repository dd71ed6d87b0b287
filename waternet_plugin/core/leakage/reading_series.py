"""Rows of the table ``reading`` as series of meters, and what was wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.meter_series import MeterSeries, series_of_counter, series_of_flow

FLOW, COUNTER, PRESSURE = "flow_m3h", "counter_m3", "pressure_mpa"
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
