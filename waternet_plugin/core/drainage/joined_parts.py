"""Parts joined to the polygons of catchments, each group of parts once."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.cell_outlines import CellOutlines
from waternet_plugin.core.drainage.drained_parts import DrainedParts
from waternet_plugin.core.drainage.threads import without_threads


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
        parts = self._parts
        chosen, others = [], []
        for rows in self._groups:
            cell = parts.cell[rows]
            # Cells of which nothing is lost fit together as they are.
            fits = cell >= 0
            fits[fits] = parts.whole[cell[fits]]
            chosen.append(np.unique(cell[fits]))
            others.append(parts.shape[rows[~fits]])
        result = np.empty(len(chosen), dtype=object)
        some = np.flatnonzero([len(cells) > 0 for cells in chosen])
        if len(some):
            result[some] = CellOutlines(parts.cells).outlines(chosen[place] for place in some)
        for place in np.flatnonzero([len(shapes) > 0 for shapes in others]).tolist():
            # Nothing is added to by a place without cells: union_all leaves out what is None.
            result[place] = shapely.union_all(np.append(others[place], result[place]))
        return without_threads(of_polygons(result))


def of_polygons(shapes: Array) -> Array:
    """Return shapes as multipolygons, each of the polygons in it."""
    kind, result = shapely.get_type_id(shapes), shapes.copy()
    single = kind == shapely.GeometryType.POLYGON
    result[single] = shapely.multipolygons(shapes[single], indices=np.arange(int(single.sum())))
    for place in np.flatnonzero(~single & (kind != shapely.GeometryType.MULTIPOLYGON)).tolist():
        pieces = [one for one in shapely.get_parts(shapes[place]) if "Polygon" in one.geom_type]
        result[place] = shapely.multipolygons([one for piece in pieces for one in shapely.get_parts(piece)])
    return result
