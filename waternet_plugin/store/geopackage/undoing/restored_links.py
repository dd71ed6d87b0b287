"""What hangs together with a restored row: rows that it names, and the ends of pipes at their nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import numpy as np
import shapely

from waternet_plugin.core.editing.earlier_rows import life_of, row_before
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema.references import Reference, references
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.log.table_log import StoredTableLog
from waternet_plugin.store.geopackage.tables import rtree

# An end of a pipe is at its node within this distance.
_JOINED_M = 0.001
_ENDS = (("from_node", 0), ("to_node", -1))
# Pipes that a sentence names.
_NAMED = 3


def checked(
    database: Database, table: Table, asset: str, values: Mapping[str, Any], seq: int
) -> dict[str, Any]:
    """Return values that may be restored; ids that they name are those that the rows have now.

    Parameters
    ----------
    database
        In the transaction of the batch, before it writes the row.
    table, asset
        The row.
    values
        What it is to have, as the log keeps it.
    seq
        The entry of the log before which it had that.

    Raises
    ------
    StoreError
        When a row that is named is gone, or an end of a pipe would leave its node.
    """
    result = dict(values)
    for reference in references():
        if reference.table == table.name and values.get(reference.field):
            result[reference.field] = _named_now(
                database, table, asset, reference, str(values[reference.field])
            )
    if result.get(GEOMETRY_COLUMN):
        if table.name == "pipe":
            _refuse_ends_apart(database, asset, result, seq)
        elif table.name == "node":
            _refuse_pipes_apart(database, asset, result[GEOMETRY_COLUMN])
    return result


def _refuse(text: str, **values: Any) -> NoReturn:
    raise StoreError(text.format(**values))


def _named_now(database: Database, table: Table, asset: str, reference: Reference, text: str) -> str:
    """Return the ids that a field names by what their rows are called now."""
    names = text.split(";") if reference.is_list else [text]
    return ";".join(_one_now(database, table, asset, reference, name) for name in names)


def _one_now(database: Database, table: Table, asset: str, reference: Reference, name: str) -> str:
    """Return an id by what its row is called now; what never was in the network stays as it was."""
    is_gone = False
    for target in reference.targets:
        described = all_tables()[target]
        if described.log != "rows":
            return name
        life = life_of(StoredTableLog(database, described), name)
        if life.is_there:
            return life.asset
        is_gone = is_gone or bool(life.entries)
    if is_gone:
        text = tr(
            "{asset} can't be restored: “{field}” was {name}, which has been deleted since. First "
            "restore {name}, or restore other fields."
        )
        _refuse(text, asset=asset, field=table.field(reference.field).label, name=name)
    return name


def _xy(blob: Any) -> np.ndarray[Any, Any]:
    """Return the vertices of a blob or of its hexadecimal text, (vertices, 2), m; none without a place."""
    return np.asarray(shapely.get_coordinates(blobs.shapes_of([blob])))


def _distance(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
    return float(np.hypot(*(one - other)))


def _begin_of_batch(database: Database, seq: int) -> int:
    """Return the first entry of the batch that an entry is of; the entry itself where it has none."""
    sql = (
        "SELECT coalesce((SELECT min(seq) FROM change_log WHERE batch ="
        " (SELECT batch FROM change_log WHERE seq = ?1)), ?1)"
    )
    return int(database.execute(sql, (seq,)).fetchone()[0])


def _refuse_ends_apart(database: Database, asset: str, values: Mapping[str, Any], seq: int) -> None:
    """Refuse an earlier course of a pipe whose nodes were moved since, or with it."""
    begun = _begin_of_batch(database, seq)
    log = StoredTableLog(database, all_tables()["node"])
    present = StoredTableLog(database, all_tables()["pipe"]).row_now(asset) or {}
    course = _xy(values[GEOMETRY_COLUMN])
    for field, end in _ENDS:
        name = values.get(field, present.get(field))
        life = life_of(log, str(name)) if name else None
        row = log.row_now(life.asset) if life is not None and life.is_there else None
        if life is None or row is None:
            continue
        place = _xy(row.get(GEOMETRY_COLUMN))
        then = _xy((row_before(row, life.entries, begun) or {}).get(GEOMETRY_COLUMN))
        if not len(place) or not len(then) or not len(course):
            continue
        if _distance(then[0], course[end]) <= _JOINED_M < _distance(place[0], course[end]):
            text = tr(
                "The course of pipe {asset} can't be restored: its node {node} has been moved since, so that "
                "its end would lie loose. Undo the batch that moved the node, or restore other fields."
            )
            _refuse(text, asset=asset, node=life.asset)


def _refuse_pipes_apart(database: Database, asset: str, blob: str) -> None:
    """Refuse an earlier place of a node at which pipes end now."""
    present = StoredTableLog(database, all_tables()["node"]).row_now(asset)
    here, there = _xy((present or {}).get(GEOMETRY_COLUMN)), _xy(blob)
    if not len(here) or (len(there) and _distance(here[0], there[0]) <= _JOINED_M):
        return
    left = list(dict.fromkeys(_ending_at(database, asset, here[0])))
    if left:
        text = tr(
            "The place of node {asset} can't be restored: pipes that end there would stay behind ({pipes}). "
            "Undo the batch that moved them, or restore other fields."
        )
        _refuse(text, asset=asset, pipes=listed(left[:_NAMED]))


def _ending_at(database: Database, node: str, place: np.ndarray[Any, Any]) -> Iterator[str]:
    """Yield the pipes that name a node and end where it is, looked up by the spatial index."""
    x, y = place.tolist()
    sql = (
        f"SELECT pipe_id, from_node, to_node, {GEOMETRY_COLUMN} FROM pipe WHERE {FID_COLUMN} IN"
        f" ({rtree.meeting_sql(database, 'pipe')})"
    )
    box = (x - _JOINED_M, y - _JOINED_M, x + _JOINED_M, y + _JOINED_M)
    for pipe, *names, blob in database.execute(sql, box):
        course = _xy(blob)
        for name, (_field, end) in zip(names, _ENDS):
            if name == node and len(course) and _distance(course[end], place) <= _JOINED_M:
                yield str(pipe)


def length_of(table: Table, row: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, float]:
    """Return the length of a pipe whose course is restored, where it is measured and not restored itself."""
    drawn = row.get("length_source") != "given" and "length_m" not in values
    if table.name != "pipe" or not drawn or not values.get(GEOMETRY_COLUMN):
        return {}
    return {"length_m": float(shapely.length(blobs.shapes_of([values[GEOMETRY_COLUMN]])[0]))}
