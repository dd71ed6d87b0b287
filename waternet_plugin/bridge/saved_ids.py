"""The ids that the file of a layer has, asked by SQL: QGIS would read every row of a town."""

from __future__ import annotations

from typing import Any

from osgeo import ogr
from qgis.core import QgsVectorLayer

from waternet_plugin.core.schema.tables import table


def sql_text(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def highest_number(layer: QgsVectorLayer, name: str, prefix: str) -> int:
    """Return the highest number of the saved ids that are a prefix and digits, 0 where there is none."""
    field = table(name).id_field
    number = f'CAST(substr("{field}", {len(prefix) + 1}) AS INTEGER)'
    pattern = sql_text(f"{prefix}[0-9]*")
    numbered = f'"{field}" GLOB {pattern} AND {number} < 1000000000'
    return int(first_value(layer, f'SELECT max({number}) FROM "{name}" WHERE {numbered}') or 0)  # noqa: S608


def first_value(layer: QgsVectorLayer, sql: str) -> Any:
    """Return the one value of a query on the layer's file, None where it has none."""
    dataset = ogr.Open(layer.source().split("|")[0], 0)
    answer = None if dataset is None else dataset.ExecuteSQL(sql)
    if answer is None:
        return None
    row = answer.GetNextFeature()
    value = row.GetField(0) if row is not None and row.IsFieldSetAndNotNull(0) else None
    dataset.ReleaseResultSet(answer)
    return value
