"""How large the rise of an alarm is, and whether it came slowly, by all of its nights."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.leakage.detection.leak_alarms import CREEP, LeakAlarm, LeakAlarms
from waternet_plugin.core.leakage.detection.night_levels import NightLevels, middle_of
from waternet_plugin.core.leakage.detection.rise_shapes import rise_shape

# Nights after its last growth that tell how large a rise is, and those that tell it of a slow one.
_SETTLED_NIGHTS, _LAST_OF_CREEP = 14, 7
_NEAR_NIGHTS, _LEAST_BEFORE = 3, 3


def measure_alarms(search: LeakAlarms, levels: NightLevels) -> None:
    """Say of each alarm how large it is, whether it came slowly, and what whole days did.

    Parameters
    ----------
    found
        The alarms, which are changed.
    levels
        The nights in which they were found.
    """
    for alarm in search.alarms:
        # What is left of a rise was measured when it was told: the leak began while another one ran.
        if alarm.after is None:
            _measure(alarm, search, levels)


def _measure(alarm: LeakAlarm, search: LeakAlarms, levels: NightLevels) -> None:
    nights, days = (flows[alarm.zone] for flows in levels.unclipped)
    later = [
        later_alarm.started
        for later_alarm in search.alarms
        if later_alarm.zone == alarm.zone
        and later_alarm.started > alarm.started
        and later_alarm.whole is not alarm
    ]
    end = min([alarm.last_growth + _SETTLED_NIGHTS, *later, len(nights)])
    end = max(end if alarm.ended is None else min(end, alarm.ended), alarm.raised + 1)
    alarm.kind, began = rise_shape(nights, alarm.started, end - 1, alarm.level_from)
    if abs(began - alarm.started) <= _NEAR_NIGHTS and began <= alarm.raised:
        alarm.started = began
    first = max(alarm.started - _SETTLED_NIGHTS, min(alarm.level_from, alarm.started - _LEAST_BEFORE), 0)
    rises = []
    for value in (nights, days):
        after = value[alarm.started : end]
        after = after[np.isfinite(after)]
        # A leak that grows is as large as it became.
        after = after[-_LAST_OF_CREEP:] if alarm.kind == CREEP else after
        rises.append(middle_of(after) - middle_of(value[first : alarm.started]))
    if np.isfinite(rises[0]) and rises[0] > 0:
        alarm.rise_m3h = float(rises[0])
    alarm.around_m3h = float(rises[1])
