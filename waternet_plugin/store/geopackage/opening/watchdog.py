"""See on opening whether another program took away what keeps the network true, and put it back.

Programs that write a layer anew (``to_file``, ``ogr2ogr -overwrite``, "Save as ... overwrite layer") drop its
triggers and indexes without a word. What was written meanwhile is not in the change log: that is a gap, and
the log says so.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import NamedTuple

import numpy as np

from waternet_plugin.core.errors import LockedError, StoreError
from waternet_plugin.core.progress import SILENT
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.geopackage import blobs, connection
from waternet_plugin.store.geopackage.location import advice
from waternet_plugin.store.geopackage.opening import gaps
from waternet_plugin.store.geopackage.reading import gdal
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import (
    derived,
    kept_triggers,
    layout,
    own_columns,
    rtree,
    triggers,
    views,
)
from waternet_plugin.store.geopackage.writing import write_session
from waternet_plugin.store.user import UNKNOWN_CLIENT

# The name of the extension by which other programs know of spatial indexes.
_INDEX = "gpkg_rtree_index"
_INDEX_STANDARD = "http://www.geopackage.org/spec120/#extension_rtree"
# Where is kept which columns an opening told not to be fields.
_OUTSIDE = "outside_columns"
# Without it every trigger fails.
_SESSION = "wn_session"


def _existing(database: sqlite3.Connection, kind: str) -> set[str]:
    return {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = ?", (kind,))}


def check_tables(database: sqlite3.Connection, path: Path) -> None:
    """Refuse a network whose tables or columns are not all there."""
    for table in all_tables().values():
        there = {row[1] for row in database.execute(f"PRAGMA table_info({quoted(table.name)})")}
        wanted = {layout.fid_column(table), *table.field_names}
        if table.has_geometry:
            wanted.add(GEOMETRY_COLUMN)
        missing = sorted(wanted - there)
        if missing:
            text = tr("The table {table} of {name} was changed by another program: {columns} is missing.")
            message = text.format(table=table.name, name=path.name, columns=listed(missing[:5]))
            raise StoreError(advice.with_backup(message, path), details=tuple(missing))


def _without_index(database: sqlite3.Connection) -> list[Table]:
    """Return the tables that lost their spatial index, or the triggers that keep it."""
    tables = _existing(database, "table")
    kept = _existing(database, "trigger")
    return [
        table
        for table in all_tables().values()
        if table.has_geometry
        and (
            rtree.index_name(table.name) not in tables or f"{rtree.index_name(table.name)}_insert" not in kept
        )
    ]


def _miscounted(database: sqlite3.Connection) -> list[Table]:
    """Return the editable tables whose count of rows, as OGR keeps it, is wrong.

    That is the trace of another program's REPLACE, which deletes rows without telling any trigger: the
    spatial index and the change log have missed that too.
    """
    kept = dict(database.execute("SELECT lower(table_name), feature_count FROM gpkg_ogr_contents").fetchall())
    return [
        table
        for table in all_tables().values()
        if table.is_editable and kept.get(table.name) not in (None, _rows(database, table.name))
    ]


def _rows(database: sqlite3.Connection, table: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0])


def _count_again(database: sqlite3.Connection, table: Table) -> None:
    """Correct the count of a table's rows, and note that the change log missed some of what happened."""
    database.execute(
        "UPDATE gpkg_ogr_contents SET feature_count = ? WHERE lower(table_name) = ?",
        (_rows(database, table.name), table.name),
    )
    gaps.note(database, table, [])


def _index_again(database: sqlite3.Connection, table: Table) -> None:
    """Make a spatial index anew, as GDAL makes it."""
    name, fid = rtree.index_name(table.name), layout.fid_column(table)
    made = gdal.index_triggers(table.name, fid, GEOMETRY_COLUMN)
    for trigger in sorted(_existing(database, "trigger")):
        if trigger.startswith(f"{name}_"):
            database.execute(f"DROP TRIGGER {quoted(trigger)}")
    database.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
    database.execute(f"CREATE VIRTUAL TABLE {quoted(name)} USING rtree(id, minx, maxx, miny, maxy)")
    rows = database.execute(
        f"SELECT {quoted(fid)}, {quoted(GEOMETRY_COLUMN)} FROM {quoted(table.name)}"
    ).fetchall()
    bounds = np.array([blobs.bounds_of(row[1]) for row in rows], dtype=float).reshape(-1, 4)
    rtree.fill(database, table.name, np.array([row[0] for row in rows], dtype=np.int64), bounds, SILENT)
    for sql in made.values():
        database.execute(sql)
    database.execute(
        "DELETE FROM gpkg_extensions WHERE table_name = ? AND extension_name = ?", (table.name, _INDEX)
    )
    database.execute(
        "INSERT INTO gpkg_extensions VALUES (?, ?, ?, ?, 'write-only')",
        (table.name, GEOMETRY_COLUMN, _INDEX, _INDEX_STANDARD),
    )


def _restore_triggers(database: sqlite3.Connection, found: dict[str, str]) -> list[str]:
    """Make our triggers anew where they differ; return the tables that had lost theirs."""
    # Another version of the plugin made them so, or a column of one's own came: nothing was lost meanwhile.
    whole = kept_triggers.are_whole(database, found)
    lost = []
    for table in all_tables().values():
        expected = triggers.expected(own_columns.described(database, table.name))
        stale = {name: found.get(name) for name, sql in expected.items() if found.get(name) != sql}
        if not stale:
            continue
        for name, sql in stale.items():
            if sql is not None:
                database.execute(f"DROP TRIGGER {quoted(name)}")
        if not whole:
            lost.append(table.name)
            if table.is_editable:
                _mend_rows(database, table)
                gaps.note(database, table, sorted(stale))
        for name in stale:
            database.execute(expected[name])
    return lost


def _mend_rows(database: sqlite3.Connection, table: Table) -> None:
    """Fill what the lost triggers would have filled."""
    name = quoted(table.name)
    database.execute(f"UPDATE {name} SET row_version = 1 WHERE row_version IS NULL")
    if table.name == "pipe":
        derived.mend(database, own_columns.described(database, "pipe"))


def _restore_indexes(database: sqlite3.Connection, path: Path) -> list[str]:
    """Make lost indexes anew; return the tables whose ids were not unique for a time.

    What is only looked up is made without a word: no row depends on it, and networks of an earlier time lack
    the newest ones.
    """
    there = _existing(database, "index")
    tables = []
    for name, (table, sql) in layout.indexes().items():
        if name not in there:
            try:
                database.execute(sql)
            except sqlite3.IntegrityError as error:
                text = tr(
                    "{name}: another program has rewritten {table}, and some ids now appear twice. Make "
                    "them unique in that layer, or restore the previous state."
                )
                message = advice.with_backup(text.format(name=path.name, table=table), path)
                raise StoreError(message, details=(str(error),)) from error
            if name == layout.id_index(table):
                tables.append(table)
    return tables


def _restore_views(database: sqlite3.Connection) -> list[str]:
    """Make our views anew where they differ; return those that were gone.

    Views of another version of the plugin have lost nothing.
    """
    found = dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    stale = [name for name, sql in views.expected().items() if found.get(name) != sql]
    for name in stale:
        views.replace(database, name)
    return [name for name in stale if name not in found]


class Mended(NamedTuple):
    """What an opening put back, and the columns that others added since the last one.

    Parameters
    ----------
    lost
        The tables and views that had lost something, sorted.
    fields
        Table and name of the columns that are fields from now on.
    outside
        Table and name of the columns that can't be fields, each told once.
    """

    lost: tuple[str, ...] = ()
    fields: tuple[own_columns.Column, ...] = ()
    outside: tuple[own_columns.Column, ...] = ()


def mend(path: Path) -> Mended:
    """Put back what is lost, and take in the columns that were added.

    A network that another program is writing at this moment is mended when it is opened next.
    """
    with connection.reading(path) as database:
        check_tables(database, path)
        outside = own_columns.outside(database)
        found = kept_triggers.found(database)
        miscounted = _miscounted(database)
        lost_index = _without_index(database)
        lost_index += [table for table in miscounted if table.has_geometry and table not in lost_index]
        stale_views = dict(
            database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall()
        )
        told = _told_outside(database)
        whole = (
            set(outside) <= told
            and _SESSION in _existing(database, "table")
            and found == own_columns.expected_triggers(database)
            and not lost_index
            and not miscounted
            and set(layout.indexes()) <= _existing(database, "index")
            and all(stale_views.get(name) == sql for name, sql in views.expected().items())
        )
    if whole:
        return Mended()
    fields: tuple[own_columns.Column, ...] = ()
    try:
        with connection.transaction(path, action=tr("repairing"), by=UNKNOWN_CLIENT) as database:
            # What differs may have been mended by another process in between.
            touched = {table.name for table in lost_index}
            for table in lost_index:
                _index_again(database, table)
            touched.update({_SESSION} - _existing(database, "table"))
            database.execute(write_session.TABLE)
            for table in _miscounted(database):
                _count_again(database, table)
                touched.add(table.name)
            fields = own_columns.unlogged(database, kept_triggers.found(database))
            touched.update(_restore_triggers(database, kept_triggers.found(database)))
            touched.update(_restore_indexes(database, path))
            touched.update(_restore_views(database))
            database.execute("UPDATE gpkg_geometry_columns SET z = 2 WHERE z = 1")
            kept_triggers.remember(database)
            gaps.note_mending(database, sorted(touched))
            database.execute("INSERT OR REPLACE INTO wn_meta VALUES (?, ?)", (_OUTSIDE, json.dumps(outside)))
    except LockedError:
        return Mended()
    # Of tables that had lost their triggers nobody knows when a column came.
    fields = tuple(field for field in fields if field[0] not in touched)
    return Mended(tuple(sorted(touched)), fields, tuple(one for one in outside if one not in told))


def _told_outside(database: sqlite3.Connection) -> set[own_columns.Column]:
    """Return the columns of which an earlier opening told that they are not fields."""
    row = database.execute("SELECT value FROM wn_meta WHERE key = ?", (_OUTSIDE,)).fetchone()
    try:
        return {(str(name), str(column)) for name, column in json.loads(row[0])} if row else set()
    except (TypeError, ValueError):
        return set()


def check_damage(path: Path) -> None:
    """Look through the file for damage."""
    with connection.reading(path) as database:
        result = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if result != "ok":
        raise connection.damaged(path, details=(str(result),))
