"""Columns of few texts: each text is looked at once, each row by the number of its text.

Such a column is categories in their order. Others, of objects or texts, are read the same way in the time
that it takes to number them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array

UNKNOWN = "unknown"
# So many objects among the first rows are not few.
_LOOKED_AT, _FEW_OBJECTS = 1000, 100


def values_of(column: pd.Series) -> Any:
    """Return the values of a column without its labels, categories as they are."""
    return column.array if isinstance(column.dtype, pd.CategoricalDtype) else column.to_numpy()


def coded_column(column: pd.Series) -> pd.Categorical:
    """Return texts as categories in their order, those that are categories already as they are."""
    values = values_of(column)
    if isinstance(values, pd.Categorical):
        return values
    # By hand it takes a third less: the few words are sorted, not looked up again for every row.
    number, words = _numbered_texts(values)
    order = np.argsort(words, kind="stable")
    rank = np.full(len(words) + 1, -1)
    rank[order] = np.arange(len(words))
    return pd.Categorical.from_codes(rank[number], words[order])


def _numbered_texts(values: Any) -> tuple[Array, Any]:
    """Return what `pandas.factorize` does.

    Texts that recur are the same object most often: numbering the addresses of objects first, and then the
    few objects, takes a fifth of the time.
    """
    if not isinstance(values, np.ndarray) or values.dtype != object:
        return pd.factorize(values)
    address: Array = np.ndarray(values.shape, np.intp, buffer=np.ascontiguousarray(values))
    if len(np.unique(address[:_LOOKED_AT])) > _FEW_OBJECTS:
        return pd.factorize(values)
    of_object, objects = pd.factorize(address)
    row = np.zeros(len(objects), dtype=np.int64)
    row[of_object] = np.arange(len(values))
    number, words = pd.factorize(values[row])
    return number[of_object], words


def _numbers(column: pd.Series) -> tuple[Array, list[Any]]:
    """Return the number of each row's text, -1 for unknown, and the texts."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        coded_values = column.array
        return np.asarray(coded_values.codes), list(coded_values.categories)
    number, words = _numbered_texts(values_of(column))
    return number, list(words)


def coded(column: pd.Series) -> tuple[Array, list[str]]:
    """Return a column of codes as numbers and their words, sorted; NULL counts as unknown."""
    numbers, words = _numbers(column)
    names = [str(word) for word in words]
    ordered = sorted({*names, UNKNOWN})
    position = {name: index for index, name in enumerate(ordered)}
    lookup = np.array([position[name] for name in names] + [position[UNKNOWN]], dtype=np.int64)
    return lookup[numbers], ordered


def by_word(column: pd.Series, value: Callable[[str], float]) -> Array:
    """Return a number for each row that depends on its code only; NULL counts as unknown."""
    numbers, words = _numbers(column)
    return np.array([value(str(word)) for word in (*words, UNKNOWN)], dtype=float)[numbers]


def is_one_of(column: pd.Series, words: Collection[str]) -> Array:
    """Return which rows have one of some texts; NULL has none."""
    numbers, own = _numbers(column)
    return np.array([*(word in words for word in own), False], dtype=bool)[numbers]
