"""The search: as good as an exact solver, within every rule, the same twice, and never in the way."""

from __future__ import annotations

import dataclasses
import threading
import time

import numpy as np
import pytest
from support import milp_oracle

from waternet_plugin.core.errors import CancelledError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.renewal.solving import choosing, core_prices, linear, pricing, solving
from waternet_plugin.core.renewal.solving import problem as problems
from waternet_plugin.core.renewal.solving.core import core_of

GAP = 1e-3


def city(seed: int, count: int, years: int, share: float, **more) -> problems.Problem:
    """Return packages as skewed as a city's, a budget for a share of them, road works, forbidden years."""
    random = np.random.default_rng(seed)
    base = random.lognormal(12.5, 0.9, count).astype(np.int64) * 100
    cost = np.repeat(base[:, None], years, axis=1)
    cost -= (cost // 4) * (random.random(cost.shape) < 0.05)
    length = base / 20_000_000 * random.uniform(0.7, 1.4, count)
    plain = problems.Problem(
        cost=cost,
        benefit=base / 100 * random.lognormal(-3.5, 0.6, count),
        length_m=length,
        worth=np.array([sum(1.025**-late for late in range(year, 30)) for year in range(years)]),
        budget=np.full(years, int(base.sum() * share / years)),
        wish=np.full(count, problems.FREE),
        district=random.integers(0, max(count // 12, 2), count),
        banned=random.random(cost.shape) < 0.1,
    )
    if more.pop("least", False):
        more["least_length_m"] = share * length.sum() / years
    if more.pop("locked", False):
        more["wish"] = np.where(random.random(count) < 0.15, random.integers(-2, years, count), problems.FREE)
    if more.pop("pairs", False):
        more["apart"] = random.integers(0, count, (count // 2, 2))
    return dataclasses.replace(plain, **more)


def improved(problem: problems.Problem, **wanted) -> np.ndarray:
    start = choosing.greedy(problem)
    return solving.improved(problem, start, **{"time_limit_s": 6.0, "gap": GAP, **wanted})


def keeps(problem: problems.Problem, chosen: np.ndarray) -> bool:
    """Return whether a choice breaks no rule; what is locked by hand stands above them."""
    start = choosing.locked(problem)
    free = (chosen >= 0) & (start < 0)
    counts = problems.district_counts(problem, chosen)
    by_hand = problems.district_counts(problem, start)
    return bool(
        (problems.spent(problem, chosen) <= problem.budget).all()
        and not problem.banned[np.flatnonzero(free), chosen[free]].any()
        and (problem.wish[free] == problems.FREE).all()
        and (chosen[start >= 0] == start[start >= 0]).all()
        and all(
            not (chosen[a] == chosen[b] >= 0 and (free[a] or free[b])) for a, b in problem.apart if a != b
        )
        and (
            problem.cap is None
            or all(count <= max(problem.cap, by_hand.get(key, 0)) for key, count in counts.items())
        )
    )


RULES = [
    {},
    {"cap": 1},
    {"pairs": True},
    {"least": True},
    {"locked": True},
    {"cap": 2, "pairs": True, "least": True, "locked": True},
]


@pytest.mark.slow
@pytest.mark.parametrize("rules", RULES, ids=lambda rules: "-".join(rules) or "plain")
def test_search_is_as_good_as_the_exact_solver(rules: dict):
    problem = city(3, 30, 3, 0.5, **rules)
    oracle = milp_oracle.exact(problem, time_limit_s=4, gap=GAP)
    assert oracle is not None
    best = problems.value_of(problem, oracle)
    chosen = improved(problem)
    assert keeps(problem, chosen)
    # The solver may stop a gap below the best, too. A wished length is a step in what a choice is worth: the
    # search needs longer to find the best there, and is 1.6 % below at most before.
    below = 0.02 if problem.penalty else 3 * GAP
    assert problems.value_of(problem, chosen) >= best - below * abs(best)


@pytest.mark.slow
def test_search_breaks_no_rule_in_many_cases():
    for seed in range(60):
        problem = city(seed, 12 + seed % 20, 1 + seed % 5, 0.5, **RULES[seed % len(RULES)])
        chosen = solving.improved(problem, choosing.greedy(problem), time_limit_s=0.05, gap=0.0)
        assert keeps(problem, chosen), seed
        assert problems.value_of(problem, chosen) >= problems.value_of(problem, choosing.greedy(problem))


@pytest.mark.slow
def test_the_same_problem_gets_the_same_plan():
    problem = city(5, 30, 3, 0.5, cap=2)
    assert improved(problem).tolist() == improved(problem).tolist()


@pytest.mark.slow
@pytest.mark.parametrize("rules", RULES, ids=lambda rules: "-".join(rules) or "plain")
def test_prices_of_everything_give_a_bound(rules: dict):
    problem = city(7, 40, 4, 0.5, **rules)
    start = choosing.locked(problem)
    core = core_of(problem, start, np.arange(40))
    prices = core_prices.lowered(core, core_prices.first_prices(core), 300)
    bound = core_prices.bound_of(core, prices, core_prices.beyond(core, prices))
    bound += problems.benefit_of(problem, start)
    best = problems.value_of(problem, improved(problem, time_limit_s=2.0))
    assert bound >= best
    # With prices of places, pairs and metres the bound is no higher than with those of cents alone.
    assert bound <= pricing.upper_bound(problem, start) * (1 + 1e-4)


@pytest.mark.slow
def test_time_limit_is_kept():
    problem = city(1, 300, 10, 0.3)
    begin = time.monotonic()
    improved(problem, time_limit_s=1.0, gap=0.0)
    assert time.monotonic() - begin < 6.0


def test_cancel_is_heard_between_steps():
    calls: list[float] = []

    def listener(done: float, _text: str) -> bool:
        calls.append(time.monotonic())
        return len(calls) < 10

    with pytest.raises(CancelledError):
        improved(city(2, 300, 5, 0.3), gap=0.0, progress=Progress(listener))
    assert len(calls) == 10
    assert max(np.diff(calls)) < 2.0


@pytest.mark.slow
def test_another_thread_runs_while_the_search_does():
    problem = city(4, 94, 5, 0.45, cap=1)
    stop = threading.Event()
    ticks = [time.monotonic()]

    def tick() -> None:
        while not stop.wait(0.005):
            ticks.append(time.monotonic())

    ticker = threading.Thread(target=tick)
    ticker.start()
    improved(problem, time_limit_s=3.0, gap=0.0)
    stop.set()
    ticker.join()
    assert max(np.diff(ticks)) < 0.5


@pytest.mark.slow
def test_few_packages_are_chosen_best_and_it_is_known():
    problem = city(3, 30, 3, 0.5, cap=2, pairs=True, least=True, locked=True)
    search = solving.PlanSearch(problem, choosing.greedy(problem), Progress())
    search.prove(solving.SearchClock(60.0, Progress()))
    oracle = milp_oracle.exact(problem, time_limit_s=10, gap=1e-6)
    assert search.bound == search.value
    assert search.value >= problems.value_of(problem, oracle) - 1e-6 * abs(search.value)


def test_a_proof_ends_with_the_time():
    problem = city(3, 30, 3, 0.5)
    search = solving.PlanSearch(problem, choosing.greedy(problem), Progress())
    bound = search.bound
    search.prove(solving.SearchClock(1e-9, Progress()))
    assert search.bound == bound > search.value


@pytest.mark.slow
@pytest.mark.parametrize("rules", RULES, ids=lambda rules: "-".join(rules) or "plain")
def test_prices_of_the_linear_program_give_the_lowest_bound(rules: dict):
    problem = city(7, 40, 4, 0.5, **rules)
    core = core_of(problem, choosing.locked(problem), np.arange(40))
    exact = linear.exact_prices(core)
    stepped = core_prices.lowered(core, core_prices.first_prices(core), 300)

    def bound(prices):
        return core_prices.bound_of(core, prices, core_prices.beyond(core, prices))

    assert bound(exact) <= bound(stepped) * (1 + 1e-9)
    chosen = improved(problem, time_limit_s=2.0)
    assert bound(exact) >= core.value_of(chosen[core.rows]) - 1e-6


def test_a_linear_program_that_is_too_large_is_not_asked():
    problem = city(7, 40, 4, 0.5)
    core = core_of(problem, choosing.locked(problem), np.arange(40))
    assert linear.exact_prices(core) is not None
    large = dataclasses.replace(core, gain=np.ones((linear.MOST_OPTIONS // 4 + 1, 4)))
    assert linear.exact_prices(large) is None
