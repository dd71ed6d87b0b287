"""PACP: segment rating, rating index and quick rating of a family of defects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from waternet_plugin.core.drainage.grading.graded import PLACES, Figures, half_up

# A continuous defect counts once for every five feet.
_CONTINUOUS_M = 1.524
_MOST_DIGIT, _STEP = 9, 5


def count_of(length_m: Optional[float]) -> int:
    """Return how often a defect counts: once, a continuous one once every 1.524 m, rounded half up."""
    return max(1, half_up((length_m or 0.0) / _CONTINUOUS_M))


def family_figures(defects: Iterable[tuple[int, Optional[float]]]) -> Figures:
    """Return the rating (value), index (mean), worst grade and quick rating of grades with their lengths."""
    counts: dict[int, int] = {}
    for grade, length in defects:
        counts[grade] = counts.get(grade, 0) + count_of(length)
    if not counts:
        return Figures(0.0, 0.0, None, 1, "0000")
    value, number = sum(grade * count for grade, count in counts.items()), sum(counts.values())
    worst = sorted(counts, reverse=True)[:2]
    quick = "".join(f"{grade}{_digit(counts[grade])}" for grade in worst).ljust(4, "0")
    return Figures(float(value), round(value / number, PLACES), None, worst[0], quick)


def _digit(count: int) -> str:
    """Return a count as one sign: beyond 9 A for 10 to 14, B for 15 to 19, and so on to Z."""
    if count <= _MOST_DIGIT:
        return str(count)
    return chr(min(ord("A") + (count - _MOST_DIGIT - 1) // _STEP, ord("Z")))
