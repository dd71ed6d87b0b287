"""What changed since an edition, a batch or a time, field by field: before, after, who and when."""

from __future__ import annotations

from typing import Any

import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.operations.printing.changes_since import (
    CHANGED,
    DELETED,
    DRAWN,
    MADE,
    NetworkMoment,
    entries_since,
)
from waternet_plugin.store.changes.asset_changes import HistoryQuery
from waternet_plugin.store.network import Network

COLUMNS = ("table", "asset", "action", "field", "before", "after", "by", "at")


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
    personal = {field.name for field in described.personal_fields}
    latest = _latest_ids(entries, described.id_field)
    history = history[history["seq"].isin(set(entries["seq"]))].sort_values("seq", kind="stable")
    # By asset: what it was made or deleted by, and its fields in the order of their first change.
    made: dict[str, dict[str, Any]] = {}
    deleted: dict[str, dict[str, Any]] = {}
    fields: dict[str, dict[str, dict[str, Any]]] = {}
    for entry in records(history):
        asset = latest.get(str(entry["asset"]), str(entry["asset"]))
        row = {**entry, "asset": asset, "action": CHANGED}
        own = fields.setdefault(asset, {})
        if entry["action"] == "insert":
            made[asset] = {**row, "action": MADE, "field": None, "before": None, "after": None}
        elif entry["action"] == "delete":
            deleted[asset] = {**row, "action": DELETED, "field": None, "before": None, "after": None}
        elif entry["field"] is not None and entry["field"] not in personal:
            first = own.get(entry["field"], row)
            own[entry["field"]] = {**row, "before": first["before"]}
    rows: list[dict[str, Any]] = []
    for asset, own in fields.items():
        if asset in made or asset in deleted:
            # What came and went within the time was never on a map.
            rows += [
                each[asset]
                for each in (made, deleted)
                if asset in each and not (asset in made and asset in deleted)
            ]
        else:
            rows += [row for row in own.values() if row["before"] != row["after"]]
    return rows


def _latest_ids(entries: pd.DataFrame, id_field: str) -> dict[str, str]:
    """Return the id that each asset has now or had last, by those it had before."""
    latest: dict[str, str] = {}
    for asset, action, after in zip(entries["asset"], entries["action"], entries["after"]):
        name = stored_object(after).get(id_field) if action == "update" and isinstance(after, str) else None
        if name and str(name) != str(asset):
            for former in [key for key, present in latest.items() if present == str(asset)]:
                latest[former] = str(name)
            latest[str(asset)] = str(name)
    return latest
