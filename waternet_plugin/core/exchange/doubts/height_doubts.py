"""Depths and levels held against what is sane: 1200 among depths of metres are millimetres, so is 32705.

Nobody digs thirty metres for a pipe, and no town lies nine kilometres high. Heights that are headed as
ellipsoidal are no levels: the geoid lies tens of metres off the ellipsoid. Levels of Wusong, of the
Pearl River or of an assumed zero lie metres off those of the national datum.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.doubts.doubt import DATUM, ODD, UNIT, Doubt, examples_of
from waternet_plugin.core.exchange.mapping.depth_signs import DEPTHS
from waternet_plugin.core.exchange.mapping.mapping import TAKE, UNKNOWN, Mapping
from waternet_plugin.core.places.deciding.said_words import (
    datum_of_heading,
    datum_of_network,
    datum_of_rows,
    heads_datums,
    other_datum,
)
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import METRES
from waternet_plugin.core.workbooks.file_words import file_words

LEVELS = ("invert_start_m", "invert_end_m", "ground_m", "weir_level_m")

_SMALLER = ("cm", "mm")
# Deeper than this is asked, and a depth in its unit lies between these; the usual one tells units apart.
_ASKED_M, _DEPTHS_M, _USUAL_M = 30.0, (0.2, 15.0), 1.5
# Levels on Earth; a row is out of line where it is beyond these, or this far from the middle of the others.
_LEVELS_M = (-450.0, 9000.0)
_FAR_M = 4000.0
_BEYOND_OTHERS = 200.0
_LEAST_ROWS = 5


def datum_of(heading: str, frame: pd.DataFrame, settings: Settings) -> str:
    """Return the datum that heading, file or column 高程系统 name for heights, '' for the network's."""
    own = datum_of_network(settings.text("printing.height_datum"))
    datum = other_datum(heading, file_words(frame), own)
    columns = [] if datum or datum_of_heading(heading) else filter(heads_datums, map(str, frame.columns))
    for column in columns:
        datum = datum or datum_of_rows(frame[column].dropna().unique().tolist(), own)
    return "" if datum == own else datum


def height_doubts(name: str, values_m: Array, mapping: Mapping, datum: str) -> list[Doubt]:
    """Return what speaks against the unit of a column of depths or levels, or of some of its rows.

    Parameters
    ----------
    name
        The field, one of ``DEPTHS`` or ``LEVELS``.
    values_m
        Its values in metres, as the mapping reads them; NaN where unknown.
    mapping
        What the column is read as.
    datum
        The datum of its levels, '' for that of the network.
    """
    written = values_m / METRES[mapping.units.get(name) or "m"]
    known = np.flatnonzero(np.isfinite(values_m) & (values_m != 0))
    if not len(known):
        return []
    if name in DEPTHS:
        return _depth_doubts(name, values_m, written, known, mapping)
    if datum:
        answer, shown = mapping.odd_rows.get(name, ""), examples_of(written[known])
        return [Doubt(DATUM, name, known, shown, np.nan, (UNKNOWN, TAKE), UNKNOWN, answer, (datum,))]
    return _level_doubts(name, values_m, written, known, mapping)


def _depth_doubts(name: str, values_m: Array, written: Array, known: Array, mapping: Mapping) -> list[Doubt]:
    deep = known[np.abs(values_m[known]) > _ASKED_M]
    if not len(deep):
        return []
    unit = _unit_of_depths(np.abs(written[deep]))
    if len(deep) > len(known) / 2 and len(known) >= _LEAST_ROWS:
        return [_unit_doubt(name, written, deep, unit, mapping)] if unit else []
    return [_odd_doubt(name, written, deep, unit or UNKNOWN, mapping)]


def _unit_of_depths(size: Array) -> str:
    """Return the unit in which numbers are depths, '' for none: the one nearest to the usual depth."""
    middle = float(np.median(size))
    fits = [unit for unit in _SMALLER if _DEPTHS_M[0] <= middle * METRES[unit] <= _DEPTHS_M[1]]
    return min(fits, key=lambda unit: abs(np.log(middle * METRES[unit] / _USUAL_M)), default="")


def _level_doubts(name: str, values_m: Array, written: Array, known: Array, mapping: Mapping) -> list[Doubt]:
    middle = float(np.median(values_m[known]))
    if middle > _LEVELS_M[1] and len(known) >= _LEAST_ROWS:
        # Drawings are in millimetres now and then, levels hardly ever in centimetres.
        return [_unit_doubt(name, written, known, "mm", mapping)]
    beyond = (values_m[known] < _LEVELS_M[0]) | (values_m[known] > _LEVELS_M[1])
    odd = known[beyond | (np.abs(values_m[known] - middle) > _FAR_M)]
    if not len(odd):
        return []
    fits = [
        unit for unit in _SMALLER if (np.abs(written[odd] * METRES[unit] - middle) <= _BEYOND_OTHERS).all()
    ]
    return [_odd_doubt(name, written, odd, fits[0] if fits else UNKNOWN, mapping)]


def _unit_doubt(name: str, written: Array, rows: Array, unit: str, mapping: Mapping) -> Doubt:
    answer = mapping.units.get(name, "")
    choices = tuple(dict.fromkeys((unit, *_SMALLER, "m", *((answer,) if answer else ()))))
    return Doubt(UNIT, name, rows, examples_of(written[rows]), np.nan, choices, unit, answer)


def _odd_doubt(name: str, written: Array, rows: Array, suggestion: str, mapping: Mapping) -> Doubt:
    choices = tuple(dict.fromkeys((suggestion, UNKNOWN, TAKE)))
    answer = mapping.odd_rows.get(name, "")
    return Doubt(ODD, name, rows, examples_of(written[rows]), np.nan, choices, suggestion, answer)
