"""Changes of a span of nights are those of each night by itself, with the levels that zones have by then."""

import numpy as np
import pytest

from waternet_plugin.core.leakage.detection.leak_alarms import AlarmOptions
from waternet_plugin.core.leakage.detection.night_changes import NightChanges
from waternet_plugin.core.leakage.detection.night_levels import NightLevels


def levels_with_gaps(seed: int) -> NightLevels:
    """Return nights of five zones, some of them unknown, with a rise in each."""
    dice = np.random.default_rng(seed)
    nights = 20.0 + dice.standard_normal((5, 90)) + 4.0 * (np.arange(90) > 60)
    nights[dice.random(nights.shape) < 0.1] = np.nan
    return NightLevels(nights, nights * 1.5, AlarmOptions())


@pytest.mark.parametrize("first", [20, 21, 63])
def test_a_span_shows_what_each_night_shows_by_itself(first: int) -> None:
    levels, level_from = levels_with_gaps(first), np.array([0, 3, 19, 40, 62])
    span = NightChanges(levels, np.arange(first, first + 14), level_from)
    for night in range(first, first + 14):
        alone = NightChanges(levels, np.array([night]), level_from)
        for of_span, of_night in zip(span.at(night), alone.at(night)):
            if isinstance(of_night, np.ndarray):
                np.testing.assert_array_equal(of_span, of_night)
            else:
                np.testing.assert_array_equal(of_span.nights, of_night.nights)
                np.testing.assert_array_equal(of_span.of_days, of_night.of_days)


def test_zones_whose_level_changed_are_reckoned_anew_from_the_next_night_on() -> None:
    levels, before = levels_with_gaps(7), np.zeros(5, dtype=np.int64)
    span = NightChanges(levels, np.arange(63, 77), before)
    unchanged = span.at(66)[1].copy()
    after = before.copy()
    after[[1, 4]] = 63
    span.follow(66, after)
    np.testing.assert_array_equal(span.at(66)[1], unchanged)
    anew = NightChanges(levels, np.arange(63, 77), after)
    old = NightChanges(levels, np.arange(63, 77), before)
    for night in range(67, 77):
        for followed, expected in zip(span.at(night)[1:], anew.at(night)[1:]):
            np.testing.assert_array_equal(followed, expected)
    assert np.array_equal(old.at(70)[1][[0, 2, 3]], span.at(70)[1][[0, 2, 3]], equal_nan=True)
    assert not np.array_equal(old.at(70)[1], span.at(70)[1], equal_nan=True)


def test_the_last_night_of_a_span_has_no_next_one() -> None:
    levels, before = levels_with_gaps(8), np.zeros(5, dtype=np.int64)
    span = NightChanges(levels, np.arange(30, 44), before)
    kept = span.at(43)[1].copy()
    span.follow(43, before + 40)
    np.testing.assert_array_equal(span.at(43)[1], kept)
