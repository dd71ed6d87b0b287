"""Draw the whole book small: which sheets there are and where the pipes run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from qgis.PyQt.QtGui import QPainterPath

from waternet_plugin.atlas.pages.page import Overview

# Pipes are rounded to this grid on paper, coarser while more strokes than can be told apart remain.
_GRID_MM = 0.2
_MOST_STROKES = 4000


def _strokes(geometry: np.ndarray, bounds: tuple[float, float, float, float], cell: float) -> np.ndarray:
    """Return the different strokes (x1, y1, x2, y2 in cells) that lines become on a coarse grid."""
    west, _, _, north = bounds
    xy, line = shapely.get_coordinates(geometry, return_index=True)
    cells = np.rint(np.column_stack([xy[:, 0] - west, north - xy[:, 1]]) / cell).astype(np.int64)
    joined = (line[1:] == line[:-1]) & (cells[1:] != cells[:-1]).any(axis=1)
    start, end = cells[:-1][joined], cells[1:][joined]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[swap], end[swap] = end[swap], start[swap].copy()
    return np.unique(np.hstack([start, end]), axis=0)


def overview_of(
    sheets: pd.DataFrame, geometry: np.ndarray, *, width_mm: float, height_mm: float, dots: float
) -> Overview:
    """Return the picture of all sheets of a book.

    Parameters
    ----------
    sheets
        The sheet index.
    geometry
        The pipes.
    width_mm, height_mm
        The room on paper.
    dots
        Dots per mm.
    """
    boxes = [tuple(row) for row in shapely.bounds(sheets["geom"].to_numpy()).tolist()]
    array = np.asarray(boxes)
    west, south, east, north = array[:, 0].min(), array[:, 1].min(), array[:, 2].max(), array[:, 3].max()
    per_mm = max((east - west) / width_mm, (north - south) / height_mm)
    # Parts of multi-lines must not be joined, and what lies outside the book is not shown.
    parts = shapely.get_parts(geometry)
    near = shapely.intersects(shapely.box(west, south, east, north), parts)
    parts = shapely.clip_by_rect(parts[near], west, south, east, north)
    parts = shapely.get_parts(parts[~shapely.is_empty(parts)])
    grid = _GRID_MM
    strokes = _strokes(parts, (west, south, east, north), grid * per_mm)
    while len(strokes) > _MOST_STROKES:
        grid *= 1.5
        strokes = _strokes(parts, (west, south, east, north), grid * per_mm)
    path = QPainterPath()
    last = None
    for x1, y1, x2, y2 in (strokes * (grid * dots)).tolist():
        if last != (x1, y1):
            path.moveTo(x1, y1)
        path.lineTo(x2, y2)
        last = (x2, y2)
    return Overview(
        path=path,
        width=(east - west) / per_mm,
        height=(north - south) / per_mm,
        west=west,
        north=north,
        metres_per_mm=per_mm,
        sheets=tuple(boxes),
    )
