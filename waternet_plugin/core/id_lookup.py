"""Rows by their ids, looked up so that other threads have their turns.

Python runs no other thread while pandas looks up texts: a million of them keep a window for half a second.
Whole numbers are looked up beside other threads, and several times sooner, so texts are looked up by their
hashes, some at a time, and compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array

# As many ids are hashed or compared in a few ms.
_AT_A_TIME = 50_000


def _parts(size: int) -> Iterator[slice]:
    return (slice(begin, begin + _AT_A_TIME) for begin in range(0, size, _AT_A_TIME))


def hashes(ids: Array) -> Array:
    """Return Python's hash of each id, whole numbers of 64 bits."""
    found = np.empty(len(ids), dtype=np.int64)
    for part in _parts(len(ids)):
        some = ids[part].tolist()
        found[part] = np.fromiter(map(hash, some), np.int64, len(some))
    return found


def are_unknown(texts: Array) -> Array:
    """Return which texts are None or NaN, (rows,), booleans."""
    unknown = np.empty(len(texts), dtype=bool)
    for part in _parts(len(texts)):
        unknown[part] = pd.isna(texts[part])
    return unknown


class IdLookup:
    """The rows of ids.

    Parameters
    ----------
    ids
        An id a row, None or NaN where there is none; of an id of several rows the first one counts.
    """

    def __init__(self, ids: Any) -> None:
        self.ids: Array = np.asarray(ids, dtype=object)
        is_there = ~are_unknown(self.ids)
        self._ids = self.ids[is_there]
        # The last one is that of an id that is not there.
        self._row = np.append(np.flatnonzero(is_there), -1)
        self._by_hash = pd.Index(hashes(self._ids), dtype=np.int64)

    @cached_property
    def _by_text(self) -> tuple[pd.Index, Array]:
        """Each id once, and its place among the ids; a last place of -1."""
        index = pd.Index(self._ids, dtype=object)
        first = np.flatnonzero(~index.duplicated())
        return index[first], np.append(first, -1)

    @property
    def is_unique(self) -> bool:
        """Whether no id is there twice."""
        return bool(self._by_hash.is_unique) or len(self._by_text[0]) == len(self._ids)

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, ids: Any) -> Array:
        """Return the row of each id, -1 for one that is not there, and for none."""
        wanted: Array = np.asarray(ids, dtype=object)
        rows = np.empty(len(wanted), dtype=np.intp)
        for part in _parts(len(wanted)):
            rows[part] = self._row[self._places(wanted[part])]
        return rows

    def _places_by_text(self, wanted: Array) -> Array:
        index, place = self._by_text
        return np.asarray(place[index.get_indexer(pd.Index(wanted, dtype=object))])

    def _places(self, wanted: Array) -> Array:
        """Return the place of each id among those that are there, -1 for none."""
        if not self._by_hash.is_unique:
            return self._places_by_text(wanted)
        places = np.array(self._by_hash.get_indexer(pd.Index(hashes(wanted), dtype=np.int64)))
        found = np.flatnonzero(places >= 0)
        # Other texts may have the same hash.
        other = found[np.asarray(self._ids[places[found]] != wanted[found], dtype=bool)]
        if len(other):
            places[other] = self._places_by_text(wanted[other])
        return places


def rows_of_ids(ids: Any, wanted: Any) -> Array:
    """Return the row that each wanted id has among ``ids``, as `IdLookup` finds it."""
    return IdLookup(ids).rows(wanted)


def are_repeated(ids: Any) -> Array:
    """Return which rows have the id of a later row, (rows,), booleans."""
    texts: Array = np.asarray(ids, dtype=object)
    again = np.asarray(pd.Index(hashes(texts), dtype=np.int64).duplicated(keep="last"))
    return np.asarray(pd.Index(texts, dtype=object).duplicated(keep="last")) if again.any() else again
