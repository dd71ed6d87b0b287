"""Steel tubes as they are ordered: D219×6 is the outside diameter and the wall in mm, and is called DN200.

The outside diameters are those of the two series in use in China (ISO 4200 and GB/T 17395) with the nominal
diameter (GB/T 1047) under which each is sold. Sizes that plastic pipes have, too, are in it only where the
wall tells them apart.
"""

from __future__ import annotations

import re

from waternet_plugin.core.cells.foreign_values import plain

_TUBE = re.compile(r"(?:d|φ|ø|ϕ|⌀|∅)?\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*[x×*✕╳]\s*(\d+(?:\.\d+)?)\s*(?:mm|毫米)?")
_OUTSIDE_MM = {
    50: (57, 60.3), 65: (76, 76.1), 80: (88.9, 89), 100: (108, 114, 114.3), 125: (133, 139.7),
    150: (159, 168, 168.3), 200: (219, 219.1), 250: (273, 273.1), 300: (323.9, 325), 350: (355.6, 377),
    400: (406.4, 426), 450: (457, 480), 500: (508, 530), 600: (610, 630), 700: (711, 720), 800: (813, 820),
    900: (914, 920), 1000: (1016, 1020), 1200: (1219, 1220), 1400: (1420, 1422), 1600: (1620, 1626),
    1800: (1820, 1829), 2000: (2020, 2032),
}  # fmt: skip
_NOMINAL_MM = {float(size): float(nominal) for nominal, sizes in _OUTSIDE_MM.items() for size in sizes}
# The walls of steel tubes as a share of the outside diameter; of the large ones less than plastic needs.
_LEAST_WALL, _MOST_WALL, _MOST_WALL_OF_LARGE = 0.004, 0.09, 0.029
_LARGE_MM = 600.0


def nominal_of_tube(text: str) -> float:
    """Return the nominal diameter of a text that names a steel tube and its wall, mm; NaN for others."""
    found = _TUBE.fullmatch(plain(text).casefold())
    if not found:
        return float("nan")
    outside, wall = float(found.group(1)), float(found.group(2))
    most = _MOST_WALL_OF_LARGE if outside >= _LARGE_MM else _MOST_WALL
    is_wall = _LEAST_WALL * outside <= wall <= most * outside
    return _NOMINAL_MM.get(outside, float("nan")) if is_wall else float("nan")
