"""The regression, the choice of a model, forecasts and survival curves, with numbers."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from simulated_city import city

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.choice import NO_WINNER, TOO_LITTLE, WON, Race, choose_model
from waternet_plugin.core.health.forecast import forecast_failures, limits, year_effect
from waternet_plugin.core.health.glm import fit_poisson
from waternet_plugin.core.health.past import Past
from waternet_plugin.core.health.rankings import GLM, GLM_EB, HIERARCHY
from waternet_plugin.core.health.survival import (
    Herz,
    Weibull,
    fit_weibull,
    herz_of_ages,
    life_of,
    replacement_need,
    value_index,
)
from waternet_plugin.core.schema.settings import Settings

SETTINGS = Settings()
AS_OF = datetime.date(2010, 12, 31)


@pytest.fixture(scope="module")
def past() -> Past:
    town = city(4, 4000)
    return Past(town.pipes, town.failures, test_years=3, window_start=None, radius_m=25.0, settings=SETTINGS)


# Regression


def test_poisson_regression_finds_known_coefficients() -> None:
    random = np.random.default_rng(0)
    design = np.column_stack([np.ones(20_000), random.normal(size=20_000), random.random(20_000) < 0.3])
    true = np.array([0.2, 0.7, -0.5])
    counts = random.poisson(np.exp(design @ true))
    found = fit_poisson(design, counts.astype(float), np.zeros(20_000), np.full(3, 1e-6))
    assert found == pytest.approx(true, abs=0.04)


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


@pytest.mark.parametrize("model", [GLM, GLM_EB])
def test_regressions_reach_the_networks_level(past: Past, model: str) -> None:
    origin = past.on(AS_OF)
    rate = past.rate(model, AS_OF)
    seen = origin.counted.own.sum() / origin.exposure.sum()
    mean = float((rate * origin.length_m).sum() / origin.length_m.sum())
    assert mean == pytest.approx(float(seen), rel=0.15)


def test_without_records_a_regression_is_the_surveys(past: Past) -> None:
    origin = past.on(datetime.date(1980, 12, 31))
    assert origin.records == 0
    rate = past.rate(GLM, datetime.date(1980, 12, 31))
    assert (rate == origin.factors.expected).all()


def test_an_unknown_model_is_refused(past: Past) -> None:
    with pytest.raises(InputError, match="forest"):
        past.choice("forest", AS_OF)


# Choice


def race(gain: float, lower: float) -> Race:
    caught = np.array([[0.2, 0.3, 0.4], [0.1, 0.2, 0.3], [0.2, 0.3, 0.4]])
    zero = np.zeros(3)
    gains = np.array([0.0, -0.1, gain])
    return Race(caught, gains, np.array([0.0, -0.2, lower]), zero + 0.2)


def test_a_model_that_wins_beyond_chance_is_taken(past: Past) -> None:
    found = choose_model(past.on(AS_OF), lambda _day: race(0.05, 0.01), test_years=3, settings=SETTINGS)
    assert (found.model, found.how) == (GLM_EB, WON)
    assert max(found.origins) == datetime.date(2007, 12, 31)


def test_a_lead_within_chance_is_no_win(past: Past) -> None:
    found = choose_model(past.on(AS_OF), lambda _day: race(0.05, -0.01), test_years=3, settings=SETTINGS)
    assert (found.model, found.how) == (HIERARCHY, NO_WINNER)


def test_too_few_records_keep_the_simplest() -> None:
    town = city(5, 300)
    few = Past(town.pipes, town.failures, test_years=3, window_start=None, radius_m=25.0, settings=SETTINGS)
    found = choose_model(few.on(AS_OF), few.race, test_years=3, settings=SETTINGS)
    assert (found.model, found.how) == (HIERARCHY, TOO_LITTLE)


def test_origins_end_before_the_day(past: Past) -> None:
    asked: list[datetime.date] = []

    def note(day: datetime.date) -> None:
        asked.append(day)

    choose_model(past.on(AS_OF), note, test_years=3, settings=SETTINGS)
    assert asked == [datetime.date(year, 12, 31) for year in (2005, 2006, 2007)]


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
        table(), np.full(3, 20.0), np.zeros(3), first_year=2020, years=5, yearly=[10] * 8
    )
    assert found.years["expected"].tolist() == pytest.approx([0.6] * 5)
    assert found.total.expected == pytest.approx(3.0)
    assert found.pipes["expected"].tolist() == pytest.approx([1.0] * 3)


def test_ductile_iron_grows_old() -> None:
    ductile = table(material=["ductile_iron"] * 3, install_year=[1980.0, 2015.0, np.nan])
    found = forecast_failures(
        ductile, np.full(3, 20.0), np.zeros(3), first_year=2020, years=10, yearly=[10] * 8
    )
    old, young, unknown = found.pipes["expected"]
    # Growth is (age + t)^0.9 / age^0.9, age at least 10; unknown ages do not grow.
    assert young > old > unknown == pytest.approx(2.0)
    ages = np.arange(10) + 0.5
    assert old == pytest.approx(0.2 * (((39.5 + ages) / 39.5) ** 0.9).sum())


def test_renewed_pipes_have_the_rate_of_new_pipe() -> None:
    found = forecast_failures(
        table(),
        np.full(3, 20.0),
        np.zeros(3),
        first_year=2020,
        years=5,
        yearly=[10] * 8,
        renewed_in=np.array([2021.0, np.nan, np.nan]),
        new_rate=2.0,
    )
    assert found.pipes["expected"].tolist() == pytest.approx([0.46, 1.0, 1.0])


def test_groups_add_up_and_are_wider_than_the_network() -> None:
    many = table(4000)
    groups = np.array(["north", "south", "south", None] * 1000, dtype=object)
    found = forecast_failures(
        many, np.full(4000, 20.0), np.zeros(4000), first_year=2020, years=5, yearly=[80] * 8, groups=groups
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
        many, np.full(8000, 10.0), failed, first_year=2020, years=5, yearly=[75, 90, 60, 95, 70, 85]
    )
    assert found.total.lower > 0.65 * found.total.expected
    assert found.total.upper < 1.35 * found.total.expected


@pytest.mark.parametrize(("failures", "lower", "upper"), [(0, 0.15, 2.2), (1, 0.25, 1.9), (400, 0.7, 1.35)])
def test_few_records_leave_the_level_unsure(failures: int, lower: float, upper: float) -> None:
    """From nothing comes no sure number: a level that only surveys tell may be half or double."""
    many = table(8000)
    failed = (np.arange(8000) < failures).astype(float)
    found = forecast_failures(many, np.full(8000, 10.0), failed, first_year=2020, years=5, yearly=[])
    share = found.total.lower / found.total.expected, found.total.upper / found.total.expected
    if failures < 10:
        assert share[0] < lower and share[1] > upper
    else:
        assert share[0] > lower and share[1] < upper


def test_pipes_without_a_rate_stay_unknown() -> None:
    found = forecast_failures(
        table(), np.array([10.0, np.nan, 10.0]), np.zeros(3), first_year=2020, years=2, yearly=[]
    )
    assert found.pipes["expected"].isna().tolist() == [False, True, False]
    assert found.pipes["probability"].isna().tolist() == [False, True, False]


def test_a_probability_is_one_of_a_gamma_poisson() -> None:
    found = forecast_failures(
        table(1), np.array([100.0]), np.array([4.0]), first_year=2020, years=1, yearly=[]
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
        forecast_failures(table(), np.zeros(3), np.zeros(3), first_year=2020, years=years, yearly=[])


# Survival


def test_herz_goes_through_its_ages() -> None:
    curve = herz_of_ages(40, 80, 120)
    assert curve.survival(np.array([10, 40, 80, 120])) == pytest.approx([1, 1, 0.5, 0.1])


def test_herz_hazard_is_the_slope_of_its_survival() -> None:
    curve = Herz(10.0, 0.05, 30.0)
    ages = np.array([35.0, 60.0, 110.0])
    step = 1e-4
    slope = (curve.survival(ages - step) - curve.survival(ages + step)) / (2 * step) / curve.survival(ages)
    assert curve.hazard(ages) == pytest.approx(slope, rel=1e-5)
    assert curve.hazard(np.array([10.0])) == pytest.approx([0.0])


@pytest.mark.parametrize("ages", [(40, 80, 80), (50, 40, 90), (-1, 40, 80), (40, 50, 110)])
def test_impossible_ages_are_refused(ages: tuple[int, int, int]) -> None:
    with pytest.raises(InputError):
        herz_of_ages(*ages)


def test_every_material_has_a_life() -> None:
    from waternet_plugin.core.schema.domains import domain

    for material in domain("material"):
        assert life_of(material, SETTINGS).survival(np.array([1000.0]))[0] < 0.01


def test_weibull_is_recovered_from_truncated_ages() -> None:
    random = np.random.default_rng(3)
    dies = random.weibull(2.2, 30_000) * 75
    entry = random.uniform(0, 70, 30_000)
    there = dies > entry
    leave = np.minimum(dies, entry + 15)
    found = fit_weibull(entry[there], leave[there], (dies < entry + 15)[there])
    assert found is not None
    assert (found.shape, found.scale) == (pytest.approx(2.2, rel=0.05), pytest.approx(75, rel=0.04))


def test_weibull_needs_two_failures() -> None:
    assert fit_weibull(np.zeros(5), np.full(5, 10.0), np.array([True, False, False, False, False])) is None


def test_need_is_what_the_curve_loses() -> None:
    curve = Weibull(3.0, 60.0)
    need = replacement_need(
        np.array([10.0]), np.array([30.0]), [curve], np.zeros(1, int), Weibull(50.0, 1000.0), 40
    )
    left = curve.survival(np.array([30.0, 31.0, 70.0]))
    assert need[0] == pytest.approx(10 * (left[0] - left[1]) / left[0])
    assert need.sum() == pytest.approx(10 * (left[0] - left[2]) / left[0])


def test_what_replaces_grows_old_too() -> None:
    short = Weibull(20.0, 10.0)
    need = replacement_need(np.array([1.0]), np.array([9.0]), [short], np.zeros(1, int), short, 100)
    assert need.sum() == pytest.approx(100 / 10, abs=1.0)


def test_pipes_beyond_every_curve_are_due_at_once() -> None:
    curve = herz_of_ages(10, 20, 30)
    need = replacement_need(np.array([5.0]), np.array([900.0]), [curve], np.zeros(1, int), curve, 3)
    assert need[0] == pytest.approx(5.0)


def test_need_does_not_depend_on_how_pipes_are_cut() -> None:
    curve = herz_of_ages(40, 80, 120)
    whole = replacement_need(np.array([9.0]), np.array([50.0]), [curve], np.zeros(1, int), curve, 60)
    parts = replacement_need(
        np.array([4.0, 5.0]), np.array([50.0, 50.0]), [curve], np.zeros(2, int), curve, 60
    )
    assert whole == pytest.approx(parts)


def test_value_index_of_new_and_spent_networks() -> None:
    curve = herz_of_ages(40, 80, 120)
    one = np.zeros(1, int)
    assert value_index(np.ones(1), np.zeros(1), [curve], one) == 1.0
    assert value_index(np.ones(1), np.array([200.0]), [curve], one) == 0.0
    half = value_index(np.ones(2), np.array([0.0, 200.0]), [curve], np.zeros(2, int))
    assert half == pytest.approx(0.5)
    assert np.isnan(value_index(np.ones(1), np.array([np.nan]), [curve], one))
