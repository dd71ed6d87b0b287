"""Depths and levels in other units, and days that many rows share."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from support.adoption_frames import adopted, frame, line, nulled, point
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.doubts.doubt_texts import hint_text
from waternet_plugin.core.exchange.guessing.guessing import guess

ONE = line((0, 0), (30, 40))


@pytest.mark.slow
@hypothesis_settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.8, 2.4), min_size=6, max_size=12), st.sampled_from([("mm", 1000), ("cm", 100)]))
def test_depths_in_a_smaller_unit(depths: list[float], unit: tuple[str, int]) -> None:
    told = [round(depth * unit[1]) for depth in depths]
    foreign = frame([ONE] * len(told), 起点埋深=told)
    guessed = guess(foreign, table="pipe")
    assert guessed.mapping.units == {"depth_start_m": unit[0]}
    with pytest.raises(InputError, match=f'"depth_start_m": "{unit[0]}"'):
        adopted(foreign, {"depth_start_m": "起点埋深"})
    read = adopted(foreign, {"depth_start_m": "起点埋深"}, units={"depth_start_m": unit[0]})
    assert np.allclose(read.rows["depth_start_m"], np.array(told) / unit[1])


def test_a_few_depths_in_millimetres_are_told_and_read_where_the_mapping_says_so() -> None:
    foreign = frame([ONE] * 6, T=[1.2, 1.1, 0.9, 1200, 1350, 1.4])
    told = adopted(foreign, {"depth_start_m": "T"})
    assert any("can't be metres (1200, 1350)" in note for note in told.notes)
    read = adopted(foreign, {"depth_start_m": "T"}, odd_rows={"depth_start_m": "mm"})
    assert read.rows["depth_start_m"].tolist() == [1.2, 1.1, 0.9, 1.2, 1.35, 1.4]
    lost = adopted(foreign, {"depth_start_m": "T"}, odd_rows={"depth_start_m": "unknown"})
    assert nulled(lost) == {("depth_start_m", "out_of_line"): 2}


def test_levels_in_millimetres_and_one_in_centimetres() -> None:
    levels = frame([ONE] * 6, G=[32705, 32650, 31900, 33010, 32205, 32950])
    assert guess(levels.rename(columns={"G": "起点管底高程"}), table="pipe").mapping.units == {
        "invert_start_m": "mm"
    }
    one = frame([ONE] * 6, G=[270.1, 269.3, 27639, 271.0, 268.2, 270.9])
    read = adopted(one, {"invert_start_m": "G"}, odd_rows={"invert_start_m": "cm"})
    assert read.rows["invert_start_m"][2] == 276.39


@pytest.mark.slow
@hypothesis_settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0.8, 2.4), min_size=6, max_size=12),
    st.floats(0.05, 3.0),
    st.sampled_from(["depth_start_m", "depth_end_m"]),
)
def test_a_depth_below_zero_among_others_is_asked(depths: list[float], size: float, name: str) -> None:
    told = [*depths, -size]
    foreign = frame([ONE] * len(told), T=told)
    taken_as = "above" if size < 0.75 * min(depths) else "unknown"
    read = adopted(foreign, {name: "T"})
    (doubt,) = read.doubts
    assert (doubt.kind, doubt.rows.tolist(), doubt.suggestion, doubt.answer) == (
        "sign",
        [len(depths)],
        taken_as,
        "",
    )
    assert np.isnan(read.rows[name].iloc[-1]) == (taken_as == "unknown")
    assert any("below zero among others" in one for one in read.notes)
    # What is said to be put into the mapping does what it says.
    note = hint_text(read.doubts)
    answers = {"above": -size, "below": size, "unknown": np.nan}
    assert any(f'"signs": {{"{name}": "{one}"}}' in note for one in answers if one != taken_as)
    for answer, value in answers.items():
        rows = adopted(foreign, {name: "T"}, signs={name: answer}).rows
        assert np.allclose(rows[name].iloc[-1], value, equal_nan=True)
        assert np.allclose(rows[name].iloc[:-1], depths)


def test_a_depth_of_a_pit_below_zero_is_never_above_the_ground() -> None:
    points = [point(20 * row, 0) for row in range(6)]
    foreign = frame(points, T=[1.2, 1.1, -0.2, 0.9, 1.4, 2.0])
    read = adopted(foreign, {"depth_m": "T"}, table="node")
    (doubt,) = read.doubts
    assert (doubt.choices, doubt.suggestion) == (("unknown", "below"), "unknown")
    assert read.rows["depth_m"].isna().tolist() == [False, False, True, False, False, False]


def test_numbers_for_not_known_are_no_depths_below_zero() -> None:
    read = adopted(frame([ONE] * 4, T=[1.2, -9999, 0.9, 1.4]), {"depth_start_m": "T"})
    assert read.doubts == () and nulled(read) == {("depth_start_m", "stands_for_unknown"): 1}


def test_signs_are_of_depths_alone_and_have_three_answers() -> None:
    foreign = frame([ONE], T=[1.2])
    with pytest.raises(InputError, match="“signs” of depth_start_m must be one of"):
        adopted(foreign, {"depth_start_m": "T"}, signs={"depth_start_m": "up"})
    with pytest.raises(InputError, match="length_m is not a depth"):
        adopted(foreign, {"length_m": "T"}, signs={"length_m": "above"})


def test_sane_depths_and_levels_are_asked_nothing() -> None:
    foreign = frame([ONE] * 4, T=[1.2, 6.5, 0.4, 12.0], G=[3.2, 1480.5, 44.0, -1.2])
    assert adopted(foreign, {"depth_start_m": "T", "invert_start_m": "G"}).doubts == ()


def _dated(default: str, shared: int) -> list[str]:
    others = [f"{1958 + row % 60}-{1 + row % 12:02d}-{2 + row % 26:02d}" for row in range(100 - shared)]
    return [default] * shared + others


@pytest.mark.parametrize("default", a_few_quick(["1900-01-01", "1905-01-01", "1911-01-01", "1899-12-30"], 1))
def test_a_day_that_many_rows_share_stands_for_unknown(default: str) -> None:
    foreign = frame([ONE] * 100, 建设年代=_dated(default, 16))
    guessed = guess(foreign, table="pipe")
    assert dict(guessed.mapping.null) == {"install_year": (default,)}
    (doubt,) = adopted(foreign, {"install_year": "建设年代"}, dry_run=True).doubts
    assert (doubt.kind, doubt.count, doubt.suggestion, doubt.answer) == ("words", 16, "unknown", "")
    # Without an answer the rows are written as they are, and the notes say so.
    told = adopted(foreign, {"install_year": "建设年代"})
    assert any(default in note and "16" in note for note in told.notes)
    taken = adopted(foreign, {"install_year": "建设年代"}, null={"install_year": []})
    assert taken.doubts[0].answer == "take"
    assert taken.rows["install_year"].notna().all()
    known = adopted(foreign, {"install_year": "建设年代"}, null={"install_year": [default]})
    assert int(known.rows["install_year"].isna().sum()) == 16


def test_a_busy_day_of_today_is_asked_and_taken() -> None:
    foreign = frame([ONE] * 100, 建设年代=_dated("2010-01-01", 16))
    guessed = guess(foreign, table="pipe")
    assert dict(guessed.mapping.null) == {}
    (doubt,) = adopted(foreign, {"install_year": "建设年代"}, dry_run=True).doubts
    assert doubt.suggestion == "take"


@pytest.mark.slow
@hypothesis_settings(max_examples=20, deadline=None)
@given(st.lists(st.dates(datetime.date(1950, 1, 2), datetime.date(2025, 12, 31)), min_size=20, max_size=40))
def test_days_that_few_share_are_asked_nothing(days: list[datetime.date]) -> None:
    foreign = frame(
        [ONE] * len(days),
        D=[day.isoformat() for day in dict.fromkeys(days)]
        + ["1999-02-03"] * (len(days) - len(dict.fromkeys(days))),
    )
    assert adopted(foreign, {"install_year": "D"}).doubts == ()
