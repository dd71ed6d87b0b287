"""Which rises tell of a leak that has its alarm: when they come, and when more nights are known."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.leakage.detection.leak_alarms import CREEP, LeakAlarm
from waternet_plugin.core.leakage.detection.leak_growth import is_growth
from waternet_plugin.core.leakage.detection.night_levels import NightLevels, middle_of
from waternet_plugin.core.leakage.detection.rise_shapes import rise_shape
from waternet_plugin.core.leakage.detection.whole_days import FlowChanges

# Nights before a leak that are looked at to tell its growth from a second one, and by how many variances of a
# night the second one must explain more.
_GROWTH_NIGHTS, _SECOND_EVIDENCE = 28, 10.0
# A leak that did not grow for more nights than these has its size: what rises later is another one. One that
# comes slowly rests longer between the nights on which its growth is told.
_RESTING_NIGHTS, _SLOW_RESTING_NIGHTS = 3, 14
# So many nights after it was raised an alarm is looked at again: the nights that count before the leak whose
# growth it may be, and by how many variances a leak of its own must explain more.
_AGAIN_AFTER = (14, 28, 42)
_AGAIN_NIGHTS, _AGAIN_EVIDENCE = 70, 10.0


def still_grows(levels: NightLevels, alarm: LeakAlarm, began: int, night: int) -> bool:
    """Return whether a new rise is the further growth of a leak that has its alarm.

    Parameters
    ----------
    levels
        The nights.
    alarm
        The alarm of the leak.
    began, night
        The first night of the new rise, and the last one that is known.
    """
    rested = began - alarm.last_growth
    if rested > _SLOW_RESTING_NIGHTS:
        return False
    if rested > _RESTING_NIGHTS and not _came_slowly(levels, alarm, began):
        return False
    return _is_one(levels, alarm, began, night, _GROWTH_NIGHTS, _SECOND_EVIDENCE)


def further_growth(
    levels: NightLevels, alarms: list[LeakAlarm], fell: int, night: int
) -> tuple[LeakAlarm, LeakAlarm] | None:
    """Return an alarm that tells of the growth of an earlier leak, as the nights since show, and its alarm.

    Parameters
    ----------
    levels
        The nights.
    alarms
        Open alarms of one zone in the order in which they were raised.
    fell
        The last night in which the zone fell: leaks from before it are not told apart by what was after.
    night
        The last night that is known.
    """
    for number in range(len(alarms) - 1, 0, -1):
        alarm, before = alarms[number], alarms[number - 1]
        if night - alarm.raised not in _AGAIN_AFTER or before.started < fell:
            continue
        last = alarms[number + 1].started - 1 if number + 1 < len(alarms) else night
        if last - alarm.raised < _AGAIN_AFTER[0]:
            continue
        if _is_one(levels, before, alarm.started, last, _AGAIN_NIGHTS, _AGAIN_EVIDENCE):
            return alarm, before
    return None


def _is_one(
    levels: NightLevels, alarm: LeakAlarm, began: int, night: int, nights_before: int, evidence: float
) -> bool:
    """Return whether one leak explains the nights up to one as well as two do."""
    first = max(alarm.started - nights_before, alarm.level_from, 0)
    parts = (flows[alarm.zone, first : night + 1] for flows in levels.unclipped)
    # Around their own levels: a day that is not known leaves no step.
    nights, days = (part - middle_of(part) for part in parts)
    of_nights, of_days = (noise.night2[alarm.zone, night] for noise in levels.noise)
    value, variance = FlowChanges(nights, of_nights, days, of_days).combined()
    return is_growth(value, float(np.median(variance)), alarm.started - first, began - first, evidence)


def _came_slowly(levels: NightLevels, alarm: LeakAlarm, until: int) -> bool:
    """Return whether a leak came slowly, as it was told or by the nights before another rise."""
    if alarm.kind == CREEP:
        return True
    kind, _began = rise_shape(levels.unclipped[0][alarm.zone], alarm.started, until - 1, alarm.level_from)
    return kind == CREEP
