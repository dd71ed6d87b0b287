"""Layers of field work as tables: their columns by the aliases, their places from the geometry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.drawn_entities import FieldLayer
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.survey.reading.drawing_tables import number_text
from waternet_plugin.core.survey.recognition.column_fields import chosen_fields
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.survey.tables_read import (
    TablesRead,
    check_size,
    frame_of,
    objects,
    table_of,
)
from waternet_plugin.core.texts import tr


def _declared(layer: FieldLayer) -> dict[str, Declared]:
    declared = {"axes": Declared("x_east", "GeoPackage")}
    if layer.epsg is not None:
        declared["crs"] = Declared(str(layer.epsg), f"EPSG:{layer.epsg}")
    return declared


def _table(layer: FieldLayer, geometries: Array) -> SurveyTable:
    role = "lines" if layer.is_lines else "points"
    chosen = chosen_fields(list(layer.columns), role)
    named = {columns[0]: field for field, columns in chosen.items() if field not in ("x", "y")}
    columns: dict[str, Array] = {named.get(key, key): values for key, values in layer.columns.items()}
    lines: Optional[Array] = None
    if layer.is_lines:
        lines = geometries
    else:
        firsts = [(np.nan,) * 3 if geometry is None else tuple(geometry[0]) for geometry in geometries]
        columns["x"] = objects([number_text(x) for x, _y, _z in firsts])
        columns["y"] = objects([number_text(y) for _x, y, _z in firsts])
        levels = objects([number_text(z) for _x, _y, z in firsts])
        if "h" not in columns and any(level not in (None, "0") for level in levels):
            columns["h"] = levels
    numbers = np.arange(1, len(geometries) + 1, dtype=np.int64)
    frame = frame_of(list(columns.values()), list(columns))
    return SurveyTable(layer.name, frame, numbers, role, True, declared=_declared(layer), lines=lines)


def field_layer_tables(layers: Sequence[FieldLayer], name: str) -> TablesRead:
    """Return layers of points and lines as tables; plain tables among them are ignored, row by row.

    Parameters
    ----------
    layers
        As the file has them.
    name
        Of the file, for messages.

    Raises
    ------
    InputError
        When no layer has points or lines.
    """
    tables: list[SurveyTable] = []
    for layer in layers:
        rows = max((len(values) for values in layer.columns.values()), default=0)
        rows = rows if layer.places is None else len(layer.places)
        check_size(name, rows, len(layer.columns))
        if layer.places is not None:
            tables.append(_table(layer, layer.places))
        elif rows:
            columns: list[Any] = list(layer.columns.values())
            tables.append(table_of(layer.name, columns, np.arange(1, rows + 1), role="ignore"))
    if not any(table.role in ("points", "lines") for table in tables):
        raise InputError(tr("{file} has no layer of points or lines. Choose another file.").format(file=name))
    return TablesRead("field_gpkg", "utf-8", tuple(tables))
