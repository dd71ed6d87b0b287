"""Heights of lines drawn in QGIS: what is between known ones is interpolated, unknown stays unknown."""

from __future__ import annotations

import math

from qgis.core import QgsGeometry, QgsLineString, QgsPoint, QgsWkbTypes


def _filled(heights: list[float], along: list[float]) -> list[float]:
    """Return heights with gaps between known ones interpolated; beyond the last known one they stay so.

    Parameters
    ----------
    heights
        NaN where unknown.
    along
        Distance of each vertex from the start, in metres.
    """
    known = [place for place, height in enumerate(heights) if math.isfinite(height)]
    result = list(heights)
    for first, last in zip(known, known[1:]):
        span = along[last] - along[first]
        for place in range(first + 1, last):
            part = (along[place] - along[first]) / span if span > 0 else 0.0
            result[place] = heights[first] + part * (heights[last] - heights[first])
    return result


def mended(geometry: QgsGeometry, *, drawn_as: float | None = None) -> QgsGeometry | None:
    """Return a line whose missing heights are filled from its neighbours, None where nothing is to do.

    Parameters
    ----------
    geometry
        A line; others are left alone.
    drawn_as
        The height QGIS gives to what is drawn where it knows none: taken as unknown.

    Returns
    -------
    The line; vertices stay without a height (NaN, never 0) where no vertex has one.
    """
    line = geometry.constGet()
    if not isinstance(line, QgsLineString) or not line.is3D() or line.isMeasure():
        return None
    points = [line.pointN(number) for number in range(line.numPoints())]
    heights = [math.nan if drawn_as is not None and point.z() == drawn_as else point.z() for point in points]
    if all(math.isfinite(height) for height in heights):
        return None
    along = [0.0]
    for before, after in zip(points, points[1:]):
        along.append(along[-1] + math.hypot(after.x() - before.x(), after.y() - before.y()))
    wanted = _filled(heights, along)
    given = [point.z() for point in points]
    if all(one == two or (math.isnan(one) and math.isnan(two)) for one, two in zip(wanted, given)):
        return None
    kind = QgsWkbTypes.Type.PointZ
    shape = QgsLineString(
        [QgsPoint(point.x(), point.y(), height, math.nan, kind) for point, height in zip(points, wanted)]
    )
    return QgsGeometry(shape)
