"""The SQL for the highest number among ids that are letters and digits, of a table and of the change log.

Ids of rows that are gone count too: what the log has of them stays their own. The numbers are compared, not
the texts: N9 comes before N29.
"""

from __future__ import annotations

from waternet_plugin.core.schema.tables import FID_COLUMN, Table
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase

# Longer numbers are not a numbering, and SQLite would turn them into others.
MOST_DIGITS = 9


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def in_table(table: Table, prefix: str, above: int = 0, *, after_fid: int = 0) -> str:
    """Return the query for the highest number of a table's rows, NULL where none is above a number.

    Parameters
    ----------
    table, prefix
        Whose ids, and the letters before the digits.
    above
        Only higher numbers are of interest.
    after_fid
        Only rows that were written after this one; 0 for all, by the index of the ids.
    """
    rows = f'FROM "{table.name}"' + (f" WHERE {FID_COLUMN} > {after_fid}" if after_fid else "")
    return _highest(f'SELECT "{table.id_field}" AS asset {rows}', prefix, above, indexed=not after_fid)


def in_log(table: Table, prefix: str, above: int = 0, *, after_entry: int = 0) -> str:
    """Return the same query for the ids that the change log names, after one of its entries."""
    rows = f'FROM change_log WHERE "table" = {_literal(table.name)}'
    if after_entry:
        # The newest entries are found by their numbers.
        rows = f'FROM change_log WHERE seq > {after_entry} AND +"table" = {_literal(table.name)}'
    return _highest(f"SELECT asset {rows}", prefix, above, indexed=not after_entry)


def _highest(rows: str, prefix: str, above: int, *, indexed: bool) -> str:
    digits = f"substr(asset, {len(prefix) + 1})"
    asset = "asset" if indexed else "+asset"
    # Few numbers are above, so the pattern, which costs most, is looked at last.
    return (
        f"SELECT max(number) FROM (SELECT asset, CAST({digits} AS INTEGER) AS number FROM ({rows})"  # noqa: S608
        f" WHERE {asset} >= {_literal(prefix)} AND {asset} < {_literal(prefix + ':')})"
        f" WHERE number > {above} AND {digits} NOT GLOB '*[^0-9]*'"
        f" AND length(asset) <= {len(prefix) + MOST_DIGITS}"
    )


def _highest_in_schema(table: Table, prefix: str) -> str:
    """Return the same query of both for a server, which refuses to make a number of a word."""
    digits = f"substr(asset, {len(prefix) + 1})"
    rows = (
        f'SELECT "{table.id_field}" AS asset FROM "{table.name}" UNION ALL'  # noqa: S608
        f' SELECT asset FROM change_log WHERE "table" = {_literal(table.name)}'
    )
    return (
        f"SELECT coalesce(max(CASE WHEN {digits} ~ '^[0-9]{{1,{MOST_DIGITS}}}$'"  # noqa: S608
        f" THEN CAST({digits} AS INTEGER) END), 0) FROM ({rows}) every"
        f" WHERE asset >= {_literal(prefix)} AND asset < {_literal(prefix + ':')}"
    )


def highest_number(database: Database, table: Table, prefix: str) -> int:
    """Return the highest number that was ever given to a row of a table, 0 where there is none."""
    highest = 0
    if isinstance(database, SchemaDatabase):
        return int(database.execute(_highest_in_schema(table, prefix)).fetchone()[0])
    for query in (in_table, in_log):
        highest = int(database.execute(query(table, prefix, highest)).fetchone()[0] or highest)
    return highest
