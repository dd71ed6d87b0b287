"""Foreign values: numbers, years, dates and sections, and the causes why some are none."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.cells import foreign_values, written_days, written_numbers


def known(column: foreign_values.ReadColumn) -> list[object]:
    return [None if pd.isna(value) else value for value in column.values.tolist()]


def causes(column: foreign_values.ReadColumn) -> dict[str, list[int]]:
    return {cause: np.flatnonzero(rows).tolist() for cause, rows in column.faults.items()}


def test_texts_of_every_type() -> None:
    assert foreign_values.texts(pd.Series([12.0, 1.5, np.nan])).tolist() == ["12", "1.5", None]
    assert foreign_values.texts(pd.Series([1, None], dtype="Int64")).tolist() == ["1", None]
    assert foreign_values.texts(pd.Series([" 012 ", "", "　a\xa0"])).tolist() == ["012", None, "a"]
    assert foreign_values.texts(pd.Series([True, False])).tolist() == ["true", "false"]
    days = pd.Series(np.array(["2001-05-06", "2001-05-06T12:30"], dtype="datetime64[s]"))
    assert foreign_values.texts(days).tolist() == ["2001-05-06", "2001-05-06 12:30:00"]


def test_numbers_as_people_write_them() -> None:
    column = written_numbers.numbers(pd.Series(["12", " 1.5 ", "1,5", "１２", "1e3", "1,500", "x", None]))
    assert known(column) == [12.0, 1.5, 1.5, 12.0, 1000.0, None, None, None]
    assert causes(column) == {"bad_number": [5, 6]}


def test_thousands_are_read_where_nothing_else_can_be_meant() -> None:
    column = written_numbers.numbers(pd.Series(["1,250.5", "1,234,567", "-12,345.0", "12,50.5", "1,500"]))
    assert known(column) == [1250.5, 1234567.0, -12345.0, None, 1500.0]
    assert known(written_numbers.numbers(pd.Series(["1,500", "12"]))) == [None, 12.0]


def test_infinity_is_no_number() -> None:
    assert causes(written_numbers.numbers(pd.Series([np.inf, 1.0]))) == {"bad_number": [0]}


def test_first_number_of_a_text() -> None:
    assert known(written_numbers.numbers(pd.Series(["DN 300 / PN10", "none"]), first=True)) == [300.0, None]


@pytest.mark.parametrize(
    ("text", "diameter"),
    [
        ("300", 300),
        ("DN300", 300),
        ("dn 300", 300),
        ("Φ300", 300),
        ("φ300mm", 300),
        ("Ф300", 300),
        ("ф 300mm", 300),
        ("De110", 110),
        ("D200", 200),
    ],
)
def test_diameters(text: str, diameter: float) -> None:
    assert known(written_numbers.sections(pd.Series([text]), 20).diameter) == [diameter]


@pytest.mark.parametrize("text", ["400X300", "400×300", "400*300mm", "400 x 300", "４００×３００"])
def test_boxes_are_width_and_height(text: str) -> None:
    read = written_numbers.sections(pd.Series([text]), 20)
    assert (read.width.tolist(), read.height.tolist()) == ([400.0], [300.0])
    assert causes(read.diameter) == {}


def test_years_of_texts() -> None:
    column = written_days.years(
        pd.Series(["1998", "1998年", "2004/5/1", "1998.05", "199805", "20040501", "98", "70年代"]),
        earliest=1800,
        latest=2026,
    )
    assert known(column) == [1998.0, 1998.0, 2004.0, 1998.0, 1998.0, 2004.0, None, None]
    assert causes(column) == {"bad_date": [6, 7]}


def test_years_of_milliseconds() -> None:
    column = written_days.years(pd.Series([-2209161600000, 946684800000, 0]), earliest=1800, latest=2026)
    assert known(column) == [1899.0, 2000.0, 1970.0]


def test_years_of_dates_beyond_what_pandas_holds() -> None:
    column = written_days.years(
        pd.Series(np.array(["9999-12-31", "1650-01-01", "1998-01-01"], dtype="datetime64[s]")),
        earliest=1800,
        latest=2026,
    )
    assert known(column) == [None, None, 1998.0]
    assert causes(column) == {"year_9999": [0], "too_early": [1]}


def test_dates_as_people_write_them() -> None:
    column = written_days.dates(
        pd.Series(
            [
                "2000/05/11 00:00:00+00",
                "2000-5-1",
                "20000501",
                "2000年5月1日",
                "2000.5.1",
                "2000-05-01T10:00Z",
            ]
        ),
        earliest=1800,
        latest="2026-11-20",
    )
    assert [str(day)[:10] for day in column.values] == ["2000-05-11"] + ["2000-05-01"] * 5


def test_the_part_of_a_day_is_no_part_of_the_date() -> None:
    words = ["2021-05-06 上午 8:30", "2021年5月6日下午3点", "2021/5/6 星期四", "2021-05-06 ~ 2021-06-01"]
    read = written_days.days(pd.Series(words, dtype=object))
    assert read.day[:3].tolist() == [6.0, 6.0, 6.0] and np.isnan(read.day[3])


def test_order_of_day_and_month_comes_from_the_column() -> None:
    column = written_days.dates(pd.Series(["1/2/1999", "31/12/1999"]), earliest=1800, latest="2026-11-20")
    assert [str(day)[:10] for day in column.values] == ["1999-02-01", "1999-12-31"]
    column = written_days.dates(pd.Series(["1/2/1999", "12/31/1999"]), earliest=1800, latest="2026-11-20")
    assert [str(day)[:10] for day in column.values] == ["1999-01-02", "1999-12-31"]


def test_order_that_nothing_tells_is_not_guessed() -> None:
    column = written_days.dates(pd.Series(["1/2/1999"]), earliest=1800, latest="2026-11-20")
    assert causes(column) == {"ambiguous_date": [0]}
    column = written_days.dates(pd.Series(["1/2/1999"]), earliest=1800, latest="2026-11-20", order="mdy")
    assert str(column.values[0])[:10] == "1999-01-02"


def test_dates_that_are_none() -> None:
    column = written_days.dates(
        pd.Series(["2001-02-30", "2001", "9999-12-31", "0000-00-00", "2027-01-01", "1066-10-14"]),
        earliest=1800,
        latest="2026-11-20",
    )
    assert causes(column) == {
        "bad_date": [0, 1],
        "year_9999": [2],
        "year_zero": [3],
        "future": [4],
        "too_early": [5],
    }


def test_moments_without_an_offset_are_by_the_clocks_of_the_place() -> None:
    words = ["2020-01-01 00:00:00+08:00", "2020-01-01 09:30", "2020年1月1日9时30分", "2020/1/1", "now"]
    column = written_days.moments(pd.Series(words), ZoneInfo("Asia/Shanghai"))
    found = [str(one)[:19] for one in column.values]
    assert found == ["2019-12-31T16:00:00", "2020-01-01T01:30:00", "2020-01-01T01:30:00", "NaT", "NaT"]
    # A day alone is no moment.
    assert causes(column) == {"bad_date": [3, 4]}


def test_moments_that_clocks_never_show_are_unknown() -> None:
    column = written_days.moments(
        pd.Series(["2021-03-28 02:30", "2021-03-28 03:30"]), ZoneInfo("Europe/Rome")
    )
    assert [str(one)[:16] for one in column.values] == ["NaT", "2021-03-28T01:30"]


def test_error_cells_of_a_spreadsheet_become_unknown() -> None:
    column = foreign_values.text_column(pd.Series(["#N/A", "#REF!", "a"]))
    assert known(column) == [None, None, "a"]
    assert causes(column) == {"error_cell": [0, 1]}


def test_first_word() -> None:
    assert known(foreign_values.first_word(pd.Series(["CI, relined", "PE；100", "PVC"]))) == [
        "CI",
        "PE",
        "PVC",
    ]
