"""How numbers, lengths and money are written on the screen."""

from __future__ import annotations

import math

from qgis.PyQt.QtCore import QLocale

from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr

_M_PER_KM = 1000.0
_LONG_M = 10_000.0
_ESTIMATED_FROM = 100
_MILLION, _TEN_THOUSAND = 1e6, 1e4
_UNKNOWN = "–"


def number(value: float | None, decimals: int = 0) -> str:
    """Write a number with the thousands of our language, as reports and papers do, a dash for unknown."""
    if value is None or not math.isfinite(value):
        return _UNKNOWN
    # Not that of QGIS: our sentences around the number are of our language.
    return str(QLocale(texts.language()).toString(float(value), "f", decimals))


def rows(count: int, *, is_estimated: bool) -> str:
    """Write how many rows there are, to two figures where that was told from the size of a file."""
    if not is_estimated or count < _ESTIMATED_FROM:
        return number(count)
    unit = 10 ** (len(str(count)) - 2)
    return tr("about {n}").format(n=number(round(count / unit) * unit))


def km(metres: float | None) -> str:
    """Write a length as kilometres with one decimal: the figure of a section."""
    if metres is None or not math.isfinite(metres):
        return _UNKNOWN
    return f"{number(metres / _M_PER_KM, 1)} km"


def length(metres: float | None) -> str:
    """Write a length: metres below 10 km, else kilometres with one decimal."""
    if metres is None or not math.isfinite(metres):
        return _UNKNOWN
    return km(metres) if abs(metres) >= _LONG_M else f"{number(metres)} m"


def share(part: float, decimals: int = 1) -> str:
    """Write a share of 0 to 1 in per cent."""
    return _UNKNOWN if not math.isfinite(part) else f"{number(100 * part, decimals)} %"


def times(ratio: float) -> str:
    """Write how many times as much: one decimal below 10."""
    return number(ratio, 1 if abs(ratio) < 10 else 0)


def currency(code: str) -> str:
    """Return the name of a currency: that of the language where it has one."""
    return tr("CNY") if code == "CNY" else code


def typed(value: float) -> str:
    """Write a sum as people type it into a field: 800,000, in Chinese 80万."""
    if texts.language() == "zh_CN" and value >= _TEN_THOUSAND and value % (_TEN_THOUSAND / 10) == 0:
        return f"{number(value / _TEN_THOUSAND, 0 if value % _TEN_THOUSAND == 0 else 1)}万"
    return number(value)


def money_unit(largest: float, code: str) -> tuple[float, str]:
    """Return by what to divide sums up to ``largest``, and their unit: million CNY, or 万元 in Chinese."""
    step = _TEN_THOUSAND if texts.language() == "zh_CN" else _MILLION
    if abs(largest) < step:
        return 1.0, currency(code)
    # Chinese counts money in ten thousands, so the translation says 万 and ``step`` is 10,000 there.
    return step, tr("million {currency}", "in Chinese: ten thousand").format(currency=currency(code))


def spent(cost: float, budget: float, code: str) -> str:
    """Write what is spent of a budget, both in its unit: 3.98 of 4.00 million CNY, 398 of 400 万元."""
    step, unit = money_unit(budget, code)
    decimals = 2 if step > 1 else 0
    return tr("{cost} of {budget}").format(
        cost=number(cost / step, decimals), budget=f"{number(budget / step, decimals)} {unit}"
    )


def money(value: float | None, code: str) -> str:
    """Write a sum with its currency: 12.3 million CNY, 1,226 万元."""
    if value is None or not math.isfinite(value):
        return _UNKNOWN
    step, unit = money_unit(value, code)
    scaled = value / step
    return f"{number(scaled, 1 if step > 1 and abs(scaled) < 100 else 0)} {unit}"
