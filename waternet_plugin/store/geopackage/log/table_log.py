"""The log of one table, read from a connection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Optional

from waternet_plugin.core.editing.earlier_rows import LogEntry, LoggedRow
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.schema.tables import FID_COLUMN, Table
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import triggers

# What an entry is made of.
COLUMNS = "seq, at, coalesce(\"by\", ''), coalesce(batch, ''), asset, action, before, after"
_LAST = 2**62


def known(text: Optional[str]) -> dict[str, Any]:
    """Return the values of an entry; none of a row that was made in bulk, of which it has a hash."""
    found = stored_object(text)
    return {} if "hash" in found else found


def entries(rows: Iterable[Sequence[Any]]) -> list[LogEntry]:
    """Return rows of `COLUMNS` as entries."""
    return [
        LogEntry(int(seq), at or "", by, batch, str(asset or ""), action, known(before), known(after))
        for seq, at, by, batch, asset, action, before, after in rows
    ]


class StoredTableLog:
    """What the log has of the rows of one table."""

    def __init__(self, database: Database, described: Table) -> None:
        self._database = database
        self._table = described
        self.id_field = described.id_field

    def row_number(self, asset: str) -> Optional[int]:
        """Return the number of the row that has an id."""
        sql = f"SELECT {FID_COLUMN} FROM {quoted(self._table.name)} WHERE {quoted(self.id_field)} = ?"
        found = self._database.execute(sql, (asset,)).fetchone()
        return None if found is None else int(found[0])

    def of_asset(self, asset: str, below: Optional[int]) -> Sequence[LogEntry]:
        """Read by the index of tables and ids."""
        sql = (
            f'SELECT {COLUMNS} FROM change_log WHERE "table" = ? AND asset = ? AND seq < ?'
            " AND action <> 'gap' ORDER BY seq DESC"
        )
        limit = _LAST if below is None else below
        return entries(self._database.execute(sql, (self._table.name, asset, limit)))

    def renamed_to(self, asset: str, above: int, below: Optional[int]) -> Optional[LogEntry]:
        """Look through the updates between two entries; hardly ever is a row's making not logged."""
        sql = (
            f'SELECT {COLUMNS} FROM change_log WHERE seq > ?1 AND seq < ?2 AND +"table" = ?3'
            " AND action = 'update' AND instr(after, ?4) AND json_extract(after, ?5) = ?6"
            " ORDER BY seq DESC LIMIT 1"
        )
        limit = _LAST if below is None else below
        values = (above, limit, self._table.name, f'"{self.id_field}"', f"$.{self.id_field}", asset)
        return next(iter(entries(self._database.execute(sql, values))), None)

    def row_now(self, asset: str) -> Optional[LoggedRow]:
        """Return a row as an entry of its deletion would hold it; None where it is not there."""
        name = quoted(self._table.name)
        row = triggers.stored_row_sql(self._database, self._table)
        sql = f"SELECT {row} FROM {name} WHERE {quoted(self.id_field)} = ?"
        found = self._database.execute(sql, (asset,)).fetchone()
        return None if found is None else dict(json.loads(found[0]))
