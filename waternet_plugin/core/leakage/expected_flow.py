"""What the night flow of a zone is expected to be: its level before, and its usual variation."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array

# Of a normal distribution, by its median absolute deviation.
_DEVIATION_OF_MAD = 1.4826
_FEWEST = 7


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
