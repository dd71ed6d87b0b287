"""Points and lines near to points, against measuring every pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet_plugin.core.network.model.near import near_lines, near_points

PLACE = st.tuples(st.integers(0, 6), st.integers(0, 6))
PLACES = st.lists(PLACE, max_size=8).map(lambda rows: np.array(rows, dtype=float).reshape(-1, 2))
LINES = st.lists(st.one_of(st.none(), st.lists(PLACE, min_size=2, max_size=4)), max_size=8)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(PLACES, PLACES, st.sampled_from([0.0, 1.0, 2.5]))
def test_points_near_points(points: np.ndarray, targets: np.ndarray, reach: float) -> None:
    point, target, distance = near_points(points, targets, reach)
    apart = np.linalg.norm(points[:, None] - targets[None], axis=2)
    assert sorted(zip(point.tolist(), target.tolist())) == list(
        map(tuple, np.argwhere(apart <= reach).tolist())
    )
    assert distance.tolist() == pytest.approx(apart[point, target].tolist())


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(PLACES, LINES, st.sampled_from([0.0, 1.0, 2.5]))
def test_lines_near_points(points: np.ndarray, rows: list[Any], reach: float) -> None:
    lines = np.array([None if row is None else shapely.linestrings(row) for row in rows] + [None])[:-1]
    point, line, distance = near_lines(points, lines, reach, lambda one, other: (one + other) % 2 == 0)
    want = {
        (one, other)
        for one in range(len(points))
        for other in range(len(lines))
        if (one + other) % 2 == 0
        and lines[other] is not None
        and lines[other].distance(shapely.Point(points[one])) <= reach
    }
    assert set(zip(point.tolist(), line.tolist())) == want
    assert len(point) == len(want)
    assert all(value <= reach for value in distance)


def test_points_without_a_place_are_near_nothing() -> None:
    lost, here = np.array([[np.nan, np.nan]]), np.array([[0.0, 0.0]])
    assert len(near_points(lost, here, 5)[0]) == 0
    line = np.array([shapely.linestrings([(0, 0), (1, 1)])])
    assert len(near_lines(lost, line, 5, lambda one, _: one >= 0)[0]) == 0
