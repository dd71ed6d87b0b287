"""The type of the arrays that every room computes with, and rows that come in runs or by keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

# Any array of NumPy; the element type is said in words.
Array = NDArray[Any]
Key = TypeVar("Key")
Value = TypeVar("Value")


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Return the values of each key, keys and values in the order in which they come."""
    groups: dict[Key, list[Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def steps(sizes: Array) -> Array:
    """Return the number of each row within its run, 0 for the first; ``sizes`` are the rows of each run."""
    return np.asarray(np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes))


def sums(group: Array, values: Array, groups: int) -> Array:
    """Return the sum of the values of each group (groups,), always real numbers.

    ``numpy.bincount`` counts in whole numbers where there is no value at all.
    """
    return np.bincount(group, values, groups).astype(float)


def least_of_each(group: Array, values: Array, groups: int) -> Array:
    """Return the least known value of each group (groups,), NaN for none.

    Ten times as fast as ``numpy.minimum.at``, where groups are small.
    """
    least = np.full(groups, np.nan)
    rows = np.flatnonzero(~np.isnan(values))
    while len(rows):
        # Of several of a group the last one is kept, until none is less.
        least[group[rows]] = values[rows]
        rows = rows[values[rows] < least[group[rows]]]
    return least
