"""The assessment: who is rated, on what evidence, in which class, and why."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.health_frames import failures, matched, pipes
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions
from waternet_plugin.core.health.matching.matching import match_failures, with_matches
from waternet_plugin.core.health.risk.assessment import COLUMNS, Assessment, assess
from waternet_plugin.core.health.risk.class_edges import ClassEdges, RankedPipes, coarse_sums, edges_of
from waternet_plugin.core.health.risk.classes import classify, health_of, on_policy_list, own_edges
from waternet_plugin.core.schema.settings import Settings

END = datetime.date(2012, 12, 31)
START = datetime.date(2003, 1, 1)
NONE = failures([])


def run(lines: list[dict[str, Any]], table: pd.DataFrame = NONE, **options: Any) -> Assessment:
    rated = {
        name: options.pop(name) for name in ("window_start", "horizon_years", "model") if name in options
    }
    return assess(pipes(lines), table, options=RatingOptions(**rated), **{"as_of": END, **options})


def row(result: Assessment, pipe_id: str = "P1") -> Any:
    return result.pipes.set_index("pipe_id").loc[pipe_id]


def dates(count: int) -> list[str]:
    return [f"{2003 + number % 10}-03-0{1 + number // 10 % 9}" for number in range(count)]


# Who is rated


@pytest.mark.parametrize(
    ("change", "words"),
    a_few_quick(
        [
            ({"system": "sewage"}, "supply"),
            ({"system": "combined"}, "supply"),
            ({"status": "planned"}, "planned"),
            ({"retired_on": "2012-12-31", "status": "abandoned"}, "out of service on that day"),
            ({"status": "abandoned"}, "date unknown"),
            ({"function": "connector", "length_m": 0.0}, "connector"),
            ({"length_m": 0.0}, "length"),
            ({"length_m": None}, "length"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_not_rated_and_why(change: dict[str, Any], words: str) -> None:
    result = run([{}, change])
    found = row(result, "P2")
    assert found["class"] == "unknown"
    assert math.isnan(found.rate_per_100km_y)
    assert math.isnan(found.health)
    assert math.isnan(found.risk)
    assert found.evidence is None
    assert words in found.reasons
    assert sum(result.summary.not_rated.values()) == 1


@pytest.mark.parametrize("system", a_few_quick(["raw_water", "potable", "reclaimed", "fire"], 1))
def test_supply_is_rated(system: str) -> None:
    assert row(run([{"system": system}])).rate_per_100km_y > 0


def test_pipe_retired_later_is_rated_as_of_the_day() -> None:
    assert row(run([{"retired_on": "2013-01-01", "status": "removed"}])).rate_per_100km_y > 0


@pytest.mark.parametrize(
    ("year", "there"),
    a_few_quick([(2012, True), (2013, False), (None, True), (-50, True)], 1, is_tuple_one_value=False),
)
def test_pipes_laid_later_are_not_in_the_output(year: int | None, there: bool) -> None:
    result = run([{}, {"install_year": year}])
    assert ("P2" in set(result.pipes.pipe_id)) is there
    assert result.summary.laid_later == int(not there)


# Rates


@pytest.mark.slow
def test_columns_and_definitions() -> None:
    result = run(
        [{"length_m": 500.0, "road_class": "arterial"}, {"material": "pvc"}], matched([("P1", "2010-01-01")])
    )
    assert tuple(result.pipes.columns) == COLUMNS
    found = row(result)
    assert found.likelihood == pytest.approx(found.rate_per_100km_y * 500 / 100_000 * 5)
    assert found.consequence == 60_000
    assert found.risk == pytest.approx(found.likelihood * 60_000)
    assert found.health == pytest.approx(
        100 * (1 - math.log(found.rate_per_100km_y / 3.2) / math.log(100 / 3.2))
    )


def test_hand_computed_rate() -> None:
    # One cohort, two pipes of 1 km watched for ten years, 12 failures on the first.
    result = run([{}, {}], matched([("P1", date) for date in dates(12)]), window_start=START)
    m = 17.8 * 1.252
    exposure = 1000 * 3653 / 365.25 / 100_000
    scale = (12 + 1) / (2 * m * exposure + 1)
    cell = (12 + 5) / (scale * 2 * m * exposure + 5)
    expected = scale * cell * m
    assert row(result).rate_per_100km_y == pytest.approx(expected * 13 / (1 + expected * exposure), rel=1e-4)
    assert row(result, "P2").rate_per_100km_y == pytest.approx(expected / (1 + expected * exposure), rel=1e-4)


def test_no_failures_is_the_survey_and_says_so() -> None:
    result = run([{}, {"material": "pvc"}])
    assert row(result).rate_per_100km_y == pytest.approx(17.8 * 1.252, rel=1e-3)
    assert set(result.pipes.evidence) == {"C"}
    assert (result.summary.data_grade, result.summary.window.found) == ("C", "none")


def test_no_failures_with_a_given_window_is_still_the_survey() -> None:
    result = run([{}], window_start=START)
    assert row(result).rate_per_100km_y == pytest.approx(17.8 * 1.252, rel=1e-3)
    assert row(result).evidence == "C"


def test_one_failure_moves_its_pipe_and_no_level() -> None:
    lines = [{} for _ in range(50)]
    result = run(lines, matched([("P7", "2012-06-01")]), window_start=START)
    assert row(result, "P7").evidence == "A"
    assert row(result, "P7").rate_per_100km_y > 1.5 * row(result, "P8").rate_per_100km_y
    # 1 failure where surveys expect 111: the records are incomplete, not the network perfect.
    assert row(result, "P8").rate_per_100km_y > 10
    assert result.summary.data_grade == "B"


def test_all_failures_on_one_pipe() -> None:
    result = run([{} for _ in range(20)], matched([("P1", date) for date in dates(30)]), window_start=START)
    rate = result.pipes.rate_per_100km_y
    assert rate.idxmax() == 0
    assert np.isfinite(rate).all()
    assert row(result)["class"] == "renew_now"
    assert "30 failures since 2003" in row(result).reasons
    assert row(result).reasons.startswith("on the policy list, with failures of its own")


def test_everything_unknown_is_rated_with_the_weakest_evidence() -> None:
    bare = {"material": None, "diameter_mm": None, "install_year": None}
    lines = [{} for _ in range(30)] + [bare]
    result = run(
        lines,
        matched([(f"P{1 + number}", date) for number, date in enumerate(dates(20))]),
        window_start=START,
    )
    found = row(result, "P31")
    assert found.rate_per_100km_y > 0
    assert found.evidence == "C"
    assert found["class"] in ("monitor", "in_service", "priority", "renew_now")


def test_evidence() -> None:
    # 50 km of iron for ten years expect 111 failures; one PVC pipe alone says nothing of its kind.
    lines = [{} for _ in range(50)] + [{"material": "pvc"}]
    result = run(lines, matched([("P1", date) for date in dates(20)]), window_start=START)
    assert row(result, "P1").evidence == "A"
    assert row(result, "P2").evidence == "B"
    assert row(result, "P51").evidence == "C"


def test_what_counts_and_what_does_not() -> None:
    table = failures(
        [
            {"pipe_id": "P1", "match_state": "matched"},
            {"pipe_id": "P1", "match_state": "matched", "kind": None},
            {"pipe_id": "P1", "match_state": "matched", "kind": "service"},
            {"pipe_id": "P1", "match_state": "matched", "kind": "third_party"},
            {"pipe_id": "P1", "match_state": "matched", "date": None},
            {"pipe_id": "P1", "match_state": "matched", "date": "2013-01-01"},
            {"pipe_id": "P1", "match_state": "matched", "date": "2002-12-31"},
            {"match_state": "predecessor"},
            {"match_state": "orphan"},
            {},
            {"pipe_id": "P2", "match_state": "matched"},
            {"pipe_id": "P9", "match_state": "matched"},
        ]
    )
    result = run([{}, {"system": "sewage"}], table, window_start=START)
    assert result.summary.used == 2
    assert dict(result.summary.left_out) == {
        "no_date": 1,
        "other_kind": 2,
        "after_as_of": 1,
        "before_window": 1,
        "ambiguous": 0,
        "predecessor": 1,
        "orphan": 1,
        "not_matched": 1,
        "pipe_not_rated": 2,
    }


def test_last_day_counts_and_so_does_the_first() -> None:
    table = matched([("P1", "2012-12-31"), ("P1", "2003-01-01")])
    assert run([{}], table, window_start=START).summary.used == 2


def test_retired_pipes_teach_their_cohort() -> None:
    lines = [{} for _ in range(5)] + [{"retired_on": "2011-12-31", "status": "removed"}]
    table = matched([("P6", date) for date in dates(20) if date < "2011"])
    with_retired = run(lines, table, window_start=START)
    assert with_retired.summary.used == len(table)
    assert with_retired.summary.retired_counted == 1
    assert row(with_retired, "P6")["class"] == "unknown"


def test_failure_after_retirement_is_left_out() -> None:
    lines = [{}, {"retired_on": "2009-12-31", "status": "removed"}]
    result = run(lines, matched([("P2", "2010-05-05"), ("P2", "2009-12-31")]), window_start=START)
    assert result.summary.used == 1
    assert result.summary.left_out["pipe_not_rated"] == 1


def test_ambiguous_failures_count_in_their_cohort() -> None:
    lines = [{"line": "LINESTRING Z (0 0 0, 1000 0 0)"}, {"line": "LINESTRING Z (0 6 0, 1000 6 0)"}, {}]
    network = pipes(lines)
    table = failures([{"at": (500.0, 3.0), "date": date} for date in dates(12)])
    table = with_matches(table, match_failures(table, network))
    assert set(table.match_state) == {"ambiguous"}
    result = assess(network, table, as_of=END, options=RatingOptions(window_start=START))
    assert (result.summary.used, result.summary.in_cohorts) == (0, 12.0)
    assert set(result.pipes.evidence) <= {"B", "C"}
    assert result.summary.cohorts[0].failures == 12.0


def test_ambiguous_between_cohorts_is_shared() -> None:
    lines = [
        {"line": "LINESTRING Z (0 0 0, 1000 0 0)"},
        {"line": "LINESTRING Z (0 6 0, 1000 6 0)", "material": "pvc"},
    ]
    network = pipes(lines)
    table = failures([{"at": (500.0, 3.0), "date": date} for date in dates(10)])
    table = with_matches(table, match_failures(table, network))
    result = assess(network, table, as_of=END, options=RatingOptions(window_start=START))
    assert {cohort.material: cohort.failures for cohort in result.summary.cohorts} == {
        "cast_iron": 5.0,
        "pvc": 5.0,
    }


# Health and classes


def test_health_is_100_at_new_pipe_and_0_at_100() -> None:
    health = health_of(np.array([3.2, 100.0, 1.0, 500.0, math.sqrt(320.0), np.nan, 0.0]), 3.2)
    assert health[:5] == pytest.approx([100, 0, 100, 0, 50])
    assert math.isnan(health[5])
    assert health[6] == 100


def classes(
    length: list[float], rate: list[float], hazard: list[bool] | None = None, *, has_records: bool = True
) -> list[str]:
    settings, pipes_of = Settings(), (np.array(length), np.array(rate), np.array(rate) * 1000)
    policy = np.array(hazard or [False] * len(length))
    edges = own_edges(*pipes_of, policy_hazard=policy, has_records=has_records, settings=settings)
    found = classify(*pipes_of, policy_hazard=policy, edges=edges, settings=settings)
    return found.name.tolist()


def test_shares_are_of_length() -> None:
    # 100 pipes of 10 m, rates falling: 2 to renew now, 8 priority, the rest by the mean of 50.5.
    found = classes([10.0] * 100, [float(100 - number) for number in range(100)])
    assert [found.count(name) for name in ("renew_now", "priority", "monitor", "in_service")] == [
        2,
        8,
        40,
        50,
    ]
    assert found[:10] == ["renew_now"] * 2 + ["priority"] * 8


def test_policy_list_comes_on_top_of_the_share() -> None:
    hazard = [False] * 99 + [True]
    found = classes([10.0] * 100, [float(100 - number) for number in range(100)], hazard)
    assert found.count("renew_now") == 3
    assert found[99] == "renew_now"
    assert found.count("priority") == 8


def test_equal_risk_is_not_split() -> None:
    assert set(classes([10.0] * 100, [5.0] * 100)) == {"in_service"}
    # One alone and a pair fill the first share, the next pair lies across its edge.
    found = classes([5.0, 5.0, 5.0, 10.0, 10.0] + [9.65] * 100, [99.0, 98.0, 98.0, 97.0, 97.0] + [5.0] * 100)
    assert found[:5] == ["renew_now"] * 3 + ["priority"] * 2
    # What of the next share is left would hold a part of the rest alone.
    assert set(found[5:]) == {"in_service"}


def test_equal_risk_is_not_split_whatever_the_order_of_the_rows() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        length = rng.uniform(1.0, 400.0, 60)
        risk = rng.integers(1, 12, 60).astype(float)
        order = rng.permutation(60)
        found = np.array(classes(length.tolist(), risk.tolist()))
        assert all(len(set(found[risk == value])) == 1 for value in set(risk))
        assert (np.array(classes(length[order].tolist(), risk[order].tolist())) == found[order]).all()


def _limits_of(edges: ClassEdges) -> tuple[float, float]:
    return edges.renew_now, edges.priority


def test_edges_part_the_pipes_as_those_of_each_risk_apart_do() -> None:
    rng = np.random.default_rng(7)
    for rows in (0, 1, 3, 40, 2000):
        # Some of equal risk, many of like risk.
        risk = rng.choice(np.exp(rng.normal(5.0, rng.uniform(1e-4, 2.0), rows + 1)), rows)
        pipes_of = (rng.uniform(0.2, 300.0, rows), risk, rng.random(rows) < 0.1)
        ranked = RankedPipes.of(*pipes_of, Settings())
        assert ranked.coarse() == coarse_sums(ranked.exact())
        both = ranked.edges(5.0, True, Settings()), edges_of(ranked.exact(), 5.0, True, Settings())
        now, priority = ([risk >= value for value in pair] for pair in zip(*map(_limits_of, both)))
        assert (now[0] == now[1]).all() and (priority[0] == priority[1]).all()


def test_without_any_record_nothing_is_renewed_by_the_consequence_alone() -> None:
    found = classes([10.0] * 100, [float(100 - number) for number in range(100)], has_records=False)
    assert found[:10] == ["priority"] * 10 and "renew_now" not in found


def test_pieces_are_too_short_for_a_place_in_the_order() -> None:
    found = classes([0.5] + [10.0] * 99, [900.0] + [float(number) for number in range(99)])
    assert found[0] == "monitor"


def test_one_pipe_alone_is_in_service() -> None:
    assert classes([10.0], [5.0]) == ["in_service"]


def test_policy_list() -> None:
    frame = pipes(
        [
            {"material": "asbestos_cement", "install_year": 2010},
            {"material": "cast_iron", "install_year": 2010},
            {"material": "cast_iron", "install_year": 2010, "lining": "cement"},
            {"material": "pvc", "install_year": 1982},
            {"material": "pvc", "install_year": 1983},
            {"material": "pvc", "install_year": None},
        ]
    )
    assert on_policy_list(frame, 2012, Settings()).tolist() == [True, True, False, True, False, False]


@pytest.mark.slow
def test_hazard_needs_failures_of_its_own_in_the_last_years() -> None:
    lines: list[dict[str, Any]] = [{"length_m": 100.0, "diameter_mm": 300.0} for _ in range(100)]
    old = [("P1", "2001-05-05"), ("P1", "2002-05-05")]
    new = [("P2", "2011-05-05"), ("P2", "2012-05-05")]
    lines[:2] = [{"length_m": 100.0, "diameter_mm": 80.0, "road_class": "footway"}] * 2
    others = [(f"P{number}", f"{2000 + number % 13}-01-01") for number in range(3, 60)]
    result = run(lines, matched(old + new + others), window_start=datetime.date(2000, 1, 1))
    assert row(result, "P2")["class"] == "renew_now"
    assert row(result, "P1")["class"] != "renew_now"


# Reasons


@pytest.mark.slow
def test_three_strongest_reasons() -> None:
    lines = [{} for _ in range(30)] + [{"material": "pvc"} for _ in range(40)] + [{"diameter_mm": 400.0}] * 30
    result = run(
        lines, matched([("P1", date) for date in dates(3)] + [("P2", dates(1)[0])]), window_start=START
    )
    words = row(result).reasons.split("; ")
    assert len(words) == 3
    assert words[0] == "3 failures since 2003"
    assert words[1].startswith("Grey cast iron, laid 1988–1992: ")
    assert words[1].endswith(" times the network's mean")
    assert words[2] == "DN150: small mains fail more often"
    assert "1 failure since 2003" in row(result, "P2").reasons


# Bad input and order


def test_records_can_not_begin_after_the_day() -> None:
    with pytest.raises(InputError, match="2013-01-01"):
        run([{}], window_start=datetime.date(2013, 1, 1))


@pytest.mark.parametrize("horizon", a_few_quick([0.0, -5.0, float("nan")], 1))
def test_horizon_must_be_positive(horizon: float) -> None:
    with pytest.raises(InputError, match="horizon"):
        run([{}], horizon_years=horizon)


def test_no_pipes_at_all() -> None:
    result = assess(pipes([{}]).iloc[:0], NONE, as_of=END)
    assert len(result.pipes) == 0
    assert result.summary.rated_pipes == 0


def test_only_drains() -> None:
    result = run([{"system": "storm"}])
    assert result.pipes["class"].tolist() == ["unknown"]
    assert math.isnan(result.summary.network_rate)


def test_missing_optional_columns_are_unknown() -> None:
    frame = pipes([{}]).drop(columns=["soil", "road_class", "pressure_mpa", "pressure_max_mpa", "lining"])
    assert assess(frame, NONE, as_of=END).pipes.rate_per_100km_y[0] > 0


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_order_of_rows_never_matters(seed: int) -> None:
    random = np.random.default_rng(seed)
    lines = [
        {
            "material": random.choice(["cast_iron", "pvc", "ductile_iron", None]),
            "diameter_mm": float(random.choice([100, 150, 300, 800])),
            "length_m": float(random.choice([0.5, 10.0, 10.0, 33.3, 250.1])),
            "install_year": float(random.integers(1950, 2015)),
        }
        for _ in range(60)
    ]
    table = matched(
        [(f"P{random.integers(1, 61)}", f"{random.integers(1995, 2013)}-02-03") for _ in range(40)]
    )
    network = pipes(lines)
    straight = assess(network, table, as_of=END)
    shuffled = assess(
        network.iloc[random.permutation(60)], table.iloc[random.permutation(len(table))], as_of=END
    )
    left = straight.pipes.sort_values("pipe_id", ignore_index=True)
    right = shuffled.pipes.sort_values("pipe_id", ignore_index=True)
    pd.testing.assert_frame_equal(left, right, check_exact=True)
    assert straight.summary.window == shuffled.summary.window
