"""The whole book small, as SVG: which sheets there are, where the pipes run, and which sheet this is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from waternet_plugin.atlas.pages.strokes import strokes_of
from waternet_plugin.core.arrays import Array
from waternet_plugin.core.colours import BAD, BAD_AREA, NOTE, PALE

# More sheets than these would be a grey field.
_MOST_SHEETS = 400


class OverviewPicture:
    """The picture of a book; the pipes are drawn once, and each sheet is marked in a copy.

    Parameters
    ----------
    outlines
        Polygons of the sheets, in the order of the pages.
    geometry
        The pipes.
    width_mm, height_mm
        The room on paper.
    """

    def __init__(self, outlines: Array, geometry: Array, *, width_mm: float, height_mm: float) -> None:
        boxes = shapely.bounds(outlines)
        west, south = boxes[:, :2].min(axis=0).tolist()
        east, north = boxes[:, 2:].max(axis=0).tolist()
        self._metres_per_mm = max((east - west) / width_mm, (north - south) / height_mm, 1e-9)
        self._west, self._north = west, north
        self._width = (east - west) / self._metres_per_mm
        self._height = (north - south) / self._metres_per_mm
        strokes = strokes_of(geometry, (west, south, east, north), self._metres_per_mm)
        self._pipes = f'<path d="{_path(strokes)}" fill="none" stroke="{NOTE}" stroke-width="0.12"/>'
        boxes_mm = np.column_stack(
            [boxes[:, 0] - west, north - boxes[:, 3], boxes[:, 2] - west, north - boxes[:, 1]]
        )
        # Left, top, right, lower edge of each sheet in the picture, mm.
        self.places_mm = boxes_mm / self._metres_per_mm
        self._sheets = [_ring(self._on_paper(outline)) for outline in outlines]
        shown = self._sheets if len(self._sheets) <= _MOST_SHEETS else []
        self._grid = f'<path d="{"".join(shown)}" fill="none" stroke="{PALE}" stroke-width="0.08"/>'

    def _on_paper(self, outline: shapely.Polygon) -> Array:
        xy = shapely.get_coordinates(outline)
        return np.column_stack([xy[:, 0] - self._west, self._north - xy[:, 1]]) / self._metres_per_mm

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the sheets together."""
        return self._width, self._height

    def svg(self, sheets: Sequence[int]) -> str:
        """Return the picture with sheets marked, by their places in the book."""
        marked = "".join(self._sheets[position] for position in sheets)
        edge = 0.3
        size = (self._width + 2 * edge, self._height + 2 * edge)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]:.2f}mm" height="{size[1]:.2f}mm" '
            f'viewBox="{-edge} {-edge} {size[0]:.2f} {size[1]:.2f}">{self._grid}'
            f'<path d="{marked}" fill="{BAD_AREA}"/>{self._pipes}'
            f'<path d="{marked}" fill="none" stroke="{BAD}" stroke-width="0.35"/></svg>'
        )


def _ring(xy: Array) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in xy[:-1].tolist()) + "Z"


def _path(strokes: Array) -> str:
    parts, last = [], None
    for x1, y1, x2, y2 in strokes.tolist():
        if last != (x1, y1):
            parts.append(f"M{x1:.1f} {y1:.1f}")
        parts.append(f"L{x2:.1f} {y2:.1f}")
        last = (x2, y2)
    return "".join(parts)
