"""Given lengths beside the drawn ones: feet, kilometres, a projection; refused by name without an answer."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from support.adoption_frames import adopted, frame, line
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.guessing.guessing import guess

# What one unit is in metres.
UNITS = {"foot": 0.3048, "km": 1000.0, "cm": 0.01, "mm": 0.001}


def _lines(lengths: list[float]) -> list[shapely.LineString]:
    return [line((0, 10 * row), (length, 10 * row)) for row, length in enumerate(lengths)]


LENGTHS = st.lists(st.floats(5.0, 400.0), min_size=12, max_size=20)


@pytest.mark.slow
@hypothesis_settings(max_examples=25, deadline=None)
@given(LENGTHS, st.sampled_from(sorted(UNITS)), st.floats(-0.02, 0.02))
def test_a_unit_is_found_by_the_drawn_lengths(lengths: list[float], unit: str, slip: float) -> None:
    given_lengths = [length * (1 + slip) / UNITS[unit] for length in lengths]
    foreign = frame(_lines(lengths), LEN=given_lengths)
    guessed = guess(foreign, table="pipe")
    assert guessed.mapping.units == {"length_m": unit}
    result = adopted(foreign, {"length_m": "LEN"}, units={"length_m": unit})
    assert np.allclose(result.rows["length_m"], np.array(lengths) * (1 + slip))


@pytest.mark.slow
@hypothesis_settings(max_examples=25, deadline=None)
@given(LENGTHS, st.sets(st.integers(0, 11), min_size=1, max_size=4))
def test_rows_in_kilometres_are_asked_alone(lengths: list[float], odd: set[int]) -> None:
    told = [length / 1000 if row in odd else length for row, length in enumerate(lengths)]
    foreign = frame(_lines(lengths), LEN=told)
    with pytest.raises(InputError, match=re.escape('"odd_rows": {"length_m": "km"}')):
        adopted(foreign, {"length_m": "LEN"})
    in_km = adopted(foreign, {"length_m": "LEN"}, odd_rows={"length_m": "km"})
    assert np.allclose(in_km.rows["length_m"], lengths)
    assert {(one.way, one.count) for one in in_km.ways} == {("odd_unit", len(odd))}
    drawn = adopted(foreign, {"length_m": "LEN"}, odd_rows={"length_m": "drawn"})
    assert (drawn.rows["length_source"] == "geometry").sum() == len(odd)
    assert np.allclose(drawn.rows["length_m"], lengths)
    kept = adopted(foreign, {"length_m": "LEN"}, odd_rows={"length_m": "take"})
    assert np.allclose(kept.rows["length_m"], told)
    assert guess(foreign, table="pipe").mapping.odd_rows == {"length_m": "km"}


def test_a_run_without_an_answer_is_refused_by_name() -> None:
    lengths = [20.0 + row for row in range(12)]
    foreign = frame(_lines(lengths), LEN=[length / 0.3048 for length in lengths])
    with pytest.raises(InputError, match=re.escape('"units": {"length_m": "foot"}')) as told:
        adopted(foreign, {"length_m": "LEN"})
    assert "3.28 times" in told.value.message
    # A dry run asks; an answer that keeps the numbers is one too.
    (doubt,) = adopted(foreign, {"length_m": "LEN"}, dry_run=True).doubts
    assert (doubt.suggestion, doubt.answer, doubt.count) == ("foot", "", 12)
    kept = adopted(foreign, {"length_m": "LEN"}, units={"length_m": "m"})
    assert math.isclose(kept.rows["length_m"][0], 20 / 0.3048)


def test_one_number_for_all_rows_is_the_scale_of_a_map() -> None:
    lengths = [20.0 + row for row in range(12)]
    foreign = frame(_lines(lengths), LENGTH=[1.53 * length for length in lengths])
    guessed = guess(foreign, table="pipe")
    assert "length_m" not in guessed.mapping.fields
    assert [(one.column, one.kind, round(one.ratio, 2)) for one in guessed.remarks] == [
        ("LENGTH", "scaled", 1.53)
    ]
    with pytest.raises(InputError, match="one number for all"):
        adopted(foreign, {"length_m": "LENGTH"})


@pytest.mark.parametrize(
    "name",
    a_few_quick(
        ["Shape_Length", "SHAPE__Length", "SHAPE.STLength()", "Shape_Leng", "shape_len", "ST_Length"], 1
    ),
)
def test_the_length_of_the_lines_themselves_is_no_length_of_pipes(name: str) -> None:
    lengths = [20.0 + row for row in range(12)]
    guessed = guess(frame(_lines(lengths), **{name: lengths}), table="pipe")
    assert "length_m" not in guessed.mapping.fields
    assert [(one.column, one.kind) for one in guessed.remarks] == [(name, "drawn")]


def test_lengths_near_the_drawn_ones_are_asked_nothing() -> None:
    lengths = [20.0 + row for row in range(12)]
    told = [round(length * (1 + (row % 3 - 1) / 50), 1) for row, length in enumerate(lengths)]
    assert adopted(frame(_lines(lengths), LEN=told), {"length_m": "LEN"}).doubts == ()


def test_a_line_without_length_warns_of_nothing(recwarn: pytest.WarningsRecorder) -> None:
    parts = shapely.MultiLineString([line((0, 0), (0, 0)), line((9, 9), (9, 9))])
    adopted(frame([parts, line((0, 0), (5, 0))], LEN=[3.0, 5.0]), {"length_m": "LEN"})
    assert not [one for one in recwarn if issubclass(one.category, RuntimeWarning)]
