"""Make a new network: GDAL lays the tables, we add what keeps them true."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from osgeo import gdal, ogr, osr
from pyproj import CRS

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import (
    GEOMETRY_COLUMN,
    SCHEMA_VERSION,
    Table,
    all_tables,
)
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.location import network_shares
from waternet_plugin.store.geopackage.reading import gdal as gdal_calls
from waternet_plugin.store.geopackage.sql import now
from waternet_plugin.store.geopackage.tables import kept_triggers, layout, triggers, views
from waternet_plugin.store.geopackage.writing import write_session
from waternet_plugin.store.metric import metric_crs
from waternet_plugin.store.user import default_user

# Newer versions make the GDAL of older QGIS warn at every opening.
_GPKG_VERSION = "1.2"
_TYPES = {
    "text": ogr.OFTString,
    "json": ogr.OFTString,
    "integer": ogr.OFTInteger,
    "real": ogr.OFTReal,
    "date": ogr.OFTDate,
    "datetime": ogr.OFTDateTime,
}
_GEOMETRIES = {
    "LineStringZ": ogr.wkbLineString25D,
    "PointZ": ogr.wkbPoint25D,
    "Point": ogr.wkbPoint,
    "MultiLineString": ogr.wkbMultiLineString,
    "MultiPolygon": ogr.wkbMultiPolygon,
    "none": ogr.wkbNone,
}
_OWN_TABLES = ("CREATE TABLE wn_meta (key TEXT PRIMARY KEY NOT NULL, value TEXT)", write_session.TABLE)


def remove_new(path: Path) -> None:
    """Remove a network that was made a moment ago for work that did not come about."""
    for end in ("", "-wal", "-shm", "-journal"):
        # What can't be removed must not hide why the work failed.
        with suppress(OSError):
            Path(f"{path}{end}").unlink()


def check_target(path: Path) -> None:
    """Refuse a place where no network can be made."""
    if path.suffix.lower() != ".gpkg":
        message = tr("A network is a GeoPackage: the name {name} must end in .gpkg.")
        raise InputError(message.format(name=path.name))
    if not path.parent.is_dir():
        message = tr("There is no folder {folder}. Create it first, or choose another.")
        raise InputError(message.format(folder=path.parent))
    if path.exists():
        message = tr("{name} already exists and was left unchanged. Choose another name.")
        raise InputError(message.format(name=path.name))
    if not network_shares.takes_new_files(path.parent):
        raise StoreError(connection.read_only_message(path))
    if "?" in str(path):
        # QGIS takes what follows for parameters of a layer's source.
        message = tr(
            "QGIS can't show a network whose path holds a “?”: {path}. Choose another name or folder."
        )
        raise InputError(message.format(path=path))
    share = network_shares.share_type(path.parent)
    if share:
        message = tr(
            "{name} would be on a network share ({kind}), where files get damaged. Choose a local folder."
        )
        raise StoreError(message.format(name=path.name, kind=share))


def _reference(crs: CRS) -> Any:
    """Return GDAL's object of a CRS."""
    reference = osr.SpatialReference()
    authority = crs.to_authority()
    if authority and authority[0] == "EPSG":
        reference.ImportFromEPSG(int(authority[1]))
    else:
        reference.ImportFromWkt(crs.to_wkt())
    return reference


def _add_table(dataset: Any, table: Table, reference: Any) -> None:
    """Make one table by GDAL."""
    options = [f"FID={layout.fid_column(table)}", f"IDENTIFIER={table.name}", f"DESCRIPTION={table.note_en}"]
    if table.has_geometry:
        options += [f"GEOMETRY_NAME={GEOMETRY_COLUMN}", "SPATIAL_INDEX=YES"]
    else:
        options.append("ASPATIAL_VARIANT=GPKG_ATTRIBUTES")
    layer = dataset.CreateLayer(
        table.name, reference if table.has_geometry else None, _GEOMETRIES[table.geometry], options
    )
    for field in table.fields:
        definition = ogr.FieldDefn(field.name, _TYPES[field.type])
        if field.name == table.id_field:
            definition.SetNullable(False)
        layer.CreateField(definition)


def _lay_tables(path: Path, crs: CRS) -> None:
    """Make the file and its tables."""
    dataset = None
    with gdal_calls.quiet():
        try:
            dataset = gdal.GetDriverByName("GPKG").Create(
                str(path), 0, 0, 0, gdal.GDT_Unknown, [f"VERSION={_GPKG_VERSION}"]
            )
            reference = _reference(crs)
            dataset.StartTransaction()
            for table in all_tables().values():
                _add_table(dataset, table, reference)
            dataset.CommitTransaction()
        except (RuntimeError, AttributeError) as error:
            message = tr(
                "The network {name} could not be created. Is the disk full, or the folder out of reach?"
            )
            raise StoreError(message.format(name=path.name), details=(gdal_calls.last_message(),)) from error
        finally:
            # Written when the last reference goes; on Windows an open file could not be deleted either.
            dataset = None


def _complete(path: Path, crs: CRS, by: str) -> None:
    """Add indexes, triggers, views and the first batch."""
    with closing(connection.connect(path, write=True)) as database:
        database.execute("BEGIN IMMEDIATE")
        for sql in _OWN_TABLES:
            database.execute(sql)
        for _table, sql in layout.indexes().values():
            database.execute(sql)
        for sql in triggers.expected().values():
            database.execute(sql)
        srs_id = database.execute(
            "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'pipe'"
        ).fetchone()[0]
        # Heights are optional: see geopackage/blobs.
        database.execute("UPDATE gpkg_geometry_columns SET z = 2 WHERE z = 1")
        views.register(database, srs_id)
        facts = {"schema_version": str(SCHEMA_VERSION), "created_on": now()}
        database.executemany("INSERT INTO wn_meta VALUES (?, ?)", facts.items())
        kept_triggers.remember(database)
        database.execute("DELETE FROM gpkg_ogr_contents")
        database.executemany(
            "INSERT INTO gpkg_ogr_contents VALUES (?, 0)", [(name,) for name in all_tables()]
        )
        database.execute(
            'INSERT INTO batch (batch_id, kind, name, "by", at, rows, facts) VALUES (?, ?, ?, ?, ?, ?, ?)',
            ("B0001", "create", "", by, now(), 0, None),
        )
        database.execute("COMMIT")


def publish(finished: Path, path: Path) -> None:
    """Give the finished file its name, in one step and never over another file."""
    message = tr("{name} already exists and was left unchanged. Choose another name.")
    try:
        os.link(finished, path)
    except FileExistsError as error:
        raise InputError(message.format(name=path.name)) from error
    except OSError:
        # A file system without hard links; renaming does not overwrite on Windows.
        if path.exists():
            raise InputError(message.format(name=path.name)) from None
        try:
            os.rename(finished, path)
        except FileExistsError as error:
            raise InputError(message.format(name=path.name)) from error
        except OSError as error:
            raise StoreError(connection.read_only_message(path)) from error


@contextmanager
def making(path: Path) -> Iterator[Path]:
    """Have a network made aside, on the same disk; it takes its name when the block ends, whole.

    Parameters
    ----------
    path
        A .gpkg that is not there yet, in a folder that is.

    Raises
    ------
    InputError, StoreError
        With one sentence; nothing is left behind, whatever fails.
    """
    check_target(path)
    with scratch.folder(path.parent, "create") as folder:
        made = folder / path.name
        yield made
        publish(made, path)
        with suppress(OSError):
            made.unlink()


@contextmanager
def filling(path: Path, crs: str) -> Iterator[sqlite3.Connection]:
    """Make a network without any row aside, and let the block fill it in one transaction.

    Parameters
    ----------
    path, crs
        As of `create_file`.

    Raises
    ------
    InputError, StoreError
        With one sentence; nothing is left behind, whatever fails.
    """
    with making(path) as made:
        create_file(made, crs)
        label = domains.label_of("batch_kind", "create")
        with connection.transaction(made, action=label, by=default_user()) as database:
            database.execute("DELETE FROM batch")
            yield database


def create_file(path: Path, crs: str, *, by: str | None = None) -> None:
    """Make a new, empty network.

    Parameters
    ----------
    path
        A .gpkg that is not there yet, in a folder that is.
    crs
        Code such as ``EPSG:4547``, or WKT; projected or a local plane, in metres.
    by
        Who makes it; the default user if None.

    Raises
    ------
    InputError, StoreError
        With one sentence; nothing is left behind.
    """
    with making(path) as made:
        wanted = metric_crs(crs)
        _lay_tables(made, wanted)
        with connection.translated(path):
            _complete(made, wanted, by or default_user())
