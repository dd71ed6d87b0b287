"""Who changed rows since some moment, and where they were before, as the change log tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from waternet_plugin.core.editing.row_conflicts import RowChange
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table, table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.log import write_conflicts
from waternet_plugin.store.geopackage.sql import quoted

# SQLite takes some hundred values at a time, whatever its version.
_AT_A_TIME = 500


@dataclass(frozen=True)
class _Entry:
    seq: int
    asset: str
    action: str
    new_id: Optional[str]
    blob: Optional[str]
    by: str
    at: str


def since(database: Database, name: str, keys: Sequence[int], seen: str) -> Mapping[int, RowChange]:
    """Return what was done to rows after a position; see ``Network.row_changes``.

    Parameters
    ----------
    database
        The network.
    name
        The table.
    keys
        ``fid`` of the rows, of those that are gone too.
    seen
        The position.
    """
    described = table(name)
    first = write_conflicts.known_entry(database, seen)
    if first is None or not keys or not _is_logged(database, described, first, seen):
        return {}
    ids = _ids(database, described, keys)
    gone = _gone(database, described, [key for key in keys if key not in ids], first)
    renamed = list(_entries(database, described, first, _RENAMES, (f"$.{described.id_field}",)))
    found: dict[int, list[_Entry]] = {}
    names = {key: _names(one, renamed) for key, one in {**ids, **gone}.items()}
    by_name = _by_name(database, described, first, {one for each in names.values() for one in each})
    for key, each in names.items():
        entries = {entry.seq: entry for one in each for entry in by_name.get(one, ())}
        found[key] = [entries[seq] for seq in sorted(entries)]
    return {key: _change(entries) for key, entries in found.items() if entries}


_RENAMES = "action = 'update' AND json_extract(after, ?) IS NOT NULL"


def _pieces(values: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    every = list(values)
    for start in range(0, len(every), _AT_A_TIME):
        part = every[start : start + _AT_A_TIME]
        yield ", ".join("?" * len(part)), part


def _is_logged(database: Database, described: Table, first: int, seen: str) -> bool:
    """Return whether anybody changed rows of a table after a position, which is an entry of the log."""
    if isinstance(database, SchemaDatabase):
        return database.is_written_since(seen, described.name)
    # By the number of the entry: a town's pipes are one table, and nearly all of its log.
    sql = 'SELECT 1 FROM change_log WHERE seq > ? AND +"table" = ? LIMIT 1'
    return database.execute(sql, (first, described.name)).fetchone() is not None


def _ids(database: Database, described: Table, keys: Sequence[int]) -> dict[int, str]:
    """Return the ids of the rows that are there."""
    found: dict[int, str] = {}
    for marks, part in _pieces(int(key) for key in keys):
        sql = f"SELECT {FID_COLUMN}, {quoted(described.id_field)} FROM {quoted(described.name)}"
        rows = database.execute(f"{sql} WHERE {FID_COLUMN} IN ({marks})", part)
        found.update((int(key), str(one)) for key, one in rows)
    return found


def _gone(database: Database, described: Table, keys: list[int], first: int) -> dict[int, str]:
    """Return the last ids of the rows that were deleted."""
    found: dict[int, str] = {}
    key_of = f"CAST(json_extract(before, '$.{FID_COLUMN}') AS INTEGER)"
    for marks, part in _pieces(keys):
        sql = (
            f"SELECT {key_of}, asset FROM change_log WHERE seq > ? AND +\"table\" = ? AND action = 'delete'"
            f" AND {key_of} IN ({marks}) ORDER BY seq"
        )
        rows = database.execute(sql, (first, described.name, *part))
        found.update((int(key), str(one)) for key, one in rows)
    return found


def _entries(
    database: Database, described: Table, first: int, where: str, values: Sequence[Any]
) -> Iterator[_Entry]:
    # Some assets are found by the index of ids, all that was changed by the numbers of the entries.
    of_table = '"table" = ?' if where.startswith("asset ") else '+"table" = ?'
    sql = (
        "SELECT seq, asset, action, CASE WHEN action = 'update' THEN json_extract(after, ?) END,"
        f" json_extract(before, '$.{GEOMETRY_COLUMN}'), \"by\", at FROM change_log"
        f" WHERE seq > ? AND {of_table} AND {where} ORDER BY seq"
    )
    for row in database.execute(sql, (f"$.{described.id_field}", first, described.name, *values)):
        seq, asset, action, new_id, blob, by, at = row
        new = None if new_id is None else str(new_id)
        yield _Entry(int(seq), str(asset), str(action), new, blob, str(by or ""), str(at or ""))


def _names(last: str, renamed: Sequence[_Entry]) -> tuple[str, ...]:
    """Return the ids that a row had, the last one first."""
    names = [last]
    for entry in reversed(renamed):
        if entry.new_id == names[-1]:
            names.append(entry.asset)
    return tuple(names)


def _by_name(database: Database, described: Table, first: int, names: set[str]) -> dict[str, list[_Entry]]:
    found: dict[str, list[_Entry]] = {}
    for marks, part in _pieces(sorted(names)):
        for entry in _entries(database, described, first, f"asset IN ({marks})", part):
            found.setdefault(entry.asset, []).append(entry)
    return found


def _change(entries: Sequence[_Entry]) -> RowChange:
    last = entries[-1]
    blob = next((entry.blob for entry in entries if entry.blob), None)
    former = None if blob is None else blobs.shapes_of([blob])[0]
    return RowChange(last.action, last.by, last.at, former)
