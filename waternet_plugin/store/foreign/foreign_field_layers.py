"""Layers of field work (GeoPackage, GPX), which only GDAL opens, as columns of text."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.encodings import UTF_8
from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.drawn_entities import FieldLayer
from waternet_plugin.core.texts import tr
from waternet_plugin.store.foreign.engines.foreign_gdal import GdalEngine
from waternet_plugin.store.foreign.engines.raw_layers import RawLayer, has_gdal
from waternet_plugin.store.foreign.foreign_layers import filled_layers

# Tables that every network of ours has: such a file is no survey.
_OURS = frozenset({"pipe", "node", "survey_batch"})
_NO_DATA = frozenset({"layer_styles", "qgis_projects"})


def _engine(file: Path) -> GdalEngine:
    if not has_gdal():
        message = tr("{file} can only be read within QGIS. Save its tables as CSV, or run this in QGIS.")
        raise InputError(message.format(file=file.name))
    return GdalEngine()


def _vertices(geometry: Array) -> tuple[Array, bool]:
    """Return the vertices of points and lines, and whether they are lines; lines of one part are simple."""
    shapes = shapely.from_wkb(geometry, on_invalid="ignore")
    places = np.full(len(shapes), None, dtype=object)
    kinds = shapely.get_type_id(shapes)
    for row, shape in enumerate(shapes):
        if kinds[row] in (4, 5) and shapely.get_num_geometries(shape) == 1:
            shape = shapely.get_geometry(shape, 0)
        if shapely.get_type_id(shape) in (0, 1) and not shapely.is_empty(shape):
            places[row] = shapely.get_coordinates(shape, include_z=True)
    return places, bool(np.isin(kinds, (1, 5)).any())


def _layer(raw: RawLayer, name: str) -> FieldLayer:
    columns = {key: texts(pd.Series(values)) for key, values in raw.columns.items()}
    places, is_lines = (None, False) if raw.geometry is None else _vertices(raw.geometry)
    return FieldLayer(name, columns, places, is_lines, None if raw.crs is None else raw.crs.to_epsg())


def _content(layers: list[FieldLayer]) -> str:
    """Return a mark of what layers hold; the bytes of a file that may be open are not read."""
    mark = hashlib.sha256()
    for layer in layers:
        mark.update(repr((layer.name, layer.epsg, sorted(layer.columns))).encode())
        for key in sorted(layer.columns):
            mark.update(repr(layer.columns[key].tolist()).encode())
        for place in () if layer.places is None else layer.places:
            mark.update(b"-" if place is None else np.ascontiguousarray(place).tobytes())
    return mark.hexdigest()


def read_field_layers(file: Path) -> tuple[tuple[FieldLayer, ...], str]:
    """Return the layers of a GeoPackage or GPX from the field, a log beside it counted, and a mark of them.

    Parameters
    ----------
    file
        That is there; it is opened by the GDAL of QGIS alone.

    Raises
    ------
    InputError
        When it can't be read, or is a network of ours.
    """
    engine = _engine(file)
    listed = [layer for layer in filled_layers(file, engine.layers(file)) if layer.name not in _NO_DATA]
    if {one.name for one in listed} >= _OURS:
        message = tr("{file} is a network, not a survey. Choose the file that came from the field.")
        raise InputError(message.format(file=file.name))
    layers = [_layer(engine.read(file, one.name, UTF_8, None), one.name) for one in listed]
    return tuple(layers), _content(layers)
