"""Angles as instruments pack them into one number: 23.051234 is 23 degrees, 5 minutes and 12.34 seconds."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.units import DEGREE_ARCSEC

# What one minute and one second are of the last digit that is read.
_DIGIT, _MINUTE, _SECOND = 10**10, 10**8, 10**6


def _parts(packed: Array) -> tuple[Array, Array, Array]:
    digits = np.round(np.abs(np.nan_to_num(packed)) * _DIGIT).astype(np.int64)
    return digits // _DIGIT, digits // _MINUTE % 100, digits % _MINUTE / _SECOND


def can_be_packed(numbers: Array) -> Array:
    """Return which numbers can be packed angles: minutes and seconds are below 60.

    Parameters
    ----------
    numbers
        (n,) float64 as read; NaN can't.
    """
    _degrees, minutes, seconds = _parts(numbers)
    return np.asarray(np.isfinite(numbers) & (minutes < 60) & (seconds < 60))


def unpacked(packed: Array) -> Array:
    """Return packed angles as decimal degrees, (n,) float64; NaN for what is none."""
    degrees, minutes, seconds = _parts(packed)
    read = np.copysign(degrees + minutes / 60 + seconds / DEGREE_ARCSEC, packed)
    return np.asarray(np.where(can_be_packed(packed), read, np.nan))
