"""Outlines of zones from their pipes: areas that neither overlap nor leave slivers between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Delaunay, cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.outline_points import OUTSIDE, OutlinePoints, outline_points
from waternet_plugin.core.dma.zone_tree import ZoneTree

# How far a border may be moved to have fewer vertices: between zones, and towards the outside, m.
_STRAIGHT_M, _SMOOTH_M = 0.01, 6.0


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
    there = (zone >= 0) & ~shapely.is_missing(lines) & ~shapely.is_empty(lines)
    if not there.any():
        return Outlines(areas, np.empty((0, 2), dtype=np.int64))
    origin = np.floor(shapely.get_coordinates(lines[there][:1])[0] / 1000.0) * 1000.0
    moved = shapely.transform(shapely.force_2d(lines[there]), lambda xy: xy - origin)
    points = outline_points(moved, zone[there], reach_m)
    segments, sides = _borders(points)
    faces = _faces(segments, sides)
    owner = points.label[
        cKDTree(points.xy).query(shapely.get_coordinates(shapely.point_on_surface(faces)))[1]
    ]
    faces = shapely.transform(faces, lambda xy: xy + origin)
    own = {number: faces[owner == number] for number in np.unique(owner[owner >= 0]).tolist()}
    for number in range(zones.count):
        parts = [own[one] for one in np.flatnonzero(zones.ancestors[number]).tolist() if one in own]
        if parts:
            areas[number] = _joined(np.concatenate(parts), is_one=len(parts) == 1)
    between = sides[(sides >= 0).all(axis=1)]
    return Outlines(areas, np.unique(np.sort(between, axis=1), axis=0))


def _borders(points: OutlinePoints) -> tuple[Array, Array]:
    """Return the lines between cells of different zones as segments (n, 2, 2), m, and the two zones (n, 2).

    The cells are those of Voronoi: their corners are the middles of the circles around Delaunay's triangles.
    """
    found = Delaunay(points.xy)
    triangle, side = np.nonzero(found.neighbors > np.arange(len(found.simplices))[:, None])
    ends = np.stack([found.simplices[triangle, (side + turn) % 3] for turn in (1, 2)], axis=1)
    sides = points.label[ends]
    differ = sides[:, 0] != sides[:, 1]
    triangle, side, sides = triangle[differ], side[differ], sides[differ]
    both = np.stack([triangle, found.neighbors[triangle, side]], axis=1)
    wanted, row = np.unique(both, return_inverse=True)
    # Corners that rounding tells apart are one.
    corners = np.round(_circle_middles(points.xy[found.simplices[wanted]]), 4)
    segments = corners[row.reshape(both.shape)]
    # Each once, from the lower end: rounding may lay two over each other, or make one a point.
    turned = segments[:, 0, 0] > segments[:, 1, 0]
    turned |= (segments[:, 0, 0] == segments[:, 1, 0]) & (segments[:, 0, 1] > segments[:, 1, 1])
    segments[turned] = segments[turned][:, ::-1]
    _, once = np.unique(segments.reshape(-1, 4), axis=0, return_index=True)
    once = once[(segments[once, 0] != segments[once, 1]).any(axis=1)]
    return segments[once], sides[once]


def _circle_middles(triangles: Array) -> Array:
    """Return the middles (n, 2) of the circles through the corners of triangles (n, 3, 2), m."""
    first = triangles[:, 0]
    one, two = triangles[:, 1] - first, triangles[:, 2] - first
    cross = 2 * (one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])
    square_one, square_two = (one**2).sum(axis=1), (two**2).sum(axis=1)
    x = two[:, 1] * square_one - one[:, 1] * square_two
    y = one[:, 0] * square_two - two[:, 0] * square_one
    return np.asarray(first + np.column_stack([x, y]) / cross[:, None])


def _faces(segments: Array, sides: Array) -> Array:
    """Return the areas that borders enclose, with straight borders made of few vertices."""
    middles = cKDTree(segments.mean(axis=1))
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(segments)))
    chains = _open(shapely.get_parts(merged))
    first = [shapely.get_coordinates(shapely.get_point(chains, place)) for place in (0, 1)]
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
        tree = shapely.STRtree(smooth)
        one, two = tree.query(smooth, predicate="intersects")
        pair = one < two
        one, two = one[pair], two[pair]
        shared = shapely.intersection(smooth[one], smooth[two])
        ends = shapely.union(shapely.boundary(smooth[one]), shapely.boundary(smooth[two]))
        bad = ~shapely.covers(ends, shared)
        twisted = np.flatnonzero(~shapely.is_simple(smooth))
        again = np.union1d(np.concatenate([one[bad], two[bad]]), twisted).astype(np.int64)
        again = again[shapely.get_num_points(smooth[again]) != shapely.get_num_points(chains[again])]
        if not len(again):
            return smooth
        smooth = smooth.copy()
        smooth[again] = chains[again]


def _joined(faces: Array, *, is_one: bool) -> shapely.MultiPolygon:
    """Return areas as one; those of one zone share no border."""
    if is_one:
        return shapely.multipolygons(faces.tolist())
    union = shapely.union_all(faces)
    return shapely.multipolygons(np.asarray(shapely.get_parts(union)).tolist())
