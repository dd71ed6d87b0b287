"""What a rate is made of: parts that add up to it, by every model and whatever the order of rows."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from support.health_frames import matched, pipes, usual_parts
from support.simulated_city import City, city
from support.slow_cases import a_few_quick

from waternet_plugin.core.health.evaluation.rankings import MODELS
from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
from waternet_plugin.core.health.rates.reasons.rate_parts import PARTS, Rated, mean_of
from waternet_plugin.core.schema.settings import Settings

AS_OF = datetime.date(2010, 12, 31)


def past_of(table, failures, settings: Settings | None = None) -> SnapshotCache:
    return SnapshotCache(
        table,
        failures,
        horizon_years=5,
        window_start=None,
        radius_m=25.0,
        settings=settings or Settings(),
    )


@pytest.fixture(scope="module")
def town() -> City:
    """A city with soils, pressures, streets, unknown diameters, and iron of before 1946."""
    made = city(7, 2000)
    number = np.arange(2000)
    table = made.pipes.assign(
        soil=np.array(["low", "high", None], dtype=object)[number % 3],
        pressure_mpa=np.where(number % 4 == 0, np.nan, 0.2 + 0.1 * (number % 5)),
        street=np.array([f"street {one // 20}" for one in number], dtype=object),
        diameter_mm=np.array([100.0, 200.0, np.nan, 400.0])[number % 4],
    )
    return City(table, made.failures, made.rate, made.cohort_rate)


@pytest.mark.parametrize("model", a_few_quick(MODELS, 1))
def test_parts_add_up_to_the_rate_over_the_networks_mean(town: City, model: str) -> None:
    past = past_of(town.pipes, town.failures)
    origin = past.on(AS_OF)
    found = past.rated(model, AS_OF)
    mean = float((found.rate * origin.length_m).sum() / origin.length_m.sum())
    known = (origin.frame["diameter_mm"] > 0).to_numpy()
    parts = found.against(mean, usual_parts(found, origin.length_m), known=known)
    assert set(parts) == set(PARTS)
    assert np.sum(list(parts.values()), axis=0) == pytest.approx(np.log(found.rate / mean), abs=1e-9)
    assert found.rate == pytest.approx(past.rate(model, AS_OF))
    # An unknown diameter says nothing, and what is usual is nothing out of the ordinary.
    assert (parts["diameter"][~known] == 0).all()
    assert parts["diameter"][known].min() < 0 < parts["diameter"][known].max()


def test_a_mean_has_the_mean_of_each_part() -> None:
    one = Rated.of({"cohort": np.log([2.0, 4.0]), "record": np.log([3.0, 1.0])})
    two = Rated.of({"cohort": np.log([8.0, 4.0])})
    both = mean_of([one, two])
    assert both.rate == pytest.approx([np.sqrt(6 * 8), 4.0])
    assert both.parts["record"] == pytest.approx([np.log(3.0) / 2, 0.0])


@pytest.mark.parametrize("model", a_few_quick(MODELS, 1))
def test_rates_do_not_depend_on_the_order_of_rows(town: City, model: str) -> None:
    order = np.random.default_rng(1).permutation(len(town.pipes))
    shuffled = past_of(
        town.pipes.iloc[order].reset_index(drop=True),
        town.failures.iloc[::-1].reset_index(drop=True),
    )
    one, two = past_of(town.pipes, town.failures).rate(model, AS_OF)[order], shuffled.rate(model, AS_OF)
    assert two == pytest.approx(one, rel=1e-9)


@pytest.mark.parametrize("model", a_few_quick(MODELS, 1))
def test_a_factor_of_nothing_stays_a_number(model: str) -> None:
    none = Settings({"health.survey_rate.pvc": "0"})
    rows = [{} for _ in range(20)] + [{"material": "pvc"}]
    known = matched([(f"P{1 + number % 5}", f"{2003 + number % 8}-05-05") for number in range(40)])
    rate = past_of(pipes(rows), known, none).rate(model, AS_OF)
    assert np.isfinite(rate).all() and rate[-1] < 1e-6
