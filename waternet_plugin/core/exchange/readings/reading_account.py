"""What the series of a file look like: steps, gaps, resets of counters, what can't be or stands still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.units.reading_units import COUNTER, FLOW, NOISE, QUANTITIES
from waternet_plugin.core.readings.impossible_values import possible_counts, possible_values
from waternet_plugin.core.readings.unit_changes import counter_in_first_unit, in_first_unit
from waternet_plugin.core.readings.usual_steps import usual_step
from waternet_plugin.core.units import HOUR_MS, HOUR_S

_GAP_STEPS = 1.5
# So few equal values are no meter that stands still.
_LEAST_EQUAL = 4
ACCOUNT_COLUMNS = (
    *("node_id", "quantity", "readings", "first", "last", "last_value", "step_min", "gaps", "longest_gap_h"),
    *("resets", "impossible", "example", "frozen", "longest_frozen_h", "negative"),
)


@dataclass(frozen=True)
class SortedReadings:
    """N readings by meter, quantity and time.

    Parameters
    ----------
    series
        A number for each pair of meter and quantity, ascending (N,).
    utc_ms
        Moments, ascending within a series (N,).
    value
        In our units (N,).
    names
        Ids of the meters.
    """

    series: Array
    utc_ms: Array
    value: Array
    names: tuple[str, ...]


def _longest(length: Array, series: Array, count: int) -> Array:
    """Return the greatest of some lengths of each series, 0 for none (S,)."""
    found = np.zeros(count)
    np.maximum.at(found, series, length)
    return found


def _frozen(
    read: SortedReadings, at: Array, count: int, is_gap: Array, least_h: float
) -> tuple[Array, Array]:
    """Return how often each series stands still for long, and the longest time in hours; both (S,)."""
    quantity = read.series % len(QUANTITIES)
    alive = ~np.isin(quantity, [QUANTITIES.index(COUNTER), QUANTITIES.index(NOISE)]) & (read.value != 0)
    same = np.zeros(len(at), dtype=bool)
    same[1:] = (at[1:] == at[:-1]) & (read.value[1:] == read.value[:-1]) & alive[1:] & ~is_gap
    begins = np.flatnonzero(~same)
    ends = np.append(begins[1:], len(at)) - 1
    lasting = (read.utc_ms[ends] - read.utc_ms[begins]) / HOUR_MS
    still = (lasting >= least_h) & (ends - begins + 1 >= _LEAST_EQUAL)
    owner = at[begins[still]]
    return np.bincount(owner, minlength=count), _longest(lasting[still], owner, count)


def _judged(read: SortedReadings, first: Array, ends: Array) -> tuple[Array, Array, Array]:
    """Return of each series its resets, how many readings can't be, and the first of these (S,)."""
    resets, impossible = np.zeros(len(first), np.int64), np.zeros(len(first), np.int64)
    example = np.full(len(first), np.nan)
    for number, (low, high) in enumerate(zip(first.tolist(), ends.tolist())):
        quantity, value = QUANTITIES[read.series[low] % len(QUANTITIES)], read.value[low:high]
        times_s = read.utc_ms[low:high] / 1000.0
        if quantity == NOISE:
            continue
        if quantity == COUNTER:
            possible = counter_in_first_unit(times_s, value).same_unit
            counts = possible_counts(times_s[possible], value[possible])
            resets[number] = np.count_nonzero(counts.reset)
            possible[possible] = counts.possible
        else:
            possible = in_first_unit(times_s, value).same_unit
            possible[possible] = possible_values(value[possible])
        impossible[number] = np.count_nonzero(~possible)
        example[number] = value[~possible][0] if impossible[number] else np.nan
    return resets, impossible, example


def reading_account(read: SortedReadings, frozen_h: float) -> pd.DataFrame:
    """Return a row for each series of meter and quantity.

    Parameters
    ----------
    read
        N readings.
    frozen_h
        Equal values for so many hours are a meter that stands still.

    Returns
    -------
    ``ACCOUNT_COLUMNS``; hours and minutes as numbers, moments in UTC.
    """
    if not len(read.series):
        nothing: pd.DataFrame = pd.DataFrame({name: [] for name in ACCOUNT_COLUMNS})
        return nothing
    first = np.flatnonzero(np.append(True, np.diff(read.series) != 0))
    ends = np.append(first[1:], len(read.series))
    count = len(first)
    at = np.repeat(np.arange(count), ends - first)
    seconds = read.utc_ms / 1000.0
    step_s = np.array([usual_step(seconds[low:high]) for low, high in zip(first.tolist(), ends.tolist())])
    apart_h = np.diff(read.utc_ms) / HOUR_MS
    inside = at[1:] == at[:-1]
    is_gap = (
        inside & (apart_h * HOUR_S > _GAP_STEPS * np.maximum(step_s[at[1:]], 1e-9)) & (step_s[at[1:]] > 0)
    )
    quantity = read.series[first] % len(QUANTITIES)
    resets, impossible, example = _judged(read, first, ends)
    frozen, longest_frozen = _frozen(read, at, count, is_gap, frozen_h)
    is_flow = (quantity == QUANTITIES.index(FLOW))[at]
    account: pd.DataFrame = pd.DataFrame(
        {
            "node_id": np.array(read.names, dtype=object)[read.series[first] // len(QUANTITIES)],
            "quantity": np.array(QUANTITIES, dtype=object)[quantity],
            "readings": ends - first,
            "first": pd.to_datetime(read.utc_ms[first], unit="ms", utc=True),
            "last": pd.to_datetime(read.utc_ms[ends - 1], unit="ms", utc=True),
            "last_value": read.value[ends - 1],
            "step_min": step_s / 60.0,
            "gaps": np.bincount(at[1:][is_gap], minlength=count),
            "longest_gap_h": _longest(apart_h[is_gap], at[1:][is_gap], count),
            "resets": resets,
            "impossible": impossible,
            "example": example,
            "frozen": frozen,
            "longest_frozen_h": longest_frozen,
            "negative": np.bincount(at[is_flow & (read.value < 0)], minlength=count),
        }
    )
    return account
