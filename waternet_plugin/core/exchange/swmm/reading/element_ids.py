"""The ids of the elements of a SWMM file, and the rows that they have."""

from __future__ import annotations

from itertools import repeat
from typing import Protocol

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.swmm.reading.swmm_columns import SwmmColumns

# A word is hashed to the sum of its numbers, each times its weight.
_WEIGHTS = np.random.default_rng(39).integers(1, 2**62, 8, dtype=np.int64) * 2 + 1


class Words(Protocol):
    """Columns of words."""

    def words(self, index: int) -> list[str]:
        """Return one column as texts."""

    def keys(self, index: int) -> Array | None:
        """Return one column as whole numbers, None where the lines are not regular."""


class ElementIds:
    """The ids of nodes, links or subcatchments over all their sections; ``texts`` has them by their rows."""

    def __init__(self) -> None:
        self.texts: Array = np.empty(0, dtype=object)
        self._keys: Array | None = np.empty((1, 0), dtype=np.int64)
        self._index = pd.Index([], dtype=np.int64)
        self._row_of: dict[str, int] = {}

    def add(self, columns: SwmmColumns) -> bool:
        """Give the ids of a section the next rows; return whether none is empty or there already."""
        if not len(columns):
            return True
        self.texts = np.concatenate([self.texts, columns.texts(0)])
        self._row_of = {}
        keys = columns.keys(0)
        if keys is not None and self._keys is not None:
            self._keys = np.hstack(_alike(self._keys, keys))
            self._index = pd.Index(_hashes(self._keys), dtype=np.int64)
            if self._index.is_unique:
                return True
        self._keys = None
        return len(self.row_of()) == len(self.texts) and "" not in self._row_of

    def row_of(self) -> dict[str, int]:
        """Return the row of each id."""
        if not self._row_of:
            self._row_of = dict(zip(self.texts.tolist(), range(len(self.texts))))
        return self._row_of

    def rows_of(self, words: Words, index: int = 0) -> Array:
        """Return the row of each id of a column, -1 where it is not known."""
        keys = words.keys(index)
        if keys is not None and self._keys is not None:
            rows = self._index.get_indexer(pd.Index(_hashes(keys), dtype=np.int64))
            is_known = rows >= 0
            there, asked = _alike(self._keys, keys)
            if np.array_equal(there[:, rows[is_known]], asked[:, is_known]):
                return np.asarray(rows)
        ids = words.words(index)
        return np.fromiter(map(self.row_of().get, ids, repeat(-1)), dtype=np.intp, count=len(ids))


def _alike(first: Array, second: Array) -> tuple[Array, Array]:
    """Return keys of as many numbers each."""
    most = max(len(first), len(second))
    first, second = (np.pad(keys, ((0, most - len(keys)), (0, 0))) for keys in (first, second))
    return first, second


def _hashes(keys: Array) -> Array:
    """Return a whole number for each word; words that differ may, very seldom, have the same."""
    return np.asarray((_WEIGHTS[: len(keys), None] * keys).sum(axis=0))
