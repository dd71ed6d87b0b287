"""Direction of drains: against brute force, what the graph forces, meshes, facts, and real networks."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from waternet_plugin.core.drainage.inference import direction
from waternet_plugin.core.drainage.inference.direction import IGNORE, LEARN, DrainNetwork, infer_direction
from waternet_plugin.core.drainage.inference.forced import forced_sense
from waternet_plugin.core.drainage.inference.pipe_directions import _ranks, calibration
from waternet_plugin.core.drainage.inference.vertex_levels import lowest
from waternet_plugin.core.drainage.reaching import cheapest_ways


def _network(edges: list[tuple[int, int]], exits: list[int], **more: Any) -> DrainNetwork:
    start, end = np.array(edges).T
    many, size = len(edges), int(max(start.max(), end.max())) + 1
    is_exit = np.zeros(size, dtype=bool)
    is_exit[exits] = True
    values: dict[str, Any] = {
        "start": start, "end": end, "length_m": np.full(many, 40.0), "size_mm": np.full(many, np.nan),
        "invert_m": np.full((many, 2), np.nan), "fact": np.zeros(many, dtype=np.int8),
        "wet_only": np.zeros(many, dtype=bool), "ground_m": np.full(size, np.nan), "is_exit": is_exit,
        "is_inlet": np.zeros(size, dtype=bool),
    }  # fmt: skip
    return DrainNetwork(**{**values, **more})


def _cheapest_by_trying(size: int, tail: Any, head: Any, cost: Any, is_root: Any) -> float | None:
    others = np.flatnonzero(~is_root).tolist()
    ways = [[e for e in range(len(tail)) if tail[e] == v != head[e]] for v in others]
    best = None
    for picked in itertools.product(*ways):
        leads = dict(zip(others, (int(head[e]) for e in picked)))
        if all(_arrives(v, leads, is_root) for v in others):
            total = float(sum(cost[e] for e in picked))
            best = total if best is None else min(best, total)
    return best


def _arrives(vertex: int, leads: dict[int, int], is_root: Any) -> bool:
    for _step in range(len(leads) + 1):
        if is_root[vertex]:
            return True
        vertex = leads[vertex]
    return bool(is_root[vertex])


def test_the_ways_to_exits_are_the_cheapest_there_are() -> None:
    rng = np.random.default_rng(0)
    for _case in range(150):
        size = int(rng.integers(2, 6))
        many = int(rng.integers(size, 3 * size))
        tail, head = rng.integers(0, size, (2, many))
        cost = rng.integers(0, 6, many).astype(float)
        is_root = np.zeros(size, dtype=bool)
        is_root[rng.integers(0, size, int(rng.integers(1, 3)))] = True
        best = _cheapest_by_trying(size, tail, head, cost, is_root)
        found = cheapest_ways(size, tail, head, cost, is_root)[~is_root]
        if best is None:
            assert (found < 0).any()
            continue
        assert (found >= 0).all()
        assert (tail[found] == np.flatnonzero(~is_root)).all()
        assert cost[found].sum() == pytest.approx(best)


def _forced_by_trying(edges: list[tuple[int, int]], exits: set[int], size: int) -> list[int]:
    """Return senses: an edge is forced if without it one of its ends reaches no exit, and the other does."""
    result = []
    for number, (one, two) in enumerate(edges):
        rest = [edge for other, edge in enumerate(edges) if other != number]
        parts = [_part(vertex, rest) for vertex in (one, two)]
        dry = [not part & exits for part in parts]
        result.append(0 if dry[0] == dry[1] or two in parts[0] else 1 if dry[0] else -1)
    return result


def _part(vertex: int, edges: list[tuple[int, int]]) -> set[int]:
    seen, todo = {vertex}, [vertex]
    while todo:
        here = todo.pop()
        for one, two in edges:
            for a, b in ((one, two), (two, one)):
                if a == here and b not in seen:
                    seen.add(b)
                    todo.append(b)
    return seen


@pytest.mark.slow
def test_random_forests_with_loops_give_what_the_graph_forces() -> None:
    rng = np.random.default_rng(1)
    for _case in range(120):
        size = int(rng.integers(2, 14))
        edges = [(int(rng.integers(0, v)), v) for v in range(1, size) if rng.random() < 0.9]
        edges += [tuple(rng.integers(0, size, 2).tolist()) for _ in range(int(rng.integers(0, 3)))]
        edges = [edge for edge in edges if edge[0] != edge[1]] or [(0, 1)]
        size = max(map(max, edges)) + 1
        exits = set(rng.integers(0, size, int(rng.integers(1, 3))).tolist())
        start, end = np.array(edges).T
        is_exit = np.isin(np.arange(size), list(exits))
        expected = _forced_by_trying(edges, exits, size)
        assert forced_sense(size, start, end, is_exit).tolist() == expected
        # An end that is an exit tells by itself; else the drawing, which nobody could check, says nothing.
        found = infer_direction(_network(edges, sorted(exits)))
        inner = ~(is_exit[start] ^ is_exit[end])
        assert (found.sense[inner] == np.array(expected)[inner]).all()


@pytest.mark.slow
def test_every_vertex_reaches_an_exit_with_levels_that_strand_it() -> None:
    rng = np.random.default_rng(2)
    for _case in range(40):
        size = 30
        edges = [(int(rng.integers(0, v)), v) for v in range(1, size)]
        edges += [(a, b) for a, b in rng.integers(0, size, (6, 2)).tolist() if a != b]
        network = _network(edges, [0], invert_m=rng.normal(10, 1, (len(edges), 2)))
        found = infer_direction(network, IGNORE)
        assert not found.stranded.any()
        ahead = [(a, b) if sense >= 0 else (b, a) for (a, b), sense in zip(edges, found.sense)]
        ahead += [(b, a) for (a, b), sense in zip(edges, found.sense) if sense == 0]
        reached, todo = {0}, [0]
        while todo:
            here = todo.pop()
            new = {a for a, b in ahead if b == here} - reached
            reached |= new
            todo += sorted(new)
        assert len(reached) == size


def test_a_fact_is_never_turned_and_a_part_without_exit_keeps_its_plain_answer() -> None:
    levels = np.array([[9.0, 10.0], [10.0, 9.9], [5.0, 6.0]])
    network = _network([(0, 1), (1, 2), (3, 4)], [2], invert_m=levels, fact=np.array([-1, 0, 0]))
    found = infer_direction(network, IGNORE)
    assert found.sense.tolist() == [-1, 1, -1]
    assert found.stranded[[3, 4]].all() and found.stranded[0]


def test_drawn_order_is_trusted_as_far_as_levels_bear_it_out() -> None:
    rng = np.random.default_rng(3)
    edges = [(v, v - 1) for v in range(1, 60)]
    level = np.arange(60.0)
    drop = np.array([[level[a], level[b]] for a, b in edges])
    for share, told in ((0.0, True), (0.5, False)):
        turned = rng.random(len(edges)) < share
        mixed = [(b, a) if turn else (a, b) for (a, b), turn in zip(edges, turned)]
        network = _network(mixed, [0], invert_m=np.where(turned[:, None], drop[:, ::-1], drop))
        found = infer_direction(network, LEARN)
        assert found.drawn_of == len(edges)
        assert bool(found.evidence["drawn"][0]) is told


def test_water_leaves_every_node_and_mostly_by_one_drain() -> None:
    # 0 -> 1 -> 2 and 4 -> 5 fall. What is open at 1 ends there, what is open at 5 leaves it.
    level = np.array([[12.0, 11.0], [11.0, 10.0], [np.nan] * 2, [12.0, 11.0], [np.nan] * 2])
    drains = _network([(0, 1), (1, 2), (1, 3), (4, 5), (5, 6)], [], invert_m=level)
    found = infer_direction(drains, IGNORE)
    assert found.sense.tolist() == [1, 1, -1, 1, 1]
    turned = infer_direction(_network([(0, 1), (1, 2), (3, 1), (4, 5), (6, 5)], [], invert_m=level), IGNORE)
    assert turned.sense.tolist() == [1, 1, 1, 1, -1]
    # Where no level tells anything of a part, drains beside don't either.
    assert infer_direction(_network([(0, 1), (1, 2), (1, 3)], []), IGNORE).sense.tolist() == [0, 0, 0]


def test_an_upper_end_that_only_drains_end_at_says_less() -> None:
    # The drains that end at 1 tell 11.0, but a drop shaft may lie lower: 1 -> 2 is no sure fall.
    def sure(first: float) -> float:
        level = np.array([[12.0, 11.0], [np.nan, np.nan], [10.8, first]])
        drains = _network([(0, 1), (1, 2), (2, 3)], [], invert_m=level)
        return float(abs(infer_direction(drains, IGNORE).evidence["levels_beside"][1]))

    known_to_leave = _network(
        [(0, 1), (1, 2), (2, 3), (1, 4)], [],
        invert_m=np.array([[12.0, 11.0], [np.nan, np.nan], [10.8, 10.5], [11.0, 10.0]]),
    )  # fmt: skip
    surer = abs(infer_direction(known_to_leave, IGNORE).evidence["levels_beside"][1])
    assert 0 < sure(10.5) < surer


def test_ground_that_rises_does_not_outdo_the_levels_beyond() -> None:
    # Two open drains between clear levels; the ground rises on the way, as over a hill.
    level = np.array([[20.0, 18.0], [np.nan] * 2, [np.nan] * 2, [14.0, 12.0]])
    ground = np.array([22.0, 20.0, 22.5, 16.0, 14.0])
    drains = _network([(0, 1), (1, 2), (2, 3), (3, 4)], [], invert_m=level, ground_m=ground)
    found = infer_direction(drains, IGNORE)
    assert found.sense.tolist() == [1, 1, 1, 1]


def test_a_flat_mesh_of_exits_alone_is_answered() -> None:
    level = np.column_stack([np.full(4, 10.0), np.full(4, 9.99)])
    drains = _network([(0, 1), (1, 2), (2, 3), (3, 0)], [0, 1, 2, 3], invert_m=level)
    assert infer_direction(drains, IGNORE).sense.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("seed", range(20))
def test_what_hangs_on_one_edge_is_as_far_as_by_a_search_of_all(seed: int) -> None:
    dice = np.random.default_rng(seed)
    size = int(dice.integers(4, 60))
    ends = np.sort(dice.integers(0, size, (int(dice.integers(1, 2 * size)), 2)), axis=1)
    one, two = np.unique(ends, axis=0).T
    cost = dice.uniform(0.1, 10.0, len(one))
    exits = np.unique(dice.integers(0, size, 3))
    way = csr_matrix((cost, (one, two)), shape=(size, size))
    expected = dijkstra(way, directed=False, indices=exits, min_only=True)
    assert np.array_equal(direction._to_exits(size, one, two, cost, exits), expected)


def test_ranks_are_the_falling_order_of_each_column_of_equal_ones_the_first_first() -> None:
    size = np.random.default_rng(3).integers(0, 5, (9, 400)) / 4
    order = np.argsort(-size, axis=0, kind="stable")
    assert np.array_equal(np.take_along_axis(_ranks(size), order, axis=0), np.tile(np.arange(9), (400, 1)).T)


def test_the_lowest_of_no_known_value_is_not_known() -> None:
    dice = np.random.default_rng(4)
    vertex, value = dice.integers(0, 40, 100), dice.normal(0, 1, 100)
    value[dice.random(100) < 0.4] = np.nan
    value[vertex == 7] = np.nan
    expected = [np.nanmin([*value[vertex == one], np.inf]) for one in range(40)]
    found = lowest(40, vertex, value)
    assert np.isnan(found[7])
    assert np.array_equal(np.nan_to_num(found, nan=np.inf), expected)
    assert np.isnan(lowest(3, np.array([1]), np.array([np.nan]))).all()


def test_a_drain_to_an_overflow_is_not_turned_away_from_its_outfall() -> None:
    # 0 -> 1 -> 2 is the dry way to the plant 2; 1 -> 3 leads to an overflow, 3 -> 4 and the outfall 4.
    edges = [(0, 1), (1, 2), (1, 3), (3, 4)]
    level = np.array([[12.0, 11.0], [11.0, 10.0], [10.95, 10.93], [np.nan] * 2])
    wet = np.array([False, False, False, True])
    network = _network(edges, [2, 4], invert_m=level, wet_only=wet, fact=np.array([0, 0, 0, 1]))
    found = infer_direction(network, IGNORE)
    assert found.sense.tolist() == [1, 1, 1, 1]
    assert not found.reversed_to_reach.any()
    assert not found.dry_exits.any()


def test_an_exit_that_no_drain_leads_to_is_named() -> None:
    # The last drain before 0 is known to lead away from it.
    edges = [(1, 0), (2, 1), (2, 3), (3, 4)]
    fact = np.array([-1, 0, 0, 1])
    network = _network(edges, [0, 4], invert_m=np.full((4, 2), np.nan), fact=fact)
    assert infer_direction(network, IGNORE).dry_exits.tolist() == [True, False, False, False, False]


def test_without_an_exit_and_levels_the_kinds_of_ends_tell_nothing() -> None:
    inlets = np.array([True, False, False])
    network = _network([(0, 1), (1, 2)], [], is_inlet=inlets)
    found = infer_direction(network, IGNORE)
    assert found.sense.tolist() == [0, 0]
    assert found.confidence.tolist() == [0.5, 0.5]
    level = np.array([[np.nan] * 2, [11.0, 10.0]])
    beside = infer_direction(_network([(0, 1), (1, 2)], [], is_inlet=inlets, invert_m=level), IGNORE)
    assert beside.evidence["kinds"][0] > 0


def test_what_nothing_tells_is_no_wrong_call_of_a_low_confidence() -> None:
    """Drains that lie alone are undetermined once their levels are hidden: none of them was called."""
    alone = [(2 * at, 2 * at + 1) for at in range(20)]
    chain = [(40 + at, 41 + at) for at in range(20)]
    invert = np.column_stack([np.linspace(50.0, 30.0, 40), np.linspace(49.6, 29.6, 40)])
    network = _network([*alone, *chain], [60], invert_m=invert)
    told = SimpleNamespace(drains=network, found=infer_direction(network, IGNORE))
    rows = calibration(told, drawn_order=IGNORE)
    undetermined = [row for row in rows if row.right is None]
    assert [row.low for row in undetermined] == [0.5] and undetermined[0].drains > 0
    called = [row for row in rows if row.right is not None]
    # The chain leads to its exit: what was called was right, and no row counts the others as wrong.
    assert called and all(row.right == 1.0 for row in called)
    assert sum(row.drains for row in rows) == 20
