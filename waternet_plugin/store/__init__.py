"""The network, in a file or on a server: the only package that writes it.

Everything heavy is loaded when a function is called, never when QGIS starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Union

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.store.addresses import NetworkAddress, PathLike, parse
from waternet_plugin.store.user import default_user

if TYPE_CHECKING:
    from waternet_plugin.store.batch import Batch
    from waternet_plugin.store.changes.undo_results import Undone
    from waternet_plugin.store.geopackage.location.backup_files import Backup
    from waternet_plugin.store.geopackage.opening.restoring import PutBack
    from waternet_plugin.store.network import Network
    from waternet_plugin.store.presence import Presence

__all__ = [
    "Batch",
    "Network",
    "NetworkAddress",
    "Place",
    "Undone",
    "backups",
    "create_network",
    "default_user",
    "look_at",
    "making_network",
    "open_network",
    "parse",
    "put_backup_back",
    "restore_backup",
    "with_backup_advice",
]

Place = Union[PathLike, NetworkAddress]


def create_network(place: Place, crs: str, *, by: Optional[str] = None, title: str = "") -> Network:
    """Make a new, empty network and open it.

    Parameters
    ----------
    place
        A .gpkg that is not there yet, in a folder that is; or the address of a schema that is not there yet.
    crs
        Code such as ``EPSG:4547``, or WKT; it must measure in metres on a plane.
    by
        Who makes it and writes to it; the default user if None.
    title
        What titles call it; '' for the name of the file or schema.

    Raises
    ------
    InputError, StoreError
        With one sentence for the user; nothing is left behind.
    """
    address = parse(place)
    if address.is_file and not title.strip():
        from waternet_plugin.store.geopackage.opening.creating import create_file

        # With nothing to fill in, it need not be opened before it takes its name.
        create_file(address.path, crs, by=by)
        return open_network(address, by=by)
    with making_network(address, crs, by=by) as network:
        if title.strip():
            from waternet_plugin.store.network import NAME_KEY

            with network.write("setting", name=NAME_KEY) as batch:
                batch.set_setting(NAME_KEY, title.strip())
    return open_network(address, by=by)


@contextmanager
def making_network(place: Place, crs: str, *, by: Optional[str] = None) -> Iterator[Network]:
    """Make a network aside and let the block fill it; it takes its name when the block ends, whole.

    A run that is killed leaves none, and can be repeated.

    Parameters
    ----------
    place, crs, by
        As of `create_network`.

    Raises
    ------
    InputError, StoreError
        With one sentence for the user; nothing is left behind, whatever fails.
    """
    address = parse(place)
    if not address.is_file:
        from waternet_plugin.store import servers

        with servers.making(address).making_schema(address, crs, by=by) as network:
            yield network
        return
    from waternet_plugin.store.geopackage.opening.creating import create_file, making

    with making(address.path) as made:
        create_file(made, crs, by=by)
        with open_network(made, by=by) as network:
            yield network


def open_network(place: Place, *, by: Optional[str] = None) -> Network:
    """Open a network for reading and writing.

    Parameters
    ----------
    place
        The network's GeoPackage, or the address of its schema.
    by
        Who writes; the default user if None. On a server it stands beside the login.

    Raises
    ------
    InputError, StoreError
        With one sentence for the user: an address with a fault, no network there, damaged, newer.
    """
    address = parse(place)
    if not address.is_file:
        from waternet_plugin.store import servers

        return servers.opening(address).open_schema(address, by=by)
    from waternet_plugin.store.geopackage.opening.open_file import open_file

    return open_file(address.path, by=by)


def restore_backup(backup: PathLike, output: Place) -> NetworkAddress:
    """Copy a backup to a new network and return where that is.

    Parameters
    ----------
    backup
        A backup of a network.
    output
        A .gpkg that is not there yet; or the address of a schema that is not there yet.

    Raises
    ------
    InputError, StoreError
        When the backup is not a whole network or the file is there already.
    """
    address = parse(output)
    if not address.is_file:
        from waternet_plugin.store import servers

        return servers.restoring(address).restore(Path(backup), address)
    from waternet_plugin.store.geopackage.opening.restoring import restore

    return parse(restore(Path(backup), address.path))


def put_backup_back(
    place: Place, backup: PathLike, *, by: Optional[str] = None, progress: Progress = SILENT
) -> PutBack:
    """Make a network what a backup of it holds; what it held is backed up first.

    Parameters
    ----------
    place
        The network.
    by
        Who does it; the default user if None.

    Raises
    ------
    InputError, StoreError
        When the backup is not a whole network, another program has the network open, or there is no room.
    """
    address = parse(place)
    if not address.is_file:
        from waternet_plugin.store import servers

        restoring = servers.restoring(address)
        return restoring.put_back(address, Path(backup), by=by or default_user(), progress=progress)
    from waternet_plugin.store.geopackage.opening.restoring import put_back

    return put_back(address.path, Path(backup), by=by or default_user(), progress=progress)


def backups(place: Place) -> list[Backup]:
    """Return the backups of a network, newest first."""
    address = parse(place)
    if not address.is_file:
        from waternet_plugin.store import servers

        return servers.restoring(address).backups(address)
    from waternet_plugin.store.geopackage.location.backup_files import backups_of

    return backups_of(address.path)[::-1]


def look_at(address: NetworkAddress, before: Optional[Presence] = None) -> Presence:
    """Look whether a network is there, and what was written to it last.

    Parameters
    ----------
    before
        What was seen last: a file is opened only where it looks otherwise now.

    Returns
    -------
    Presence
        A network that can't be reached counts as none.
    """
    if address.is_file:
        from waternet_plugin.store.geopackage.opening.last_write import presence

        return presence(address.path, before)
    from waternet_plugin.store import servers
    from waternet_plugin.store.presence import Presence

    try:
        return servers.opening(address).look_at(address)
    except WaterNetError:
        return Presence(False, ())


def with_backup_advice(sentence: str, place: Place) -> str:
    """Return a sentence about a damaged network, followed by one about its newest backup, if any."""
    address = parse(place)
    if not address.is_file:
        return sentence
    from waternet_plugin.store.geopackage.location.advice import with_backup

    return with_backup(sentence, address.path)


def __getattr__(name: str) -> object:
    if name in ("Batch", "Network", "Undone"):
        from waternet_plugin.store import network

        return getattr(network, name)
    raise AttributeError(name)
