"""How nights differ without any leak: weekdays, nights that stick out, the spread of changes of level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from waternet_plugin.core.arrays import Array

# Nights after a change whose mean is compared with the nights before it.
AFTER = np.array([4, 5, 7, 10, 14, 21, 28, 42])
# Those whose spread is measured, and the nights before that they are compared with.
_MEASURED, _BEFORE = 5, 14
_WEEKS, _LEAST_WEEKS = 8, 4
_NORMAL_MAD = 1.4826
EVERY = 14
OUTLIER = 4.0
_SHUT_SHARE = 0.2
# Nights in each of two means that follow each other, and by how many nights' drift these differ:
# (2 n^2 + 1) / 3 n of a random walk.
_NEAR = 3
_NEAR_DRIFT = (2 * _NEAR**2 + 1) / (3 * _NEAR)
# So many differences must be left to tell a drift.
_LEAST_NEAR = 21


def _windows(nights: Array, size: int) -> Array:
    """Return the last ``size`` nights of every night (Z, N, size), NaN before the first."""
    before = np.full((nights.shape[0], size - 1), np.nan)
    return np.asarray(sliding_window_view(np.concatenate([before, nights], axis=1), size, axis=1))


def _shifted(nights: Array, by: int) -> Array:
    """Return each night's value some nights before (Z, N), NaN where there is none."""
    moved = np.full_like(nights, np.nan)
    if by < nights.shape[1]:
        moved[:, by:] = nights[:, :-by]
    return moved


def median_of(values: Array) -> Array:
    """Return medians over the last axis, NaN where nothing is known, without a warning."""
    size = values.shape[-1]
    is_known = np.isfinite(values)
    if is_known.all():
        middle = (size - 1) // 2, size // 2
        ordered = np.partition(values, middle, axis=-1)
        return np.asarray((ordered[..., middle[0]] + ordered[..., middle[1]]) / 2.0)
    # Sorted NaN come last: much quicker than nanmedian of many short rows.
    ordered = np.sort(values, axis=-1).reshape(-1)
    count = is_known.sum(axis=-1)
    begin = np.arange(count.size).reshape(count.shape) * size
    low, high = begin + np.maximum((count - 1) // 2, 0), begin + np.minimum(count // 2, size - 1)
    return np.asarray(np.where(count > 0, (ordered[low] + ordered[high]) / 2.0, np.nan))


def _means(nights: Array, sizes: Sequence[int]) -> dict[int, Array]:
    """Return by size the means of so many last nights of every night, NaN where none is known (Z, N)."""
    known = np.isfinite(nights)
    values = np.where(known, nights, 0.0)
    counts = np.cumsum(np.pad(known.astype(float), ((0, 0), (1, 0))), axis=1)
    means = {}
    for size in sizes:
        padded = np.pad(values, ((0, 0), (size - 1, 0)))
        count = counts[:, 1:].copy()
        count[:, size:] -= counts[:, 1:-size]
        means[size] = sliding_window_view(padded, size, axis=1).sum(axis=2) / count
    return means


def without_shutdowns(nights: Array) -> tuple[Array, Array]:
    """Return nights without those in which a zone was shut down, and which these are (Z, N).

    A night below a fifth of the median of the four weeks before tells of a shut-down, not of use.
    """
    usual = _shifted(median_of(_windows(nights, 28)), 1)
    with np.errstate(invalid="ignore"):
        shut = (nights < _SHUT_SHARE * usual) & (usual > 0)
    return np.where(shut, np.nan, nights), shut


def without_weekdays(nights: Array) -> Array:
    """Return nights less what their weekday usually adds, by the weeks before each alone (Z, N).

    The effect is the median of up to eight same weekdays less the week around each of them, shrunk by how
    uncertain it is.
    """
    around = np.full_like(nights, np.nan)
    if nights.shape[1] > 3:
        around[:, :-3] = median_of(_windows(nights, 7))[:, 3:]
    less = nights - around
    weeks = np.stack([_shifted(less, 7 * week) for week in range(1, _WEEKS + 1)], axis=2)
    effect = median_of(weeks)
    known = np.isfinite(weeks).sum(axis=2)
    spread = _NORMAL_MAD * median_of(np.abs(weeks - effect[:, :, None]))
    error2 = (1.25 * spread) ** 2 / np.maximum(known, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = np.clip(1.0 - error2 / effect**2, 0.0, 1.0)
    effect = np.where((known >= _LEAST_WEEKS) & (effect != 0), effect * sure, 0.0)
    return np.asarray(nights - np.nan_to_num(effect))


@dataclass(frozen=True)
class NightNoise:
    """Nights made ready for the search for changes, and how they vary, as it is known at each night.

    Parameters
    ----------
    value
        Nights, what sticks out pulled in (Z, N).
    night2
        Variance of a single night (Z, N).
    drift2
        Variance that the level gains a night, told by means of nights next to each other (Z, N).
    change2
        Variance of a change of level to the mean of the last nights, by the first entries of `AFTER`
        (Z, N, 5).
    near
        By how much the means of three nights differ from those of the three before them (Z, N).
    """

    value: Array
    night2: Array
    drift2: Array
    change2: Array
    near: Array

    def without_changes(self, zone: int, first: int, night: int, changed: Sequence[int]) -> None:
        """Estimate the drift of a zone in the next two weeks without the changes that are known.

        Parameters
        ----------
        zone
            Number of the zone.
        first, night
            The nights that are looked back at, without the last one.
        changed
            Nights in which its level changed, with a leak or its repair.
        """
        near = self.near[zone, first:night].copy()
        for changed_night in changed:
            # Means with a night of either level, which may have changed a night before.
            near[max(changed_night - 1 - first, 0) : max(changed_night + 2 * _NEAR - first, 0)] = np.nan
        if np.isfinite(near).sum() >= _LEAST_NEAR:
            drift2 = _drift2(near, self.night2[zone, night])
            self.drift2[zone, night : night + EVERY] = drift2

    def variance(self, zones: Array, nights: Array, before: Array, after: Array, drift_share: float) -> Array:
        """Return the variance of the difference of two means of nights (Z, K, A).

        Parameters
        ----------
        zones, nights
            Numbers of the zones (Z,) and of the last nights (K,).
        before, after
            Known nights in each mean (Z, K, A), the last axis that of `AFTER`.
        drift_share
            How much of the drift counts.
        """
        index = np.ix_(zones, nights)
        with np.errstate(divide="ignore", invalid="ignore"):
            single = self.night2[index][..., None] * (1.0 / before + 1.0 / after)
        drift = drift_share * self.drift2[index][..., None] * (before + after) / 3.0
        measured = self.change2[index][..., np.minimum(np.arange(len(AFTER)), _MEASURED - 1)]
        # Where leaks come and go all the time, they are what was measured: nights next to each other tell of
        # a drift that is not a leak.
        return np.asarray(np.fmax(single, np.fmin(single + drift, measured)))


def _drift2(near: Array, night2: Array) -> Array:
    """Return the variance that levels gain a night, by differences of means of nights next to each other."""
    moved = (_NORMAL_MAD * median_of(near)) ** 2 - 2.0 * night2 / _NEAR
    return np.asarray(np.fmax(moved, 0.0) / _NEAR_DRIFT)


def night_noise(nights: Array, *, history: int, warm_up: int, least_share: float) -> NightNoise:
    """Return how nights vary, estimated anew every other week from the nights before.

    Parameters
    ----------
    nights
        Nights less their weekdays, NaN where unknown (Z, N).
    history
        Nights that are looked back at.
    warm_up
        The first nights, which are judged by themselves.
    least_share
        Least deviation of a single night, as a share of the zone's median.
    """
    zones, count = nights.shape
    night2, drift2 = np.zeros((zones, count)), np.zeros((zones, count))
    change2 = np.zeros((zones, count, _MEASURED))
    least = (least_share * median_of(nights)) ** 2
    with np.errstate(invalid="ignore"):
        means = _means(nights, (_NEAR, *AFTER[:_MEASURED].tolist(), _BEFORE))
        changes = [
            np.abs(means[size] - _shifted(means[_BEFORE], size)) for size in AFTER[:_MEASURED].tolist()
        ]
        neighbours = np.abs(means[_NEAR] - _shifted(means[_NEAR], _NEAR))
        for night in range(warm_up, count + EVERY, EVERY):
            first, last = max(0, night - history), min(night, count)
            span = slice(0 if night == warm_up else night, night + EVERY)
            apart = np.diff(nights[:, first:last], axis=1)
            single = np.fmax((_NORMAL_MAD * median_of(np.abs(apart))) ** 2 / 2.0, least)
            night2[:, span] = single[:, None]
            drift2[:, span] = _drift2(neighbours[:, first:last], single)[:, None]
            for at, change in enumerate(changes):
                spread = _NORMAL_MAD * median_of(change[:, first:last])
                change2[:, span, at] = (np.nan_to_num(spread) ** 2)[:, None]
        middle = _shifted(median_of(_windows(nights, 9)), 1)
        # Three of five nights confirm each other: what lasts is not an outlier.
        lately = np.where(np.isfinite(nights), median_of(_windows(nights, 5)), middle)
        reach = OUTLIER * np.sqrt(night2)
        low, high = np.fmin(middle, lately) - reach, np.fmax(middle, lately) + reach
        value = np.where(np.isfinite(middle), np.clip(nights, low, high), nights)
    return NightNoise(value, night2, drift2, change2, neighbours)
