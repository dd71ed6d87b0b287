"""Which alarms a fall of night flow ends."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.core.leakage.detection.leak_alarms import AlarmOptions, LeakAlarm


def ended_by_fall(running: Sequence[LeakAlarm], size: float, options: AlarmOptions) -> list[LeakAlarm]:
    """Return the open alarms of a zone that a fall ends; of a smaller fall it takes off a part of one's rise.

    Parameters
    ----------
    running
        Open alarms of the zone.
    size
        The fall, m3/h.
    options
        Of all open alarms a fall must have ``fall_all_share`` to end them all, of those it fits best
        ``fall_least_share`` to end them.
    """
    if size >= options.fall_all_share * _rise(running):
        return list(running)
    # Two leaks may be repaired at about the same time.
    alone = [[alarm] for alarm in running]
    pairs = [[alarm, other] for number, alarm in enumerate(running) for other in running[:number]]
    nearest = min([*alone, *pairs], key=lambda ones: abs(_rise(ones) - size))
    if size > options.fall_least_share * _rise(nearest):
        return nearest
    nearest[0].rise_m3h -= size
    return []


def _rise(alarms: Sequence[LeakAlarm]) -> float:
    return sum(alarm.rise_m3h for alarm in alarms)
