"""Shapefiles of the tests in the encoding they ask for, wherever in the run they are written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from osgeo import gdal

_OPTION = "SHAPE_ENCODING"


@contextmanager
def written_in(encoding: str) -> Iterator[None]:
    """Write shapefiles in an encoding: QGIS empties this option, after which GDAL writes UTF-8."""
    gdal.SetThreadLocalConfigOption(_OPTION, encoding)
    try:
        yield
    finally:
        gdal.SetThreadLocalConfigOption(_OPTION, None)
