"""Rows that one write names while another deletes, renames or moves them.

Neither writes a row of the other, so no row tells of it: a pipe would name a node that is gone, or end where
its node no longer is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.schema.references import Reference, ids_in, references
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, all_tables
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.sql import literal, quoted

# A condition for entries of the log as ``l``, and its parameters.
Entries = tuple[str, tuple[Any, ...]]
# Which tables were written, and what is not where or what it was.
_TABLES = 'SELECT DISTINCT l."table", NULL, CAST(NULL AS INTEGER), NULL FROM change_log l WHERE {which}'
_TAKEN_AWAY = (
    "SELECT l.\"table\", l.asset, l.seq, l.after FROM change_log l WHERE {which} AND (l.action = 'delete'"
    " OR (l.action = 'update' AND instr(l.after, '_id\":'))"
    f" OR (l.action = 'update' AND l.\"table\" = 'node' AND instr(l.after, '\"{GEOMETRY_COLUMN}\":')))"
)


@lru_cache(maxsize=1)
def logged_references() -> tuple[tuple[Reference, str], ...]:
    """Return the fields of rows in the log that name other such rows, each with one of their tables."""
    tables = all_tables()
    return tuple(
        (reference, target)
        for reference in references()
        for target in reference.targets
        if tables[reference.table].log == tables[target].log == "rows"
    )


def naming_sql(reference: Reference, columns: str, which: str) -> str:
    """Return the SELECT of what rows hold now that were made, or in which the field was set.

    Parameters
    ----------
    columns
        What is selected of the entries ``l`` and their rows ``r``.
    which
        The entries that are looked at.
    """
    table = all_tables()[reference.table]
    asset = (
        f"CASE WHEN l.action = 'update' AND instr(l.after, '\"{table.id_field}\":')"
        f" THEN json_extract(l.after, '$.{table.id_field}') ELSE l.asset END"
    )
    return (
        f"SELECT {columns} FROM change_log l"
        f" JOIN {quoted(table.name)} r ON r.{quoted(table.id_field)} = {asset}"
        f' WHERE {which} AND l."table" = {literal(table.name)} AND r.{quoted(reference.field)} IS NOT NULL'
        f" AND (l.action = 'insert' OR (l.action = 'update' AND instr(l.after, '\"{reference.field}\":')))"
    )


def crossed(database: Database, mine: Entries, theirs: Entries) -> Iterator[tuple[str, int]]:
    """Yield table and entry of what others did to rows that this write names, or of their naming its rows.

    Parameters
    ----------
    database
        In the transaction of the write, with all its rows.
    mine, theirs
        The entries of the write, and of what others wrote since its basis was read.
    """
    their_tables, their_taken = _written(database, theirs)
    if not their_tables:
        return
    own_tables, own_taken = _written(database, mine)
    for table, assets in their_taken.items():
        for _seq, _table, name in _naming(database, table, assets, own_tables, mine):
            yield table, assets[name]
    for table, assets in own_taken.items():
        for seq, name_of_table, _name in _naming(database, table, assets, their_tables, theirs):
            yield name_of_table, seq


def _written(database: Database, entries: Entries) -> tuple[set[str], dict[str, dict[str, int]]]:
    """Return the tables of entries, and the ids that are not where or what they were, each with its entry."""
    which, values = entries
    targets = {target for _reference, target in logged_references()}
    tables: set[str] = set()
    taken: dict[str, dict[str, int]] = {}
    sql = f"{_TABLES} UNION ALL {_TAKEN_AWAY}".format(which=which)
    for table, asset, seq, after in database.execute(sql, values * 2).fetchall():
        tables.add(str(table))
        if seq is not None and table in targets:
            changed = {all_tables()[table].id_field, *((GEOMETRY_COLUMN,) if table == "node" else ())}
            if after is None or not changed.isdisjoint(stored_object(after)):
                taken.setdefault(table, {})[str(asset)] = int(seq)
    return tables, taken


def _naming(
    database: Database, table: str, assets: Collection[str], tables: Collection[str], entries: Entries
) -> Iterator[tuple[int, str, str]]:
    """Yield entry and table of rows in some tables that name one of some ids, and the id."""
    which, values = entries
    for reference, target in logged_references():
        if target == table and reference.table in tables:
            sql = naming_sql(reference, f"l.seq, r.{quoted(reference.field)}", which)
            given = values
            if not reference.is_list:
                sql += f" AND r.{quoted(reference.field)} IN (SELECT value FROM json_each(?))"
                given = (*values, json.dumps(list(assets)))
            for seq, named in database.execute(sql, given).fetchall():
                for name in ids_in(reference.table, reference.field, named):
                    if name in assets:
                        yield int(seq), reference.table, name
