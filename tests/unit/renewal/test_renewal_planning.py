"""The plan: budgets to the cent, the best choice, wishes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.renewal_frames import packages_of, planned
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.renewal import plan_constraints
from waternet_plugin.core.renewal.solving import choosing, pricing, solving
from waternet_plugin.core.renewal.solving import problem as problems
from waternet_plugin.core.renewal.strategies import STRATEGIES
from waternet_plugin.core.reports.renewal.plan import plan_report


def spent(plan) -> dict[int, int]:
    cents = (plan.projects["cost"] * 100).round().astype(int)
    return cents.groupby(plan.projects["year"]).sum().to_dict()


costs = st.lists(st.integers(1, 120_000), min_size=0, max_size=15)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_no_year_ever_spends_a_cent_too_much(data):
    cents = data.draw(costs)
    count = len(cents)
    benefit = data.draw(st.lists(st.floats(-10, 1000), min_size=count, max_size=count))
    budget = data.draw(st.integers(1, 200_000)) / 100
    years = data.draw(st.integers(1, 4))
    locked = data.draw(
        st.dictionaries(st.integers(0, 14), st.one_of(st.none(), st.integers(0, years - 1)), max_size=4)
    )
    plan = planned(
        packages_of([c / 100 for c in cents], benefit),
        budget=budget,
        years=years,
        strategy=data.draw(st.sampled_from(STRATEGIES)),
        min_length_share=data.draw(st.sampled_from([0.0, 0.05])),
        fixed=plan_constraints.PlanConstraints(
            locked={f"P-{i:03}": 2027 + y for i, y in locked.items() if i < count and y is not None},
            dropped=frozenset(f"P-{i:03}" for i, y in locked.items() if i < count and y is None),
            forbidden={f"P-{i:03}": frozenset([2027]) for i in range(0, count, 3) if i not in locked},
        ),
        time_limit_s=0,
    )
    assert all(total <= round(budget * 100) for total in spent(plan).values())
    assert set(plan.projects["year"].dropna()) <= set(range(2027, 2027 + years))
    assert plan.summary.benefit <= plan.summary.bound + 1e-9 * (1 + abs(plan.summary.bound))


@pytest.mark.slow
def test_no_budget_is_overspent_in_ten_thousand_cases():
    for seed in range(10_000):
        problem = hard_problem(seed, 5 + seed % 4, 1 + seed % 3)
        assert keeps(problem, choosing.greedy(problem)), seed


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_search_never_spends_a_cent_too_much(data):
    cents = data.draw(st.lists(st.integers(1, 120_000), min_size=1, max_size=12))
    benefit = data.draw(st.lists(st.floats(0, 1000), min_size=len(cents), max_size=len(cents)))
    budget = data.draw(st.integers(1, 200_000)) / 100
    plan = planned(packages_of([c / 100 for c in cents], benefit), budget=budget, years=3)
    assert all(total <= round(budget * 100) for total in spent(plan).values())


def brute_force(problem: problems.Problem) -> float:
    """Return the value of the best of all choices."""
    size, years = problem.cost.shape
    every = np.array(np.meshgrid(*[np.arange(-1, years)] * size, indexing="ij")).reshape(size, -1).T
    good = np.ones(len(every), dtype=bool)
    value = np.zeros(len(every))
    for year in range(years):
        built = every == year
        good &= built @ problem.cost[:, year] <= problem.budget[year]
        good &= ~(built & problem.banned[:, year]).any(axis=1)
        for a, b in problem.apart.tolist():
            good &= ~(built[:, a] & built[:, b])
        value += built @ problem.gain[:, year]
        value -= problem.penalty * np.maximum(problem.least_length_m - built @ problem.length_m, 0.0)
    return float(value[good].max())


def problem_of(seed: int, count: int, years: int, least: float = 0.0, **more) -> problems.Problem:
    random = np.random.default_rng(seed)
    return problems.Problem(
        cost=np.repeat(random.integers(5_000, 90_000, count)[:, None], years, axis=1),
        benefit=random.uniform(1, 100, count),
        length_m=random.uniform(20, 400, count),
        worth=np.array([20.0, 19.0, 18.1])[:years],
        budget=np.full(years, 150_000),
        wish=np.full(count, problems.FREE),
        district=np.full(count, -1),
        least_length_m=least,
        **more,
    )


def hard_problem(seed: int, count: int, years: int) -> problems.Problem:
    """Return a problem with discounts, forbidden years and packages that are kept apart."""
    random = np.random.default_rng(seed + 100)
    plain = problem_of(seed, count, years)
    return dataclasses.replace(
        plain,
        cost=plain.cost - (plain.cost // 4) * (random.random((count, years)) < 0.2),
        banned=random.random((count, years)) < 0.2,
        apart=np.array([[0, 1], [1, 2], [3, 4]]),
    )


def searched(problem: problems.Problem) -> np.ndarray:
    return solving.improved(problem, choosing.greedy(problem), time_limit_s=30, gap=1e-3)


@pytest.mark.parametrize("seed", a_few_quick(range(8), 2))
def test_search_equals_brute_force(seed: int):
    problem = problem_of(seed, 7, 2)
    chosen = searched(problem)
    assert problems.value_of(problem, chosen) >= brute_force(problem) * (1 - 1e-3)


@pytest.mark.parametrize("seed", a_few_quick(range(4), 1))
def test_search_equals_brute_force_with_a_wished_length(seed: int):
    problem = problem_of(seed, 7, 2, least=500.0)
    chosen = searched(problem)
    best = brute_force(problem)
    assert problems.value_of(problem, chosen) >= best - 1e-3 * abs(best)


@pytest.mark.parametrize("seed", a_few_quick(range(3), 1))
def test_search_equals_brute_force_on_twenty_packages(seed: int):
    problem = problem_of(seed, 18 + seed, 1)
    chosen = searched(problem)
    assert problems.value_of(problem, chosen) >= brute_force(problem) * (1 - 1e-3)


def keeps(problem: problems.Problem, chosen: np.ndarray) -> bool:
    """Return whether a choice breaks no rule."""
    built = chosen >= 0
    years = chosen[built]
    return bool(
        (problems.spent(problem, chosen) <= problem.budget).all()
        and not problem.banned[np.flatnonzero(built), years].any()
        and not any(chosen[a] == chosen[b] >= 0 for a, b in problem.apart)
    )


@pytest.mark.parametrize("seed", a_few_quick(range(12), 2))
def test_discounts_forbidden_years_and_pairs_apart_equal_brute_force(seed: int):
    problem = hard_problem(seed, 8, 3)
    best = brute_force(problem)
    chosen = searched(problem)
    assert keeps(problem, chosen)
    assert problems.value_of(problem, chosen) >= best * (1 - 1e-3)
    quick = choosing.greedy(problem)
    assert keeps(problem, quick)
    assert problems.value_of(problem, quick) >= 0.75 * best


@pytest.mark.parametrize("seed", range(3))
def test_quick_choice_is_close_to_the_bound(seed: int):
    problem = dataclasses.replace(
        hard_problem(seed, 600, 3), budget=np.full(3, 5_000_000), apart=np.zeros((0, 2), dtype=int)
    )
    quick = choosing.greedy(problem)
    assert keeps(problem, quick)
    bound = pricing.upper_bound(problem, choosing.locked(problem))
    assert problems.value_of(problem, quick) >= 0.99 * bound


@pytest.mark.parametrize("seed", range(20))
def test_bound_is_never_below_the_best_choice(seed: int):
    problem = problem_of(seed, 6, 2)
    for one in (problem, hard_problem(seed, 6, 2)):
        bound = pricing.upper_bound(one, choosing.locked(one))
        assert bound >= brute_force(one) - 1e-9


@pytest.mark.parametrize("make", [problem_of, hard_problem])
def test_bound_is_that_of_the_linear_relaxation(make):
    from scipy.optimize import linprog

    problem = make(5, 30, 3)
    gain = problem.benefit[:, None] * problem.worth[None, :]
    once = np.kron(np.eye(30), np.ones(3))
    money = np.hstack([np.diag(cost) for cost in problem.cost])
    answer = linprog(
        -gain.ravel(),
        A_ub=np.vstack([once, money]),
        b_ub=np.concatenate([np.ones(30), problem.budget]),
        bounds=[(0, 0 if banned else 1) for banned in problem.banned.ravel()],
    )
    bound = pricing.upper_bound(problem, choosing.locked(problem))
    assert -answer.fun * (1 - 1e-9) <= bound <= -answer.fun * 1.001


def test_best_benefit_per_cost_comes_first():
    plan = planned(packages_of([800, 800, 800], [10, 30, 20]), years=2)
    assert plan.projects["year"].fillna(0).tolist() == [0, 2027, 2028]


def test_smaller_package_fills_what_is_left():
    plan = planned(packages_of([800, 700, 150], [100, 50, 1]), years=1, time_limit_s=0)
    assert plan.projects["year"].notna().tolist() == [True, False, True]


def test_money_is_not_carried_over():
    plan = planned(packages_of([1500], [100]), years=5)
    assert plan.summary.funded == 0
    assert plan.projects["state"].tolist() == ["not_funded"]


def test_fraction_of_a_cent_is_not_spent():
    plan = planned(packages_of([10.01], [100]), budget=10.009999, years=1)
    assert plan.summary.funded == 0


def test_exact_budget_is_spent():
    plan = planned(packages_of([0.1, 0.2], [1, 1]), budget=0.3, years=1)
    assert plan.summary.funded == 2


def test_locked_package_gets_its_year():
    plan = planned(packages_of([800, 800], [100, 1]), fixed=plan_constraints.PlanConstraints({"P-001": 2027}))
    assert plan.projects["year"].tolist() == [2028, 2027]
    assert plan.projects["state"].tolist() == ["proposed", "fixed"]


def test_dropped_package_gets_none():
    plan = planned(
        packages_of([800, 800], [100, 1]),
        fixed=plan_constraints.PlanConstraints(dropped=frozenset(["P-000"])),
    )
    assert plan.projects["state"].tolist() == ["dropped", "proposed"]
    assert plan.project_pipes["project_id"].tolist() == ["P-001"]


def test_locked_package_beyond_the_budget_is_named():
    plan = planned(
        packages_of([800, 700], [100, 1]),
        fixed=plan_constraints.PlanConstraints({"P-000": 2027, "P-001": 2027}),
    )
    assert plan.summary.funded == 1
    assert any("P-001" in note and "2027" in note for note in plan.summary.notes)


def test_unknown_fixed_project_is_refused():
    with pytest.raises(InputError, match="P-999"):
        planned(packages_of([800], [100]), fixed=plan_constraints.PlanConstraints({"P-999": 2027}))


def test_projects_of_earlier_plans_are_found_by_their_longer_names():
    asked = plan_constraints.PlanConstraints(
        {"P-P-1": 2027}, frozenset({"P-JS-2"}), {"P-P-P-3": frozenset({2028})}
    )
    now = plan_constraints.named_now(asked, ["P-1", "P-JS-2", "P-P-3"])
    assert now == plan_constraints.PlanConstraints(
        {"P-1": 2027}, frozenset({"P-JS-2"}), {"P-P-3": frozenset({2028})}
    )


def test_budget_that_pays_for_nothing_is_explained():
    plan = planned(packages_of([800, 900], [100, 1]), budget=5.0)
    assert plan.summary.funded == 0
    assert any("800.00" in note for note in plan.summary.notes)


def test_no_packages_give_an_empty_plan():
    plan = planned(packages_of([], []))
    assert len(plan.projects) == 0
    assert any("nothing to renew" in note for note in plan.summary.notes)


@pytest.mark.parametrize("limit", [0, 10])
def test_district_cap_holds_in_every_year(limit: float):
    packages = packages_of([10] * 6, [6, 5, 4, 3, 2, 1])
    district = pd.Series(["A", "A", "A", "B", None, None])
    plan = planned(packages, years=2, district_cap=1, district=district, time_limit_s=limit)
    inside = plan.projects.assign(district=district).dropna(subset=["district", "year"])
    assert inside.groupby(["district", "year"]).size().max() == 1
    assert plan.summary.funded == 5


def test_district_cap_without_districts_is_said():
    plan = planned(packages_of([10], [1]), district_cap=1, district=pd.Series([None], dtype=object))
    assert plan.summary.funded == 1
    assert any("DISTRICT_CAP" in note for note in plan.summary.notes)


@pytest.mark.parametrize("limit", [0, 10])
def test_wished_length_comes_before_benefit(limit: float):
    packages = packages_of([1000, 1000], [100, 1], length=[50.0, 500.0])
    plan = planned(packages, years=1, min_length_share=0.05, time_limit_s=limit)
    assert plan.projects["year"].notna().tolist() == [False, True]


def test_missing_length_is_reported():
    plan = planned(packages_of([800, 800], [100, 1]), years=1, min_length_share=0.2)
    assert plan.summary.years["shortfall_m"].tolist() == [300.0]
    assert any("300" in note for note in plan.summary.notes)


def test_oldest_first_takes_the_oldest():
    packages = packages_of([800, 800, 800], [100, 1, 1], mean_year=[2000.0, 1920.0, np.nan])
    plan = planned(packages, strategy="oldest")
    assert plan.projects["year"].fillna(0).tolist() == [2028, 2027, 0]


def test_random_strategy_follows_its_seed():
    packages = packages_of([400] * 20, list(range(20)))
    years = [planned(packages, strategy="random", seed=seed).projects["year"].tolist() for seed in (1, 1, 2)]
    assert str(years[0]) == str(years[1]) != str(years[2])


def test_every_strategy_is_compared_at_the_same_budget():
    plan = planned(packages_of([400] * 20, list(range(1, 21))))
    table = plan.summary.strategies.set_index("strategy")
    assert tuple(table.index) == STRATEGIES
    assert table["benefit"].idxmax() == "plan"
    assert (table["cost"] <= 2000).all()


def test_benefit_is_discounted_from_the_first_year():
    plan = planned(packages_of([800], [100]), discount_rate=0.0)
    assert plan.summary.benefit == pytest.approx(100 * 30)
    assert plan.summary.failures_avoided == pytest.approx(100 / 30000 * 30)


def test_break_even_rate_is_that_of_shamir_and_howard():
    plan = planned(packages_of([62_100], [1]), discount_rate=0.025)
    # ln(1.025) x 621 a metre x 100,000 m / 30,000 a failure
    assert plan.summary.break_even_rate == pytest.approx(np.log(1.025) * 621 * 100_000 / 30_000)


def test_pipes_of_funded_projects_carry_their_cost():
    plan = planned(packages_of([800, 900], [100, 1]), years=1)
    assert plan.project_pipes.to_dict("records") == [
        {"pipe_id": "P-000a", "project_id": "P-000", "year": 2027.0, "cost": 800.0}
    ]


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        ({"budget": 0.0}, "BUDGET"),
        ({"budget": -5.0}, "BUDGET"),
        ({"budget": float("nan")}, "BUDGET"),
        ({"budget": float("inf")}, "BUDGET"),
        ({"years": 0}, "YEARS"),
        ({"start_year": 27}, "START_YEAR"),
        ({"min_length_share": 2.0}, "MIN_LENGTH_SHARE"),
        ({"district_cap": 0}, "DISTRICT_CAP"),
        ({"discount_rate": -0.1}, "DISCOUNT_RATE"),
        ({"time_limit_s": -1.0}, "TIME_LIMIT"),
        ({"strategy": "best"}, "STRATEGY"),
    ],
)
def test_impossible_parameter_is_named(wanted: dict, word: str):
    with pytest.raises(InputError, match=word):
        planned(packages_of([800], [100]), **wanted)


def test_fixed_is_read_from_text():
    text = "P-1:2028; P-a:b:drop\nP-3 : 2027; P-4:!2027,!2028"
    found = plan_constraints.parse_fixed(text, start_year=2027, years=2)
    assert found.locked == {"P-1": 2028, "P-3": 2027}
    assert found.dropped == {"P-a:b"}
    assert found.forbidden == {"P-4": {2027, 2028}}


def test_fixed_is_read_from_json():
    text = '{"P-1": 2028, "P-2": "drop"}'
    found = plan_constraints.parse_fixed(text, start_year=2027, years=2)
    assert (found.locked, found.dropped) == ({"P-1": 2028}, {"P-2"})


@pytest.mark.parametrize(
    "text", ["P-1", "P-1:soon", "P-1:2035", "P-1:!2035", ":2027", "P-1:2027;P-1:2028", '{"P-1"']
)
def test_broken_fixed_is_refused(text: str):
    with pytest.raises(InputError, match="FIXED"):
        plan_constraints.parse_fixed(text, start_year=2027, years=2)


def test_report_holds_every_figure():
    plan = planned(packages_of([800, 900], [100, 1]), years=1)
    report = plan_report(plan, parameters={"BUDGET": 1000.0}, rated_length_m=2000.0, currency="CNY")
    assert report.figures["funded"] == 1
    assert report.figures["years"][0]["cost"] == 800.0
    assert "2027" in report.to_html()
    assert '"gap"' in report.to_json()


def test_report_of_a_plan_without_money_says_so():
    plan = planned(packages_of([800, 900], [100, 1]), budget=5.0)
    report = plan_report(plan, parameters={}, rated_length_m=2000.0, currency="CNY")
    assert report.lead.startswith("Nothing is funded.")
    assert "800.00" in report.lead


def test_a_search_that_begins_with_a_plan_tells_whether_it_got_better():
    packages = packages_of([600, 500, 500], [100, 90, 90])
    worse = planned(packages, budget=1000.0, years=1, before={"P-000": 2027})
    assert worse.is_better and worse.projects["year"].notna().tolist() == [False, True, True]
    same = planned(packages, budget=1000.0, years=1, before={"P-001": 2027, "P-002": 2027})
    assert not same.is_better and same.projects["year"].equals(worse.projects["year"])
    # What is gone, or lies in no year of the plan, is left out.
    other = planned(packages, budget=1000.0, years=1, before={"P-001": 2030, "P-999": 2027})
    assert other.is_better


@pytest.mark.slow
def test_a_first_plan_is_taken_where_it_is_near_enough():
    rng = np.random.default_rng(3)
    packages = packages_of(rng.integers(100, 900, 40).tolist(), rng.integers(10, 90, 40).tolist())
    first = planned(packages, budget=1500.0, years=3, gap=1.0)
    assert first.summary.solver == "greedy"
    best = planned(packages, budget=1500.0, years=3, gap=0.0, time_limit_s=2.0)
    assert best.summary.benefit >= first.summary.benefit
