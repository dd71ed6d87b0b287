"""Boxes in grids: every pair that meets is given, whatever their sizes and wherever they lie."""

from __future__ import annotations

import numpy as np
import pytest

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.checks.geometry import box_grid
from waternet_plugin.core.quality.checks.geometry.box_grid import BoxGrid


def _boxes(count: int) -> Array:
    """Return boxes of many sizes, some without extent, one all over the place and one very far away."""
    random = np.random.default_rng(count)
    low = random.uniform(400_000, 400_900, (2, count))
    size = 10 ** random.uniform(-2, 2.3, (2, count)) * (random.random((2, count)) < 0.8)
    boxes: Array = np.vstack([low, low + size])
    boxes[:, :1] = [[4e5], [4e5], [401_000.0], [401_000.0]]
    boxes[:, 1:2] = [[-9e8], [9e8], [-9e8], [9e8]]
    return boxes


def _pairs(found: list[tuple[Array, Array]], *, in_order: bool) -> set[tuple[int, int]]:
    pairs = np.concatenate([np.empty((0, 2), dtype=int), *(np.column_stack(pair) for pair in found)])
    return set(map(tuple, (np.sort(pairs, axis=1) if in_order else pairs).tolist()))


@pytest.mark.parametrize("count", [2, 3, 400])
@pytest.mark.parametrize("reach_m", [0.0, 0.3, 25.0])
def test_pairs_that_meet_are_given(monkeypatch: pytest.MonkeyPatch, count: int, reach_m: float) -> None:
    monkeypatch.setattr(box_grid, "PAIRS_AT_ONCE", 500)
    boxes = _boxes(count)
    west, south, east, north = boxes + reach_m * np.array([[-1.0], [-1.0], [1.0], [1.0]])
    meet = (west[:, None] <= east) & (east[:, None] >= west) & (south[:, None] <= north)
    meet &= north[:, None] >= south
    expected = set(map(tuple, np.argwhere(np.triu(meet, 1)).tolist()))
    given = _pairs(list(BoxGrid(boxes, reach_m).meeting()), in_order=True)
    assert expected <= given
    if count > 3 and reach_m < 1:
        assert len(given) < count * count / 5
    x, y = points = np.random.default_rng(1).uniform(400_000, 400_900, (2, 300))
    around = (west <= x[:, None]) & (east >= x[:, None]) & (south <= y[:, None]) & (north >= y[:, None])
    expected = set(map(tuple, np.argwhere(around).tolist()))
    assert expected <= _pairs(list(BoxGrid(boxes, reach_m).around(points)), in_order=False)


def test_no_boxes_give_no_pairs() -> None:
    grid = BoxGrid(np.empty((4, 0)), 1.0)
    assert not list(grid.meeting()) and not list(grid.around(np.zeros((2, 5))))
    assert not list(BoxGrid(_boxes(2), 1.0).around(np.empty((2, 0))))
