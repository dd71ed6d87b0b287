"""Depths below zero: a file that counts downwards, a pipe above the ground, or a slip of the sign.

A column that is below zero nearly throughout has another sign. A few below zero among others are above the
ground, as on a bridge, where all of them are clearly shallower than the others; as deep as these they may as
well be slips of the sign, and are not known until somebody says what they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes
from waternet_plugin.core.cells.foreign_values import ReadColumn
from waternet_plugin.core.exchange.mapping import read_ways
from waternet_plugin.core.exchange.mapping.mapping import ABOVE, BELOW, UNKNOWN

# What is measured downwards.
DEPTHS = ("depth_start_m", "depth_end_m", "depth_m")
# Pits are dug; nothing of them is above the ground.
_PITS = ("depth_m",)
_MOSTLY = 0.8
# Shallower than all others by so much is no slip of the sign.
_SHALLOWER = 0.75


@dataclass(frozen=True)
class BelowZero:
    """Depths below zero among others: their rows, and what they are read as where nobody says."""

    field: str
    rows: Array
    values: Array
    taken_as: str

    @property
    def choices(self) -> tuple[str, ...]:
        """What they may be, the way they are read first."""
        may_be = (BELOW, UNKNOWN) if self.field in _PITS else (BELOW, ABOVE, UNKNOWN)
        return tuple(dict.fromkeys((self.taken_as, *may_be)))


def settle_signs(
    name: str, column: ReadColumn, labels: Array, answer: str, never_known: Array
) -> BelowZero | None:
    """Give depths below zero the sign that they have in truth, and return those that are doubtful.

    Parameters
    ----------
    name
        The field, one of ``DEPTHS``.
    column
        Its values in metres; changed.
    labels
        The way of each row; changed.
    answer
        What the mapping says of depths below zero, '' for nothing.
    never_known
        Which of them are numbers such as -9999, which stand for “not known”.
    """
    known = np.isfinite(column.values) & ~never_known
    below = known & (column.values < 0)
    if not below.any():
        return None
    if not answer and below.sum() >= _MOSTLY * known.sum() and below.sum() > 1:
        _take(column, labels, below, BELOW)
        return None
    least = np.min(column.values[known & (column.values > 0)], initial=np.inf)
    is_above = name not in _PITS and bool((column.values[below] > -_SHALLOWER * least).all())
    taken_as = ABOVE if is_above else UNKNOWN
    rows = np.flatnonzero(below)
    found = BelowZero(name, rows, column.values[rows], taken_as)
    _take(column, labels, below, answer or taken_as)
    return found


def _take(column: ReadColumn, labels: Array, below: Array, way: str) -> None:
    if way == UNKNOWN:
        column.drop(causes.NEGATIVE, below)
        return
    if way == BELOW:
        column.values[below] = -column.values[below]
    labels[below] = read_ways.LABELS[read_ways.SIGN if way == BELOW else read_ways.ABOVE]
