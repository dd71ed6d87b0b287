"""Which alarms a fall of night flow ends."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.core.leakage.detection.leak_alarms import LeakAlarm

# Of all open alarms a fall must have so much to end them all, of those it fits best so much to end them.
_ALL_SHARE, _LEAST_SHARE = 0.65, 0.35


def ended_by_fall(running: Sequence[LeakAlarm], size: float) -> list[LeakAlarm]:
    """Return the open alarms of a zone that a fall ends; of a smaller fall it takes off a part of one's rise.

    Parameters
    ----------
    running
        Open alarms of the zone.
    size
        The fall, m3/h.
    """
    if size >= _ALL_SHARE * _rise(running):
        return list(running)
    # Two leaks may be repaired at about the same time.
    alone = [[alarm] for alarm in running]
    pairs = [[alarm, other] for number, alarm in enumerate(running) for other in running[:number]]
    nearest = min([*alone, *pairs], key=lambda ones: abs(_rise(ones) - size))
    if size > _LEAST_SHARE * _rise(nearest):
        return nearest
    nearest[0].rise_m3h -= size
    return []


def _rise(alarms: Sequence[LeakAlarm]) -> float:
    return sum(alarm.rise_m3h for alarm in alarms)
