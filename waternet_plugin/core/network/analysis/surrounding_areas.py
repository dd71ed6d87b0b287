"""Which areas lie around points."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

# Cells of the grid, by each side, that tells which points may lie in an area.
_GRID = 512
# As many cells as are looked through in the time in which one point is looked for in the areas.
_WORTH = 64


def surrounding_areas(xy: Array, shapes: Array, points: Array | None = None) -> tuple[Array, Array]:
    """Return all pairs of a point and an area that it lies in or on, as rows of both, by point.

    Parameters
    ----------
    xy
        Points, (points, 2), m; NaN for unknown ones, which lie in no area.
    shapes
        Polygons, None for unknown ones; one whose boundary crosses itself counts as `shapely.make_valid`
        mends it.
    points
        The same points as shapes, where there are such already.
    """
    drawn = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if not len(drawn) or not len(xy):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    areas = sound_areas(shapes[drawn])
    shapely.prepare(areas)
    near = np.flatnonzero(_maybe_inside(xy, shapely.bounds(areas)))
    inner = shapely.points(xy[near]) if points is None else points[near]
    point, area = shapely.STRtree(areas).query(inner, predicate="intersects")
    return near[point], drawn[area]


def sound_areas(shapes: Array) -> Array:
    """Return areas with those made valid whose boundary crosses itself."""
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if not broken.any():
        return shapes
    sound = shapes.copy()
    sound[broken] = shapely.make_valid(shapes[broken])
    return sound


def first_area(xy: Array, shapes: Array, ids: Array) -> Array:
    """Return the row of the area around each point, the first by id where several overlap; -1 for none."""
    point, area = surrounding_areas(xy, shapes)
    order = np.lexsort((ids[area].astype(str), point))
    point, first = np.unique(point[order], return_index=True)
    inside = np.full(len(xy), -1, dtype=np.int64)
    inside[point] = area[order][first]
    return inside


def _maybe_inside(xy: Array, boxes: Array) -> Array:
    """Return which points may lie in one of some boxes: those in cells of a grid that one touches."""
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    with np.errstate(invalid="ignore"):
        in_box = ((xy >= low) & (xy <= high)).all(axis=1)
    if len(xy) < _GRID**2 // _WORTH:
        # The areas themselves are asked sooner than the grid is made.
        return np.asarray(in_box)
    step = np.maximum((high - low) / _GRID, 1e-9)

    def cell(places: Array) -> Array:
        return np.asarray(np.clip((places - low) / step, 0, _GRID - 1).astype(np.int64))

    first, last = cell(boxes[:, :2]), cell(boxes[:, 2:])
    # Corners of each box raise and lower a count that runs over the grid.
    count = np.zeros((_GRID + 1, _GRID + 1), dtype=np.int64)
    for columns, rows, sign in (
        (first[:, 0], first[:, 1], 1),
        (first[:, 0], last[:, 1] + 1, -1),
        (last[:, 0] + 1, first[:, 1], -1),
        (last[:, 0] + 1, last[:, 1] + 1, 1),
    ):
        np.add.at(count, (columns, rows), sign)
    touched = count.cumsum(axis=0).cumsum(axis=1) > 0
    at = cell(xy[in_box])
    in_box[in_box] = touched[at[:, 0], at[:, 1]]
    return np.asarray(in_box)
