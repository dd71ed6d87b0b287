"""Series of meters as they are without faults, and their daily sums."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.readings.meter_series import MeterSeries

STEP_S = 900.0
DAYS = 60
Rng = np.random.Generator


def times_of(days: int = DAYS, step_s: float = STEP_S) -> Array:
    return np.arange(round(days * 86400 / step_s)) * step_s + 1.7e9


def true_flow(rng: Rng, times_s: Array) -> Array:
    """Return the flow of a metered area of any size: two peaks a day, noise, a leak at night."""
    hour = times_s / 3600 % 24
    base, size = rng.uniform(1.0, 40.0), rng.uniform(0.3, 1.2)
    shape = 1 + size * (np.exp(-(((hour - 8) / 2.5) ** 2)) + np.exp(-(((hour - 19) / 3) ** 2)))
    low = 1 - rng.uniform(0.2, 0.6) * np.exp(-(((hour - 3.5) / 2.5) ** 2))
    flow: Array = base * shape * low * rng.normal(1.0, rng.uniform(0.01, 0.1), len(hour))
    return np.maximum(flow, 0.05 * base)


def read_counter(rng: Rng, flow: Array) -> Array:
    """Return a counter's readings, as coarse as counters are."""
    resolution = rng.choice([0.01, 0.1, 1.0])
    start = rng.choice([0.0, 80.0, 5000.0, 524312.0])
    return np.floor((start + np.append(0.0, np.cumsum(flow[:-1])) * STEP_S / 3600) / resolution) * resolution


def daily_sums(series: MeterSeries, times_s: Array, days: int = DAYS) -> Array:
    """Return the mean of each day's values as its volume; NaN where less than nine tenths is covered."""
    day = ((series.start_s - times_s[0]) // 86400).astype(int)
    held = series.end_s - series.start_s
    covered = np.bincount(day, held, minlength=days)
    volume = np.bincount(day, held * series.flow_m3h / 3600, minlength=days)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(covered >= 0.9 * 86400, volume / covered * 86400, np.nan)[:days]
