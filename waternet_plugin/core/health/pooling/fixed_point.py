"""Numbers as whole multiples of a small step: their sums are the same in any order and in any parts."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array

BILLIONTHS, MILLIONTHS = 1e9, 1e6
# A float holds whole numbers up to here; a value beyond is an error of typing and counts as this.
_MOST = 2.0**53
_HALF = 26


def in_steps(values: Array, steps: float = BILLIONTHS) -> Array:
    """Return values as whole numbers of steps, NaN as 0.

    Parameters
    ----------
    values
        Any finite numbers or NaN.
    steps
        How many steps make 1.
    """
    most = _MOST / steps
    steps_of = np.clip(np.asarray(values, dtype=float), -most, most)
    # In place: memory that was never used takes longer than what is computed in it.
    steps_of *= steps
    np.rint(steps_of, out=steps_of)
    steps_of[np.isnan(steps_of)] = 0.0
    return steps_of.astype(np.int64)


def sum_in_steps(values: Array, steps: float = BILLIONTHS) -> int:
    """Return the sum of values in whole steps; parameters as of `in_steps`."""
    steps_of = in_steps(values, steps)
    # In two halves, since the sum of many may be more than 64 bits hold.
    return (int((steps_of >> _HALF).sum()) << _HALF) + int((steps_of & ((1 << _HALF) - 1)).sum())


def sums_by(index: Array, values: Array, size: int) -> Array:
    """Return the sums of whole numbers by index, whole numbers too.

    Parameters
    ----------
    index
        Row of the sum that each value belongs to.
    values
        Whole numbers.
    size
        How many sums there are.
    """
    return np.asarray(np.rint(np.bincount(index, values, size)), dtype=np.int64)
