"""The condition of drains from inspections, material and age."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.health_frames import pipes

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import conform
from waternet_plugin.core.health.sewers.condition import COLUMNS, Sewers, assess_sewers
from waternet_plugin.core.health.sewers.inspected import DEFECTS, GIVEN, NO_DEFECT, Inspected, inspected
from waternet_plugin.core.reports.health.sewers import sewers_report
from waternet_plugin.core.schema.settings import Settings

END = datetime.date(2025, 12, 31)


def looked(rows: list[dict[str, Any]]) -> pd.DataFrame:
    full = [
        {
            "inspection_id": f"I{place + 1}",
            "date": "2024-06-01",
            "standard": "cjj_181",
            "method": "cctv",
            **row,
        }
        for place, row in enumerate(rows)
    ]
    columns = ["inspection_id", "date", "standard", "method"]
    return conform(pd.DataFrame(full, columns=None if full else columns), "inspection")


def found(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["inspection_id", "code", "grade"])
    return conform(frame.assign(defect_id=[f"D{place}" for place in range(len(rows))]), "defect")


def events(on: list[tuple[str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(on, columns=["pipe_id", "date"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


def drains(rows: list[dict[str, Any]]) -> pd.DataFrame:
    base = {"system": "sewage", "material": "concrete", "install_year": 1985.0, "length_m": 50.0}
    return pipes([{**base, **row} for row in rows])


def run(
    rows: list[dict[str, Any]],
    inspections: Any = (),
    defects: Any = (),
    blockages: Any = (),
    **options: Any,
) -> Sewers:
    given = {"as_of": END, **options}
    return assess_sewers(
        drains(rows), looked(list(inspections)), found(list(defects)), events(list(blockages)), **given
    )


def row(result: Sewers, pipe_id: str = "P1") -> Any:
    return result.pipes.set_index("pipe_id").loc[pipe_id]


def seen(inspections: list[dict[str, Any]], defects: Any = (), **options: Any) -> Inspected:
    lines = drains([{}, {}])
    given = {"as_of": END, "settings": Settings(), **options}
    return inspected(lines["pipe_id"], looked(inspections), found(list(defects)), **given)


# Inspections


def test_the_grade_that_was_given_counts() -> None:
    one = seen([{"pipe_id": "P1", "structural_grade": 3}], [("I1", "PL", 4)])
    assert (one.structural[0], one.source[0]) == (3, GIVEN)
    assert (one.bad.tolist(), one.worst.tolist()) == ([True, False], [False, False])
    assert np.isnan(one.structural[1])


def test_without_a_grade_the_worst_structural_defect_stands_in() -> None:
    one = seen([{"pipe_id": "P1"}], [("I1", "PL", 2), ("I1", "TJ", 4), ("I1", "BX", 4), ("I1", "CJ", 3)])
    assert (one.structural[0], one.functional[0]) == (4, 3)
    assert (one.source[0], one.codes[0]) == (DEFECTS, "BX;TJ")
    assert one.worst[0]


def test_an_inspection_without_defects_is_the_best_grade() -> None:
    one = seen([{"pipe_id": "P1"}])
    assert (one.structural[0], one.source[0]) == (1, NO_DEFECT)


@pytest.mark.slow
def test_defects_without_a_grade_leave_the_grade_unknown() -> None:
    one = seen([{"pipe_id": "P1"}], [("I1", "PL", None)])
    assert np.isnan(one.structural[0])
    assert one.ungraded == 1
    # The inspection before it counts; an unknown code may be structural, a functional one is not.
    rows = [
        {"pipe_id": "P1", "structural_grade": 3, "date": "2010-01-01"},
        {"pipe_id": "P1", "date": "2020-01-01"},
    ]
    assert seen(rows, [("I2", "XX", None)]).structural[0] == 3
    assert seen([{"pipe_id": "P1"}], [("I1", "CJ", None)]).source[0] == NO_DEFECT


def test_en_13508_counts_from_nought() -> None:
    assert seen([{"pipe_id": "P1", "standard": "en_13508"}]).structural[0] == 0


def test_the_last_inspection_counts_and_the_worst_of_a_day() -> None:
    rows = [
        {"pipe_id": "P1", "structural_grade": 4, "date": "2010-01-01"},
        {"pipe_id": "P1", "structural_grade": 2, "date": "2020-01-01"},
        {"pipe_id": "P1", "structural_grade": 3, "date": "2020-01-01"},
        {"pipe_id": "P1", "structural_grade": 4, "date": None},
        {"pipe_id": "P1", "structural_grade": 1, "date": "2026-01-01"},
    ]
    one = seen(rows)
    assert one.structural[0] == 3
    assert str(one.date[0]) == "2020-01-01"
    assert one.later == 1
    assert seen(rows[::-1]).structural[0] == 3


@pytest.mark.slow
def test_scales_are_not_mixed() -> None:
    four = {"pipe_id": "P1", "structural_grade": 4}
    assert seen([{**four, "standard": "cjj_181"}]).worst[0]
    pacp = seen([{**four, "standard": "pacp"}])
    assert (pacp.bad[0], pacp.worst[0]) == (True, False)
    other = seen([{**four, "standard": "other"}, {"pipe_id": "X", "structural_grade": 1}])
    assert np.isnan(other.structural[0])
    assert (other.unscaled, other.lost) == (1, 1)


# Likelihood


def test_older_drains_are_likelier_bad() -> None:
    result = run([{"install_year": float(year)} for year in (1950, 1980, 2010)])
    chances = result.pipes["likelihood"].tolist()
    assert chances == sorted(chances, reverse=True)
    # Half the drains of concrete are gone at 65 years, bad at 0.7 of that.
    age = 2025 + 365 / 365.25 - 1950.5
    assert result.pipes["bad_now"][0] == pytest.approx(1 - 0.5 ** ((age / (0.7 * 65)) ** 2))


def test_an_inspection_moves_its_own_pipe() -> None:
    result = run(
        [{}, {}, {}], [{"pipe_id": "P1", "structural_grade": 4}, {"pipe_id": "P2", "structural_grade": 1}]
    )
    bad, good, never = (row(result, pipe).likelihood for pipe in ("P1", "P2", "P3"))
    assert good < never < bad
    assert result.pipes["evidence"].tolist() == ["A", "A", "C"]
    assert result.pipes["class"].tolist()[0] == "renew_now"
    assert row(result, "P1").reasons.startswith("inspected 2024-06-01: structural grade 4")
    assert row(result, "P3").reasons.startswith("never inspected; Concrete, 40 years old")


def test_inspections_of_a_material_move_the_others_of_it() -> None:
    kinds = [{"material": "clay"}] * 40 + [{"material": "concrete"}] * 40
    looks = [{"pipe_id": f"P{place + 1}", "structural_grade": 4} for place in range(30)]
    looks += [{"pipe_id": f"P{place + 41}", "structural_grade": 1} for place in range(30)]
    result = run(kinds, looks)
    clay, concrete = row(result, "P40"), row(result, "P80")
    assert clay.likelihood > 1.5 * concrete.likelihood
    assert (clay.evidence, concrete.evidence) == ("B", "B")
    assert "does worse here" in clay.reasons
    factors = {one.material: one.factor for one in result.summary.materials}
    assert factors["clay"] > 1 > factors["concrete"]


@pytest.mark.slow
def test_drains_of_a_known_curve_are_recovered() -> None:
    random = np.random.default_rng(4)
    size = 3000
    year = random.integers(1950, 2015, size).astype(float)
    hazard = np.log(2) * ((2024.4 - year) / (0.7 * 65)) ** 2
    truly = random.random(size) < 1 - np.exp(-0.4 * hazard)
    called = np.where(truly, random.random(size) < 0.8, random.random(size) < 0.15)
    looks = [
        {"pipe_id": f"P{place + 1}", "structural_grade": 3 if bad else 1}
        for place, bad in enumerate(called[:1500])
    ]
    result = run([{"install_year": one} for one in year], looks)
    rest = result.pipes.set_index("pipe_id").loc[[f"P{place + 1}" for place in range(1500, size)]]
    assert rest["bad_now"].sum() == pytest.approx(truly[1500:].sum(), rel=0.15)


def test_an_inspection_grows_old() -> None:
    looks = [{"pipe_id": "P1", "structural_grade": 1, "date": "1995-06-01"}]
    looks += [{"pipe_id": "P2", "structural_grade": 1, "date": "2025-06-01"}]
    result = run([{}, {}], looks)
    assert row(result, "P1").likelihood > row(result, "P2").likelihood


# What is not known


def test_unknown_year_needs_an_inspection() -> None:
    result = run([{"install_year": None}] * 2, [{"pipe_id": "P1", "structural_grade": 2}])
    assert 0 < row(result, "P1").likelihood < 0.5
    assert "year unknown" in row(result, "P1").reasons
    nothing = row(result, "P2")
    assert nothing["class"] == "unknown"
    assert np.isnan(nothing.likelihood)
    assert "never inspected" in nothing.reasons
    assert result.summary.not_rated == {"nothing_known": 1}


def test_only_drains_in_use_are_rated() -> None:
    result = run(
        [{}, {"system": "potable"}, {"status": "abandoned"}, {"length_m": 0.0}, {"install_year": 2030.0}]
    )
    assert result.pipes["pipe_id"].tolist() == ["P1", "P3", "P4"]
    assert result.pipes["class"].tolist()[1:] == ["unknown", "unknown"]
    assert result.summary.rated_pipes == 1


def test_unknown_material_is_rated_by_age() -> None:
    result = run([{"material": None}, {"material": "unobtainium"}])
    assert result.pipes["likelihood"].between(0.01, 0.99).all()


def test_no_drains_at_all() -> None:
    result = run([{"system": "potable"}])
    assert result.pipes.empty
    assert tuple(result.pipes.columns) == COLUMNS
    assert "could be assessed" in sewers_report(result.summary, network="n").lead


def test_horizon_must_be_years() -> None:
    with pytest.raises(InputError, match="years greater than 0"):
        run([{}], horizon_years=0)


# Blockages


def test_blockages_move_the_rate_of_a_pipe_towards_its_own() -> None:
    on = [("P1", "2016-01-01"), ("P1", "2020-01-01"), ("P1", "2024-01-01"), ("X", "2020-01-01")]
    on += [("P1", "2026-06-01")]
    result = run([{}, {}], blockages=on)
    often, never = row(result, "P1"), row(result, "P2")
    assert often.blockages_per_100km_y > never.blockages_per_100km_y > 0
    assert result.summary.blockages == 3
    assert "3 times in 10 years" in often.reasons


def test_without_records_of_blockages_no_rate() -> None:
    assert np.isnan(row(run([{}])).blockages_per_100km_y)


@pytest.mark.slow
def test_order_of_rows_does_not_matter() -> None:
    looks = [{"pipe_id": f"P{place + 1}", "structural_grade": 1 + place % 4} for place in range(9)]
    lines = drains([{"install_year": 1960.0 + 3 * place} for place in range(20)])
    table = looked(looks)
    first = assess_sewers(lines, table, found([]), events([]), as_of=END)
    mixed = assess_sewers(
        lines.iloc[::-1].reset_index(drop=True),
        table.iloc[::-1].reset_index(drop=True),
        found([]),
        events([]),
        as_of=END,
    )
    pd.testing.assert_frame_equal(first.pipes, mixed.pipes)


def test_report_says_when_nothing_was_inspected() -> None:
    report = sewers_report(run([{}]).summary, network="town")
    assert "published service lives alone" in report.lead
    assert report.figures["inspected_pipes"] == 0
