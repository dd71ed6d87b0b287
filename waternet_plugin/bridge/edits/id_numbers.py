"""The highest number among the ids of a layer's network, and the newest of them."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from osgeo import ogr
from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QTimer

from waternet_plugin.bridge.layers.marks import NETWORK_MARK
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.schema.tables import FID_COLUMN, table
from waternet_plugin.store.addresses import parse
from waternet_plugin.store.geopackage.writing import given_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from waternet_plugin.store.network import Network

# By file, table and letters: the newest row and entry of the change log that were looked at, and the
# highest number by then.
_looked_at: dict[tuple[Any, ...], tuple[int, int, int]] = {}


# The file that was asked last in this turn of the event loop, still open: OGR looks at each of many tables as
# it opens a file, and editing begins with questions about several.
_open: dict[tuple[Any, ...], Any] = {}

# The network on a server that was asked last, still open: opening one takes many questions.
_kept: dict[str, Network] = {}
_asking = Lock()
# By network, table and letters: up to where it was written when it was asked, and the highest number by then.
_known_highest: dict[tuple[str, str, str], tuple[str, int]] = {}


def _sql_text(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def _server_address(layer: QgsVectorLayer) -> str:
    """Return the address of a layer's network on a server, '' for the layer of a file."""
    return str(layer.customProperty(NETWORK_MARK) or "")


def _answer(address: str, ask: Callable[[Network], Any]) -> Any:
    """Return what a network on a server answers, None where it can't be reached."""
    from waternet_plugin import store

    with _asking:
        for is_fresh in (address not in _kept, True):
            try:
                if is_fresh:
                    for network in _kept.values():
                        network.close()
                    _kept.clear()
                    _kept[address] = store.open_network(address)
                return ask(_kept[address])
            except WaterNetError:
                # Its connection was lost meanwhile.
                continue
    return None


def newest_id(layer: QgsVectorLayer, name: str, system: str) -> str | None:
    """Return the id of the row of a table that was saved last, of a system where one is named."""
    address = _server_address(layer)
    if address:
        found = _answer(address, lambda network: network.newest_id(name, system))
    else:
        found = _first_value(_opened(_path_of(layer))[1], _newest_sql(name, system))
    return None if found is None else str(found)


def _newest_sql(name: str, system: str) -> str:
    rule = f" WHERE system = {_sql_text(system)}" if system else ""
    return f'SELECT "{table(name).id_field}" FROM "{name}"{rule} ORDER BY fid DESC LIMIT 1'  # noqa: S608


def _path_of(layer: QgsVectorLayer) -> str:
    return str(layer.source().split("|")[0])


def _file_of(path: str) -> tuple[Any, ...]:
    """Return which file a path is, empty where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return ()
    return path, status.st_dev, status.st_ino


def _opened(path: str) -> tuple[tuple[Any, ...], Any]:
    """Return which file a path is and its dataset, None where it can't be opened."""
    file = _file_of(path)
    if not file:
        return (), None
    if file not in _open:
        _open.clear()
        _open[file] = ogr.Open(path, 0)
        QTimer.singleShot(0, _open.clear)
    return file, _open[file]


def highest_number(layer: QgsVectorLayer, name: str, prefix: str) -> int:
    """Return the highest number of the saved ids that are a prefix and digits, 0 where there is none.

    Ids of rows that are gone count too: what the log has of them stays their own.
    By SQL, since QGIS would read every row of a town to find one; and of a town that was looked at before,
    only rows that are newer, as long as no older one was given another id.
    """
    address = _server_address(layer)
    if address:
        return _answer(address, lambda network: _highest_on_server(network, name, prefix)) or 0
    file, dataset = _opened(_path_of(layer))
    return 0 if dataset is None else _highest_in_file(file, partial(_first_value, dataset), name, prefix)


def _highest_on_server(network: Network, name: str, prefix: str) -> int:
    place = (network.uri, name, prefix)
    position = network.position()
    last, highest = _known_highest.get(place, ("", 0))
    # Looking through all ids of a large table takes seconds.
    since = network.changed(last, boxes=False) if last else None
    if since is None or since.complete or not since.is_known:
        highest = int(network.next_id(name, prefix)[len(prefix) :]) - 1
    else:
        highest = max([highest, *_numbers(since.assets.get(name, ()), prefix)])
    _known_highest[place] = (position, highest)
    return highest


def _numbers(ids: Iterable[str], prefix: str) -> Iterator[int]:
    """Yield the numbers of ids that are a prefix and digits."""
    for text in ids:
        digits = text[len(prefix) :]
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= given_ids.MOST_DIGITS
        if is_number and text.startswith(prefix):
            yield int(digits)


def look_through(path: str, name: str, prefix_of: Callable[[str | None], str], system: str) -> None:
    """Look through the ids of a table, so that its first new row finds its number at once; in any thread.

    Parameters
    ----------
    path
        The network.
    name, system
        The table, and the system of which rows go on, '' for any.
    prefix_of
        Returns with what ids begin that go on after an id; None for a table without rows.
    """
    if not parse(path).is_file:

        def find(network: Network) -> int:
            return _highest_on_server(network, name, prefix_of(network.newest_id(name, system)))

        _answer(path, find)
        return
    # Editing works in a QGIS without the packages that the store needs.
    from waternet_plugin.store.geopackage import connection

    file = _file_of(path)
    if not file:
        return
    with connection.reading(Path(path)) as database:

        def ask(sql: str) -> Any:
            row = database.execute(sql).fetchone()
            return None if row is None else row[0]

        newest = ask(_newest_sql(name, system))
        _highest_in_file(file, ask, name, prefix_of(None if newest is None else str(newest)))


def _highest_in_file(file: tuple[Any, ...], ask: Callable[[str], Any], name: str, prefix: str) -> int:
    place = (*file, name, prefix)
    newest = int(ask(f'SELECT max({FID_COLUMN}) FROM "{name}"') or 0)  # noqa: S608
    entry = int(ask("SELECT max(seq) FROM change_log") or 0)
    last, last_entry, highest = _looked_at.get(place, (0, 0, 0))
    if newest < last or entry < last_entry or (entry > last_entry and _was_renamed(ask, name, last_entry)):
        last, highest = 0, 0
    described, known_entry = table(name), last_entry if last else 0
    if newest > last:
        sql = given_ids.in_table(described, prefix, highest, after_fid=last)
        highest = int(ask(sql) or highest)
    if entry != known_entry:
        sql = given_ids.in_log(described, prefix, highest, after_entry=known_entry)
        highest = int(ask(sql) or highest)
    _looked_at[place] = (newest, entry, highest)
    return highest


def _was_renamed(ask: Callable[[str], Any], name: str, entry: int) -> bool:
    field = _sql_text(f'%"{table(name).id_field}"%')
    changed = (
        f"""seq > {entry} AND +"table" = {_sql_text(name)} AND action = 'update' AND after LIKE {field}"""
    )
    return ask(f"SELECT 1 FROM change_log WHERE {changed} LIMIT 1") is not None  # noqa: S608


def _first_value(dataset: Any, sql: str) -> Any:
    """Return the one value of a query, None where it has none or the file could not be opened."""
    answer = None if dataset is None else dataset.ExecuteSQL(sql)
    if answer is None:
        return None
    row = answer.GetNextFeature()
    value = row.GetField(0) if row is not None and row.IsFieldSetAndNotNull(0) else None
    dataset.ReleaseResultSet(answer)
    return value
