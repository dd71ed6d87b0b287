"""Where a new network lies: a city, coordinates that were typed, or what the map shows."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsProject,
)

from waternet_plugin.core import texts
from waternet_plugin.core.schema.csvfiles import rows_of
from waternet_plugin.core.texts import tr

# Longitude and latitude, degrees.
LonLat = tuple[float, float]

_DEGREES = QgsCoordinateReferenceSystem("EPSG:4326")
_PAIR = re.compile(
    r"^\s*([NSEW北南东西]?)\s*(-?\d+(?:\.\d+)?)\s*°?\s*([NSEW北南东西]?)"
    r"\s*[,，;；\s]\s*([NSEW北南东西]?)\s*(-?\d+(?:\.\d+)?)\s*°?\s*([NSEW北南东西]?)\s*$",
    re.IGNORECASE,
)
_NORTHWARD, _BACKWARD = "NS北南", "SW南西"
# Longitudes of China that may pass for latitudes elsewhere, and its latitudes, degrees.
_CHINA_EAST, _CHINA_NORTH = (73.0, 136.0), (3.0, 54.0)


@lru_cache(maxsize=1)
def _cities() -> tuple[tuple[str, str, LonLat], ...]:
    """Return English and Chinese name and place of each city of the list."""
    rows = rows_of(Path(__file__).parent / "cities.csv")
    return tuple(
        (row["name_en"], row["name_zh"], (float(row["longitude"]), float(row["latitude"]))) for row in rows
    )


def city_names() -> list[str]:
    """Return the names of the cities in the language of the interface."""
    return [zh if texts.language() == "zh_CN" else en for en, zh, _place in _cities()]


def lonlat_of(text: str) -> LonLat | None:
    """Return the place that a text names: a city of the list in either language, or two coordinates.

    Of bare numbers the one that can only be a longitude is it; where both could be either, latitude comes
    first, unless the two the other way round lie in China and as they are do not.
    """
    wanted = text.strip().casefold().removesuffix("市")
    for en, zh, lonlat in _cities():
        if wanted in (en.casefold(), zh):
            return lonlat
    return _coordinates(text)


def _coordinates(text: str) -> LonLat | None:
    match = _PAIR.match(text)
    if match is None:
        return None
    letters = [(match.group(1) or match.group(3)).upper(), (match.group(4) or match.group(6)).upper()]
    numbers = [float(match.group(2)), float(match.group(5))]
    numbers = [
        -number if letter and letter in _BACKWARD else number for number, letter in zip(numbers, letters)
    ]
    first, second = numbers
    if any(letters):
        is_north_first = (letters[0] in _NORTHWARD) if letters[0] else (letters[1] not in _NORTHWARD)
    else:
        is_north_first = not (
            abs(first) > 90.0 or (_in_china(first, second) and not _in_china(second, first))
        )
    longitude, latitude = (second, first) if is_north_first else (first, second)
    return (longitude, latitude) if abs(longitude) <= 180.0 and abs(latitude) <= 90.0 else None


def _in_china(longitude: float, latitude: float) -> bool:
    return _CHINA_EAST[0] <= longitude <= _CHINA_EAST[1] and _CHINA_NORTH[0] <= latitude <= _CHINA_NORTH[1]


def map_centre(canvas: Any) -> LonLat | None:
    """Return the middle of what a map shows, None for an empty map or one without a CRS."""
    crs = canvas.mapSettings().destinationCrs()
    if not canvas.layers() or not crs.isValid() or canvas.extent().isEmpty():
        return None
    try:
        change = QgsCoordinateTransform(crs, _DEGREES, QgsProject.instance())
        point = change.transform(canvas.extent().center())
    except QgsCsException:
        return None
    return point.x(), point.y()


def described(lonlat: LonLat) -> str:
    """Return a place in words."""
    longitude, latitude = lonlat
    return tr("{lon:.2f}° {ew}, {lat:.2f}° {ns}").format(
        lon=abs(longitude),
        ew=tr("east") if longitude >= 0 else tr("west"),
        lat=abs(latitude),
        ns=tr("north") if latitude >= 0 else tr("south"),
    )
