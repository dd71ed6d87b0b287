"""What of the ground lies beside drains."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.divided_ground.cut_beside import cut_beside
from waternet_plugin.core.drainage.divided_ground.site_cells import SiteCells
from waternet_plugin.core.network.model.row_groups import slices

# What of the distance the flat sides around drains leave.
_INNER = 0.98
# Pairs at once.
_BLOCK = 16_384
# How often triangles are quartered before what is left of their cells is cut out.
_ROUNDS = 4
# Of which ends of pieces their middle is told.
_SAMPLE = 16
# Corners and middles of sides of a triangle, in this order, that make its quarters: that of the site is last.
_QUARTERS = ((3, 1, 4), (5, 4, 2), (3, 4, 5), (0, 3, 5))


class _Pieces:
    """The straight pieces of lines; the ground beside them goes ``reach_m`` far, m."""

    def __init__(self, lines: Array, reach_m: float) -> None:
        self.reach_m = reach_m
        self.inner_m2 = (_INNER * reach_m) ** 2
        corners = shapely.get_num_coordinates(lines)
        xy, line = shapely.get_coordinates(lines[corners > 2], return_index=True)
        inner = np.flatnonzero(line[1:] == line[:-1])
        cut = shapely.linestrings(np.stack([xy[inner], xy[inner + 1]], axis=1))
        # Most drains are straight and need not be made again.
        self.lines = np.concatenate([lines[corners == 2], cut])
        self.tree = shapely.STRtree(self.lines)
        ends = shapely.get_coordinates(self.lines)
        # In the middle of most, as a sample tells: a stray far away would cost all others their centimetres.
        self.origin = np.median(ends[::_SAMPLE], axis=0) if len(ends) else np.zeros(2)
        # Column by column: along short rows NumPy is slow.
        self._x, self._y = self.local(ends[::2])
        self._east, self._north = (ends[1::2] - ends[::2]).astype(np.float32).T.copy()
        self._length2 = np.maximum(self._east**2 + self._north**2, np.float32(1e-12))

    def local(self, xy: Array) -> Array:
        """Return places from the middle of the pieces, (2, places), m; half the memory tells centimetres."""
        return (xy - self.origin).astype(np.float32).T.copy()

    def around(self, low: Array, high: Array) -> tuple[Array, Array]:
        """Return pairs of a box and a piece that may come within reach of it.

        Told are the local places of the least and the greatest corners of boxes, (2, boxes), m.
        """
        # A tree asks for the bounds alone, and a line is sooner made than a box.
        corners = np.stack([(low - self.reach_m).T, (high + self.reach_m).T], axis=1) + self.origin
        box, piece = self.tree.query(shapely.linestrings(corners))
        return box, piece

    def beside(self, x: Array, y: Array, piece: Array) -> Array:
        """Return which places lie beside pieces for certain, for pairs of these.

        Places are local; they may be of several kinds, (kinds, pairs).
        """
        result = np.empty(x.shape, dtype=bool)
        # In blocks, whose numbers stay in fast memory.
        for begin in range(0, len(piece), _BLOCK):
            block = slice(begin, begin + _BLOCK)
            result[..., block] = self._apart2(x[..., block], y[..., block], piece[block]) <= self.inner_m2
        return result

    def _apart2(self, x: Array, y: Array, piece: Array) -> Array:
        """Return the squares of the distances of places from pieces, m2."""
        east, north = self._east[piece], self._north[piece]
        off_x, off_y = x - self._x[piece], y - self._y[piece]
        along = np.clip((off_x * east + off_y * north) / self._length2[piece], 0.0, 1.0)
        off_x -= along * east
        off_y -= along * north
        return np.asarray(off_x * off_x + off_y * off_y)


class _Triangles:
    """Triangles, each in a cell: local places of their corners, (3, triangles), m."""

    def __init__(self, x: Array, y: Array, cell: Array) -> None:
        self.x, self.y, self.cell = x, y, cell

    def but(self, done: Array) -> _Triangles:
        """Return the others."""
        return _Triangles(self.x[:, ~done], self.y[:, ~done], self.cell[~done])


def beside(cells: SiteCells, site_xy: Array, lines: Array, reach_m: float) -> tuple[Array, Array]:
    """Return what of cells lies within ``reach_m`` of lines, and which cells are whole.

    Parameters
    ----------
    cells
        The cells of ends of lines.
    site_xy
        The places of these ends, (cells, 2), m.
    reach_m
        How far the ground beside lines goes, m.
    """
    pieces = _Pieces(lines, reach_m)
    asked = _not_beside(cells, site_xy, pieces)
    near, is_cut = cut_beside(cells.polygon[asked], pieces.lines, pieces.tree, reach_m)
    result, whole = cells.polygon.copy(), np.ones(len(cells), dtype=bool)
    result[asked[is_cut]] = near[is_cut]
    whole[asked[is_cut]] = False
    return result, whole


def _not_beside(cells: SiteCells, site_xy: Array, pieces: _Pieces) -> Array:
    """Return the cells, rising, that may not lie beside drains.

    What lies beside a piece is convex: a triangle does when its corners do. A cell is divided from its site;
    triangles that lie beside no single piece are quartered.
    """
    x, y = pieces.local(cells.corner)
    of = cells.of
    site_x, site_y = pieces.local(site_xy)
    near = (x - site_x[of]) ** 2 + (y - site_y[of]) ** 2 <= pieces.inner_m2
    side = np.flatnonzero((of[1:] == of[:-1]) & ~(near[1:] & near[:-1]))
    cell = of[side]
    triangles = _Triangles(
        np.stack([site_x[cell], x[side], x[side + 1]]), np.stack([site_y[cell], y[side], y[side + 1]]), cell
    )
    of_cell = np.searchsorted(cell, np.arange(len(cells) + 1))
    asked = np.flatnonzero(np.diff(of_cell))
    place, piece = pieces.tree.query(cells.polygon[asked])
    by_site = pieces.beside(site_x[asked[place]], site_y[asked[place]], piece)
    place, piece = place[by_site], piece[by_site]
    piece = np.repeat(piece, np.diff(of_cell)[asked[place]])
    triangle = slices(of_cell, asked[place])
    for number in (1, 2):
        good = pieces.beside(triangles.x[number, triangle], triangles.y[number, triangle], piece)
        triangle, piece = triangle[good], piece[good]
    done = np.zeros(len(side), dtype=bool)
    done[triangle] = True
    triangles = triangles.but(done)
    is_asked = np.zeros(len(cells), dtype=bool)
    for _round in range(_ROUNDS):
        triangles = _quartered(triangles, pieces)
        # No quarters settle cells with a place that lies beside none: the first triangle mostly shows it.
        cell, first = np.unique(triangles.cell, return_index=True)
        is_asked[cell[_with_lone_corners(triangles.x[:, first], triangles.y[:, first], pieces)]] = True
        triangles = triangles.but(is_asked[triangles.cell])
    is_asked[triangles.cell] = True
    return np.flatnonzero(is_asked)


def _quartered(triangles: _Triangles, pieces: _Pieces) -> _Triangles:
    """Return the quarters of triangles that lie beside no piece."""
    turned = [1, 2, 0]
    x, y = (np.concatenate([each, (each + each[turned]) / 2]) for each in (triangles.x, triangles.y))
    # Each quarter has two of the middles: a piece beside it is near the second largest in either direction.
    second = np.stack([_second(*x[3:]), _second(*y[3:])])
    triangle, piece = pieces.around(second, second)
    middles = pieces.beside(x[3:, triangle], y[3:, triangle], piece)
    two = middles.sum(axis=0) > 1
    triangle, piece, middles = triangle[two], piece[two], middles[:, two]
    corners = pieces.beside(triangles.x[:, triangle], triangles.y[:, triangle], piece)
    good = np.concatenate([corners, middles])
    rest = []
    for quarter in _QUARTERS:
        one, two, three = (good[number] for number in quarter)
        done = np.zeros(len(triangles.cell), dtype=bool)
        done[triangle[one & two & three]] = True
        rest.append(_Triangles(x[list(quarter)], y[list(quarter)], triangles.cell).but(done))
    return _Triangles(
        np.concatenate([one.x for one in rest], axis=1),
        np.concatenate([one.y for one in rest], axis=1),
        np.concatenate([one.cell for one in rest]),
    )


def _second(one: Array, two: Array, three: Array) -> Array:
    """Return the second largest of three numbers, by place."""
    return np.asarray(np.maximum(np.minimum(one, two), np.minimum(np.maximum(one, two), three)))


def _with_lone_corners(x: Array, y: Array, pieces: _Pieces) -> Array:
    """Return which triangles, told by their corners, (3, triangles), have one that lies beside no piece."""
    low, high = (np.stack([chosen(x, axis=0), chosen(y, axis=0)]) for chosen in (np.min, np.max))
    triangle, piece = pieces.around(low, high)
    met = np.zeros(x.shape, dtype=bool)
    for number, is_beside in enumerate(pieces.beside(x[:, triangle], y[:, triangle], piece)):
        met[number, triangle[is_beside]] = True
    return np.asarray(~met.all(axis=0))
