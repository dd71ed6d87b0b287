"""What plans of earlier years would have caught."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.health_frames import matched, pipes
from support.renewal_frames import NO_NODES, packed

from waternet_plugin.core.renewal.packages.plan_graph import plan_graph
from waternet_plugin.core.renewal.plan_backtest import (
    MOST_FAILURES,
    OLDEST,
    PLAN,
    PlanTestRequest,
    PlanTrial,
    backtest_plan,
)
from waternet_plugin.core.reports.renewal.plan_backtest import plan_figures, plan_sections, plan_sentence
from waternet_plugin.core.schema.settings import Settings

CUTOFF = datetime.date(2012, 12, 31)
SETTINGS = Settings()
STREETS, YEARS = 40, range(2003, 2016)


def town() -> tuple[Any, Any]:
    """Forty streets of one pipe, 200 m each: 0 to 3 of 1950 never fail, 4 to 7 of 1980 fail every year."""
    rows = []
    for number in range(STREETS):
        year = 1950.0 if number < 4 else 1980.0 if number < 8 else 1995.0
        material = "cast_iron" if 4 <= number < 8 else "ductile_iron"
        rows.append(
            {
                "line": f"LINESTRING Z (0 {number * 100} 0, 200 {number * 100} 0)",
                "length_m": 200.0,
                "street": f"S{number:02d}",
                "install_year": year,
                "material": material,
            }
        )
    events = [(f"P{5 + number}", f"{year}-05-0{1 + number}") for year in YEARS for number in range(4)]
    # One street failed often long ago and never again; another begins after the cut-off.
    events += [("P20", f"{2003 + number // 6}-0{1 + number % 6}-15") for number in range(12)]
    events += [("P30", "2014-07-01")]
    return pipes(rows), matched(events)


def trials(**options: Any) -> tuple[PlanTrial, ...]:
    lines, events = town()
    return planned(lines, events, **{"budget": 700_000.0, **options})


def planned(lines: Any, events: Any, **wanted: Any) -> tuple[PlanTrial, ...]:
    request = PlanTestRequest(**{"cutoffs": [CUTOFF], "test_years": 3, **wanted})
    return backtest_plan(
        lines, events, plan_graph(lines, NO_NODES, settings=SETTINGS), request, settings=SETTINGS
    )


@pytest.fixture(scope="module")
def trial() -> PlanTrial:
    return trials()[0]


def test_the_plan_catches_what_came(trial: PlanTrial) -> None:
    assert trial.test_failures == 13
    plan, oldest = trial.rules[PLAN], trial.rules[OLDEST]
    # 200 m cost 30,000 and 200 x 1,100: two streets for 700,000.
    assert (plan.projects, plan.length_m, plan.caught) == (2, 400.0, 6)
    assert (oldest.projects, oldest.caught) == (2, 0)
    assert trial.rules[MOST_FAILURES].caught == 3
    assert trial.by_chance == pytest.approx(13 * 400 / 8000)


def test_streets_are_named_with_what_came(trial: PlanTrial) -> None:
    assert [street.street for street in trial.streets] == ["S04", "S05"]
    assert [street.failures for street in trial.streets] == [3, 3]
    assert sum(street.cost for street in trial.streets) == trial.rules[PLAN].cost


@pytest.mark.slow
def test_never_over_the_budget(trial: PlanTrial) -> None:
    assert all(spent.cost <= trial.budget for spent in trial.rules.values())
    nothing = trials(budget=10.0)[0]
    assert all(spent.projects == spent.caught == 0 for spent in nothing.rules.values())


@pytest.mark.slow
def test_budget_of_two_percent_of_length() -> None:
    found = trials(budget=None)[0]
    # 8 km of DN 150 at 1,100 a metre.
    assert found.budget == pytest.approx(0.02 * 8000 * 1100)


@pytest.mark.slow
def test_what_came_later_is_not_looked_at() -> None:
    lines, events = town()
    known = events[events["date"] <= pd.Timestamp(CUTOFF)].reset_index(drop=True)
    full = trials()[0]
    blind = planned(lines, known, budget=700_000.0)[0]
    assert [one.project_id for one in full.streets] == [one.project_id for one in blind.streets]
    assert (blind.test_failures, blind.rules[PLAN].caught) == (0, 0)


@pytest.mark.slow
def test_order_of_rows_does_not_matter(trial: PlanTrial) -> None:
    lines, events = town()
    order = np.random.default_rng(3).permutation(len(lines))
    found = planned(
        lines.iloc[order].reset_index(drop=True),
        events.iloc[::-1].reset_index(drop=True),
        budget=700_000.0,
    )
    assert found == (trial,)


@pytest.mark.slow
def test_no_failures_and_no_pipes() -> None:
    lines, events = town()
    found = planned(lines, events.iloc[:0])[0]
    assert found.test_failures == 0
    assert plan_sentence([found]) == ""
    laid_later = lines.assign(install_year=2020.0)
    empty = planned(laid_later, events)[0]
    assert (empty.budget, empty.test_failures, empty.streets) == (0.0, 0, ())


def test_report(trial: PlanTrial) -> None:
    first, second = plan_sections([trial])
    assert "6 of 13 later failures" in first.paragraphs[0]
    assert "2 streets" in second.paragraphs[0]
    assert plan_figures([trial])[0]["rules"][PLAN]["caught"] == 6  # type: ignore[index]
    assert plan_sections([]) == []


# Packages of all pipes


@pytest.mark.slow
def test_urgent_pipes_are_packed_apart_from_sound_ones() -> None:
    rows = [
        {
            "line": f"LINESTRING Z ({100 * place} 0 0, {100 * place + 100} 0 0)",
            "street": "S",
            "length_m": 100.0,
        }
        for place in range(4)
    ]
    lines = pipes(rows)
    judged = pd.DataFrame(
        {
            "pipe_id": lines["pipe_id"],
            "rate_per_100km_y": [90.0, 60.0, 2.0, 2.0],
            "consequence": 30_000.0,
            "class": ["renew_now", "priority", "in_service", "in_service"],
        }
    )
    every = Settings({"renewal.candidate_classes": "renew_now;priority;monitor;in_service"})
    packages = packed(lines, judged, settings=every)
    assert packages.frame["pipe_ids"].tolist() == ["P1;P2", "P3;P4"]
