"""What changed since an edition, a batch or a time, field by field: before, after, who and when."""

from __future__ import annotations

from typing import Any

import pandas as pd

from waternet_plugin.core.reports.changes.drawn_changes import COLUMNS, lines_of_table
from waternet_plugin.operations.printing.changes_since import DRAWN, NetworkMoment, entries_since
from waternet_plugin.store.changes.asset_changes import HistoryQuery
from waternet_plugin.store.network import Network


def change_lines(network: Network, moment: NetworkMoment) -> pd.DataFrame:
    """Return what is to be said of each change that maps show.

    Parameters
    ----------
    moment
        Since when, see `since_moment`.

    Returns
    -------
    ``table``, ``asset`` (the id it has now or had last), ``action`` (made, changed, deleted), ``field``,
    ``before``, ``after``, ``by``, ``at``: a row for each field that is not as it was, its values as
    `Network.history` has them, and a row without a field for what was made or deleted. Who and when are those
    of the last change. Fields about people are left out.
    """
    entries = entries_since(network, moment)
    rows = [row for name in DRAWN for row in _of_table(network, name, entries[entries["table"] == name])]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _of_table(network: Network, name: str, entries: pd.DataFrame) -> list[dict[str, Any]]:
    if entries.empty:
        return []
    history, described = network.history(HistoryQuery(table=name)), network.table(name)
    return lines_of_table(history, entries, described)
