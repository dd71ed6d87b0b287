"""Geometries that came back from the field: of the type of their table, with the heights that were given."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.fieldwork.package_cells import UnreadableCell
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.shapes.wkb import to_wkb, without_impossible
from waternet_plugin.core.vertices import line_of, point_of, xyz

# Two vertices this close are one, m: coordinates are kept to a millimetre.
_SAME_M = 1e-3
_POINT, _LINE = 0, 1
_TYPES = {
    "Point": (_POINT, 4),
    "PointZ": (_POINT, 4),
    "LineStringZ": (_LINE, 5),
    "MultiLineString": (5, _LINE),
    "MultiPolygon": (6, 3),
}


def shape_cell(text: str, table: Table) -> Any:
    """Return the cell of a geometry as its table has it; an `UnreadableCell` for what the table can't hold.

    Parameters
    ----------
    text
        WKB as hexadecimal digits.
    """
    found = np.array([bytes.fromhex(text)], dtype=object)
    shape = without_impossible(np.asarray(shapely.from_wkb(found, on_invalid="ignore"), dtype=object))[0]
    wanted, loose = _TYPES[table.geometry]
    kind = shapely.get_type_id(shape)
    if kind == wanted:
        return text
    if kind == loose and wanted not in (_POINT, _LINE):
        return str(to_wkb(_multi(shape)).hex())
    if kind == loose and shapely.get_num_geometries(shape) == 1:
        return str(to_wkb(shapely.get_geometry(shape, 0)).hex())
    return UnreadableCell(text[:40])


def _multi(shape: Any) -> Any:
    return (
        shapely.multilinestrings([shape])
        if shape.geom_type == "LineString"
        else shapely.MultiPolygon([shape])
    )


def shape_returned(given: Optional[str], returned: Optional[str]) -> Optional[str]:
    """Return the cell of a geometry that came back, that which was given where nobody moved it.

    A program that drops heights, or puts 0 where none is known, says nothing of them: vertices that stay
    keep their height, and a point keeps it wherever it goes.

    Parameters
    ----------
    given, returned
        Cells of the geometry.
    """
    if given is None or returned is None or given == returned:
        return returned
    before, shape = (shapely.from_wkb(bytes.fromhex(one)) for one in (given, returned))
    if shapely.get_type_id(shape) not in (_POINT, _LINE):
        old, new = (shapely.get_coordinates(one) for one in (before, shape))
        return given if old.shape == new.shape and np.allclose(old, new, rtol=0, atol=_SAME_M) else returned
    old, new = xyz(before), xyz(shape)
    says_heights = bool((np.isfinite(new[:, 2]) & (new[:, 2] != 0)).any())
    if not says_heights:
        new = _with_heights(old, new)
    if old.shape == new.shape and _is_near(old, new):
        return given
    made = point_of(new[0]) if shapely.get_type_id(shape) == _POINT else line_of(new)
    return str(to_wkb(made).hex())


def _with_heights(old: Array, new: Array) -> Array:
    """Return vertices with the heights of the old ones that they are."""
    heights = np.full(len(new), np.nan)
    if len(old) == 1 and len(new) == 1:
        heights[0] = old[0, 2]
    else:
        apart = np.abs(new[:, None, :2] - old[None, :, :2]).max(axis=2)
        nearest = apart.argmin(axis=1)
        is_old = apart[np.arange(len(new)), nearest] <= _SAME_M
        heights[is_old] = old[nearest[is_old], 2]
    return np.column_stack([new[:, :2], heights])


def _is_near(old: Array, new: Array) -> bool:
    apart = np.abs(old - new)
    unknown = np.isnan(old) & np.isnan(new)
    return bool(((apart <= _SAME_M) | unknown).all())
