"""The years ahead in the report of an assessment."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pytest
from support.simulated_city import city

from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions
from waternet_plugin.core.health.risk.assessment import assess
from waternet_plugin.core.health.risk.forecast import forecast_of
from waternet_plugin.core.reports.health.health import health_report
from waternet_plugin.core.schema.settings import Settings

AS_OF = datetime.date(2010, 12, 31)


@pytest.fixture(scope="module")
def figures():
    town = city(2, 800)
    pipes = town.pipes.assign(dma_id=np.where(np.arange(800) % 4 == 0, "north", "south").astype(object))
    pipes.loc[:9, "dma_id"] = None
    assessment = assess(pipes, town.failures, as_of=AS_OF)
    ahead = forecast_of(assessment, pipes, settings=Settings())
    report = health_report(assessment.summary, network="town", forecast=ahead)
    return assessment, ahead, report.to_html(), json.loads(report.to_json())


def test_years_and_total_are_in_the_figures(figures) -> None:
    assessment, ahead, page, numbers = figures
    years = numbers["forecast"]["years"]
    assert [year["year"] for year in years] == [2011, 2012, 2013, 2014, 2015]
    assert sum(year["expected"] for year in years) == pytest.approx(ahead.total.expected, rel=1e-6)
    assert ahead.total.expected == pytest.approx(assessment.summary.expected_failures, rel=0.15)
    assert "<svg" in page and "Expected failures" in page


def test_districts_add_up(figures) -> None:
    _, ahead, page, numbers = figures
    districts = numbers["forecast"]["districts"]
    assert [one["group"] for one in districts] == ["south", "north", None]
    assert sum(one["expected"] for one in districts) == pytest.approx(ahead.total.expected)
    assert "by district" in page


def test_the_model_and_how_it_was_chosen_are_shown(figures) -> None:
    assessment, _, page, numbers = figures
    assert numbers["model"] == assessment.summary.model == "combined"
    assert numbers["model_how"] == "enough"
    assert "Which model rates the pipes" in page
    assert "Enough failures are on record" in page and "up to the end of 2006" in page


@pytest.mark.slow
def test_a_given_model_rates_the_pipes() -> None:
    town = city(3, 1500)
    plain = assess(town.pipes, town.failures, as_of=AS_OF).pipes
    other = assess(town.pipes, town.failures, as_of=AS_OF, options=RatingOptions(model="glm"))
    assert other.summary.model == "glm" and other.summary.model_how == "given"
    one, two = plain["rate_per_100km_y"].to_numpy(), other.pipes["rate_per_100km_y"].to_numpy()
    assert np.corrcoef(np.log(one), np.log(two))[0, 1] > 0.7
    assert not np.allclose(one, two)


def test_cohorts_add_up_to_the_rated_pipes(figures) -> None:
    _, ahead, page, numbers = figures
    cohorts = numbers["forecast"]["cohorts"]
    assert sum(one["expected"] for one in cohorts) == pytest.approx(ahead.total.expected, rel=1e-6)
    assert cohorts[0]["expected"] == max(one["expected"] for one in cohorts)
    assert all(one["lower"] <= one["expected"] <= one["upper"] for one in cohorts)
    assert cohorts[0]["group"] in page
