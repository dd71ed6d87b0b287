"""Diameters that no pipe has: 0.3 among millimetres is metres, or nobody knows what it is."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.doubts.doubt import ODD, UNIT, Doubt, examples_of
from waternet_plugin.core.exchange.mapping.mapping import TAKE, UNKNOWN, Mapping
from waternet_plugin.core.units import METRES

BORES = ("diameter_mm", "reported_diameter_mm")

# The smallest pipe of a house is 8 mm wide; pipes of a network lie between these.
_LEAST_MM = 6.0
_PIPES_MM = (15.0, 4000.0)
_UNITS = ("m", "cm", "inch")


def bore_doubts(name: str, values_mm: Array, mapping: Mapping) -> list[Doubt]:
    """Return what speaks against the unit of a column of diameters, or of some of its rows.

    Parameters
    ----------
    name
        The field, one of ``BORES``.
    values_mm
        Its values in millimetres, as the mapping reads them; NaN where unknown.
    mapping
        What the column is read as.
    """
    known = np.flatnonzero(values_mm > 0)
    odd = known[values_mm[known] < _LEAST_MM]
    if not len(odd):
        return []
    written = values_mm / (METRES[mapping.units.get(name) or "mm"] / METRES["mm"])
    unit = _unit_of(written[odd])
    if unit and len(odd) > len(known) / 2:
        answer = mapping.units.get(name, "")
        choices = tuple(dict.fromkeys((unit, *_UNITS, "mm", *((answer,) if answer else ()))))
        return [Doubt(UNIT, name, odd, examples_of(written[odd]), np.nan, choices, unit, answer)]
    answer = mapping.odd_rows.get(name, "")
    choices = tuple(dict.fromkeys((unit or UNKNOWN, UNKNOWN, TAKE)))
    return [
        Doubt(
            ODD,
            name,
            odd,
            examples_of(written[odd]),
            np.nan,
            choices,
            choices[0],
            answer,
            otherwise=UNKNOWN,
        )
    ]


def _unit_of(sizes: Array) -> str:
    """Return the unit in which numbers are diameters of pipes, '' for none."""
    in_mm = sizes * METRES["m"] / METRES["mm"]
    return "m" if bool(((in_mm >= _PIPES_MM[0]) & (in_mm <= _PIPES_MM[1])).all()) else ""
