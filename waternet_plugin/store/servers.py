"""The doors to networks on database servers, opened when the first one is asked for."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module, util
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Optional, Protocol, cast

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.texts import tr
from waternet_plugin.store.addresses import NetworkAddress

if TYPE_CHECKING:
    from pyproj import CRS

    from waternet_plugin.core.progress import Progress
    from waternet_plugin.store.geopackage.databases import SchemaDatabase
    from waternet_plugin.store.geopackage.location.backup_files import Backup
    from waternet_plugin.store.geopackage.opening.restoring import PutBack
    from waternet_plugin.store.network import Network
    from waternet_plugin.store.presence import Presence

_DRIVER = "psycopg2"


class SchemaOpening(Protocol):
    """What the module that opens schemas offers; each function is `store`'s of nearly that name."""

    def open_schema(self, address: NetworkAddress, *, by: Optional[str] = None) -> Network:
        """Open the network of a schema."""

    def look_at(self, address: NetworkAddress) -> Presence:
        """Look whether a network is there, and whether anybody has written to it since."""

    def restore(self, backup: Path, address: NetworkAddress) -> NetworkAddress:
        """Make a schema of a backup."""

    def put_back(self, address: NetworkAddress, backup: Path, *, by: str, progress: Progress) -> PutBack:
        """Make a network what a backup of it holds."""

    def backups(self, address: NetworkAddress) -> list[Backup]:
        """Return the backups of a network, newest first."""


class SchemaMaking(Protocol):
    """What the module that makes schemas offers: each is there when the block ends, whole, or not at all."""

    def making_schema(
        self, address: NetworkAddress, crs: str, *, by: Optional[str] = None
    ) -> AbstractContextManager[Network]:
        """Make a network that has its name when the block ends, whole."""

    def filling_schema(self, address: NetworkAddress, crs: CRS) -> AbstractContextManager[SchemaDatabase]:
        """Make a schema without any row, which is there when the block ends that fills it."""


def opening(address: NetworkAddress) -> SchemaOpening:
    """Return the module that opens and looks at schemas.

    Raises
    ------
    StoreError
        Where this Python lacks the driver.
    """
    return cast("SchemaOpening", _loaded("opening", address))


def making(address: NetworkAddress) -> SchemaMaking:
    """Return the module that makes schemas.

    Raises
    ------
    StoreError
        Where this Python lacks the driver.
    """
    return cast("SchemaMaking", _loaded("making.new_schema", address))


def _loaded(name: str, address: NetworkAddress) -> ModuleType:
    if util.find_spec(_DRIVER) is None:
        text = tr(
            "{name} is on a database server: opening it takes the Python package {package}, which this "
            "Python does not have. Install it, or use the Python of QGIS."
        )
        raise StoreError(text.format(name=address, package=_DRIVER))
    return import_module(f"waternet_plugin.store.postgis.{name}")
