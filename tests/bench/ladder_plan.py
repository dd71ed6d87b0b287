"""Plans of 3,000 and 20,000 packages over ten years: how far below the bound, the time, and the longest wait.

Before them the plans of towns, 113 packages each: the plan that is shown first, near enough to the bound by
`renewal.first_gap` or the best of `renewal.first_s`, takes at most a sixth of the time of a whole search.

python tests/bench/ladder_plan.py [packages ...]

The gap counts, not the time: absolute times mean nothing here, but a minute is far above both. While it plans
and searches, another thread ticks: the longest stretch in which it could not run is what a click would wait.
"""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

import numpy as np
from harness import Bench

SIZES = (3_000, 20_000)
YEARS = 10
SEED = 1
MOST_SECONDS = 60.0
# Share below the bound of the linear program.
MOST_GAP = {3_000: 0.001, 20_000: 0.01}
# Seconds that a click may wait for its answer.
MOST_WAIT = 0.5
_TICK = 0.005
TOWN_PACKAGES, TOWNS = 113, 6
# Time of the plan that is shown first over that of the whole search.
MOST_OF_SEARCH = 1 / 6
_SEARCH_SECONDS = 10.0


def problem_of(packages: int, seed: int = SEED) -> Any:
    """Return packages with costs and benefits as skewed as a city's, road works and forbidden years."""
    from waternet_plugin.core.renewal.solving.problem import FREE, Problem

    random = np.random.default_rng(seed)
    base = (random.lognormal(12.5, 0.7, packages) * 100).astype(np.int64)
    cost = np.repeat(base[:, None], YEARS, axis=1)
    cost -= (cost // 4) * (random.random(cost.shape) < 0.05)
    return Problem(
        cost=cost,
        benefit=base / 100 * random.lognormal(-3.5, 0.9, packages),
        length_m=base / 200_000,
        worth=np.array([sum(1.025**-late for late in range(year, 30)) for year in range(YEARS)]),
        budget=np.full(YEARS, int(base.sum() * 0.03)),
        wish=np.full(packages, FREE),
        district=np.full(packages, -1),
        banned=random.random(cost.shape) < 0.1,
    )


def one_pass(problem: Any) -> int:
    """Fill the years once in the order of benefit per cost."""
    from waternet_plugin.core.renewal.solving.choosing import fill, locked

    return int((fill(problem, locked(problem), problem.by_ratio) >= 0).sum())


def plan(problem: Any) -> float:
    """Choose as a plan does and return how far below the bound the choice is."""
    from waternet_plugin.core.renewal.solving.choosing import greedy, locked
    from waternet_plugin.core.renewal.solving.pricing import upper_bound
    from waternet_plugin.core.renewal.solving.problem import spent, value_of

    chosen = greedy(problem)
    if (spent(problem, chosen) > problem.budget).any():
        raise AssertionError("a budget is overspent")
    bound = upper_bound(problem, locked(problem))
    return 1.0 - value_of(problem, chosen) / bound


def longest_wait(problem: Any) -> float:
    """Return the longest time, in s, in which another thread could not run while a plan is searched."""
    from waternet_plugin.core.renewal.solving.choosing import greedy
    from waternet_plugin.core.renewal.solving.solving import improved

    ticks = [time.monotonic()]
    stop = threading.Event()

    def tick() -> None:
        while not stop.wait(_TICK):
            ticks.append(time.monotonic())

    ticker = threading.Thread(target=tick)
    ticker.start()
    # No gap is small enough: it searches as long as it may.
    improved(problem, greedy(problem), time_limit_s=_SEARCH_SECONDS, gap=0.0)
    stop.set()
    ticker.join()
    return float(np.diff(ticks).max())


def towns_of(packages: int) -> list[Any]:
    """Return the problems of some towns."""
    return [problem_of(packages, SEED + number) for number in range(TOWNS)]


def search_towns(problems: list[Any], gap_setting: str, limit_setting: str) -> list[float]:
    """Plan each town until a gap is reached or the time is over; return how far below the bound each is."""
    from waternet_plugin.core.renewal.solving.choosing import greedy, locked
    from waternet_plugin.core.renewal.solving.pricing import upper_bound
    from waternet_plugin.core.renewal.solving.problem import value_of
    from waternet_plugin.core.renewal.solving.solving import improved
    from waternet_plugin.core.schema.settings import Settings

    settings, gaps = Settings(), []
    gap, limit_s = settings.real(gap_setting), settings.real(limit_setting)
    for problem in problems:
        chosen = greedy(problem)
        bound = upper_bound(problem, locked(problem))
        if value_of(problem, chosen) < bound * (1 - gap):
            chosen = improved(problem, chosen, time_limit_s=limit_s, gap=gap)
        gaps.append(1.0 - value_of(problem, chosen) / bound)
    return gaps


def shown_first(problems: list[Any]) -> list[float]:
    """Plan as the pane does before it shows a plan."""
    return search_towns(problems, "renewal.first_gap", "renewal.first_s")


def whole_search(problems: list[Any]) -> list[float]:
    """Plan as a run without GAP does."""
    return search_towns(problems, "renewal.milp_gap", "renewal.time_limit_s")


def climb_towns(bench: Bench) -> None:
    """Measure the plans of towns."""
    asked: dict[str, Any] = {"rows": TOWN_PACKAGES, "prepare": towns_of}
    whole = bench.run("whole search, towns", whole_search, TOWN_PACKAGES, **asked)
    limits: dict[str, Any] = {"floor": "whole search, towns", "limit": MOST_OF_SEARCH}
    first = bench.run("shown first, towns", shown_first, TOWN_PACKAGES, **asked, **limits)
    for name, gaps in (("first", first.value), ("whole", whole.value)):
        print(f"  gaps to the bound, {name}: {', '.join(f'{100 * gap:.2f} %' for gap in gaps)}", flush=True)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a gap, a ratio or the minute was missed."""
    bench = Bench("plan")
    climb_towns(bench)
    missed = 0
    for packages in sizes:
        bench.run("one pass", one_pass, packages, rows=packages, prepare=problem_of)
        cost = bench.run("plan", plan, packages, rows=packages, prepare=problem_of, floor="one pass")
        most = MOST_GAP.get(packages, 0.01)
        print(f"  gap to the bound {100 * cost.value:.4f} % (at most {100 * most:g} %)", flush=True)
        missed |= cost.value > most or cost.seconds > MOST_SECONDS
        wait = bench.run("longest wait", longest_wait, packages, rows=packages, prepare=problem_of)
        print(f"  another thread waited {wait.value:.3f} s (at most {MOST_WAIT:g} s)", flush=True)
        missed |= wait.value > MOST_WAIT
    return bench.finish() or int(missed)


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
