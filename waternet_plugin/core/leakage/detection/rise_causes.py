"""What explains a rise of night flow but a leak: other zones, a neighbour's valve, an earlier level."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.detection.leak_alarms import AlarmOptions
from waternet_plugin.core.leakage.detection.night_noise import median_of

# A level is the mean of so many nights; a high one is above so many of a zone's levels.
_LEVEL_NIGHTS, _HIGH_LEVEL = 5, 0.9
_OTHERS = 4
_EXCHANGE_DEVIATIONS = 2.5
# Nights before a rise that are compared with those after it, and the share of a rise that a part's must have.
_NIGHTS_BEFORE, _INSIDE_SHARE = 14, 0.5


def others_share(zone: int, share: Array, holds: Array | None) -> float:
    """Return the relative change that most other zones made at the same time; 0 where few are known.

    Parameters
    ----------
    zone
        Number of the zone.
    share
        Relative change of each zone, NaN where unknown (Z,).
    holds
        Which zones lie in which (Z, Z); None: none.
    """
    left = np.isfinite(share)
    left[zone] = False
    if holds is not None:
        left &= ~(holds[zone] | holds[:, zone])
    return float(np.median(share[left])) if np.count_nonzero(left) >= _OTHERS else 0.0


def partner_of(
    zone: int,
    value: Array,
    night2: Array,
    started: int,
    size: float,
    *,
    exchange_share: float,
    related: Array | None,
    holds: Array | None,
) -> int:
    """Return the zone whose fall, or whose own rise within this one, explains a rise; -1 for none.

    Parameters
    ----------
    zone
        Number of the zone that rose.
    value
        Nights of all zones up to the last one, m3/h (Z, N).
    night2
        Variance of a single night of each zone, (m3/h)2 (Z,).
    started
        First night of the rise.
    size
        The rise, m3/h.
    exchange_share
        Difference up to which a fall explains it, as a share of it (0-1).
    related, holds
        Which zones may exchange water, and which lie in which (Z, Z); None: any two, none.
    """
    before, after = value[:, max(started - _NIGHTS_BEFORE, 0) : started], value[:, started:]
    counts = [np.maximum(np.isfinite(nights).sum(axis=1), 1) for nights in (before, after)]
    change = median_of(after) - median_of(before)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(night2 * (1.0 / counts[0] + 1.0 / counts[1]))
        sure = np.abs(change) > _EXCHANGE_DEVIATIONS * error
        gave = sure & (np.abs(change + size) <= exchange_share * size)
        inside = sure & (change > _INSIDE_SHARE * size)
    if related is not None:
        gave &= related[zone]
    inside &= holds[zone] if holds is not None else False
    if holds is not None:
        gave &= ~(holds[zone] | holds[:, zone])
    inside[zone] = gave[zone] = False
    likely = np.flatnonzero(gave | inside)
    return int(likely[np.argmin(np.abs(np.abs(change[likely]) - size))]) if len(likely) else -1


def is_earlier_level(
    value: Array, most_before: int, size: float, score: float, options: AlarmOptions
) -> bool:
    """Return whether a rise leads back to a level that the zone had not long ago, without an alarm.

    Parameters
    ----------
    value
        Nights of the level before the rise, m3/h, NaN where unknown (N,).
    most_before
        How many of them the rise is told from.
    size, score
        The rise, m3/h, and in standard deviations.
    options
        Thresholds.
    """
    earlier = value[-options.history :]
    earlier = earlier[np.isfinite(earlier)]
    if len(earlier) < _LEVEL_NIGHTS + 7:
        return False
    levels = np.convolve(earlier, np.ones(_LEVEL_NIGHTS) / _LEVEL_NIGHTS, "valid")
    before = value[-most_before:]
    above = max(float(np.quantile(levels, _HIGH_LEVEL)) - float(np.nanmean(before)), 0.0)
    left = size - options.earlier_share * above
    return left / size * score <= options.threshold
