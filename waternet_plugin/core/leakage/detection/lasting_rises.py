"""Lasting rises of night flow: when they began, how large they are, and what ended them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.detection.alarm_growth import further_growth, still_grows
from waternet_plugin.core.leakage.detection.leak_alarms import (
    CREEP,
    FALL,
    GROWTH,
    REPAIR,
    STEP,
    AlarmOptions,
    LeakAlarm,
    LeakAlarms,
)
from waternet_plugin.core.leakage.detection.leftover_rises import LEFT_AFTER, leftover_rise
from waternet_plugin.core.leakage.detection.night_changes import LASTING_SHARE, NightChanges
from waternet_plugin.core.leakage.detection.night_levels import (
    LEAST_AFTER,
    MOST_BEFORE,
    NightLevels,
    middle_of,
)
from waternet_plugin.core.leakage.detection.night_noise import AFTER, EVERY, OUTLIER, without_shutdowns
from waternet_plugin.core.leakage.detection.rise_causes import is_earlier_level, partner_of
from waternet_plugin.core.leakage.detection.rise_shapes import rise_shape
from waternet_plugin.core.leakage.detection.whole_days import FlowChanges

# Nights after its last growth that tell how large a rise is, and those that tell it of a slow one.
_SETTLED_NIGHTS, _LAST_OF_CREEP = 14, 7
_NEAR_NIGHTS, _LEAST_BEFORE = 3, 3


# Of a change so much must be there in its first night.
_BEGUN_SHARE = 0.3
_TOGETHER = 0.5
# So many nights another zone's fall must last to explain a rise for good.
_EXCHANGE_NIGHTS = 21
_SHORT, _WEEKDAY_NIGHTS = 5, 28
_PART_NIGHTS = 2


def find_leaks(
    nights: Array,
    around: Array,
    options: AlarmOptions,
    *,
    related: Array | None = None,
    holds: Array | None = None,
    repairs: Mapping[int, Sequence[int]] | None = None,
) -> LeakAlarms:
    """Return the lasting rises of night flow; each is told from the nights before it was raised alone.

    Parameters
    ----------
    nights
        Mean of each night's window, m3/h, NaN where unknown (Z, N).
    around
        Mean of the 24 hours that end with the window, m3/h (Z, N).
    options
        Thresholds.
    related
        Which zones may exchange water, booleans (Z, Z); None: any two.
    holds
        Which zones lie in which, ``holds[a, z]``, themselves included (Z, Z); None: none.
    repairs
        By zone the nights after which a leak was repaired.
    """
    return _Search(nights, around, options, related, holds, repairs or {}).run()


@dataclass
class _Search:
    """One search over all nights, all zones at once."""

    nights: Array
    around: Array
    options: AlarmOptions
    related: Array | None
    holds: Array | None
    repairs: Mapping[int, Sequence[int]]
    open: list[list[LeakAlarm]] = field(default_factory=list)
    found: LeakAlarms = field(init=False)

    def run(self) -> LeakAlarms:
        """Walk the nights."""
        zones, count = self.nights.shape
        if not count:
            return LeakAlarms([], np.zeros((zones, 0)), {}, np.zeros((zones, 0), dtype=bool), self.holds)
        open_nights, shut = without_shutdowns(self.nights)
        around = np.where(shut, np.nan, self.around)
        options = self.options
        known = np.isfinite(open_nights)
        self.levels = NightLevels(open_nights, around, options)
        self.unclipped, self.noise = self.levels.unclipped, self.levels.noise
        self.level_from = np.zeros(zones, dtype=np.int64)
        self.fell = np.zeros(zones, dtype=np.int64)
        self.open = [[] for _ in range(zones)]
        self.ended: dict[int, tuple[LeakAlarm, int]] = {}
        self.found = LeakAlarms([], np.zeros((zones, count)), {}, shut, self.holds)
        begins = [max(min(options.warm_up, count) - 1, 0), *range(options.warm_up, count, EVERY), count]
        for first, end in zip(begins, begins[1:]):
            self.levels.renew(first)
            changes = NightChanges(self.levels, np.arange(first, end), self.level_from)
            for night in range(first, end):
                self._look(night, known[:, night], changes)
                changes.follow(night, self.level_from)
                self._look_after_falls(night, known[:, night])
                self._look_again(night)
        measure_alarms(self.found, self.levels)
        return self.found

    def _look(self, night: int, known: Array, of_nights: NightChanges) -> None:
        changes, rise, score, height, own_m3h, own = of_nights.at(night)
        self.found.score[:, night] = self._heights(night, height, own_m3h, own) * known
        falls = np.full(len(score), self.options.fall_threshold)
        for zone in self.repairs:
            if self._repaired(zone, night):
                falls[zone] /= 2.0
        # Weekdays are not known in the first weeks.
        is_unsure = (AFTER <= _SHORT) | (night < self.options.warm_up + _WEEKDAY_NIGHTS)
        score = score / np.where(is_unsure, self.options.short_factor, 1.0)
        rises = score.max(axis=1) > self.options.threshold
        for zone in np.flatnonzero(known & (rises | (score.min(axis=1) < -falls))).tolist():
            up = bool(rises[zone] and score[zone].max() >= -score[zone].min())
            signed = score[zone] if up else -score[zone]
            least = self.options.threshold if up else falls[zone]
            # The surest window whose first night is of the change already.
            for at in np.argsort(-signed, kind="stable").tolist():
                if signed[at] <= least:
                    break
                if self._lasts(zone, night, at, float(rise[zone, at])):
                    if up:
                        self._rise(zone, night, at, rise, score, changes)
                    else:
                        self._fall(zone, night, night + 1 - int(AFTER[at]))
                    break

    def _heights(self, night: int, height: Array, own_m3h: Array, own: Array) -> Array:
        """Return the standard deviations by which a night lies above the nights before, 0 for none (Z,).

        A rise that begins shows in a single night.
        """
        heights = height.copy()
        with np.errstate(invalid="ignore"):
            alone = np.flatnonzero(own > OUTLIER)
        for zone in alone.tolist():
            others = self.levels.others(zone, own_m3h, night, self.holds)
            share = max(others, 0.0) * self.levels.levels(zone, night, night, 0)[0] / own_m3h[zone]
            if own[zone] * (1.0 - share) > OUTLIER:
                heights[zone] = max(heights[zone], own[zone])
        return np.asarray(np.maximum(heights, 0.0))

    def _smallest(self, zone: int, before: float, started: int) -> float:
        """Return the smallest rise of an alarm: a share of the level without the leaks that have theirs."""
        known = sum(alarm.rise_m3h for alarm in self.open[zone] if alarm.started < started)
        return max(self.options.smallest_m3h, self.options.smallest_share * max(abs(before) - known, 0.0))

    def _lasts(self, zone: int, night: int, at: int, size: float) -> bool:
        """Return whether a change is there from the first night of its window to the last ones."""
        started = night + 1 - int(AFTER[at])
        before, last = self.levels.levels(zone, started, night, int(self.level_from[zone]))
        value = self.unclipped[0][zone, started : night + 1]
        first = value[np.isfinite(value)][0]
        return bool((last - before) / size > LASTING_SHARE and (first - before) / size > _BEGUN_SHARE)

    def _rise(self, zone: int, night: int, at: int, rise: Array, score: Array, changes: FlowChanges) -> None:
        options = self.options
        size = float(rise[zone, at])
        started = night + 1 - int(AFTER[at])
        before, _last = self.levels.levels(zone, started, night, int(self.level_from[zone]))
        others = self.levels.others(zone, rise[:, at], started, self.holds)
        left = size - max(others, 0.0) * before
        smallest = self._smallest(zone, before, started)
        if size < smallest:
            return
        if left < smallest or left < _TOGETHER * size or left / size * score[zone, at] <= options.threshold:
            self.found.explained[zone, night] = "others"
            return
        level = self.noise[0].value[zone, max(int(self.level_from[zone]), 0) : started]
        if is_earlier_level(level, MOST_BEFORE, size, float(score[zone, at]), options):
            self.found.explained[zone, night] = "earlier"
            return
        if changes.is_use(zone, at):
            self.found.explained[zone, night] = "use"
            return
        kind, began = rise_shape(self.unclipped[0][zone], started, night, int(self.level_from[zone]))
        value = self.unclipped[0][zone, began : night + 1]
        if np.isfinite(value).sum() < LEAST_AFTER:
            # Too early: a night from before the rise is in the window.
            return
        partner = partner_of(
            zone, self.unclipped[0][:, : night + 1], self.noise[0].night2[:, night], began,
            middle_of(value) - before, exchange_share=options.exchange_share,
            related=self.related, holds=self.holds,
        )  # fmt: skip
        if partner >= 0:
            self.found.explained[zone, night] = partner
            if night - began >= _EXCHANGE_NIGHTS:
                self.level_from[zone] = began + _PART_NIGHTS
            return
        # Nights that stick out are pulled in at first: the rise itself tells the size of a large leak.
        left = max(left, middle_of(value) - before - max(others, 0.0) * before)
        running = [
            open_alarm
            for open_alarm in self.open[zone]
            if night - open_alarm.last_growth <= options.same_leak_nights
        ]
        if not running:
            running = [
                open_alarm
                for open_alarm in self.open[zone]
                if still_grows(self.levels, open_alarm, began, night)
            ]
        level_before = int(self.level_from[zone])
        self.levels.changed[zone].append(began)
        # The first nights may have been a part of it alone.
        self.level_from[zone] = began + _PART_NIGHTS
        if running:
            same = running[-1]
            same.rise_m3h += left
            same.last_growth = night
            if same.after is None:
                same.kind, _began = rise_shape(self.unclipped[0][zone], same.started, night, 0)
            return
        alarm = LeakAlarm(
            zone, night, began, left, before, float(score[zone, at]), kind,
            float(changes.days[zone, at]), max(others, 0.0), night,
            level_before,
        )  # fmt: skip
        self.found.alarms.append(alarm)
        self.open[zone].append(alarm)

    def _look_again(self, night: int) -> None:
        """Close alarms that tell of one leak with the alarm before, as the nights since show."""
        for zone, running in enumerate(self.open):
            while len(running) > 1:
                growth = further_growth(self.levels, running, int(self.fell[zone]), night)
                if growth is None:
                    break
                alarm, rise_m3h = growth
                alarm.ended, alarm.ended_by, alarm.whole = night, GROWTH, rise_m3h
                rise_m3h.rise_m3h += alarm.rise_m3h
                rise_m3h.last_growth = max(rise_m3h.last_growth, alarm.last_growth)
                for open_alarm in self.found.alarms:
                    open_alarm.whole = rise_m3h if open_alarm.whole is alarm else open_alarm.whole
                running.remove(alarm)

    def _fall(self, zone: int, night: int, started: int) -> None:
        nights = self.unclipped[0][zone]
        kind, began = rise_shape(-nights, started, night, int(self.level_from[zone]))
        started = began if kind == STEP else started
        value = nights[started : night + 1]
        before, _last = self.levels.levels(zone, started, night, int(self.level_from[zone]))
        size = before - middle_of(value)
        if np.isfinite(value).sum() < LEAST_AFTER or size <= 0:
            # Too early, as with a rise.
            return
        self.level_from[zone] = started + _PART_NIGHTS
        self.fell[zone] = started
        self.levels.changed[zone].append(started)
        running = self.open[zone]
        if not running:
            return
        by = REPAIR if self._repaired(zone, night) else FALL
        ended = ended_by_fall(running, size, self.options)
        for alarm in ended:
            alarm.ended, alarm.ended_by = max(started, alarm.raised), by
            running.remove(alarm)
        if ended:
            # The first of them tells most of what came meanwhile.
            self.ended[zone] = (min(ended, key=lambda alarm: alarm.started), started)

    def _look_after_falls(self, night: int, known: Array) -> None:
        """Raise alarms of what is left where an alarm ended."""
        for zone, (ended, fell) in list(self.ended.items()):
            if not known[zone] or night - fell not in LEFT_AFTER or self.fell[zone] > fell:
                continue
            alarms = [alarm for alarm in self.found.alarms if alarm.zone == zone]
            left = leftover_rise(self.levels, ended, alarms, fell, night)
            if left is not None and left.rise_m3h >= self._smallest(zone, left.before_m3h, left.started):
                self.found.alarms.append(left)
                self.open[zone].append(left)
                del self.ended[zone]

    def _repaired(self, zone: int, night: int) -> bool:
        return any(0 <= night - repair <= self.options.repair_nights for repair in self.repairs.get(zone, ()))


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
