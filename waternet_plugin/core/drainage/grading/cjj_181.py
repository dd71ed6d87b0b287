"""CJJ 181-2012: F, S and density of structural defects, G, Y and density of functional ones, RI, MI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Optional

from waternet_plugin.core.drainage.grading.graded import PLACES, Figures, class_by
from waternet_plugin.core.schema.csvfiles import rows_of

_SCORES = Path(__file__).with_name("scores.csv")
# Defects this near to each other, in m net, are one; those a little farther weigh more.
_ONE_DEFECT_M, _NEAR_M, _NEAR_FACTOR = 1.0, 1.5, 1.1
_MOST = 10.0
_LEAST_LENGTH_M = 1.0
_K_OF_ROAD = {"expressway": 6, "arterial": 6, "collector": 3, "local": 3}
# K and E count where F or G reaches this.
SERIOUS = 4.0
_WHOLE_FROM = 0.1
grade_of = class_by((1.0, 3.0, 6.0))
index_class = class_by((1.0, 4.0, 7.0))


@lru_cache(maxsize=None)
def scores() -> dict[tuple[str, int], float]:
    """Return the score of each code and grade; those that the standard does not score are not there."""
    return {
        (row["code"], grade): float(row[f"grade_{grade}"])
        for row in rows_of(_SCORES)
        for grade in (1, 2, 3, 4)
        if row[f"grade_{grade}"]
    }


@lru_cache(maxsize=None)
def families() -> dict[str, str]:
    """Return the family of each code, scored or not."""
    return {row["code"]: row["family"] for row in rows_of(_SCORES)}


@dataclass(frozen=True)
class Scored:
    """One defect: its score, where it begins (m; None unknown) and how long it is (m)."""

    score: float
    position_m: Optional[float]
    length_m: float = 0.0


@dataclass(frozen=True)
class Place:
    """What of a pipe weighs its repair: K and T as given, road class, diameter in mm; None where unknown."""

    k_area: Optional[float] = None
    t_soil: Optional[float] = None
    road_class: Optional[str] = None
    diameter_mm: Optional[float] = None

    @property
    def importance(self) -> float:
        """K: as given, else by the class of the road, 0 where neither is known."""
        return self.k_area if self.k_area is not None else float(_K_OF_ROAD.get(self.road_class or "", 0))

    @property
    def size(self) -> Optional[float]:
        """E: by the diameter; None where it is unknown."""
        if self.diameter_mm is None:
            return None
        limits = ((1500.0, 10.0), (1000.0, 6.0))
        for limit, value in limits:
            if self.diameter_mm > limit:
                return value
        return 3.0 if self.diameter_mm >= 600.0 else 0.0


@dataclass
class _Group:
    """Defects that count as one: their score, beginning, end, and gaps to both sides in m."""

    score: float
    start_m: float
    end_m: float
    before_m: float = float("inf")
    after_m: float = float("inf")


def _groups(defects: Iterable[Scored]) -> list[_Group]:
    """Return what counts as one defect each, along the pipe; without a position each is alone."""
    placed = sorted(
        (one.position_m, one.length_m, one.score) for one in defects if one.position_m is not None
    )
    groups: list[_Group] = []
    for start, length, score in placed:
        end = start + length
        if groups and (gap := round(start - groups[-1].end_m, PLACES)) <= _ONE_DEFECT_M:
            last = groups[-1]
            last.score, last.end_m = last.score + score, max(last.end_m, end)
        else:
            if groups:
                groups[-1].after_m = gap
            groups.append(_Group(score, start, end, gap if groups else float("inf")))
    groups += [_Group(one.score, 0.0, one.length_m) for one in defects if one.position_m is None]
    for group in groups:
        group.score = min(group.score, _MOST)
    return groups


def family_figures(defects: Iterable[Scored], length_m: Optional[float]) -> Figures:
    """Return F, S, S_M and the grade of one family (G, Y, Y_M for the functional one).

    Parameters
    ----------
    defects
        Its scored defects; none: no defect was seen.
    length_m
        Length of the pipe, m; None: the density stays unknown.
    """
    groups = _groups(tuple(defects))
    if not groups:
        return Figures(0.0, 0.0, 0.0, 1)
    weighted = [
        one.score * (_NEAR_FACTOR if min(one.before_m, one.after_m) <= _NEAR_M else 1.0) for one in groups
    ]
    mean = sum(weighted) / len(groups)
    worst = max(one.score for one in groups)
    value = round(max(mean, worst), PLACES)
    along = sum(score * max(one.end_m - one.start_m, _LEAST_LENGTH_M) for score, one in zip(weighted, groups))
    density = round(along / (mean * length_m), PLACES) if length_m and mean else None
    return Figures(value, round(mean, PLACES), density, grade_of(value))


def repair_index(value: Optional[float], place: Place) -> Optional[float]:
    """Return RI = 0.7 F + 0.1 K + 0.05 E + 0.15 T; None where F, or E where it counts, is unknown."""
    if value is None:
        return None
    soil = (place.t_soil or 0.0) if value > 0 else 0.0
    if value < SERIOUS:
        return round(0.7 * value + 0.15 * soil, PLACES)
    if place.size is None:
        return None
    return round(0.7 * value + 0.1 * place.importance + 0.05 * place.size + 0.15 * soil, PLACES)


def maintenance_index(value: Optional[float], place: Place) -> Optional[float]:
    """Return MI = 0.8 G + 0.15 K + 0.05 E; None where G, or E where it counts, is unknown."""
    if value is None:
        return None
    if value < SERIOUS:
        return round(0.8 * value, PLACES)
    if place.size is None:
        return None
    return round(0.8 * value + 0.15 * place.importance + 0.05 * place.size, PLACES)


def advice(index: Optional[float], structural: Figures) -> Optional[str]:
    """Return whether nothing, a part or the whole pipe is to be repaired; None where that is unknown."""
    if index is None or structural.value is None:
        return None
    if index <= 1.0 or (index <= 4.0 and structural.value <= 3.0):
        return "none"
    if structural.density is None:
        return None
    return "local" if structural.density < _WHOLE_FROM else "whole"
