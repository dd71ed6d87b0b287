"""Draw the whole book small: which sheets there are and where the pipes run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from qgis.PyQt.QtGui import QPainterPath

from waternet_plugin.atlas.pages.page import Overview
from waternet_plugin.atlas.pages.strokes import strokes_of


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
    strokes = strokes_of(geometry, (west, south, east, north), per_mm)
    path = QPainterPath()
    last = None
    for x1, y1, x2, y2 in (strokes * dots).tolist():
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
