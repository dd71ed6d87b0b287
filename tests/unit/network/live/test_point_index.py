"""Points near others, against every distance computed."""

from __future__ import annotations

import numpy as np
import pytest

from waternet_plugin.core.network.live.editable_rows import PointIndex

REACH_M = 0.05


def _near(xy: np.ndarray, points: np.ndarray, reach_m: float) -> list[int]:
    apart = np.hypot(*(xy[:, None] - points[None]).transpose(2, 0, 1))
    return np.flatnonzero((apart <= reach_m).any(axis=1)).tolist()


@pytest.mark.parametrize("stray_m", [0.0, 4e7, 1e9])
@pytest.mark.parametrize("west_m", [-3e5, 0.0, 4.05e7])
def test_near_points_are_those_of_all_distances(west_m: float, stray_m: float) -> None:
    random = np.random.default_rng(11)
    xy = np.round(random.uniform(0, 3, (3000, 2)), 3) + np.array([west_m, 2.5e6])
    xy[::50] = np.nan
    xy[7] += stray_m
    points = np.concatenate([xy[:40] + np.round(random.uniform(-0.1, 0.1, (40, 2)), 3), xy[40:60]])
    index = PointIndex(xy)
    for one in range(0, len(points), 5):
        asked = points[one : one + 5]
        assert index.near(xy, asked, REACH_M).tolist() == _near(xy, asked, REACH_M * (1 + 1e-9))
    moved = np.arange(100, 140)
    xy[moved] = xy[:40] + 0.01
    index.changed(xy, moved)
    assert index.near(xy, points, REACH_M).tolist() == _near(xy, points, REACH_M * (1 + 1e-9))


def test_no_point_and_points_without_place_find_nothing() -> None:
    nothing = np.empty((0, 2))
    assert PointIndex(nothing).near(nothing, np.zeros((2, 2)), 1.0).tolist() == []
    xy = np.array([[np.nan, np.nan], [1.0, 2.0]])
    assert PointIndex(xy).near(xy, np.full((1, 2), np.nan), 1.0).tolist() == []
    assert PointIndex(xy).near(xy, np.array([[1.0, 2.5]]), 0.5).tolist() == [1]
