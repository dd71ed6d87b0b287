"""The verdict on a laid pipe: figures worked out by hand, each reason by itself, and what is unknown."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.verification import verdict_words
from waternet_plugin.core.survey.verification.known_of_pipe import (
    Fitting,
    PhotoEvidence,
    PipeEvidence,
    PlannedPipe,
    planned_of,
)
from waternet_plugin.core.survey.verification.verdict import judge

SETTINGS = Settings()
DAY_1, DAY_2 = datetime.date(2026, 11, 18), datetime.date(2026, 11, 19)
# A sewer DN300 of 120 m falls 3 per mille: 10.000 at 0 m, 9.940 at 20 m, 9.880 at 40 m, 9.820 at 60 m,
# 9.760 at 80 m, 9.700 at 100 m, 9.640 at 120 m.
PLANNED = PlannedPipe(np.array([[0.0, 0, np.nan], [120.0, 0, np.nan]]), 300.0, "pvc", 10.0, 9.64)
SEWER = {
    "system": "sewage", "material": "pvc", "diameter_mm": 300.0, "depth_start_m": 2.3, "depth_end_m": 2.5,
    "road_class": None, "burial": None, "function": None,
}  # fmt: skip
# x, y and invert as surveyed on each day.
FIRST = [(0, 0.004, 9.998), (20, -0.009, 9.943), (40, 0.012, 9.876), (60, 0.003, 9.823)]
SECOND = [(60, 0.003, 9.823), (80, 0.0, 9.748), (100, 0.002, 9.702), (120, 0.0, 9.641)]


def laid(surveyed: list[tuple[float, float, float]], day: datetime.date, **values: Any) -> PipeEvidence:
    measured = np.array(surveyed, dtype=float)
    line = measured + np.array([0, 0, 0.15])
    given = {
        "row": SEWER, "line": line, "points": measured, "planned": PLANNED, "surveyed_on": day,
        "photos": (PhotoEvidence("a" * 64, 30.0, 5.0),), "material_verified_by": "Li",
        "material_verified_on": DAY_1,
    }  # fmt: skip
    return PipeEvidence(**{**given, **values})


def reasons(evidence: PipeEvidence) -> list[str]:
    return [str(one["is"]) for one in judge(evidence, SETTINGS).reasons]


def test_the_first_sixty_metres_pass_by_figures_worked_out_by_hand():
    found = judge(laid(FIRST, DAY_1), SETTINGS)
    np.testing.assert_allclose(
        found.deviations, [[0.004, -0.002], [0.009, 0.003], [0.012, -0.004], [0.003, 0.003]], atol=1e-9
    )
    assert (found.verdict, found.reasons) == ("pass", ())
    assert found.off_line_m == pytest.approx(0.012)
    assert found.off_level_m == pytest.approx(0.004)
    # 2.3 m to the invert less 0.3 m.
    assert found.cover_m == pytest.approx(2.0)


def test_the_second_sixty_metres_fail_for_one_level_twelve_millimetres_low():
    found = judge(laid(SECOND, DAY_2), SETTINGS)
    assert found.verdict == "fail"
    assert found.off_level_m == pytest.approx(0.012)
    assert found.reasons == ({"is": "off_level", "mm": 12, "limit_mm": 10},)
    assert verdict_words.said(found.reasons) == "12 mm from the planned invert level, at most 10 mm"


def test_limits_are_those_of_the_kind_of_pipe():
    row = {**SEWER, "system": "potable", "depth_start_m": 1.0, "depth_end_m": 1.0}
    assert judge(laid(SECOND, DAY_2, row=row), SETTINGS).verdict == "pass"
    large = {**SEWER, "diameter_mm": 1200.0, "depth_start_m": 3.0, "depth_end_m": 3.0}
    planned = replace(PLANNED, diameter_mm=1200.0)
    assert judge(laid(SECOND, DAY_2, row=large, planned=planned), SETTINGS).verdict == "pass"
    main = {**SEWER, "function": "rising_main"}
    assert judge(laid(SECOND, DAY_2, row=main), SETTINGS).verdict == "pass"
    off = [(x, y + 0.016, level) for x, y, level in FIRST]
    assert reasons(laid(off, DAY_1)) == ["off_line"]


def test_a_measure_at_its_limit_is_within_it():
    at_limit = [(x, 0.015, 10.0 - 0.003 * x + 0.010) for x, _y, _level in FIRST]
    assert judge(laid(at_limit, DAY_1), SETTINGS).verdict == "pass"


@pytest.mark.parametrize(
    ("values", "verdict", "code"),
    [
        ({"row": {**SEWER, "depth_start_m": 0.95}}, "fail", "cover"),
        ({"row": {**SEWER, "diameter_mm": 400.0}}, "fail", "diameter"),
        ({"row": {**SEWER, "material": "pe"}}, "fail", "material"),
        ({"backfilled_on": DAY_1 - datetime.timedelta(1)}, "fail", "after_backfill"),
        ({"material_verified_by": ""}, "open", "material_unverified"),
        ({"material_verified_on": None}, "open", "material_unverified"),
        ({"surveyed_on": None}, "open", "no_survey_date"),
        ({"photos": ()}, "open", "no_photo"),
        ({"photos": (PhotoEvidence("b", 30.0, 51.0),)}, "open", "photo_far"),
        ({"fittings": (Fitting("tee", "N-1", 30.0, 0.0),)}, "open", "tee"),
        ({"fittings": (Fitting("valve", "V-1", 30.0, 0.0),)}, "open", "valve"),
        ({"points": np.array(FIRST[:2])}, "open", "stretch"),
        ({"not_fixed": ("A1", "A2")}, "open", "not_fixed"),
        ({"points": np.empty((0, 3))}, "open", "stretch"),
        ({"points": np.empty((0, 3))}, "open", "no_points"),
        ({"row": {**SEWER, "depth_end_m": None}}, "open", "no_depth"),
        ({"row": {**SEWER, "diameter_mm": None}}, "open", "no_size"),
        ({"row": {**SEWER, "material": None}}, "open", "no_material"),
        ({"row": {**SEWER, "material": "unknown"}}, "open", "no_material"),
        ({"line": np.array([[0, 0, 10], [20, 0, 10], [40, 0, 10], [60, 0, np.nan]])}, "open", "no_level"),
        ({"line": np.array([[0, 0, np.nan], [20, 0, 10], [40, 0, 10], [60, 0, 10]])}, "open", "no_level"),
        ({"line": np.array([[0, 0, 10], [20, -0.009, np.nan], [60, 0, 10]])}, "open", "no_levels"),
    ],
)
def test_each_lack_and_each_fault_is_a_reason(values, verdict, code):
    found = judge(laid(FIRST, DAY_1, **values), SETTINGS)
    assert found.verdict == verdict
    assert code in [one["is"] for one in found.reasons]
    assert "{" not in verdict_words.said(found.reasons)


def test_nothing_unknown_passes_whatever_it_is():
    whole = laid(FIRST, DAY_1)
    assert judge(whole, SETTINGS).verdict == "pass"
    measured = ("material", "diameter_mm", "depth_start_m", "depth_end_m")
    for name in measured:
        found = judge(replace(whole, row={**SEWER, name: None}), SETTINGS)
        assert found.verdict == "open", name
    flat = replace(whole, line=np.where([False, False, True], np.nan, whole.line))
    found = judge(replace(flat, row={**SEWER, "from_node": "W-1"}), SETTINGS)
    assert verdict_words.said(found.reasons).startswith("no level at W-1; no level at the end")


def test_a_pipe_on_which_no_cover_lies_needs_no_depth():
    row = {**SEWER, "burial": "trench", "depth_start_m": None, "depth_end_m": None}
    assert judge(laid(FIRST, DAY_1, row=row), SETTINGS).verdict == "pass"


def test_one_photo_taken_at_the_pipe_is_enough_and_the_other_is_told():
    photos = (PhotoEvidence("b", 30.0, 300.0), PhotoEvidence("c", 30.0, 5.0))
    found = judge(laid(FIRST, DAY_1, photos=photos), SETTINGS)
    assert (found.verdict, [one["is"] for one in found.reasons]) == ("pass", ["photo_far"])
    far = (PhotoEvidence("b", 30.0, 300.0), PhotoEvidence("c", 30.0, 200.0))
    assert judge(laid(FIRST, DAY_1, photos=far), SETTINGS).verdict == "open"


def test_a_plan_without_levels_passes_and_says_that_they_were_not_compared():
    planned = replace(PLANNED, invert_start_m=float("nan"), invert_end_m=float("nan"))
    found = judge(laid(FIRST, DAY_1, planned=planned), SETTINGS)
    assert (found.verdict, [one["is"] for one in found.reasons]) == ("pass", ["level_not_compared"])


def test_steps_of_twenty_metres_count_in_whole_metres():
    paced = {"planned": None, "line": np.array([[0.0, 0, 10], [40.1, 0, 10]])}
    near = np.array([[0.0, 0, 9.9], [20.03, 0, 9.9], [40.1, 0, 9.9]])
    far = np.array([[0.0, 0, 9.9], [19.3, 0, 9.9], [40.1, 0, 9.9]])
    assert "stretch" not in reasons(laid(FIRST, DAY_1, points=near, **paced))
    assert "stretch" in reasons(laid(FIRST, DAY_1, points=far, **paced))


def test_a_bend_without_a_point_is_open_and_a_slight_turn_is_none():
    bent = np.array([[0.0, 0, 10], [10, 0, 10], [20, 5, 10]])
    slight = np.array([[0.0, 0, 10], [10, 0, 10], [20, 0.5, 10]])
    two = np.array([[0.0, 0, 9.9], [20, 5, 9.9]])
    values = {"planned": None, "points": two}
    assert reasons(laid(FIRST, DAY_1, line=bent, **values)) == ["stretch", "bends"]
    values["points"] = np.array([[0.0, 0, 9.9], [10, 0, 9.9], [20, 0.5, 9.9]])
    assert reasons(laid(FIRST, DAY_1, line=slight, **values)) == []


def test_without_backfill_the_trench_is_open_and_a_photo_without_place_is_there():
    photos = (PhotoEvidence("c"),)
    assert judge(laid(FIRST, DAY_1, backfilled_on=None, photos=photos), SETTINGS).verdict == "pass"
    assert judge(laid(FIRST, DAY_1, backfilled_on=DAY_1), SETTINGS).verdict == "pass"


def test_without_a_planned_line_deviations_are_unknown():
    found = judge(laid(FIRST, DAY_1, planned=None), SETTINGS)
    assert (found.verdict, found.off_line_m, found.off_level_m) == ("pass", None, None)


def test_unknown_levels_make_no_deviation():
    unknown = [(x, y, float("nan")) for x, y, _level in FIRST]
    assert judge(laid(unknown, DAY_1), SETTINGS).off_level_m is None


def test_a_planned_pipe_is_kept_as_text_and_read_again():
    again = planned_of(PLANNED.as_json())
    np.testing.assert_array_equal(again.line, PLANNED.line)
    assert (again.diameter_mm, again.material) == (300.0, "pvc")
    assert planned_of("[1") is None
    assert planned_of(None) is None


def test_contrary_evidence_comes_before_what_is_missing():
    found = judge(laid(SECOND, DAY_2, photos=()), SETTINGS)
    assert [one["is"] for one in found.reasons] == ["off_level", "no_photo"]
    assert found.verdict == "fail"
