"""Units that the values of a field come in beside the field's own, and what turns them into it.

Lengths are named as a MAPPING names them, all other units as people write them: kPa, 吨, 万元, m3/月. A
number with a unit of another quantity is none of the field, however its column is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Dictionary

from waternet_plugin.core.cells.headings import unit_word
from waternet_plugin.core.cells.written_numbers import unit_named
from waternet_plugin.core.exchange.units.reading_units import FLOW, PRESSURE, factor_to_ours, plain_unit
from waternet_plugin.core.units import DAY_MIN, DAY_S, HOUR_S, METRES, MONTH_DAYS, YEAR_DAYS

VOLUME, VOLUME_A_DAY, VOLUME_A_YEAR = "m3", "m3/d", "m3/a"
# Words before a unit that multiply it.
_MANY = (("百万", 1e6), ("10^4", 1e4), ("10^3", 1e3), ("万", 1e4), ("千", 1e3), ("亿", 1e8), ("百", 1e2))
_VOLUMES_M3 = {"m3": 1.0, "l": 1e-3, "kl": 1.0, "megal": 1e3, "t": 1.0, "方": 1.0}
_DAYS = {
    **dict.fromkeys(("d", "天", "日", "day", "days"), 1.0),
    **dict.fromkeys(("周", "星期", "week", "weeks"), 7.0),
    **dict.fromkeys(("月", "个月", "month", "months", "mon"), MONTH_DAYS),
    **dict.fromkeys(("季", "季度", "quarter"), YEAR_DAYS / 4),
    **dict.fromkeys(("年", "a", "year", "years", "yr", "y"), YEAR_DAYS),
    **dict.fromkeys(("h", "小时", "hour", "hours"), HOUR_S / DAY_S),
    **dict.fromkeys(("min", "分", "分钟"), 1.0 / DAY_MIN),
}
_AREAS_CM2 = {
    **dict.fromkeys(("cm2", "平方厘米"), 1.0),
    **dict.fromkeys(("mm2", "平方毫米"), 1e-2),
    **dict.fromkeys(("m2", "平方米", "平米"), 1e4),
}
_MONEY = frozenset(("", "元", "人民币", "元人民币", "yuan", "cny", "rmb", "money"))
_PRESSURES = {"巴": "bar"}
_COUNTED = {"households": ("户",), "turns": ("圈", "转"), "deg": ("度", "°")}
# Units as people choose them, for each unit of ours.
_OFFERED: Dictionary[str, tuple[str, ...]] = {
    "MPa": ("kPa", "bar", "m", "kgf/cm2", "psi"),
    "m3": ("L", "10^4 m3"),
    "m3/h": ("m3/d", "L/s", "L/h"),
    "m3/d": ("L/d", "m3/h", "L/s", "m3/month", "m3/a"),
    "m3/a": ("m3/d", "m3/month", "10^4 m3/a"),
    "d": ("week", "month", "a"),
    "h": ("min", "d"),
    "min": ("h", "d"),
    "cm2": ("mm2", "m2"),
    "money": ("10^3", "10^4", "10^6"),
}
_A_DAY, _A_MONTH, _A_YEAR = (
    re.compile(pattern, re.IGNORECASE)
    for pattern in (r"日(?!期)|每天|day|daily", r"月|month", r"年|year|annual")
)
# A unit at the end of a heading without brackets: 压力kPa, PRESS_PSI, 水量万吨.
_LAST_WORD = re.compile(
    r"(?<=[\W_\u4e00-\u9fff])((?:万|千)?[A-Za-z][A-Za-z0-9/²³]+|(?:万|千|百万|亿)(?:元|吨|方|立方米)|公斤力?|[兆千]帕)$"
)
_LAST_WORD_OF = ("MPa", "m3", "m3/h", "money")
# A shapefile cuts 工作压力(kPa) behind the k: what is left of a unit, and where the median of values lies.
_CUT = re.compile(r"^(.*?[^\s（(\[【])\s*[（(\[【]\s*([^（(\[【）)\]】]*)$")
_COMMON = {"MPa": (0.02, 4.0)}
_VOLUMES = re.compile(r"水量|水定额|水计划|volume|consum|usage", re.IGNORECASE)


def offered_units(own: str) -> tuple[str, ...]:
    """Return the units that are offered for a field beside its own, as a MAPPING names them."""
    if own in METRES:
        return tuple(unit for unit in METRES if unit != own)
    return _OFFERED.get(own, ())


def unit_factor(own: str, unit: str) -> float | None:
    """Return the number that turns a value in a unit into the unit of a field, None for another quantity.

    Parameters
    ----------
    own
        The unit of the field, '' for none.
    unit
        As a MAPPING or a heading has it.
    """
    if own in METRES:
        named = unit if unit in METRES else unit_named(unit)
        return METRES[named] / METRES[own] if named else None
    word = unicodedata.normalize("NFKC", unit).strip()
    factor = _plain_factor(own, word)
    if factor is not None:
        return factor
    many, word = _many_of(word)
    factor = _plain_factor(own, word)
    return None if factor is None else many * factor


def factor_between(own: str, unit: str, factor: float = 1.0) -> float | None:
    """Return what turns a number in a unit into that of a column, None for another quantity.

    ``factor`` turns the column's values into the unit of the field, ``own``.
    """
    found = unit_factor(own, unit)
    return None if found is None else found / factor


def is_unit_of_any(unit: str) -> bool:
    """Return whether any field is measured in a unit."""
    return any(unit_factor(own, unit) is not None for own in ("m", "h", "m3/h", *_OFFERED, *_COUNTED))


def unit_of_heading(column: str) -> str:
    """Return the unit in brackets or at the end of a column's name, '' for none: kPa of 压力kPa."""
    word = unit_word(column)
    return word or column[len(name_without_unit(column)) :].strip("_ -/")


def name_without_unit(column: str) -> str:
    """Return a column's name without a unit that stands behind it without brackets.

    Lengths have their own look; and MIN and DAY are words of other things.
    """
    found = _LAST_WORD.search(column)
    if found is None or not any(unit_factor(own, found.group(1)) for own in _LAST_WORD_OF):
        return column
    return column[: found.start(1)].rstrip("_ -/")


def name_without_cut_unit(column: str) -> str:
    """Return a column's name without a bracket that is not closed."""
    return _CUT.sub(r"\1", column)


def cut_unit(own: str, column: str, median: float) -> str | None:
    """Return the unit that a cut heading begins, '' for the field's own; None where none or several fit.

    Parameters
    ----------
    own
        The unit of the field.
    column
        The name of the column, `is_unit_cut`.
    median
        Of the values of the column.
    """
    found = _CUT.match(column)
    low, high = _COMMON[own]
    begun = found.group(2).casefold() if found is not None else ""
    fits = [
        unit
        for unit in (own, *offered_units(own))
        if unit.casefold().startswith(begun) and low <= median * (unit_factor(own, unit) or 0.0) <= high
    ]
    return None if len(fits) != 1 else "" if fits[0] == own else fits[0]


def is_unit_cut(own: str, column: str) -> bool:
    """Return whether a heading ends within the bracket of a unit that values can tell."""
    return own in _COMMON and _CUT.match(column) is not None


def told_unit(own: str, heading: str, unit: str) -> str | None:
    """Return the unit that a heading names for a field, '' for the field's own, None for another quantity.

    A volume is one of a day, a month or a year where the heading says so; without a word for the time it is
    no volume of any.

    Parameters
    ----------
    own
        The unit of the field.
    heading
        The name of the column.
    unit
        The unit that stands in or behind it, '' for none.
    """
    if own in (VOLUME_A_DAY, VOLUME_A_YEAR):
        is_volume = unit_factor(VOLUME, unit) is not None if unit else bool(_VOLUMES.search(heading))
        of_time = _time_in(heading)
        if is_volume and not of_time and own == VOLUME_A_DAY:
            return None
        if is_volume:
            unit = f"{unit or VOLUME}/{of_time or 'a'}"
    if not unit:
        return ""
    factor = unit_factor(own, unit)
    if factor is None:
        return None if is_unit_of_any(unit) else ""
    same = (one for one in offered_units(own) if unit_factor(own, one) == factor)
    return "" if factor == 1.0 else next(same, unit)


def _time_in(heading: str) -> str:
    """Return the time that a heading says a volume is used in, '' for none."""
    spans = ((_A_DAY, "d"), (_A_MONTH, "month"), (_A_YEAR, "a"))
    return next((span for words, span in spans if words.search(heading)), "")


def _many_of(word: str) -> tuple[float, str]:
    """Return by how much the words before a unit multiply it, and the unit alone."""
    for before, many in _MANY:
        if word.startswith(before):
            return many, word[len(before) :].strip()
    return 1.0, word


def _plain_factor(own: str, word: str) -> float | None:
    folded = plain_unit(word)
    if own == "MPa":
        return factor_to_ours(PRESSURE, _PRESSURES.get(word.casefold(), _PRESSURES.get(folded, word)))
    if own == VOLUME:
        return _VOLUMES_M3.get(folded)
    if own in (VOLUME_A_DAY, VOLUME_A_YEAR, "m3/h"):
        days = {VOLUME_A_DAY: 1.0, VOLUME_A_YEAR: YEAR_DAYS, "m3/h": HOUR_S / DAY_S}[own]
        a_day = _flow_m3d(word)
        return None if a_day is None else a_day * days
    if own in ("d", "h", "min"):
        days = _DAYS.get(word.casefold(), _DAYS.get(folded, 0.0))
        return days / _DAYS[own] if days else None
    if own == "cm2":
        return _AREAS_CM2.get(word.casefold())
    if own == "money":
        return 1.0 if word.casefold() in _MONEY else None
    return 1.0 if word == own or word in _COUNTED.get(own, ()) else None


def _flow_m3d(word: str) -> float | None:
    """Return cubic metres a day of one unit of flow, None for what is none."""
    a_hour = factor_to_ours(FLOW, word)
    if a_hour is not None:
        return a_hour * DAY_S / HOUR_S
    head, slash, tail = word.partition("/")
    volume, days = _VOLUMES_M3.get(plain_unit(head)), _DAYS.get(tail.strip().casefold(), 0.0)
    return volume / days if slash and volume is not None and days else None
