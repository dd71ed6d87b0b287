"""Outlines of zones from their pipes: areas that neither overlap nor leave slivers between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Delaunay, cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.outline_points import (
    OUTSIDE,
    OutlinePoints,
    first_rows,
    outline_points,
    widest_gap_m,
)
from waternet_plugin.core.dma.zone_tree import ZoneTree

# How far a border may be moved to have fewer vertices: between zones, and towards the outside, m.
_STRAIGHT_M, _SMOOTH_M = 0.01, 6.0
# Points that are laid out at once, and how many times its margin a side of a square of larger networks is.
_MOST_POINTS, _MARGINS_A_SIDE = 300_000, 10


@dataclass(frozen=True)
class Outlines:
    """Areas of zones, and which zones share a border.

    Parameters
    ----------
    areas
        MultiPolygons (Z,), None for a zone without pipes; that of a zone holds those of the zones in it.
    neighbours
        Numbers of two zones that border on each other, the smaller first (n, 2); zones that hold other zones
        are not among them, but where they have pipes of their own.
    """

    areas: Array
    neighbours: Array


def zone_outlines(lines: Array, zone: Array, zones: ZoneTree, reach_m: float) -> Outlines:
    """Return the areas of zones.

    Each place belongs to the zone of the pipe that is nearest, up to ``reach_m`` from it; blocks that zones
    enclose belong to them. Pipes of no zone have no area.

    Parameters
    ----------
    lines
        Pipes as LineStrings (P,), None without a place.
    zone
        Number of the deepest zone that holds each pipe (P,), below 0 for none.
    zones
        The zones, ``Z`` of them.
    reach_m
        How far from its pipes an outline runs, m.
    """
    areas = np.full(zones.count, None, dtype=object)
    zone = np.asarray(zone, dtype=np.int64)
    is_drawn = (zone >= 0) & ~shapely.is_missing(lines) & ~shapely.is_empty(lines)
    if not is_drawn.any():
        return Outlines(areas, np.empty((0, 2), dtype=np.int64))
    origin = np.floor(shapely.get_coordinates(lines[is_drawn][:1])[0] / 1000.0) * 1000.0
    moved = shapely.transform(shapely.force_2d(lines[is_drawn]), lambda xy: xy - origin)
    points = outline_points(moved, zone[is_drawn], reach_m)
    segments, sides = _borders(points, reach_m)
    faces = _faces(segments, sides)
    owner = points.label[
        cKDTree(points.xy).query(shapely.get_coordinates(shapely.point_on_surface(faces)))[1]
    ]
    faces = shapely.transform(faces, lambda xy: xy + origin)
    own = {number: faces[owner == number] for number in np.unique(owner[owner >= 0]).tolist()}
    for number in range(zones.count):
        parts = [own[inside] for inside in np.flatnonzero(zones.ancestors[number]).tolist() if inside in own]
        if parts:
            areas[number] = _joined(np.concatenate(parts), is_one=len(parts) == 1)
    between = sides[(sides >= 0).all(axis=1)]
    return Outlines(areas, np.unique(np.sort(between, axis=1), axis=0))


def _borders(points: OutlinePoints, reach_m: float) -> tuple[Array, Array]:
    """Return the lines between cells of different zones as segments (n, 2, 2), m, and the two zones (n, 2).

    The cells are those of Voronoi. Large networks are laid out in squares, which keeps memory low.
    """
    borders = [
        _borders_among(points.xy[rows], points.label[rows], square)
        for rows, square in _squares(points.xy, 2 * widest_gap_m(reach_m))
    ]
    segments, sides = (np.concatenate(parts) for parts in zip(*borders))
    # Each once, from the lower end: rounding may lay two over each other, or make one a point.
    turned = segments[:, 0, 0] > segments[:, 1, 0]
    turned |= (segments[:, 0, 0] == segments[:, 1, 0]) & (segments[:, 0, 1] > segments[:, 1, 1])
    segments[turned] = segments[turned][:, ::-1]
    once = first_rows(*segments.reshape(-1, 4).T)
    once = once[(segments[once, 0] != segments[once, 1]).any(axis=1)]
    return segments[once], sides[once]


def _squares(xy: Array, margin_m: float) -> Iterator[tuple[Array, Array | None]]:
    """Yield rows of points in squares with a margin, and lower left and upper right of each (2, 2), m.

    Few points are one part without a square. Borders in a square come from points no farther than the margin.
    """
    if len(xy) <= _MOST_POINTS:
        yield np.arange(len(xy)), None
        return
    side = _MARGINS_A_SIDE * margin_m
    square = np.floor(xy / side).astype(np.int64)
    for west, south in square[first_rows(*square.T)].tolist():
        corners = np.array([[west, south], [west + 1, south + 1]]) * side
        inside = ((xy >= corners[0] - margin_m) & (xy < corners[1] + margin_m)).all(axis=1)
        yield np.flatnonzero(inside), corners


def _borders_among(xy: Array, label: Array, square: Array | None) -> tuple[Array, Array]:
    """Return segments between labels (n, 2, 2), those with their middles in a square, and the labels (n, 2).

    Corners of cells are the middles of the circles around Delaunay's triangles.
    """
    triangulation = Delaunay(xy)
    triangle, side = np.nonzero(triangulation.neighbors > np.arange(len(triangulation.simplices))[:, None])
    ends = np.stack([triangulation.simplices[triangle, (side + turn) % 3] for turn in (1, 2)], axis=1)
    sides = label[ends]
    differ = sides[:, 0] != sides[:, 1]
    triangle, side, sides = triangle[differ], side[differ], sides[differ]
    both = np.stack([triangle, triangulation.neighbors[triangle, side]], axis=1)
    wanted, row = np.unique(both, return_inverse=True)
    # Points in their order, so that a corner is the same number in neighbouring squares; and corners that
    # rounding tells apart are one.
    corners = np.round(_circle_middles(xy[np.sort(triangulation.simplices[wanted], axis=1)]), 4)
    segments = corners[row.reshape(both.shape)]
    if square is None:
        return segments, sides
    middle = segments.mean(axis=1)
    inside = ((middle >= square[0]) & (middle < square[1])).all(axis=1)
    return segments[inside], sides[inside]


def _circle_middles(triangles: Array) -> Array:
    """Return the middles (n, 2) of the circles through the corners of triangles (n, 3, 2), m."""
    first = triangles[:, 0]
    ahead, behind = triangles[:, 1] - first, triangles[:, 2] - first
    cross = 2 * (ahead[:, 0] * behind[:, 1] - ahead[:, 1] * behind[:, 0])
    square_one, square_two = (ahead**2).sum(axis=1), (behind**2).sum(axis=1)
    x = behind[:, 1] * square_one - ahead[:, 1] * square_two
    y = ahead[:, 0] * square_two - behind[:, 0] * square_one
    return np.asarray(first + np.column_stack([x, y]) / cross[:, None])


def _faces(segments: Array, sides: Array) -> Array:
    """Return the areas that borders enclose, with straight borders made of few vertices."""
    middles = cKDTree(segments.mean(axis=1))
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(segments)))
    chains = _open(shapely.get_parts(merged))
    first = [shapely.get_coordinates(shapely.get_point(chains, coordinate)) for coordinate in (0, 1)]
    _off, segment = middles.query((first[0] + first[1]) / 2)
    slack = np.where((sides[segment] == OUTSIDE).any(axis=1), _SMOOTH_M, _STRAIGHT_M)
    smooth = shapely.simplify(chains, slack, preserve_topology=True)
    return np.asarray(shapely.get_parts(shapely.polygonize(_uncrossed(smooth, chains))))


def _open(chains: Array) -> Array:
    """Return chains with rings cut in two, so that making them simpler leaves them an area."""
    rings = shapely.is_closed(chains)
    halves = []
    for ring in chains[rings].tolist():
        xy = shapely.get_coordinates(ring)
        far = int(np.argmax(np.hypot(*(xy - xy[0]).T)))
        halves += [shapely.linestrings(xy[: far + 1]), shapely.linestrings(xy[far:])]
    return np.concatenate([chains[~rings], np.array(halves, dtype=object)])


def _uncrossed(smooth: Array, chains: Array) -> Array:
    """Return the simpler chains, but as they were where two would cross or touch in the middle."""
    while True:
        first, second = shapely.STRtree(smooth).query(smooth, predicate="intersects")
        pair = first < second
        first, second = first[pair], second[pair]
        shared = shapely.intersection(smooth[first], smooth[second])
        ends = shapely.union(shapely.boundary(smooth[first]), shapely.boundary(smooth[second]))
        bad = ~shapely.covers(ends, shared)
        twisted = np.flatnonzero(~shapely.is_simple(smooth))
        again = np.union1d(np.concatenate([first[bad], second[bad]]), twisted).astype(np.int64)
        again = again[shapely.get_num_points(smooth[again]) != shapely.get_num_points(chains[again])]
        if not len(again):
            return smooth
        smooth = smooth.copy()
        smooth[again] = chains[again]


def _joined(faces: Array, *, is_one: bool) -> shapely.MultiPolygon:
    """Return areas as one; those of one zone share no border."""
    if is_one:
        return shapely.multipolygons(faces.tolist())
    return shapely.multipolygons(np.asarray(shapely.get_parts(shapely.union_all(faces))).tolist())
