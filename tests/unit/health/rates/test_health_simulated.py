"""Rates of cities whose true rates are known: how far off, and how often inside the limits.

Run with ``-s`` to see the table of bias and coverage.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from scipy.stats import gamma
from support.simulated_city import KM_100, city
from support.slow_cases import a_few_quick

from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
from waternet_plugin.core.health.rates.cohorts import table_cohorts
from waternet_plugin.core.health.risk.forecast import RatedPipes, forecast_failures
from waternet_plugin.core.schema.settings import Settings

AS_OF = datetime.date(2010, 12, 31)
SEEDS = range(3)
YEARS = 5


def study(**spoilt: Any) -> dict[str, float]:
    """Return means over seeds: network and cohort rates over true ones, and coverage of the limits."""
    settings = Settings()
    rows = []
    for seed in SEEDS:
        truth = city(seed, **spoilt)
        origin = SnapshotCache(
            truth.pipes,
            truth.failures,
            horizon_years=YEARS,
            window_start=None,
            radius_m=25.0,
            settings=settings,
        ).on(AS_OF)
        rated = np.flatnonzero(origin.rated)
        rate, true = origin.rates.rate[rated], truth.rate[origin.rows][rated]
        length, own = origin.length_m[rated], origin.counted.own[rated]
        cohorts = table_cohorts(origin.frame, settings)
        cell, size = cohorts.cell[rated], cohorts.size
        many = np.flatnonzero(np.bincount(cohorts.cell, origin.counted.own, size) >= 20)
        fitted, real, km = (
            np.bincount(cell, values, size)[many] for values in (rate * length, true * length, length)
        )
        shape = settings.real("health.pipe_prior") + own
        low, high = gamma.ppf([[0.1], [0.9]], shape, scale=rate / shape)
        ahead = forecast_failures(
            RatedPipes(origin.frame.iloc[rated], rate, own, origin.window.counts),
            first_year=AS_OF.year + 1,
            years=YEARS,
            settings=settings,
        )
        expected = float((true * length).sum()) / KM_100 * YEARS
        rows.append(
            (
                float((rate * length).sum() / (true * length).sum()),
                float(np.exp(np.average(np.log(fitted / real), weights=km))),
                float(((true >= low) & (true <= high)).mean()),
                float(ahead.total.lower <= expected <= ahead.total.upper),
                origin.window.years,
            )
        )
    names = ("network", "cohorts", "pipes_inside", "total_inside", "years")
    found = dict(zip(names, np.mean(rows, axis=0).tolist()))
    print(spoilt, {name: round(value, 2) for name, value in found.items()})
    return found


@pytest.mark.parametrize(
    ("spoilt", "network", "cohorts"),
    a_few_quick(
        [
            ({}, 0.05, 0.05),
            ({"recorded_from": 2000}, 0.07, 0.08),
            ({"recorded_from": 2008}, 0.12, 0.15),
            ({"missing_years": (1995, 1996, 1997)}, 0.07, 0.07),
            ({"removed": 0.1}, 0.12, 0.15),
            ({"wrong": 0.1}, 0.07, 0.12),
        ],
        1,
        is_tuple_one_value=False,
    ),
    ids=["whole", "truncated", "three_years", "missing_years", "removed", "wrong"],
)
def test_true_rates_are_recovered(spoilt: dict[str, Any], network: float, cohorts: float) -> None:
    found = study(**spoilt)
    assert found["network"] == pytest.approx(1.0, abs=network)
    assert found["cohorts"] == pytest.approx(1.0, abs=cohorts)
    # Limits that four of five true rates lie between.
    assert found["pipes_inside"] == pytest.approx(0.8, abs=0.06)
    assert found["total_inside"] == 1.0


@pytest.mark.slow
def test_the_start_of_records_is_found() -> None:
    assert study(recorded_from=2000)["years"] == pytest.approx(11.0, abs=0.1)


@pytest.mark.slow
def test_lost_failures_lower_the_rate_by_their_share() -> None:
    # What found no pipe is on no pipe: the report says how many, no rate invents them.
    assert study(lost=0.2)["network"] == pytest.approx(0.8, abs=0.06)


@pytest.mark.slow
def test_everything_at_once_stays_within_a_fifth() -> None:
    found = study(recorded_from=1997, removed=0.08, wrong=0.05, missing_years=(2003,), lost=0.1)
    assert found["network"] == pytest.approx(0.9, abs=0.1)
    assert found["total_inside"] >= 0.6
