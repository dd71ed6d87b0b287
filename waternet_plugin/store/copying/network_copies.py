"""Copy a network to a new file or schema; the copy is there when it is whole and equal, or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pyproj import CRS

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store import servers
from waternet_plugin.store.addresses import NetworkAddress, parse
from waternet_plugin.store.copying.copied_rows import CopiedRows
from waternet_plugin.store.copying.kept_rows import TableDigest, digest
from waternet_plugin.store.geopackage import backup, connection
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.location import backup_files
from waternet_plugin.store.geopackage.opening import creating
from waternet_plugin.store.geopackage.sql_network import SqlNetwork
from waternet_plugin.store.geopackage.tables import own_columns
from waternet_plugin.store.network import Network
from waternet_plugin.store.permissions import share_as

_SRS_ID = "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'pipe'"


@dataclass(frozen=True)
class NetworkCopy:
    """A copy that was compared with its original.

    Parameters
    ----------
    tables
        What both ends share, for each table.
    left
        Table and name of columns that other programs added and that can't be fields: they stay behind.
    """

    tables: tuple[TableDigest, ...]
    left: tuple[own_columns.Column, ...]


@contextmanager
def copying(network: Network, address: NetworkAddress, progress: Progress = SILENT) -> Iterator[NetworkCopy]:
    """Copy a network as it is at this moment; the copy is there when the block ends.

    Batches, log and what tells one row from another come along, so that what can be undone in the network
    can be undone in its copy.

    Parameters
    ----------
    address
        Of a .gpkg that is not there yet, or of a schema that is not there yet.

    Raises
    ------
    InputError, StoreError
        When there is something already, the target can't take a value, or the copy is not equal. Nothing is
        left behind.
    """
    assert isinstance(network, SqlNetwork)
    if not address.is_file:
        _refuse_unreadable(network)
    with network.snapshot() as source:
        tables = own_columns.tables(source)
        if network.address.is_file and address.is_file:
            with creating.making(address.path) as made:
                assert isinstance(source, sqlite3.Connection)
                backup.copy_open(source, made, progress.part(0.0, 0.4))
                share_as(made, network.address.path)
                with connection.reading(made) as target:
                    found = _compared(source, target, tables, progress.part(0.4, 1.0))
                yield NetworkCopy(found, ())
            return
        left = own_columns.outside(source)
        with _making(address, network.crs) as (target, srs_id):
            CopiedRows(source, target, tables, srs_id).write(progress.part(0.0, 0.7))
            found = _compared(source, target, tables, progress.part(0.7, 1.0))
            yield NetworkCopy(found, left)


def backup_name(address: NetworkAddress) -> Path:
    """Return beside what the backups of a network on a server lie: a file of its name, which is not there."""
    return address.beside(f"{address.display_name}.gpkg")


def back_up(network: Network, progress: Progress = SILENT) -> Path:
    """Copy a network on a server to a file in the folder of its backups; the newest ones are kept.

    Raises
    ------
    StoreError
        When there is no folder to write to, or the copy is not equal. Nothing is left behind.
    """
    beside = backup_name(network.address)
    folder = beside.parent / backup_files.FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = tr("The folder {folder} can't be created: {reason}. Choose another one.")
        raise StoreError(text.format(folder=folder, reason=error.strerror or error)) from error
    target = folder / backup_files.new_name(beside, None)
    with copying(network, parse(target), progress):
        pass
    for old in backup_files.backups_of(beside)[: -backup.MOST_BACKUPS]:
        with suppress(OSError):
            old.path.unlink()
    return target


@contextmanager
def _making(address: NetworkAddress, crs: CRS) -> Iterator[tuple[Database, int]]:
    """Make an empty network, and have it in the one transaction after which it is there."""
    if address.is_file:
        code = crs.to_authority()
        text = f"EPSG:{code[1]}" if code and code[0] == "EPSG" else crs.to_wkt()
        with creating.filling(address.path, text) as database:
            yield database, int(database.execute(_SRS_ID).fetchone()[0])
        return
    with servers.making(address).filling_schema(address, crs) as schema:
        yield schema, 0


def _compared(
    source: Database, target: Database, tables: Mapping[str, Table], progress: Progress
) -> tuple[TableDigest, ...]:
    """Return what both ends share; refuse the copy where they differ."""
    digests, differing = [], []
    for place, table in enumerate(tables.values()):
        progress.at(place / len(tables), tr("Comparing…"))
        digests.append(digest(source, table))
        if digest(target, own_columns.described(target, table.name)) != digests[-1]:
            differing.append(table)
    if differing:
        text = tr(
            "The copy is not equal to the network in {tables}, so nothing was kept of it. Report this with "
            "the network."
        )
        names = tuple(table.name for table in differing)
        raise StoreError(text.format(tables=listed(table.label for table in differing)), details=names)
    return tuple(digests)


def _refuse_unreadable(network: Network) -> None:
    """Refuse values that only a file holds: those of another type than their column."""
    unreadable = network.unreadable_values()
    if not unreadable:
        return
    first = unreadable[0]
    text = tr(
        "{name} has %n value(s) of another type than their column, such as {field} of {row}, which a server "
        "can't keep. Find them with “Check network” and correct them first; nothing was written.",
        "",
        len(unreadable),
    )
    raise StoreError(text.format(name=network.address.name, field=first.field, row=first.row))
