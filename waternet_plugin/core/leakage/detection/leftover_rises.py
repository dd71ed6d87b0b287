"""Leaks that came while another one ran: what is left above the level before, once that one is repaired."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.leakage.detection.leak_alarms import CREEP, LeakAlarm
from waternet_plugin.core.leakage.detection.night_levels import (
    LEAST_AFTER,
    LEAST_BEFORE,
    MOST_BEFORE,
    NightLevels,
)
from waternet_plugin.core.leakage.detection.whole_days import FlowChanges

# So many nights after a fall it is looked at, and how many standard deviations must be left.
LEFT_AFTER, _LEFT_DEVIATIONS = (7, 14, 28), 2.5
# Between both levels lie weeks, in which use moves by more than nights next to each other tell.
_DRIFT = 4.0
# Nights that tell the rise of another alarm that began or ended meanwhile.
_RISE_NIGHTS = 7
_AT_NIGHT = 0.5
# The first nights after a fall stick out and are pulled in towards the level before it.
_PULLED_IN = 3
# A slow leak whose alarm is open may have grown by such a share of its rise since it was told.
_GROWN = 0.5


def leftover_rise(
    levels: NightLevels, ended: LeakAlarm, alarms: Sequence[LeakAlarm], fell: int, night: int
) -> LeakAlarm | None:
    """Return the alarm of what is left of a rise after its alarm ended; None where it is not sure.

    Parameters
    ----------
    levels
        The nights.
    ended
        The alarm that ended.
    alarms
        All alarms of the zone that were raised so far.
    fell, night
        The night of the fall that ended it, and the last one that is known.
    """
    zone, first = ended.zone, max(ended.started - MOST_BEFORE, ended.level_from, 0)
    others = [alarm for alarm in alarms if alarm is not ended and alarm.whole is None]
    signs = [
        _is_running(neighbour, fell, fell) - _is_running(neighbour, first, ended.started)
        for neighbour in others
    ]
    grown = [
        1.0 + _GROWN if sign > 0 and neighbour.kind == CREEP else 1.0
        for neighbour, sign in zip(others, signs)
    ]
    known = sum(sign * share * neighbour.rise_m3h for neighbour, sign, share in zip(others, signs, grown))
    rises = sum(map(abs, signs))
    # What rises after the fall is told by itself.
    last = min([night + 1, *(neighbour.started for neighbour in others if neighbour.started > fell)])
    changes = []
    for noise in levels.noise:
        value = noise.value[zone]
        before, after = value[first : ended.started], value[fell + _PULLED_IN : last]
        before, after = before[np.isfinite(before)], after[np.isfinite(after)]
        if len(before) < LEAST_BEFORE or len(after) < LEAST_AFTER:
            return None
        means = 1.0 / len(before) + 1.0 / len(after) + 2.0 * rises / _RISE_NIGHTS
        drift = _DRIFT * noise.drift2[zone, night] * (fell - ended.started)
        changes.append(after.mean() - before.mean() - known)
        changes.append(noise.night2[zone, night] * means + drift)
    change = FlowChanges(*(np.array([[one]]) for one in changes))
    size, variance = (float(estimate[0, 0]) for estimate in change.combined())
    deviations = size / variance**0.5
    if deviations < _LEFT_DEVIATIONS or change.nights[0, 0] < _AT_NIGHT * size or change.is_use(0, 0):
        return None
    return LeakAlarm(
        zone, night, ended.started, size, ended.before_m3h, deviations, CREEP,
        float(change.days[0, 0]), 0.0, fell, fell, after=ended,
    )  # fmt: skip


def _is_running(alarm: LeakAlarm, first: int, last: int) -> bool:
    """Return whether a leak runs from before one night until after another one, as its alarm tells."""
    return alarm.started < last and (alarm.ended is None or alarm.ended > first)
