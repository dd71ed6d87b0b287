"""What candidates near each other would cover together is what each would cover by itself."""

from __future__ import annotations

import numpy as np
import pytest
from support.slow_cases import a_few_quick

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
    pipes = parts.open_pipes(left)
    assert np.array_equal(np.sort(np.concatenate(parts.parts)), np.arange(len(candidates)))
    for part in parts.parts:
        alone = reach.gains_m(left, candidates[part])
        assert parts.gains_m(pipes, part) == pytest.approx(alone, abs=2e-6)
        # Some of them alone are as all together.
        assert parts.gains_m(pipes, part[::2]) == pytest.approx(alone[::2], abs=2e-6)


@pytest.mark.parametrize("seed", range(6))
def test_what_loggers_leave_is_as_of_the_nearest(seed: int) -> None:
    reach, _candidates, existing = streets(seed)
    assert reach.left(existing) == pytest.approx(reach.nearest(existing).left, abs=1e-12)
    assert not reach.left(existing[:0]).any()


def test_what_is_open_is_what_is_not_covered() -> None:
    reach, candidates, existing = streets(3)
    left = reach.nearest(existing).left
    pipes = CandidateParts(reach, candidates).open_pipes(left)
    open_m = reach.used * reach.metres_per_reach - reach.covered_m(left)
    assert 0 < open_m.sum() < reach.total_m
    assert pipes.section_m.sum() == pytest.approx(open_m.sum())
    assert pipes.covered * reach.metres_per_reach == pytest.approx(reach.covered_m(left))


@pytest.mark.parametrize("seed", range(20))
def test_no_candidate_covers_more_than_the_bound_of_its_group(seed: int) -> None:
    reach, candidates, existing = streets(seed)
    left = reach.nearest(existing).left
    parts = CandidateParts(reach, candidates)
    pipes, together = parts.open_pipes(left), 0
    for part in parts.parts:
        groups, group = np.unique(parts.group_of[part], return_inverse=True)
        bound = parts.bounds_m(pipes, groups)[group]
        assert (bound >= reach.gains_m(left, candidates[part])).all()
        # No bound is more than all that is open.
        assert (bound <= 2 * pipes.section_m.sum() + 1e-3).all()
        assert parts.bounds_m(pipes, groups[1:]) == pytest.approx(parts.bounds_m(pipes, groups)[1:])
        together += len(part) - len(groups)
    assert together > 0


@pytest.mark.parametrize("seed", a_few_quick(range(20), 1))
def test_a_logger_covers_what_it_reaches_and_touches_those_near_it(seed: int) -> None:
    reach, candidates, existing = streets(seed)
    parts = CandidateParts(reach, candidates)
    left = reach.nearest(existing).left
    pipes = parts.open_pipes(left)
    before = reach.gains_m(left, candidates)
    far = 0
    for vertex in candidates[:6].tolist():
        touched = parts.add_logger(pipes, vertex)
        left = np.maximum(left, reach.nearest(np.array([vertex])).left)
        every = parts.open_pipes(left)
        assert pipes.left == pytest.approx(every.left, abs=1e-9)
        assert pipes.covered == pytest.approx(every.covered, abs=1e-9)
        assert pipes.section_m == pytest.approx(every.section_m, abs=1e-6)
        after = reach.gains_m(left, candidates)
        assert np.abs(after - before)[~touched].max(initial=0.0) < 2e-6
        before, far = after, far + np.count_nonzero(~touched)
    # Vertices in no pipe are near no logger.
    assert far > 0


@pytest.mark.parametrize("seed", range(20))
def test_candidates_are_bounded_and_computed_beside_many_loggers(seed: int) -> None:
    reach, candidates, existing = streets(seed)
    left = reach.nearest(np.concatenate([existing, candidates[::3]])).left
    parts = CandidateParts(reach, candidates)
    pipes = parts.open_pipes(left)
    for part in parts.parts:
        alone = reach.gains_m(left, candidates[part])
        groups, group = np.unique(parts.group_of[part], return_inverse=True)
        assert (parts.bounds_m(pipes, groups)[group] >= alone).all()
        assert parts.gains_m(pipes, part) == pytest.approx(alone, abs=2e-6)


@pytest.mark.parametrize("seed", a_few_quick(range(20), 1))
def test_together_is_as_alone(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_candidates, "_OF_PART", 5)
    monkeypatch.setattr(near_candidates, "_MOST", 9)
    check(seed)


@pytest.mark.parametrize("seed", a_few_quick(range(12), 6))
def test_loggers_are_the_same_either_way(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    reach, candidates, existing = streets(seed)
    monkeypatch.setattr(near_candidates, "_OF_PART", 5)
    monkeypatch.setattr(logger_siting, "_MOST_SETS", 0)
    existing = existing[: seed % 3]
    alone = choose_sites(reach, candidates, existing, 8)
    monkeypatch.setattr(gain_bounds, "_FAR", 1)
    together = choose_sites(reach, candidates, existing, 8)
    assert len(alone) and together.tolist() == alone.tolist()
