"""EN 13508-2 by ISYBAU: provisional and final damage number, density and class of pipes."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.grading.graded import PLACES, Figures, half_up

# Codes that list parts and circumstances of a pipe or manhole begin with these: no damages.
NOTES = ("AE", "BC", "BD", "DC", "DD")
# A stretch is marked behind its code as its file does: "BAF A1" begins the first, "BAF B1" ends it.
_MARK = re.compile(r"\s([AB])(\d+)$")
_MAIN_CODE = 3
_POINT_M = 0.3
_CLASS_STEP, _WORST = 100.0, 5.0
_FEW, _MANY, _MOST_EXTRA = 0.1, 0.5, 40.0


@dataclass(frozen=True)
class Rows:
    """Rows of runs in their order: the run, code as recorded, station and length in m (NaN unknown)."""

    run: Array
    code: Array
    position_m: Array
    length_m: Array

    @property
    def is_note(self) -> Array:
        """Which rows are not damages by their code."""
        place, distinct = pd.factorize(self.code)
        notes = np.array([str(code).startswith(NOTES) for code in distinct] + [False], dtype=bool)
        return notes[place]

    def pairs(self) -> tuple[Array, Array]:
        """Return the rows that begin a stretch and those that end it: of one run, number and main code."""
        place, distinct = pd.factorize(self.code)
        marks = [_MARK.search(str(code)) for code in distinct]
        ids: dict[tuple[str, str], int] = {}
        stretch = np.full(len(distinct) + 1, -1)
        ends = np.zeros(len(distinct) + 1, dtype=bool)
        for number, (mark, code) in enumerate(zip(marks, distinct)):
            if mark is not None:
                stretch[number] = ids.setdefault((mark.group(2), str(code)[:_MAIN_CODE]), len(ids))
                ends[number] = mark.group(1) == "B"
        marked = np.flatnonzero((stretch[place] >= 0) & ~np.isnan(self.position_m))
        of = stretch[place[marked]]
        order = marked[np.lexsort((marked, of, self.run[marked]))]
        own, is_end = stretch[place[order]], ends[place[order]]
        same = (self.run[order][1:] == self.run[order][:-1]) & (own[1:] == own[:-1])
        meets = np.flatnonzero(same & is_end[1:] & ~is_end[:-1])
        return order[meets], order[meets + 1]


def family_figures(rows: Rows, numbers: Array, unit: Array, length_m: Array) -> Figures:
    """Return final (value) and provisional number (mean), density and class of the pipes of a day.

    Parameters
    ----------
    rows
        Of all runs.
    numbers
        Damage number of each row; NaN: no damage of this family. The one of a stretch's two rows that has
        none takes the other's.
    unit
        For each row the pipe and day that it counts for; runs of one pipe and day are one.
    length_m
        Summed inspected length of the runs of each, m; NaN: the extra and with it number and class stay
        unknown.
    """
    units = len(length_m)
    greatest, mean = numbers.copy(), numbers.copy()
    along = np.where(rows.length_m > 0, rows.length_m, _POINT_M)
    first, last = rows.pairs()
    both = np.stack([numbers[first], numbers[last]])
    both = np.where(np.isnan(both), both[::-1], both)
    greatest[first], mean[first] = both.max(axis=0), both.mean(axis=0)
    along[first] = np.abs(rows.position_m[last] - rows.position_m[first])
    greatest[last] = np.nan
    counted = ~np.isnan(greatest)
    provisional = np.zeros(units)
    np.maximum.at(provisional, unit[counted], greatest[counted])
    summed = np.bincount(unit[counted], mean[counted] * along[counted], units)
    none = provisional == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.where(none, 0.0, np.round(summed / (provisional * length_m), PLACES))
    final = provisional + _extra(density)
    return Figures(final, provisional, density, class_of_number(final))


def class_of_number(number: Array) -> Array:
    """Return the classes of damage numbers, 0 (no damage) to 5; NaN stays."""
    return np.where(number > 0, np.minimum(number // _CLASS_STEP + 1, _WORST), number * 0)


def _extra(density: Array) -> Array:
    """Return what the density adds; NaN where it is unknown."""
    some = np.where(density <= _FEW, 0.0, half_up(100 * density - 10))
    return np.where(density > _MANY, _MOST_EXTRA, np.where(np.isnan(density), np.nan, some))
