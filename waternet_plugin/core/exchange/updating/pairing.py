"""Which rows of the network the rows of a file mean.

An id leads to the row that has it, or, through the change log, to the row that had it: renamed since, or cut
into several. A row of the network that the file names by its own id belongs to that row of the file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.verdicts import SAME_ASSET, Verdicts
from waternet_plugin.core.texts import tr

# Asked for ids of a file: the rows that stand for those that were renamed or cut, none where all are gone.
Followed = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]


def no_log(_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return nothing: no id was ever changed."""
    return {}


@dataclass(frozen=True)
class RowPairs:
    """Rows of a file with rows of the network.

    Attributes
    ----------
    rows, assets
        Row of the file (from 0) and id in the network of each pair.
    several
        Whether the row of the file has more pairs than this.
    """

    rows: Array
    assets: Array
    several: Array

    def there(self, many: int) -> Array:
        """Return which of so many rows of the file are in a pair."""
        found = np.zeros(many, dtype=bool)
        found[self.rows] = True
        return found

    def of(self, wanted: Array) -> RowPairs:
        """Return the pairs of the rows that are wanted."""
        left = wanted[self.rows]
        return RowPairs(self.rows[left], self.assets[left], self.several[left])


def pair_rows(
    ids: Array, verdicts: Verdicts, existing: pd.Index, followed: Mapping[str, Sequence[str]]
) -> RowPairs:
    """Return the pairs of the wanted rows, rows that mean the same one of the network rejected.

    Parameters
    ----------
    ids
        Ids of the file's rows, None where there is none; each once among the wanted rows.
    verdicts
        Rows that are rejected already are in no pair.
    existing
        Ids of the network.
    followed
        What ids that were changed lead to.
    """
    wanted = verdicts.wanted & pd.notna(ids)
    led = np.flatnonzero(wanted & pd.Series(ids, dtype=object).isin(list(followed)).to_numpy())
    direct = wanted & pd.Series(ids, dtype=object).isin(existing).to_numpy()
    direct[led] = False
    rows = np.flatnonzero(direct)
    pairs = [(rows, ids[rows], np.zeros(len(rows), dtype=bool))]
    # Who the rows are that something else of the file may lead to.
    bearers = dict(zip(ids[wanted].tolist(), np.flatnonzero(wanted).tolist())) if len(led) else {}
    claimed: dict[str, int] = {}
    for row in led.tolist():
        name = ids[row]
        found = [one for one in followed[name] if one == name or not _is_its_own(one, bearers, followed)]
        free = [one for one in found if one not in claimed]
        claimed.update((one, row) for one in free)
        if free:
            marks = np.full(len(free), len(free) > 1)
            pairs.append((np.full(len(free), row), np.array(free, dtype=object), marks))
        elif followed[name]:
            now = followed[name][0]
            other = bearers.get(now, claimed.get(now, 0))
            sentence = tr("{id} is now {now} in the network, which row {row} of the file refers to as well.")
            verdicts.codes[row] = SAME_ASSET
            verdicts.sentences[row] = sentence.format(id=name, now=now, row=verdicts.row_numbers[other])
    return RowPairs(
        np.concatenate([pair[0] for pair in pairs]).astype(np.int64),
        np.concatenate([pair[1] for pair in pairs]),
        np.concatenate([pair[2] for pair in pairs]),
    )


def _is_its_own(asset: str, bearers: Mapping[str, int], followed: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a row of the network has a row of the file under its own id."""
    return asset in bearers and asset in followed.get(asset, (asset,))


def meant_ids(ids: Array, existing: pd.Index, followed: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the ids of the network that the file speaks of, whether its rows can be taken or not."""
    direct = set(ids.tolist()).intersection(existing)
    return frozenset(direct.union(*followed.values()))
