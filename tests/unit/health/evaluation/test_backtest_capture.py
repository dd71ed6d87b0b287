"""Bootstrap and cut-offs of a backtest, with numbers."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from support.capture_frames import capture

from waternet_plugin.core.health.evaluation.bootstrap import band, resampled_captures
from waternet_plugin.core.health.evaluation.capture import ranked
from waternet_plugin.core.health.evaluation.cutoffs import end_of_records, rolling_cutoffs, years_on
from waternet_plugin.core.schema.settings import Settings

SHARES = (0.05, 0.1, 0.2)


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def drawn_as_written(length, score, failures, seed, samples):
    """The bootstrap as its definition says, by the capture function itself."""
    random = np.random.default_rng(seed)
    result = []
    for _ in range(samples):
        rows = random.integers(0, len(length), len(length), dtype=np.int32)
        result.append(capture(length[rows], score[rows], failures[rows], SHARES).matched)
    return np.array(result)


@pytest.mark.parametrize("levels", [5, 400, 100_000])
def test_samples_are_captures_of_drawn_pipes(levels: int) -> None:
    random = np.random.default_rng(1)
    length = random.gamma(1.0, 50.0, 800) + 1
    score = np.floor(random.random(800) * levels)
    failures = random.poisson(0.3, 800).astype(float)
    found = resampled_captures(length, [ranked(score)], failures, SHARES, bootstraps=20, seed=7)
    assert found[:, 0] == pytest.approx(drawn_as_written(length, score, failures, 7, 20), rel=1e-5)


def test_the_head_of_a_ranking_is_not_too_short() -> None:
    # One pipe is most of the length: samples without it need far more of the ranking.
    length = np.concatenate(([100_000.0], np.full(50, 10.0)))
    score = np.arange(51.0)[::-1]
    failures = np.ones(51)
    found = resampled_captures(length, [ranked(score)], failures, SHARES, bootstraps=50, seed=3)
    assert found[:, 0] == pytest.approx(drawn_as_written(length, score, failures, 3, 50), rel=1e-4)


def test_rankings_see_the_same_samples() -> None:
    random = np.random.default_rng(2)
    length, failures = np.full(300, 10.0), random.poisson(0.5, 300).astype(float)
    score = random.random(300)
    found = resampled_captures(
        length, [ranked(score), ranked(score * 2 + 1)], failures, SHARES, bootstraps=30, seed=0
    )
    assert (found[:, 0] == found[:, 1]).all()


def test_a_random_order_catches_its_share_with_a_band() -> None:
    failures = np.ones(400)
    found = resampled_captures(np.full(400, 5.0), [None], failures, SHARES, bootstraps=400, seed=0)
    assert found[:, 0].mean(axis=0) == pytest.approx(SHARES, abs=0.005)
    lower, upper = band(found[:, 0], 0.95)
    assert lower[1] < 0.08 < 0.12 < upper[1]


def test_like_scores_are_one_group_and_unknown_ones_last() -> None:
    order = ranked(np.array([1.0, np.nan, 3.0, 1.0]))
    assert order.order.tolist() == [2, 0, 3, 1]
    assert order.starts.tolist() == [0, 1, 3]


def test_no_samples_have_no_band() -> None:
    lower, upper = band(np.zeros((0, 2)), 0.95)
    assert np.isnan(lower).all() and np.isnan(upper).all()


def test_years_keep_the_end_of_a_month() -> None:
    assert years_on(datetime.date(2012, 2, 29), -1) == datetime.date(2011, 2, 28)
    assert years_on(datetime.date(2011, 2, 28), 1) == datetime.date(2012, 2, 29)
    assert years_on(datetime.date(2015, 12, 31), -3) == datetime.date(2012, 12, 31)


def test_records_end_with_the_month_of_the_last_failure() -> None:
    assert end_of_records(days("2015-12-17", "NaT", "2001-01-01")) == datetime.date(2015, 12, 31)
    assert end_of_records(days("NaT")) is None


def test_rolling_cutoffs_leave_the_test_years() -> None:
    many = days(*[f"{1997 + number % 19}-12-0{1 + number % 9}" for number in range(400)])
    found = rolling_cutoffs(
        many, test_years=3, today=datetime.date(2030, 1, 1), window_start=None, settings=Settings()
    )
    assert found == [datetime.date(year, 12, 31) for year in range(2007, 2013)]


def test_short_records_still_have_three_cutoffs() -> None:
    few = days("2014-06-01", "2015-06-01", "2015-12-01")
    found = rolling_cutoffs(
        few, test_years=3, today=datetime.date(2030, 1, 1), window_start=None, settings=Settings()
    )
    assert found == [datetime.date(year, 12, 31) for year in (2010, 2011, 2012)]


def test_without_records_the_cutoffs_lie_before_today() -> None:
    found = rolling_cutoffs(
        days(), test_years=3, today=datetime.date(2020, 12, 31), window_start=None, settings=Settings()
    )
    assert found == [datetime.date(year, 12, 31) for year in (2015, 2016, 2017)]
