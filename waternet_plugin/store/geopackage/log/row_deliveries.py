"""What the change log tells of delivered rows: what they were and are called, who set their fields."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Optional

from waternet_plugin.core.editing.persons_fields import PERSONS, FieldsEntry
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.log import families, table_log

# In these batches rows keep their ids; what they made is most of the log.
_KEEPING_IDS = ("create", "adopt", "migrate", "match", "assess")
_VALID = "CASE WHEN json_valid({0}) THEN {0} ELSE '{{}}' END"
_BETWEEN = "\x1f"
# The plus keeps SQLite from reading all of a table's log where that of a few batches is asked for.
_BY_BATCH = '+"table" = ?'


def _listed(kinds: Collection[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in sorted(kinds) if kind)


class _Log:
    """The change log of one table."""

    def __init__(self, database: Database, described: Table) -> None:
        self._database, self._table = database, described
        self._families = families.families(database)
        rows = database.execute("SELECT batch_id, kind, facts FROM batch").fetchall()
        self._kinds = {str(batch): str(kind or "") for batch, kind, _facts in rows}
        self._kept: Mapping[str, Any] = {
            str(batch): stored_object(facts).get("kept") or {}
            for batch, kind, facts in rows
            if kind == "update"
        }

    def entries(self, condition: str, *values: Any, with_before: bool = False) -> list[FieldsEntry]:
        """Return the entries that meet a condition, oldest first; what was before on request."""
        after = _VALID.format("after")
        id_path = f"'$.{self._table.id_field}'"
        sql = (
            "SELECT seq, asset, action, coalesce(batch, ''),"
            f" CASE action WHEN 'update' THEN json_extract({after}, {id_path}) END,"
            f" (SELECT group_concat(key, '{_BETWEEN}') FROM json_each({after})),"
            f" {'before' if with_before else 'NULL'}"
            f" FROM change_log WHERE {condition} AND asset IS NOT NULL AND action <> 'gap' ORDER BY seq"
        )
        rows = self._database.execute(sql, values)
        return [self._entry(*row) for row in rows]

    def _entry(
        self, seq: int, asset: str, action: str, batch: str, new_id: Any, fields: Any, before: Optional[str]
    ) -> FieldsEntry:
        family = self._families.roots.get(batch, batch)
        kept = self._kept.get(batch)
        return FieldsEntry(
            int(seq),
            str(asset),
            str(action),
            tuple(str(fields).split(_BETWEEN)) if fields else (),
            None if new_id is None or new_id == asset else str(new_id),
            self._kinds.get(family, ""),
            family,
            self._families.signs.get(batch, 1),
            tuple(kept.get(asset, ())) if isinstance(kept, dict) else (),
            table_log.known(before) if before else {},
        )

    def renames(self) -> list[FieldsEntry]:
        """Return the entries that gave a row another id."""
        others = f"SELECT batch_id FROM batch WHERE coalesce(kind, '') NOT IN ({_listed(_KEEPING_IDS)})"
        named = f"action = 'update' AND instr(after, '\"{self._table.id_field}\"')"
        condition = f"{_BY_BATCH} AND {named} AND (batch IS NULL OR batch IN ({others}))"
        return [entry for entry in self.entries(condition, self._table.name) if entry.new_id is not None]

    def touched(self) -> set[str]:
        """Return the ids that rows had when people set fields of them."""
        theirs = f"SELECT batch_id FROM batch WHERE kind IN ({_listed(PERSONS)})"
        sql = (
            f"SELECT DISTINCT asset FROM change_log WHERE {_BY_BATCH} AND asset IS NOT NULL"
            f" AND (batch IS NULL OR batch IN ({theirs}))"
        )
        return {str(row[0]) for row in self._database.execute(sql, (self._table.name,))}

    def of(self, names: Iterable[str], *, with_before: bool = False) -> list[FieldsEntry]:
        """Return the entries of rows of some ids."""
        condition = '"table" = ? AND asset IN (SELECT value FROM json_each(?))'
        return self.entries(condition, self._table.name, json.dumps(sorted(names)), with_before=with_before)

    def changed(self, fields: Sequence[str]) -> set[str]:
        """Return the ids of rows that lost or got other values of some fields, before and after it.

        What an undo took back with its adoption was not changed.
        """
        roots = self._families.roots
        batches = [one for one, root in roots.items() if self._kinds.get(root) not in _KEEPING_IDS]
        sql = (
            f"SELECT asset, CASE action WHEN 'update' THEN json_extract({_VALID.format('after')}, ?) END"
            f" FROM change_log WHERE {_BY_BATCH} AND asset IS NOT NULL"
            " AND (batch IS NULL OR batch IN (SELECT value FROM json_each(?)))"
            " AND (action = 'delete' OR (action = 'update' AND EXISTS"
            " (SELECT 1 FROM json_each(?) AS name WHERE instr(after, '\"' || name.value || '\"'))))"
        )
        id_field = self._table.id_field
        told = json.dumps([*fields, id_field])
        values = (f"$.{id_field}", self._table.name, json.dumps(batches), told)
        return {str(one) for row in self._database.execute(sql, values) for one in row if one is not None}


def renames(database: Database, name: str) -> tuple[FieldsEntry, ...]:
    """Return what gave rows of a table other ids, and what made and deleted rows of these ids."""
    log = _Log(database, table(name))
    found = log.renames()
    if not found:
        return ()
    names = {one.asset for one in found} | {str(one.new_id) for one in found}
    return tuple(log.of(names))


def field_entries(database: Database, name: str, ids: Collection[str]) -> tuple[FieldsEntry, ...]:
    """Return what the log tells of rows of a table of whose fields people set any, through all their ids."""
    log = _Log(database, table(name))
    touched = log.touched()
    if not touched:
        return ()
    wanted: set[str] = set()
    for group in _groups(ids, log.renames()):
        if not touched.isdisjoint(group):
            wanted |= group
    return tuple(log.of(wanted)) if wanted else ()


def entries_of_changed(database: Database, name: str, fields: Sequence[str]) -> tuple[FieldsEntry, ...]:
    """Return all entries of rows of a table in which some fields changed; former shapes are read."""
    log = _Log(database, table(name))
    names = log.changed(fields)
    found = log.of(names, with_before=True) if names else []
    moved = [entry.before for entry in found if entry.before.get(GEOMETRY_COLUMN) is not None]
    shapes = blobs.shapes_of([before[GEOMETRY_COLUMN] for before in moved])
    for before, shape in zip(moved, shapes):
        before[GEOMETRY_COLUMN] = shape
    return tuple(found)


def _groups(ids: Collection[str], renamed: Iterable[FieldsEntry]) -> list[set[str]]:
    """Return ids with all those that their rows had, one group for each id."""
    groups: dict[str, set[str]] = {}
    for one in renamed:
        both = groups.get(one.asset, {one.asset}) | groups.get(str(one.new_id), {str(one.new_id)})
        groups.update(dict.fromkeys(both, both))
    return [groups.get(one, {one}) for one in ids]
