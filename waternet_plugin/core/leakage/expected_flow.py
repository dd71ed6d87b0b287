"""What the night flow of a zone is expected to be: its level before, and its usual variation."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.detection.leak_alarms import AlarmOptions

# Of a normal distribution, by its median absolute deviation.
_DEVIATION_OF_MAD = 1.4826
_FEWEST = 7
_BAND_NIGHTS = 28

Day = Optional[datetime.date]


def expected_of_nights(
    night: Array, mean_m3h: Array, alarms: Sequence[tuple[Day, Day]], options: AlarmOptions
) -> tuple[Array, Array]:
    """Return the band that a zone's night flow is expected in, m3/h (N,) each, NaN where it is not known.

    Parameters
    ----------
    night
        Nights, datetime64[D] (N,), ascending.
    mean_m3h
        Night flow, NaN where unknown (N,).
    alarms
        The days on which each began and ended; None for an unknown beginning, and while it is open.
    options
        From which deviation on a night is to be watched.
    """
    calm = np.ones(len(night), dtype=bool)
    for started_on, ended_on in alarms:
        if started_on is not None:
            inside = night >= np.datetime64(started_on, "D")
            if ended_on is not None:
                inside &= night < np.datetime64(ended_on, "D")
            calm &= ~inside
    return expected_band(
        mean_m3h,
        calm,
        nights=_BAND_NIGHTS,
        deviations=options.watch_threshold,
        least_share=options.night_share,
    )


def expected_band(
    mean_m3h: Array, calm: Array, *, nights: int, deviations: float, least_share: float
) -> tuple[Array, Array]:
    """Return the least and greatest expected night flow of each night, m3/h (N,) each.

    A night is compared with the calm nights before it; the first ones with the first nights there are.

    Parameters
    ----------
    mean_m3h
        Night flow, NaN where unknown (N,).
    calm
        Nights without a leak that is told of, booleans (N,).
    nights
        How many calm nights are looked back at.
    deviations
        Half the width of the band in standard deviations.
    least_share
        The least standard deviation as a share of the level (0-1).
    """
    count = len(mean_m3h)
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    known = np.flatnonzero(np.isfinite(mean_m3h) & calm)
    if not len(known):
        return low, high
    before = np.searchsorted(known, np.arange(count))
    for night, night_count in enumerate(before.tolist()):
        used = known[max(0, night_count - nights) : night_count] if night_count >= _FEWEST else known[:nights]
        values = mean_m3h[used]
        level = float(np.median(values))
        spread = float(np.median(np.abs(values - level))) * _DEVIATION_OF_MAD
        half = deviations * max(spread, least_share * abs(level))
        low[night], high[night] = max(0.0, level - half) if level >= 0 else level - half, level + half
    return low, high
