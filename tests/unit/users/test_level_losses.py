"""What is lost between a total meter and those right below it."""

from __future__ import annotations

import numpy as np
import pytest

from waternet_plugin.core.users.customer_volumes import Consumption
from waternet_plugin.core.users.level_losses import level_losses, parent_rows

IDS = np.array(["T", "S", "a", "b", "c"], dtype=object)
PARENTS = np.array([None, "T", "T", "S", "gone"], dtype=object)


def taken(m3: list[float], coverage: list[float] | None = None) -> Consumption:
    shares = np.ones(len(m3)) if coverage is None else np.array(coverage)
    return Consumption(np.array(m3), shares, np.zeros(len(m3), dtype=bool))


def test_only_meters_right_below_count() -> None:
    parent = parent_rows(IDS, PARENTS)
    assert parent.tolist() == [-1, 0, 0, 1, -1]
    found = level_losses(parent, taken([100.0, 40.0, 50.0, 44.0, 9.0]), enough=0.98)
    assert found["below"].tolist() == [2, 1, 0, 0, 0]
    assert found["loss_m3"].tolist()[:2] == [10.0, -4.0]
    assert found["loss_rate"].tolist()[:2] == pytest.approx([0.1, -0.1])
    assert found["loss_m3"].isna().tolist()[2:] == [True] * 3


def test_too_little_that_is_known_tells_no_loss() -> None:
    parent = parent_rows(IDS, PARENTS)
    found = level_losses(parent, taken([100.0, 40.0, np.nan, 44.0, 9.0], [1, 1, 0, 0.9, 1]), enough=0.98)
    assert found["loss_m3"].isna().all()
    assert found["coverage"].tolist() == pytest.approx([0.5, 0.9, 0.0, 0.9, 1.0])
    assert found["below_m3"].tolist()[:2] == [40.0, 44.0]
