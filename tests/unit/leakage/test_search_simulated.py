"""A year of searches in towns with leaks by the rates: found earlier than by age and by length."""

from __future__ import annotations

import pytest
from support.simulated_searches import days_earlier


@pytest.mark.slow
@pytest.mark.parametrize("other", ["age", "length_m"])
def test_leaks_are_found_earlier_than_by_another_order(other: str) -> None:
    mean, error = days_earlier(other, draws=60)
    # The whole interval of 95 % lies above nothing.
    assert mean - 1.96 * error > 0
