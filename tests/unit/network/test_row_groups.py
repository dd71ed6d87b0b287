"""Whole numbers are sorted as NumPy sorts them, equal ones in their order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from waternet_plugin.core.network.model.row_groups import order_of

DICE = np.random.default_rng(4)


@pytest.mark.parametrize(
    "numbers",
    [
        np.empty(0, dtype=np.int64),
        np.zeros(5, dtype=np.int64),
        DICE.integers(0, 40, 500),
        DICE.integers(0, 2**40, 500) // 3 * 3,
        np.repeat(DICE.integers(0, 2**64, 300, dtype=np.uint64), 2)[DICE.permutation(600)],
        np.array([2**63 - 1, 0, 65_535, 65_536, 65_535, 2**63 - 1]),
    ],
)
def test_whole_numbers_are_sorted(numbers: Any) -> None:
    assert order_of(numbers).tolist() == np.argsort(numbers, kind="stable").tolist()
