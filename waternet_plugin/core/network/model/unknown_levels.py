"""Levels that stand for “not known”: 9999 wherever it is written, 0 and -1 far from all levels around.

So do 0 and -1 that are written far more often than any level of a town beside the sea would be, and those
among levels measured to parts of a metre of which none around is near them.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import placed
from waternet_plugin.core.schema.settings import Settings

# So many levels that lie nearest are those around.
_AROUND = 8
# A level of the ground is written exactly so now and then: not so many times, and not more often than all
# those within a metre of it.
_MANY, _TIMES, _BESIDE_M = 5, 2, 1.0
# Among levels measured to parts of a metre few are whole ones; such a number is a level where another lies
# this near it, m.
_WHOLE_SHARE, _NEAR_M = 0.1, 0.5

# Shallower than this nothing is buried, m; so many depths tell that the pipes of a column are.
_BURIED_M, _LEAST_OTHERS = 0.3, 5


def is_never_known(written: Array, settings: Settings) -> Array:
    """Return which numbers, as they are written, no level, depth or size of ours can be."""
    return np.isin(written, _numbers(settings, "network.unknown_numbers"))


def is_unknown_size(written: Array, settings: Settings) -> Array:
    """Return which depths in m and bores in mm, as they are written, stand for “not known”."""
    missing = np.isin(np.abs(written), _numbers(settings, "network.unknown_sizes"))
    return np.asarray(is_never_known(written, settings) | missing)


def zeros_among_depths(depth_m: Array) -> Array:
    """Return which depths are 0 where all others are those of buried pipes: nobody measured them."""
    is_zero = depth_m == 0.0
    others = np.abs(depth_m[np.isfinite(depth_m) & ~is_zero])
    if len(others) < max(_LEAST_OTHERS, int(is_zero.sum())) or others.min() < _BURIED_M:
        return np.zeros(len(depth_m), dtype=bool)
    return np.asarray(is_zero)


def stand_for_unknown(
    written: Array, level_m: Array, xy: Array, around_m: Array, around_xy: Array, settings: Settings
) -> Array:
    """Return which of some levels stand for “not known”.

    Parameters
    ----------
    written
        The numbers as they are written, in the unit of the file.
    level_m
        The same in metres; NaN where unknown.
    xy
        Where each lies, (levels, 2), m; NaN where that is not known.
    around_m, around_xy
        Other levels that are known, and where they lie.
    settings
        Which numbers are asked about, and how far from the levels around they may be.
    """
    never = is_never_known(written, settings)
    doubtful = _numbers(settings, "network.doubtful_levels")
    is_doubtful = np.isin(written, doubtful)
    own = np.isfinite(level_m) & ~never & ~is_doubtful
    if not is_doubtful.any():
        return never
    if not own.any():
        return np.asarray(never | is_doubtful)
    is_known = np.isfinite(around_m) & ~is_never_known(around_m, settings)
    is_known &= ~np.isin(around_m, doubtful)
    known_m = np.concatenate([level_m[own], around_m[is_known]])
    known_xy = np.concatenate([xy[own], around_xy[is_known]])
    rows = np.flatnonzero(is_doubtful)
    apart = _least_difference(level_m[rows], xy[rows], known_m, known_xy)
    result = never | _too_often(written, level_m, doubtful, level_m[own])
    has_parts = _have_parts(np.concatenate([written[own], around_m[is_known]]))
    result[rows] |= apart > (_NEAR_M if has_parts else settings.real("network.level_reach_m"))
    return np.asarray(result)


def stray_levels(level_m: Array, settings: Settings) -> Array:
    """Return which levels of one column, of no known place, stand for “not known” among the others of it."""
    if np.isin(level_m[np.isfinite(level_m)], _numbers(settings, "network.doubtful_levels")).all():
        return np.zeros(len(level_m), dtype=bool)
    nowhere = np.full((len(level_m), 2), np.nan)
    return stand_for_unknown(level_m, level_m, nowhere, np.zeros(0), np.zeros((0, 2)), settings)


def _have_parts(number: Array) -> bool:
    """Return whether levels are measured to parts of a metre, so that a whole one among them is rare."""
    is_whole = number == np.round(number)
    return len(number) >= _LEAST_OTHERS and float(is_whole.mean()) <= _WHOLE_SHARE


def _too_often(written: Array, level_m: Array, doubtful: Array, known_m: Array) -> Array:
    """Return which levels are one number written far more often than the levels beside it in height."""
    result = np.zeros(len(written), dtype=bool)
    for number in doubtful:
        rows = np.flatnonzero(written == number)
        beside = (np.abs(known_m - level_m[rows[0]]) <= _BESIDE_M).sum() if len(rows) else 0
        if len(rows) >= _MANY and len(rows) > _TIMES * beside:
            result[rows] = True
    return result


def _least_difference(level_m: Array, xy: Array, known_m: Array, known_xy: Array) -> Array:
    """Return how far each level is from the nearest in height of those around it, m."""
    order = np.sort(known_m)
    above = np.clip(np.searchsorted(order, level_m), 1, len(order) - 1) if len(order) > 1 else 0
    least: Array = np.minimum(
        np.abs(order[above] - level_m), np.abs(order[np.maximum(above - 1, 0)] - level_m)
    )
    placed_rows, is_known = np.flatnonzero(placed(xy)), placed(known_xy)
    if len(placed_rows) and is_known.any():
        around = min(_AROUND, int(is_known.sum()))
        _distance, nearest = cKDTree(known_xy[is_known]).query(xy[placed_rows], k=[*range(1, around + 1)])
        least[placed_rows] = np.abs(known_m[is_known][nearest] - level_m[placed_rows, None]).min(axis=1)
    return least


def _numbers(settings: Settings, key: str) -> Array:
    return np.array([float(word) for word in settings.words(key)])
