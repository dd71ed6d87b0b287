"""Values that their column alone explains: days of a spreadsheet, 98.5, DN300×2, depths below zero."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.adoption_frames import adopted, frame, line, nulled
from support.slow_cases import a_few_quick

from waternet_plugin.core.cells import written_days, written_numbers

ONE = line((0, 0), (30, 40))
ORIGIN = datetime.date(1899, 12, 30)
DAYS = st.dates(datetime.date(1983, 1, 1), datetime.date(2026, 11, 1))
WRITTEN = ["{:%Y-%m-%d}", "{:%Y/%m/%d}", "{:%Y.%m.%d}", "{:%Y%m%d}", "{:%Y年%m月%d日}"]


def _days(values: list[object]) -> list[str]:
    read = written_days.dates(pd.Series(values, dtype=object), earliest=1800, latest="2026-11-20")
    return [str(one)[:10] for one in read.values]


@pytest.mark.slow
@given(st.lists(st.tuples(DAYS, st.sampled_from([*WRITTEN, "serial"])), min_size=2, max_size=12))
def test_days_of_a_spreadsheet_among_written_ones(rows: list[tuple[datetime.date, str]]) -> None:
    values = [str((day - ORIGIN).days) if how == "serial" else how.format(day) for day, how in rows]
    assert _days(list(values)) == [day.isoformat() for day, _how in rows]


def test_a_number_that_is_no_day_of_a_spreadsheet_is_none() -> None:
    assert _days(["2019-01-02", "29999", "60000", "12"]) == ["2019-01-02", "NaT", "NaT", "NaT"]


YEARS = st.tuples(st.integers(1955, 2024), st.integers(1, 12))


@pytest.mark.slow
@given(st.lists(YEARS, min_size=1, max_size=8), st.lists(st.integers(1950, 2025), min_size=8, max_size=12))
def test_two_digits_and_a_month_among_years(short: list[tuple[int, int]], full: list[int]) -> None:
    values = [f"{year % 100:02d}.{month}" for year, month in short] + [str(year) for year in full]
    read = written_days.years(pd.Series(values, dtype=object), earliest=1800, latest=2026)
    expected = [float(year) for year, _month in short] + [float(year) for year in full]
    assert read.values.tolist() == expected


def test_two_digits_and_a_month_among_other_numbers_are_none() -> None:
    read = written_days.years(pd.Series(["12.5", "30.1", "7.25", "88.9", "1998"]), earliest=1800, latest=2026)
    assert np.isnan(read.values[:4]).all() and read.values[4] == 1998


@pytest.mark.parametrize(
    ("text", "bore", "pipes"),
    [
        ("DN300×2", 300, 2),
        ("DN200*2根", 200, 2),
        ("dn100x3", 100, 3),
        ("300×2", 300, 2),
        ("2-DN300", 300, 2),
        ("3根DN100", 100, 3),
    ],
)
def test_several_pipes_have_the_bore_of_one(text: str, bore: float, pipes: int) -> None:
    read = written_numbers.sections(pd.Series([text]), 20)
    assert (read.diameter.values.tolist(), read.pipes.tolist()) == ([bore], [pipes])


@pytest.mark.parametrize(
    ("text", "nominal"),
    a_few_quick(
        [
            ("D219×6", 200),
            ("φ108×4", 100),
            ("Ф108×4", 100),
            ("108×4", 100),
            ("159*4.5", 150),
            ("D630×9", 600),
            ("φ1220x12mm", 1200),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_steel_tube_and_its_wall_have_a_nominal_diameter(text: str, nominal: float) -> None:
    result = adopted(frame([ONE] * 2, D=[text, "300"], N=[None, "old"]), {"diameter_mm": "D", "note": "N"})
    assert result.rows["diameter_mm"].tolist() == [nominal, 300.0]
    assert result.rows["note"].tolist() == [text, "old"]
    assert [(one.way, one.rows.tolist()) for one in result.ways] == [("tube", [0])]
    # A survey names no tube.
    assert np.isnan(written_numbers.sections(pd.Series([text]), 20).diameter.values[0])


@pytest.mark.parametrize("text", ["2×300", "D200×6", "110×6.6", "D630×37.4", "219×0.2", "219×40"])
def test_what_is_no_steel_tube_is_neither(text: str) -> None:
    read = written_numbers.sections(pd.Series([text]), 50, tubes=True)
    assert np.isnan(read.diameter.values[0]) and "bad_number" in read.diameter.faults


def test_several_pipes_stand_in_the_note() -> None:
    result = adopted(
        frame([ONE] * 3, D=["DN300×2", "200", "DN100*3根"], N=["by the river", "old", None]),
        {"diameter_mm": "D", "note": "N"},
    )
    assert result.rows["diameter_mm"].tolist() == [300.0, 200.0, 100.0]
    assert result.rows["note"].tolist() == ["by the river; DN300×2", "old", "DN100*3根"]


def test_a_size_is_a_diameter_where_the_section_is_round() -> None:
    result = adopted(
        frame([ONE] * 4, W=[300, 400, 500, 2000], H=[0, 400, None, 1500]),
        {"diameter_mm": {"from": "W", "take": "round"}, "width_mm": "W", "height_mm": "H"},
    )
    assert result.rows["diameter_mm"].tolist()[:3] == [300.0, 400.0, 500.0]
    assert np.isnan(result.rows["diameter_mm"][3])
    assert result.rows["width_mm"].isna().tolist() == [True, True, True, False]
    assert result.rows["height_mm"].tolist()[3] == 1500.0


def test_depths_counted_downwards_lose_their_sign_and_a_lone_one_is_above_the_ground() -> None:
    downwards = adopted(frame([ONE] * 3, T=[-1.2, -1.5, -0.9]), {"depth_start_m": "T"})
    assert downwards.rows["depth_start_m"].tolist() == [1.2, 1.5, 0.9]
    lone = adopted(frame([ONE] * 3, T=[1.2, -0.6, 0.9]), {"depth_start_m": "T"})
    assert lone.rows["depth_start_m"].tolist() == [1.2, -0.6, 0.9]
    slip = adopted(frame([ONE] * 3, T=[1.2, -1.5, 0.9]), {"depth_start_m": "T"})
    assert nulled(slip) == {("depth_start_m", "negative"): 1}
    assert [(one.way, one.rows.tolist()) for one in lone.ways if one.field == "depth_start_m"] == [
        ("above", [1])
    ]


def test_the_account_tells_what_was_not_taken_as_written() -> None:
    result = adopted(
        frame(
            [ONE] * 4,
            D=["DN300", "200", "DN300×2", "x"],
            Y=["98.5", "1999", "36526", "2001/2/3"],
            M=["球铁", "球铁", "pvc", None],
        ),
        {"diameter_mm": "D", "install_year": "Y", "material": "M"},
        values={"material": {"球铁": "ductile_iron"}},
    )
    told = {(one.field, one.way): (one.rows.tolist(), one.examples) for one in result.ways}
    assert told == {
        ("diameter_mm", "bore"): ([0], (("DN300", "300"),)),
        ("diameter_mm", "several"): ([2], (("DN300×2", "300"),)),
        ("diameter_mm", "not_read"): ([3], (("x", ""),)),
        ("install_year", "short"): ([0], (("98.5", "1998"),)),
        ("install_year", "serial"): ([2], (("36526", "2000"),)),
        ("install_year", "year_of_day"): ([3], (("2001/2/3", "2001"),)),
        ("material", "code"): ([0, 1], (("球铁", "ductile_iron"),)),
    }


@pytest.mark.slow
@given(st.lists(DAYS, min_size=2, max_size=12), st.sampled_from([".", "-", "/"]))
def test_short_days_in_a_chinese_column_begin_with_the_year(rows: list[datetime.date], sign: str) -> None:
    words = [f"{day:%y}{sign}{day.month}{sign}{day.day}" for day in rows]
    read = written_days.dates(pd.Series(words, name="维修日期"), earliest=1800, latest="2026-11-20")
    assert [str(one)[:10] for one in read.values] == [day.isoformat() for day in rows]


def test_short_days_elsewhere_are_read_in_the_only_order_that_fits_or_asked() -> None:
    def read(*words: str, order: str = "") -> tuple[list[str], set[str]]:
        series = pd.Series(words, dtype=object, name="repaired")
        found = written_days.dates(series, earliest=1800, latest="2026-11-20", order=order)
        return [str(one)[:10] for one in found.values], set(found.faults)

    assert read("8.3.24", "18.3.24", "1.12.98") == (["2024-03-08", "2024-03-18", "1998-12-01"], set())
    assert read("3/8/24", "3/18/24") == (["2024-03-08", "2024-03-18"], set())
    assert read("98.5.31", "04.12.1") == (["1998-05-31", "2004-12-01"], set())
    assert read("24.3.18", "2023.12.1") == (["2024-03-18", "2023-12-01"], set())
    # Year, month and day may each stand first: nothing is taken.
    assert read("04.03.08", "05.11.10") == (["NaT", "NaT"], {"ambiguous_date"})
    assert read("04.03.08", "05.11.10", order="ymd")[0] == ["2004-03-08", "2005-11-10"]
    assert read("04.03.08", "05.11.10", order="dmy")[0] == ["2008-03-04", "2010-11-05"]
    years = written_days.years(pd.Series(["04.03.08", "05.11.10"]), earliest=1800, latest=2026)
    assert np.isnan(years.values).all()
    # Numbers of chapters and ids without a year of two digits are not days.
    assert read("1.2.3", "3.1.2") == (["NaT", "NaT"], {"bad_date"})


@pytest.mark.parametrize(
    ("text", "outside"), [("De110×6.6", 110), ("de63*5.8", 63), ("DE315 x 18.7mm", 315), ("De110×66", np.nan)]
)
def test_the_wall_of_a_plastic_pipe_leaves_its_outside(text: str, outside: float) -> None:
    read = written_numbers.sections(pd.Series([text]), 1.0, tubes=True)
    assert np.array_equal(read.diameter.values, [outside], equal_nan=True)
    assert np.isnan(read.width).all()
