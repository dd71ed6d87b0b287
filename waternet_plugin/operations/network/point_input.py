"""A point that somebody wrote, in the coordinates of a network."""

from __future__ import annotations

from typing import Any

import pyproj

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr


def parse_point(name: str, text: str, crs: Any) -> tuple[float, float]:
    """Return a point written ``x,y`` or ``x,y [EPSG:…]`` in the network's coordinates, m.

    Parameters
    ----------
    name
        Of the parameter, for the sentence about a point that can't be read.
    text
        What was written.
    crs
        Of the network, as pyproj takes it.

    Raises
    ------
    InputError
        When it is not a point.
    """
    place, _, system = text.partition("[")
    try:
        x, y = (float(part) for part in place.split(","))
    except ValueError:
        message = tr("{name}: “{text}” is not a valid point. Write x,y such as 500123.4,3000456.7.")
        raise InputError(message.format(name=name, text=text)) from None
    code = system.strip().rstrip("]").strip()
    if code:
        try:
            change = pyproj.Transformer.from_crs(pyproj.CRS.from_user_input(code), crs, always_xy=True)
            x, y = change.transform(x, y)
        except pyproj.exceptions.ProjError:
            message = tr("{name}: “{crs}” is not a valid coordinate reference system. Write it as EPSG:4326.")
            raise InputError(message.format(name=name, crs=code)) from None
    return float(x), float(y)
