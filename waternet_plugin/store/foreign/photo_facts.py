"""Where and when a photo was taken, as its camera noted it (EXIF), read by GDAL."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pyproj import CRS, Transformer

from waternet_plugin.core.units import DEGREE_ARCSEC

_NUMBER = re.compile(r"\(([-+0-9.eE]+)\)")
_NO_LISTING = "GDAL_DISABLE_READDIR_ON_OPEN"
# Of the endings that photos have.
_FORMATS = ["JPEG", "PNG", "GTiff", "WEBP", "HEIF"]
_TAKEN = ("EXIF_DateTimeOriginal", "EXIF_DateTimeDigitized", "EXIF_DateTime")


@dataclass(frozen=True)
class PhotoFacts:
    """When a photo was taken, by the camera's clock, and where in a network's coordinates, m; else None."""

    taken_on: datetime | None = None
    x: float | None = None
    y: float | None = None


def photo_facts(path: Path, crs: CRS) -> PhotoFacts:
    """Return what a photo says of itself; nothing where it can't be read.

    Parameters
    ----------
    path
        The photo.
    crs
        Coordinate system of the place.
    """
    told = _told(path)
    taken = next((one for name in _TAKEN if (one := _time(told.get(name, ""))) is not None), None)
    latitude, longitude = (
        _degrees(told.get(f"EXIF_GPS{name}", ""), told.get(f"EXIF_GPS{name}Ref", ""))
        for name in ("Latitude", "Longitude")
    )
    if latitude is None or longitude is None or (latitude, longitude) == (0.0, 0.0):
        return PhotoFacts(taken)
    x, y = _to(crs).transform(longitude, latitude)
    if not abs(x) + abs(y) < float("inf"):
        return PhotoFacts(taken)
    return PhotoFacts(taken, float(x), float(y))


@lru_cache(maxsize=1)
def _to(crs: CRS) -> Transformer:
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def _told(path: Path) -> dict[str, str]:
    from osgeo import gdal

    before = gdal.GetThreadLocalConfigOption(_NO_LISTING)
    # Else GDAL lists the folder, of thousands of photos perhaps, whenever it opens one of them.
    gdal.SetThreadLocalConfigOption(_NO_LISTING, "EMPTY_DIR")
    try:
        return _metadata(path)
    finally:
        gdal.SetThreadLocalConfigOption(_NO_LISTING, before)


def _metadata(path: Path) -> dict[str, str]:
    from osgeo import gdal

    from waternet_plugin.store.geopackage.reading.gdal import quiet

    with quiet(), suppress(RuntimeError):
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY, allowed_drivers=_FORMATS)
        if dataset is not None:
            return {str(key): str(value) for key, value in (dataset.GetMetadata() or {}).items()}
    return {}


def _time(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(text.strip()[:19], "%Y:%m:%d %H:%M:%S")
    return None


def _degrees(text: str, side: str) -> float | None:
    """Return degrees from ``(31) (12) (34.5)`` and N, S, E or W."""
    with suppress(ValueError):
        parts = [float(one) for one in _NUMBER.findall(text)]
        if len(parts) == 3 and all(part >= 0 for part in parts):
            value = parts[0] + parts[1] / 60.0 + parts[2] / DEGREE_ARCSEC
            return -value if side.strip().upper() in ("S", "W") else value
    return None
