"""Pressures in the classes that maps show."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array

# The setting of the pressure that must be there: below it, it is too low.
REQUIRED = "pressure.required_mpa"
# The classes from low to high, and where the third and the fourth begin at least, MPa.
TOO_LOW, LOW, ENOUGH, HIGH = "too_low", "low", "enough", "high"
CLASSES = (TOO_LOW, LOW, ENOUGH, HIGH)
_ENOUGH_MPA, _HIGH_MPA = 0.20, 0.44


def bounds_mpa(required_mpa: float) -> tuple[float, float, float]:
    """Return where each class but the first begins, MPa."""
    return required_mpa, max(_ENOUGH_MPA, required_mpa), max(_HIGH_MPA, required_mpa)


def head_classes(pressure_mpa: Array, required_mpa: float) -> Array:
    """Return the place in CLASSES of pressures (N,), -1 where unknown.

    Parameters
    ----------
    pressure_mpa
        The pressures, MPa.
    required_mpa
        The pressure that must be there, MPa.
    """
    low, middle, high = bounds_mpa(required_mpa)
    place = (pressure_mpa >= low).astype(np.int64) + (pressure_mpa >= middle) + (pressure_mpa > high)
    return np.where(np.isfinite(pressure_mpa), place, -1)
