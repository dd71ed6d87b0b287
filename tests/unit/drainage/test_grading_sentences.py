"""What is agreed about grades, sentence by sentence, with figures worked by hand."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.graded_cases import cjj, en, graded
from support.slow_cases import a_few_quick

EN = {"standard": "en_13508", "length_m": 40.0}


def structural(defects: list[dict[str, Any]], **pipe: Any) -> pd.Series:
    return graded(defects, **pipe).loc["I1"]


@pytest.mark.parametrize(
    ("places", "count"),
    a_few_quick(
        [
            ([(10, None), (11.0, None)], 1),  # gap 1.0 m: one
            ([(10, None), (11.51, None)], 2),
            ([(10, 2.0), (13.0, None)], 1),  # the gap begins where the one before ends
            ([(10, None), (11, None), (12, None)], 1),  # a chain
            ([(10, 9.0), (12, None), (19.5, None)], 1),  # the farthest end counts
            ([(12, None), (10, None), (11, None)], 1),  # by position, not by row
            ([(10, None), (10, None)], 1),
            ([(None, None), (None, None)], 2),  # without position each by itself
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_gap_of_at_most_one_metre_is_one_defect(places: list[tuple[Any, Any]], count: int) -> None:
    one = structural([cjj("PL", 2, at, length) for at, length in places])
    # Scores of 2 are added, at most 10; without nearness S = sum / n.
    assert one["structural_value"] == min(2 * len(places) / count, 10)


@pytest.mark.parametrize(
    ("gap", "factor"), a_few_quick([(1.5, 1.1), (1.51, 1.0), (1.01, 1.1)], 1, is_tuple_one_value=False)
)
def test_the_smaller_gap_of_both_sides_weighs(gap: float, factor: float) -> None:
    one = structural([cjj("PL", 2, 10.0), cjj("CK", 2, 10.0 + gap), cjj("QF", 2, 30.0)])
    assert one["structural_mean"] == pytest.approx((2 * 2 * factor + 2) / 3)
    assert one["structural_value"] == pytest.approx(max(one["structural_mean"], 2.0))


def test_the_greatest_counts_without_its_factor() -> None:
    one = structural([cjj("PL", 3, 10.0), cjj("CK", 1, 11.2)])
    assert (one["structural_value"], one["structural_mean"]) == (5.0, pytest.approx(1.1 * 5.5 / 2))


def test_short_defects_count_one_metre_in_the_density() -> None:
    one = structural([cjj("PL", 2, 10.0, 0.2), cjj("CK", 2, 20.0, 4.0)])
    assert one["structural_density"] == pytest.approx((2 * 1 + 2 * 4) / (2 * 40))


@pytest.mark.parametrize(
    ("pipe", "k"),
    a_few_quick(
        [
            ({"k_area": 10}, 10),
            ({"k_area": 0, "road_class": "arterial"}, 0),
            ({"k_area": None, "road_class": "expressway"}, 6),
            ({"k_area": None, "road_class": "arterial"}, 6),
            ({"k_area": None, "road_class": "collector"}, 3),
            ({"k_area": None, "road_class": "local"}, 3),
            ({"k_area": None, "road_class": "footway"}, 0),
            ({"k_area": None, "road_class": None}, 0),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_k_is_given_or_of_the_road(pipe: dict[str, Any], k: int) -> None:
    one = structural([cjj("PL", 3, 5.0), cjj("CJ", 3, 5.0)], **pipe)
    assert one["repair_index"] == pytest.approx(0.7 * 5 + 0.1 * k + 0.05 * 3)
    assert one["maintenance_index"] == pytest.approx(0.8 * 5 + 0.15 * k + 0.05 * 3)
    assert ("K taken as 0" in str(one["reasons"])) == (pipe == {"k_area": None, "road_class": None})


@pytest.mark.parametrize(
    ("width", "e"),
    a_few_quick(
        [(599, 0), (600, 3), (1000, 3), (1001, 6), (1500, 6), (1501, 10)], 1, is_tuple_one_value=False
    ),
)
def test_e_is_of_the_diameter(width: int, e: int) -> None:
    one = structural([cjj("PL", 3, 5.0)], diameter_mm=width)
    assert one["repair_index"] == pytest.approx(0.7 * 5 + 0.1 * 3 + 0.05 * e)


def test_an_unknown_soil_is_said_where_it_would_count() -> None:
    assert "T taken as 0" in structural([cjj("PL", 1, 5.0)], t_soil=None)["reasons"]
    assert pd.isna(structural([], t_soil=None, k_area=None)["reasons"])


@pytest.mark.parametrize(
    ("code", "grade", "expected"),
    a_few_quick([("PL", 1, 1), ("PL", 2, 2), ("PL", 3, 3), ("PL", 4, 4)], 1, is_tuple_one_value=False),
)
def test_grades_by_f(code: str, grade: int, expected: int) -> None:
    one = structural([cjj(code, grade, 5.0)])
    assert one["structural_grade"] == expected and one["functional_grade"] == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    a_few_quick(
        [("F1", (None, "none")), ("F3", ("none",)), ("thick", ("whole",))], 1, is_tuple_one_value=False
    ),
)
def test_advice(value: str, expected: tuple[Any, ...]) -> None:
    cases = {
        "F1": [cjj("PL", 1, 5.0)],
        "F3": [cjj("TJ", 2, 5.0)],
        "thick": [cjj("PL", 3, 5.0, 20.0)],
    }
    assert structural(cases[value], t_soil=0)["advice"] in expected


@pytest.mark.slow
def test_arrays_group_as_a_plain_walk_does() -> None:
    random = np.random.default_rng(7)
    for _ in range(40):
        defects = [
            cjj("PL", int(random.integers(1, 5)), round(float(at), 1), round(float(random.uniform(0, 3)), 1))
            for at in random.uniform(0, 40, random.integers(1, 12))
        ]
        score = {1: 0.5, 2: 2.0, 3: 5.0, 4: 10.0}
        groups: list[list[float]] = []
        for one in sorted(defects, key=lambda row: (row["position_m"], row["length_m"], row["grade"])):
            start, end = one["position_m"], one["position_m"] + one["length_m"]
            if groups and round(start - groups[-1][1], 9) <= 1.0:
                groups[-1][1] = max(groups[-1][1], end)
                groups[-1][2] += score[one["grade"]]
            else:
                groups.append([start, end, score[one["grade"]]])
        gaps = [round(b[0] - a[1], 9) for a, b in itertools.pairwise(groups)] if len(groups) > 1 else []
        sides = list(zip([np.inf, *gaps], [*gaps, np.inf]))
        weighted = [
            min(group[2], 10) * (1.1 if min(side) <= 1.5 else 1.0) for group, side in zip(groups, sides)
        ]
        mean = sum(weighted) / len(groups)
        along = sum(w * max(g[1] - g[0], 1.0) for w, g in zip(weighted, groups))
        result = structural(defects)
        assert result["structural_mean"] == pytest.approx(mean)
        assert result["structural_value"] == pytest.approx(max(mean, *(min(g[2], 10) for g in groups)))
        assert result["structural_density"] == pytest.approx(along / (mean * 40))


@pytest.mark.parametrize(
    ("counts", "quick", "value"),
    a_few_quick(
        [
            ({}, "0000", 0),
            ({5: 1}, "5100", 5),
            ({3: 9, 1: 1}, "3911", 28),
            ({3: 10}, "3A00", 30),
            ({3: 14, 2: 15}, "3A2B", 72),
            ({4: 20, 2: 1, 1: 7}, "4C21", 89),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_pacp_quick_ratings(counts: dict[int, int], quick: str, value: int) -> None:
    rows = [{"family": "structural", "grade": grade} for grade, count in counts.items() for _ in range(count)]
    one = graded(rows, [{"standard": "pacp"}]).loc["I1"]
    assert (one["quick_structural"], one["structural_value"]) == (quick, value)
    assert one["structural_mean"] == pytest.approx(value / max(sum(counts.values()), 1))
    assert one["structural_grade"] == max(counts, default=1)


@pytest.mark.parametrize(
    ("number", "grade"),
    a_few_quick(
        [(1, 1), (99, 1), (100, 2), (199, 2), (200, 3), (300, 4), (399, 4), (400, 5), (460, 5)],
        1,
        is_tuple_one_value=False,
    ),
)
def test_en_classes_by_the_final_number(number: int, grade: int) -> None:
    one = graded([en("BAB", 3.0, s=number)], [EN]).loc["I1"]
    assert (one["structural_value"], one["structural_grade"]) == (number, grade)


@pytest.mark.parametrize(
    ("metres", "extra"),
    a_few_quick(
        [(4.0, 0), (4.2, 1), (4.1, 0), (20.0, 40), (20.5, 40), (12.2, 21), (12.18, 20)],
        1,
        is_tuple_one_value=False,
    ),
)
def test_en_extra_by_density_rounded_half_up(metres: float, extra: int) -> None:
    """100 rho - 10 between 0.1 and 0.5: 12.2 m of 40 m are 20.5, which is 21."""
    one = graded([en("BAB A1", 0.0, s=390), en("BAB B1", metres, s=390)], [EN]).loc["I1"]
    assert (one["structural_mean"], one["structural_value"]) == (390, 390 + extra)


def test_en_stretches_are_told_by_number_and_main_code() -> None:
    rows = [
        en("BABB A1", 0.0, s=100),
        en("BAC A1", 1.0, s=100),
        en("BABC B1", 10.0, s=200),
        en("BAC B2", 20.0, s=100),
    ]
    one = graded(rows, [EN]).loc["I1"]
    # BAB is one row of 10 m, 150 in rho and 200 in the number; the others are points.
    assert one["structural_mean"] == 200
    assert one["structural_density"] == pytest.approx((150 * 10 + 100 * 0.3 * 2) / (200 * 40))


def test_en_the_largest_of_a_row_and_b_alone() -> None:
    one = graded([en("BBA", 3.0, d=300, s=120, b=210), en("BAB", 9.0, s=350)], [EN]).loc["I1"]
    assert (one["structural_mean"], one["functional_mean"]) == (350, 210)
    assert one["structural_density"] == pytest.approx((300 + 350) * 0.3 / (350 * 40))
    assert (one["structural_grade"], one["functional_grade"]) == (4, 3)


def test_scales_are_never_mixed() -> None:
    """An inspection by CJJ 181 of the same pipe and day is no run of the one by EN 13508-2."""
    rows = [en("BAB", 3.0, s=300), {**cjj("PL", 3, 4.0), "inspection_id": "I2"}]
    both = graded(rows, [EN, {}])
    assert both["structural_grade"].tolist() == [4, 3] and pd.isna(both.loc["I1", "reasons"])
    assert pd.isna(both.loc["I1", "repair_index"]) and both.loc["I2", "repair_index"] > 0


def test_only_a_standard_that_is_asked_for() -> None:
    assert len(graded([], [EN, {}], standard="pacp")) == 0
    assert graded([], [EN, {}], standard="en_13508")["standard"].tolist() == ["en_13508"]
