"""Sizes in inches as the trade says them: 8寸, 1½", 2寸半, 六分管 are names of bores, not measures."""

from __future__ import annotations

import math
import re

from waternet_plugin.core.cells.foreign_values import plain
from waternet_plugin.core.units import ROUND_SIGNS

# Nominal diameters of nominal sizes below four inches (ISO 6708, ASME B36.10); above, 25 mm an inch.
_SMALL_MM = {
    0.125: 6.0, 0.25: 8.0, 0.375: 10.0, 0.5: 15.0, 0.75: 20.0, 1.0: 25.0, 1.25: 32.0, 1.5: 40.0, 2.0: 50.0,
    2.5: 65.0, 3.0: 80.0, 3.5: 90.0,
}  # fmt: skip
_LARGE_INCHES, _MOST_INCHES, _LARGE_MM = 4, 100, 25.0
# In the trade's speech 1.2寸 is an inch and a quarter.
_SPOKEN = {1.2: 1.25}
_FRACTIONS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅛": " 1/8", "⅜": " 3/8"}
_FIGURES = {word: str(number) for number, word in enumerate("一二三四五六七八九", start=1)} | {"两": "2"}
_CHINESE = re.compile(r"([一二三四五六七八九两])?十([一二三四五六七八九])?")
_NUMBER = r"(\d+(?:\.\d+)?)?(?:(?<=\d)[\s\-]+(?=\d)|\s*)(?:(\d)/(\d))?"
_INCHES = re.compile(
    rf"(?:dn|[d{ROUND_SIGNS}])?\s*{_NUMBER}\s*(?:英寸|英吋|寸|吋|inch(?:es)?|in|\"|″|′′|''|”)(半|2)?管?\.?"
)
# Eighths of an inch: four of them are half an inch.
_PARTS_OF_INCH = re.compile(r"([2346])分管?")


def _with_figures(text: str) -> str:
    """Return a text with the numbers that are written in Chinese as figures."""
    text = _CHINESE.sub(
        lambda found: str(
            int(_FIGURES.get(found.group(1) or "", "1")) * 10 + int(_FIGURES.get(found.group(2) or "", "0"))
        ),
        text,
    )
    return "".join(_FIGURES.get(letter, letter) for letter in text)


def inches_named(text: str) -> float:
    """Return the size in inches that a text names as the trade does, NaN for another text."""
    for sign, words in _FRACTIONS.items():
        # Signs made plain would stick to the number before them.
        text = text.replace(sign, words)
    word = _with_figures(plain(text).casefold().replace("半寸", "0.5寸"))
    parts = _PARTS_OF_INCH.fullmatch(word)
    if parts:
        return int(parts.group(1)) / 8
    found = _INCHES.fullmatch(word)
    if not found or (found.group(1) is None and found.group(2) is None):
        return math.nan
    whole, above, below, behind = found.groups()
    size = float(whole or 0.0)
    if above:
        size += int(above) / int(below) if int(below) else math.nan
    if behind:
        size += 0.5 if behind == "半" else 0.25
    return _SPOKEN.get(size, size)


def nominal_of_inches(text: str) -> float:
    """Return the nominal diameter of a text that names a size in inches, mm; NaN for others."""
    size = inches_named(text)
    if size in _SMALL_MM:
        return _SMALL_MM[size]
    is_large = _LARGE_INCHES <= size <= _MOST_INCHES and size == int(size)
    return size * _LARGE_MM if is_large else math.nan
