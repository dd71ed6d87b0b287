"""Readings that can't be: sentinels, glitches and lost digits of values, false jumps of counters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.units import DAY_S

# What loggers and registers write when they have no value, or are full; those of 16 bits also with decimals.
_SENTINELS = (
    9999.0, 99999.0, 999999.0, 9999999.0, 32767.0, 65535.0, 2147483647.0, 4294967295.0,
    3276.7, 6553.5, 327.67, 655.35,
)  # fmt: skip
_NEGATIVE_SENTINELS = (-99.0, -999.0, -9999.0, -99999.0, -32768.0, -32767.0, -2147483648.0)
# By how much a value must exceed nine of ten others: any value, one that comes again and again, a sentinel.
_ANY, _REPEATED, _SENTINEL = 30.0, 10.0, 2.0
_LEAST_REPEATED, _LEAST_OTHERS, _MOST_REPEATED = 3, 8, 20
# A single value differs from both its neighbours by so much, and by so many times what is usual here.
_SINGLE, _SINGLE_USUAL = 3.0, 7.0
# Equal values in a row from which on a meter is frozen, where no larger share of the others repeats.
_FROZEN_LEAST, _FROZEN_SHARE = 8, 0.05
# A series of which no larger share has the other sign runs one way.
_BACK_SHARE = 0.02
# So much of the usual value is as good as nothing.
_NOTHING_SHARE = 0.01
# Zeros and turned signs up to so many in a row are no flow where they are rare. A flow is believed that falls
# to 0 from less than a share of a high one, or from a few of its steps, and a flow back of another size.
_SHORT_RUN, _RARE_SHARE, _FALL, _FALL_STEPS, _TURNED = 6, 0.03, 6.0, 5.0, 2.0

# A counter passes no more than so many times what three of four of its steps pass; from a share of that on a
# step is looked at.
_MOST_RATE, _ODD_SHARE = 40.0, 0.1
# How many readings one leaves out sooner than to believe in another counter, with less or with more on it.
_RESET_COST, _JUMP_COST, _END_COST = 6.0, 100.0, 4.0
# After a fall the value before a jump goes on at a rate so near to the usual one, as a logarithm.
_AS_USUAL = 2.0
_AROUND, _LOOK_BACK = 3, 300


def possible_values(values: Array) -> Array:
    """Return which values of flow, pressure or level may be true, booleans (R,).

    Left out is what exceeds all others by far, what loggers write instead of a value, a single value far
    from both its neighbours in a series that does not jump otherwise, zeros and turned signs in a row.

    Parameters
    ----------
    values
        Readings in order of time, finite (R,).
    """
    possible = without_sentinels(values)
    for rows_left_out in (_short_runs, _singles):
        if possible.all():
            possible[rows_left_out(values)] = False
        else:
            rows = np.flatnonzero(possible)
            possible[rows[rows_left_out(values[rows])]] = False
    return possible


def is_frozen(times_s: Array, flow: Array) -> Array:
    """Return which values of flow only repeat the last one that a meter sent, booleans (R,).

    Many equal values in a row are no measurement where values of this meter hardly ever repeat and such rows
    are rare. A meter of coarse steps, a pump that runs evenly and a flow of 0 are not frozen.

    Parameters
    ----------
    times_s
        Seconds since 1970 in UTC, ascending (R,).
    flow
        Readings, finite (R,).
    """
    frozen = np.zeros(len(flow), dtype=bool)
    changed = flow[1:] != flow[:-1]
    if len(changed) - np.count_nonzero(changed) < _FROZEN_LEAST - 1 or len(flow) <= _FROZEN_LEAST:
        return frozen
    begins = np.flatnonzero(np.append(True, changed))
    sizes = np.diff(np.append(begins, len(flow)))
    long = (sizes >= _FROZEN_LEAST) & (flow[begins] != 0)
    others = len(flow) - int(sizes[long].sum())
    repeated = int((sizes[~long] - 1).sum())
    weeks = (times_s[-1] - times_s[0]) / (7 * DAY_S)
    is_rare = others >= len(flow) / 2 and np.count_nonzero(long) <= 1 + weeks
    if is_rare and repeated <= _FROZEN_SHARE * others:
        frozen = np.repeat(long, sizes)
        frozen[begins] = False
    return frozen


def is_sentinel(values: Array) -> Array:
    """Return which values are numbers that stand for no value or a full register, booleans (R,)."""
    return np.isin(values, (*_SENTINELS, *_NEGATIVE_SENTINELS))


def without_sentinels(values: Array) -> Array:
    """Return which values exceed the others by no wonder and stand for no missing value, booleans (R,).

    Parameters
    ----------
    values
        Readings in any order, finite (R,).
    """
    if len(values) <= _LEAST_OTHERS:
        return np.ones(len(values), dtype=bool)
    possible = _without_large(values)
    return np.asarray(possible & ~_negative_code(values, possible))


def _without_large(values: Array) -> Array:
    size = np.abs(values)
    possible = np.ones(len(values), dtype=bool)
    for _ in range(_MOST_REPEATED):
        known = size[possible]
        largest = float(known.max())
        others = known[known < largest]
        if len(others) < _LEAST_OTHERS or not others.any():
            break
        is_sentinel = largest in _SENTINELS or -largest in _NEGATIVE_SENTINELS
        again = len(known) - len(others) >= _LEAST_REPEATED
        times = _SENTINEL if is_sentinel else _REPEATED if again else _ANY
        if _many_reach(others, largest / times):
            break
        usual = float(np.quantile(others[others > 0], 0.9))
        limit = usual * times
        before = int(np.count_nonzero(possible))
        possible &= size <= _ANY * usual
        if largest > limit:
            possible &= size < largest
        if np.count_nonzero(possible) == before:
            break
    return possible


def _many_reach(sizes: Array, least: float) -> bool:
    """Return whether so many of some sizes reach a value that their 0.9 quantile does, too."""
    # Of fewer sizes the quantile is no lower: zeros, which do not count, are counted.
    return np.count_nonzero(sizes >= least * (1.0 + 1e-9)) >= len(sizes) - int(0.9 * (len(sizes) - 1))


def _negative_code(values: Array, possible: Array) -> Array:
    """Return where the one negative number of a series stands that is positive by far otherwise (R,)."""
    below = possible & (values < 0)
    if not below.any() or np.count_nonzero(possible) - np.count_nonzero(below) < _LEAST_OTHERS:
        return np.zeros(len(values), dtype=bool)
    others = values[possible & ~below]
    number = values[below]
    is_code = number[0] == np.round(number[0]) and bool((number == number[0]).all())
    is_far = number[0] in _NEGATIVE_SENTINELS or float(np.quantile(others, 0.05)) > -2.0 * number[0]
    return below if is_code and is_far else np.zeros(len(values), dtype=bool)


def _singles(values: Array) -> Array:
    """Return the places of single values far above or far below both neighbours."""
    if len(values) <= _LEAST_OTHERS or not values.any():
        return np.zeros(0, np.int64)
    size = np.abs(values)
    back = values < 0
    if not _stands_out(size, back):
        return np.zeros(0, np.int64)
    nothing = _NOTHING_SHARE * float(np.quantile(size[size > 0], 0.9))
    height = np.log1p(size / nothing)
    # In a series that runs one way, a value of the other sign is far from its neighbours, whatever its size.
    if min(back.mean(), 1.0 - back.mean()) <= _BACK_SHARE:
        height[back] *= -1.0
    before, after = height[1:-1] - height[:-2], height[1:-1] - height[2:]
    apart = np.where(before * after > 0, np.minimum(np.abs(before), np.abs(after)), 0.0)
    bend = np.abs(before + after) / 2.0
    is_odd = (apart > np.log(_SINGLE)) & (bend > _SINGLE_USUAL * float(np.quantile(bend, 0.9)))
    return np.flatnonzero(is_odd) + 1


def _stands_out(size: Array, back: Array) -> bool:
    """Return whether a value may be far from both neighbours: by its bare size, or by its sign."""
    above, below = size[1:] > _SINGLE * size[:-1], _SINGLE * size[1:] < size[:-1]
    is_far = above | below | (back[1:] != back[:-1])
    return bool((is_far[1:] & is_far[:-1]).any())


def _short_runs(values: Array) -> Array:
    """Return the places of a few zeros, or values of the other sign, in a row between values of one size."""
    if len(values) <= _LEAST_OTHERS or not values.any():
        return np.zeros(0, np.int64)
    way = 1.0 if (values >= 0).mean() >= 0.5 else -1.0
    odd = values * way <= 0
    if not odd.any() or odd.mean() > _RARE_SHARE:
        return np.zeros(0, np.int64)
    size = np.abs(values)
    high = float(np.quantile(size[~odd], 0.9))
    begins = np.flatnonzero(odd[1:-1] & ~odd[:-2]) + 1
    ends = np.flatnonzero(odd[1:-1] & ~odd[2:]) + 1
    inner = begins[begins <= (ends[-1] if len(ends) else -1)]
    ends = ends[np.searchsorted(ends, inner)]
    around = np.minimum(size[inner - 1], size[ends + 1])
    largest = np.array([size[one : two + 1].max() for one, two in zip(inner, ends)])
    smallest = np.array([size[one : two + 1].min() for one, two in zip(inner, ends)])
    is_zero = (largest == 0) & (around * _FALL > high)
    if is_zero.any():
        is_zero &= around > _FALL_STEPS * np.diff(np.unique(size)).min(initial=np.inf)
    is_turned = (smallest * _TURNED > around) & (
        largest < _TURNED * np.maximum(size[inner - 1], size[ends + 1])
    )
    short = (ends - inner < _SHORT_RUN) & (is_zero | is_turned)
    runs = [np.arange(one, two + 1) for one, two in zip(inner[short], ends[short])]
    return np.concatenate(runs) if runs else np.zeros(0, np.int64)


@dataclass(frozen=True)
class CounterReadings:
    """Which readings of a counter count, ``R`` of them.

    Parameters
    ----------
    possible
        Readings that may be true (R,).
    reset
        Those with which another counter begins, or the same one anew (R,).
    """

    possible: Array
    reset: Array


def possible_counts(times_s: Array, counter: Array) -> CounterReadings:
    """Return which readings of a counter may be true, and with which it begins anew.

    The fewest readings are left out so that the counter runs forward at a possible rate. After a fall the
    next readings decide: where they go on from the value before, the ones between are left out; where they
    run on from the new value, the counter was reset or exchanged. One that stands still after a fall tells
    nothing.

    Parameters
    ----------
    times_s
        Seconds since 1970 in UTC, ascending (R,).
    counter
        Readings, finite (R,).
    """
    count = len(counter)
    nothing = np.zeros(count, dtype=bool)
    possible = counter >= 0 if (counter >= 0).mean() > 0.5 else np.ones(count, dtype=bool)
    rows = np.flatnonzero(possible)
    if len(rows) < 3:
        falls = nothing.copy()
        falls[rows[1:]] = np.diff(counter[rows]) < 0
        return CounterReadings(possible, falls)
    begins = np.append(True, np.diff(counter[rows]) != 0)
    run = np.cumsum(begins) - 1
    chosen, anew = _chain(times_s[rows][begins], counter[rows][begins])
    possible[rows] = chosen[run]
    reset = nothing
    reset[rows[np.flatnonzero(begins)[anew]]] = True
    return CounterReadings(possible, reset)


def _most_rate(times_s: Array, value: Array) -> float:
    """Return the rate that a counter does not exceed, a second."""
    volume = np.diff(value)
    forward = volume > 0
    if not forward.any():
        return float("inf")
    return _MOST_RATE * float(np.quantile(volume[forward] / np.diff(times_s)[forward], 0.75))


def _chain(times_s: Array, value: Array) -> tuple[Array, Array]:
    """Return which of the distinct values of a counter count (U,), and the places of those that begin anew.

    Parameters
    ----------
    times_s
        When each value was first read (U,).
    value
        Values that differ from the one before (U,).
    """
    count = len(value)
    most = _most_rate(times_s, value)
    volume = np.diff(value)
    odd = np.flatnonzero((volume < 0) | (volume > most * _ODD_SHARE * np.diff(times_s)))
    if not len(odd):
        return np.ones(count, dtype=bool), np.zeros(0, np.int64)
    # Only values around what is odd are judged one by one, what lies between counts together.
    alone = np.zeros(count + 1, dtype=bool)
    for by in range(-_AROUND, _AROUND + 2):
        alone[np.clip(odd + by, 0, count)] = True
    alone[count] = True
    first = np.flatnonzero(np.append(True, alone[1:count] | alone[: count - 1]))
    last = np.append(first[1:], count) - 1
    taken, anew = _best_chain(times_s, value, first, last, most)
    chosen = np.zeros(count, dtype=bool)
    for one in taken:
        chosen[first[one] : last[one] + 1] = True
    return chosen, first[anew]


def _best_chain(
    times_s: Array, value: Array, first: Array, last: Array, most: float
) -> tuple[list[int], list[int]]:
    """Return the groups of values of the best chain, and those of them with which a counter begins anew.

    Parameters
    ----------
    times_s, value
        Distinct values of a counter (U,).
    first, last
        Ends of groups of values that count together (G,).
    most
        Greatest rate a second.
    """
    size = (last - first + 1).astype(float)
    before = np.append(0.0, np.cumsum(size))
    reset = min(_RESET_COST, max(len(value) / 3.0, 1.0))
    jump = max(min(_JUMP_COST, len(value) / 3.0), reset)
    usual = most / _MOST_RATE
    cost = _END_COST * before[:-1]
    came_from = np.full(len(first), -1)
    for one in range(1, len(first)):
        low = max(one - _LOOK_BACK, 0)
        volume = value[first[one]] - value[last[low:one]]
        apart = times_s[first[one]] - times_s[last[low:one]]
        goes_on = (volume > 0) & (np.abs(np.log(np.maximum(volume, 1e-9) / apart / usual)) < _AS_USUAL)
        fall = jump if goes_on[:-1].any() else reset
        step = np.where(volume < 0, fall, np.where(volume > most * apart, jump, 0.0))
        whole = cost[low:one] + step + before[one] - before[low + 1 : one + 1]
        best = len(whole) - 1 - int(np.argmin(whole[::-1]))
        if whole[best] < cost[one]:
            cost[one], came_from[one] = whole[best], low + best
    whole = cost + _END_COST * (before[-1] - before[1:])
    at = int(np.argmin(whole))
    taken = [at]
    while came_from[at] >= 0:
        at = int(came_from[at])
        taken.append(at)
    taken.reverse()
    anew = [
        two
        for one, two in zip(taken, taken[1:])
        if not 0 <= value[first[two]] - value[last[one]] <= most * (times_s[first[two]] - times_s[last[one]])
    ]
    return taken, anew
