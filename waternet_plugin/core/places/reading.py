"""A reading of a file's coordinates: which of them is north, and in which CRS; and the places it gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.grid_change import change_between
from waternet_plugin.core.places.packed_degrees import unpacked
from waternet_plugin.core.places.transform_set import TransformSet
from waternet_plugin.core.texts import tr

# What the first coordinate is.
X_NORTH, X_EAST = "x_north", "x_east"
AXES = (X_NORTH, X_EAST)


@dataclass(frozen=True)
class Reading:
    """How the numbers of a file become places.

    Parameters
    ----------
    axes
        x_north: the first coordinate is north; x_east: it is east.
    crs
        Code or WKT of the file's CRS; of a transform set its id.
    transform_set
        Where the numbers are in a grid of their own or another datum, else None.
    is_packed
        Whether the numbers are degrees, minutes and seconds in one, as `packed_degrees` reads them.
    """

    axes: str
    crs: str
    transform_set: TransformSet | None = None
    is_packed: bool = False


def grid_axes(first: Array, second: Array, axes: str) -> tuple[Array, Array]:
    """Return east and north of coordinates as read."""
    return (second, first) if axes == X_NORTH else (first, second)


def place(first: Array, second: Array, reading: Reading, network_crs: str) -> tuple[Array, Array]:
    """Return east and north in the network's CRS of coordinates as read.

    Parameters
    ----------
    first, second
        (n,) float64 as in `FileFacts`; NaN stays NaN.
    reading
        What was decided.
    network_crs
        Code or WKT.

    Returns
    -------
    east, north
        (n,) float64, m; NaN where a coordinate is missing or has no place in the network's CRS.

    Raises
    ------
    InputError
        When no exact way leads from the file's CRS to the network's.
    """
    east, north = grid_axes(np.asarray(first, dtype=float), np.asarray(second, dtype=float), reading.axes)
    if reading.is_packed:
        east, north = unpacked(east), unpacked(north)
    if reading.transform_set is not None:
        east_north = reading.transform_set.to_network(east, north)
    else:
        change = change_between(reading.crs, network_crs)
        if change is None:
            message = tr(
                "There is no exact way from {crs} to the coordinate system of the network. "
                "Give a transform set with at least three common points."
            )
            raise InputError(message.format(crs=reading.crs))
        east_north = change(east, north)
    lost = ~(np.isfinite(east_north[0]) & np.isfinite(east_north[1]) & np.isfinite(east) & np.isfinite(north))
    if lost.any():
        east_north = np.where(lost, np.nan, east_north[0]), np.where(lost, np.nan, east_north[1])
    return east_north
