"""Outlines of many groups of polygons that cover the ground once: the sides of one of them alone, chained."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import depth_first_order

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import labels, order_of, slices

# Corners nearer than this are one: where a line cuts what two polygons share is told once for each, m.
_SAME_M = 1e-6
# Odd numbers that make one number of two coordinates.
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


class CoverageOutlines:
    """The sides of polygons, their inside to the right as GEOS draws them, and what lies beyond each.

    Parameters
    ----------
    shapes
        Polygons and multipolygons, in metres, that cover the ground once; neighbours share their corners.
    plain
        Which are known to be polygons without holes.
    """

    def __init__(self, shapes: Array, plain: Array) -> None:
        # Plain ones come first, so that the sides of each stay together.
        plain = plain.copy()
        plain[~plain] = _is_plain(shapes[~plain])
        order = np.append(np.flatnonzero(plain), np.flatnonzero(~plain))
        self._row = np.empty(len(shapes), dtype=np.int64)
        self._row[order] = np.arange(len(shapes))
        self._xy, ring, owner = _corners(shapes[order], int(plain.sum()))
        # Many sides: half the memory is half the time to get it.
        goes_on = ring[1:] == ring[:-1]
        self._corner = np.flatnonzero(goes_on).astype(np.int32)
        ring = ring[:-1][goes_on]
        self._next = np.arange(1, len(ring) + 1, dtype=np.int32)
        last = np.append(np.flatnonzero(np.diff(ring)), np.arange(len(ring))[-1:])
        self._next[last] = np.append(0, last[:-1] + 1)[: len(last)]
        shape = owner.astype(np.int32)[ring]
        self._first = np.searchsorted(shape, np.arange(len(shapes) + 1))
        place = _numbered(self._xy)
        self._twin = _twins(place[:-1][goes_on], place[1:][goes_on])
        # The shape beyond the last one is none.
        self._beyond = np.where(self._twin >= 0, shape[self._twin], np.int32(len(shapes)))
        self._is_chosen = np.zeros(len(shapes) + 1, dtype=bool)
        self._position = np.empty(len(ring), dtype=np.int32)

    def outlines(self, shapes: Array, bounds: Array) -> Array:
        """Return the multipolygon of each group of shapes, no group empty.

        Parameters
        ----------
        shapes
            Rows of the shapes, one group after the other.
        bounds
            Where each group begins, and where the last one ends.
        """
        if len(bounds) < 2:
            return np.empty(0, dtype=object)
        row, edges, follow, many = self._row[shapes], [], [], 0
        for first, last in zip(bounds.tolist(), bounds[1:].tolist()):
            edge, after = self._around(row[first:last])
            self._position[edge] = np.arange(many, many + len(edge))
            edges.append(edge)
            follow.append(self._position[after])
            many += len(edge)
        edge, group = np.concatenate(edges), np.repeat(np.arange(len(edges)), [len(one) for one in edges])
        xy = self._xy[self._corner[edge]]
        begin = _numbered(xy)
        at, many_of = _rings(begin, np.concatenate(follow), _met_again(begin, group))
        rings = shapely.linearrings(xy[at], indices=np.repeat(np.arange(len(many_of)), many_of))
        xy, of_ring = shapely.get_coordinates(rings, return_index=True)
        inside = _areas(xy, of_ring, len(rings))
        return _polygons(rings, inside, group[at[np.cumsum(many_of) - 1]], len(edges))

    def _around(self, chosen: Array) -> tuple[Array, Array]:
        """Return the sides around chosen shapes, and which of these follows each."""
        mine = self._is_chosen
        mine[chosen] = True
        side = slices(self._first, chosen)
        edge = side[~mine[self._beyond[side]]]
        after = self._next[edge]
        # Around the corner, through the shapes that meet in it.
        inner = np.flatnonzero(mine[self._beyond[after]])
        while len(inner):
            after[inner] = self._next[self._twin[after[inner]]]
            inner = inner[mine[self._beyond[after[inner]]]]
        mine[chosen] = False
        return edge, after


def _is_plain(shapes: Array) -> Array:
    """Return which shapes are polygons without holes."""
    is_polygon = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    return np.asarray(is_polygon & (shapely.get_num_interior_rings(shapes) == 0))


def _corners(shapes: Array, plain: int) -> tuple[Array, Array, Array]:
    """Return corners of closed rings, their inside to the right, the ring of each, and whose each ring is.

    The first ``plain`` shapes have one ring each.
    """
    polygon, of = shapely.get_parts(shapes[plain:], return_index=True)
    is_area = shapely.get_type_id(polygon) == shapely.GeometryType.POLYGON
    rings, of_polygon = shapely.get_rings(polygon[is_area], return_index=True)
    xy, ring = shapely.get_coordinates(np.append(shapes[:plain], rings), return_index=True)
    owner = np.append(np.arange(plain), plain + of[is_area][of_polygon])
    is_hole = np.zeros(len(owner), dtype=bool)
    is_hole[plain + 1 :] = of_polygon[1:] == of_polygon[:-1]
    turned = np.flatnonzero((_areas(xy, ring, len(owner)) < 0) != is_hole)
    bounds = np.searchsorted(ring, np.arange(len(owner) + 1))
    corner = slices(bounds, turned)
    xy[corner] = xy[np.repeat(bounds[turned] + bounds[turned + 1] - 1, np.diff(bounds)[turned]) - corner]
    return xy, ring, owner


def _areas(xy: Array, ring: Array, many: int) -> Array:
    """Return the areas of closed rings by their corners, m2: less than 0 where the inside is to the left."""
    x, y = (column - column[:1] for column in xy.T)
    twice = x[:-1] * y[1:]
    twice -= x[1:] * y[:-1]
    twice[ring[1:] != ring[:-1]] = 0.0
    return np.bincount(ring[:-1], twice, many) / -2


def _numbered(xy: Array) -> Array:
    """Return a number for each place, the same for the same place."""
    x, y = np.rint(xy.T / _SAME_M).astype(np.int64).view(np.uint64)
    mixed = (x * _MIX[0]) ^ ((y + _MIX[0]) * _MIX[1])
    return np.asarray(mixed ^ (mixed >> np.uint64(29)))


def _twins(begin: Array, end: Array) -> Array:
    """Return for each side the same one of the neighbour, which runs the other way; -1 where none does."""
    both = begin + end
    order = order_of(both)
    both = both[order]
    same = np.flatnonzero(both[1:] == both[:-1])
    one, two = order[same], order[same + 1]
    turned = (begin[one] == end[two]) & (begin[two] == end[one])
    one, two = one[turned], two[turned]
    twin = np.full(len(begin), -1)
    twin[one], twin[two] = two, one
    # Not of three sides at one place.
    twin[(twin >= 0) & (twin[twin] != np.arange(len(twin)))] = -1
    return twin


def _rings(begin: Array, follow: Array, meets: Array) -> tuple[Array, Array]:
    """Return the sides of rings, no ring through a place twice, and how many each has.

    Told are where each side begins, which follows, and at which a place may be met again.
    """
    sides = len(begin)
    count, ring = labels(sides, np.arange(sides), follow)
    first = np.empty(count, dtype=np.int64)
    first[ring[::-1]] = np.arange(sides)[::-1]
    # From one more side to the first one of each ring, and on along it.
    ways = csr_matrix(
        (
            np.ones(sides + count, dtype=np.int8),
            np.append(follow, first),
            np.append(np.arange(sides + 1), sides + count),
        ),
        shape=(sides + 1, sides + 1),
    )
    at = depth_first_order(ways, sides, return_predecessors=False)[1:]
    many = np.bincount(ring)[ring[at[np.diff(ring[at], prepend=-1) != 0]]]
    last = np.cumsum(many)
    is_odd = np.bincount(ring[meets], minlength=count)[ring[at[last - 1]]] > 0
    split = []
    for end, size in zip(last[is_odd].tolist(), many[is_odd].tolist()):
        path = at[end - size : end]
        split += [path[places] for places in _split(begin[path].tolist(), meets[path].tolist())]
    at = np.concatenate([at[np.repeat(~is_odd, many)], *split])
    many = np.append(many[~is_odd], np.array([len(one) for one in split], dtype=np.int64))
    # Two sides that differ by less than what is one place have nothing between them.
    is_wide = many > 2
    return at[np.repeat(is_wide, many)], many[is_wide]


def _split(begin: list[int], meets: list[bool]) -> list[list[int]]:
    """Return the rings of a way of sides back to where it begins, none through a place twice.

    Told are where each side begins, and at which a place may be met again; rings are the places on the way.
    """
    rings: list[list[int]] = []
    left: list[int] = []
    there: dict[int, int] = {}
    for side, (place, is_met) in enumerate(zip(begin, meets)):
        if is_met:
            if place in there:
                rings.append(left[there[place] :])
                del left[there[place] :]
                for ring in rings[-1]:
                    there.pop(begin[ring], None)
            there[place] = len(left)
        left.append(side)
    return [*rings, left]


def _met_again(begin: Array, group: Array) -> Array:
    """Return which places are those of several sides of a group."""
    mixed = begin + group.astype(np.uint64) * _MIX[0]
    order = order_of(mixed)
    same = mixed[order[1:]] == mixed[order[:-1]]
    result = np.zeros(len(begin), dtype=bool)
    result[order[1:][same]] = result[order[:-1][same]] = True
    return result


def _polygons(rings: Array, inside: Array, group: Array, many: int) -> Array:
    """Return the multipolygon of the rings of each group, told by what is inside: holes have less than 0."""
    shell = np.flatnonzero(inside > 0)
    polygon = np.full(len(rings), -1)
    polygon[shell] = np.arange(len(shell))
    plain = shapely.polygons(rings[shell])
    for hole in np.flatnonzero(inside < 0).tolist():
        around = shell[group[shell] == group[hole]]
        around = around[shapely.covers(plain[polygon[around]], rings[hole])]
        if len(around):
            polygon[hole] = polygon[around[np.argmin(inside[around])]]
    used = np.flatnonzero(polygon >= 0)
    order = used[np.lexsort((inside[used] < 0, polygon[used]))]
    polygons = shapely.polygons(rings[order], indices=polygon[order])
    result = np.full(many, shapely.MultiPolygon(), dtype=object)
    by_group = np.argsort(group[shell], kind="stable")
    groups, place = np.unique(group[shell][by_group], return_inverse=True)
    result[groups] = shapely.multipolygons(polygons[by_group], indices=place)
    return result
