"""Places that a table holds as text in one of its columns: shapes (WKT), or both coordinates in one cell."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from waternet_plugin.core.cells.coordinates.paired_texts import path_vertices, with_parted_coordinates
from waternet_plugin.core.cells.foreign_values import is_text, over_distinct, texts
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.store.foreign.engines.raw_layers import crs_of

_LON_LAT = "EPSG:4326"
# Names under which programs write WKT; such a column goes before others that hold it.
_NAMES = ("wkt", "geom", "geometry", "the_geom", "wkt_geom")
_WKT = re.compile(
    r"\s*(?:SRID=\d+;)?\s*(?:(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)\s*Z?M?\s*(?:\(|EMPTY)",
    re.IGNORECASE,
)
_SRID = r"^\s*SRID=(\d+);"
# Share of so many values, spread over a column, that are WKT where its name does not say so.
_SHARE, _LOOKED_AT = 0.9, 200


def with_coordinates(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return a frame whose places in texts are its geometry, or columns of coordinates, and what to say.

    The sentence is '' where no column holds places as text.
    """
    drawn, remark = _with_wkt(frame)
    if remark:
        return drawn, remark
    drawn, remark = _with_paths(frame)
    if remark:
        return drawn, remark
    parted, told = with_parted_coordinates(frame)
    text = tr("The column {column} has both coordinates in one cell; it is read as {parts}.")
    return parted, joined(text.format(column=column, parts=listed(parts)) for column, parts in told)


def _with_paths(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return a frame whose column of vertices is its geometry, and the sentence that says so."""
    found = path_vertices(frame)
    if found is None:
        return frame, ""
    column, lines, are_degrees = found
    shapes = np.array([None if line is None else shapely.linestrings(line) for line in lines], dtype=object)
    crs = _LON_LAT if are_degrees else None
    return _drawn(frame, column, gpd.GeoSeries(shapes, index=frame.index, crs=crs))


def _drawn(frame: pd.DataFrame, column: str, shapes: gpd.GeoSeries) -> tuple[pd.DataFrame, str]:
    """Return a frame with shapes in the place of a column, and the sentence that says so."""
    rest = frame.drop(columns=column).copy()
    name = GEOMETRY_COLUMN if GEOMETRY_COLUMN not in rest.columns else f"_{GEOMETRY_COLUMN}"
    rest[name] = shapes
    drawn: pd.DataFrame = gpd.GeoDataFrame(rest, geometry=name)
    return drawn, tr("The location was taken from the column {column}.").format(column=column)


def _with_wkt(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return a frame whose column of WKT is its geometry, and what to say of that, '' where there is none.

    Texts that are no WKT give no geometry. A coordinate system that all texts name (SRID) is the frame's.
    """
    column = _column(frame)
    if column is None:
        return frame, ""
    words = frame[column]
    plain = over_distinct(texts(words), lambda word: re.sub(_SRID, "", word))
    shapes = shapely.from_wkt(plain, on_invalid="ignore")
    return _drawn(
        frame, column, gpd.GeoSeries(np.asarray(shapes, dtype=object), index=frame.index, crs=_crs(words))
    )


def _column(frame: pd.DataFrame) -> str | None:
    """Return the column that holds WKT, one that is called so first; None for none."""
    held = [str(column) for column in frame.columns if _holds(frame[column], str(column))]
    return min(held, key=lambda column: column.casefold() not in _NAMES, default=None)


def _holds(values: pd.Series, column: str) -> bool:
    """Return whether a column holds WKT: by its first value where it is called so, else by nearly all."""
    filled = values.dropna() if is_text(values) else values.iloc[:0]
    some = filled.iloc[:: max(1, len(filled) // _LOOKED_AT)]
    fitting = [bool(_WKT.match(str(word))) for word in some]
    is_named = column.casefold() in _NAMES and fitting[:1] == [True]
    return is_named or (bool(fitting) and sum(fitting) >= _SHARE * len(fitting))


def _crs(words: pd.Series) -> pyproj.CRS | None:
    """Return the coordinate system that all texts name, None where they name none or several."""
    known = {"" if one is None else one[1] for one in [re.match(_SRID, str(word)) for word in words.dropna()]}
    return crs_of(f"EPSG:{min(known)}") if len(known) == 1 and min(known) else None
