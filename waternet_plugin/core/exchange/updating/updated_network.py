"""The network that a file updates: what an update asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, Destination
from waternet_plugin.core.exchange.updating.differences import PersonsFields, nobody
from waternet_plugin.core.exchange.updating.pairing import Followed, no_log

# Asked for columns and ids: rows of the table with their geometry, in any order.
RowsOf = Callable[[Sequence[str], Sequence[str]], pd.DataFrame]
# Asked for ids of a file: the rows that were numbered since they share one, with their geometry.
Bearers = Callable[[Sequence[str]], pd.DataFrame]


def _as_it_is(result: AdoptionResult) -> AdoptionResult:
    return result


def _no_ids(_ids: Sequence[str], _system: str) -> Iterable[str]:
    return ()


def _no_bearers(_source_ids: Sequence[str]) -> pd.DataFrame:
    nothing: pd.DataFrame = pd.DataFrame({"source_id": []}, dtype=object)
    return nothing


@dataclass(frozen=True)
class UpdatedNetwork(Destination):
    """The network whose rows a file updates.

    Attributes
    ----------
    rows_of
        Reads rows by their ids.
    followed
        Returns what became of ids that were changed.
    bearers
        Reads the rows that were numbered since they share an id of their file.
    of_system
        Returns which of some ids are of a system, all of them for ''.
    settle
        Settles what rows name by ids of the file.
    persons_fields
        Returns what people set since the last delivery.
    meant_before
        Ids of the network that another file of the same run speaks of: that file goes first.
    """

    rows_of: RowsOf | None = None
    followed: Followed = no_log
    bearers: Bearers = _no_bearers
    of_system: Callable[[Sequence[str], str], Iterable[str]] = _no_ids
    settle: Callable[[AdoptionResult], AdoptionResult] = _as_it_is
    persons_fields: PersonsFields = nobody
    meant_before: frozenset[str] = frozenset()
