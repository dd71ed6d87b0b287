"""Four-parameter transformations of local grids and other datums, fitted to common points."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyproj
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import DEGREE_ARCSEC

# Fewer common points leave no residual to judge the four parameters by.
FEWEST_PAIRS = 3
# Common points nearer together than this determine no rotation.
_LEAST_EXTENT_M = 1.0


@dataclass(frozen=True)
class TransformSet:
    """A plane transformation from a grid to the network's CRS.

    Parameters
    ----------
    transform_set_id
        Empty for a set that is not stored yet.
    name
        As people know it.
    pairs
        (n, 4) float64 common points: east and north in the grid, east and north in the network, m.
    residuals
        (n, 2) float64 east and north of the network less what the transformation gives, m.
    scale, rotation_s
        Parameters s and theta (arc seconds) of PROJ's helmert in the plane, which turns about the centres.
    origin, target
        Centres of the common points, east and north, in the grid and in the network, m.
    valid_until
        Last day, None without limit.
    """

    transform_set_id: str
    name: str
    pairs: Array
    residuals: Array
    scale: float
    rotation_s: float
    origin: tuple[float, float]
    target: tuple[float, float]
    valid_until: datetime.date | None = None

    @property
    def rms_m(self) -> float:
        """Root of the mean square of the residuals: sqrt(sum(dx2 + dy2) / n), m."""
        return float(np.sqrt((self.residuals**2).sum() / len(self.residuals)))

    @cached_property
    def _helmert(self) -> pyproj.Transformer:
        # Turning about the centres keeps the digits that a rotation about the far origin would take.
        return pyproj.Transformer.from_pipeline(
            "+proj=pipeline "
            f"+step +proj=affine +xoff={-self.origin[0]!r} +yoff={-self.origin[1]!r} "
            f"+step +proj=helmert +x={self.target[0]!r} +y={self.target[1]!r} "
            f"+s={self.scale!r} +theta={self.rotation_s!r}"
        )

    def to_network(self, east: Array, north: Array) -> tuple[Array, Array]:
        """Return east and north in the network's CRS of places in the grid, m."""
        east_there, north_there = self._helmert.transform(east, north)
        return np.asarray(east_there, dtype=float), np.asarray(north_there, dtype=float)

    def area(self, margin: float) -> shapely.Geometry:
        """Return where the set applies, in the network's CRS.

        Parameters
        ----------
        margin
            Share by which the hull of the common points is widened about its centre.
        """
        hull = shapely.convex_hull(shapely.multipoints(self.pairs[:, 2:]))
        centre = np.array(hull.centroid.coords[0])
        return shapely.transform(hull, lambda xy: centre + (xy - centre) * (1.0 + margin))

    def applies(self, east: Array, north: Array, margin: float) -> Array:
        """Return which places of the network's CRS lie in the set's area."""
        area = self.area(margin)
        shapely.prepare(area)
        return np.asarray(shapely.intersects_xy(area, east, north))


def fit_transform_set(
    pairs: Array, name: str = "", *, transform_set_id: str = "", valid_until: datetime.date | None = None
) -> TransformSet:
    """Return the four-parameter transformation that fits common points best, by least squares.

    Parameters
    ----------
    pairs
        (n, 4) float64: east and north in the grid, east and north in the network, m; n >= 3.
    name
        For people; it stands in refusals.
    transform_set_id, valid_until
        As in `TransformSet`.

    Raises
    ------
    InputError
        With fewer than three points, a coordinate that is not a number, or points too close together.
    """
    pairs = np.array(pairs, dtype=float).reshape(-1, 4)
    if len(pairs) < FEWEST_PAIRS:
        raise InputError(
            tr("Transform set “{name}” has %n common point(s). Give at least three.", "", len(pairs)).format(
                name=name
            )
        )
    if not np.isfinite(pairs).all():
        raise InputError(
            tr("Transform set “{name}”: a coordinate is not a number. Correct its common points.").format(
                name=name
            )
        )
    centre = pairs.mean(axis=0)
    offsets = pairs - centre
    # In the complex plane the transformation is one factor: its size the scale, its angle the rotation.
    grid = offsets[:, 0] + 1j * offsets[:, 1]
    targets = offsets[:, 2] + 1j * offsets[:, 3]
    spread = float((abs(grid) ** 2).sum())
    factor = complex((np.conj(grid) * targets).sum() / spread) if spread > 0 else 0j
    if (
        min(np.ptp(offsets[:, :2], axis=0).max(), np.ptp(offsets[:, 2:], axis=0).max()) < _LEAST_EXTENT_M
        or not factor
    ):
        raise InputError(
            tr("The common points of transform set “{name}” lie in one place. Give points far apart.").format(
                name=name
            )
        )
    left = targets - factor * grid
    return TransformSet(
        transform_set_id,
        name,
        pairs,
        np.column_stack([left.real, left.imag]),
        abs(factor),
        -math.degrees(math.atan2(factor.imag, factor.real)) * DEGREE_ARCSEC,
        (float(centre[0]), float(centre[1])),
        (float(centre[2]), float(centre[3])),
        valid_until,
    )
