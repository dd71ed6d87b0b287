"""Parts joined to the polygons of catchments, each group of parts once."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.divided_ground.coverage_outlines import CoverageOutlines
from waternet_plugin.core.drainage.divided_ground.cut_beside import LEAST_M2
from waternet_plugin.core.drainage.divided_ground.drained_parts import DrainedParts
from waternet_plugin.core.drainage.divided_ground.threads import without_threads
from waternet_plugin.core.network.model.row_groups import gather, slices

# What the area of a joined polygon may differ from that of its pieces, m2 and as a share.
_SAME_M2, _SAME_SHARE = LEAST_M2, 1e-9


class JoinedParts:
    """Groups of parts that are joined."""

    def __init__(self, parts: DrainedParts) -> None:
        self._parts = parts
        self._numbers: dict[bytes, int] = {}
        self._groups: list[Array] = []

    def number(self, rows: Array) -> int:
        """Return the number of the polygon of a group, given by the rows of its parts, sorted."""
        number = self._numbers.setdefault(rows.tobytes(), len(self._groups))
        if number == len(self._groups):
            self._groups.append(rows)
        return number

    def polygons(self) -> Array:
        """Return the multipolygons of all groups, by number."""
        if not self._groups:
            return np.empty(0, dtype=object)
        parts = self._parts
        row = np.concatenate(self._groups)
        group = np.repeat(np.arange(len(self._groups)), [len(rows) for rows in self._groups])
        bounds, order = gather(parts.part_of_piece, len(parts))
        piece, many = order[slices(bounds, row)], np.bincount(group, np.diff(bounds)[row]).astype(np.int64)
        bounds = np.append(0, np.cumsum(many))
        plain = ~parts.is_overlaid[parts.part_of_piece]
        result = CoverageOutlines(parts.pieces, plain).outlines(piece, bounds)
        area_m2 = np.bincount(group, parts.area_m2[row])
        is_overlaid = np.bincount(group, parts.is_overlaid[row]) > 0
        for place in np.flatnonzero(~_is_sound(result, area_m2, is_overlaid)).tolist():
            result[place] = shapely.union_all(parts.pieces[piece[bounds[place] : bounds[place + 1]]])
        return without_threads(of_polygons(result))


def _is_sound(shapes: Array, area_m2: Array, is_overlaid: Array) -> Array:
    """Return which shapes are what groups cover, told by the areas of these and which have overlaid parts.

    Where the corner of a part touches the side of another one, these don't share it.
    """
    sound = np.abs(shapely.area(shapes) - area_m2) <= _SAME_M2 + _SAME_SHARE * area_m2
    sound[is_overlaid] &= shapely.is_valid(shapes[is_overlaid])
    return np.asarray(sound)


def of_polygons(shapes: Array) -> Array:
    """Return shapes as multipolygons, each of the polygons in it."""
    kind, result = shapely.get_type_id(shapes), shapes.copy()
    single = kind == shapely.GeometryType.POLYGON
    result[single] = shapely.multipolygons(shapes[single][:, None])
    for place in np.flatnonzero(~single & (kind != shapely.GeometryType.MULTIPOLYGON)).tolist():
        pieces = [one for one in shapely.get_parts(shapes[place]) if "Polygon" in one.geom_type]
        result[place] = shapely.multipolygons([one for piece in pieces for one in shapely.get_parts(piece)])
    return result
