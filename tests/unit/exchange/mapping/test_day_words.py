"""Days and years in words: English months, Chinese figures, what was done in a year, signs of hands."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet_plugin.core.cells import written_days, written_numbers
from waternet_plugin.core.cells.day_words import in_figures
from waternet_plugin.core.cells.written_times import written_times

DAYS = st.dates(datetime.date(1955, 1, 1), datetime.date(2026, 11, 1))
FIGURES = "〇一二三四五六七八九"
FORMS = [
    "%d-%b-%Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%d/%b/%y",
    "%Y-%b-%d",
    "%Y、%m、%d",
    "%Y\\%m\\%d",
    "%Y-%m-%dZ",
    "%Y-%m-%d+02:00",
]


def _in_chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    before = "" if tens == 0 else "十" if tens == 1 else f"{FIGURES[tens]}十"
    return before + (FIGURES[ones] if ones or not tens else "")


def _spelled(day: datetime.date, form: str) -> str:
    if form != "chinese":
        return day.strftime(form)
    year = "".join(FIGURES[int(figure)] for figure in str(day.year))
    return f"{year}年{_in_chinese(day.month)}月{_in_chinese(day.day)}日"


@settings(max_examples=60)
@given(st.lists(DAYS, min_size=1, max_size=8), st.sampled_from([*FORMS, "chinese"]))
def test_days_in_words_are_days(days: list[datetime.date], form: str) -> None:
    words = pd.Series([_spelled(day, form) for day in days], dtype=object)
    read = written_days.dates(words, earliest=1800, latest="2026-11-20")
    assert [str(one)[:10] for one in read.values] == [day.isoformat() for day in days]


@pytest.mark.parametrize(
    ("word", "year"),
    [
        ("1998年建", 1998),
        ("建于1998年", 1998),
        ("2003年5月竣工", 2003),
        ("二〇〇三年", 2003),
        ("九八年", 1998),
        ("二零零四年十二月", 2004),
        ("1998年敷设", 1998),
        ("07/1998", 1998),
        ("Jul-1998", 1998),
        ("1998年前", np.nan),
        ("约1998年", np.nan),
        ("90年代", np.nan),
        ("1998-2000", np.nan),
        ("建设路", np.nan),
    ],
)
def test_years_in_words(word: str, year: float) -> None:
    read = written_days.years(pd.Series([word], dtype=object), earliest=1800, latest=2026)
    assert np.array_equal(read.values, [year], equal_nan=True)


@pytest.mark.parametrize("word", "May_Street 三号泵站 十字路口 安装中 1号 Oct DN300 JS-12".split())
def test_other_words_stay(word: str) -> None:
    assert in_figures(word) == word


def test_moments_with_a_month_in_words() -> None:
    read = written_times(("8-Mar-2024 14:05", "Mar 9, 2024 2:05 PM", "2024年3月10号 8:00"))
    assert read.clock_ms.astype("datetime64[ms]").astype("datetime64[m]").astype(str).tolist() == [
        "2024-03-08T14:05", "2024-03-09T14:05", "2024-03-10T08:00",
    ]  # fmt: skip


def test_thousands_that_their_column_tells() -> None:
    def read(*words: str, name: str = "length") -> list[float]:
        return written_numbers.numbers(pd.Series(words, dtype=object, name=name)).values.tolist()

    assert read("1,500", "98.25") == [1500, 98.25]
    assert read("1,500", "1,250.5") == [1500, 1250.5]
    assert read("1,500", "80", name="管长") == [1500, 80]
    # A decimal comma elsewhere, or nothing: it may be one and a half.
    assert np.isnan(read("1,500", "98,25")[0]) and np.isnan(read("1,500", "80")[0])
    assert np.isnan(read("1,500", "98,25", name="管长")[0])
    # Several decimal commas are no slips.
    assert read("1,500", "98,25", "97,5", "4,75") == [1.5, 98.25, 97.5, 4.75]
    assert np.isnan(read("1,500", "98,25", "97,5", "4,75", "3.5")[0])
    # Figures that can be parted in one way alone.
    assert read("2513300,125", "0,250", "1.234,5", "1 234,56", "1'234.5", "1\u202f234,5") == [
        2513300.125, 0.25, 1234.5, 1234.56, 1234.5, 1234.5,
    ]  # fmt: skip
    assert np.isnan(read("100 200", "1.234.567")).all()
    bores = written_numbers.sections(pd.Series(["1,200", "800"], name="管径"), 1.0)
    assert bores.diameter.values.tolist() == [1200, 800]


def test_dn_says_millimetres_below_any_heading() -> None:
    def read(unit_m: float, *words: str) -> list[float]:
        return written_numbers.sections(pd.Series(words), 0.0, unit_m).diameter.values.tolist()

    assert read(0.01, "DN200", "DN 80", "30") == [20.0, 8.0, 30.0]
    assert read(1.0, "dn300", "0.2") == [0.3, 0.2]
    # Without a large one they may be in the unit of the heading.
    assert read(0.01, "DN60", "DN80") == [60.0, 80.0]
