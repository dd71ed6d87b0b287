"""Outlines of many groups of cells: the sides that only one cell of a group has, chained to rings."""

from __future__ import annotations

from typing import Iterable

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import slices

# Corners nearer than this are one: the frame cuts what two cells share once for each of them, m.
_SAME_M = 1e-6
# Odd numbers that make one number of two coordinates.
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


class CellOutlines:
    """The sides of cells, counterclockwise, and what lies beyond each.

    Parameters
    ----------
    cells
        Polygons without holes, in metres, that cover the ground once; neighbours share their corners.
    """

    def __init__(self, cells: Array) -> None:
        xy, of = shapely.get_coordinates(cells, return_index=True)
        corner = np.flatnonzero(of[1:] == of[:-1])
        cell = of[corner]
        self._first = np.searchsorted(cell, np.arange(len(cells) + 1))
        number = np.arange(len(corner))
        clockwise = np.bincount(cell, _twice_area(xy, corner, corner + 1), len(cells))[cell] < 0
        begin, end = corner + clockwise, corner + ~clockwise
        self._next = number + np.where(clockwise, -1, 1)
        first, last = self._first[cell], self._first[cell + 1] - 1
        self._next[~clockwise & (number == last)] = first[~clockwise & (number == last)]
        self._next[clockwise & (number == first)] = last[clockwise & (number == first)]
        place = _numbered(xy)
        self._begin, self._xy = place[begin], xy[begin]
        self._twin = _twins(place[begin], place[end])
        # The cell beyond the last one is none.
        self._beyond = np.where(self._twin >= 0, cell[self._twin], len(cells))
        self._is_chosen = np.zeros(len(cells) + 1, dtype=bool)
        self._position = np.empty(len(corner), dtype=np.int64)

    def outlines(self, groups: Iterable[Array]) -> Array:
        """Return the multipolygon of each group of cells, given by their rows, no group empty."""
        edges, follow, many = [], [], 0
        for chosen in groups:
            edge, after = self._around(chosen)
            self._position[edge] = np.arange(many, many + len(edge))
            edges.append(edge)
            follow.append(self._position[after])
            many += len(edge)
        if not edges:
            return np.empty(0, dtype=object)
        edge, group = np.concatenate(edges), np.repeat(np.arange(len(edges)), [len(one) for one in edges])
        begin = self._begin[edge]
        meets = _met_again(begin, group)
        rings = _rings(begin.tolist(), np.concatenate(follow).tolist(), meets.tolist())
        size = np.array([len(ring) for ring in rings])
        at = np.array([place for ring in rings for place in ring], dtype=np.int64)
        xy, of_ring = self._xy[edge[at]], np.repeat(np.arange(len(rings)), size)
        last = np.cumsum(size) - 1
        following = np.arange(1, len(at) + 1)
        following[last] = last - size + 1
        inside = np.bincount(of_ring, _twice_area(xy, np.arange(len(at)), following))
        return _polygons(shapely.linearrings(xy, indices=of_ring), inside, group[at[last]], len(edges))

    def _around(self, chosen: Array) -> tuple[Array, Array]:
        """Return the sides around chosen cells, and which of these follows each."""
        mine = self._is_chosen
        mine[chosen] = True
        side = slices(self._first, chosen)
        edge = side[~mine[self._beyond[side]]]
        after = self._next[edge]
        # Around the corner, through the cells that meet in it.
        inner = np.flatnonzero(mine[self._beyond[after]])
        while len(inner):
            after[inner] = self._next[self._twin[after[inner]]]
            inner = inner[mine[self._beyond[after[inner]]]]
        mine[chosen] = False
        return edge, after


def _twice_area(xy: Array, one: Array, two: Array) -> Array:
    """Return twice the area that each side adds to what is inside its ring."""
    x, y = (xy - xy[0]).T.copy()
    return np.asarray(x[one] * y[two] - x[two] * y[one])


def _numbered(xy: Array) -> Array:
    """Return a number for each place, the same for the same place."""
    x, y = np.rint(xy.T / _SAME_M).astype(np.int64).view(np.uint64)
    mixed = (x * _MIX[0]) ^ ((y + _MIX[0]) * _MIX[1])
    return np.asarray(mixed ^ (mixed >> np.uint64(29)))


def _twins(begin: Array, end: Array) -> Array:
    """Return for each side the same one of the neighbour, which runs the other way; -1 where none does."""
    both = begin + end
    order = np.argsort(both)
    one, two = order[:-1], order[1:]
    same = (both[one] == both[two]) & (begin[one] == end[two]) & (begin[two] == end[one])
    one, two = one[same], two[same]
    twin = np.full(len(begin), -1)
    twin[one], twin[two] = two, one
    # Not of three sides at one place.
    twin[(twin >= 0) & (twin[twin] != np.arange(len(twin)))] = -1
    return twin


def _rings(begin: list[int], follow: list[int], meets: list[bool]) -> list[list[int]]:
    """Return the rings of sides, no ring through a place twice.

    Told are where each side begins, which follows, and at which a place may be met again.
    """
    rings = []
    seen = bytearray(len(begin))
    for first in range(len(begin)):
        if seen[first]:
            continue
        path: list[int] = []
        there: dict[int, int] = {}
        side = first
        while not seen[side]:
            seen[side] = 1
            if meets[side]:
                place = begin[side]
                if place in there:
                    ring = path[there[place] :]
                    del path[there[place] :]
                    for one in ring:
                        there.pop(begin[one], None)
                    rings.append(ring)
                there[place] = len(path)
            path.append(side)
            side = follow[side]
        rings.append(path)
    # Two sides that differ by less than what is one place have nothing between them.
    return [ring for ring in rings if len(ring) > 2]


def _met_again(begin: Array, group: Array) -> Array:
    """Return which places are those of several sides of a group."""
    mixed = begin + group.astype(np.uint64) * _MIX[0]
    order = np.argsort(mixed)
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
