"""The doors to networks on database servers, opened when the first one is asked for."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module, util
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Optional, Protocol, cast

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.texts import tr
from waternet_plugin.store.addresses import NetworkAddress, ServerConnection

if TYPE_CHECKING:
    from pyproj import CRS

    from waternet_plugin.core.progress import Progress
    from waternet_plugin.store.geopackage.databases import SchemaDatabase
    from waternet_plugin.store.geopackage.location.backup_files import Backup
    from waternet_plugin.store.geopackage.opening.restoring import PutBack
    from waternet_plugin.store.network import Network
    from waternet_plugin.store.presence import Presence

_DRIVER = "psycopg2"


@dataclass(frozen=True)
class ListedNetwork:
    """A network as the list of those in a database has it.

    Parameters
    ----------
    schema
        Its schema.
    title
        What titles call it; '' where it has no name but that of its schema.
    schema_version
        The version of its tables, None where it does not say it.
    """

    schema: str
    title: str
    schema_version: Optional[int]


class SchemaOpening(Protocol):
    """What the module that opens schemas offers; each function is `store`'s of nearly that name."""

    def open_schema(self, address: NetworkAddress, *, by: Optional[str] = None) -> Network:
        """Open the network of a schema."""

    def look_at(self, address: NetworkAddress) -> Presence:
        """Look whether a network is there, and whether anybody has written to it since."""


class Notices(Protocol):
    """A connection that hears of commits to a network."""

    def fileno(self) -> int:
        """Return the number of a socket that is readable when there is something to take."""

    def take(self) -> Optional[bool]:
        """Return whether others have written since it was asked last; None once the connection is lost."""

    def close(self) -> None:
        """Listen no more."""


class SchemaListening(Protocol):
    """What the module that listens offers."""

    def listen(self, address: NetworkAddress) -> Optional[Notices]:
        """Return what hears of commits; None where the way to the server forbids that."""


class SchemaMaking(Protocol):
    """What the module that makes schemas offers: each is there when the block ends, whole, or not at all."""

    def making_schema(
        self, address: NetworkAddress, crs: str, *, by: Optional[str] = None
    ) -> AbstractContextManager[Network]:
        """Make a network that has its name when the block ends, whole."""

    def filling_schema(self, address: NetworkAddress, crs: CRS) -> AbstractContextManager[SchemaDatabase]:
        """Make a schema without any row, which is there when the block ends that fills it."""


class SchemaListing(Protocol):
    """What the module that lists networks offers."""

    def networks(self, server: ServerConnection, name: str) -> tuple[ListedNetwork, ...]:
        """Return the networks that a login may read in a database."""


class SchemaRestoring(Protocol):
    """What the module that restores backups offers; each function is `store`'s of nearly that name."""

    def restore(self, backup: Path, address: NetworkAddress) -> NetworkAddress:
        """Make a schema of a backup."""

    def put_back(self, address: NetworkAddress, backup: Path, *, by: str, progress: Progress) -> PutBack:
        """Make a network what a backup of it holds."""

    def backups(self, address: NetworkAddress) -> list[Backup]:
        """Return the backups of a network, newest first."""


def opening(address: NetworkAddress) -> SchemaOpening:
    """Return the module that opens and looks at schemas.

    Raises
    ------
    StoreError
        Where this Python lacks the driver.
    """
    return cast("SchemaOpening", _loaded("opening", str(address)))


def making(address: NetworkAddress) -> SchemaMaking:
    """Return the module that makes schemas.

    Raises
    ------
    StoreError
        Where this Python lacks the driver.
    """
    return cast("SchemaMaking", _loaded("making.new_schema", str(address)))


def listening(address: NetworkAddress) -> Optional[Notices]:
    """Return what hears of commits to a network; None for a file, and where the way forbids to listen."""
    if address.is_file or util.find_spec(_DRIVER) is None:
        return None
    return cast("SchemaListening", _loaded("keeping.commit_notices", str(address))).listen(address)


def networks_on(server: ServerConnection, name: str) -> tuple[ListedNetwork, ...]:
    """Return the networks that a login may read in a database, by the names of their schemas.

    Parameters
    ----------
    server
        By what the database is reached.
    name
        What sentences call it.

    Raises
    ------
    StoreError
        Where it can't be reached, or this Python lacks the driver.
    """
    return cast("SchemaListing", _loaded("keeping.schema_list", name)).networks(server, name)


def restoring(address: NetworkAddress) -> SchemaRestoring:
    """Return the module that restores backups to schemas.

    Raises
    ------
    StoreError
        Where this Python lacks the driver.
    """
    return cast("SchemaRestoring", _loaded("making.restoring", str(address)))


def _loaded(module: str, name: str) -> ModuleType:
    if util.find_spec(_DRIVER) is None:
        text = tr(
            "{name} is on a database server: opening it takes the Python package {package}, which this "
            "Python does not have. Install it, or use the Python of QGIS."
        )
        raise StoreError(text.format(name=name, package=_DRIVER))
    return import_module(f"waternet_plugin.store.postgis.{module}")
