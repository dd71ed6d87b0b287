"""Given lengths held against the drawn ones: a unit of the column, rows in another unit, a projection.

Where most given lengths are the drawn ones within a twentieth, the unit is right, and rows that are a
thousandth of theirs are kilometres. Where all are the drawn ones times one number, that is a unit, or the
scale of a projection, and then the column is no length of the pipes.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.doubts.doubt import ODD, UNIT, Doubt, examples_of
from waternet_plugin.core.exchange.mapping.mapping import DRAWN, TAKE, Mapping
from waternet_plugin.core.units import DEGREE_M, METRES

# So many rows say something, and lines shorter than this little.
_LEAST_ROWS = 10
_LEAST_M = 2.0
# A length is the drawn one within this part of it; of a row that is out of line, within the second.
_SAME, _ODD_SAME = 0.05, 0.1
_MOSTLY, _ALL = 0.5, 0.9
# One number for all rows: the ratio of each row is that of the middle one within this part.
_ONE_NUMBER = 0.01
# So near to one a number is no unit and no projection.
_NO_SCALE = 0.02
_UNITS = ("m", "km", "foot", "cm", "mm", "inch")
# What a row may be in whose neighbours are in metres; feet are too near to a slip to be one row's.
_ODD_UNITS = ("km", "cm", "mm", "m")
_WEB_MERCATOR = "EPSG:3857"


@dataclass(frozen=True)
class LengthReading:
    """What a column of lengths is: its unit, '' where none fits; ``scale`` where all rows have one ratio.

    ``is_drawn`` says that the column holds the drawn lengths themselves.
    """

    unit: str
    scale: float
    rows: int
    is_drawn: bool = False


def drawn_lengths(frame: pd.DataFrame) -> Array | None:
    """Return the length of each line of a foreign frame in metres, None where it draws none.

    In degrees and in web maps lengths are brought to those on the ground, exact to a hundredth.
    """
    if not isinstance(frame, gpd.GeoDataFrame):
        return None
    crs = frame.crs
    shapes = np.array(frame.geometry.to_numpy(), dtype=object)
    if crs is None:
        return np.asarray(shapely.length(shapes), dtype=float)
    if crs.is_geographic or crs.equals(_WEB_MERCATOR):
        return _on_the_ground(shapes, crs.is_geographic)
    unit_m = float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0
    return np.asarray(shapely.length(shapes) * unit_m, dtype=float)


def _on_the_ground(shapes: Array, is_geographic: bool) -> Array:
    middle = shapely.get_coordinates(shapes)
    if not len(middle):
        return np.zeros(len(shapes))
    north = float(np.median(middle[:, 1]))
    if is_geographic:
        east_m = DEGREE_M * np.cos(np.radians(north))
        return np.asarray(shapely.length(shapely.transform(shapes, lambda xy: xy * (east_m, DEGREE_M))))
    latitude = np.arctan(np.sinh(north / 6_378_137.0))
    return np.asarray(shapely.length(shapes) * np.cos(latitude))


def _ratios(given: Array, drawn: Array) -> tuple[Array, Array]:
    """Return the rows that can be compared, and their given length by the drawn one."""
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero((given > 0) & (drawn > _LEAST_M))
    return rows, given[rows] / drawn[rows]


def _share(ratios: Array, factor: float, within: float = _SAME) -> float:
    return float((np.abs(ratios * factor - 1) <= within).mean())


def read_lengths(given: Array, drawn: Array) -> LengthReading | None:
    """Return what a column of numbers is beside the drawn lengths, None where nothing can be said.

    Parameters
    ----------
    given
        The numbers as the file has them.
    drawn
        The drawn lengths in metres.
    """
    rows, ratios = _ratios(given, drawn)
    if len(rows) < _LEAST_ROWS:
        return None
    middle = float(np.median(ratios))
    same = np.abs(ratios / middle - 1) <= _ONE_NUMBER
    scale = middle if same.mean() >= _ALL else np.nan
    shares = [_share(ratios, METRES[unit]) for unit in _UNITS]
    best = int(np.argmax(shares))
    unit = _UNITS[best] if shares[best] >= _MOSTLY else ""
    is_drawn = unit == "m" and _share(ratios, 1.0, _ONE_NUMBER / 10) >= _ALL
    return LengthReading(unit, scale, len(rows), is_drawn)


def length_doubts(given: Array, drawn: Array, mapping: Mapping, crs_unit: str = "") -> list[Doubt]:
    """Return what the drawn lengths of pipes say of the given ones.

    Parameters
    ----------
    given
        The numbers in metres, as the mapping reads them.
    drawn
        The drawn lengths in metres.
    mapping
        What the column is read as.
    crs_unit
        Unit of the file's coordinates as PROJ names it: feet are of the same kind.
    """
    factor = METRES[mapping.units.get("length_m") or "m"]
    written = given / factor
    found = read_lengths(written, drawn)
    if found is None:
        return []
    answer = mapping.units.get("length_m", "")
    if found.unit and found.unit != (answer or "m") and (found.unit, answer) != ("foot", "us_survey_foot"):
        is_survey_foot = found.unit == "foot" and "survey" in crs_unit.casefold()
        return [_unit_doubt(written, drawn, "us_survey_foot" if is_survey_foot else found.unit, answer)]
    if not found.unit and np.isfinite(found.scale) and abs(found.scale * factor - 1) > _NO_SCALE:
        return [_scale_doubt(written, drawn, found, answer)]
    return _odd_lengths(written, drawn, mapping, factor) if found.unit else []


def _unit_doubt(written: Array, drawn: Array, unit: str, answer: str) -> Doubt:
    rows, ratios = _ratios(written, drawn)
    choices = dict.fromkeys((unit, "m", *(() if not answer else (answer,)), DRAWN))
    return Doubt(
        UNIT,
        "length_m",
        rows,
        examples_of(written[rows]),
        float(np.median(ratios)),
        tuple(choices),
        unit,
        answer,
    )


def _scale_doubt(written: Array, drawn: Array, found: LengthReading, answer: str) -> Doubt:
    rows, _ratios_of_rows = _ratios(written, drawn)
    choices = dict.fromkeys((DRAWN, answer or "m"))
    return Doubt(
        UNIT, "length_m", rows, examples_of(written[rows]), found.scale, tuple(choices), DRAWN, answer
    )


def _odd_lengths(written: Array, drawn: Array, mapping: Mapping, factor: float) -> list[Doubt]:
    """Return the rows whose length is the drawn one in another unit than that of the others."""
    rows, ratios = _ratios(written, drawn)
    off = np.abs(ratios * factor - 1) > 0.5
    best: tuple[str, Array] = ("", np.zeros(0, dtype=np.int64))
    for unit in _ODD_UNITS:
        if METRES[unit] == factor:
            continue
        fits = rows[off & (np.abs(ratios * METRES[unit] - 1) <= _ODD_SAME)]
        if len(fits) > len(best[1]):
            best = unit, fits
    unit, odd = best
    if not unit:
        return []
    ratio = float(np.median(written[odd] / drawn[odd]))
    answer = mapping.odd_rows.get("length_m", "")
    choices = tuple(dict.fromkeys((unit, DRAWN, TAKE)))
    return [Doubt(ODD, "length_m", odd, examples_of(written[odd]), ratio, choices, unit, answer)]
