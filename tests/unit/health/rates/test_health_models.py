"""The regression, the choice of a model, forecasts and survival curves, with numbers."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from support.health_frames import matched, pipes
from support.simulated_city import city
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.evaluation.model_choice import ENOUGH, TOO_LITTLE, choose_model
from waternet_plugin.core.health.evaluation.rankings import COMBINED, GLM, GLM_EB, HIERARCHY
from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
from waternet_plugin.core.health.rates.glm import fit_poisson
from waternet_plugin.core.health.rates.survival import (
    herz_of_ages,
    life_of,
    value_index,
)
from waternet_plugin.core.health.risk.forecast import RatedPipes, forecast_failures, limits, year_effect
from waternet_plugin.core.schema.settings import Settings

SETTINGS = Settings()
AS_OF = datetime.date(2010, 12, 31)


@pytest.fixture(scope="module")
def past() -> SnapshotCache:
    town = city(4, 4000)
    return SnapshotCache(
        town.pipes, town.failures, horizon_years=3, window_start=None, radius_m=25.0, settings=SETTINGS
    )


# Regression


def test_poisson_regression_finds_known_coefficients() -> None:
    random = np.random.default_rng(0)
    design = np.column_stack([np.ones(20_000), random.normal(size=20_000), random.random(20_000) < 0.3])
    true = np.array([0.2, 0.7, -0.5])
    counts = random.poisson(np.exp(design @ true))
    found = fit_poisson(design, counts.astype(float), np.zeros(20_000), np.full(3, 1e-6))
    assert found == pytest.approx(true, abs=0.04)


def _fitted_to_many_sorts() -> str:
    """Return the coefficients of a fit of many variables, every bit of them."""
    random = np.random.default_rng(3)
    rows, columns = 12_000, 117
    design = np.zeros((rows, columns))
    design[np.arange(rows), random.integers(1, columns, rows)] = random.normal(size=rows)
    design[:, 0] = 1.0
    counts = random.poisson(np.exp(0.3 * design[:, 5] - 1.0)).astype(float)
    return fit_poisson(design, counts, np.zeros(rows), np.full(columns, 2.0)).tobytes().hex()


def test_a_fit_is_the_same_on_one_processor_as_on_many() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", f"import {__name__} as models; print(models._fitted_to_many_sorts())"]
    alone = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert alone.stdout.strip() == _fitted_to_many_sorts()


def test_the_penalty_draws_to_the_offset() -> None:
    design = np.ones((10, 1))
    found = fit_poisson(design, np.full(10, 5.0), np.zeros(10), np.array([1e9]))
    assert found == pytest.approx(0.0, abs=1e-5)


def test_a_column_without_failures_does_not_run_away() -> None:
    design = np.column_stack([np.ones(100), np.arange(100) < 50])
    counts = np.where(np.arange(100) < 50, 0.0, 2.0)
    found = fit_poisson(design, counts, np.zeros(100), np.array([1e-6, 1.0]))
    assert np.isfinite(found).all()
    assert -8 < found[1] < -3


@pytest.mark.parametrize("model", a_few_quick([GLM, GLM_EB], 1))
def test_regressions_reach_the_networks_level(past: SnapshotCache, model: str) -> None:
    origin = past.on(AS_OF)
    rate = past.rate(model, AS_OF)
    seen = origin.counted.own.sum() / origin.exposure.sum()
    mean = float((rate * origin.length_m).sum() / origin.length_m.sum())
    assert mean == pytest.approx(float(seen), rel=0.15)


def test_without_records_a_regression_is_the_surveys(past: SnapshotCache) -> None:
    origin = past.on(datetime.date(1980, 12, 31))
    assert origin.records == 0
    rate = past.rate(GLM, datetime.date(1980, 12, 31))
    assert rate == pytest.approx(origin.factors.expected)


def test_an_unknown_model_is_refused(past: SnapshotCache) -> None:
    with pytest.raises(InputError, match="forest"):
        past.choice("forest", AS_OF)


# Choice


def test_models_are_combined_where_enough_failures_are_known(past: SnapshotCache) -> None:
    found = choose_model(past.on(AS_OF).records, SETTINGS)
    assert (found.model, found.how) == (COMBINED, ENOUGH)
    assert past.choice("auto", AS_OF) == found


def test_too_few_records_keep_the_hierarchy() -> None:
    town = city(5, 40)
    few = SnapshotCache(
        town.pipes, town.failures, horizon_years=3, window_start=None, radius_m=25.0, settings=SETTINGS
    )
    assert 0 < few.on(AS_OF).records < SETTINGS.integer("health.combined_failures")
    found = few.choice("auto", AS_OF)
    assert (found.model, found.how) == (HIERARCHY, TOO_LITTLE)


def test_the_combined_rate_is_the_mean_of_logarithms(past: SnapshotCache) -> None:
    both = np.log(past.rate(HIERARCHY, AS_OF)) + np.log(past.rate(GLM_EB, AS_OF))
    assert np.log(past.rate(COMBINED, AS_OF)) == pytest.approx(both / 2)


def test_a_quiet_pipe_of_a_bad_street_is_worse_by_the_regression_too() -> None:
    rows = [{"street": "North"}] * 4 + [{"street": "South"}] * 40
    table = matched([(f"P{1 + number % 3}", f"{2003 + number % 10}-05-05") for number in range(60)])
    day = datetime.date(2012, 12, 31)
    known = SnapshotCache(
        pipes(rows), table, horizon_years=5, window_start=None, radius_m=25.0, settings=SETTINGS
    )
    rate = known.rate(GLM_EB, day)
    assert rate[3] > 1.5 * rate[10]


# Forecast


def table(count: int = 3, **columns: object) -> pd.DataFrame:
    base = {
        "pipe_id": [f"P{number}" for number in range(count)],
        "material": ["cast_iron"] * count,
        "length_m": [1000.0] * count,
        "install_year": [1960.0] * count,
    }
    return pd.DataFrame({**base, **columns})


def test_iron_that_does_not_age_keeps_its_rate() -> None:
    found = forecast_failures(
        RatedPipes(table(), np.full(3, 20.0), np.zeros(3), [10] * 8), first_year=2020, years=5
    )
    assert found.years["expected"].tolist() == pytest.approx([0.6] * 5)
    assert found.total.expected == pytest.approx(3.0)
    assert found.pipes["expected"].tolist() == pytest.approx([1.0] * 3)


def test_ductile_iron_grows_old() -> None:
    ductile = table(material=["ductile_iron"] * 3, install_year=[1980.0, 2015.0, np.nan])
    found = forecast_failures(
        RatedPipes(ductile, np.full(3, 20.0), np.zeros(3), [10] * 8), first_year=2020, years=10
    )
    old, young, unknown = found.pipes["expected"]
    # Growth is (age + t)^0.9 / age^0.9, age at least 10; unknown ages do not grow.
    assert young > old > unknown == pytest.approx(2.0)
    ages = np.arange(10) + 0.5
    assert old == pytest.approx(0.2 * (((39.5 + ages) / 39.5) ** 0.9).sum())


def test_renewed_pipes_have_the_rate_of_new_pipe() -> None:
    found = forecast_failures(
        RatedPipes(table(), np.full(3, 20.0), np.zeros(3), [10] * 8),
        first_year=2020,
        years=5,
        renewed_in=np.array([2021.0, np.nan, np.nan]),
        new_rate=2.0,
    )
    assert found.pipes["expected"].tolist() == pytest.approx([0.46, 1.0, 1.0])


def test_groups_add_up_and_are_wider_than_the_network() -> None:
    many = table(4000)
    groups = np.array(["north", "south", "south", None] * 1000, dtype=object)
    found = forecast_failures(
        RatedPipes(many, np.full(4000, 20.0), np.zeros(4000), [80] * 8),
        first_year=2020,
        years=5,
        groups=groups,
    )
    assert found.groups["expected"].sum() == pytest.approx(found.total.expected)
    assert found.groups["group"].tolist()[0] == "south"
    assert found.groups["group"].isna().sum() == 1
    width = (found.groups["upper"] - found.groups["lower"]) / found.groups["expected"]
    assert (width > (found.total.upper - found.total.lower) / found.total.expected).all()


def test_limits_of_five_years_stay_within_a_third() -> None:
    many = table(8000)
    failed = (np.arange(8000) < 475).astype(float)
    found = forecast_failures(
        RatedPipes(many, np.full(8000, 10.0), failed, [75, 90, 60, 95, 70, 85]), first_year=2020, years=5
    )
    assert found.total.lower > 0.65 * found.total.expected
    assert found.total.upper < 1.35 * found.total.expected


@pytest.mark.parametrize(("failures", "lower", "upper"), [(0, 0.15, 2.2), (1, 0.25, 1.9), (400, 0.7, 1.35)])
def test_few_records_leave_the_level_unsure(failures: int, lower: float, upper: float) -> None:
    """From nothing comes no sure number: a level that only surveys tell may be half or double."""
    many = table(8000)
    failed = (np.arange(8000) < failures).astype(float)
    found = forecast_failures(RatedPipes(many, np.full(8000, 10.0), failed, []), first_year=2020, years=5)
    share = found.total.lower / found.total.expected, found.total.upper / found.total.expected
    if failures < 10:
        assert share[0] < lower and share[1] > upper
    else:
        assert share[0] > lower and share[1] < upper


def test_pipes_without_a_rate_stay_unknown() -> None:
    found = forecast_failures(
        RatedPipes(table(), np.array([10.0, np.nan, 10.0]), np.zeros(3), []), first_year=2020, years=2
    )
    assert found.pipes["expected"].isna().tolist() == [False, True, False]
    assert found.pipes["probability"].isna().tolist() == [False, True, False]


def test_a_probability_is_one_of_a_gamma_poisson() -> None:
    found = forecast_failures(
        RatedPipes(table(1), np.array([100.0]), np.array([4.0]), []), first_year=2020, years=1
    )
    # Four failures and the surveys' worth of one are all that tells the level.
    assert found.level**2 == pytest.approx(1 / 5)
    variance = 1 / 5 + found.year_effect**2 + found.trend**2 + found.level**2
    assert found.pipes["probability"].iloc[0] == pytest.approx(1 - (1 + 1.0 * variance) ** (-1 / variance))


def test_year_effect_leans_on_the_published_one() -> None:
    assert year_effect([], SETTINGS) == pytest.approx(0.22)
    assert year_effect([100] * 30, SETTINGS) < 0.10
    calm, wild = year_effect([100] * 6, SETTINGS), year_effect([40, 160] * 3, SETTINGS)
    assert calm < 0.22 < wild


def test_limits_cover_four_of_five() -> None:
    random = np.random.default_rng(0)
    rate = 50.0 * random.gamma(1 / 0.04, 0.04, 20_000)
    lower, upper = limits(np.array([50.0]), np.array([0.04]))
    drawn = random.poisson(rate)
    assert ((drawn >= lower[0]) & (drawn <= upper[0])).mean() == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("years", [0, 101])
def test_senseless_horizons_are_refused(years: int) -> None:
    with pytest.raises(InputError):
        forecast_failures(RatedPipes(table(), np.zeros(3), np.zeros(3), []), first_year=2020, years=years)


# Survival


def test_herz_goes_through_its_ages() -> None:
    curve = herz_of_ages(40, 80, 120)
    assert curve.survival(np.array([10, 40, 80, 120])) == pytest.approx([1, 1, 0.5, 0.1])


@pytest.mark.parametrize("ages", [(40, 80, 80), (50, 40, 90), (-1, 40, 80), (40, 50, 110)])
def test_impossible_ages_are_refused(ages: tuple[int, int, int]) -> None:
    with pytest.raises(InputError):
        herz_of_ages(*ages)


def test_every_material_has_a_life() -> None:
    from waternet_plugin.core.schema.domains import domain

    for material in domain("material"):
        assert life_of(material, SETTINGS).survival(np.array([1000.0]))[0] < 0.01


def test_value_index_of_new_and_spent_networks() -> None:
    curve = herz_of_ages(40, 80, 120)
    one = np.zeros(1, int)
    assert value_index(np.ones(1), np.zeros(1), [curve], one) == 1.0
    assert value_index(np.ones(1), np.array([200.0]), [curve], one) == 0.0
    half = value_index(np.ones(2), np.array([0.0, 200.0]), [curve], np.zeros(2, int))
    assert half == pytest.approx(0.5)
    assert np.isnan(value_index(np.ones(1), np.array([np.nan]), [curve], one))
