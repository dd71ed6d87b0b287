"""Which coordinate systems a network can be kept in: those that measure in metres."""

from __future__ import annotations

import re

from pyproj import CRS
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info, query_utm_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

# The 3-degree zone of 114 degrees east stands for the family in an example.
_CHINA_EXAMPLE = "EPSG:4547 (CGCS2000 / 3-degree Gauss-Kruger CM 114E)"
_CHINESE = ("China Geodetic", "CGCS2000", "Xian 1980", "Beijing 1954", "New Beijing")
_FEET = re.compile(r"\s*\((us)?ft(us)?\)|\s*\(ftIntl\)", re.IGNORECASE)
# The zones of 3 degrees of CGCS2000: code of the one whose central meridian is 75 degrees east.
_GK_75E, _GK_FIRST_DEG, _GK_LAST_DEG = 4534, 75, 135
_CHINA_LATITUDES_DEG = (18.0, 54.0)
# Wider than this a coordinate system says nothing of where the town lies.
_WORLD_WIDTH_DEG = 90.0


def _title(crs: CRS) -> str:
    authority = crs.to_authority()
    return f"{authority[0]}:{authority[1]} ({crs.name})" if authority else crs.name


def _utm_at(crs: CRS) -> str | None:
    """Return the UTM zone in the middle of the area a CRS is made for, None if that is the world."""
    area = crs.area_of_use
    if area is None or abs(area.east - area.west) > _WORLD_WIDTH_DEG:
        return None
    longitude, latitude = (area.west + area.east) / 2, (area.south + area.north) / 2
    point = AreaOfInterest(longitude, latitude, longitude, latitude)
    found = query_utm_crs_info("WGS 84", point)
    return f"{found[0].auth_name}:{found[0].code} ({found[0].name})" if found else None


def metric_crs_at(longitude: float, latitude: float) -> str:
    """Return the code of a metric CRS for a place in degrees: in China the 3-degree zone, else UTM."""
    middle = round(longitude / 3) * 3
    south, north = _CHINA_LATITUDES_DEG
    if _GK_FIRST_DEG <= middle <= _GK_LAST_DEG and south <= latitude <= north:
        # Neighbours lie in the same degrees: the zone must be made for the place.
        place = AreaOfInterest(longitude, latitude, longitude, latitude)
        china = query_crs_info("EPSG", PJType.PROJECTED_CRS, place)
        code = str(_GK_75E + (middle - _GK_FIRST_DEG) // 3)
        if any(info.code == code for info in china):
            return f"EPSG:{code}"
    point = AreaOfInterest(longitude, latitude, longitude, latitude)
    found = query_utm_crs_info("WGS 84", point)
    return f"{found[0].auth_name}:{found[0].code}" if found else ""


def suggestion(crs: CRS) -> str:
    """Return a metric CRS that can be used where another can't."""
    if any(word in crs.name for word in _CHINESE):
        return _CHINA_EXAMPLE
    plain = _FEET.sub("", crs.name)
    if plain != crs.name:
        for info in query_crs_info("EPSG", PJType.PROJECTED_CRS):
            if info.name == plain and not info.deprecated:
                return f"EPSG:{info.code} ({info.name})"
    return _utm_at(crs) or _CHINA_EXAMPLE


def metric_crs(text: str) -> CRS:
    """Return the CRS of a code or WKT, if a network can be kept in it.

    Local plane systems in metres are taken too.

    Raises
    ------
    InputError
        When it is none, measures in degrees or in feet; the sentence names a metric one.
    """
    try:
        crs = CRS.from_user_input(text.strip())
    except (CRSError, AttributeError) as error:
        message = tr("“{crs}” is not a valid coordinate system. Give a code such as EPSG:4547, or WKT.")
        raise InputError(message.format(crs=str(text)[:80])) from error
    if crs.is_geographic or crs.is_geocentric:
        message = tr(
            "{crs} is not a plane coordinate system in metres. Choose a projected one, for example {metric}."
        )
        raise InputError(message.format(crs=_title(crs), metric=suggestion(crs)))
    flat = crs.axis_info[:2]
    if not (crs.is_projected or crs.is_engineering) or len(flat) < 2:
        message = tr(
            "{crs} is not a projected coordinate system. Choose one in metres, for example {metric}."
        )
        raise InputError(message.format(crs=_title(crs), metric=suggestion(crs)))
    if any(axis.unit_conversion_factor != 1.0 for axis in flat):
        message = tr("{crs} measures in {unit}, but a network needs metres. Choose for example {metric}.")
        raise InputError(message.format(crs=_title(crs), unit=flat[0].unit_name, metric=suggestion(crs)))
    return crs
