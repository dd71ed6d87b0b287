"""Vertices of lines and points as arrays of x, y and height, m; a height that nobody knows is NaN.

GEOS before 3.12 judges by the first vertex whether a line has heights: one whose first height is unknown
seems to have none at all. So nothing here asks for `has_z`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

# A line shorter than this has no length, m: coordinates are kept to a millimetre.
NO_LENGTH_M = 1e-3


def xyz(shape: Any) -> Array:
    """Return the vertices of a geometry, (vertices, 3); NaN for heights that it does not know."""
    found: Array = shapely.get_coordinates(shape, include_z=True)
    return found


def are_same(one: Array, other: Array) -> bool:
    """Return whether two arrays of numbers are the same; unknown ones are the same as unknown ones."""
    if one.shape != other.shape:
        return False
    # Quicker than `numpy.array_equal`, for the few numbers of a line.
    same = one == other
    return bool(same.all() or (same | ((one != one) & (other != other))).all())  # noqa: PLR0124


def knows_heights(shape: Any) -> bool:
    """Return whether a geometry knows the height of one vertex at least."""
    return bool(np.isfinite(xyz(shape)[:, 2]).any())


def line_of(vertices: Array) -> shapely.LineString:
    """Return a line of vertices, (vertices, 3); flat where no height is known."""
    known = bool(np.isfinite(vertices[:, 2]).any())
    return shapely.linestrings(vertices if known else vertices[:, :2])


def point_of(vertex: Array) -> shapely.Point:
    """Return a point of x, y and height; flat where the height is unknown."""
    return shapely.points(vertex if np.isfinite(vertex[2]) else vertex[:2])


def distances_along(vertices: Array) -> Array:
    """Return how far each vertex lies from the first one along the line in plan, m."""
    steps = vertices[1:, :2] - vertices[:-1, :2]
    along = np.zeros(len(vertices))
    np.cumsum(np.hypot(steps[:, 0], steps[:, 1]), out=along[1:])
    return along


def with_heights_between(vertices: Array) -> Array:
    """Return vertices with unknown heights between known ones interpolated; beyond them they stay unknown."""
    known = np.isfinite(vertices[:, 2])
    if known.all() or known.sum() < 2:
        return vertices
    along = distances_along(vertices)
    result = vertices.copy()
    result[:, 2] = np.interp(along, along[known], vertices[known, 2], left=np.nan, right=np.nan)
    # What is known stays exactly as it is.
    result[known, 2] = vertices[known, 2]
    return result


def vertices_between(vertices: Array, start_m: float, end_m: float, same_m: float = 1e-9) -> Array:
    """Return the part of a line between two distances from its beginning, heights between interpolated."""
    vertices = with_heights_between(vertices)
    along = distances_along(vertices)
    inner = vertices[(along > start_m + same_m) & (along < end_m - same_m)]
    first, last = (vertex_at(vertices, along, at) for at in (start_m, end_m))
    return np.vstack([first, inner, last])


def vertex_at(vertices: Array, along: Array, at_m: float) -> Array:
    """Return the vertex at a distance from the beginning; its height is known where both beside it are.

    Parameters
    ----------
    vertices, along
        Vertices of the line, (vertices, 3), and `distances_along` of them, m.
    at_m
        The distance, m.
    """
    place = min(max(int(along.searchsorted(at_m, side="right")) - 1, 0), len(along) - 2)
    span = float(along[place + 1] - along[place])
    share = min(max((at_m - float(along[place])) / span, 0.0), 1.0) if span > 0 else 0.0
    if share == 0.0:
        return np.asarray(vertices[place])
    if share == 1.0:
        return np.asarray(vertices[place + 1])
    return np.asarray(vertices[place] + share * (vertices[place + 1] - vertices[place]))


def passes(lines: Array, points: Array, same_m: float) -> tuple[Array, Array]:
    """Return where lines pass points, each with its own, on their middle: a folded line passes one twice.

    Parameters
    ----------
    lines, points
        Pairs of a line and a point (P,).
    same_m
        How far off the line a point may lie, and how near its ends it no longer counts as between them, m.

    Returns
    -------
    The pair of each pass, and how far along the line it is, m (passes,); by pair and distance.
    """
    nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    if not len(lines):
        return nothing
    at, owner = shapely.get_coordinates(lines, return_index=True)
    place = shapely.get_coordinates(points)
    first = np.flatnonzero(owner[1:] == owner[:-1])
    start, span, pair = at[first], at[first + 1] - at[first], owner[first]
    long = np.hypot(*span.T)
    offset = place[pair] - start
    share = np.clip((offset * span).sum(axis=1) / np.where(long > 0, long, 1.0) ** 2, 0.0, 1.0)
    near = np.hypot(*(offset - share[:, np.newaxis] * span).T) <= same_m
    ends = np.cumsum(long)
    before = ends - long
    begins = np.full(len(lines), np.inf)
    np.minimum.at(begins, pair, before)
    along = before - begins[pair] + share * long
    near &= (along > same_m) & (along < shapely.length(lines)[pair] - same_m)
    pair, along = pair[near], along[near]
    if not len(pair):
        return nothing
    order = np.lexsort((along, pair))
    pair, along = pair[order], along[order]
    # At a vertex both stretches say the same.
    is_other = np.append(True, (np.diff(pair) > 0) | (np.diff(along) > 2 * same_m))
    return pair[is_other], along[is_other]
