"""Places as files have them: in a zone with or without its number, in feet, north first."""

from __future__ import annotations

import random
from dataclasses import dataclass

from pyproj import CRS, Transformer

from towns.true_town import Place

_MERIDIANS = {4546: 111, 4547: 114, 4548: 117, 4549: 120}
_ZONE_NUMBERS = {4546: 37, 4547: 38, 4548: 39, 4549: 40}
# California zone 3 in US survey feet.
_FEET = 2227


@dataclass(frozen=True)
class Projection:
    """How a file writes places.

    Parameters
    ----------
    epsg
        The system of the truth.
    way
        ``bare`` eastings, ``zone`` with the zone's number before them, ``feet``, ``degrees``.
    """

    epsg: int
    way: str

    @property
    def written_epsg(self) -> int:
        """The system of what is written."""
        if self.way == "zone":
            return 4526 + _ZONE_NUMBERS[self.epsg] - 38
        return {"feet": _FEET, "degrees": 4326}.get(self.way, self.epsg)

    @property
    def prj(self) -> str:
        """The text of a .prj."""
        return str(CRS.from_epsg(self.written_epsg).to_wkt("WKT1_ESRI"))

    def said(self, rng: random.Random, *, is_english: bool) -> str:
        """Return a title that names the system in the words of those who hand files over."""
        code = f"EPSG:{self.written_epsg}"
        if is_english:
            return f"Valves, coordinates in {code}"
        meridian = _MERIDIANS[self.epsg]
        zone = f"，带号{_ZONE_NUMBERS[self.epsg]}" if self.way == "zone" else ""
        return rng.choice(
            (
                f"阀门台账（坐标系：{code}）",
                f"坐标系：2000国家大地坐标系，3度带，中央子午线{meridian}°{zone}",
                f"CGCS2000 3度带 中央经线{meridian}E{zone}",
            )
        )

    def write(self, places: list[Place]) -> list[Place]:
        """Return places as the file has them, east first."""
        if self.way == "bare":
            return places
        if self.way == "zone":
            return [(x + 1e6 * _ZONE_NUMBERS[self.epsg], y) for x, y in places]
        change = Transformer.from_crs(self.epsg, self.written_epsg, always_xy=True)
        xs, ys = change.transform([x for x, _y in places], [y for _x, y in places])
        return list(zip(xs, ys))
