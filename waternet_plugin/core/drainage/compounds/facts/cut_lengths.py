"""Lengths of pipes cut at the boundaries of areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.network.analysis.surrounding_areas import sound_areas, surrounding_areas
from waternet_plugin.core.network.model.row_groups import order_of

# Less is rounding: as a share of a line, and beside a boundary, m.
_LEAST_SHARE, _BESIDE_M = 1e-9, 1e-6


@dataclass(frozen=True)
class CutLines:
    """Stretches of lines and the areas that they lie in.

    Parameters
    ----------
    line, area, share
        Rows of the line and the area of each stretch, and its share of the line's drawn length, above 0 to 1.
    """

    line: Array
    area: Array
    share: Array


def cut_lines(lines: Array, shapes: Array, named: Array, around: Array) -> CutLines:
    """Cut lines at the boundaries of areas; no stretch counts twice.

    Where areas overlap, a stretch counts in the one that its line names, else in the first. A line that names
    an area without a polygon, or that is itself not drawn, counts whole in the area it names.

    Parameters
    ----------
    lines
        Lines, None for unknown ones, (L,).
    shapes
        Polygons, None for unknown ones, (A,).
    named
        Row of the area that each line names, -1 for none, (L,).
    around
        Row of the area in which a point of each line counts, where that was looked for, else -1, (L,).
    """
    is_drawn = ~shapely.is_missing(lines) & ~shapely.is_empty(lines)
    whole = (named >= 0) & (~is_drawn | np.append(shapely.is_missing(shapes), False)[named])
    rows = np.flatnonzero(is_drawn & ~whole)
    drawn = lines[rows]
    breaks, along = _meetings(drawn, shapes)
    # A line that meets no boundary lies where any point of it lies.
    is_single = around[rows] >= 0
    is_single[breaks[0]] = False
    single = np.flatnonzero(is_single)
    line, begin, end = _stretches(np.flatnonzero(~is_single), breaks)
    middle = (begin + end) / 2
    points = shapely.line_interpolate_point(drawn[line], middle, normalized=True)
    stretch, area = surrounding_areas(shapely.get_coordinates(points), shapes, points)
    # A line on a boundary lies in both areas, though the middle of a stretch may be rounded out of them.
    beside, side = _stretches_beside(line, middle, along)
    stretch, area = np.concatenate([stretch, beside]), np.concatenate([area, side])
    order = np.lexsort((area, area != named[rows[line[stretch]]], stretch))
    stretch, first = np.unique(stretch[order], return_index=True)
    at, in_one = np.flatnonzero(whole), rows[single]
    cut = np.concatenate([single, line[stretch]])
    by_line = order_of(cut)
    return CutLines(
        np.concatenate([at, rows[cut[by_line]]]),
        np.concatenate([named[at], np.concatenate([around[in_one], area[order][first]])[by_line]]),
        np.concatenate([np.ones(len(at)), np.append(np.ones(len(single)), (end - begin)[stretch])[by_line]]),
    )


@dataclass(frozen=True)
class _Along:
    """Parts of lines that run along boundaries: rows of line and area, shares where they begin and end."""

    line: Array
    area: Array
    begin: Array
    end: Array


def _segments(shapes: Array) -> tuple[Array, Array]:
    """Return first and last points of the segments of lines and rings, (S, 2, 2), m, and the row of each."""
    xy, row = shapely.get_coordinates(shapes, return_index=True)
    goes_on = row[1:] == row[:-1]
    return np.stack([xy[:-1], xy[1:]], axis=1)[goes_on], row[1:][goes_on]


def _cross(one: Array, other: Array) -> Array:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def _meetings(lines: Array, shapes: Array) -> tuple[tuple[Array, Array], _Along]:
    """Return where lines meet boundaries, as rows and shares of the lines, and what runs along them."""
    parts, of_part = shapely.get_parts(sound_areas(shapes), return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    edges, ring = _segments(rings)
    tree = shapely.STRtree(shapely.linestrings(edges))
    line, edge = tree.query(lines)
    near, segment = np.unique(line, return_inverse=True)
    segments, row = _segments(lines[near])
    if len(segments) > len(near):
        segment, edge = tree.query(shapely.linestrings(segments))
    length_m = np.hypot(*(segments[:, 1] - segments[:, 0]).T)
    before_m = np.cumsum(length_m) - length_m
    first = np.searchsorted(row, np.arange(len(near)))
    in_all_m = np.bincount(row, length_m, minlength=len(near))

    def share(at: Array, chosen: Array) -> Array:
        """Return shares of the lines at shares of their segments."""
        mine = segment[chosen]
        from_m = before_m[mine] - before_m[first[row[mine]]]
        return np.asarray((from_m + at * length_m[mine]) / in_all_m[row[mine]])

    start, way = segments[segment, 0], (segments[:, 1] - segments[:, 0])[segment]
    corner, side = edges[edge, 0] - start, (edges[:, 1] - edges[:, 0])[edge]
    other = corner + side
    with np.errstate(invalid="ignore", divide="ignore"):
        turn = _cross(way, side)
        on_segment, on_edge = _cross(corner, side) / turn, _cross(corner, way) / turn
        off_m = np.maximum(abs(_cross(corner, way)), abs(_cross(other, way))) / length_m[segment]
        ends = [(each * way).sum(axis=1) / length_m[segment] ** 2 for each in (corner, other)]
        low, high = (np.clip(each, 0, 1) for each in (np.minimum(*ends), np.maximum(*ends)))
    # Rounding at corners may give a break too many, which does no harm.
    crossing = np.flatnonzero((on_segment > 0) & (on_segment < 1) & (abs(on_edge - 0.5) < 0.5 + _LEAST_SHARE))
    beside = np.flatnonzero((off_m < _BESIDE_M) & (low < high))
    along = _Along(
        near[row[segment[beside]]],
        of_part[of_ring[ring[edge[beside]]]],
        share(low[beside], beside),
        share(high[beside], beside),
    )
    breaks = np.concatenate([near[row[segment[crossing]]], along.line, along.line])
    return (breaks, np.concatenate([share(on_segment[crossing], crossing), along.begin, along.end])), along


def _stretches(lines: Array, breaks: tuple[Array, Array]) -> tuple[Array, Array, Array]:
    """Return the stretches of some lines between breaks: line, and shares where each begins and ends."""
    line = np.concatenate([lines, breaks[0]])
    begin = np.concatenate([np.zeros(len(lines)), breaks[1]])
    order = np.lexsort((begin, line))
    line, begin = line[order], begin[order]
    end = np.append(begin[1:], 1.0)
    end[np.append(line[1:] != line[:-1], True)] = 1.0
    chosen = end - begin > _LEAST_SHARE
    return line[chosen], begin[chosen], end[chosen]


def _stretches_beside(line: Array, middle: Array, along: _Along) -> tuple[Array, Array]:
    """Return pairs of a stretch whose middle runs along a boundary and the area of that."""
    # Lines apart by 2, so that shares of one don't reach the next.
    place = line * 2 + middle
    first = np.searchsorted(place, along.line * 2 + along.begin)
    count = np.maximum(np.searchsorted(place, along.line * 2 + along.end) - first, 0)
    record = np.repeat(np.arange(len(count)), count)
    return first[record] + steps(count), along.area[record]
