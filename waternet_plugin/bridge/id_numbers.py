"""The highest number among the ids of a layer's file, and other single values of it."""

from __future__ import annotations

import os
from typing import Any

from osgeo import ogr
from qgis.core import QgsVectorLayer

from waternet_plugin.core.schema.tables import FID_COLUMN, table

# By file, table and letters: the newest row that was looked at, and the highest number up to it.
_looked_at: dict[tuple[Any, ...], tuple[int, int]] = {}


def sql_text(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def _path_of(layer: QgsVectorLayer) -> str:
    return str(layer.source().split("|")[0])


def highest_number(layer: QgsVectorLayer, name: str, prefix: str) -> int:
    """Return the highest number of the saved ids that are a prefix and digits, 0 where there is none.

    By SQL, since QGIS would read every row of a town to find one; and of a town that was looked at before,
    only rows that are newer. An id that an older row was given meanwhile is found when it is taken twice.
    """
    path = _path_of(layer)
    try:
        status = os.stat(path)
    except OSError:
        return 0
    place = (path, status.st_dev, status.st_ino, name, prefix)
    newest = int(first_value(layer, f'SELECT max({FID_COLUMN}) FROM "{name}"') or 0)  # noqa: S608
    last, highest = _looked_at.get(place, (0, 0))
    if newest < last:
        last, highest = 0, 0
    if newest > last:
        highest = max(highest, _highest_after(layer, name, prefix, last))
    _looked_at[place] = (newest, highest)
    return highest


def _highest_after(layer: QgsVectorLayer, name: str, prefix: str, fid: int) -> int:
    field = table(name).id_field
    number = f'CAST(substr("{field}", {len(prefix) + 1}) AS INTEGER)'
    numbered = f'"{field}" GLOB {sql_text(f"{prefix}[0-9]*")} AND {number} < 1000000000'
    # Of all rows the index of the ids is read, of the newest ones those alone.
    where = f"{numbered} AND {FID_COLUMN} > {fid}" if fid else numbered
    return int(first_value(layer, f'SELECT max({number}) FROM "{name}" WHERE {where}') or 0)  # noqa: S608


def first_value(layer: QgsVectorLayer, sql: str) -> Any:
    """Return the one value of a query on the layer's file, None where it has none."""
    dataset = ogr.Open(_path_of(layer), 0)
    answer = None if dataset is None else dataset.ExecuteSQL(sql)
    if answer is None:
        return None
    row = answer.GetNextFeature()
    value = row.GetField(0) if row is not None and row.IsFieldSetAndNotNull(0) else None
    dataset.ReleaseResultSet(answer)
    return value
