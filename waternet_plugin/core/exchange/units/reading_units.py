"""Units that readings come in, and what turns them into ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Dictionary

from waternet_plugin.core.units import DAY_S, HOUR_S, METRE_MPA, PSI_MPA, US_GALLON_M3

FLOW, PRESSURE, LEVEL, COUNTER, NOISE = "flow_m3h", "pressure_mpa", "level_m", "counter_m3", "noise_db"
QUANTITIES = (FLOW, PRESSURE, LEVEL, COUNTER, NOISE)
# What is measured in so many units that a number alone says nothing.
ASKED = (FLOW, PRESSURE)

_VOLUMES_M3 = {"m3": 1.0, "l": 0.001, "kl": 1.0, "ml": 1e-6, "megal": 1000.0, "usgal": US_GALLON_M3}
_SPANS_S = {"s": 1.0, "min": 60.0, "h": HOUR_S, "d": DAY_S}
_FLOW = re.compile(r"(m3|megal|usgal|kl|ml|l)/([0-9]{0,4})(s|min|h|d)")
_FLOW_NAMES = {
    "lps": "l/s", "cms": "m3/s", "cmh": "m3/h", "cmd": "m3/d", "lpm": "l/min", "lph": "l/h",
    "gpm": "usgal/min",
    "t/h": "m3/h", "t/d": "m3/d", "mld": "megal/d", "m3ph": "m3/h", "m3h": "m3/h", "cumec": "m3/s",
}  # fmt: skip
_OTHERS: Dictionary[str, Dictionary[str, float]] = {
    PRESSURE: {
        "mpa": 1.0, "kpa": 1e-3, "pa": 1e-6, "bar": 0.1, "mbar": 1e-4, "m": METRE_MPA, "mh2o": METRE_MPA,
        "mwc": METRE_MPA, "psi": PSI_MPA,
        # People say kilogrammes for those of force on a square centimetre.
        **dict.fromkeys(("kgf/cm2", "kg/cm2", "kgf", "kg"), 10 * METRE_MPA),
    },
    LEVEL: {"m": 1.0, "cm": 0.01, "mm": 0.001},
    COUNTER: {"m3": 1.0, "l": 0.001, "kl": 1.0, "10l": 0.01, "100l": 0.1, "10m3": 10.0, "100m3": 100.0},
    NOISE: {"db": 1.0},
}  # fmt: skip
_TEN_THOUSAND = "万"
_WORDS = (
    ("立方米", "m3"), ("立方", "m3"), ("吨", "m3"),
    ("兆帕", "mpa"), ("千帕", "kpa"), ("公升", "l"), ("升", "l"),
    ("米水柱", "m"), ("公斤力", "kgf"), ("公斤", "kg"), ("平方厘米", "cm2"),
    ("分贝", "db"), ("小时", "h"), ("时", "h"),
    ("分钟", "min"), ("秒", "s"), ("天", "d"), ("日", "d"), ("米", "m"),
)  # fmt: skip
_SPELLINGS = (("litres", "l"), ("liters", "l"), ("litre", "l"), ("liter", "l"), ("m^3", "m3"), ("cum", "m3"))
_LONG_SPANS = (("hours", "h"), ("hour", "h"), ("hr", "h"), ("sec", "s"), ("day", "d"))
# Units as people choose them, for each quantity.
OFFERED: Dictionary[str, tuple[str, ...]] = {
    FLOW: ("m3/h", "L/s", "m3/15min", "m3/d", "L/min", "L/h", "m3/s", "m3/min", "L/15min"),
    PRESSURE: ("MPa", "kPa", "bar", "m", "psi"),
    LEVEL: ("m", "cm", "mm"),
    COUNTER: ("m3", "L", "10L", "100L", "10m3"),
    NOISE: ("dB",),
}
# The first that is found counts: a cumulated flow is a counter.
_SAYS = (
    (
        COUNTER,
        re.compile(r"累计|读数|表底|止码|行度|counter|totali[sz]er|cumulat|meter.?index", re.IGNORECASE),
    ),
    (NOISE, re.compile(r"噪声|noise", re.IGNORECASE)),
    (PRESSURE, re.compile(r"压力|pressure|水压", re.IGNORECASE)),
    (LEVEL, re.compile(r"液位|水位|level", re.IGNORECASE)),
    (FLOW, re.compile(r"流量|flow", re.IGNORECASE)),
)


def plain_unit(text: str) -> str:
    """Return the name of a unit without case, blanks and typographic signs."""
    # Mega and milli differ by case alone.
    word = text.strip().replace("ML/", "megal/").replace("ML", "megal")
    word = unicodedata.normalize("NFKC", word).casefold()
    word = re.sub(r"[\s·]", "", word)
    for pairs in (_WORDS, _SPELLINGS):
        for old, new in pairs:
            word = word.replace(old, new)
    head, slash, tail = word.partition("/")
    for old, new in _LONG_SPANS:
        tail = re.sub(rf"{old}$", new, tail)
    word = head + slash + tail
    return _FLOW_NAMES.get(word, word)


def factor_to_ours(quantity: str, unit: str) -> float | None:
    """Return what turns a number in a unit into our unit of a quantity, None where the unit is none of it.

    Parameters
    ----------
    quantity
        One of ``QUANTITIES``.
    unit
        As people write it, such as L/s, m³/15min, kPa.
    """
    if unit.strip().startswith(_TEN_THOUSAND):
        plain = factor_to_ours(quantity, unit.strip()[1:])
        return None if plain is None else 10_000 * plain
    word = plain_unit(unit)
    if quantity != FLOW:
        return _OTHERS[quantity].get(word)
    found = _FLOW.fullmatch(word)
    if found is None:
        return None
    many = float(found.group(2) or 1)
    if many <= 0:
        return None
    return _VOLUMES_M3[found.group(1)] / (many * _SPANS_S[found.group(3)]) * HOUR_S


def is_reading_unit(unit: str) -> bool:
    """Return whether any quantity is measured in a unit."""
    return any(factor_to_ours(quantity, unit) is not None for quantity in QUANTITIES)


def unit_in(text: str, quantity: str) -> str:
    """Return the unit of a quantity that a heading or the name of a file holds, '' for none.

    A lone m, l or s is a unit only in brackets, or it would be part of a name.
    """
    for word in re.findall(r"[(\[（【]([^)\]）】]+)[)\]）】]", text):
        if factor_to_ours(quantity, word) is not None:
            return str(word).strip()
    for word in re.split(r"[\s_()\[\]（）,，;.-]+", text):
        # 压力/公斤 names its unit behind the stroke.
        for unit in (word, word.partition("/")[2]):
            if len(unit) > 1 and factor_to_ours(quantity, unit) is not None:
                return str(unit)
    return ""


def spoken_quantity(text: str) -> str:
    """Return the quantity that a heading or a name speaks of, '' for none."""
    spoken = next((quantity for quantity, words in _SAYS if words.search(text)), "")
    if spoken:
        return spoken
    return next((one for one in (FLOW, PRESSURE, NOISE) if _own_unit(text, one)), "")


def _own_unit(text: str, quantity: str) -> str:
    unit = unit_in(text, quantity)
    # A metre is a pressure only where pressure is spoken of.
    return "" if quantity == PRESSURE and unit.strip().casefold() in ("m", "米") else unit
