"""The network on disk: the only package that writes it.

Everything heavy is loaded when a function is called, never when QGIS starts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Union

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.store.user import default_user

if TYPE_CHECKING:
    from waternet_plugin.store.batch import Batch
    from waternet_plugin.store.changes.undo_results import Undone
    from waternet_plugin.store.geopackage.location.backup_files import Backup
    from waternet_plugin.store.geopackage.opening.restoring import PutBack
    from waternet_plugin.store.network import Network

__all__ = [
    "Batch",
    "Network",
    "Undone",
    "backups",
    "create_network",
    "default_user",
    "making_network",
    "open_network",
    "put_backup_back",
    "restore_backup",
    "with_backup_advice",
]

PathLike = Union[str, "os.PathLike[str]"]


def create_network(path: PathLike, crs: str, *, by: Optional[str] = None, title: str = "") -> Network:
    """Make a new, empty network and open it.

    Parameters
    ----------
    path
        A .gpkg that is not there yet, in a folder that is.
    crs
        Code such as ``EPSG:4547``, or WKT; it must measure in metres on a plane.
    by
        Who makes it and writes to it; the default user if None.
    title
        What titles call it; '' for the name of the file.

    Raises
    ------
    InputError, StoreError
        With one sentence for the user; nothing is left behind.
    """
    with making_network(path, crs, by=by) as network:
        if title.strip():
            from waternet_plugin.store.network import NAME_KEY

            with network.write("setting", name=NAME_KEY) as batch:
                batch.set_setting(NAME_KEY, title.strip())
    return open_network(path, by=by)


@contextmanager
def making_network(path: PathLike, crs: str, *, by: Optional[str] = None) -> Iterator[Network]:
    """Make a network aside and let the block fill it; it takes its name when the block ends, whole.

    A run that is killed leaves none, and can be repeated.

    Parameters
    ----------
    path, crs, by
        As of `create_network`.

    Raises
    ------
    InputError, StoreError
        With one sentence for the user; nothing is left behind, whatever fails.
    """
    from waternet_plugin.store.geopackage.opening.creating import create_file, making

    with making(Path(path)) as made:
        create_file(made, crs, by=by)
        with open_network(made, by=by) as network:
            yield network


def open_network(path: PathLike, *, by: Optional[str] = None) -> Network:
    """Open a network for reading and writing.

    Parameters
    ----------
    path
        The network's GeoPackage.
    by
        Who writes; the default user if None.

    Raises
    ------
    StoreError
        With one sentence for the user: no file, no network, damaged, newer.
    """
    from waternet_plugin.store.geopackage.opening.open_file import open_file

    return open_file(Path(path), by=by)


def restore_backup(backup: PathLike, output: PathLike) -> Path:
    """Copy a backup to a new file and return its path.

    Parameters
    ----------
    backup
        A backup of a network.
    output
        A .gpkg that is not there yet.

    Raises
    ------
    InputError, StoreError
        When the backup is no whole network or the file is there already.
    """
    from waternet_plugin.store.geopackage.opening.restoring import restore

    return restore(Path(backup), Path(output))


def put_backup_back(
    path: PathLike, backup: PathLike, *, by: Optional[str] = None, progress: Progress = SILENT
) -> PutBack:
    """Make a network what a backup of it holds; what it held is backed up first.

    Parameters
    ----------
    path
        The network.
    by
        Who does it; the default user if None.

    Raises
    ------
    InputError, StoreError
        When the backup is no whole network, another program has the network open, or there is no room.
    """
    from waternet_plugin.store.geopackage.opening.restoring import put_back

    return put_back(Path(path), Path(backup), by=by or default_user(), progress=progress)


def backups(path: PathLike) -> list[Backup]:
    """Return the backups of a network, newest first."""
    from waternet_plugin.store.geopackage.location.backup_files import backups_of

    return backups_of(Path(path))[::-1]


def with_backup_advice(sentence: str, path: PathLike) -> str:
    """Return a sentence about a damaged network, followed by one about its newest backup."""
    from waternet_plugin.store.geopackage.location.advice import with_backup

    return with_backup(sentence, Path(path))


def __getattr__(name: str) -> object:
    if name in ("Batch", "Network", "Undone"):
        from waternet_plugin.store import network

        return getattr(network, name)
    raise AttributeError(name)
