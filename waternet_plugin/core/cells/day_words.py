"""Days and years in words, made figures: 8-Mar-2024, Mar 8, 2024, 二〇〇三年五月, 1998年建, 2024、3、8."""

from __future__ import annotations

import re

from waternet_plugin.core.cells.loose_days import CENTURY_FROM

# What a text must hold to be looked at: letters, Chinese figures, signs of hands.
_SPOKEN = re.compile(r"[A-Za-z\\、〇零○一二三四五六七八九十建竣投敷铺安号]")
_MONTHS = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
_MONTH = r"(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DAY_FIRST = re.compile(rf"{_DAY}[\s\-/.]*{_MONTH}[\s\-/.,']*(\d{{4}}|\d{{2}})(?!\d)(.*)", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{_MONTH}[\s\-/.]*{_DAY}[\s,]+(\d{{4}})(?!\d)(.*)", re.IGNORECASE)
_MONTH_OF_YEAR = re.compile(rf"{_MONTH}[\s\-/,']*(\d{{4}})", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[\s\-/.]*{_MONTH}[\s\-/.]*{_DAY}(?!\d)(.*)", re.IGNORECASE)
_CHINESE_FIGURES = {figure: str(number) for number, figure in enumerate("〇一二三四五六七八九")}
_CHINESE_FIGURES |= {"零": "0", "○": "0"}
_FIGURES = "".join(_CHINESE_FIGURES)
_IN_CHINESE = re.compile(
    rf"([{_FIGURES}]{{4}}(?=年|$)|[{_FIGURES}]{{2}}(?=年))年?(?:(十?[{_FIGURES}十]{{1,2}})月(?:([{_FIGURES}十]{{1,3}})[日号])?)?份?"
)
# What was done in a year: built, laid, taken over. Words such as about and before leave it open.
_DONE = r"(?:新?建成?|始建于?|建于|竣工|投用|投产|投运|敷设|铺设|安装|改造|通水)"
_DONE_IN = re.compile(rf"(?:{_DONE}于?)?(\d{{4}}\s*年?(?:\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?)?){_DONE}?")
_HAND_SIGNS = re.compile(r"(\d{2,4})\s*[\\、]\s*(\d{1,2})\s*[\\、]\s*(\d{1,2})(.*)")
_NUMBERED_DAY = re.compile(r"(月\s*\d{1,2})\s*号")


def _chinese_number(word: str) -> str:
    """Return Chinese figures up to 99 as figures: 十二 as 12, 二十 as 20, 三一 as 31."""
    if "十" not in word:
        return "".join(_CHINESE_FIGURES[figure] for figure in word)
    before, _ten, behind = word.partition("十")
    return (_CHINESE_FIGURES[before] if before else "1") + (_CHINESE_FIGURES[behind] if behind else "0")


def _year(figures: str) -> str:
    if len(figures) == len("2024"):
        return figures
    return f"{'20' if int(figures) < CENTURY_FROM else '19'}{figures}"


def _month(word: str) -> str:
    return f"{_MONTHS.index(word[:3].casefold()) + 1:02d}"


def in_figures(word: str) -> str:
    """Return a day or year that words spell as figures spell it; other texts as they are.

    Parameters
    ----------
    word
        A trimmed text with ordinary signs.
    """
    if not _SPOKEN.search(word):
        return word
    if found := _DAY_FIRST.fullmatch(word):
        day, month, year, rest = found.groups()
        return f"{_year(year)}-{_month(month)}-{day.zfill(2)}{rest}"
    if found := _MONTH_FIRST.fullmatch(word):
        month, day, year, rest = found.groups()
        return f"{year}-{_month(month)}-{day.zfill(2)}{rest}"
    if found := _YEAR_FIRST.fullmatch(word):
        year, month, day, rest = found.groups()
        return f"{year}-{_month(month)}-{day.zfill(2)}{rest}"
    if found := _MONTH_OF_YEAR.fullmatch(word):
        month, year = found.groups()
        return f"{year}-{_month(month)}"
    if found := _IN_CHINESE.fullmatch(word):
        year, month, day = found.groups()
        parts = [f"{''.join(_CHINESE_FIGURES[figure] for figure in year)}年"]
        parts += [f"{_chinese_number(month)}月"] if month else []
        parts += [f"{_chinese_number(day)}日"] if day else []
        return "".join(parts)
    if found := _DONE_IN.fullmatch(word):
        return found.group(1)
    if found := _HAND_SIGNS.fullmatch(word):
        return f"{'-'.join(found.groups()[:3])}{found.group(4)}"
    return _NUMBERED_DAY.sub(r"\1日", word)
