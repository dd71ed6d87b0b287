"""Make an asset again what it was before an entry of the change log, as a batch of its own.

The log is only added to. What would leave the network disconnected, or name what is gone, is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn, Optional

from waternet_plugin.core.editing.earlier_rows import LoggedRow, RowLife, life_of, row_before
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.changes.asset_changes import Restored, Restoring
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.consequences import retests
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.log.table_log import StoredTableLog
from waternet_plugin.store.geopackage.log.write_conflicts import Others
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import own_columns, triggers
from waternet_plugin.store.geopackage.undoing import restored_links
from waternet_plugin.store.geopackage.writing import bulk, write_session
from waternet_plugin.store.geopackage.writing.write_session import WriteSession

KIND = "revert"


def _described(database: Database, name: str) -> Table:
    found = all_tables().get(name)
    if found is None or not found.is_editable:
        names = listed(table.name for table in all_tables().values() if table.is_editable)
        message = tr("Rows of the table “{table}” can't be restored. Choose one of: {tables}.")
        raise InputError(message.format(table=name, tables=names))
    return own_columns.described(database, name)


def _checked_fields(table: Table, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that may be restored: those that are named, else all that people or checks fill."""
    known = [field.name for field in triggers.logged_fields(table) if field.name != table.id_field]
    if table.has_geometry:
        known.append(GEOMETRY_COLUMN)
    if table.id_field in fields:
        message = tr(
            "The id of a row can't be restored, since other rows name it. Change it in the form, and leave "
            "“{field}” out of FIELDS."
        )
        raise InputError(message.format(field=table.id_field))
    strange = [name for name in fields if name not in known]
    if strange:
        message = tr("{table} has no field {names} that can be restored. Choose from: {known}.")
        raise InputError(message.format(table=table.label, names=listed(strange), known=listed(known)))
    return tuple(dict.fromkeys(fields)) or tuple(known)


def _same(name: str, one: Any, other: Any) -> bool:
    """Return whether two values of the log are the same; of geometries the header does not count."""
    if name == GEOMETRY_COLUMN and one and other:
        return _body(one) == _body(other)
    return bool(one == other)


def _body(text: str) -> bytes:
    """Return what of a geometry counts: its WKB, or all of it where it is none."""
    blob = bytes.fromhex(text)
    return blobs.wkb_of(blob) or blob


def _stored(name: str, value: Any) -> Any:
    """Return a value of the log as SQLite keeps it."""
    return bytes.fromhex(value) if name == GEOMETRY_COLUMN and value is not None else value


class _Asset:
    """The row that is asked for: its life, what it is, and what it was."""

    def __init__(self, database: Database, table: Table, request: Restoring) -> None:
        self.database = database
        self.table = table
        self.log = StoredTableLog(database, table)
        self.life: RowLife = life_of(self.log, request.asset)
        if not self.life.is_there and not self.life.entries:
            text = tr("{asset} is neither in the network nor in its change log. Check the id.")
            self._refuse(text, asset=request.asset)
        self.now: Optional[LoggedRow] = self.log.row_now(self.life.asset) if self.life.is_there else None
        self.seq = self._checked_seq(request)
        then = row_before(self.now, self.life.entries, self.seq)
        if then is None:
            text = tr(
                "{asset} was not in the network before entry {seq} of the change log. Choose a later entry."
            )
            self._refuse(text, seq=self.seq)
        self.then: LoggedRow = then

    def _refuse(self, text: str, **values: Any) -> NoReturn:
        raise StoreError(text.format(**{"asset": self.life.asset, **values}))

    def _checked_seq(self, request: Restoring) -> int:
        """Return the entry before which the state is asked for."""
        if request.seq is None:
            if not self.life.entries:
                self._refuse(tr("Nothing has been recorded about {asset} since it was made."))
            return self.life.entries[0].seq
        last = self.database.execute("SELECT coalesce(max(seq), 0) FROM change_log").fetchone()[0]
        if not 1 <= request.seq <= last:
            text = tr("The change log has no entry {seq}; its entries go up to {last}. List the changes.")
            self._refuse(text, seq=request.seq, last=last)
        return request.seq

    def differing(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Return the fields that were another then, with what they were."""
        assert self.now is not None
        return {
            name: self.then.get(name)
            for name in names
            if not _same(name, self.then.get(name), self.now.get(name))
        }

    def change(self, names: tuple[str, ...], current: WriteSession) -> tuple[str, ...]:
        """Give the row what it had; return the fields."""
        values = self.differing(names)
        if not values:
            text = tr(
                "{asset} is already as it was before entry {seq} of the change log. Nothing was written."
            )
            self._refuse(text, seq=self.seq)
        restored = tuple(values)
        values = restored_links.checked(self.database, self.table, self.life.asset, values, self.seq)
        values |= restored_links.length_of(self.table, self.now or {}, values)
        values |= {"edited_by": current.by, "edited_on": current.at, "batch_id": current.batch_id}
        sets = ", ".join(f"{quoted(name)} = ?" for name in values)
        sql = f"UPDATE {quoted(self.table.name)} SET {sets} WHERE {quoted(self.table.id_field)} = ?"
        stored = [_stored(name, value) for name, value in values.items()]
        self.database.execute(sql, (*stored, self.life.asset))
        return restored

    def bring_back(self, current: WriteSession) -> tuple[str, ...]:
        """Make a deleted row again, under its old number where that is free; return its fields."""
        table, then = self.table, dict(self.then)
        if table.id_field not in then:
            text = tr(
                "{asset} was deleted by another program past the change log: what it was is not known. Take "
                "it from a backup, or enter it again."
            )
            self._refuse(text)
        asset = str(then[table.id_field])
        if self.log.row_number(asset) is not None:
            text = tr(
                "{asset} can't come back: another row has that id now. Give that row another id, then "
                "restore this one."
            )
            self._refuse(text, asset=asset)
        then = {**then, **restored_links.checked(self.database, table, asset, then, self.seq)}
        then["row_version"] = (then.get("row_version") or 0) + 1
        then |= {"edited_by": current.by, "edited_on": current.at, "batch_id": current.batch_id}
        names = [*table.field_names, *([GEOMETRY_COLUMN] if table.has_geometry else [])]
        taken = f"SELECT 1 FROM {quoted(table.name)} WHERE {FID_COLUMN} = ?"
        if self.database.execute(taken, (then.get(FID_COLUMN),)).fetchone() is None:
            names.insert(0, FID_COLUMN)
        bulk.insert(self.database, table, names, [[_stored(name, then.get(name)) for name in names]])
        return tuple(name for name in names if name in self.then)


def restore(database: Database, request: Restoring, *, by: str, others: Others) -> Restored:
    """Restore an asset, or some of its fields, in a transaction; see ``Network.restore_asset``.

    ``others`` tell what is changed from the beginning of the transaction on.
    """
    table = _described(database, request.table)
    names = _checked_fields(table, request.fields)
    asset = _Asset(database, table, request)
    if asset.now is None and request.fields:
        text = tr("{asset} is deleted. Restore all of it first, without FIELDS.")
        raise StoreError(text.format(asset=asset.life.asset))
    others.look(table, (request.asset, asset.life.asset))
    others.refuse()
    current = write_session.begin(database, by)
    came_back = asset.now is None
    fields = asset.bring_back(current) if came_back else asset.change(names, current)
    current.touched(table.name, 1)
    others.look_at_names(current.batch_id, current.tables)
    others.refuse()
    facts: Mapping[str, Any] = {
        "table": table.name,
        "asset": asset.life.asset,
        "before": asset.seq,
        "fields": [] if came_back else list(fields),
    }
    retests.mark(database, current)
    write_session.finish(
        database,
        current,
        kind=KIND,
        name=f"{table.label} {asset.life.asset}",
        facts=json.dumps(facts, ensure_ascii=False),
    )
    write_session.name_written(current)
    return Restored(current.batch_id, asset.life.asset, fields, came_back)
