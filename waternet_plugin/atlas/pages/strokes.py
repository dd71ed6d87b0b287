"""Pipes as the few strokes that can be told apart in a small picture."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

# Pipes are rounded to this grid on paper, coarser while more strokes than can be told apart remain.
_GRID_MM = 0.2
_MOST_STROKES = 4000


def _strokes(geometry: Array, bounds: tuple[float, float, float, float], cell: float) -> Array:
    """Return the different strokes (x1, y1, x2, y2 in cells) that lines become on a coarse grid."""
    west, _, _, north = bounds
    xy, line = shapely.get_coordinates(geometry, return_index=True)
    cells = np.rint(np.column_stack([xy[:, 0] - west, north - xy[:, 1]]) / cell).astype(np.int64)
    joined = (line[1:] == line[:-1]) & (cells[1:] != cells[:-1]).any(axis=1)
    start, end = cells[:-1][joined], cells[1:][joined]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[swap], end[swap] = end[swap], start[swap].copy()
    return np.unique(np.hstack([start, end]), axis=0)


def strokes_of(geometry: Array, bounds: tuple[float, float, float, float], metres_per_mm: float) -> Array:
    """Return the strokes of lines within bounds.

    Parameters
    ----------
    geometry
        Lines; missing ones are none.
    bounds
        xmin, ymin, xmax, ymax.
    metres_per_mm
        Of the picture.

    Returns
    -------
    x1, y1, x2, y2 of each stroke, mm from the upper left corner.
    """
    # Parts of multi-lines must not be joined, and what lies outside the bounds is not shown.
    parts = geometry[shapely.intersects(shapely.box(*bounds), geometry)]
    if (shapely.get_num_geometries(parts) > 1).any():
        parts = shapely.get_parts(parts)
    parts = shapely.clip_by_rect(parts, *bounds)
    parts = shapely.get_parts(parts[~shapely.is_empty(parts)])
    grid = _GRID_MM
    strokes = _strokes(parts, bounds, grid * metres_per_mm)
    while len(strokes) > _MOST_STROKES:
        grid *= 1.5
        strokes = _strokes(parts, bounds, grid * metres_per_mm)
    return strokes * grid
