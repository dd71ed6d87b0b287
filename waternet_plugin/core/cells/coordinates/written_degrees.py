"""Longitudes and latitudes in texts: 31°14'05"N, 东经121度28.2分, N31.2347°, 121:28:12.5.

Coordinates that are plain numbers are read as such. Minutes and seconds from 60 on are not coordinates.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.cells import causes, written_numbers
from waternet_plugin.core.cells.foreign_values import ReadColumn, is_text, over_distinct, texts
from waternet_plugin.core.units import DEGREE_ARCSEC, METRES

EAST, NORTH = "east", "north"
# Words for the side of the meridian or the equator: the axis, and the sign of the number.
_SIDES = {
    "e": (EAST, 1.0), "w": (EAST, -1.0), "n": (NORTH, 1.0), "s": (NORTH, -1.0),
    "东经": (EAST, 1.0), "西经": (EAST, -1.0), "北纬": (NORTH, 1.0), "南纬": (NORTH, -1.0),
    "东": (EAST, 1.0), "西": (EAST, -1.0), "北": (NORTH, 1.0), "南": (NORTH, -1.0),
}  # fmt: skip
# Signs that are written for degrees, minutes and seconds, as one of each.
_SIGNS = str.maketrans({"º": "°", "˚": "°", "度": "°", "′": "'", "’": "'", "‘": "'", "＇": "'", "分": "'"})
_SECONDS = re.compile(r"''|[\"″”“＂秒]")
_SIDE = "|".join(sorted(_SIDES, key=len, reverse=True))
_WRITTEN = re.compile(
    rf"(?P<before>{_SIDE})?\s*[:.]?\s*(?P<sign>[-+])?(?P<degrees>\d{{1,3}}(?:\.\d+)?)\s*"
    rf"(?:(?P<mark>[°:]|\s)\s*(?:(?P<minutes>\d{{1,2}}(?:\.\d+)?)\s*(?:[':]|\s|$|(?={_SIDE}))\s*"
    rf"(?:(?P<seconds>\d{{1,2}}(?:\.\d+)?)\s*\"?)?)?)?\s*(?P<after>{_SIDE})?"
)
_THREE_PARTS = re.compile(r"(\d{1,3})[ \-](\d{1,2})[ \-](\d{1,2}(?:\.\d+)?)")
_HEADED = re.compile(r"[经纬]度|\blon|\blat", re.IGNORECASE)
# Share of the values that must say it.
_SHARE = 0.9


def _one(text: str) -> tuple[float, str]:
    """Return the degrees that a text spells, NaN for none, and the axis that it names, '' for none."""
    word = _SECONDS.sub('"', str(text).translate(_SIGNS))
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", word).strip().casefold())
    if found is None:
        return np.nan, ""
    sides = [_SIDES[side] for side in (found["before"], found["after"]) if side]
    # Numbers with a blank between them may be anything.
    if len(sides) > 1 or not (sides or (found["mark"] or " ") in "°:"):
        return np.nan, ""
    degrees, minutes, seconds = (float(found[part] or 0) for part in ("degrees", "minutes", "seconds"))
    is_whole = (found["minutes"] is None or degrees.is_integer()) and (
        found["seconds"] is None or minutes.is_integer()
    )
    if minutes >= 60 or seconds >= 60 or not is_whole:
        return np.nan, ""
    axis, sign = sides[0] if sides else ("", 1.0)
    if found["sign"] == "-":
        # South and a minus say the same.
        sign = -1.0
    value = sign * (degrees + minutes / 60 + seconds / DEGREE_ARCSEC)
    most = 90.0 if axis == NORTH else 180.0
    return (value, axis) if abs(value) <= most else (np.nan, "")


def degrees_of(text: str) -> float:
    """Return the degrees that a text of a coordinate spells with signs or in three parts, NaN for none.

    Instruments leave blanks or dashes between degrees, minutes and seconds: 23 05 12.34, 23-05-12.34.
    """
    parts = _THREE_PARTS.fullmatch(text.strip())
    return _one(":".join(parts.groups()) if parts else text)[0]


def _in_parts(text: str) -> tuple[float, str]:
    """Return degrees and axis of a text below a heading for degrees: 114-1-58.8 and 114 1 58.8, too."""
    found = _one(text)
    return (degrees_of(text), "") if np.isnan(found[0]) else found


@dataclass
class WrittenCoordinates:
    """A column of coordinates: its numbers, whether it is written in degrees, and the axis that it names."""

    numbers: ReadColumn
    in_degrees: bool
    axis: str


def are_swapped(x: WrittenCoordinates, y: WrittenCoordinates) -> bool:
    """Return whether two columns say of themselves that the first is north and the second east."""
    return x.axis == NORTH and y.axis == EAST


def _in_metres(text: str) -> float:
    """Return the number of a text such as 500000.0m, NaN for any other unit."""
    return written_numbers.number_in_unit(text, METRES["m"]) if text.endswith(("m", "米")) else np.nan


def coordinates(series: pd.Series) -> WrittenCoordinates:
    """Return a column of coordinates: plain numbers, and degrees in words or signs.

    Parameters
    ----------
    series
        A column of any type. Texts that are neither are unknown, counted as bad numbers.
    """
    read = written_numbers.numbers(series)
    plain = np.isfinite(read.values)
    if not is_text(series) or plain.all():
        return WrittenCoordinates(read, False, "")
    words = texts(series)
    known = np.array(pd.notna(words), dtype=bool)
    in_degrees = _HEADED.search(str(series.name))
    pairs = over_distinct(np.array(words[~plain], dtype=object), _in_parts if in_degrees else _one)
    degrees, axes = np.full(len(words), np.nan), np.full(len(words), "", dtype=object)
    degrees[~plain] = [np.nan if pair is None else pair[0] for pair in pairs]
    axes[~plain] = ["" if pair is None else pair[1] for pair in pairs]
    values = np.where(plain, read.values, degrees)
    bare = np.isnan(values) & known
    values[bare] = over_distinct(np.array(words[bare], dtype=object), _in_metres)
    column = ReadColumn(values)
    column.drop(causes.BAD_NUMBER, known & ~np.isfinite(values))
    written = np.isfinite(degrees)
    named = {axis: int((axes == axis).sum()) for axis in (EAST, NORTH)}
    least = max(1.0, _SHARE * int(known.sum()))
    axis = next((one for one, count in named.items() if count >= least), "")
    return WrittenCoordinates(column, bool(written.sum() >= least), axis)
