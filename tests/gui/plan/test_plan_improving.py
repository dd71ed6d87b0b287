"""A plan that shows is improved in rounds, until it is near enough, nothing is won, or it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from waternet_plugin.gui.plan import improving
from waternet_plugin.gui.plan.improving import Improving
from waternet_plugin.operations.renewal.recorded_plans import SearchLimits


class Run:
    """A run of the algorithm; it waits for its answer."""

    def __init__(self, asked: dict[str, Any], done: Callable[[Any], None]) -> None:
        self.asked, self.done, self.is_cancelled = asked, done, False

    def cancel(self) -> None:
        self.is_cancelled = True


class Desk:
    """What the search asks of a session."""

    network_path = "town.gpkg"

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.said: list[str] = []

    def run_algorithm(self, _name: str, asked: dict[str, Any], done: Any, **_more: Any) -> Run:
        self.runs.append(Run(asked, done))
        return self.runs[-1]

    def say(self, text: str, *_more: Any) -> None:
        self.said.append(text)


def found(plan: str, gap: float, batch: str = "B0009") -> dict[str, Any]:
    return {"PLAN_ID": plan, "GAP_LEFT": gap, "BATCH_ID": batch}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(improving, "show_newest", lambda _desk, then: then("", None))
    return Desk()


def begun(desk: Desk, gap: float) -> None:
    limits = SearchLimits(first_gap=0.005, last_gap=0.001, first_s=4.0, round_s=30.0)
    Improving(desk, None, {"BUDGET": 1.0}, limits).begin(found("PL0001", gap))


def test_each_better_plan_is_where_the_next_round_begins(desk: Desk) -> None:
    begun(desk, 0.004)
    assert desk.runs[0].asked["IMPROVES"] == "PL0001" and desk.runs[0].asked["GAP"] == 0.001
    desk.runs[0].done(found("PL0002", 0.002))
    assert desk.runs[1].asked["IMPROVES"] == "PL0002"
    desk.runs[1].done(found("PL0003", 0.0009))
    assert len(desk.runs) == 2 and desk.said == ["The plan is within 0.09 % of the best possible."]


def test_rounds_that_win_nothing_grow_until_one_is_long_enough(desk: Desk) -> None:
    begun(desk, 0.004)
    while not desk.said:
        desk.runs[-1].done(found("PL0001", 0.004, batch=""))
    assert [run.asked["TIME_LIMIT"] for run in desk.runs] == [5.0, 10.0, 20.0]


def test_a_plan_that_is_near_enough_at_once_is_left_alone(desk: Desk) -> None:
    begun(desk, 0.0005)
    assert desk.runs == []


def test_whoever_decides_about_the_plan_stops_its_search(desk: Desk) -> None:
    begun(desk, 0.004)
    improving.stop(desk)
    assert desk.runs[0].is_cancelled
    desk.runs[0].done(found("PL0002", 0.002))
    assert len(desk.runs) == 1 and desk.said == []
