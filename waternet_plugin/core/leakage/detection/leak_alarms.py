"""Alarms of leaks: what they say, and how sure and how large a rise must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings

STEP, CREEP = "step", "creep"
# Why an alarm ended: a repair, a fall that nobody explains, or it tells of the growth of a leak that has one.
REPAIR, FALL, GROWTH = "repair", "fall", "growth"


@dataclass(frozen=True)
class AlarmOptions:
    """How sure an alarm is and how small a rise may be; the settings have these words, too.

    Parameters
    ----------
    threshold, fall_threshold, watch_threshold
        Standard deviations from which a rise is an alarm, a fall ends one, a night is to be watched.
    smallest_share, smallest_m3h
        Smallest rise as a share of the level before without the leaks that have an alarm (0-1), and in m3/h.
    drift_share
        How much of the usual drift of a zone's level counts against a rise (0-1).
    history, warm_up
        Nights looked back at to learn how a zone varies, and nights before the first alarm.
    same_leak_nights
        Nights after an alarm within which further growth belongs to it.
    exchange_share
        Difference up to which the fall of another zone explains a rise, as a share of it (0-1).
    short_factor
        By what the threshold is higher of rises of up to five nights, and while weekdays are not known yet.
    repair_nights
        Nights after a repair in which a fall is credited to it.
    fall_all_share, fall_least_share
        Share of the rises of all open alarms, and of those it fits best, from which a fall ends them (0-1).
    night_share
        Least deviation of a single night as a share of the median (0-1).
    earlier_share
        How much of a higher level that the zone had before, without an alarm, counts against a rise (0-1).
    """

    threshold: float = 2.0
    fall_threshold: float = 3.0
    watch_threshold: float = 2.0
    smallest_share: float = 0.08
    smallest_m3h: float = 0.3
    drift_share: float = 0.3
    history: int = 112
    warm_up: int = 21
    same_leak_nights: int = 2
    exchange_share: float = 0.25
    short_factor: float = 1.6
    repair_nights: int = 14
    fall_all_share: float = 0.65
    fall_least_share: float = 0.35
    night_share: float = 0.01
    earlier_share: float = 1.0


# How nights differ shows in two of them at least.
_LEAST_WARM_UP = 2


def alarm_options(settings: Settings) -> AlarmOptions:
    """Return the options that are in force for a network."""
    return AlarmOptions(
        threshold=settings.real("leakage.alarm_threshold"),
        fall_threshold=settings.real("leakage.fall_threshold"),
        watch_threshold=settings.real("leakage.watch_threshold"),
        smallest_share=settings.real("leakage.smallest_rise_share"),
        smallest_m3h=settings.real("leakage.smallest_rise_m3h"),
        drift_share=settings.real("leakage.drift_share"),
        history=settings.integer("leakage.history_nights"),
        warm_up=max(settings.integer("leakage.warm_up_nights"), _LEAST_WARM_UP),
        same_leak_nights=settings.integer("leakage.same_leak_nights"),
        exchange_share=settings.real("leakage.exchange_share"),
        short_factor=settings.real("leakage.short_factor"),
        earlier_share=settings.real("leakage.earlier_share"),
        repair_nights=settings.integer("leakage.repair_nights"),
        fall_all_share=settings.real("leakage.fall_all_share"),
        fall_least_share=settings.real("leakage.fall_least_share"),
    )


@dataclass
class LeakAlarm:
    """A lasting rise of one zone; nights are numbers of columns.

    Parameters
    ----------
    zone
        Number of the zone.
    raised, started, ended
        The night on which it was told, the first one of the rise, the first one without it (None: open).
    rise_m3h, before_m3h
        The rise, and the level before it.
    deviations
        The rise in standard deviations when it was told.
    kind
        ``step`` or ``creep``.
    around_m3h
        The rise of the mean of whole days; NaN where it is not known.
    others_share
        Relative change of the other zones at the same time, which was taken off; 0 where it is not known.
    last_growth
        The last night on which it was found to have grown.
    level_from
        The first night of the level before.
    ended_by
        Why it ended: ``repair``, ``fall``, ``growth`` or ''.
    whole
        The alarm of the leak whose growth it tells; None: a leak of its own.
    after
        The alarm at whose end this rise was left: the leak came while it ran. None: the rise itself was seen.
    """

    zone: int
    raised: int
    started: int
    rise_m3h: float
    before_m3h: float
    deviations: float
    kind: str
    around_m3h: float
    others_share: float
    last_growth: int
    level_from: int = 0
    ended: int | None = None
    ended_by: str = ""
    whole: LeakAlarm | None = None
    after: LeakAlarm | None = None


@dataclass
class LeakAlarms:
    """What a search found.

    Parameters
    ----------
    alarms
        In order of the nights on which they were raised.
    score
        Standard deviations of the greatest rise that each night ends and shows itself (Z, N); 0 for none.
    explained
        By zone and night what explains a rise that is not an alarm: ``others``, ``use``, ``earlier`` or the
        number of a zone.
    shut
        Nights in which a zone was shut down (Z, N).
    holds
        Which zones lie in which (Z, Z), as it was given.
    """

    alarms: list[LeakAlarm]
    score: Array
    explained: dict[tuple[int, int], Any]
    shut: Array
    holds: Array | None = None

    def parts_of(self, zone: int) -> set[int]:
        """Return the zones that lie in a zone."""
        return set() if self.holds is None else set(np.flatnonzero(self.holds[zone]).tolist()) - {zone}
