"""Write and read the file of a package for the field.

Programs that compare and merge such files know neither triggers nor views, and make conflicts of unique
columns: the file has none of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd
from osgeo import gdal, ogr, osr
from pyproj import CRS

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.fieldwork.package_cells import (
    cells_of,
    is_known,
    marked_texts,
    read_cells,
    row_marks,
)
from waternet_plugin.core.fieldwork.package_tables import ABOUT, FILE, PHOTO, UUID, given_fields
from waternet_plugin.core.fieldwork.returned_rows import (
    GivenRow,
    ReturnedTable,
    content_mark,
    differing_rows,
)
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.reading import gdal as gdal_calls
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.outputs import is_network

_TYPES = {
    "integer": ogr.OFTInteger64,
    "real": ogr.OFTReal,
    "date": ogr.OFTDate,
    "datetime": ogr.OFTDateTime,
}
_SHAPES = {
    "LineStringZ": ogr.wkbLineString25D,
    "PointZ": ogr.wkbPoint25D,
    "Point": ogr.wkbPoint,
    "MultiLineString": ogr.wkbMultiLineString,
    "MultiPolygon": ogr.wkbMultiPolygon,
    "none": ogr.wkbNone,
}


@dataclass(frozen=True)
class GivenTable:
    """The rows of a table that are given: known columns of cells, geometries, and the UUID of each."""

    table: Table
    uuids: Sequence[str]
    columns: Mapping[str, Sequence[Any]]
    shapes: Optional[Array] = None

    @property
    def ids(self) -> Sequence[str]:
        """The id of each row."""
        return self.columns.get(self.table.id_field, ())


def _digits(shapes: Sequence[Any]) -> list[Optional[str]]:
    """Return the WKB of blobs of any program as hexadecimal digits."""
    bodies = (blobs.wkb_of(one) for one in shapes)
    return [None if body is None else body.hex() for body in bodies]


def given_table(table: Table, frame: pd.DataFrame, uuids: Sequence[str]) -> GivenTable:
    """Return the rows of a frame as they are given."""
    every = ((one.name, cells_of(frame[one.name], one.type)) for one in given_fields(table))
    columns = {name: cells for name, cells in every if is_known(cells)}
    shapes = np.asarray(frame[GEOMETRY_COLUMN], dtype=object) if table.has_geometry else None
    return GivenTable(table, uuids, columns, shapes)


def write_package(
    path: Path, tables: Sequence[GivenTable], about: Mapping[str, str], crs: CRS
) -> tuple[str, list[list[str]]]:
    """Write a new file of a package; return the hash of all its rows, and those of each table as texts.

    Parameters
    ----------
    path
        Of the file, which is not there yet.
    tables
        The rows.
    about
        What is said of the package, by key.
    crs
        That of the network.

    Raises
    ------
    StoreError
        When the file can't be written.
    """
    try:
        _lay_tables(path, [one.table for one in tables], crs)
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            # GDAL lays tables of tiles too, with triggers.
            for name in ("gpkg_tile_matrix", "gpkg_tile_matrix_set"):
                database.execute(f"DROP TABLE IF EXISTS {name}")
            written = [_fill(database, given) for given in tables]
            own = zip(tables, written)
            whole = content_mark(ReturnedTable(one.table, one.uuids, marks) for one, (marks, _texts) in own)
            database.executemany(
                f"INSERT INTO {ABOUT} (key, value) VALUES (?, ?)",  # noqa: S608
                {**about, "sha256": whole}.items(),
            )
            database.execute("COMMIT")
            return whole, [texts for _marks, texts in written]
    except (RuntimeError, AttributeError, OSError, sqlite3.Error) as error:
        message = tr("{name} could not be written: {reason}. Check the disk and try again.")
        raise StoreError(message.format(name=path.name, reason=str(error).strip().rstrip("."))) from error


def _lay_tables(path: Path, tables: Sequence[Table], crs: CRS) -> None:
    dataset = None
    with gdal_calls.quiet():
        try:
            options = ["VERSION=1.2", "ADD_GPKG_OGR_CONTENTS=NO"]
            dataset = gdal.GetDriverByName("GPKG").Create(str(path), 0, 0, 0, gdal.GDT_Unknown, options)
            reference = osr.SpatialReference()
            authority = crs.to_authority()
            reference.SetFromUserInput(":".join(authority) if authority else crs.to_wkt())
            for table in tables:
                _add_table(dataset, table, reference)
            layer = dataset.CreateLayer(ABOUT, None, ogr.wkbNone, ["ASPATIAL_VARIANT=GPKG_ATTRIBUTES"])
            for name in ("key", "value"):
                layer.CreateField(ogr.FieldDefn(name, ogr.OFTString))
        finally:
            dataset = None


def _add_table(dataset: Any, table: Table, reference: Any) -> None:
    options = [f"FID={FID_COLUMN}"]
    if table.has_geometry:
        options += [f"GEOMETRY_NAME={GEOMETRY_COLUMN}", "SPATIAL_INDEX=NO"]
    else:
        options.append("ASPATIAL_VARIANT=GPKG_ATTRIBUTES")
    place = reference if table.has_geometry else None
    layer = dataset.CreateLayer(table.name, place, _SHAPES[table.geometry], options)
    layer.CreateField(ogr.FieldDefn(UUID, ogr.OFTString))
    for one in given_fields(table):
        layer.CreateField(ogr.FieldDefn(one.name, _TYPES.get(one.type, ogr.OFTString)))
    layer.CreateField(ogr.FieldDefn(PHOTO, ogr.OFTString))


def _fill(database: sqlite3.Connection, given: GivenTable) -> tuple[list[str], list[str]]:
    """Write the rows of a table and return their marks, and the rows as texts."""
    table = given.table
    columns: dict[str, Sequence[Any]] = {UUID: given.uuids, **given.columns}
    shapes: Sequence[Optional[bytes]] = [None] * len(given.uuids)
    if given.shapes is not None:
        row = database.execute(
            "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (table.name,)
        ).fetchone()
        shapes, bounds = blobs.encode(given.shapes, int(row[0]))
        columns[GEOMETRY_COLUMN] = shapes
        if np.isfinite(bounds).any():
            box = (*np.nanmin(bounds[:, :2], axis=0), *np.nanmax(bounds[:, 2:], axis=0))
            database.execute(
                "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
                (*map(float, box), table.name),
            )
        # Heights are optional.
        database.execute(
            "UPDATE gpkg_geometry_columns SET z = 2 WHERE table_name = ? AND z = 1", (table.name,)
        )
    if not given.uuids:
        return [], []
    names, marks = ", ".join(map(quoted, columns)), ", ".join("?" * len(columns))
    database.executemany(
        f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({marks})",  # noqa: S608
        zip(*columns.values()),
    )
    # As the file gives them back: UUID, photo, geometry, fields.
    values = (_as_read(given.columns.get(one.name), one.type) for one in given_fields(table))
    row_hashes = row_marks(zip(given.uuids, repeat(None), shapes, *values))
    digits = {GEOMETRY_COLUMN: _digits(shapes)} if is_known(shapes) else {}
    return row_hashes, marked_texts(row_hashes, {**given.columns, **digits})


def _as_read(cells: Optional[Sequence[Any]], kind: str) -> Iterable[Any]:
    """Return cells as SQLite gives them back of a column of their kind."""
    if cells is None:
        return repeat(None)
    return [None if cell is None else int(cell) for cell in cells] if kind == "integer" else cells


def file_of(place: Path) -> Path:
    """Return the file of a package that is named by its folder or by itself.

    Raises
    ------
    InputError
        Where there is none.
    """
    path = place / FILE if place.is_dir() else place
    # A network is opened by its own ways alone, which keep its locks.
    if not path.is_file() or is_network(path) is not False:
        raise _not_a_package(place)
    return path


def is_package(path: Path) -> bool:
    """Return whether a file that is no network is a package."""
    try:
        with opened_package(path) as file:
            return bool(file.about())
    except InputError:
        return False


@contextmanager
def opened_package(path: Path) -> Iterator[PackageReading]:
    """Read the file of a package; what its program has not yet put into it (its log) is read along.

    Raises
    ------
    InputError
        When it is none, or damaged.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA query_only = ON")
            yield PackageReading(path, database)
    except sqlite3.Error as error:
        raise _not_a_package(path) from error


def _not_a_package(path: Path) -> InputError:
    message = tr("{path} is not a package for the field. Choose the folder that came back, or its .gpkg.")
    return InputError(message.format(path=path))


class PackageReading:
    """A file of a package that is open for reading."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self._database = database

    def about(self) -> dict[str, str]:
        """Return what is said of the package, by key.

        Raises
        ------
        InputError
            Where nothing is.
        """
        if not self._columns(ABOUT):
            raise _not_a_package(self.path)
        return dict(self._database.execute(f"SELECT key, value FROM {ABOUT}"))  # noqa: S608

    def _columns(self, name: str) -> list[str]:
        return [str(row[1]) for row in self._database.execute(f"PRAGMA table_info({quoted(name)})")]

    def table(self, table: Table, crs: CRS, given: Mapping[str, GivenRow]) -> ReturnedTable:
        """Return the rows of a table in the order of the file; ``given`` are those that were, by UUID.

        Raises
        ------
        InputError
            Where the table or its UUIDs are missing, or it is in another coordinate system.
        """
        there = {name.lower(): name for name in self._columns(table.name)}
        if UUID not in there:
            text = tr("{file} has no table {table} with UUIDs any more. Ask the crew for the whole package.")
            raise InputError(text.format(file=self.path.name, table=table.name))
        names = [one.name for one in given_fields(table)]
        geometry = self._geometry(table, crs)
        chosen = [there[UUID], there.get(PHOTO), geometry, *(there.get(name.lower()) for name in names)]
        sql = ", ".join("NULL" if name is None else quoted(name) for name in chosen)
        rows = self._rows(f"SELECT {sql} FROM {quoted(table.name)} ORDER BY rowid")  # noqa: S608
        # Nearly all are as they were given.
        uuids = [row[0] if row[0] in given else _plain(row[0]) for row in rows]
        marks = row_marks(rows)
        differing = differing_rows(given, uuids, marks)
        _, photos, shapes, *values = list(zip(*(rows[index] for index in differing))) or [()] * len(chosen)
        columns: dict[str, Sequence[Any]] = {
            name: read_cells(column, table.field(name).type)
            for name, column in zip(names, values)
            if name.lower() in there
        }
        if geometry is not None:
            columns[GEOMETRY_COLUMN] = _digits(shapes)
        cells = {
            index: {name: column[place] for name, column in columns.items()}
            for place, index in enumerate(differing)
        }
        paths = (tuple(part.strip() for part in str(one or "").split(";") if part.strip()) for one in photos)
        return ReturnedTable(table, uuids, marks, cells, dict(zip(differing, paths)))

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return rows; texts that are not UTF-8 are read as far as they are."""
        try:
            return self._database.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            if "decode" not in str(error):
                raise
        self._database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return self._database.execute(sql).fetchall()

    def _geometry(self, table: Table, crs: CRS) -> Optional[str]:
        if not table.has_geometry:
            return None
        row = self._database.execute(
            "SELECT g.column_name, s.organization, s.organization_coordsys_id, s.definition"
            " FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
            " WHERE lower(g.table_name) = ?",
            (table.name,),
        ).fetchone()
        if row is None:
            text = tr("{file}: {table} has lost its geometry. Ask the crew for the package as it was.")
            raise InputError(text.format(file=self.path.name, table=table.name))
        authority = crs.to_authority()
        if authority and str(row[1]).upper() == authority[0] and str(row[2]) == authority[1]:
            return str(row[0])
        if authority or not _is_crs(row[3], crs):
            text = tr(
                "{file}: {table} is in another coordinate system than the network, {crs}. Ask for it in that "
                "one."
            )
            raise InputError(text.format(file=self.path.name, table=table.name, crs=listed([crs.name])))
        return str(row[0])


def _is_crs(definition: str, crs: CRS) -> bool:
    from pyproj.exceptions import CRSError

    try:
        return bool(CRS.from_user_input(definition).equals(crs, ignore_axis_order=True))
    except CRSError:
        return False


def _plain(uuid: Any) -> Optional[str]:
    """Return a UUID as it was given: programs put brackets around it, or write it in capitals."""
    return str(uuid or "").strip(" {}").lower() or None
