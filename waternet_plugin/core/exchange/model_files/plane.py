"""How the coordinates of a model file and those of the network belong together."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyproj

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.local_plane import LOCAL_PLANE
from waternet_plugin.core.places import coordinates, crs_change
from waternet_plugin.core.texts import tr

Point = tuple[float, float]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Plane:
    """How a file's coordinates and the network's belong together.

    ``source`` is the CRS of the file, '' for a local plane; ``scale`` metres in one unit of a local plane.
    """

    source: str
    target: str
    scale: float = 1.0

    def moved(self, xy: Array, *, back: bool = False) -> Array:
        """Return points of the file, (N, 2), as the network has them; ``back`` the other way round.

        Raises
        ------
        InputError
            When points of the file can't lie in the CRS they are said to be in.
        """
        if not len(xy):
            return xy
        if not self.source:
            return xy / self.scale if back else xy * self.scale
        if self.source == self.target:
            return xy
        one, other = pyproj.CRS.from_wkt(self.source), pyproj.CRS.from_wkt(self.target)
        (west, south), (east, north) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
        if back:
            one, other = other, one
        change = crs_change.plan_change(one, other, (west, south, east, north))
        result = xy if change.move is None else np.column_stack(change.move(xy[:, 0], xy[:, 1]))
        if not back and not np.isfinite(result).all():
            name = coordinates.crs_name(pyproj.CRS.from_user_input(self.source or self.target))
            message = tr("The coordinates of the file can't lie in {crs}. Give the right CRS.")
            raise InputError(message.format(crs=name))
        return result

    def placed(self, points: Mapping[Key, Point]) -> dict[Key, Point]:
        """Return the file's coordinates in the network's CRS."""
        return self._by_key(points, back=False)

    def back(self, points: Mapping[Key, Point]) -> dict[Key, Point]:
        """Return the network's coordinates as the file has them."""
        return self._by_key(points, back=True)

    def _by_key(self, points: Mapping[Key, Point], *, back: bool) -> dict[Key, Point]:
        xy = np.array(list(points.values()), dtype=float).reshape(-1, 2)
        return {key: (x, y) for key, (x, y) in zip(points, self.moved(xy, back=back).tolist())}


def plane_between(source: pyproj.CRS | None, target: pyproj.CRS | None, scale: float) -> Plane:
    """Return the plane of an import.

    Parameters
    ----------
    source
        CRS of the file's coordinates, None when unknown.
    target
        CRS of the network, in metres; None for that of the coordinates, or a local plane.
    scale
        Metres in one unit of a local plane.
    """
    source, target = source or target, target or source
    if source is None or target is None:
        return Plane("", LOCAL_PLANE, scale)
    return Plane(source.to_wkt(), target.to_wkt())
