"""Open a network: look first whether it is one, and whole."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Optional

from pyproj import CRS

from waternet_plugin.core.errors import NewerSchemaError, StoreError
from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import connection, gdal
from waternet_plugin.store.geopackage.file import GeoPackageNetwork

_SQLITE_MAGIC = b"SQLite format 3\x00"


def _refuse(message: str, path: Path) -> None:
    raise StoreError(message.format(name=path.name, folder=path.parent))


def _check_file(path: Path) -> None:
    """Refuse what is no GeoPackage."""
    if not path.exists():
        _refuse(tr("There is no network {name} in {folder}. Check the path, or create one."), path)
    if path.is_dir():
        _refuse(tr("{name} is a folder. Choose the network's .gpkg file."), path)
    try:
        with path.open("rb") as file:
            magic = file.read(len(_SQLITE_MAGIC))
    except OSError:
        _refuse(tr("The network {name} can't be read. Check your rights and the disk."), path)
    if magic != _SQLITE_MAGIC:
        _refuse(tr("{name} is no GeoPackage. Choose a network made by WaterNet, or create one."), path)


def _schema_version(database: sqlite3.Connection, path: Path) -> int:
    """Return the version of the data contract the network was written with."""
    there = database.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('wn_meta', 'gpkg_contents')")
    if there.fetchone()[0] < 2:
        _refuse(
            tr("{name} is no WaterNet network. Create one, then bring its layers in with “Adopt layers”."),
            path,
        )
    row = database.execute("SELECT value FROM wn_meta WHERE key = 'schema_version'").fetchone()
    return int(row[0])


def _crs(path: Path) -> CRS:
    """Return the network's coordinate system."""
    connection.recover(path)
    dataset = gdal.open_dataset(path, immutable=connection.open_options(path))
    layer = None if dataset is None else dataset.GetLayerByName("pipe")
    reference = None if layer is None else layer.GetSpatialRef()
    if reference is None:
        _refuse(tr("The network {name} has no readable pipe layer. Restore a backup."), path)
    code = reference.GetAuthorityCode(None)
    if reference.GetAuthorityName(None) == "EPSG" and code:
        return CRS.from_epsg(int(code))
    return CRS.from_wkt(reference.ExportToWkt(["FORMAT=WKT2_2018"]))


def open_file(path: Path, *, by: Optional[str] = None, repair: bool = True) -> GeoPackageNetwork:
    """Open the network of a GeoPackage."""
    _check_file(path)
    with connection.reading(path) as database:
        version = _schema_version(database, path)
        if version > SCHEMA_VERSION:
            message = tr(
                "{name} was written by a newer WaterNet. Update the plugin to open it; nothing was changed."
            )
            raise NewerSchemaError(message.format(name=path.name))
        srs_id = database.execute(
            "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'pipe'"
        ).fetchone()[0]
    return GeoPackageNetwork(path, _crs(path), int(srs_id), version, by=by)
