"""The statement says what is planned, how, with which settings, and what the past says of it."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.health.evaluation.backtest import Backtest, backtest
from waternet_plugin.core.health.evaluation.scoring import BacktestOptions
from waternet_plugin.core.reports.health.statement import Planned, Records, statement
from waternet_plugin.core.schema.settings import Settings, defaults

RECORDS = Records(201, 190, "2001-01-12", "2025-11-19")
PLAN = Planned(
    start_year=2027,
    years=2,
    budget=3e6,
    figures={
        "currency": "CNY",
        "funded": 12,
        "length_m": 4270.0,
        "cost": 5_900_000.0,
        "gap": 0.0012,
        "years": [{"year": 2027, "projects": 12, "length_m": 4270.0, "cost": 5.9e6, "budget": 3e6}],
    },
    basis={"Plan id": "PL0001"},
)


def _backtest(failures: int) -> Backtest:
    """Return the backtest of a hundred pipes whose first ten have all failures."""
    pipes = pd.DataFrame(
        {
            "pipe_id": [f"P{place:03}" for place in range(100)],
            "system": "potable",
            "status": "in_use",
            "material": np.where(np.arange(100) < 50, "cast_iron", "ductile_iron"),
            "diameter_mm": 150.0,
            "length_m": 100.0,
            "install_year": 1970.0,
        }
    )
    for column in (
        "retired_on",
        "soil",
        "street",
        "pressure_mpa",
        "pressure_max_mpa",
        "lining",
        "lined_year",
    ):
        pipes[column] = (
            pd.Series([None] * 100, dtype=object) if column in ("soil", "street", "lining") else np.nan
        )
    pipes["retired_on"] = pd.NaT
    place = np.arange(failures)
    records = pd.DataFrame(
        {
            "failure_id": [f"F{each:04}" for each in place],
            "date": pd.Timestamp("2005-01-01") + pd.to_timedelta(place * (20 * 365 / failures), unit="D"),
            "kind": "main_break",
            "street": None,
            "pipe_id": [f"P{each % 10:03}" for each in place],
            "match_state": "matched",
        }
    )
    return backtest(
        pipes,
        records,
        options=BacktestOptions(bootstraps=0),
        today=datetime.date(2025, 1, 1),
        settings=Settings(),
    )


@pytest.fixture(scope="module")
def tested() -> Backtest:
    """A backtest with enough failures."""
    return _backtest(800)


@pytest.mark.slow
def test_the_lead_has_plan_and_proof(tested: Backtest) -> None:
    report = statement(PLAN, tested, RECORDS, settings=Settings(), network="town")
    assert "4,270 m of mains in 12 projects for 5,900,000 CNY" in report.lead
    assert "on 10 % of the length" in report.lead


@pytest.mark.slow
def test_the_table_has_the_orders_that_people_know(tested: Backtest) -> None:
    page = statement(PLAN, tested, RECORDS, settings=Settings(), network="town").to_html()
    assert "Oldest first" in page and "Random order" in page and "<svg" in page
    assert "201 failures recorded from 2001-01-12" in page


def test_every_setting_in_force_has_its_source(tested: Backtest) -> None:
    settings = Settings({"renewal.mobilisation": "45000"})
    report = statement(PLAN, tested, RECORDS, settings=settings, network="town")
    rooms = {section.title: section.table for section in report.sections}
    shown = rooms["Settings in force: renewal"].rows
    assert len(shown) == sum(key.startswith("renewal.") for key in defaults())
    own = next(row for row in shown if row[0] == defaults()["renewal.mobilisation"].label)
    assert own[1] == "45,000 CNY" and own[2] == "own value; default: 30,000 CNY" and own[3] == ""
    assert "45,000 CNY for setting" in report.to_html()


@pytest.mark.slow
def test_what_could_not_be_tested_is_said_not_claimed() -> None:
    report = statement(PLAN, _backtest(60), RECORDS, settings=Settings(), network="town")
    assert "past" not in report.lead
    assert "has not been shown" in report.to_html() and "fewer than 50" in report.to_html()


@pytest.mark.slow
def test_settings_read_as_words_and_not_as_codes() -> None:
    settings = Settings({"health.policy_materials": "concrete;clay"})
    page = statement(PLAN, _backtest(300), RECORDS, settings=settings, network="town").to_html()
    assert "Concrete, Vitrified clay" in page and "asbestos_cement" not in page
    assert "<td>2 %</td>" in page and "0.02 of length" not in page
    assert "20,000 CNY" in page
