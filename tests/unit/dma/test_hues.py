"""Hues of zones: those that touch are never alike, by a plain look at every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from waternet_plugin.core.dma.hues import HUES, given_hues, touching
from waternet_plugin.core.dma.zone_tree import ZoneTree


def flat_map(count: int, seed: int, kept: float) -> np.ndarray:
    """Return which of some random places touch, as on a map; some borders left out."""
    random = np.random.default_rng(seed)
    corners = Delaunay(random.random((count, 2))).simplices
    pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return pairs[random.random(len(pairs)) < kept]


def alike(pairs: np.ndarray, hues: np.ndarray) -> list[tuple[int, int]]:
    """Return the pairs of one hue."""
    return [(one, two) for one, two in pairs.tolist() if one != two and hues[one] == hues[two]]


@pytest.mark.slow
@given(st.integers(4, 120), st.integers(0, 10**6), st.floats(0.3, 1.0), st.data())
def test_zones_that_touch_are_never_alike_whatever_they_had(
    count: int, seed: int, kept: float, data: st.DataObject
) -> None:
    pairs = flat_map(count, seed, kept)
    before = np.array(data.draw(st.lists(st.integers(0, HUES), min_size=count, max_size=count)), dtype=float)
    before[before == 0] = np.nan
    found = given_hues(count, pairs.tolist(), before)
    assert found.min() >= 1 and found.max() <= HUES
    assert alike(pairs, found) == []
    assert given_hues(count, pairs.tolist(), found).tolist() == found.tolist()


@pytest.mark.slow
@given(st.integers(4, 80), st.integers(0, 10**6))
def test_a_zone_more_changes_no_other_where_there_is_room(count: int, seed: int) -> None:
    pairs = flat_map(count, seed, 1.0)
    most = np.bincount(pairs.ravel(), minlength=count)
    before = given_hues(count, pairs.tolist())
    for zone in np.flatnonzero(most < HUES).tolist():
        asked = before.astype(float)
        asked[zone] = 0
        others = np.arange(count) != zone
        found = given_hues(count, pairs.tolist(), asked)
        assert found[others].tolist() == before[others].tolist()


def test_a_zone_among_eight_hues_makes_others_move_but_not_those_that_must_stay() -> None:
    # Around zone 8 lie eight zones of eight hues, in a ring.
    ring = [(zone, (zone + 1) % 8) for zone in range(8)]
    pairs = np.array([*ring, *((zone, 8) for zone in range(8))])
    before = np.array([*range(1, 9), 0])
    assert alike(pairs, given_hues(9, pairs.tolist(), before)) == []
    movable = np.isin(np.arange(9), [3, 8])
    found = given_hues(9, pairs.tolist(), before, movable)
    assert found[~movable].tolist() == before[~movable].tolist()
    assert alike(pairs, found) == []


def test_a_zone_differs_from_those_in_it_and_from_its_neighbours() -> None:
    ids = np.array(["P", "A", "B", "C"], dtype=object)
    tree = ZoneTree(ids, np.arange(4), np.array([-1, 0, 0, -1]), np.full(4, np.nan))
    pairs = touching(tree, np.array([[1, 2], [2, 3]]))
    assert pairs.tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [2, 3]]


@pytest.mark.parametrize("count", [0, 1])
def test_few_zones_need_no_neighbours(count: int) -> None:
    assert given_hues(count, []).tolist() == [1] * count
