"""Places as files have them: in a zone with or without its number, in feet, north first."""

from __future__ import annotations

from dataclasses import dataclass

from pyproj import CRS, Transformer

from towns.true_town import Place

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

    def write(self, places: list[Place]) -> list[Place]:
        """Return places as the file has them, east first."""
        if self.way == "bare":
            return places
        if self.way == "zone":
            return [(x + 1e6 * _ZONE_NUMBERS[self.epsg], y) for x, y in places]
        change = Transformer.from_crs(self.epsg, self.written_epsg, always_xy=True)
        xs, ys = change.transform([x for x, _y in places], [y for _x, y in places])
        return list(zip(xs, ys))
