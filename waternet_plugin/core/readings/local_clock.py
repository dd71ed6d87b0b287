"""Nights and days by the clocks of a place, both clock changes counted."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import DAY_MIN

_WINDOW = re.compile(r"\s*([0-9]{1,2})[:：]([0-9]{2})\s*[-–—~～至]\s*([0-9]{1,2})[:：]([0-9]{2})\s*")
_EPOCH = datetime.date(1970, 1, 1)
_SETTING = "leakage.night_window"
_NEEDED_MINUTES, _MOST_MINUTES = 60, 12 * 60


@dataclass(frozen=True)
class NightWindow:
    """A span of clock times, minutes from midnight of the morning that dates it, negative before it."""

    start_min: int
    end_min: int

    @property
    def text(self) -> str:
        """The span as people write it."""
        start = self.start_min % DAY_MIN
        return f"{start // 60:02d}:{start % 60:02d}-{self.end_min // 60:02d}:{self.end_min % 60:02d}"


def night_window(settings: Settings, text: str = "") -> NightWindow:
    """Return the night window of a network, or the one that WINDOW says where it says any.

    Raises
    ------
    InputError
        When it is not a window.
    """
    return parse_window("WINDOW", text) if text else parse_window(_SETTING, settings.text(_SETTING))


def parse_window(name: str, text: str) -> NightWindow:
    """Return the window that a parameter says; one that starts later than it ends starts the evening before.

    Raises
    ------
    InputError
        When it is not written HH:MM-HH:MM, or shorter than an hour or longer than twelve.
    """
    found = _WINDOW.fullmatch(text)
    hours = [int(part) for part in found.groups()] if found else []
    if not hours or hours[0] > 23 or hours[2] > 24 or max(hours[1], hours[3]) > 59:
        message = tr(
            "{name}: “{text}” is not a span of clock times. Write it as HH:MM-HH:MM, such as 02:00-05:00."
        )
        raise InputError(message.format(name=name, text=text))
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if start > end:
        start -= DAY_MIN
    if not _NEEDED_MINUTES <= end - start <= _MOST_MINUTES or end > DAY_MIN:
        message = tr(
            "{name}: {text} is not a night. Give a span of one to twelve hours, such as 02:00-05:00."
        )
        raise InputError(message.format(name=name, text=text))
    return NightWindow(start, end)


@dataclass(frozen=True)
class LocalClock:
    """Moments of clock times, in seconds since 1970 in UTC.

    Parameters
    ----------
    zone
        The rule of the clocks.
    """

    zone: datetime.tzinfo

    def moments(self, days: Array, minutes: int, *, is_end: bool = False) -> Array:
        """Return when a clock time comes on some days, seconds (D,).

        A clock time that is skipped is the moment of the change; of two equal ones the first begins and the
        second ends a span.

        Parameters
        ----------
        days
            Days as datetime64[D] (D,).
        minutes
            Minutes after midnight; negative for the day before, 1440 and more for the day after.
        is_end
            Whether a span ends there.
        """
        shift, within = divmod(minutes, DAY_MIN)
        clock = datetime.time(within // 60, within % 60, fold=1 if is_end else 0)
        found = []
        for day in (days + np.timedelta64(shift, "D")).astype(object).tolist():
            local = datetime.datetime.combine(day, clock, tzinfo=self.zone)
            moment = local.timestamp()
            # A skipped time is reckoned with the offset before the change, when it begins a span.
            back = datetime.datetime.fromtimestamp(moment, self.zone)
            if (back.hour, back.minute) != (clock.hour, clock.minute):
                moment = _change_near(self.zone, moment)
            found.append(moment)
        return np.array(found, dtype=float)

    def days(self, first_s: float, last_s: float) -> Array:
        """Return the days from the one of a moment to that of another, datetime64[D] (D,)."""
        first, last = (datetime.datetime.fromtimestamp(one, self.zone).date() for one in (first_s, last_s))
        return np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + np.timedelta64(1, "D"))


def _change_near(zone: datetime.tzinfo, moment: float) -> float:
    """Return the moment at which clocks are set forward, near a skipped clock time."""

    def offset(when: float) -> Any:
        return datetime.datetime.fromtimestamp(when, zone).utcoffset()

    low, high = moment - 7200.0, moment + 7200.0
    if offset(low) == offset(high):
        return moment
    before = offset(low)
    while high - low > 1.0:
        middle = (low + high) / 2
        low, high = (middle, high) if offset(middle) == before else (low, middle)
    return float(round(high / 60.0) * 60.0)
