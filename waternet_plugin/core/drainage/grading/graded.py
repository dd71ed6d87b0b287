"""What the families of defects of many inspections come to, on the scale of their standard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array

STRUCTURAL, FUNCTIONAL = "structural", "functional"
FAMILIES = (STRUCTURAL, FUNCTIONAL)
# Sums of decimal figures are compared with limits at this many places.
PLACES = 9


@dataclass(frozen=True)
class Figures:
    """Value, mean, density (of length, 0 to 1), grade and quick rating of each owner; NaN, None unknown."""

    value: Array
    mean: Array
    density: Array
    grade: Array
    quick: Optional[Array] = None


def half_up(values: Array) -> Array:
    """Return numbers rounded to whole ones, halves upwards."""
    rounded: Array = np.floor(np.round(values, PLACES) + 0.5)
    return rounded


def class_of(values: Array, limits: tuple[float, ...]) -> Array:
    """Return the classes of values, from 1: the first limit that is not exceeded; NaN stays."""
    above = np.round(values, PLACES)[:, None] > np.array(limits)
    return np.where(np.isnan(values), np.nan, 1.0 + above.sum(axis=1))
