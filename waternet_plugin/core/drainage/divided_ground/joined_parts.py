"""Parts joined to the polygons of catchments, each group of parts once."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.divided_ground.cell_outlines import CellOutlines
from waternet_plugin.core.drainage.divided_ground.drained_parts import DrainedParts
from waternet_plugin.core.drainage.divided_ground.threads import without_threads
from waternet_plugin.core.network.model.row_groups import slices


class JoinedParts:
    """Groups of parts that are joined."""

    def __init__(self, parts: DrainedParts) -> None:
        self._parts = parts
        self._bounds = np.searchsorted(parts.over[:, 0], np.arange(len(parts) + 1))
        # How many compounds that are one part each cell meets, in all and in a group.
        self._met = np.bincount(parts.over[:, 1], minlength=len(parts.cells))
        self._met_here = np.zeros(len(parts.cells), dtype=np.int64)
        self._is_chosen = np.zeros(len(parts.cells) + 1, dtype=bool)
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
            cells, rest = self._divided(rows)
            chosen.append(cells)
            others.append(parts.shape[rest])
        result = np.empty(len(chosen), dtype=object)
        some = np.flatnonzero([len(cells) > 0 for cells in chosen])
        if len(some):
            result[some] = CellOutlines(parts.cells).outlines(chosen[place] for place in some)
        for place in np.flatnonzero([len(shapes) > 0 for shapes in others]).tolist():
            # Nothing is added to by a place without cells: union_all leaves out what is None.
            result[place] = shapely.union_all(np.append(others[place], result[place]))
        return without_threads(of_polygons(result))

    def _divided(self, rows: Array) -> tuple[Array, Array]:
        """Return the cells that lie in a group as they are, and the parts that do not lie in these alone."""
        parts = self._parts
        cell = parts.cell[rows]
        is_compound = cell < 0
        compounds, own = rows[is_compound], np.unique(cell[~is_compound])
        met = parts.over[slices(self._bounds, compounds), 1]
        self._met_here[met] = 0
        np.add.at(self._met_here, met, 1)
        # All compounds that are one part and meet the cell are in the group.
        cells = own[parts.whole[own] & (self._met_here[own] == self._met[own])]
        self._met_here[met] = 0
        self._is_chosen[cells] = True
        left = ~self._is_chosen[cell]
        many = self._bounds[compounds + 1] - self._bounds[compounds]
        owner = np.repeat(np.arange(len(compounds)), many)
        outside = np.bincount(owner, ~self._is_chosen[met], minlength=len(compounds))
        left[is_compound] = (outside > 0) | (many == 0)
        self._is_chosen[cells] = False
        return cells, rows[left]


def of_polygons(shapes: Array) -> Array:
    """Return shapes as multipolygons, each of the polygons in it."""
    kind, result = shapely.get_type_id(shapes), shapes.copy()
    single = kind == shapely.GeometryType.POLYGON
    result[single] = shapely.multipolygons(shapes[single][:, None])
    for place in np.flatnonzero(~single & (kind != shapely.GeometryType.MULTIPOLYGON)).tolist():
        pieces = [one for one in shapely.get_parts(shapes[place]) if "Polygon" in one.geom_type]
        result[place] = shapely.multipolygons([one for piece in pieces for one in shapely.get_parts(piece)])
    return result
