"""Readings whose unit changes for good: from one moment on all are larger or smaller by one factor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.units import DAY_S, HOUR_S

# By how much values differ in another unit: decimal steps, and m3/h instead of L/s.
_DECIMAL = tuple(10.0**power for power in (-4, -3, -2, -1, 1, 2, 3, 4))
_FACTORS = np.log(np.array([*_DECIMAL, 3.6, 1 / 3.6]))
# A change is looked for where two neighbours differ by nearly a factor, as a logarithm.
_NEAR_STEP = 0.8
# A jump that is near no factor, as neighbours of most series are, is smaller than this ratio.
_LEAST_JUMP = 0.999 * float(np.exp(np.abs(_FACTORS).min() - _NEAR_STEP))
# What is compared: up to so long before and after, at least so long and so many readings of each.
_WINDOWS_S, _LEAST_S, _LEAST_COUNT = (7 * DAY_S, 2 * DAY_S), 0.8 * DAY_S, 12
# Hours of the day that both sides have; the middle of their ratios is so near to the factor, and nine of ten
# lie so close together, as logarithms: a true rise or fall is not the same at night as in the morning.
_LEAST_HOURS, _NEAR_FACTOR, _SPREAD = 4, 0.13, 0.5
# The rate of a counter changes with its unit; on how many readings of each side that is looked at.
_RATE_LEAST, _RATE_MOST, _RATE_NEAR = 8, 200, 1.1
# A counter that goes on in another unit passes no more in between than so many times what it usually does.
_STEP_MOST = 20.0


@dataclass(frozen=True)
class FirstUnit:
    """Which of ``R`` readings are in the unit of the first ones.

    Parameters
    ----------
    same_unit
        Those that are (R,).
    factor
        By how much the first of the others is larger, 1 where all are.
    """

    same_unit: Array
    factor: float = 1.0


def in_first_unit(times_s: Array, values: Array) -> FirstUnit:
    """Return which readings of flow, pressure or level are in the unit of the first ones.

    Parameters
    ----------
    times_s
        Seconds since 1970 in UTC, ascending (R,).
    values
        Readings, finite (R,).
    """
    rows = np.flatnonzero(values > 0)
    positive = values if len(rows) == len(values) else values[rows]

    def confirmed(height: Array, index: int, step: float) -> bool:
        return any(_same_shape(times_s[rows], height, index, step, span) for span in _WINDOWS_S)

    return _first_unit(times_s, rows, positive, confirmed)


def counter_in_first_unit(times_s: Array, counter: Array) -> FirstUnit:
    """Return which readings of a counter are in the unit of the first ones: it goes on, but times a factor.

    Parameters
    ----------
    times_s
        Seconds since 1970 in UTC, ascending (R,).
    counter
        Readings, finite (R,).
    """
    rows = np.flatnonzero(counter > 0)

    def confirmed(_height: Array, index: int, step: float) -> bool:
        return _goes_on(times_s[rows], counter[rows], index, step)

    return _first_unit(times_s, rows, counter[rows], confirmed)


def _first_unit(
    times_s: Array, rows: Array, positive: Array, confirmed: Callable[[Array, int, float], bool]
) -> FirstUnit:
    """Return which readings are in the first unit.

    Parameters
    ----------
    times_s
        Of all readings (R,).
    rows, positive
        Which readings are above 0, and these (P,).
    confirmed
        Whether with an index of ``rows`` another unit begins, by the logarithms of readings and of a factor.
    """
    same_unit = np.ones(len(times_s), dtype=bool)
    if len(rows) < 2 * _RATE_LEAST:
        return FirstUnit(same_unit)
    jumps = np.flatnonzero(
        (positive[1:] > _LEAST_JUMP * positive[:-1]) | (_LEAST_JUMP * positive[1:] < positive[:-1])
    )
    if not len(jumps):
        return FirstUnit(same_unit)
    height = np.log(positive)
    apart = height[jumps + 1] - height[jumps]
    nearest = _FACTORS[np.abs(apart[:, None] - _FACTORS).argmin(axis=1)]
    off = np.abs(apart - nearest)
    near = off < _NEAR_STEP
    if not near.any():
        return FirstUnit(same_unit)
    # Most jumps do not last: the medians of a day before and after have to differ by the factor, too.
    day = max(round(DAY_S / float(np.median(np.diff(times_s[rows])))), _LEAST_COUNT)
    before = pd.Series(height).rolling(day, min_periods=1).median().to_numpy()
    after = pd.Series(height[::-1]).rolling(day, min_periods=1).median().to_numpy()[::-1]
    near &= np.abs(after[jumps + 1] - before[jumps] - nearest) < _NEAR_STEP
    candidates = list(zip((jumps[near] + 1).tolist(), nearest[near].tolist(), off[near].tolist()))
    changes = [(int(rows[index]), step) for index, step, _off in candidates if confirmed(height, index, step)]
    return _readings_of(
        times_s, same_unit, changes, {int(rows[index]): distance for index, _step, distance in candidates}
    )


def _readings_of(
    times_s: Array, same_unit: Array, changes: list[tuple[int, float]], off: dict[int, float]
) -> FirstUnit:
    """Return what stays where units change at some rows; of changes close together the clearest counts."""
    clear: list[tuple[int, float]] = []
    for row, step in changes:
        if clear and times_s[row] - times_s[clear[-1][0]] < _LEAST_S and clear[-1][1] * step > 0:
            if off[row] < off[clear[-1][0]]:
                clear[-1] = (row, step)
            continue
        clear.append((row, step))
    if not clear:
        return FirstUnit(same_unit)
    ends = [*(row for row, _step in clear[1:]), len(same_unit)]
    level = np.cumsum([step for _row, step in clear])
    for (row, _step), end, other in zip(clear, ends, level.tolist()):
        same_unit[row:end] = abs(other) < _NEAR_FACTOR
    return FirstUnit(same_unit, float(np.exp(clear[0][1])))


def _same_shape(times_s: Array, height: Array, index: int, step: float, span_s: float) -> bool:
    """Return whether from an index on all hours of the day are higher by a step, none more than others."""
    low, high = np.searchsorted(times_s, [times_s[index - 1] - span_s, times_s[index] + span_s])
    before, after = slice(low, index), slice(index, high)
    for part in (before, after):
        if part.stop - part.start < _LEAST_COUNT:
            return False
        if times_s[part.stop - 1] - times_s[part.start] < _LEAST_S:
            return False
    hour = (times_s[low:high] // HOUR_S % 24).astype(int)
    cut = index - low
    ratios = [
        float(np.median(height[after][hour[cut:] == one]) - np.median(height[before][hour[:cut] == one]))
        for one in np.intersect1d(hour[:cut], hour[cut:]).tolist()
    ]
    if len(ratios) < _LEAST_HOURS:
        return False
    spread = float(np.quantile(ratios, 0.95) - np.quantile(ratios, 0.05))
    return abs(float(np.median(ratios)) - step) < _NEAR_FACTOR and spread < _SPREAD


def _goes_on(times_s: Array, counter: Array, index: int, step: float) -> bool:
    """Return whether from an index on a counter goes on times a factor, and runs faster by it."""
    before = slice(max(index - _RATE_MOST, 0), index)
    after = slice(index, index + _RATE_MOST)
    rates = [_rate(times_s[part], counter[part]) for part in (before, after)]
    if min(rates) <= 0 or abs(np.log(rates[1] / rates[0]) - step) > _RATE_NEAR:
        return False
    factor = float(np.exp(step))
    passed = counter[index] / factor - counter[index - 1]
    apart = times_s[index] - times_s[index - 1]
    usual = max(rates[0], rates[1] / factor) * apart
    return bool(abs(passed) <= _STEP_MOST * usual)


def _rate(times_s: Array, counter: Array) -> float:
    """Return the usual rate of a counter a second, 0 where it is not known; single readings don't weigh."""
    by = len(counter) // 2
    if len(counter) < _RATE_LEAST:
        return 0.0
    return float(np.median((counter[by:] - counter[:-by]) / (times_s[by:] - times_s[:-by])))
