"""What the values of a column are on their own: ids, years, days, bores, codes, streets, lengths, depths.

Each nature gives the share of a column's values that fit, 0 where too little speaks for it. Words for unknown
fit every nature but that of an id, where most other values do.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values, written_days, written_numbers
from waternet_plugin.core.cells.headings import bare_name, is_unit, unit_word
from waternet_plugin.core.cells.unknown_words import unknown_cells
from waternet_plugin.core.exchange.doubts.length_doubts import read_lengths
from waternet_plugin.core.exchange.mapping.depth_signs import DEPTHS
from waternet_plugin.core.exchange.mapping.filled_fields import is_bore
from waternet_plugin.core.schema.domains import fold, suggest
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.schema.word_codes import codes_of_column
from waternet_plugin.core.units import ROUND_SIGNS

# Share of the values that are told to be unknown at most, so that the others say something.
_LEAST_TOLD = 0.5
# Share of distinct values from which on a column may hold ids.
_UNIQUE = 0.98
# A few rows are distinct by chance.
_LEAST_IDS = 10
_NUMBERED = 0.95
# Codes of these are words of the trade, not yes and no.
CODED = frozenset(
    {"material", "reported_material", "system", "kind", "status", "valve_state", "burial", "flow"}
)
# All pipes may be in use, all valves open.
_ONE_FOR_ALL = frozenset({"status", "valve_state"})
_MOST_CODES = 200
# A depth of the whole pipe, by its words or their initials: few different ones say it all the same.
_DEPTH_NAMES = re.compile(r"埋深|埋设深度|^(?:gd|gx|pj)?ms$|^(?:pipe)?depth")
# A network is laid over many years; a database is edited in few.
_LAID_OVER_Y = 15
_FAILED_OVER_Y = 1
# Days that their column alone tells from numbers say little beside as many that are written out.
_LEAST_WRITTEN = 0.5

# Nominal bores in mm: of metal, of plastics by their outside, and of inches.
_BORES = np.array(
    [
        *(15, 20, 25, 32, 38, 40, 50, 63, 65, 75, 80, 90, 100, 110, 125, 140, 150, 152, 160, 180, 200, 203),
        *(225, 250, 254, 280, 300, 305, 315, 350, 355, 356, 400, 406, 450, 457, 500, 508, 560, 600, 610, 630),
        *(700, 710, 750, 762, 800, 900, 914, 1000, 1067, 1100, *range(1200, 3001, 100)),
    ]
)
_LEAST_BORE = 50.0
_LEAST_BORES = 3
# What nobody writes with another figure, and how many of the bores must be written so.
_SAID_BORE = re.compile(rf"\s*(?:(?:dn|[{ROUND_SIGNS}])\s*\d|\d+\s*(?:mm|毫米)\s*$)", re.IGNORECASE)
# Headings that speak of a bore, among them initials that also stand for a cost: the values tell which.
_BORE_NAMES = re.compile(r"(?:gc|gd|gx|gg)zj|直径|口径")
_SAID = 0.8

# How the names of streets end; behind it may come a part of the street, or a house.
_STREET = re.compile(
    r"(?:路|街|大道|巷|弄|胡同|公路|国道|省道|环线|里)(?:[东南西北中一二三四五六七八九十\d]{0,3}(?:段|侧|口|路|街|巷|弄)?|\d[-\d]*号\w{0,6})$"
    r"|\b(?:st|street|str|ave|avenue|av|rd|road|dr|drive|blvd|boulevard|lane|ln|ct|court|cres|crescent|way"
    r"|pl|place|hwy|highway|pkwy|parkway|terr?|terrace|row|trail|sq|square)\.?(?:\s+(?:[nsew]{1,2}|north|south"
    r"|east|west))?$",
    re.IGNORECASE,
)
_LEAST_STREETS, _STREETS = 2, 0.8

# What is counted or measured by its heading, and how to reach somebody.
_MEASURED_NAME = re.compile(r"(?:数|量|深度?|长度?|高程?|标高|径|面积|容积|额|价|费|率|时间|日期|电话|手机)$")
# Depths in metres: nearly all are dug so deep, half of them so, and most are measured finer than to a metre.
# A number with decimals and a unit: 42.12米.
_WITH_UNIT = re.compile(r"[-+]?\d+\.\d+\s*[^\W\d_][\w/²³]{0,5}")
_DEPTHS_M, _USUAL_M = (0.1, 12.0), (0.5, 6.0)
_LEAST_DEPTHS, _LEAST_DIFFERENT, _MEASURED = 10, 5, 0.5


def nature_of(described: Field, table: Table) -> str:
    """Return what the values of a field are, '' where values alone can't tell."""
    if described.name == table.id_field:
        return "id"
    if described.name == "install_year":
        return "year"
    if described.type == "date":
        return "day"
    if is_bore(described):
        return "bore"
    if described.name == "street":
        return "street"
    if described.name == "length_m" and table.name == "pipe":
        return "length"
    if described.name in CODED:
        return described.domain
    return "depth" if described.name in DEPTHS else ""


def share(described: Field, table: Table, series: pd.Series, drawn: Array | None) -> float:
    """Return the share of a column's values that read as what a field holds, 0 where values can't tell."""
    nature = nature_of(described, table)
    if nature == "id":
        return _ids(series)
    if nature == "year":
        return _days(series, _LAID_OVER_Y, whole=False)
    if nature == "day":
        return _days(series, _FAILED_OVER_Y, whole=True)
    if nature == "bore":
        return _bores(series)
    if nature == "street":
        return _streets(series)
    if nature == "length":
        return _lengths(series, drawn)
    if nature == "depth":
        return _depths(series)
    return _codes(described, series) if nature else 0.0


def _with_unknown(good: Array, words: Array) -> float:
    """Return the share of known texts that fit or say that nobody knows; 0 where too few others fit."""
    if not len(good) or good.sum() < _LEAST_TOLD * len(good):
        return 0.0
    return float((good | unknown_cells(words)).mean())


def _known(series: pd.Series) -> tuple[pd.Series, Array]:
    known = series.dropna()
    words = foreign_values.texts(known)
    there = np.array(pd.notna(words), dtype=bool)
    return known[there], words[there]


def _days(series: pd.Series, least_years: float, *, whole: bool) -> float:
    """Return the share of values that are days, or years, 0 where they don't spread over enough years."""
    known, words = _known(series)
    read = written_days.days(known)
    good = (read.year >= 1800) & (read.year <= 2100)
    if whole:
        good &= (read.month >= 1) & (read.month <= 12) & (read.day >= 1) & (read.day <= 31) & ~read.unordered
    if not good.any() or (good & ~read.loose).sum() < _LEAST_WRITTEN * good.sum():
        return 0.0
    low, high = np.percentile(read.year[good], [2.5, 97.5])
    return _with_unknown(good, words) if high - low >= least_years else 0.0


def _bores(series: pd.Series) -> float:
    """Return the share of values that are nominal bores or sections, 0 for too few different ones."""
    known, words = _known(series)
    read = written_numbers.sections(known, 0.0, tubes=True)
    bore = read.diameter.values
    nominal = np.isin(np.round(bore, 1), _BORES)
    good = nominal | np.isfinite(read.width)
    distinct = len(np.unique(bore[nominal])) + int(np.isfinite(read.width).any())
    said = [bool(_SAID_BORE.match(str(word))) for word in pd.unique(words[nominal])]
    is_said = bool(said) and float(np.mean(said)) >= _SAID
    is_said |= bool(_BORE_NAMES.search(fold(str(series.name))))
    least = 1 if is_said else _LEAST_BORES
    if distinct < least or not nominal.any() or np.nanmax(bore[nominal]) < _LEAST_BORE:
        return 0.0
    return _with_unknown(good, words)


def _codes(described: Field, series: pd.Series) -> float:
    """Return the share of values that are words for codes, 0 where they are few, figures or letters."""
    counts = pd.Series(foreign_values.texts(series), dtype=object).value_counts()
    if len(counts) > _MOST_CODES:
        return 0.0
    meant: set[str] = set()
    known = told = 0
    named = codes_of_column(described.domain, list(counts.index), described.own_codes)
    for word, count, one in zip(counts.index, counts, named):
        # 供水公司 is an owner: words within others tell of materials alone.
        is_whole = suggest(described.domain, word, described.own_codes) is not None
        if described.domain != "material" and not is_whole:
            continue
        # A single Chinese sign is a word, a single letter none.
        if one is None or (len(fold(word)) == 1 and word.isascii()) or fold(word).isdecimal():
            continue
        known += int(count)
        if one.code not in ("unknown", "other"):
            meant |= {one.code}
            told += int(count)
    # A Chinese word of the trade in all rows says what the column is; letters may be anything.
    is_chinese = all(not str(word).isascii() for word in counts.index)
    least = 1 if described.name in _ONE_FOR_ALL or is_chinese else 2
    if len(meant) < least or told < _LEAST_TOLD * counts.sum():
        return 0.0
    return known / int(counts.sum())


def _ids(series: pd.Series) -> float:
    """Return the share of distinct values of a column that may hold ids, 0 for one that does not.

    Row numbers of a database, measurements, days, telephones and marks of programs are distinct too, and
    no ids.
    """
    heading = str(series.name)
    if is_unit(unit_word(heading)) or _MEASURED_NAME.search(fold(bare_name(heading))):
        return 0.0
    words = foreign_values.texts(series)
    known = words[np.array(pd.notna(words), dtype=bool)]
    if len(known) < len(words) or len(known) < _LEAST_IDS:
        return 0.0
    distinct = len(pd.unique(known)) / len(known)
    if distinct < _UNIQUE:
        return 0.0
    numbers = written_numbers.numbers(pd.Series(known, dtype=object)).values
    if np.isfinite(numbers).all():
        if (numbers != np.floor(numbers)).any():
            return 0.0
        steps = np.unique(np.diff(np.sort(numbers)))
        # A database writes no zeros before its numbers.
        is_padded = any(len(word) > 1 and word.startswith("0") for word in known)
        if len(steps) == 1 and steps[0] == 1 and numbers.min() in (0, 1) and not is_padded:
            return 0.0
    elif np.isfinite(written_days.days(pd.Series(known, dtype=object)).day).mean() > 0.5:
        return 0.0
    some = pd.Series(known[:1000], dtype=object)
    if some.str.fullmatch(_WITH_UNIT).mean() > _MEASURED:
        return 0.0
    numbered, strange = some.str.contains(r"\d").mean(), some.str.contains(r"[{}\s]").mean()
    return distinct if some.str.len().max() <= 30 and numbered >= _NUMBERED and strange < 0.1 else 0.0


def _streets(series: pd.Series) -> float:
    """Return the share of values that end as the names of streets do; 1 from which on most of them do."""
    _values, words = _known(series)
    distinct = pd.unique(words)
    if len(words) < _LEAST_STREETS or len(distinct) < _LEAST_STREETS:
        return 0.0
    classes = codes_of_column("road_class", list(distinct)) if len(distinct) <= _MOST_CODES else []
    # 主干路 and 支路 are classes of streets.
    if sum(one is not None for one in classes) > len(distinct) / 2:
        return 0.0
    good = np.array([bool(_STREET.search(str(word))) for word in words], dtype=bool)
    # Estates and places stand among streets; none of them is a wrong place.
    return 1.0 if _with_unknown(good, words) >= _STREETS else 0.0


def _lengths(series: pd.Series, drawn: Array | None) -> float:
    """Return 1 for a column that holds the drawn lengths, but for slips and rounding."""
    if drawn is None or len(drawn) != len(series):
        return 0.0
    found = read_lengths(written_numbers.numbers(series.reset_index(drop=True), unit_m=1.0).values, drawn)
    # The drawn lengths themselves are what a program worked out.
    return 1.0 if found is not None and found.unit and not found.is_drawn else 0.0


def _depths(series: pd.Series) -> float:
    """Return the share of values that pipes and pits are deep, in metres, 0 for too few different ones."""
    unit = unit_word(str(series.name))
    if unit and written_numbers.unit_named(unit) != "m":
        return 0.0
    known, words = _known(series)
    size = np.abs(written_numbers.numbers(known, unit_m=1.0).values)
    good = (size >= _DEPTHS_M[0]) & (size <= _DEPTHS_M[1])
    if good.any() and _DEPTH_NAMES.search(fold(str(series.name))):
        return _with_unknown(good, words)
    if good.sum() < _LEAST_DEPTHS or len(np.unique(size[good])) < _LEAST_DIFFERENT:
        return 0.0
    middle = float(np.median(size[good]))
    measured = float((size[good] != np.floor(size[good])).mean())
    is_usual = _USUAL_M[0] <= middle <= _USUAL_M[1] and measured >= _MEASURED
    return _with_unknown(good, words) if is_usual else 0.0
