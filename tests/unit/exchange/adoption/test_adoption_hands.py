"""Values as many hands wrote them: 98年, bores in metres, moments of databases, words of the trade."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support.adoption_frames import adopted, frame, line, nulled
from support.slow_cases import a_few_quick

from waternet_plugin.core.cells import written_days
from waternet_plugin.core.exchange.guessing.confidences import ASSUMED, SURE
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping import usefulness
from waternet_plugin.core.reports.adoption.adoption import summary_lines, useless_lines
from waternet_plugin.core.schema.domains import suggest

ONE = line((0, 0), (30, 40))


def _days(*column: object) -> list[str]:
    read = written_days.dates(pd.Series(list(column)), earliest=1800, latest=None)
    return [str(day)[:10] for day in read.values]


def _years(*column: object) -> list[float]:
    read = written_days.years(pd.Series(list(column), dtype=object), earliest=1800, latest=2026)
    return [None if np.isnan(year) else int(year) for year in read.values]


def test_years_of_two_digits_need_the_word_for_year() -> None:
    assert _years("98年", "'05年", "98年5月", "03 年", "98", "75年10月1日", "９８年") == [
        *(1998, 2005, 1998, 2003, None, 1975, 1998)
    ]
    # Still to come: not known, rather than a hundred years off.
    assert _years("49年") == [None]
    assert _days("98年5月1日", "1998年5月1日") == ["1998-05-01", "1998-05-01"]


@pytest.mark.parametrize("column", [("2003.08", "2005.1", "1998.12"), (2003.08, 2005.1, 1998.12)])
def test_years_with_their_month_fill_a_whole_column(column: tuple[object, ...]) -> None:
    assert _years(*column) == [2003, 2005, 1998]
    assert _years(*column, 2001) == [2003, 2005, 1998, 2001]
    # Levels of a plateau are no months, and a level among them is no year.
    assert _years("1890.45", "1891.73", "1892.05") == [None, None, None]


def test_four_chinese_figures_alone_are_a_year() -> None:
    assert _years("一九五八", "二〇〇三", "一二", "一九五") == [1958, 2003, None, None]


def test_seconds_and_milliseconds_since_1970() -> None:
    assert _days(1262304000, 1593561600) == ["2010-01-01", "2020-07-01"]
    assert _days("1262304000000", "1593561600000") == ["2010-01-01", "2020-07-01"]
    # Midnight in China is 16:00 of the day before in UTC; summer time makes two hours of it elsewhere.
    assert _days(1262304000 - 8 * 3600, 1593561600 - 8 * 3600) == ["2010-01-01", "2020-07-01"]
    # Times of the day that differ are moments, and stay on their day.
    assert _days(1262304000 + 18 * 3600, 1593561600 + 20 * 3600 + 7) == ["2010-01-01", "2020-07-01"]
    # Days before 1970 in milliseconds.
    assert _days(-315619200000, 1262304000000) == ["1960-01-01", "2010-01-01"]
    # Written days and moments are none.
    assert _days(20040501, 20200701) == ["2004-05-01", "2020-07-01"]
    assert _days("200405011230", "202007010800") == ["2004-05-01", "2020-07-01"]
    assert _days("20040501123059", "20200701080000") == ["2004-05-01", "2020-07-01"]


@pytest.mark.parametrize(
    ("words", "unit", "wanted"),
    a_few_quick(
        [
            (["0.15m", "DN150", "150", "15cm", "Φ0.3m", "200毫米"], "", [150, 150, 150, 150, 300, 200]),
            (["6", '8"', "8″", "300mm", "0.1 米"], "inch", [152.4, 203.2, 203.2, 300, 100]),
            (["0.15", "150mm"], "m", [150, 150]),
            (["0.15l", "15 kg"], "", [None, None]),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_bore_that_names_its_unit_is_read_in_it(
    words: list[str], unit: str, wanted: list[float | None]
) -> None:
    units = {"units": {"diameter_mm": unit}} if unit else {}
    rows = adopted(frame([ONE] * len(words), D=words), {"diameter_mm": "D"}, **units).rows
    found = [None if np.isnan(bore) else round(float(bore), 6) for bore in rows["diameter_mm"]]
    assert found == wanted


@pytest.mark.parametrize(
    ("word", "wanted"),
    a_few_quick(
        [
            *(
                ("8寸", 200),
                ("１２寸", 300),
                ('6"', 150),
                ("4英寸", 100),
                ("1寸半", 40),
                ("2寸半", 65),
                ("1.2寸", 32),
            ),
            *(
                ("1½寸", 40),
                ('3/4"', 20),
                ('1 1/2"', 40),
                ("1-1/4 inch", 32),
                ("半寸", 15),
                ("六分管", 20),
                ("4分", 15),
            ),
            *(("十二寸", 300), ("DN8寸", 200), ('48"', 1200), ("½″", 15)),
        ],
        3,
        is_tuple_one_value=False,
    ),
)
def test_a_size_in_inches_is_a_nominal_one_and_stands_in_the_note(word: str, wanted: float) -> None:
    result = adopted(frame([ONE], D=[word]), {"diameter_mm": "D"})
    assert result.rows[["diameter_mm", "note"]].values.tolist() == [[wanted, word]]
    (way,) = (one for one in result.ways if one.field == "diameter_mm")
    assert (way.way, way.examples) == ("nominal", ((word, str(wanted)),))


def test_a_length_that_names_its_unit_is_read_in_it() -> None:
    rows = adopted(frame([ONE] * 4, L=["12.5m", "0.2km", "300", "8 米"]), {"length_m": "L"}).rows
    assert rows["length_m"].tolist() == [12.5, 200.0, 300.0, 8.0]


def test_a_unit_in_brackets_is_the_columns() -> None:
    found = guess(
        frame([ONE] * 3, **{"管径（cm）": ["10", "15", "20"], "管长(km)": ["0.1", "0.2", "0.3"]}),
        table="pipe",
    )
    assert found.mapping.units == {"diameter_mm": "cm", "length_m": "km"}
    # Bores that could be inches are not where the heading says mm.
    told = guess(frame([ONE] * 3, **{"管径 (mm)": ["12", "15", "20"]}), table="pipe")
    assert told.mapping.units == {}


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("预应力砼", "prestressed_concrete"),
        ("预应力砼管", "prestressed_concrete"),
        ("灰铸铁管", "cast_iron"),
        ("灰铸铁", "cast_iron"),
        ("水泥管", "concrete"),
        ("球铁管", "ductile_iron"),
        ("钢筋砼管", "reinforced_concrete"),
        ("自应力水泥管", "prestressed_concrete"),
    ],
)
def test_words_for_materials(word: str, code: str) -> None:
    assert suggest("material", word) == code


@pytest.mark.parametrize(
    ("table", "field", "column"),
    [
        ("pipe", "install_year", "JSNY"),
        ("pipe", "street", "SZDL"),
        ("pipe", "status", "SYZT"),
        ("pipe", "length_m", "GDCD"),
        ("failure", "date", "抢修时间"),
        ("failure", "date", "RPT_DATE"),
        ("failure", "date", "fullDate"),
        ("failure", "date", "维修时间"),
        ("failure", "reported_diameter_mm", "管径"),
        ("failure", "reported_material", "管材"),
    ],
)
def test_names_that_are_known(table: str, field: str, column: str) -> None:
    words = {
        "install_year": ["1998", "2001", "2003"],
        "status": ["在用", "废弃", "在用"],
        "date": ["2001-02-03", "2004-05-06", "2007-08-09"],
        "reported_material": ["PE", "钢管", "PE"],
    }.get(field, ["100", "150", "200"])
    found = {one.field: one for one in guess(pd.DataFrame({column: words}), table=table).fields}
    assert (found[field].column, found[field].confidence) == (column, SURE)


# ------------------------------------------------------------------------------------------ 1900


def test_a_lone_1900_is_taken_as_not_known_and_counted() -> None:
    years = ["1900", "1900", "1975", "1998", "2004", "98年"]
    foreign = frame([ONE] * 6, 建设年代=years)
    found = guess(foreign, table="pipe")
    assert found.mapping.null == {"install_year": ("1900",)}
    result = adopted(foreign, {"install_year": "建设年代"}, null={"install_year": ["1900"]})
    assert result.rows["install_year"].isna().sum() == 2
    assert any("2" in note and "1900" in note for note in result.notes)
    # A mapping that says nothing of it means what it meant.
    assert adopted(foreign, {"install_year": "建设年代"}).rows["install_year"].tolist()[0] == 1900


@pytest.mark.parametrize(
    "years",
    [
        ["1900", "1899", "1905", "1998"],
        ["1900", "1912", "1998"],
        ["1900-05-20", "1975-01-01"],
        ["1900", "1900"],
        ["1975", "1998"],
    ],
)
def test_1900_in_company_is_a_year(years: list[str]) -> None:
    assert guess(frame([ONE] * len(years), year=years), table="pipe").mapping.null == {}


def test_the_first_day_of_other_calendars_is_taken_as_not_known() -> None:
    days = ["1900-01-01", "1899-12-30", "2001-05-06", "2008-01-01"]
    found = guess(pd.DataFrame({"抢修日期": days}), table="failure")
    assert found.mapping.null == {"date": ("1899-12-30", "1900-01-01")}


# ---------------------------------------------------------------------------- assumed and useless


def test_one_value_for_all_rows_is_assumed() -> None:
    found = guess(frame([ONE] * 2, 管线编号=["a", "b"]), table="pipe", name="给水管线")
    how = {one.field: (one.column, one.confidence, one.samples) for one in found.fields}
    assert how["status"] == ("", ASSUMED, ("in_use",))
    assert how["system"] == ("", ASSUMED, ("potable",))


def test_what_makes_a_table_useless_is_said() -> None:
    bare = adopted(frame([ONE] * 2, D=["100", "200"]), {"diameter_mm": "D"})
    assert len(useless_lines(bare)) == 2
    assert set(useless_lines(bare)) <= set(summary_lines(bare, dry_run=True))
    whole = adopted(
        frame([ONE] * 2, M=["PE", None], Y=["1999", None]),
        {"material": "M", "install_year": "Y"},
        values={"material": {"PE": "pe"}},
    )
    assert useless_lines(whole) == []
    # A column that no row could be read from leaves the failures as useless as none.
    unread = adopted(pd.DataFrame({"P": ["P1"], "D": ["soon"]}), {"pipe_id": "P", "date": "D"}, "failure")
    assert nulled(unread) == {("date", "bad_date"): 1}
    assert useless_lines(unread) == [usefulness.sentence("failure", "date")]


def test_every_needed_field_has_its_sentence() -> None:
    for table, fields in usefulness.NEEDED.items():
        assert all(usefulness.sentence(table, field) for field in fields)
