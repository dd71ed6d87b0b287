"""The paper of a sheet's map, and the transformation of map coordinates to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
import shapely.affinity

from waternet_plugin.core.arrays import Array


@dataclass(frozen=True)
class PaperFrame:
    """The frame of a map that may be turned.

    Parameters
    ----------
    polygon
        What it shows, a rectangle in map coordinates from its lower left corner on, counter-clockwise.
    scale
        Denominator.
    """

    polygon: shapely.Polygon
    scale: float

    @classmethod
    def of_bounds(cls, bounds: tuple[float, float, float, float], scale: float) -> PaperFrame:
        """Return the frame of a map with north at its top."""
        west, south, east, north = bounds
        corners = [(west, south), (east, south), (east, north), (west, north)]
        return cls(shapely.Polygon(corners), scale)

    @classmethod
    def of_turned(
        cls, bounds: tuple[float, float, float, float], scale: float, angle_deg: float
    ) -> PaperFrame:
        """Return the frame of a map that is turned clockwise about the middle of its bounds."""
        frame = cls.of_bounds(bounds, scale)
        return cls(shapely.affinity.rotate(frame.polygon, angle_deg), scale) if angle_deg else frame

    @property
    def corners(self) -> Array:
        """(4, 2) in map coordinates: lower left, lower right, upper right, upper left."""
        return shapely.get_coordinates(self.polygon)[:4]

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height on paper."""
        left_edge_m = float(np.hypot(*(self.corners[3] - self.corners[0])))
        factor = 1000.0 / self.scale
        return self._lower_edge_m * factor, left_edge_m * factor

    @property
    def _lower_edge_m(self) -> float:
        return float(np.hypot(*(self.corners[1] - self.corners[0])))

    @property
    def angle(self) -> float:
        """Direction of the lower edge on the map, radians counter-clockwise from east."""
        east, north = self.corners[1] - self.corners[0]
        return float(np.arctan2(north, east))

    def _turn(self) -> Array:
        east, north = (self.corners[1] - self.corners[0]) / self._lower_edge_m
        return np.array([[east, -north], [north, east]])

    def to_paper(self, geometry: Any) -> Any:
        """Return geometries of the map in mm of paper, from the frame's lower left corner; 2D."""
        corner, turn, factor = self.corners[0], self._turn(), 1000.0 / self.scale
        return shapely.transform(shapely.force_2d(geometry), lambda xy: (xy - corner) @ turn * factor)

    def to_map(self, xy: Array) -> Array:
        """Return map coordinates (N, 2) of points on paper."""
        return np.asarray(xy @ self._turn().T * (self.scale / 1000.0) + self.corners[0])
