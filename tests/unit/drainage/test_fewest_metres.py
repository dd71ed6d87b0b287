"""The fewest metres of drains that are enough, against all choices."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from waternet_plugin.core.drainage.compounds.duties.fewest_metres import fewest


def _least(lengths: list[int], needed: int) -> int:
    """Return the least sum of any choice that is enough, that of all where none is."""
    sums = (
        sum(choice) for count in range(len(lengths) + 1) for choice in itertools.combinations(lengths, count)
    )
    return min((each for each in sums if each >= needed), default=sum(lengths))


@pytest.mark.parametrize("unit", [1, 10, 1000])
def test_no_other_choice_is_shorter(unit: int) -> None:
    random = np.random.default_rng(unit)
    for _town in range(60):
        lengths = random.integers(0, 500, random.integers(1, 11)) * random.choice([1, unit])
        needed = int(random.integers(0, lengths.sum() + 10))
        taken = fewest(lengths, needed)
        assert lengths[taken].sum() == _least(lengths.tolist(), needed)
        assert not taken[lengths == 0].any()


def test_of_equally_short_choices_the_most_wanted_drains_are_taken() -> None:
    assert fewest(np.array([30, 30, 30, 30]), 60).tolist() == [True, True, False, False]
    assert fewest(np.array([10, 20, 30, 40]), 50).tolist() == [True, False, False, True]


def test_many_drains_are_met_to_the_millimetre() -> None:
    lengths = np.random.default_rng(3).integers(5_000, 80_000, 5_000)
    needed = int(lengths.sum() * 0.03)
    assert lengths[fewest(lengths, needed)].sum() == needed


def test_hardly_longer_choices_are_taken_for_the_sake_of_the_most_wanted_drains() -> None:
    assert fewest(np.array([52, 50, 40]), 50, 2).tolist() == [True, False, False]
    assert fewest(np.array([53, 50, 40]), 50, 2).tolist() == [False, True, False]
    random = np.random.default_rng(9)
    for _town in range(60):
        lengths = random.integers(0, 500, random.integers(1, 11))
        needed, spare = int(random.integers(0, lengths.sum() + 10)), int(random.integers(0, 30))
        taken = fewest(lengths, needed, spare)
        least = _least(lengths.tolist(), needed)
        assert least <= lengths[taken].sum() <= least + spare


def test_nothing_is_taken_where_nothing_is_needed() -> None:
    assert not fewest(np.array([5, 6]), 0).any()
    assert fewest(np.array([], dtype=np.int64), 5).tolist() == []
