"""Surface areas of the tanks of an EPANET file."""

from __future__ import annotations

import math

from waternet_plugin.core.exchange.epanet.reading.text import Document, number
from waternet_plugin.core.exchange.epanet.reading.units import units_of

_DIAMETER, _CURVE = 5, 7


def tank_areas(document: Document) -> dict[str, float]:
    """Return the surface of each tank, m2, by its id; those of unknown shape are missing.

    A tank with a curve of volumes has the mean area between the ends of the curve.
    """
    units = units_of(document)
    curves: dict[str, list[tuple[float, float]]] = {}
    for line in document.of("CURVES"):
        values = [number(word) for word in line.words[1:3]]
        if len(values) == 2 and values[0] is not None and values[1] is not None:
            curves.setdefault(line.words[0], []).append((values[0], values[1]))
    found: dict[str, float] = {}
    for line in document.of("TANKS"):
        diameter = (number(line.words[_DIAMETER]) or 0.0) if len(line.words) > _DIAMETER else 0.0
        area = math.pi / 4 * (diameter * units.metres) ** 2
        curve = curves.get(line.words[_CURVE], []) if len(line.words) > _CURVE else []
        if len(curve) > 1 and curve[-1][0] > curve[0][0]:
            volume = (curve[-1][1] - curve[0][1]) * units.cubic_metres
            area = volume / ((curve[-1][0] - curve[0][0]) * units.metres)
        if area > 0:
            found[line.words[0]] = area
    return found
