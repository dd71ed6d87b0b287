"""Rows that name what an undo takes away: failures and their pipes, pipes and their nodes, and so on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from waternet_plugin.core.schema.references import Reference, references, target_codes
from waternet_plugin.core.schema.tables import Table, all_tables
from waternet_plugin.store.changes.undo_results import Dependents
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.sql import quoted

_LISTED = "(SELECT value FROM json_each(?))"
# What names a row that is gone goes with it, or is its own edit.
_FOLLOWING = ("pipe", "node", "scenario_pipe", "scenario_device")


def going(
    database: Database, batch: str, remaining: Collection[tuple[str, str | None]]
) -> dict[str, list[str]]:
    """Return the ids by table of rows that were not there before a batch.

    Parameters
    ----------
    database
        The network, in which the batch is in force.
    batch
        The batch that is to be taken back.
    remaining
        Rows (table, id) that are not taken back.
    """
    sql = (
        'SELECT "table", asset, action FROM change_log WHERE seq IN (SELECT min(seq) FROM change_log'
        ' WHERE batch = ? AND asset IS NOT NULL GROUP BY "table", asset) ORDER BY "table", asset'
    )
    found: dict[str, list[str]] = {}
    for name, asset, action in database.execute(sql, (batch,)):
        if action == "insert" and (name, asset) not in remaining:
            found.setdefault(name, []).append(asset)
    for table in all_tables().values():
        if table.log == "batch" and table.id_field in table.field_names:
            ids = f"SELECT {quoted(table.id_field)} FROM {quoted(table.name)} WHERE batch_id = ?"
            added = [row[0] for row in database.execute(ids, (batch,))]
            if added:
                found[table.name] = added
    return found


def dependents(database: Database, gone: Mapping[str, Collection[str]], batch: str) -> tuple[Dependents, ...]:
    """Return the rows that name rows that go, and do not go themselves.

    Parameters
    ----------
    database
        The network, before or after they went.
    gone
        Their ids by table.
    batch
        The batch that is taken back.
    """
    found = []
    for reference in references():
        table = all_tables()[reference.table]
        for target in reference.targets:
            if gone.get(target):
                rows = _naming(
                    database, table, reference, target, gone[target], gone.get(table.name, ()), batch
                )
                if rows:
                    assets = tuple(dict.fromkeys(str(asset) for asset in rows))
                    found.append(Dependents(table.name, reference.field, target, len(rows), assets))
    return tuple(found)


def naming(database: Database, name: str, ids: Collection[str]) -> tuple[Dependents, ...]:
    """Return the rows that name rows of a table; see ``Network.naming``."""
    found = dependents(database, {name: ids}, "") if ids else ()
    return tuple(one for one in found if one.table not in _FOLLOWING)


def _naming(
    database: Database,
    table: Table,
    reference: Reference,
    target: str,
    gone: Collection[str],
    themselves: Collection[str],
    batch: str,
) -> list[str]:
    """Return the ids of rows that name one of the ids, or what they name where they have no id."""
    column = quoted(reference.field)
    key = quoted(table.id_field) if table.id_field in table.field_names else column
    tests, values = [f"{column} IS NOT NULL"], []
    if not reference.is_list:
        tests.append(f"{column} IN {_LISTED}")
        values.append(json.dumps(list(gone)))
    code_field, codes = target_codes(table.name, reference.field, target)
    if code_field:
        # Where the row does not say it any table may be meant.
        tests.append(f"({quoted(code_field)} IS NULL OR {quoted(code_field)} IN {_LISTED})")
        values.append(json.dumps(codes))
    if table.log == "batch":
        tests.append("batch_id IS NOT ?")
        values.append(batch)
    elif themselves:
        tests.append(f"{key} NOT IN {_LISTED}")
        values.append(json.dumps(list(themselves)))
    sql = f"SELECT {key}, {column} FROM {quoted(table.name)} WHERE {' AND '.join(tests)} ORDER BY fid"
    names = set(gone)
    rows = database.execute(sql, values)
    return [
        key for key, named in rows if not reference.is_list or not names.isdisjoint(str(named).split(";"))
    ]
