"""What a family of defects of one inspection comes to, on the scale of its standard."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Optional

STRUCTURAL, FUNCTIONAL = "structural", "functional"
FAMILIES = (STRUCTURAL, FUNCTIONAL)
# Sums of decimal figures are compared with limits at this many places.
PLACES = 9


@dataclass(frozen=True)
class Figures:
    """Value, mean, density (of length, 0 to 1), grade and quick rating of a family; None where unknown."""

    value: Optional[float] = None
    mean: Optional[float] = None
    density: Optional[float] = None
    grade: Optional[int] = None
    quick: Optional[str] = None


def half_up(value: float) -> int:
    """Return a number rounded to a whole one, halves upwards."""
    return math.floor(round(value, PLACES) + 0.5)


def class_by(limits: tuple[float, ...]) -> Callable[[float], int]:
    """Return what gives the class of a value, from 1: the first limit that it does not exceed."""

    def place(value: float) -> int:
        return 1 + sum(round(value, PLACES) > limit for limit in limits)

    return place
