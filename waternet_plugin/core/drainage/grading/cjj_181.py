"""CJJ 181-2012: F, S and density of structural defects, G, Y and density of functional ones, RI, MI.

`docs/cctv_grading.md` says how the standard is read here, with cases worked by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.grading.graded import FAMILIES, PLACES, Figures, class_of
from waternet_plugin.core.id_lookup import IdLookup
from waternet_plugin.core.schema.csvfiles import rows_of

_SCORES = Path(__file__).with_name("scores.csv")
_GRADES = 4
# Defects this near to each other, in m net, are one; those a little farther weigh more.
_ONE_DEFECT_M, _NEAR_M, _NEAR_FACTOR = 1.0, 1.5, 1.1
_MOST = 10.0
_LEAST_LENGTH_M = 1.0
_K_OF_ROAD = {"expressway": 6.0, "arterial": 6.0, "collector": 3.0, "local": 3.0}
# K and E count where F or G reaches this.
SERIOUS = 4.0
_WHOLE_FROM = 0.1
_GRADE_LIMITS, _INDEX_LIMITS = (1.0, 3.0, 6.0), (1.0, 4.0, 7.0)


@lru_cache(maxsize=1)
def _scores() -> tuple[IdLookup, Array, Array]:
    """Return the codes, the score of each by grade (NaN for none), and the place of its family."""
    rows = list(rows_of(_SCORES))
    table = [[float(row[f"grade_{grade}"] or "nan") for grade in range(1, _GRADES + 1)] for row in rows]
    families = np.array([FAMILIES.index(row["family"]) for row in rows])
    return IdLookup([row["code"] for row in rows]), np.array(table), families


def scored(codes: Array, grades: Array) -> tuple[Array, Array]:
    """Return score (NaN for none) and place of the family (-1 unknown) of defects.

    Parameters
    ----------
    codes, grades
        Of CJJ 181, None or NaN where unknown.
    """
    known, table, families = _scores()
    place = known.rows(codes)
    fits = (place >= 0) & np.isin(grades, np.arange(1, _GRADES + 1))
    score = np.full(len(codes), np.nan)
    score[fits] = table[place[fits], grades[fits].astype(np.intp) - 1]
    return score, np.where(place >= 0, families[place], -1)


@dataclass(frozen=True)
class Places:
    """What of pipes weighs their repair: K and T as given, road class, diameter in mm; NaN, None unknown."""

    k_area: Array
    t_soil: Array
    road_class: Array
    diameter_mm: Array

    @property
    def importance(self) -> Array:
        """K: as given, else by the class of the road, 0 where neither is known."""
        of_road = pd.Series(self.road_class, dtype=object).map(_K_OF_ROAD).fillna(0.0).to_numpy(dtype=float)
        return np.where(np.isnan(self.k_area), of_road, self.k_area)

    @property
    def has_importance(self) -> Array:
        """Whether K is known."""
        return ~np.isnan(self.k_area) | ~pd.isna(self.road_class)

    @property
    def size(self) -> Array:
        """E: by the diameter, NaN where it is unknown."""
        width = self.diameter_mm
        of_width = np.select([width > 1500.0, width > 1000.0, width >= 600.0], [10.0, 6.0, 3.0], 0.0)
        return np.where(np.isnan(width), np.nan, of_width)


@dataclass(frozen=True)
class Scored:
    """Scored defects: whose they are, score, where they begin (m; NaN unknown) and how long they are (m)."""

    owner: Array
    score: Array
    position_m: Array
    length_m: Array


@dataclass(frozen=True)
class _Groups:
    """Defects that count as one: owner, weighted score, score and length in m."""

    owner: Array
    weighted: Array
    score: Array
    length_m: Array


def _groups(defects: Scored) -> _Groups:
    """Return what counts as one defect each, along the pipes; without a position each is alone."""
    order = np.lexsort((defects.score, defects.length_m, defects.position_m, defects.owner))
    order = order[~np.isnan(defects.position_m[order])]
    owner, start, score = defects.owner[order], defects.position_m[order], defects.score[order]
    end = start + defects.length_m[order]
    # The end of the group before is the farthest so far: one that began later ends beyond it.
    farthest = pd.Series(end).groupby(owner).cummax().to_numpy(dtype=float)
    gap = np.full(len(order), np.inf)
    gap[1:] = np.where(owner[1:] == owner[:-1], np.round(start[1:] - farthest[:-1], PLACES), np.inf)
    firsts = np.flatnonzero(gap > _ONE_DEFECT_M)
    alone = np.isnan(defects.position_m)
    if len(firsts):
        total = np.add.reduceat(score, firsts)
        length = np.maximum.reduceat(end, firsts) - start[firsts]
    else:
        total = length = np.empty(0)
    before = gap[firsts]
    after = np.append(before[1:], np.inf)[: len(before)]
    near = np.minimum(before, after) <= _NEAR_M
    held = np.minimum(total, _MOST)
    lone = np.minimum(defects.score[alone], _MOST)
    return _Groups(
        np.append(owner[firsts], defects.owner[alone]),
        np.append(held * np.where(near, _NEAR_FACTOR, 1.0), lone),
        np.append(held, lone),
        np.append(length, defects.length_m[alone]),
    )


def family_figures(defects: Scored, length_m: Array) -> Figures:
    """Return F, S, S_M and the grade of families of defects (G, Y, Y_M for functional ones).

    Parameters
    ----------
    defects
        Scored defects; an owner without any saw none.
    length_m
        Length of each owner's pipe, m; NaN: the density stays unknown.
    """
    groups, owners = _groups(defects), len(length_m)
    number = np.bincount(groups.owner, minlength=owners)
    none = number == 0
    mean = np.bincount(groups.owner, groups.weighted, owners) / np.maximum(number, 1)
    worst = np.zeros(owners)
    np.maximum.at(worst, groups.owner, groups.score)
    value = np.round(np.maximum(mean, worst), PLACES)
    along = np.bincount(groups.owner, groups.weighted * np.maximum(groups.length_m, _LEAST_LENGTH_M), owners)
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.where(none, 0.0, np.round(along / (mean * length_m), PLACES))
    return Figures(value, np.round(mean, PLACES), density, class_of(value, _GRADE_LIMITS))


def _index(value: Array, terms: Array, place_terms: Array) -> Array:
    """Return an index: NaN where the value is unknown, or a term of the place where these count."""
    with np.errstate(invalid="ignore"):
        counts = value >= SERIOUS
    found: Array = np.round(terms + np.where(counts, place_terms, 0.0), PLACES)
    return found


def repair_index(value: Array, places: Places) -> Array:
    """Return RI = 0.7 F + 0.1 K + 0.05 E + 0.15 T; NaN where F, or E where it counts, is unknown."""
    soil = np.where(value > 0, np.nan_to_num(places.t_soil), 0.0)
    return _index(value, 0.7 * value + 0.15 * soil, 0.1 * places.importance + 0.05 * places.size)


def maintenance_index(value: Array, places: Places) -> Array:
    """Return MI = 0.8 G + 0.15 K + 0.05 E; NaN where G, or E where it counts, is unknown."""
    return _index(value, 0.8 * value, 0.15 * places.importance + 0.05 * places.size)


def index_class(index: Array) -> Array:
    """Return the classes of RI or MI, 1 to 4; NaN where unknown."""
    return class_of(index, _INDEX_LIMITS)


def advice(index: Array, structural: Figures) -> Array:
    """Return whether nothing, a part or the whole pipe is to be repaired; None where that is unknown."""
    found = np.full(len(index), None, dtype=object)
    known = ~np.isnan(index)
    nothing = (index <= 1.0) | ((index <= 4.0) & (structural.value <= 3.0))
    dense = known & ~nothing & ~np.isnan(structural.density)
    found[known & nothing] = "none"
    found[dense & (structural.density < _WHOLE_FROM)] = "local"
    found[dense & (structural.density >= _WHOLE_FROM)] = "whole"
    return found
