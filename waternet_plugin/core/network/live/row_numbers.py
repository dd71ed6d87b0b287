"""Rows by their ids in a third of the memory of a dictionary: for a million rows of which few change."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.id_lookup import hashes
from waternet_plugin.core.network.live.growing_columns import Growing
from waternet_plugin.core.network.model.row_groups import order_of


class RowNumbers(MutableMapping[Any, int]):
    """The row of each id; of several rows with one id the last.

    Parameters
    ----------
    ids
        The column of ids. When one of them moves or goes this has to be told, as with a dictionary.
    """

    def __init__(self, ids: Growing) -> None:
        self._ids = ids
        # Half of each hash: sorted twice as soon, and half the memory.
        hash_of_row = hashes(ids.values).astype(np.uint32)
        self._row = order_of(hash_of_row).astype(np.int32)
        self._hash = hash_of_row[self._row]
        # Rows of ids that were set since, None for ids that are no more.
        self._changed: dict[Any, Optional[int]] = {}
        self._size = len(hash_of_row) - self._repeated()

    def _repeated(self) -> int:
        """Return how many rows have the id of a later row."""
        alike = np.flatnonzero(self._hash[1:] == self._hash[:-1])
        if not len(alike):
            return 0
        # Few hashes are alike by chance.
        rows = self._row[np.union1d(alike, alike + 1)]
        return len(rows) - len(set(self._ids.values[rows].tolist()))

    def __getitem__(self, key: Any) -> int:
        """Return the row of an id; a KeyError where there is none."""
        if key in self._changed:
            row = self._changed[key]
            if row is None:
                raise KeyError(key)
            return row
        ids, wanted = self._ids.values, np.uint32(hash(key) & 0xFFFFFFFF)
        at = int(np.searchsorted(self._hash, wanted, side="right")) - 1
        while at >= 0 and self._hash[at] == wanted:
            row = int(self._row[at])
            if row < len(ids) and ids[row] == key:
                return row
            at -= 1
        raise KeyError(key)

    def __setitem__(self, key: Any, row: int) -> None:
        self._size += key not in self
        self._changed[key] = row

    def __delitem__(self, key: Any) -> None:
        self._size -= key in self
        self._changed[key] = None

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return iter(dict.fromkeys(self._ids.values.tolist()))
