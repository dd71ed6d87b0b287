"""Headings that are months, days or times of the day: 1月, 2026年1月, 2026-01, Jan 2026, 5日, 08:00, 8时."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.cells.foreign_values import plain
from waternet_plugin.core.cells.headings import unit_word
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.period_columns import PeriodColumns
from waternet_plugin.core.exchange.mapping.reading_mapping import READING
from waternet_plugin.core.exchange.readings.coded_columns import BAD, KNOWN, numbers_of

MONTH, DAY, CLOCK = "month", "day", "clock"
# So many columns in a row don't come about by chance.
_LEAST = {MONTH: 3, DAY: 5, CLOCK: 6}
_ENGLISH = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_LONG_ENGLISH = "uary ruary ch il  e y ust t(?:ember)? ober ember ember".split(" ")
_ENGLISH_MONTH = "|".join(
    f"{short}(?:{rest})?\\.?" if rest else short for short, rest in zip(_ENGLISH, _LONG_ENGLISH)
)
# 2点 may be the second measuring point, 2号 the second meter: of days and hours there are many columns.
_LEAST_OF_SIGN = {"点": 12, "号": 28}
_NUMERIC_SHARE, _LOOKED_AT = 0.8, 200
_FIGURES = {
    word: number for number, word in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), start=1)
}
_OF_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?:\s*年\s*|\s*[-./_]\s*)(1[0-2]|0?[1-9])(?!\d)(?:\s*月份?)?(?![-./]\d)"
    r"|(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(?!\d)|(?<!\d)(\d{2})\s*年\s*(1[0-2]|0?[1-9])\s*月份?"
)
_ENGLISH_OF_YEAR = re.compile(
    rf"\b({_ENGLISH_MONTH})[\s\-./']*((?:19|20)?\d{{2}})(?!\d)"
    rf"|(?<!\d)((?:19|20)\d{{2}})[\s\-./]*({_ENGLISH_MONTH})(?![a-z])"
)
_BARE_MONTH = re.compile(
    rf"(?<!\d)(1[0-2]|0?[1-9])\s*月份?|(十[一二]?|[一二三四五六七八九])月份?|\b({_ENGLISH_MONTH})(?![a-z])"
)
_OF_MONTH = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?:\s*年\s*|[-./])(1[0-2]|0?[1-9])(?:\s*月\s*|[-./])(3[01]|[12]\d|0?[1-9])(?!\d)[日号]?"
    r"(?: 00:00(?::00)?)?"
)
_BARE_DAY = re.compile(r"(?<!\d)(3[01]|[12]\d|0?[1-9])\s*[日号]")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4])(?:[:：]([0-5]\d)(?:[:：]00)?(?!\d)|[时点](?:整|([0-5]?\d)分)?)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_MONTH_OF_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*[年\-./_]\s*(1[0-2]|0?[1-9])(?!\d)|(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(?!\d)"
)
_YEAR_NAMES = re.compile(r"年|年份|年度|所属年份?|账期|year", re.IGNORECASE)
_MONTH_NAMES = re.compile(r"月|月份|年月|统计月份?|所属月份?|账期|month", re.IGNORECASE)
_TOTALS = re.compile(r"合计|总计|小计|累计|平均|均值|同比|环比|total|sum|average|mean", re.IGNORECASE)
_VOLUMES = re.compile(r"水量|用量|吨|m3|m³|㎥|立方|volume|consum|usage", re.IGNORECASE)
_NO_VOLUMES = re.compile(
    r"金额|水费|费|元|价|上[期次月]|本[期次]|起码|止码|表底|读数|行度|示数|户数|fee|charge|amount|price|reading",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class _Heading:
    """What a heading says: the kind of period, the period, and the words beside it."""

    column: str
    kind: str
    label: str
    names_year: bool
    rest: str


def period_columns(frame: pd.DataFrame, texts: Sequence[str] = ()) -> PeriodColumns | None:
    """Return the columns of a table that are months, days or times of the day; None where few are.

    Of several columns a month those are taken that speak of volumes, and else of nothing.

    Parameters
    ----------
    frame
        The rows of the file.
    texts
        Titles above the table, and the names of file and sheet: they say of which year the months are.
    """
    if isinstance(frame, gpd.GeoDataFrame):
        return None
    columns = [str(column) for column in frame.columns]
    read = [found for column in columns if (found := _heading(column)) is not None]
    groups: dict[tuple[str, bool, str], list[_Heading]] = {}
    for one in read:
        groups.setdefault((one.kind, one.names_year, one.rest), []).append(one)
    full = {key: ones for key, ones in groups.items() if _is_full(key[0], ones) and _are_numbers(frame, ones)}
    chosen = _chosen(full)
    if chosen is None:
        return None
    kind, names_year, rest = chosen
    ones = full[chosen]
    others = [column for column in columns if column not in {one.column for one in ones}]
    # A table of readings has its times and no meters beside; one of nothing but periods has nobody's values.
    if not others:
        return None
    within, lacks = ("", "") if names_year else _within(kind, frame, others, texts)
    is_chinese = any(_CHINESE.search(column) for column in columns)
    names = {MONTH: ("月份", "month"), DAY: ("日期", "date"), CLOCK: ("时刻", "clock")}[kind]
    is_volume = kind == DAY and any(_VOLUMES.search(text) for text in (rest, *texts))
    words = {MONTH: ("水量", "volume"), DAY: ("日水量", "daily volume") if is_volume else None}.get(kind)
    value = tuple(_value_name(rest, word) for word in words or ("数值", "value"))
    return PeriodColumns(
        {one.column: one.label for one in ones},
        within,
        _free(names[0 if is_chinese else 1], others),
        _free(value[0 if is_chinese else 1], others),
        lacks,
    )


def with_periods(mapping: Mapping, table: str, periods: PeriodColumns | None) -> Mapping:
    """Return a guessed mapping of rows of a table of ours, of which there is one for each period.

    The times of the day stand beside a day, whatever else was taken for the time: hours are never left out.
    """
    if periods is None or table != READING or periods.table != READING:
        return replace(mapping, periods=periods)
    time = mapping.fields.get("time")
    is_beside = time is not None and time.column != periods.period
    clock = periods.period if is_beside else mapping.clock_column
    return replace(mapping, periods=periods, clock_column=clock)


def _value_name(rest: str, otherwise: str) -> str:
    """Return how values are called: as the headings say, where they say it; their unit goes with it."""
    unit = unit_word(f"{otherwise}{rest}") if rest else ""
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", rest).strip(" /_-") or otherwise
    return f"{bare}({unit})" if unit else bare


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name = f"{name}*"
    return name


def _is_full(kind: str, ones: Sequence[_Heading]) -> bool:
    labels = [one.label for one in ones]
    signs = [least for sign, least in _LEAST_OF_SIGN.items() if all(sign in one.column for one in ones)]
    return len(ones) >= max([_LEAST[kind], *signs]) and len(set(labels)) == len(labels)


def _are_numbers(frame: pd.DataFrame, ones: Sequence[_Heading]) -> bool:
    """Return whether nearly all values of some columns are numbers."""
    head = frame.head(_LOOKED_AT)
    read = [numbers_of(head[one.column])[1] for one in ones]
    known = sum(int(np.count_nonzero(state == KNOWN)) for state in read)
    bad = sum(int(np.count_nonzero(state == BAD)) for state in read)
    return known > 0 and known >= _NUMERIC_SHARE * (known + bad)


def _chosen(groups: dict[tuple[str, bool, str], list[_Heading]]) -> tuple[str, bool, str] | None:
    """Return the group of columns whose values are meant; None where nobody knows."""
    for words in (_VOLUMES, None):
        fits = [
            key
            for key in groups
            if not _NO_VOLUMES.search(key[2]) and (words is None or words.search(key[2]))
        ]
        if fits:
            most = max(len(groups[key]) for key in fits)
            widest = [key for key in fits if len(groups[key]) == most]
            return widest[0] if len(widest) == 1 else None
    return None


def _heading(column: str) -> _Heading | None:
    """Return what a heading says of a period, None where it says nothing of one."""
    text = plain(column).casefold()
    if _TOTALS.search(text):
        return None
    for kind, names_year, pattern, label in _WAYS:
        found = pattern.search(text)
        if found is None:
            continue
        rest = (text[: found.start()] + " " + text[found.end() :]).strip(" _-/.:：")
        # Other figures beside a period belong to something else, as in “2 号表 1月”; units have some.
        if re.search(r"\d", re.sub(r"m3|m³|10\^4", "", rest)):
            return None
        return _Heading(column, kind, label(found), names_year, rest)
    return None


def _year(text: str) -> str:
    return text if len(text) == 4 else f"20{text}"


def _month_of_year(found: re.Match[str]) -> str:
    parts = [part for part in found.groups() if part is not None]
    return f"{_year(parts[0])}-{int(parts[1]):02d}"


def _english_month(found: re.Match[str]) -> str:
    first, year, other_year, month = found.groups()
    return f"{_year(year or other_year)}-{_ENGLISH.index((first or month)[:3]) + 1:02d}"


def _bare_month(found: re.Match[str]) -> str:
    figures, chinese, english = found.groups()
    number = int(figures) if figures else _FIGURES[chinese] if chinese else _ENGLISH.index(english[:3]) + 1
    return f"{number:02d}"


def _day_of_month(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _bare_day(found: re.Match[str]) -> str:
    return f"{int(found.group(1)):02d}"


def _clock(found: re.Match[str]) -> str:
    return f"{int(found.group(1)):02d}:{int(found.group(2) or found.group(3) or 0):02d}"


_WAYS = (
    (DAY, True, _OF_MONTH, _day_of_month),
    (MONTH, True, _OF_YEAR, _month_of_year),
    (MONTH, True, _ENGLISH_OF_YEAR, _english_month),
    (CLOCK, False, _CLOCK, _clock),
    (MONTH, False, _BARE_MONTH, _bare_month),
    (DAY, False, _BARE_DAY, _bare_day),
)


def _within(kind: str, frame: pd.DataFrame, others: Sequence[str], texts: Sequence[str]) -> tuple[str, str]:
    """Return the year, month or day that periods lack, or its column, and what nothing says."""
    if kind == CLOCK:
        # The day stands in a column of the rows, or is that of the title.
        days = {_day_of_month(found) for text in texts for found in _OF_MONTH.finditer(plain(text))}
        has_days = any(_fills(frame[column], _OF_MONTH) for column in others)
        return (days.pop(), "") if len(days) == 1 and not has_days else ("", "")
    names, pattern = (_YEAR_NAMES, _YEAR) if kind == MONTH else (_MONTH_NAMES, _MONTH_OF_YEAR)
    for column in others:
        if names.fullmatch(plain(column)) and _fills(frame[column], pattern):
            return column, ""
    told = set()
    for text in texts:
        for found in pattern.finditer(plain(text)):
            parts = [part for part in found.groups() if part is not None]
            told.add("-".join([parts[0], *(part.zfill(2) for part in parts[1:])]))
    return (told.pop(), "") if len(told) == 1 else ("", kind)


def _fills(series: pd.Series, pattern: re.Pattern[str]) -> bool:
    words = [
        str(word) for word in pd.unique(foreign_values.texts(series.head(_LOOKED_AT))) if word is not None
    ]
    return bool(words) and all(pattern.search(plain(word)) for word in words)
