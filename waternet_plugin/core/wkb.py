"""Geometries as bytes, in the one way that every version of shapely and GEOS writes.

From 2.1 on shapely asks for four dimensions when it writes. Where its calls end up in an older GEOS, as
beside QGIS on Linux (``wheels``), that is refused; three are all that our geometries have.
"""

from __future__ import annotations

from typing import Any

import shapely


def to_wkb(geometries: Any) -> Any:
    """Return a geometry or an array of them as ISO WKB, little endian; None stays None."""
    return shapely.to_wkb(geometries, output_dimension=3, byte_order=1, flavor="iso")
