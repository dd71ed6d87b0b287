"""What the model would have caught in a real city; the figures the project promises."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

# Real networks are large.
pytestmark = pytest.mark.slow

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(scope="module")
def found(data_dir: Path) -> Any:
    """Run the script once; ``-s`` shows its tables."""
    source = data_dir / "kitchener"
    if not source.is_dir():
        pytest.skip("needs the real data: no kitchener folder")
    import kitchener_backtest

    result = kitchener_backtest.figures(source)
    print(kitchener_backtest.table(result))
    return result


def reached(captured: tuple[float, ...], *percent: float) -> bool:
    return all(round(100 * value, 1) >= least for value, least in zip(captured, percent))


def test_with_all_records(found: Any) -> None:
    assert reached(found.rankings["waternet"], 30, 49, 73)


def test_without_records(found: Any) -> None:
    assert reached(found.without_records, 20, 40, 68)


@pytest.mark.parametrize(("years", "least"), [("one_year", 23), ("three_years", 25)])
def test_with_few_records(found: Any, years: str, least: float) -> None:
    assert reached(getattr(found, years), least)


def test_no_other_ranking_is_ahead_beyond_chance(found: Any) -> None:
    # 48 comparisons a cut-off at 95 %: two or three may come by chance alone.
    assert sum(len(names) for names in found.leads.values()) <= 2


@pytest.mark.parametrize("simple", ["random", "oldest", "material_age", "survey", "past_count", "rate_table"])
def test_ours_is_ahead_of_simple_orders(found: Any, simple: str) -> None:
    ours, theirs = found.rankings["waternet"], found.rankings[simple]
    assert all(one > other for one, other in zip(ours, theirs))


def test_packages_keep_what_pipes_catch(found: Any) -> None:
    assert found.packages_keep >= 0.98


def test_plans_are_ahead_of_simple_rules(found: Any) -> None:
    caught = {
        rule: sum(one.rules[rule].caught for one in found.plans)
        for rule in ("plan", "oldest", "most_failures")
    }
    assert caught["plan"] > caught["most_failures"] > caught["oldest"]
    assert all(spent.cost <= one.budget for one in found.plans for spent in one.rules.values())


def test_five_year_totals(found: Any) -> None:
    for total in found.totals:
        assert 0.7 <= total.ratio <= 1.4
        assert total.width <= 0.35
    assert sum(total.lower <= total.actual <= total.upper for total in found.totals) >= 4
