"""What a foreign file holds: its layers, their columns and some of their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.store.foreign.foreign_drawn_layers import is_drawing
from waternet_plugin.store.foreign.foreign_layers import layers_of, read_layer
from waternet_plugin.store.foreign.foreign_sources import TEXT_TABLES, Source, existing, split_source

_SAMPLES = 5
_SAMPLE_ROWS = 200


@dataclass(frozen=True)
class ForeignField:
    """One column: name, type (text, integer, real, date, datetime, boolean) and some of its values."""

    name: str
    type: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class ForeignLayer:
    """One layer of a file; ``geometry`` is its type or none, ``crs`` '' where it has none."""

    name: str
    geometry: str
    rows: int
    crs: str
    encoding: str
    fields: tuple[ForeignField, ...]


def _type_of(values: pd.Series) -> str:
    kind = values.dtype
    if pd.api.types.is_bool_dtype(kind):
        return "boolean"
    if pd.api.types.is_integer_dtype(kind):
        return "integer"
    if pd.api.types.is_float_dtype(kind):
        return "real"
    if pd.api.types.is_datetime64_any_dtype(kind):
        return "datetime"
    return "text"


def _describe_field(values: pd.Series) -> ForeignField:
    samples = [str(word) for word in pd.unique(texts(values)) if word is not None]
    return ForeignField(str(values.name), _type_of(values), tuple(samples[:_SAMPLES]))


def single_layer(source: Source) -> str:
    """Return the name of the layer of a file that has one, '' where that says no more than the file's name.

    People name a folder of placemarks or a sheet by what it holds, and the file by the day.

    Raises
    ------
    InputError
        As for `read_foreign`.
    """
    path, layer = split_source(source)
    file = existing(path)
    if layer is not None or file.suffix.lower() in TEXT_TABLES or is_drawing(file):
        return ""
    names = [one.name for one in layers_of(file)]
    return names[0] if len(names) == 1 and names[0] != file.stem else ""


def read_layers(source: Source, *, encoding: str | None = None) -> tuple[ForeignLayer, ...]:
    """Describe every layer of a foreign file, with sample values from its first rows.

    Parameters
    ----------
    source
        A file; a layer named in it is left out of account.
    encoding
        Of the texts; found out where it is not given.

    Raises
    ------
    InputError
        As for `read_foreign`.
    """
    file = existing(split_source(source)[0])
    if file.suffix.lower() in TEXT_TABLES:
        read = read_layer(file, None, encoding or None, None)
        frame, used = read.frame, read.encoding
        fields = tuple(_describe_field(frame[column].head(_SAMPLE_ROWS)) for column in frame.columns)
        return (ForeignLayer(file.stem, "none", len(frame), "", used, fields),)
    layers = []
    for found in layers_of(file, encoding or None):
        read = read_layer(file, found.name, encoding or None, _SAMPLE_ROWS)
        frame, used = read.frame, read.encoding
        geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
        fields = tuple(_describe_field(frame[column]) for column in frame.columns if column != geometry)
        crs: Any = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
        code = crs.to_authority(min_confidence=70) if crs is not None else None
        text = ":".join(code) if code else ("" if crs is None else crs.to_wkt())
        layers.append(ForeignLayer(found.name, found.geometry, found.rows, text, used, fields))
    if not layers:
        raise InputError(tr("{file} contains no layer. Choose another file.").format(file=file.name))
    return tuple(layers)
