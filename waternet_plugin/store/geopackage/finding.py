"""Find assets and streets of a network by what people type of an id or a name, fast enough for each key.

Ids are looked up by their index, the beginning of an id before what stands in its middle; streets are listed
once and kept until something is written. Nothing is written here; the connection is the search's own.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from waternet_plugin.core.errors import CancelledError
from waternet_plugin.core.texts import tr
from waternet_plugin.store.addresses import parse
from waternet_plugin.store.geopackage import blobs, connection
from waternet_plugin.store.geopackage.sql import quoted

PIPE, NODE, COMPOUND, CUSTOMER, STREET = "pipe", "node", "compound", "customer", "street"
# Tables in the order of the results: the column of the name, that of a kind, that of a street ('' for none).
_TABLES = {
    PIPE: ("", "system", "street"),
    NODE: ("", "kind", "street"),
    COMPOUND: ("name", "type", ""),
    CUSTOMER: ("name", "kind", ""),
}
# What stands in the middle of an id is looked for from this many signs on.
_LEAST_INSIDE = 2
_LAST_SIGN = "\U0010ffff"
# Steps of SQLite between two looks whether somebody has typed on: a few milliseconds.
STEPS_A_LOOK = 20_000
# More pipes of a street than these are not marked one by one.
MOST_MARKED = 2_000
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class SearchHit:
    """A thing that was found.

    Parameters
    ----------
    table
        PIPE, NODE, COMPOUND, CUSTOMER or STREET.
    id
        Id of the row; the name of a street.
    name
        Its name, '' where the table has none.
    kind
        Code of the system of a pipe, the kind of a node or customer, the type of a compound; '' unknown.
    street
        Street of a pipe or node, '' unknown.
    fid
        Number of the row, -1 for a street.
    pipes
        How many pipes a street has.
    """

    table: str
    id: str
    name: str = ""
    kind: str = ""
    street: str = ""
    fid: int = -1
    pipes: int = 0


@dataclass(frozen=True)
class Location:
    """Where something lies: WKB of its first shapes, and the extent of all, None where it has no place."""

    wkb: tuple[bytes, ...]
    bounds: Optional[Bounds]


def _never() -> bool:
    return False


class Finder:
    """Searches of one network; safe to be asked from several threads.

    Parameters
    ----------
    place
        Where the network is; only a network that is a file can be searched, others raise a StoreError.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._streets: tuple[int, dict[str, int]] | None = None
        self._lock = threading.Lock()

    def find(self, text: str, *, most: int = 20, cancelled: Callable[[], bool] = _never) -> list[SearchHit]:
        """Return what is called so, best first: an id of that name, ids and names that begin so, the rest.

        Parameters
        ----------
        text
            What was typed; case does not matter in A to Z.
        most
            How many of each table.
        cancelled
            Asked every few milliseconds; nothing is waited for then.

        Raises
        ------
        CancelledError
            When ``cancelled`` said so.
        WaterNetError
            When the network can't be read.
        """
        wanted = text.strip()
        if not wanted:
            return []
        with self._asking(cancelled) as database:
            found = [row for table in _TABLES for row in _rows(database, table, wanted, most)]
            found += self._in_streets(database, wanted, most)
        order = [PIPE, NODE, COMPOUND, STREET, CUSTOMER]
        return sorted(found, key=lambda one: (_rank(one, wanted), order.index(one.table), one.id))

    def location_of(self, found: SearchHit) -> Location:
        """Return where a thing lies: a street as its pipes, a customer without a place as its pipe."""
        with self._asking(_never) as database:
            if found.table == STREET:
                rows = database.execute("SELECT geom FROM pipe WHERE street = ?", (found.id,)).fetchall()
            else:
                sql = f"SELECT geom FROM {quoted(found.table)} WHERE fid = ?"
                rows = database.execute(sql, (found.fid,)).fetchall()
            if found.table == CUSTOMER and not any(row[0] for row in rows):
                sql = "SELECT p.geom FROM customer c JOIN pipe p ON p.pipe_id = c.pipe_id WHERE c.fid = ?"
                rows = database.execute(sql, (found.fid,)).fetchall()
        shapes = [row[0] for row in rows if row[0] is not None]
        boxes = np.array([blobs.bounds_of(shape) for shape in shapes]).reshape(-1, 4)
        there = ~np.isnan(boxes[:, 0])
        if not there.any():
            return Location((), None)
        low, high = boxes[there, :2].min(axis=0), boxes[there, 2:].max(axis=0)
        drawn = [shape for shape, is_there in zip(shapes, there.tolist()) if is_there][:MOST_MARKED]
        wkb = (blobs.wkb_of(shape) for shape in drawn)
        return Location(tuple(one for one in wkb if one is not None), (*low.tolist(), *high.tolist()))

    def _asking(self, cancelled: Callable[[], bool]) -> _Asking:
        return _Asking(parse(self._place).path, cancelled)

    def _in_streets(self, database: sqlite3.Connection, wanted: str, most: int) -> Iterator[SearchHit]:
        folded = wanted.casefold()
        names = [name for name in self._all_streets(database) if folded in name.casefold()]
        names.sort(key=lambda name: (not name.casefold().startswith(folded), name))
        for name in names[:most]:
            yield SearchHit(STREET, name, name, pipes=self._all_streets(database)[name])

    def _all_streets(self, database: sqlite3.Connection) -> dict[str, int]:
        """Return the streets with their number of pipes, read anew after each write."""
        newest = database.execute("SELECT coalesce(max(seq), 0) FROM change_log").fetchone()[0]
        with self._lock:
            if self._streets is None or self._streets[0] != newest:
                rows = database.execute(
                    "SELECT street, count(*) FROM pipe WHERE coalesce(street, '') <> '' GROUP BY street"
                )
                self._streets = newest, {str(name): int(count) for name, count in rows}
            return self._streets[1]


class _Asking:
    """A connection of its own for one search, which ends as soon as it is cancelled."""

    def __init__(self, path: Path, cancelled: Callable[[], bool]) -> None:
        self._reading = connection.reading(path)
        self._cancelled = cancelled

    def __enter__(self) -> sqlite3.Connection:
        database = self._reading.__enter__()
        database.set_progress_handler(lambda: 1 if self._cancelled() else 0, STEPS_A_LOOK)
        return database

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.OperationalError) and self._cancelled():
            self._reading.__exit__(None, None, None)
            raise CancelledError(tr("Cancelled. Nothing was changed.")) from None
        self._reading.__exit__(kind, error, trace)  # type: ignore[arg-type]


def _rank(found: SearchHit, wanted: str) -> int:
    texts = [text.casefold() for text in (found.id, found.name) if text]
    folded = wanted.casefold()
    if folded in texts:
        return 0
    return 1 if any(text.startswith(folded) for text in texts) else 2


def _rows(database: sqlite3.Connection, table: str, wanted: str, most: int) -> list[SearchHit]:
    """Return the rows of a table whose id or name begins with a text, then those that have it inside."""
    name, kind, street = _TABLES[table]
    id_field = f"{table}_id"
    shown = ", ".join(
        f"coalesce(t.{quoted(column)}, '')" if column else "''" for column in (name, kind, street)
    )
    select = f"SELECT t.fid, t.{quoted(id_field)}, {shown} FROM {quoted(table)} t WHERE "
    found: dict[int, SearchHit] = {}

    def take(where: str, values: tuple[object, ...]) -> None:
        rows = database.execute(f"{select}{where} LIMIT {most}", values)
        for fid, *texts in rows:
            id_, label, sort, road = map(str, texts)
            found.setdefault(int(fid), SearchHit(table, id_, label, sort, road, fid=int(fid)))

    for start in dict.fromkeys((wanted, wanted.upper(), wanted.lower())):
        column = quoted(id_field)
        take(f"t.{column} >= ? AND t.{column} < ? ORDER BY t.{column}", (start, start + _LAST_SIGN))
    pattern = "%" + wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    # Whoever typed a whole id wants that one.
    is_whole = any(one.id.casefold() == wanted.casefold() for one in found.values())
    if len(found) < most and len(wanted) >= _LEAST_INSIDE and not is_whole:
        # From the index alone: it holds the ids, not the lines.
        inside = f"SELECT fid FROM {quoted(table)} WHERE {quoted(id_field)} LIKE ? ESCAPE '\\' LIMIT {most}"
        take(f"t.fid IN ({inside})", (pattern,))
    if name and len(found) < most:
        take(f"t.{quoted(name)} LIKE ? ESCAPE '\\'", (pattern,))
    return list(found.values())[:most]
