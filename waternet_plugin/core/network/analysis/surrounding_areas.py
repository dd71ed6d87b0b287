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
    single, only, several = _near_boxes(xy, shapely.bounds(areas))
    inner = shapely.points(xy[several]) if points is None else points[several]
    point, area = shapely.STRtree(areas).query(inner)
    point, area = np.concatenate([single, several[point]]), np.concatenate([only, area])
    # Asked by number the prepared areas answer; the tree would prepare each point instead.
    inside = np.flatnonzero(shapely.intersects_xy(areas[area], *xy[point].T))
    inside = inside[np.argsort(point[inside], kind="stable")]
    return point[inside], drawn[area[inside]]


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
    return first_of(point, area, ids, len(xy))


def first_of(point: Array, area: Array, ids: Array, points: int) -> Array:
    """Return the area of each of so many points, the first by id of those paired with it; -1 for none."""
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.argsort(ids.astype(str), kind="stable")] = np.arange(len(ids))
    inside = np.full(points, -1, dtype=np.int64)
    inside[point] = area
    # Few lie in several; what is written last stays.
    several = np.flatnonzero(np.bincount(point, minlength=points)[point] > 1)
    order = several[np.argsort(-rank[area[several]], kind="stable")]
    inside[point[order]] = area[order]
    return inside


def _near_boxes(xy: Array, boxes: Array) -> tuple[Array, Array, Array]:
    """Return points that may lie in one box only, that box of each, and points that may lie in several.

    Cells of a grid tell which boxes touch them.
    """
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    x, y = xy.T
    with np.errstate(invalid="ignore"):
        near = np.flatnonzero((x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1]))
    if len(xy) < _GRID**2 // _WORTH:
        # The areas themselves are asked sooner than the grid is made.
        return near[:0], near[:0], near
    step = np.maximum((high - low) / _GRID, 1e-9)

    def cell(places: Array) -> Array:
        return np.asarray(np.clip((places - low) / step, 0, _GRID - 1).astype(np.int64))

    first, last = cell(boxes[:, :2]), cell(boxes[:, 2:])
    # Corners of each box raise and lower a sum that runs over the grid: of boxes, and of their numbers.
    touching, number = (np.zeros((_GRID + 1, _GRID + 1), dtype=np.int64) for _ in range(2))
    for columns, rows, sign in (
        (first[:, 0], first[:, 1], 1),
        (first[:, 0], last[:, 1] + 1, -1),
        (last[:, 0] + 1, first[:, 1], -1),
        (last[:, 0] + 1, last[:, 1] + 1, 1),
    ):
        np.add.at(touching, (columns, rows), sign)
        np.add.at(number, (columns, rows), sign * np.arange(len(boxes)))
    touching, number = (each.cumsum(axis=0).cumsum(axis=1) for each in (touching, number))
    column, row = cell(xy[near]).T
    boxes_there = touching[column, row]
    single = boxes_there == 1
    # Where there is one box the sum of the numbers is its own.
    return near[single], number[column[single], row[single]], near[boxes_there > 1]
