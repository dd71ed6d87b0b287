"""Scores of compounds against a reckoning written apart, row by row, on made-up towns with odd records."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.quality_frames import shuffled
from support.scored_towns import (
    AS_OF,
    MONTHS,
    Reckoning,
    Town,
    entered_of,
    issues_of,
    made_town,
    tables_of_town,
)
from support.slow_cases import a_few_quick

from waternet_plugin.core.drainage.compounds.scores.compound_scores import CompoundScores, score_compounds
from waternet_plugin.core.drainage.compounds.scores.score_actions import WITHOUT_HOURS
from waternet_plugin.core.drainage.compounds.scores.score_rules import read_rules
from waternet_plugin.core.drainage.compounds.unsettled_misconnections import unsettled_misconnections
from waternet_plugin.core.months import Month
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings

TOWNS_A_CASE = 25


def scored(town: Town, month: tuple[int, int] = MONTHS[0], **own: str) -> CompoundScores:
    settings = Settings({key.replace("__", "."): value for key, value in own.items()})
    subject = CheckContext(tables_of_town(town), settings, today=AS_OF)
    codes = unsettled_misconnections(subject, issues_of(town)).code_of(len(subject.pipes))
    return score_compounds(subject, Month(*month), read_rules(settings), codes, entered_of(town), AS_OF)


def known(value: Any) -> Any:
    """Return a cell as the reckoning has it."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return round(float(value), 6) if isinstance(value, (int, float, np.number)) else value


@pytest.mark.slow
@pytest.mark.parametrize("seed", a_few_quick(range(40), 2))
def test_all_tables_agree_with_the_reckoning(seed: int) -> None:
    met: Counter[str] = Counter()
    for number in range(TOWNS_A_CASE):
        town, month = made_town(seed * TOWNS_A_CASE + number), MONTHS[number % 2]
        found = scored(town, month)
        zero = dict(zip(found.scores["compound_id"], found.scores["zero_discharge"]))
        wanted = Reckoning(town, month, zero)
        rows = {
            (row.compound_id, row.indicator): tuple(map(known, row[3:8]))
            for row in found.indicators.itertuples()
        }
        assert rows == {key: tuple(map(known, cells)) for key, cells in wanted.indicators.items()}
        hours = found.actions.dropna(subset=["hours"]).groupby("compound_id")["hours"].sum()
        scores = {
            row.compound_id: (
                known(row.score_low), known(row.score_high), row.grade, known(row.hours),
                known(hours.get(row.compound_id)),
            )
            for row in found.scores.itertuples()
        }  # fmt: skip
        assert scores == {key: tuple(map(known, cells)) for key, cells in wanted.scores.items()}
        met.update(found.scores["grade"])
        met["bought"] += len(hours)
    assert met["open"] and met["qualified"] and met["bought"]


@pytest.mark.slow
def test_the_order_of_rows_changes_nothing() -> None:
    town = made_town(3)
    tables, settings = tables_of_town(town), Settings()
    both = []
    for each in (tables, {**shuffled(tables), "compound": tables["compound"]}):
        subject = CheckContext(each, settings, today=AS_OF)
        codes = unsettled_misconnections(subject, issues_of(town)).code_of(len(subject.pipes))
        found = score_compounds(
            subject, Month(*MONTHS[1]), read_rules(settings), codes, entered_of(town), AS_OF
        )
        both.append((found.scores, found.indicators, found.actions))
    for one, other in zip(*both):
        pd.testing.assert_frame_equal(one, other)


def plain_town(**more: list[dict[str, Any]]) -> Town:
    """Return one compound with 1,000 m of sewage drains and 100 manholes, and nothing done."""
    pipes = [
        {"pipe_id": f"P{n}", "system": "sewage", "length_m": 50.0, "flow": "forward", "compound_id": None,
         "line": [(500_010 + 9 * n, 2_500_010), (500_011 + 9 * n, 2_500_011)]}
        for n in range(20)
    ]  # fmt: skip
    nodes = [
        {"node_id": f"N{n}", "kind": "manhole", "system": "sewage", "compound_id": None,
         "at": (500_005 + n, 2_500_150)}
        for n in range(100)
    ]  # fmt: skip
    compound = {
        "compound_id": "C1",
        "box": (500_000.0, 2_500_000.0, 500_200.0, 2_500_200.0),
        "drainage": None,
    }
    town: Town = {
        "compound": [compound], "pipe": pipes, "node": nodes, "work_item": [], "entered": [],
        "checklist": [], "wrong": [],
    }  # fmt: skip
    return {**town, **more}


def item(number: int, **fields: Any) -> dict[str, Any]:
    """Return a work item that was opened and done in September 2026."""
    day = datetime.date(2026, 9, 10)
    row: dict[str, Any] = {
        "item_id": f"W{number}", "type": "patrol", "state": "done", "opened_on": day, "closed_on": day,
        "due_on": day, "asset": "C1", "compound_id": None, "source": None, "valid": None, "at": None,
    }  # fmt: skip
    return {**row, **fields}


def test_a_compound_without_any_work() -> None:
    found = scored(plain_town())
    (score,) = found.scores.itertuples()
    # 0.5 for rounds, pipes, covers, 1 for separation and the three of cases, 0.5 to 1 for the three unknown.
    assert (score.score_low, score.score_high, score.grade) == (7.0, 8.5, "open")
    assert score.hours == pytest.approx(2 * 0.5 + 0.03 * 5 + 0.02 * 100 * 0.2)
    bought = found.actions.dropna(subset=["hours"])
    # 30 m of drains and two manholes are 0.55 h, less than two rounds and either.
    assert bought[["indicator", "to_points", "quantity"]].values.tolist() == [
        ["pipe_cleaning", 1.0, 30.0],
        ["appurtenance_cleaning", 1.0, 2.0],
    ]
    assert bought["hours"].sum() == pytest.approx(0.15 + 0.4)
    free = found.actions[found.actions["hours"].isna()]
    assert list(free["indicator"]) == ["collection", "zero_discharge", "satisfaction"]
    assert set(free["indicator"]) <= set(WITHOUT_HOURS)


@pytest.mark.slow
def test_limits_count_as_the_better_band() -> None:
    items = [item(0), item(1), item(2, type="clean", asset="P3"), item(3, type="inspect", asset="N1")]
    found = scored(plain_town(work_item=items))
    points = dict(zip(found.indicators["indicator"], found.indicators["points"]))
    assert (points["rounds"], points["pipe_cleaning"], points["appurtenance_cleaning"]) == (1.0, 1.0, 0.8)
    worse = scored(plain_town(work_item=items), drainage__score__2__limits="worse")
    points = dict(zip(worse.indicators["indicator"], worse.indicators["points"]))
    assert (points["rounds"], points["appurtenance_cleaning"], worse.rules.version) == (0.8, 0.5, "2")


def test_no_hours_are_named_at_the_best_grade() -> None:
    entered = [
        {"compound_id": "C1", "indicator": name, "value": None, "points": 1.0}
        for name in ("collection", "satisfaction", "zero_discharge", "rounds")
    ]
    found = scored(plain_town(entered=entered))
    assert found.scores["grade"].tolist() == ["excellent"]
    assert not len(found.actions)


def test_what_hours_cannot_buy_is_told_with_its_size() -> None:
    town = plain_town(wrong=[{"pipe_id": f"P{n}"} for n in range(15)])
    entered = [{"compound_id": "C1", "indicator": "rounds", "value": 0, "points": None}]
    found = scored({**town, "entered": entered})
    separation = found.actions[found.actions["indicator"] == "separation"]
    assert separation[["to_points", "quantity"]].values.tolist() == [[1.0, 650.0]]
    assert separation["hours"].isna().all()


def test_odd_items_are_named() -> None:
    turned = item(0, closed_on=datetime.date(2026, 9, 5), opened_on=datetime.date(2026, 9, 8))
    late = item(1, type="emergency", due_on=None)
    lost = item(2, asset="lost")
    found = scored(plain_town(work_item=[turned, late, lost]))
    assert found.items.turned == ("W0",)
    assert found.emergencies_without_due == ("W1",)
    assert found.unplaced == 1
    rounds = found.indicators.set_index("indicator").loc["rounds", "numerator"]
    assert rounds == 1


@pytest.mark.slow
def test_an_indicator_entered_twice_is_unknown_and_named() -> None:
    entered = [
        {"compound_id": "C1", "indicator": "satisfaction", "value": None, "points": points}
        for points in (0.5, 1.0)
    ]
    found = scored(plain_town(entered=entered))
    assert found.contradicting == (("C1", "satisfaction"),)
    assert np.isnan(found.indicators.set_index("indicator").loc["satisfaction", "points"])
    every = [{"compound_id": None, "indicator": "satisfaction", "value": None, "points": 0.8}]
    found = scored(plain_town(entered=every))
    assert found.indicators.set_index("indicator").loc["satisfaction", ["points", "source"]].tolist() == [
        0.8,
        "entered",
    ]


@pytest.mark.slow
def test_nothing_after_the_day_counts() -> None:
    later = AS_OF + datetime.timedelta(days=2)
    items = [
        item(0, opened_on=AS_OF, closed_on=later),
        item(1, type="emergency", opened_on=AS_OF, closed_on=later, due_on=later),
        item(2, type="emergency", opened_on=later, closed_on=later, due_on=later),
    ]
    rows = scored(plain_town(work_item=items), MONTHS[1]).indicators.set_index("indicator")
    assert rows.loc["rounds", "numerator"] == 0
    assert rows.loc["timely", ["numerator", "denominator"]].tolist() == [0, 1]
