"""Enter many rows in the change log at once.

The entry of a row that was made in bulk has a hash of it: the table holds the row itself, and what is asked
of the entry is only whether the row is still as it was made. Triggers can't reckon hashes, so a row that was
made alone is in its entry with all it knows.

Readings come by the million. That they were made needs no entry, since each names its batch; where they are
taken back, one entry holds the rows of many, packed, so that the undo can be undone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from waternet_plugin.core.schema.tables import FID_COLUMN, Table
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import rtree, triggers

_LOG = "change_log"
_HASH_BYTES = 8
_HASHED = '{"hash":'
# Tables whose deleted rows are packed, and how many rows one entry holds.
PACKED_TABLES = ("reading",)
_PACKED, _ROWS = "packed", "rows"
PACKED_ROWS = 50_000


def _hash(row: str) -> str:
    return hashlib.blake2b(row.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).hexdigest()


def register(connection: sqlite3.Connection) -> None:
    """Give a connection the hash of rows; once, since SQLite changes no function while it reads."""
    connection.create_function("wn_hash", 1, _hash, deterministic=True)


def hash_sql(row: str) -> str:
    """Return the SQL of what the entry of a row made in bulk says of it; ``row`` is the SQL of the row."""
    return f"'{_HASHED}\"' || wn_hash({row}) || '\"}}'"


def _note(database: Database, table: Table, action: str, before: str, after: str, rule: str) -> None:
    """Enter the rows of a table that a rule selects."""
    if isinstance(database, SchemaDatabase) and table.log == "rows":
        # Nothing is done there behind the back of its triggers.
        return
    # Tables that are only added to have no id that stays: their entries name no asset.
    asset = f"{quoted(table.name)}.{quoted(table.id_field)}" if table.log == "rows" else "NULL"
    head = triggers.log_sql(
        table,
        action,
        asset,
        before,
        after,
        '(SELECT "by" FROM wn_session)',
        "(SELECT batch FROM wn_session)",
    )
    with rtree.without_triggers(database, _LOG):
        added = database.execute(f"{head} FROM {quoted(table.name)} {rule}").rowcount
        rtree.count_more(database, _LOG, added)


def note_made(database: Database, table: Table, rule: str, *, known: Collection[str] | None = None) -> None:
    """Enter rows that were made.

    Parameters
    ----------
    database
        Inside a transaction.
    table
        Their table.
    rule
        The end of a SELECT from that table: which rows, in which order.
    known
        The columns that hold anything; None for all of them.
    """
    prefix = f"{quoted(table.name)}."
    if table.log == "batch":
        # Without an id, the row is found by its number.
        after = f"'{{\"{FID_COLUMN}\":' || {prefix}{FID_COLUMN} || '}}'"
    else:
        after = hash_sql(triggers.complete_row_sql(table, prefix, geometry=False, names=known))
    _note(database, table, "insert", "NULL", after, rule)


def note_deleted(database: Database, table: Table, rule: str) -> None:
    """Enter rows that are about to be deleted, with all they hold."""
    if table.name in PACKED_TABLES:
        _note_packed(database, table, rule)
        return
    before = triggers.stored_row_sql(database, table)
    _note(database, table, "delete", before, "NULL", rule)


def _note_packed(database: Database, table: Table, rule: str) -> None:
    names = [FID_COLUMN, *table.field_names]
    listed = ", ".join(f"{quoted(table.name)}.{quoted(name)}" for name in names)
    rows = database.execute(f"SELECT {listed} FROM {quoted(table.name)} {rule}")
    head = triggers.log_sql(
        table,
        "delete",
        "NULL",
        "?",
        "NULL",
        '(SELECT "by" FROM wn_session)',
        "(SELECT batch FROM wn_session)",
    )
    while True:
        part = rows.fetchmany(PACKED_ROWS)
        if not part:
            return
        columns = json.dumps(dict(zip(names, zip(*part))), ensure_ascii=False)
        packed = base64.b64encode(zlib.compress(columns.encode("utf-8", "surrogatepass"), 4)).decode("ascii")
        database.execute(head, (json.dumps({_ROWS: len(part), _PACKED: packed}),))


def unpacked(known: Mapping[str, Any], names: Sequence[str]) -> list[tuple[Any, ...]] | None:
    """Return the rows that an entry packs, None for an entry of one row.

    Parameters
    ----------
    known
        What the entry says of the rows before.
    names
        The columns that are wanted, in their order.
    """
    if _PACKED not in known:
        return None
    text = zlib.decompress(base64.b64decode(known[_PACKED])).decode("utf-8", "surrogatepass")
    columns = json.loads(text)
    nothing = [None] * int(known[_ROWS])
    return list(zip(*(columns.get(name, nothing) for name in names)))


def rows_sql() -> str:
    """Return the SQL of how many rows an entry of the log speaks of."""
    packed = ", ".join(f"'{name}'" for name in PACKED_TABLES)
    count = f"coalesce(CAST(json_extract(before, '$.{_ROWS}') AS INTEGER), 1)"
    return f"CASE WHEN action = 'delete' AND \"table\" IN ({packed}) THEN {count} ELSE 1 END"


def changed_since_made(database: Database, table: Table, batch: str) -> list[str]:
    """Return the ids of rows that a batch made, that no later entry names, and that are another way now.

    A server knows no hash of a row: where a gap came along from a file, all such rows may be another way.
    """
    if isinstance(database, SchemaDatabase):
        made_once = (
            "SELECT l.asset FROM change_log l WHERE l.batch = ?1 AND l.action = 'insert' AND l.\"table\" = ?2"
            ' AND NOT EXISTS (SELECT 1 FROM change_log m WHERE m."table" = ?2 AND m.asset = l.asset'
            " AND m.seq > l.seq)"
        )
        return [str(row[0]) for row in database.execute(made_once, (batch, table.name))]
    name, prefix = quoted(table.name), f"{quoted(table.name)}."
    row = triggers.complete_row_sql(table, prefix, geometry=False)
    made = f"CASE WHEN substr(l.after, 1, {len(_HASHED)}) = '{_HASHED}' THEN {hash_sql(row)} ELSE {row} END"
    sql = (
        f"SELECT l.asset FROM change_log l LEFT JOIN {name} ON {prefix}{quoted(table.id_field)} = l.asset"
        " WHERE l.batch = ?1 AND l.action = 'insert' AND l.\"table\" = ?2"
        ' AND NOT EXISTS (SELECT 1 FROM change_log m WHERE m."table" = ?2 AND m.asset = l.asset'
        f" AND m.seq > l.seq) AND ({prefix}{FID_COLUMN} IS NULL OR l.after IS NOT {made})"
    )
    return [str(row[0]) for row in database.execute(sql, (batch, table.name))]
