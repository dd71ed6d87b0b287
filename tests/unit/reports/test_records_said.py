"""The limits of the records and what they are worth are said the same in pane, dock, report and statement."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from support.health_frames import matched, pipes

from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions
from waternet_plugin.core.health.risk.assessment import Assessment, assess
from waternet_plugin.core.reports.health.health import (
    figures_of,
    grade_sentence,
    health_report,
    last_of_records,
    warnings_of,
    window_sentence,
)
from waternet_plugin.core.reports.health.statement import records_of
from waternet_plugin.core.schema.settings import Settings

AS_OF = datetime.date(2026, 11, 20)
FIRST, LAST = datetime.date(2008, 2, 8), datetime.date(2024, 12, 18)


def _events() -> Any:
    days = [FIRST.isoformat(), LAST.isoformat()]
    days += [f"{year}-{month:02d}-15" for year in range(2009, 2024) for month in (3, 7, 10)]
    return matched([(f"P{1 + number % 3}", day) for number, day in enumerate(days)])


@pytest.fixture(scope="module")
def found() -> Assessment:
    rows: list[dict[str, Any]] = [{} for _ in range(6)]
    # One cohort without a year of its own to go by: published rates alone.
    rows += [{"material": "pe", "install_year": None, "length_m": 20_000.0, "diameter_mm": 100.0}]
    rows += [{"status": "abandoned", "length_m": 786.0}, {"status": "planned", "length_m": 10.0}]
    return assess(pipes(rows), _events(), as_of=AS_OF)


def test_first_and_last_record_are_the_same_everywhere(found: Assessment) -> None:
    summary = found.summary
    assert (summary.window.first, summary.window.last) == (FIRST, LAST)
    records = records_of(_events(), as_of=AS_OF, window_start=summary.window.start, settings=Settings())
    assert (records.first, records.last) == (FIRST.isoformat(), LAST.isoformat())
    for said in (window_sentence(summary), grade_sentence(summary)):
        assert f"from {FIRST} to {LAST}" in said
    assert "16.9 years" in grade_sentence(summary) and "19 years" not in grade_sentence(summary)
    figures = figures_of(summary)
    assert (figures["first_failure"], figures["last_failure"]) == (FIRST, LAST)


def test_own_failures_are_told_since_the_first_record(found: Assessment) -> None:
    reasons = " ".join(found.pipes["reasons"])
    assert "since 2008" in reasons and "since 2007" not in reasons


def test_a_start_before_the_first_record_is_said(found: Assessment) -> None:
    (early,) = [line for line in warnings_of(found.summary) if "too low: give" in line]
    assert str(FIRST) in early and str(found.summary.window.start) in early
    given = assess(pipes([{}]), matched([("P1", "2010-01-05"), ("P1", "2019-12-20")]),
                   as_of=datetime.date(2019, 12, 31),
                   options=RatingOptions(window_start=datetime.date(2010, 1, 5)))  # fmt: skip
    assert not [line for line in warnings_of(given.summary) if "too low" in line]


def test_records_that_ended_long_ago_name_the_day_to_assess_of(found: Assessment) -> None:
    assert last_of_records(found.summary.window) == LAST
    again = assess(pipes([{}] * 3), _events(), as_of=LAST)
    assert last_of_records(again.summary.window) is None


def test_grade_and_evidence_say_the_same(found: Assessment) -> None:
    summary = found.summary
    own = 100 * (1 - summary.evidence_km["C"] / sum(summary.evidence_km.values()))
    assert 0 < own < 100
    assert f"{own:.0f} % of the length, published rates the rest" in grade_sentence(summary)
    assert "Rates rest on this network's own history" not in grade_sentence(summary)


def test_what_is_not_assessed_is_named_and_the_sums_agree(found: Assessment) -> None:
    summary = found.summary
    assert summary.not_rated_km == {"planned": pytest.approx(0.01), "retired_undated": pytest.approx(0.786)}
    assert sum(summary.not_rated_km.values()) == pytest.approx(summary.class_km["unknown"])
    assert sum(summary.class_km.values()) == pytest.approx(summary.rated_km + 0.796)
    page = health_report(summary, network="town").to_html()
    assert "abandoned, date unknown 786 m" in page


def test_the_first_reason_of_a_class_raises_the_risk(found: Assessment) -> None:
    from waternet_plugin.core.health.rates.reason_words import RAISED, WORDS, lowers

    checked = 0
    for class_, facts, said in zip(*(found.pipes[name] for name in ("class", "reason_facts", "reasons"))):
        first = WORDS.read(facts, said)[0]
        if class_ in RAISED and first["is"] != "ordinary":
            assert not lowers(first), said
            checked += 1
    assert checked


def test_a_large_dear_main_is_there_for_its_cost() -> None:
    from waternet_plugin.core.health.rates.reason_words import WORDS

    rows: list[dict[str, Any]] = [{"diameter_mm": 100.0, "material": "ductile_iron"} for _ in range(30)]
    rows += [{"diameter_mm": 1000.0, "material": "ductile_iron", "road_class": "expressway"}]
    given = {f"health.failure_cost.{size}": "100" for size in (100, 200)}
    shares = {"health.renew_now_share": "0.001", "health.priority_share": "0.04"}
    found = assess(pipes(rows), _events(), as_of=LAST, settings=Settings({**given, **shares}))
    row = found.pipes.iloc[-1]
    assert row["class"] in ("renew_now", "priority") and row["rate_per_100km_y"] < found.summary.network_rate
    facts = WORDS.read(row["reason_facts"], None)
    assert facts[0]["is"] == "cost" and len(facts) == 3
    assert row["reasons"].startswith("a failure here costs")
