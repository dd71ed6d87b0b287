"""Clock times of a place as moments: both clock changes, the second of two equal times told apart."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.written_times import UNKNOWN_MS
from waternet_plugin.core.units import DAY_MS

_MINUTE_MS = 60_000
_EPOCH = datetime.datetime(1970, 1, 1)


@dataclass(frozen=True)
class ClockMoments:
    """Moments of R clock times.

    Parameters
    ----------
    utc_ms
        Milliseconds since 1970 in UTC, ``UNKNOWN_MS`` unknown; of two equal clock times the first (R,).
    second_ms
        How much later the second of two equal clock times is; 0 where there is but one (R,).
    is_skipped
        Whether clocks never show that time (R,).
    """

    utc_ms: Array
    second_ms: Array
    is_skipped: Array


def _offset_ms(clock_ms: int, zone: datetime.tzinfo, fold: int = 0) -> int:
    """Return how far the clocks are ahead of UTC at a clock time."""
    ahead = (_EPOCH + datetime.timedelta(milliseconds=clock_ms)).replace(tzinfo=zone, fold=fold).utcoffset()
    return 0 if ahead is None else round(ahead.total_seconds() * 1000)


def clock_moments(clock_ms: Array, zone: datetime.tzinfo) -> ClockMoments:
    """Return the moments of clock times of a zone.

    Parameters
    ----------
    clock_ms
        Milliseconds since 1970-01-01 00:00 of the same clock, ``UNKNOWN_MS`` unknown (R,).
    zone
        The rule of the clocks.
    """
    known = clock_ms != UNKNOWN_MS
    utc = np.full(len(clock_ms), UNKNOWN_MS)
    second = np.zeros(len(clock_ms), np.int64)
    skipped = np.zeros(len(clock_ms), dtype=bool)
    day_of = np.floor_divide(np.where(known, clock_ms, 0), DAY_MS)
    days, place = np.unique(day_of, return_inverse=True)
    ahead = np.zeros(len(days), np.int64)
    changes = np.zeros(len(days), dtype=bool)
    for number, day in enumerate(days.tolist()):
        if not -25_000 < day < 100_000:
            # Years that no clock shows: told as impossible later.
            continue
        begin = day * DAY_MS
        ends = {_offset_ms(begin, zone), _offset_ms(begin, zone, 1), _offset_ms(begin + DAY_MS, zone)}
        ahead[number], changes[number] = _offset_ms(begin, zone), len(ends) > 1
    utc[known] = (clock_ms - ahead[place.reshape(-1)])[known]
    odd = np.flatnonzero(known & changes[place.reshape(-1)])
    minutes, which = np.unique(np.floor_divide(clock_ms[odd], _MINUTE_MS), return_inverse=True)
    first_ahead = np.array(
        [_offset_ms(minute * _MINUTE_MS, zone) for minute in minutes.tolist()], dtype=np.int64
    )
    later_ahead = np.array(
        [_offset_ms(minute * _MINUTE_MS, zone, 1) for minute in minutes.tolist()], dtype=np.int64
    )
    which = which.reshape(-1)
    if len(odd):
        utc[odd] = clock_ms[odd] - first_ahead[which]
        apart = (first_ahead - later_ahead)[which]
        second[odd] = np.maximum(apart, 0)
        skipped[odd] = apart < 0
    return ClockMoments(utc, second, skipped)
