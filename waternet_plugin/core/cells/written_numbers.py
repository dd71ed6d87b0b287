"""Numbers, lengths with units and pipe sections as foreign files write them: 1,5, 0.3 m, DN300, 400x300.

Nothing is guessed: what can't be read becomes unknown, with the cause, so that the caller can count it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes
from waternet_plugin.core.cells.foreign_values import ReadColumn, is_text, over_distinct, plain, texts
from waternet_plugin.core.cells.nominal_inches import nominal_of_inches
from waternet_plugin.core.units import METRES, ROUND_SIGNS

_TUBE = re.compile(
    rf"[d{ROUND_SIGNS}]?\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*[x×*✕╳]\s*(\d+(?:\.\d+)?)\s*(?:mm|毫米)?"
)
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
# De says the outside of a plastic pipe; walls of the classes SDR 41 to SDR 6 (GB/T 13663), with some room.
_PLASTIC_TUBE = re.compile(r"de\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*[x×*✕╳]\s*(\d+(?:\.\d+)?)\s*(?:mm)?")
_LEAST_PLASTIC, _MOST_PLASTIC = 0.02, 0.2


def nominal_of_tube(text: str) -> float:
    """Return the diameter of a text that names a tube and its wall, mm; NaN for others.

    Of a steel tube it is the nominal one, of one of plastic (De110×6.6), as without its wall, the outside.
    """
    plastic = _PLASTIC_TUBE.fullmatch(plain(text).casefold())
    if plastic:
        outside, wall = float(plastic.group(1)), float(plastic.group(2))
        return outside if _LEAST_PLASTIC * outside <= wall <= _MOST_PLASTIC * outside else float("nan")
    found = _TUBE.fullmatch(plain(text).casefold())
    if not found:
        return float("nan")
    outside, wall = float(found.group(1)), float(found.group(2))
    most = _MOST_WALL_OF_LARGE if outside >= _LARGE_MM else _MOST_WALL
    is_wall = _LEAST_WALL * outside <= wall <= most * outside
    return _NOMINAL_MM.get(outside, float("nan")) if is_wall else float("nan")


# Signs around a diameter: DN300, Φ300, ø300mm, De110, Φ0.3m. NFKC and casefold come first.
_DIAMETER = re.compile(rf"(?:dn|de|[d{ROUND_SIGNS}])?\s*(\d+(?:\.\d+)?)\s*([a-z\u4e00-\u9fff\"″′]*)\.?")
# DN says millimetres whatever the heading says; smaller ones alone may be typed in its unit: DN60 below cm.
_NOMINAL, _LEAST_NOMINAL_MM = re.compile(r"dn\s*(\d+(?:\.\d+)?)", re.IGNORECASE), 100.0
_SECTION = re.compile(
    rf"(?:dn|[db{ROUND_SIGNS}])?\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*[x×*✕╳]\s*h?\s*(\d+(?:\.\d+)?)\s*(?:mm|毫米)?"
)
# Several pipes of one bore side by side: DN300×2, DN200*2根, 3根DN100. What follows D or Φ is a wall.
_PIPES = "根|条|孔|排|道|支"
_BORE = r"(?:dn)?\s*\d+(?:\.\d+)?\s*(?:mm|毫米|m|米)?"
_SEVERAL = re.compile(rf"({_BORE})\s*[x×*✕╳]\s*([2-9])\s*(?:{_PIPES})?")
_SEVERAL_BEFORE = re.compile(rf"([2-9])\s*(?:(?:{_PIPES})\s*[x×*✕╳\-]?|[x×*✕╳\-])\s*({_BORE})")
# Without dn or a word for pipes, only a bore of pipes counts: 108×4 is a tube and its wall.
_BORES_MM = frozenset((100, 150, 200, 250, 300, 350, 400, 450, *range(500, 3001, 100)))
# A number with its unit behind it, and the words for each unit.
_WITH_UNIT = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*([a-z\u4e00-\u9fff\"″′]+)\.?")
_WITH_ANY_UNIT = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*([A-Za-z\u4e00-\u9fff][A-Za-z0-9/\u4e00-\u9fff]*)\.?")
# What turns a number in a unit into the unit of a column.
FactorOf = Callable[[str], Optional[float]]
_UNIT_WORDS = {
    **dict.fromkeys(("mm", "毫米"), "mm"),
    **dict.fromkeys(("cm", "厘米", "公分"), "cm"),
    **dict.fromkeys(("m", "米", "公尺"), "m"),
    **dict.fromkeys(("km", "公里", "千米"), "km"),
    **dict.fromkeys(("in", "inch", "inches", "英寸", "寸", '"', "″", "′′"), "inch"),
    **dict.fromkeys(("ft", "foot", "feet", "英尺"), "foot"),
}
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_WITH_POINT = re.compile(r"[-+]?\d+\.\d+")
# Nobody parts thousands behind four figures or behind a nought.
_DECIMAL_COMMA = re.compile(r"[-+]?(?:\d+,(?:\d{1,2}|\d{4,})|(?:\d{4,}|0),\d{3})")
# Thousands that can be nothing else: with decimals behind them, or twice.
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})")
# Parted by other signs they need decimals behind them: 100 200 may be two numbers.
_OTHER_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:(?:[ '’]\d{3})+[.,]\d+|(?:\.\d{3})+,\d+)")
# One or two decimal commas may be slips of the hand.
_LEAST_COMMAS = 3
_PARTED = re.compile(r"[ '’.,]")


# 1,500 where nothing else tells whether it is one and a half or more than a thousand.
_OPEN_THOUSANDS = re.compile(r"[-+]?\d{1,3},\d{3}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _with_open_thousands(words: Array, read: Array, heading: str) -> Array:
    """Return numbers with those such as 1,500 that their column tells.

    Its other numbers have a decimal point or thousands that can be nothing else, or a decimal comma; where
    none has, a Chinese heading says it, for hardly anybody there writes a decimal comma.
    """
    known = pd.notna(words)
    is_open = known & np.isnan(read)
    if not is_open.any():
        return read
    spelled = {str(word): plain(str(word)) for word in pd.unique(words[known])}
    plain_words = list(spelled.values())
    commas = sum(bool(_DECIMAL_COMMA.fullmatch(word)) for word in plain_words)
    if 0 < commas < _LEAST_COMMAS:
        return read
    has_point = any(_THOUSANDS.fullmatch(word) or _WITH_POINT.fullmatch(word) for word in plain_words)
    if (commas and has_point) or not (commas or has_point or _CHINESE.search(heading)):
        return read
    found = {
        word: float(plain_word.replace(",", "." if commas else ""))
        for word, plain_word in spelled.items()
        if _OPEN_THOUSANDS.fullmatch(plain_word)
    }
    for row in np.flatnonzero(is_open) if found else ():
        read[row] = found.get(str(words[row]), np.nan)
    return read


def one_number(text: str) -> float:
    """Return the number a text spells, NaN if it is none.

    1,5 is one and a half, 1,250.5 and 1 250,5 more than a thousand; 1,500 may be either and is none.
    """
    word = plain(text)
    if _THOUSANDS.fullmatch(word):
        word = word.replace(",", "")
    elif _OTHER_THOUSANDS.fullmatch(word):
        *parts, decimals = _PARTED.split(word)
        word = f"{''.join(parts)}.{decimals}"
    elif _DECIMAL_COMMA.fullmatch(word):
        word = word.replace(",", ".")
    if not _NUMBER.fullmatch(word):
        return np.nan
    return float(word)


def _first_number(text: str) -> float:
    found = _NUMBER.search(plain(text))
    return float(found.group()) if found else np.nan


def number_in_unit(word: str, unit_m: float | None) -> float:
    """Return the number of a text that names its own unit in a column's unit, NaN if it does not."""
    found = None if unit_m is None else _WITH_UNIT.fullmatch(plain(word).casefold())
    if found is None or found.group(2) not in _UNIT_WORDS:
        return np.nan
    return _converted(float(found.group(1)), METRES[_UNIT_WORDS[found.group(2)]], unit_m)


def _converted(number: float, from_m: float, to_m: float | None) -> float:
    # Rounded, so that 0.15 m is 150 mm and not a hair more.
    return number if to_m is None or from_m == to_m else round(number * from_m / to_m, 9)


def unit_named(word: str) -> str:
    """Return the unit of length that a word means, as a MAPPING names it, '' for none: mm of 毫米."""
    return _UNIT_WORDS.get(plain(word).casefold(), "")


def _by_own_unit(word: str, factor_of: FactorOf) -> float:
    """Return the number of a text that names its own unit, by what turns that into the column's."""
    found = _WITH_ANY_UNIT.fullmatch(plain(word))
    factor = None if found is None else factor_of(found.group(2))
    return np.nan if found is None or factor is None else round(float(found.group(1)) * factor, 9)


def numbers(
    series: pd.Series,
    *,
    first: bool = False,
    unit_m: float | None = None,
    factor_of: FactorOf | None = None,
) -> ReadColumn:
    """Return numbers.

    Parameters
    ----------
    series
        A column of any type.
    first
        Take the first number within a text instead of the text as a whole.
    unit_m
        The column's unit of length in metres: a text such as 12.5m or 30 厘米 is read in its own unit then.
        None for a column of no length.
    factor_of
        Of a column of no length: what turns a unit that a text names into the column's, None for a word that
        is none. None reads no such texts.
    """
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        column = ReadColumn(np.full(len(series), np.nan))
        column.drop(causes.BAD_NUMBER, series.notna().to_numpy())
        return column
    if not is_text(series):
        read = series.to_numpy(dtype=float, na_value=np.nan).copy()
        known = ~np.isnan(read)
    else:
        words = texts(series)
        known = np.array(pd.notna(words), dtype=bool)
        read = over_distinct(words, _first_number if first else one_number).astype(float)
        if unit_m is not None and np.isnan(read[known]).any():
            own = over_distinct(words, lambda text: number_in_unit(text, unit_m)).astype(float)
            read = np.where(np.isnan(read), own, read)
        if not first:
            read = _with_open_thousands(words, read, str(series.name))
        if unit_m is None and factor_of is not None and np.isnan(read[known]).any():
            own = over_distinct(words, lambda text: _by_own_unit(text, factor_of)).astype(float)
            read = np.where(np.isnan(read), own, read)
    column = ReadColumn(read)
    column.drop(causes.BAD_NUMBER, known & ~np.isfinite(read))
    return column


def _nominal_size(text: str) -> float:
    """Return the number behind DN, NaN for another text."""
    found = _NOMINAL.fullmatch(plain(text))
    return float(found.group(1)) if found else np.nan


def _several(word: str) -> tuple[str, int] | None:
    """Return the bore and the number of pipes of a text such as DN300×2, None for another text."""
    found = _SEVERAL.fullmatch(word)
    if found:
        bore, count, can_be_plain = found.group(1), found.group(2), True
    else:
        found = _SEVERAL_BEFORE.fullmatch(word)
        if not found:
            return None
        count, bore, can_be_plain = found.group(1), found.group(2), False
    said = bore.startswith("dn") or any(sign in word for sign in _PIPES.split("|"))
    is_bore = can_be_plain and one_number(bore.rstrip("m毫米 ")) in _BORES_MM
    return (bore, int(count)) if said or is_bore else None


def _one_section(text: str, unit_m: float | None, smallest: float) -> tuple[float, float, float, float]:
    """Return diameter, width, height and number of pipes of a text such as DN300, 400x300 or DN300×2."""
    word = plain(text).casefold()
    several = _several(word)
    if several is not None:
        number = _one_section(several[0], unit_m, smallest)[0]
        if number >= smallest:
            return number, np.nan, np.nan, float(several[1])
    found = _SECTION.fullmatch(word)
    if found:
        return np.nan, float(found.group(1)), float(found.group(2)), 1.0
    found = _DIAMETER.fullmatch(word)
    if found and (not found.group(2) or found.group(2) in _UNIT_WORDS):
        number = float(found.group(1))
        # “0.3” and “Φ300” are in the column's unit, whatever that is.
        if found.group(2) and unit_m is not None:
            number = _converted(number, METRES[_UNIT_WORDS[found.group(2)]], unit_m)
        return number, np.nan, np.nan, 1.0
    return one_number(word), np.nan, np.nan, 1.0


@dataclass
class Sections:
    """Diameters, or width and height where a value names both; how many pipes lie side by side.

    ``tube`` marks values that name a steel tube by its outside diameter and wall, ``inches`` those that name
    a size in inches; their diameter is nominal.
    """

    diameter: ReadColumn
    width: Array
    height: Array
    pipes: Array
    tube: Array
    inches: Array


def sections(
    series: pd.Series, smallest: float, unit_m: float | None = 0.001, *, tubes: bool = False
) -> Sections:
    """Return the sections that a column of diameters names: 300, DN300, 0.3m, 400X300, DN300×2.

    Parameters
    ----------
    series
        A column of any type.
    smallest
        Smallest size believed, in the column's unit; a smaller one counts pipes, or makes the value a bad
        number.
    unit_m
        The column's unit in metres, into which values that name their own unit are turned.
    tubes
        Read D219×6 as the steel tube that it is; else it is a bad number.

    In a column of millimetres 8寸 is DN200.
    """
    nothing, is_tube = np.full(len(series), np.nan), np.zeros(len(series), dtype=bool)
    if not is_text(series):
        return Sections(
            numbers(series), nothing, nothing.copy(), np.ones(len(series)), is_tube, is_tube.copy()
        )
    words = texts(series)
    read = over_distinct(words, lambda text: _one_section(text, unit_m, smallest))
    known = np.array(pd.notna(words), dtype=bool)
    parts = np.full((len(words), 4), np.nan)
    parts[:, 3] = 1.0
    if known.any():
        parts[known] = np.array(list(read[known]), dtype=float)
    parts[:, 0] = _with_open_thousands(words, parts[:, 0].copy(), str(series.name))
    if unit_m is not None and unit_m > METRES["mm"]:
        nominal_mm = over_distinct(words, _nominal_size).astype(float)
        is_nominal = np.isfinite(nominal_mm) & bool((nominal_mm >= _LEAST_NOMINAL_MM).any())
        parts[is_nominal, 0] = [_converted(one, METRES["mm"], unit_m) for one in nominal_mm[is_nominal]]
    tiny = (parts[:, 1] < smallest) | (parts[:, 2] < smallest)
    parts[tiny, :3] = np.nan
    if tubes:
        nominal = over_distinct(words, nominal_of_tube).astype(float)
        is_tube = np.isfinite(nominal)
        parts[is_tube, 0] = [_converted(one, 0.001, unit_m) for one in nominal[is_tube]]
        parts[is_tube, 1:3] = np.nan
    is_nominal = is_tube & False
    if unit_m == METRES["mm"]:
        # In a column of inches the sizes are measures, as those without a sign are.
        of_inches = over_distinct(words, nominal_of_inches).astype(float)
        is_nominal = np.isfinite(of_inches)
        parts[is_nominal, 0], parts[is_nominal, 1:3] = of_inches[is_nominal], np.nan
    column = ReadColumn(parts[:, 0].copy())
    column.drop(causes.BAD_NUMBER, known & np.isnan(parts[:, :3]).all(axis=1))
    return Sections(column, parts[:, 1].copy(), parts[:, 2].copy(), parts[:, 3].copy(), is_tube, is_nominal)
