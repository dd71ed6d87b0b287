"""The zones of the Chinese datums, as EPSG numbers them in blocks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyproj

from waternet_plugin.core.places.coordinates import read_crs
from waternet_plugin.core.schema.csvfiles import rows_of
from waternet_plugin.core.schema.domains import fold

# Geographic CRS of a datum: longitude and latitude as GNSS receivers write them.
GEOGRAPHIC = {"cgcs2000": 4490, "wgs84": 4326, "xian80": 4610, "beijing54": 4214}


@dataclass(frozen=True)
class Zone:
    """One zone of one datum.

    Parameters
    ----------
    datum
        cgcs2000, xian80, beijing54 or wgs84.
    projection
        gauss_krueger or utm.
    meridian_deg
        Central meridian, degrees east. Zones of one datum, projection and meridian differ in their
        prefix only.
    width_deg
        3 or 6.
    prefix
        Number of the zone where the eastings begin with it, else 0.
    epsg
        Code.
    """

    datum: str
    projection: str
    meridian_deg: int
    width_deg: int
    prefix: int
    epsg: int

    @property
    def crs(self) -> str:
        """The code as decisions have it."""
        return f"EPSG:{self.epsg}"

    @property
    def grid(self) -> tuple[str, str, int]:
        """What makes two zones one candidate: datum, projection, meridian."""
        return self.datum, self.projection, self.meridian_deg


@lru_cache(maxsize=1)
def _blocks() -> tuple[dict[str, str], ...]:
    # The staged tree consists of links: never resolve them.
    return tuple(rows_of(Path(__file__).parent / "zone_blocks.csv"))


@lru_cache(maxsize=1)
def zones() -> tuple[Zone, ...]:
    """Return every zone; of one meridian the 3-degree zone without prefix is the first."""
    zone_list = []
    for row in _blocks():
        width = int(row["width_deg"])
        for number in range(int(row["count"])):
            zone = int(row["first_zone"]) + number
            zone_list.append(
                Zone(
                    row["datum"],
                    row["projection"],
                    int(row["first_meridian_deg"]) + number * width,
                    width,
                    zone if row["prefixed"] == "yes" else 0,
                    int(row["first_epsg"]) + number,
                )
            )
    return tuple(zone_list)


@lru_cache(maxsize=1)
def _by_epsg() -> dict[int, Zone]:
    return {zone.epsg: zone for zone in zones()}


@lru_cache(maxsize=1024)
def zone_of(crs: str) -> Zone | None:
    """Return the zone that a CRS (code or WKT) is, None where it is none of them."""
    code = read_crs(crs).to_epsg(min_confidence=70)
    return None if code is None else _by_epsg().get(code)


@lru_cache(maxsize=1024)
def datum_of(crs: str) -> str:
    """Return the datum of a CRS by our name; empty where it is none of the four."""
    geodetic: pyproj.CRS | None = read_crs(crs).geodetic_crs
    if geodetic is None or geodetic.datum is None:
        return ""
    name = fold(geodetic.datum.name)
    for row in _blocks():
        if name in (fold(row["words"]), fold(row["words"]) + "ensemble"):
            return row["datum"]
    return ""


def meridian_zones(datum: str, projection: str, *, prefix: int = 0) -> dict[int, Zone]:
    """Return the zones of a datum by meridian: those without prefix, or the one with a prefix.

    Of two zones of one meridian the 3-degree one is returned.
    """
    zone_by_meridian: dict[int, Zone] = {}
    for zone in zones():
        if (zone.datum, zone.projection, zone.prefix) == (datum, projection, prefix):
            zone_by_meridian.setdefault(zone.meridian_deg, zone)
    return zone_by_meridian
