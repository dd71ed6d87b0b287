"""Capture: what share of later failures the top of a ranking holds."""

from __future__ import annotations

import numpy as np
import pytest
from support.capture_frames import capture, capture_shuffled


def test_linear_within_the_pipe_at_the_edge() -> None:
    # 100 m with 4 failures, then 300 m with 2: 25 % of the length ends with the first pipe.
    result = capture([100, 300], [9, 1], [4, 2], (0.125, 0.25, 0.625, 1.0))
    assert result.matched == pytest.approx((2 / 6, 4 / 6, 5 / 6, 1.0))


def test_ties_are_averaged() -> None:
    result = capture([100, 100], [5, 5], [4, 0], (0.5,))
    assert result.matched == (0.5,)


def test_both_denominators() -> None:
    result = capture([100, 100], [9, 1], [3, 1], (0.5,), all_failures=8)
    assert (result.matched, result.everything) == ((0.75,), (0.375,))
    assert (result.test_failures, result.all_failures) == (4, 8)


def test_pieces_under_a_metre_are_left_out() -> None:
    result = capture([0.99, 1.0, 1.0], [9, 5, 1], [7, 1, 1], (0.5,))
    assert result.matched == (0.5,)
    assert result.test_failures == 2


def test_unknown_rates_come_last() -> None:
    result = capture([100, 100], [np.nan, 0.0], [3, 1], (0.5,))
    assert result.matched == (0.25,)


def test_no_failures_is_no_figure() -> None:
    assert np.isnan(capture([100], [1], [0], (0.05,)).matched[0])
    assert np.isnan(capture([], [], [], (0.05,)).matched[0])


def test_shuffles_agree_with_the_average_and_repeat() -> None:
    random = np.random.default_rng(1)
    length, year = random.uniform(1, 200, 2000), random.integers(0, 20, 2000)
    count = random.poisson(length / 100)
    exact = capture(length, year, count, (0.05, 0.1, 0.2))
    sampled = capture_shuffled(length, year, count, (0.05, 0.1, 0.2), seed=7)
    assert sampled.matched == pytest.approx(exact.matched, abs=0.005)
    assert sampled == capture_shuffled(length, year, count, (0.05, 0.1, 0.2), seed=7)


def test_order_of_rows_never_matters() -> None:
    random = np.random.default_rng(2)
    length, rate = random.integers(1, 200, 500).astype(float), random.integers(0, 9, 500).astype(float)
    count = random.poisson(1, 500)
    order = random.permutation(500)
    assert capture(length, rate, count).matched == capture(length[order], rate[order], count[order]).matched
