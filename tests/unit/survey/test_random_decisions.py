"""Random files in random networks: nothing is decided wrongly, and what evidence decides is not asked."""

from __future__ import annotations

import os

import pytest
from support.survey_cases import run_cases

CASES = int(os.environ.get("WATERNET_DECISIONS", "100"))


@pytest.mark.slow
def test_no_axes_and_no_zone_are_decided_wrongly_and_hardly_any_asked_without_need() -> None:
    count, faults = run_cases(CASES, seed=20261122)
    print(count)
    assert not faults, "\n".join(faults[:20])
    assert count.decidable > CASES
    assert count.left_open <= 0.01 * count.decidable
