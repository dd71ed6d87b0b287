"""Geometries of edited rows that nothing can be joined to: no length, or coordinates that are missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.editing.row_edits import RowEdit, is_same
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import tr


def is_located(table_name: str, shape: Any) -> bool:
    """Return whether a geometry lies somewhere: all of it is finite, and a line has two points that differ.

    A row without a geometry is not held to it, nor are heights.
    """
    if shape is None:
        return True
    places = shapely.get_coordinates(shape)
    if not np.isfinite(places).all():
        return False
    if table(table_name).geometry.startswith("LineString"):
        return bool(len(places)) and bool((places != places[0]).any())
    return True


def shape_fault(edit: RowEdit) -> str:
    """Return the sentence of what is wrong with the geometry that an edit gives a row, '' for nothing."""
    shape = None if edit.now is None else edit.now.get(GEOMETRY_COLUMN)
    if shape is None or is_located(edit.table, shape):
        return ""
    if edit.before is not None and is_same(edit.before.get(GEOMETRY_COLUMN), shape):
        return ""
    name = edit.asset or table(edit.table).label
    if np.isfinite(shapely.get_coordinates(shape)).all():
        text = tr("{asset} has no length: a pipe needs two points at different places. Draw it again.")
    else:
        text = tr("{asset} has coordinates that are missing or infinite. Place it again, or delete it.")
    return text.format(asset=name)
