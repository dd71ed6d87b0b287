"""Longitudes and latitudes that map services of China hand out: GCJ-02, and BD-09 of Baidu.

They lie 300 to 700 m beside those of WGS 84 and CGCS2000. The shift of GCJ-02 was never published; the series
here is the one that programs have used since it was worked out from maps, and brings places back to within a
metre or two.
"""

from __future__ import annotations

import re

import numpy as np

from waternet_plugin.core.arrays import Array

WGS_84, GCJ_02, BD_09 = "wgs84", "gcj02", "bd09"
# What a mapping may say; those of receivers and surveys are of no service.
MAP_SERVICES = (WGS_84, GCJ_02, BD_09)
_NAMED = (
    (BD_09, re.compile(r"bd-?_?09|百度|baidu", re.IGNORECASE)),
    (GCJ_02, re.compile(r"gcj-?_?02|火星|高德|腾讯|国测局|amap|tencent", re.IGNORECASE)),
)
# Where the services shift places: a box around the mainland, degrees.
_WEST, _EAST, _SOUTH, _NORTH = 73.0, 135.1, 18.0, 53.6
# Of the series, from memory: the ellipsoid of Krassovsky, 1940, and its eccentricity squared.
_AXIS_M, _ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
_BAIDU_LON, _BAIDU_LAT, _BAIDU_TURN = 0.0065, 0.006, np.pi * 3000.0 / 180.0
_ROUNDS = 8


def named_service(*texts: str) -> str:
    """Return the map service that headings or names speak of, '' for none."""
    return next((service for service, words in _NAMED if any(words.search(one) for one in texts)), "")


def without_service(heading: str) -> str:
    """Return a heading without the words for a map service."""
    for _service, words in _NAMED:
        heading = words.sub("", heading)
    return heading.strip(" _-")


def is_shifted_there(lon: Array, lat: Array) -> bool:
    """Return whether most places lie where the services shift them."""
    inside = (lon > _WEST) & (lon < _EAST) & (lat > _SOUTH) & (lat < _NORTH)
    return bool(len(inside)) and float(np.mean(inside)) > 0.5


def shifted(lon: Array, lat: Array, service: str) -> tuple[Array, Array]:
    """Return what a service shows for places.

    Parameters
    ----------
    lon, lat
        WGS 84, degrees (n,).
    service
        ``GCJ_02`` or ``BD_09``.
    """
    east, north = _offsets(lon - 105.0, lat - 35.0)
    arc = np.radians(lat)
    flat = 1.0 - _ECCENTRICITY * np.sin(arc) ** 2
    lat_out = lat + np.degrees(north * flat**1.5 / (_AXIS_M * (1.0 - _ECCENTRICITY)))
    lon_out = lon + np.degrees(east * np.sqrt(flat) / (_AXIS_M * np.cos(arc)))
    if service != BD_09:
        return lon_out, lat_out
    size = np.hypot(lon_out, lat_out) + 2e-5 * np.sin(lat_out * _BAIDU_TURN)
    angle = np.arctan2(lat_out, lon_out) + 3e-6 * np.cos(lon_out * _BAIDU_TURN)
    return size * np.cos(angle) + _BAIDU_LON, size * np.sin(angle) + _BAIDU_LAT


def without_shift(lon: Array, lat: Array, service: str) -> tuple[Array, Array]:
    """Return places in WGS 84 of what a service shows, degrees; parameters as for `shifted`."""
    found_lon, found_lat = lon.copy(), lat.copy()
    for _round in range(_ROUNDS):
        shown_lon, shown_lat = shifted(found_lon, found_lat, service)
        found_lon, found_lat = found_lon + lon - shown_lon, found_lat + lat - shown_lat
    return found_lon, found_lat


def _offsets(x: Array, y: Array) -> tuple[Array, Array]:
    """Return by how much places are moved east and north, m, of degrees from 105 E and 35 N."""
    both = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    return east, north
