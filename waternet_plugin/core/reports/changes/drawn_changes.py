"""What the log tells of assets on maps, field by field: before, after, who and when."""

from __future__ import annotations

from typing import Any

import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.schema.tables import Table

MADE, MOVED, CHANGED, DELETED = "made", "moved", "changed", "deleted"
COLUMNS = ("table", "asset", "action", "field", "before", "after", "by", "at")


def lines_of_table(history: pd.DataFrame, entries: pd.DataFrame, described: Table) -> list[dict[str, Any]]:
    """Return what is to be said of the changes of a table: COLUMNS of each.

    Parameters
    ----------
    history
        The history of the table, as `Network.history` has it.
    entries
        The entries of the log that count: asset, action and after of each, with its ``seq``.
    described
        The table; its fields about people are left out.
    """
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
            own[entry["field"]] = {**row, "before": own.get(entry["field"], row)["before"]}
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
