"""What candidates near each other would cover together is what each would cover by itself."""

from __future__ import annotations

import numpy as np
import pytest

from waternet_plugin.core.pressure import gain_bounds, logger_siting, near_candidates
from waternet_plugin.core.pressure.logger_siting import choose_sites
from waternet_plugin.core.pressure.near_candidates import CandidateParts
from waternet_plugin.core.pressure.reach_graph import ReachGraph

# The last ones are in no pipe, the two before them in one alone.
VERTICES, IN_PIPES = 60, 54


def streets(seed: int) -> tuple[ReachGraph, np.ndarray, np.ndarray]:
    """Return a network with dead ends, loops, parallel pipes and pipes of no length, candidates, loggers."""
    chance = np.random.default_rng(seed)
    tree = np.arange(1, IN_PIPES - 2)
    start = np.concatenate([tree, chance.integers(0, IN_PIPES - 2, 12), [IN_PIPES - 2], [3, 3]])
    end = np.concatenate(
        [chance.integers(0, tree), chance.integers(0, IN_PIPES - 2, 12), [IN_PIPES - 1], [3, start[2]]]
    )
    length = chance.choice([0.0, 15.0, 60.0, 110.0], len(start))
    used = length / chance.choice([200.0, 400.0], len(start))
    counts = chance.random(len(start)) < 0.9
    reach = ReachGraph(np.arange(len(start)), start, end, length, used, counts, VERTICES)
    chosen = chance.permutation(VERTICES)
    return reach, np.sort(chosen[:40]), chosen[40:44]


def check(seed: int) -> None:
    reach, candidates, existing = streets(seed)
    left = reach.nearest(existing).left
    parts = CandidateParts(reach, candidates)
    assert np.array_equal(np.sort(np.concatenate(parts.parts)), np.arange(len(candidates)))
    for part in parts.parts:
        alone = reach.gains_m(left, candidates[part])
        assert parts.gains_m(left, part) == pytest.approx(alone, abs=2e-6)


@pytest.mark.parametrize("seed", range(20))
def test_no_candidate_covers_more_than_the_bound_of_its_group(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_candidates, "_OF_GROUP", 6)
    reach, candidates, existing = streets(seed)
    left = reach.nearest(existing).left
    parts = CandidateParts(reach, candidates)
    together = 0
    for part in parts.parts:
        groups, group = np.unique(parts.group_of[part], return_inverse=True)
        bound = parts.bounds_m(left, groups)[group]
        assert (bound >= parts.gains_m(left, part)).all()
        together += len(part) - len(groups)
    assert together > 0


@pytest.mark.parametrize("seed", range(20))
def test_ways_from_a_vertex_are_the_shortest(seed: int) -> None:
    reach, candidates, _existing = streets(seed)
    parts = CandidateParts(reach, candidates)
    for vertex in candidates[:6].tolist():
        left = np.zeros(reach.size)
        _row, near, reach_left = reach.reached(np.array([vertex]), 2.0)
        left[near] = reach_left
        assert np.maximum(2.0 - parts.spent(vertex, 2.0), 0.0) == pytest.approx(left, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_together_is_as_alone(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_candidates, "_OF_PART", 5)
    monkeypatch.setattr(near_candidates, "_MOST", 9)
    check(seed)


@pytest.mark.parametrize("seed", range(12))
def test_loggers_are_the_same_either_way(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    reach, candidates, existing = streets(seed)
    monkeypatch.setattr(near_candidates, "_OF_PART", 5)
    monkeypatch.setattr(logger_siting, "_MOST_SETS", 0)
    existing = existing[: seed % 3]
    alone = choose_sites(reach, candidates, existing, 8)
    monkeypatch.setattr(gain_bounds, "_FAR", 1)
    monkeypatch.setattr(near_candidates, "_OF_GROUP", 4)
    together = choose_sites(reach, candidates, existing, 8)
    assert len(alone) and together.tolist() == alone.tolist()
