"""Grades of inspections: cases worked by hand, codes without a score, scales that stay apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.graded_cases import cjj, en, graded
from support.slow_cases import a_few_quick

from waternet_plugin.core.drainage.grading.inspection_grades import COLUMNS
from waternet_plugin.core.drainage.grading.pacp import count_of


def test_cjj_181_by_hand() -> None:
    one = graded([cjj("PL", 3, 10.0), cjj("CK", 2, 11.2), cjj("FS", 1, 30.0)]).loc["I1"]
    assert one["structural_mean"] == pytest.approx((0.5 + 1.1 * (5 + 2)) / 3)
    assert (one["structural_value"], one["structural_grade"]) == (5.0, 3)
    assert one["structural_density"] == pytest.approx(8.2 / (8.2 / 3 * 40))
    assert one["repair_index"] == pytest.approx(3.95)
    assert (one["repair_class"], one["advice"]) == (2, "local")
    assert (one["functional_value"], one["functional_grade"], one["maintenance_class"]) == (0.0, 1, 1)


def test_near_defects_are_one_of_at_most_ten_and_long() -> None:
    one = graded([cjj("PL", 4, 10.0, 3.0), cjj("CK", 3, 14.0)], t_soil=10).loc["I1"]
    # 13 m to 14 m is 1.0 m net: one defect of 4 m, 10 + 5 held to 10.
    assert (one["structural_value"], one["structural_mean"]) == (10.0, 10.0)
    assert one["structural_density"] == pytest.approx(10 * 4 / (10 * 40))
    assert one["repair_index"] == pytest.approx(0.7 * 10 + 0.1 * 3 + 0.05 * 3 + 0.15 * 10)
    assert (one["repair_class"], one["advice"]) == (4, "whole")


def test_place_counts_from_four_on_and_soil_from_nought() -> None:
    one = graded([cjj("CK", 2, 5.0), cjj("CJ", 3, 5.0)], t_soil=8, k_area=None, road_class="arterial")
    assert one.loc["I1", "repair_index"] == pytest.approx(0.7 * 2 + 0.15 * 8)
    assert one.loc["I1", "advice"] == "none"
    assert one.loc["I1", "maintenance_index"] == pytest.approx(0.8 * 5 + 0.15 * 6 + 0.05 * 3)


def test_a_pipe_without_diameter_has_no_index_and_says_so() -> None:
    one = graded([cjj("PL", 3, 5.0)], diameter_mm=None).loc["I1"]
    assert pd.isna(one["repair_index"]) and "diameter" in one["reasons"] and one["structural_grade"] == 3


@pytest.mark.parametrize(
    "unscored", a_few_quick([cjj("FS", 4, 20.0), cjj("PL", None, 20.0), cjj("XX", 2, 20.0)], 1)
)
def test_a_code_without_a_score_is_said_and_not_counted(unscored: dict[str, Any]) -> None:
    one = graded([cjj("PL", 3, 5.0), unscored]).loc["I1"]
    assert one["structural_mean"] == 5.0
    assert unscored["code"] in one["reasons"]
    alone = graded([unscored]).loc["I1"]
    assert pd.isna(alone["structural_grade"]) and pd.isna(alone["structural_value"])


def test_without_defects_the_best_grade() -> None:
    rows = graded([], [{}, {"standard": "pacp"}, {"standard": "en_13508"}, {"standard": "other"}])
    assert rows["structural_grade"].fillna(-1).tolist() == [1, 1, 0, -1]
    assert rows["advice"].fillna("").tolist() == ["none", "none", "none", ""]
    assert rows.loc["I2", "quick_structural"] == "0000"
    assert list(rows.columns) == list(COLUMNS)


def test_a_given_grade_that_differs_is_listed_with_both() -> None:
    one = graded([cjj("PL", 3, 5.0)], [{"structural_grade": 2, "functional_grade": 1}]).loc["I1"]
    assert one["differs"] == "structural: given 2, computed 3"


def test_pacp() -> None:
    rows = [{"family": "structural", "grade": grade} for grade in (4, 2, 2, 3)]
    rows += [{"family": "functional", "grade": 2, "length_m": 1.524 * 11.5}]
    one = graded(rows, [{"standard": "pacp"}]).loc["I1"]
    assert (one["structural_value"], one["structural_mean"]) == (11, 2.75)
    assert (one["quick_structural"], one["structural_grade"]) == ("4131", 4)
    # 11.5 is 12: A for 10 to 14.
    assert (one["functional_value"], one["quick_functional"]) == (24, "2A00")
    assert pd.isna(one["repair_index"]) and pd.isna(one["advice"])
    assert count_of(np.array([np.nan, 0.5, 2.28, 2.29])).tolist() == [1, 1, 1, 2]


def test_en_13508_stretches_density_and_class() -> None:
    rows = [
        en("BAF A1", 0.0, s=100),
        en("BAC", 5.0, s=200, b=120),
        en("BAF B1", 20.0, s=140),
        en("BCE", 40.0),
    ]
    one = graded(rows, [{"standard": "en_13508", "length_m": 40.0}]).loc["I1"]
    density = (120 * 20 + 200 * 0.3) / (200 * 40)
    assert one["structural_density"] == pytest.approx(density)
    # 100 x 0.3075 - 10 = 20.75, rounded 21.
    assert (one["structural_value"], one["structural_mean"], one["structural_grade"]) == (221, 200, 3)
    assert (one["functional_value"], one["functional_grade"]) == (120, 2)
    assert pd.isna(one["reasons"])


def test_en_13508_runs_of_one_day_are_one() -> None:
    looked = [{"standard": "en_13508", "length_m": 10.0}, {"standard": "en_13508", "length_m": 20.0}]
    rows = [en("BAB", 3.0, s=300), {**en("BAB", 2.0, s=400), "inspection_id": "I2"}]
    both = graded(rows, looked)
    assert both["structural_grade"].tolist() == [5, 5]
    assert both["structural_density"].tolist() == pytest.approx([(300 + 400) * 0.3 / (400 * 30)] * 2)
    assert "2 runs" in both.loc["I1", "reasons"]


def test_en_13508_without_a_damage_number_has_no_grade() -> None:
    one = graded([en("BAB", 3.0)], [{"standard": "en_13508", "length_m": 10.0}]).loc["I1"]
    assert pd.isna(one["structural_grade"]) and "BAB" in one["reasons"]


def test_beyond_the_end_and_manholes_are_said() -> None:
    rows = graded([cjj("PL", 3, 55.0)], [{}, {"pipe_id": None, "node_id": "N1"}])
    assert "beyond" in rows.loc["I1", "reasons"]
    assert pd.isna(rows.loc["I2", "structural_grade"]) and "no pipe" in rows.loc["I2", "reasons"]
