"""PACP: segment rating, rating index and quick rating of families of defects."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.grading.graded import (
    FAMILIES,
    FUNCTIONAL,
    PLACES,
    STRUCTURAL,
    Figures,
    half_up,
)

# A continuous defect counts once for every five feet.
_CONTINUOUS_M = 1.524
_WORST = 5
_MOST_DIGIT, _STEP = 9, 5


# Groups of codes by PACP, from memory: deposits, roots, infiltration and intruding seals, obstacles,
# vermin, taps and the line of the pipe are of operation; cracks, fractures, broken pipe, holes, deformation,
# collapse, joints, surface, buckling, lining, welds, point repairs and brickwork of structure.
_OPERATIONAL = re.compile(r"D[ANS][A-Z]*|R(?!P)[A-Z]+|I[A-Z]+|OB[A-Z]*|V[A-Z]*|T[A-Z]+|L[DLRU][A-Z]*")
_STRUCTURAL = re.compile(r"D(?![ANS])[A-Z]*|[CBHXJSKW][A-Z]*|F(?!H$)[A-Z]*|LF[A-Z]*|RP[A-Z]*|M[BM]")
# Access points, notes and the ends of a survey are not defects.
_NOTE = re.compile(r"A[A-Z]*|M(?![BM]$)[A-Z]*|ST|FH|UC[A-Z]*")


def families_of(codes: Array) -> tuple[Array, Array]:
    """Return the place of each code's family in `FAMILIES`, -1 where none is known, and which are no defects.

    Parameters
    ----------
    codes
        As recorded, None for none (D,).
    """
    place, distinct = pd.factorize(codes)
    family, is_note = np.full(len(distinct) + 1, -1), np.zeros(len(distinct) + 1, dtype=bool)
    for number, code in enumerate(distinct):
        letters = re.sub(r"[\d\s.-]+", "", str(code).upper())
        if _NOTE.fullmatch(letters):
            is_note[number] = True
        elif _OPERATIONAL.fullmatch(letters):
            family[number] = FAMILIES.index(FUNCTIONAL)
        elif _STRUCTURAL.fullmatch(letters):
            family[number] = FAMILIES.index(STRUCTURAL)
    return family[place], is_note[place]


def count_of(length_m: Array) -> Array:
    """Return how often defects count: once, continuous ones once every 1.524 m, rounded half up."""
    return np.maximum(1.0, half_up(np.nan_to_num(length_m) / _CONTINUOUS_M))


def family_figures(owner: Array, grade: Array, length_m: Array, owners: int) -> Figures:
    """Return rating (value), index (mean), worst grade and quick rating of families of defects.

    Parameters
    ----------
    owner, grade, length_m
        Of each defect: whose it is, 1 to 5, m (NaN for a point).
    owners
        How many owners there are; one without a defect saw none.
    """
    place = owner * (_WORST + 1) + grade.astype(np.intp)
    counts = np.bincount(place, count_of(length_m), owners * (_WORST + 1)).reshape(owners, _WORST + 1)
    value, number = counts @ np.arange(_WORST + 1.0), counts.sum(axis=1)
    quick = np.full(owners, "", dtype=object)
    left = counts.copy()
    worst = np.ones(owners)
    for turn in range(2):
        grades = _WORST - np.argmax(left[:, ::-1] > 0, axis=1)
        there = left.any(axis=1)
        pair = np.array([f"{grade}" for grade in range(_WORST + 1)], dtype=object)[grades]
        pair = pair + _digits(left[np.arange(owners), grades])
        quick = quick + np.where(there, pair, "00")
        left[np.arange(owners), grades] = 0
        if not turn:
            worst = np.where(there, grades, 1.0)
    density = np.full(owners, np.nan)
    return Figures(value, np.round(value / np.maximum(number, 1), PLACES), density, worst, quick)


def _digits(counts: Array) -> Array:
    """Return counts as one sign: beyond 9 A for 10 to 14, B for 15 to 19, and so on to Z."""
    signs = np.array([*"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"], dtype=object)
    letter = _MOST_DIGIT + 1 + (counts - _MOST_DIGIT - 1) // _STEP
    place = np.where(counts <= _MOST_DIGIT, counts, np.minimum(letter, len(signs) - 1))
    return signs[place.astype(np.intp)]
