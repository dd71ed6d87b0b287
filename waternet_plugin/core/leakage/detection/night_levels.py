"""Nights made ready for the search for leaks: levels and changes of level of all zones at once."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.detection.leak_alarms import AlarmOptions
from waternet_plugin.core.leakage.detection.night_noise import AFTER, EVERY, night_noise, without_weekdays
from waternet_plugin.core.leakage.detection.rise_causes import others_share
from waternet_plugin.core.leakage.detection.whole_days import FlowChanges

# Most nights that tell a level before a change, and the fewest before and after it.
MOST_BEFORE, LEAST_BEFORE, LEAST_AFTER = 42, 3, 3
# Of the nights after a change so many must be known; the last level is that of so many nights.
_KNOWN_SHARE, _LAST_NIGHTS = 0.6, 4


class NightLevels:
    """Night flow and whole days of all zones without weekdays, and how they vary.

    Parameters
    ----------
    nights, around
        Means of each night's window and of whole days without shut-downs, m3/h, NaN where unknown (Z, N).
    options
        Thresholds.

    ``changed`` has the nights of each zone in which its level is known to have changed.
    """

    def __init__(self, nights: Array, around: Array, options: AlarmOptions) -> None:
        self.unclipped = (without_weekdays(nights), without_weekdays(around))
        self.noise = tuple(
            night_noise(
                flows,
                history=options.history,
                warm_up=options.warm_up,
                least_share=options.night_share,
            )
            for flows in self.unclipped
        )
        self.options = options
        self.changed: list[list[int]] = [[] for _ in nights]
        known = np.isfinite(nights)
        self.sums = [_running(noise.value, known & np.isfinite(noise.value)) for noise in self.noise]
        self.counts = [
            _running(np.ones_like(nights), known & np.isfinite(noise.value)) for noise in self.noise
        ]

    def renew(self, night: int) -> None:
        """Estimate anew, every other week, how levels drift beside the changes that are known."""
        if (night - self.options.warm_up) % EVERY:
            return
        first = max(night - self.options.history, 0)
        for zone, changed in enumerate(self.changed):
            if changed and changed[-1] > first:
                for noise in self.noise:
                    noise.without_changes(zone, first, night, changed)

    def changes(self, zones: Array, nights: Array, level_from: Array) -> FlowChanges:
        """Return the changes that may have come before nights, by zone, night and nights after it (Z, K, A).

        Parameters
        ----------
        zones, nights
            Numbers of the zones (Z,) and of the last nights (K,).
        level_from
            First night of the level that each of these zones has (Z,).
        """
        started = nights[:, None] + 1 - AFTER
        begin, first = _nights_before(started, level_from)
        valid = (started - level_from[:, None, None] >= LEAST_BEFORE) & (started >= LEAST_BEFORE)
        made = []
        for noise, sums, counts in zip(self.noise, self.sums, self.counts):
            count, after = _before_and_after(counts[zones], begin, first, nights)
            total, last = _before_and_after(sums[zones], begin, first, nights)
            enough = valid & (count >= np.maximum(LEAST_BEFORE, np.minimum(AFTER // 2, 14)))
            enough &= after >= np.maximum(LEAST_AFTER, _KNOWN_SHARE * AFTER)
            with np.errstate(divide="ignore", invalid="ignore"):
                change = last / after - total / count
            variance = noise.variance(zones, nights, count, after, self.options.drift_share)
            made.append((np.where(enough, change, np.nan), variance))
        return FlowChanges(*made[0], *made[1])

    def heights(self, zones: Array, nights: Array, level_from: Array) -> tuple[Array, Array, Array]:
        """Return how far nights by themselves lie above the nights before.

        Parameters
        ----------
        zones, nights
            Numbers of the zones (Z,) and of the nights (K,).
        level_from
            First night of the level that each of these zones has (Z,).

        Returns
        -------
        m3/h above the nights before each window (Z, K, A), above those before the night (Z, K), and of these
        the standard deviations (Z, K); NaN unknown.
        """
        value, noise = self.unclipped[0][np.ix_(zones, nights)], self.noise[0]
        started = np.append(nights[:, None] + 1 - AFTER, nights[:, None], axis=1)
        begin, first = _nights_before(started, level_from)
        before, _after = _before_and_after(self.counts[0][zones], begin, first, nights)
        totals, _last = _before_and_after(self.sums[0][zones], begin, first, nights)
        night2, drift2 = (values[np.ix_(zones, nights)] for values in (noise.night2, noise.drift2))
        known = before[..., -1]
        with np.errstate(divide="ignore", invalid="ignore"):
            height = value[..., None] - np.where(before >= LEAST_BEFORE, totals / before, np.nan)
            drift = self.options.drift_share * drift2 * (known + 1) / 3.0
            own = height[..., -1] / np.sqrt(night2 * (1.0 + 1.0 / known) + drift)
        return height[..., :-1], height[..., -1], own

    def levels(self, zone: int, started: int, night: int, level_from: int) -> tuple[float, float]:
        """Return medians of the nights before a change and of the last ones."""
        value = self.noise[0].value[zone]
        before = value[max(started - MOST_BEFORE, level_from, 0) : started]
        last = value[max(started, night + 1 - _LAST_NIGHTS) : night + 1]
        return middle_of(before), middle_of(last)

    def others(self, zone: int, rise: Array, started: int, holds: Array | None) -> float:
        """Return the relative change that most other zones made at the same time."""
        begin = max(started - MOST_BEFORE, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            known = self.counts[0][:, started] - self.counts[0][:, begin]
            level = (self.sums[0][:, started] - self.sums[0][:, begin]) / known
            share = rise / np.where(level > 0, level, np.nan)
        return others_share(zone, share, holds)


def _nights_before(started: Array, level_from: Array) -> tuple[Array, Array]:
    """Return first night (Z, K, A) and end (K, A) of the nights of one level before some nights (K, A)."""
    first = np.maximum(started, 0)
    begin = np.maximum(first - MOST_BEFORE, np.maximum(level_from, 0)[:, None, None])
    return np.minimum(begin, first), first


def _before_and_after(running: Array, begin: Array, first: Array, nights: Array) -> tuple[Array, Array]:
    """Return what running sums (Z, N + 1) gain before nights, and from these to the last ones (Z, K, A)."""
    at_first = running[:, first]
    row = np.arange(len(running))[:, None, None]
    return at_first - running[row, begin], running[:, nights + 1][..., None] - at_first


def _running(values: Array, known: Array) -> Array:
    """Return sums of the known values before each night (Z, N + 1)."""
    sums = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(np.where(known, values, 0.0), axis=1, out=sums[:, 1:])
    return sums


def middle_of(values: Array) -> float:
    """Return the median of what is known, NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
