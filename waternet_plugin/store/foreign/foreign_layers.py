"""One layer of a file as a frame: which engine reads it, which layer is meant, which texts lost signs.

Inside QGIS a file that SQLite keeps (GeoPackage, SpatiaLite) is read by the GDAL of QGIS alone: another
copy of SQLite in the same process would drop the locks of QGIS. Workbooks (.xlsx, .xls) and placemarks (.kml,
.kmz) are read by our own readers. Other formats are read by pyogrio where it is there, else by GDAL too, and
by fiona where both are missing; all give the same frame.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.foreign import foreign_encodings, foreign_tables
from waternet_plugin.store.foreign.engines import raw_layers as foreign_engines
from waternet_plugin.store.foreign.engines.foreign_fiona import FionaEngine
from waternet_plugin.store.foreign.engines.foreign_gdal import GdalEngine, straight
from waternet_plugin.store.foreign.engines.foreign_kml import PlacemarkEngine, is_placed, placed_remarks
from waternet_plugin.store.foreign.engines.foreign_pyogrio import PyogrioEngine
from waternet_plugin.store.foreign.engines.mapinfo_charsets import in_own_charset
from waternet_plugin.store.foreign.foreign_drawn_layers import DrawingEngine, drawn_layers, is_drawing
from waternet_plugin.store.foreign.foreign_places import with_coordinates
from waternet_plugin.store.foreign.foreign_sources import LAYER_NAME, TEXT_TABLES
from waternet_plugin.store.foreign.foreign_workbooks import WorkbookEngine, hidden_sheets, is_workbook

# Formats that are no SQLite file, by the end of the name. Whatever is not here goes to QGIS's own GDAL;
# the file itself is not looked into, for closing it would drop locks as well.
_NOT_SQLITE = frozenset(
    ".shp .dbf .geojson .json .geojsonl .fgb .gml .tab .mif .gpx .ods .parquet .gdb .dgn".split()
)
# Tables that QGIS itself keeps in a GeoPackage.
_NO_DATA = frozenset({"layer_styles", "qgis_projects"})

# Vertices of its other layers.
_VERTICES = frozenset({"route_points", "track_points"})
# Sheets that say how to fill others in, or what their codes are.
_EXPLAINS = re.compile(
    r"说明|目录|封面|字典|代码表|下拉|readme|\bcover\b|\bcontents\b|\bnotes\b", re.IGNORECASE
)

# More than a full circle is no longitude; some rows may be strays among others.
_FULL_CIRCLE, _MOST_STRAYS = 360.0, 0.5

Result = TypeVar("Result")


def _engine(file: Path) -> foreign_engines.Engine:
    """Return what reads a file: workbooks and KML our own readers alone, else pyogrio, GDAL or fiona.

    On Windows QGIS's own GDAL always: a pyogrio installed later brings a second one, which is led by the
    settings of QGIS's installer to drivers and a PROJ that are not its own.
    """
    if is_workbook(file):
        return WorkbookEngine()
    if is_placed(file):
        return PlacemarkEngine()
    has_pyogrio, has_gdal = foreign_engines.has_pyogrio(), foreign_engines.has_gdal()
    if has_pyogrio and not has_gdal:
        return PyogrioEngine()
    if os.name != "nt" and file.suffix.lower() in _NOT_SQLITE and has_pyogrio:
        return PyogrioEngine()
    return GdalEngine() if has_gdal else FionaEngine()


def _with_either(file: Path, work: Callable[[foreign_engines.Engine], Result]) -> Result:
    """Return what the first engine gives; where pyogrio fails, QGIS's own GDAL has a try."""
    engine = _engine(file)
    if isinstance(engine, (GdalEngine, WorkbookEngine, PlacemarkEngine)) or not foreign_engines.has_gdal():
        return work(engine)
    try:
        return work(engine)
    except foreign_engines.UnreadableError:
        return work(GdalEngine())


def read_raw(
    file: Path, layer: str, encoding: str, limit: int | None, *, headed: bool = True
) -> foreign_engines.RawLayer:
    """Return a layer as an engine reads it; of a damaged one the row is named that can't be read."""

    def read(first: int | None) -> foreign_engines.RawLayer:
        if is_drawing(file):
            return DrawingEngine(encoding or None).read(file, layer, encoding, first, headed=headed)
        with in_own_charset(file) as readable:
            return _with_either(
                readable, lambda engine: engine.read(readable, layer, encoding, first, headed=headed)
            )

    try:
        return read(limit)
    except foreign_engines.UnreadableError as error:
        row = foreign_engines.row_of_fault(lambda first: read(first).rows, limit)
        if row is None:
            raise
        message = tr("{file} can't be read from row {row} on: it is damaged there. Choose another file.")
        raise InputError(message.format(file=file.name, row=row), details=error.details) from error


def layers_of(file: Path, encoding: str | None = None) -> list[foreign_engines.LayerInfo]:
    """Return the layers of a file, without the tables that QGIS keeps in it.

    Raises
    ------
    InputError
        When it is damaged.
    """
    if is_drawing(file):
        return DrawingEngine(encoding).layers(file)
    with in_own_charset(file) as readable:
        found = _with_either(readable, lambda engine: engine.layers(readable))
    return filled_layers(file, [one for one in found if one.name not in _NO_DATA])


def filled_layers(file: Path, layers: list[foreign_engines.LayerInfo]) -> list[foreign_engines.LayerInfo]:
    """Return the layers with rows of a file of a satellite receiver, which always names five; else all."""
    if file.suffix.lower() != foreign_engines.GPX:
        return layers
    return [one for one in layers if one.rows and one.name not in _VERTICES]


def _encoding_of(file: Path, given: str | None) -> str:
    if is_drawing(file):
        return drawn_layers(file, given).encoding
    return foreign_encodings.encoding_of(file, given)


def choose_layer(file: Path, layers: Sequence[foreign_engines.LayerInfo], layer: str | None) -> str:
    """Return the layer that is meant: the one that is named, else the only one that may be.

    Tables beside a layer, hidden sheets, and those whose names say that they explain something, are none that
    may be.

    Raises
    ------
    InputError
        When there is no such layer, or several and none is named.
    """
    names = [one.name for one in layers]
    if layer is not None:
        alike = [name for name in names if name.casefold() == layer.casefold()]
        if layer in names or len(alike) == 1:
            return layer if layer in names else alike[0]
        message = tr("{file} has no layer “{layer}”. It has: {names}.")
        raise InputError(message.format(file=file.name, layer=layer, names=listed(names) or "-"))
    if not names:
        raise InputError(tr("{file} contains no layer. Choose another file.").format(file=file.name))
    drawn = [one.name for one in layers if one.geometry != "none"]
    hidden = hidden_sheets(file)
    told = [name for name in names if not _EXPLAINS.search(name) and name not in hidden]
    for few in (names, drawn, told if not drawn else []):
        if len(few) == 1:
            return few[0]
    message = tr("{file} contains several layers. Choose one by writing {example}; it has: {names}.")
    example = f"{file.name}{LAYER_NAME}{(drawn or names)[0]}"
    raise InputError(message.format(file=file.name, example=example, names=listed(names)))


def refuse_lost_signs(frame: pd.DataFrame, file: Path) -> None:
    """Refuse text in which signs were lost."""
    for column in frame.columns:
        values = frame[column]
        is_text = values.dtype == object or isinstance(values.dtype, pd.StringDtype)
        if not is_text or column == GEOMETRY_COLUMN:
            continue
        for value in pd.unique(values.dropna()):
            if isinstance(value, str) and "\ufffd" in value:
                message = tr(
                    "{file}: some characters of the column {column} can't be read. Choose the encoding, or "
                    "give it in the mapping, for example {example}."
                )
                example = '"encoding": "gb18030"'
                raise InputError(message.format(file=file.name, column=column, example=example))


def _frame(table: foreign_engines.RawLayer, file: Path) -> pd.DataFrame:
    """Return what an engine read as a frame; the geometry column is ``geom`` unless the file has such."""
    frame = made_of(table.columns)
    if frame.empty and not len(frame.columns):
        frame = pd.DataFrame(index=range(table.rows))
    refuse_lost_signs(frame, file)
    if table.geometry is None:
        return frame
    name = GEOMETRY_COLUMN
    while name in frame.columns:
        name = f"_{name}"
    # Rows keep their order; a damaged geometry becomes none and is rejected with its row.
    shapes = shapely.from_wkb(table.geometry, on_invalid="ignore")
    frame[name] = gpd.GeoSeries(shapes, crs=None if _are_no_degrees(shapes, table.crs) else table.crs)
    placed: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=name)
    return placed


def _are_no_degrees(shapes: Array, crs: pyproj.CRS | None) -> bool:
    """Return whether a CRS counts degrees and the coordinates can't be any, as in GeoJSON that names none."""
    if crs is None or not crs.is_geographic:
        return False
    size = np.abs(shapely.bounds(shapes))
    known = np.isfinite(size).all(axis=1)
    return bool(known.any() and (size[known].max(axis=1) > _FULL_CIRCLE).mean() > _MOST_STRAYS)


@dataclass(frozen=True)
class LayerRows:
    """The rows of a layer, the encoding of their texts, and sentences on them that a person should see."""

    frame: pd.DataFrame
    encoding: str
    remarks: tuple[str, ...] = ()


def read_layer(file: Path, layer: str | None, encoding: str | None, limit: int | None) -> LayerRows:
    """Return the rows of a layer of a file; of its only one where none is named.

    Raises
    ------
    InputError
        When it can't be read, or there is no such layer.
    """
    if file.suffix.lower() in TEXT_TABLES:
        frame, used = foreign_tables.read_table(file, encoding, limit)
        refuse_lost_signs(frame, file)
        return _with_place(frame, used)
    chosen = choose_layer(file, layers_of(file, encoding), layer)
    used = _encoding_of(file, encoding)
    # A drawing finds its encoding out by itself: found or given, it is read once.
    raw = read_raw(file, chosen, (encoding or "") if is_drawing(file) else used, limit)
    if raw.geometry is None:
        return _with_place(_frame(raw, file), used)
    remarks = placed_remarks(file) if is_placed(file) else ()
    try:
        return LayerRows(_frame(raw, file), used, remarks)
    except NotImplementedError:
        # Newer GEOS knows curves and shapely refuses them. A layer need not tell that it has them: pyogrio,
        # where it shares QGIS's GDAL, makes it keep quiet about them.
        return LayerRows(_frame(replace(raw, geometry=straight(raw.geometry)), file), used, remarks)


def _with_place(frame: pd.DataFrame, encoding: str) -> LayerRows:
    """Return the rows of a table, drawn where one of its columns says their shapes."""
    placed, remark = with_coordinates(frame)
    placed.attrs.update(frame.attrs)
    return LayerRows(placed, encoding, (remark,) if remark else ())
