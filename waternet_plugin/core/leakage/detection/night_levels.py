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

    def changes(self, night: int, level_from: Array, drift_share: float) -> FlowChanges:
        """Return the changes that may have come before a night, by zone and nights after it (Z, A).

        Parameters
        ----------
        night
            The last night.
        level_from
            First night of the level that each zone has (Z,).
        drift_share
            How much of the usual drift counts (0-1).
        """
        started = np.broadcast_to(night + 1 - AFTER, (len(level_from), len(AFTER)))
        begin, first = _nights_before(started, level_from)
        valid = (started - level_from[:, None] >= LEAST_BEFORE) & (started >= LEAST_BEFORE)
        made = []
        for noise, sums, counts in zip(self.noise, self.sums, self.counts):
            after = counts[:, night + 1][:, None] - np.take_along_axis(counts, first, axis=1)
            before = np.take_along_axis(counts, first, axis=1) - np.take_along_axis(counts, begin, axis=1)
            enough = valid & (before >= np.maximum(LEAST_BEFORE, np.minimum(AFTER // 2, 14)))
            enough &= after >= np.maximum(LEAST_AFTER, _KNOWN_SHARE * AFTER)
            with np.errstate(divide="ignore", invalid="ignore"):
                change = (sums[:, night + 1][:, None] - np.take_along_axis(sums, first, axis=1)) / after - (
                    np.take_along_axis(sums, first, axis=1) - np.take_along_axis(sums, begin, axis=1)
                ) / before
            variance = noise.variance(night, before, after, drift_share)
            made.append((np.where(enough, change, np.nan), variance))
        return FlowChanges(*made[0], *made[1])

    def heights(self, night: int, level_from: Array) -> tuple[Array, Array, Array]:
        """Return how far a night by itself lies above the nights before.

        Parameters
        ----------
        level_from
            First night of the level that each zone has (Z,).

        Returns
        -------
        m3/h above the nights before each window (Z, A), above those before the night (Z,), and of these the
        standard deviations (Z,); NaN unknown.
        """
        value, noise = self.unclipped[0][:, night], self.noise[0]
        started = np.append(night + 1 - AFTER, night)
        begin, first = _nights_before(np.broadcast_to(started, (len(value), len(started))), level_from)
        sums, counts = self.sums[0], self.counts[0]
        before = np.take_along_axis(counts, first, axis=1) - np.take_along_axis(counts, begin, axis=1)
        totals = np.take_along_axis(sums, first, axis=1) - np.take_along_axis(sums, begin, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            height = value[:, None] - np.where(before >= LEAST_BEFORE, totals / before, np.nan)
            drift = self.options.drift_share * noise.drift2[:, night] * (before[:, -1] + 1) / 3.0
            own = height[:, -1] / np.sqrt(noise.night2[:, night] * (1.0 + 1.0 / before[:, -1]) + drift)
        return height[:, :-1], height[:, -1], own

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
    """Return first and end of the nights of one level before some nights (Z, A)."""
    first = np.maximum(started, 0)
    begin = np.maximum(np.maximum(first - MOST_BEFORE, level_from[:, None]), 0)
    return np.minimum(begin, first), first


def _running(values: Array, known: Array) -> Array:
    """Return sums of the known values before each night (Z, N + 1)."""
    sums = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(np.where(known, values, 0.0), axis=1, out=sums[:, 1:])
    return sums


def middle_of(values: Array) -> float:
    """Return the median of what is known, NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
