"""Budgets and strategies side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support.renewal_frames import SETTINGS, packages_of

from waternet_plugin.core.health.evaluation.scoring import Band
from waternet_plugin.core.renewal.scenarios import ScenarioOptions, band_factors, compare_scenarios, debiased


def stock(count: int = 4) -> pd.DataFrame:
    """Return pipes as `packages_of` packs them, and one that is in no package."""
    return pd.DataFrame(
        {
            "pipe_id": [*(f"P-{i:03}a" for i in range(count)), "other"],
            "material": "cast_iron",
            "diameter_mm": 200.0,
            "length_m": 1000.0,
            "install_year": 1960.0,
            "rate": [*np.linspace(90, 60, count), 10.0],
            "consequence": 30000.0,
            "failures": 0.0,
        }
    )


def compared(**wanted):
    packages = packages_of([900] * 4, [100, 90, 80, 70], [1000.0] * 4)
    options = {
        "budgets": [1000.0, 2000.0],
        "strategies": ["plan", "random"],
        "start_year": 2027,
        "years": 2,
        "new_rate_per_100km_y": 2.0,
        "failures_y": [3, 4, 5],
        **wanted,
    }
    return compare_scenarios(packages, stock(), ScenarioOptions(**options), settings=SETTINGS)


@pytest.mark.slow
def test_every_budget_meets_every_strategy_beside_doing_nothing():
    table = compared().table
    assert table["scenario"].tolist() == [
        "nothing",
        "1000/plan",
        "1000/random",
        "2000/plan",
        "2000/random",
    ]
    assert table["projects"].tolist() == [0, 2, 2, 4, 4]
    assert table["failures_avoided"].iloc[0] == 0


@pytest.mark.slow
def test_failures_avoided_are_the_difference_of_the_curves():
    found = compared()
    sums = found.curve.groupby("scenario")["expected"].sum()
    row = found.table.set_index("scenario").loc["2000/plan"]
    assert row["failures_avoided"] == pytest.approx(sums["nothing"] - sums["2000/plan"], abs=1e-4)
    assert row["avoided_lower"] < row["failures_avoided"] < row["avoided_upper"]
    assert row["avoided_per_million"] == pytest.approx(row["failures_avoided"] / 3600 * 1e6)


def test_a_renewed_pipe_has_the_new_rate_from_the_next_year_on():
    curve = compared(strategies=["plan"], budgets=[4000.0], years=1).curve
    plan = curve[curve["scenario"] == "4000/plan"].set_index("year")["expected"]
    nothing = curve[curve["scenario"] == "nothing"].set_index("year")["expected"]
    assert plan[2027] == nothing[2027]
    old = 0.1 * (nothing[2028] / nothing[2027] if nothing[2027] else 1)
    assert plan[2028] == pytest.approx(4 * 0.02 + old, rel=0.1)


def test_risk_removed_is_rate_saved_times_length_times_consequence():
    row = compared(strategies=["plan"], budgets=[4000.0], years=1).table.iloc[1]
    assert row["risk_removed_y"] == pytest.approx((90 + 80 + 70 + 60 - 8) * 1000 / 100_000 * 30000)


@pytest.mark.slow
def test_renewing_keeps_value():
    found = compared()
    index = found.table.set_index("scenario")["value_index"]
    assert index["nothing"] < found.value_index_now
    assert index["2000/plan"] > index["1000/plan"] > index["nothing"]


@pytest.mark.slow
def test_forecasts_are_brought_down_by_what_the_backtest_saw():
    bands = [[Band(0.0, 0.2, 1.0, 100.0, 50.0), Band(0.2, 1.0, 4.0, 100.0, 100.0)]]
    factors = band_factors(bands)
    assert factors == ((0.0, 0.2, pytest.approx(70 / 120)), (0.2, 1.0, pytest.approx(1.0)))
    rate = debiased(np.array([10.0, np.nan, 90.0, 20, 30, 40]), np.full(6, 100.0), factors)
    assert rate[2] == pytest.approx(90 * 70 / 120)
    assert rate[[0, 3, 4, 5]].tolist() == [10, 20, 30, 40]
    assert np.isnan(rate[1])
    plain, fair = compared().table, compared(bands=bands).table
    assert fair["failures_avoided"].iloc[1] < plain["failures_avoided"].iloc[1]
