"""Longitudes and latitudes in texts: degrees, minutes and seconds in every spelling, and what is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waternet_plugin.core.cells import causes
from waternet_plugin.core.cells.coordinates.written_degrees import EAST, NORTH, are_swapped, coordinates

LATITUDE = 31 + 14 / 60 + 5 / 3600


@pytest.mark.parametrize(
    ("text", "value", "axis"),
    [
        ("31°14'05\"N", LATITUDE, NORTH),
        ("31°14′05″N", LATITUDE, NORTH),
        ("北纬31度14分05秒", LATITUDE, NORTH),
        ("31º14’05”", LATITUDE, ""),
        ("31:14:05", LATITUDE, ""),
        ("31 14 05 N", LATITUDE, NORTH),
        ("N31°14.5'", 31 + 14.5 / 60, NORTH),
        ("121.5°E", 121.5, EAST),
        ("西经70°30'", -70.5, EAST),
        ("33°52′S", -33 - 52 / 60, NORTH),
        ("-33°52'", -33 - 52 / 60, ""),
        ("31.2347", 31.2347, ""),
        ("500000.12", 500000.12, ""),
    ],
)
def test_a_text_is_its_degrees(text: str, value: float, axis: str) -> None:
    read = coordinates(pd.Series([text], dtype=object))
    assert read.numbers.values[0] == pytest.approx(value, abs=1e-9) and read.axis == axis
    assert read.in_degrees == (not text.replace(".", "").isdigit())


@pytest.mark.parametrize(
    "text", ["31°70'05\"", "31°14'65\"", "31.5°30'", "500 00", "95°10'N", "JS12", "31-14-05"]
)
def test_what_is_no_coordinate_is_unknown_and_counted(text: str) -> None:
    read = coordinates(pd.Series([text, None], dtype=object))
    assert np.isnan(read.numbers.values).all() and not read.in_degrees
    assert read.numbers.faults[causes.BAD_NUMBER].tolist() == [True, False]


@pytest.mark.parametrize("text", ["31-14-05", "31 14 5.00"])
@pytest.mark.parametrize("heading", ["纬度", "GPS纬度", "Latitude", "lat"])
def test_parts_below_a_heading_for_degrees_are_degrees(text: str, heading: str) -> None:
    read = coordinates(pd.Series([text, None], dtype=object, name=heading))
    assert read.numbers.values[0] == pytest.approx(LATITUDE, abs=1e-9) and read.in_degrees


@pytest.mark.slow
@given(
    value=st.floats(-180, 180),
    signs=st.sampled_from(
        [("°", "'", '"'), ("度", "分", "秒"), ("º", "′", "″"), (":", ":", ""), ("° ", "' ", "''")]
    ),
    side=st.sampled_from(["E{}", "{}E", "{} e", "东经{}"]),
)
def test_every_spelling_of_a_longitude_is_read_back(
    value: float, signs: tuple[str, str, str], side: str
) -> None:
    tenths = round(abs(value) * 36000)
    degrees, rest = divmod(tenths, 36000)
    minutes, tenths = divmod(rest, 600)
    text = side.format(f"{degrees}{signs[0]}{minutes:02d}{signs[1]}{tenths / 10:04.1f}{signs[2]}")
    read = coordinates(pd.Series([text], dtype=object))
    assert read.numbers.values[0] == pytest.approx(abs(value), abs=0.06 / 3600) and read.axis == EAST


def test_columns_say_which_of_them_is_north() -> None:
    x, y = (coordinates(pd.Series(words, dtype=object)) for words in (["31°14'N"], ["121°28'E"]))
    assert are_swapped(x, y) and not are_swapped(y, x)
