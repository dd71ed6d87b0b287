"""Outlines of zones hold the zones' pipes, overlap with none and leave no slivers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.dma import outlines
from waternet_plugin.core.dma.outlines import zone_outlines
from waternet_plugin.core.dma.zone_tree import ZoneTree, zone_tree

AT = np.array([500_000.0, 3_400_000.0])
REACH_M = 30.0


def _zones(count: int, parent: dict[int, int] | None = None) -> ZoneTree:
    above = [None if one not in (parent or {}) else f"Z{(parent or {})[one]}" for one in range(count)]
    return zone_tree(
        pd.DataFrame({"zone_id": [f"Z{one}" for one in range(count)], "kind": "dma", "parent_id": above})
    )


def _streets(side: int, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pipes along the streets of a square town, some left out, and the nearest of some centres."""
    random = np.random.default_rng(seed)
    joints = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), -1) * 70.0
    joints = joints + random.normal(0, 9, joints.shape) + AT
    ends = [np.stack([joints[:-1], joints[1:]], 2), np.stack([joints[:, :-1], joints[:, 1:]], 2)]
    pairs = np.concatenate([one.reshape(-1, 2, 2) for one in ends])
    pairs = pairs[random.random(len(pairs)) < 0.85]
    centres = random.random((count, 2)) * 70.0 * side + AT
    return shapely.linestrings(pairs), cKDTree(centres).query(pairs.mean(axis=1))[1]


def _outside_m(lines: np.ndarray, areas: np.ndarray) -> np.ndarray:
    return shapely.length(shapely.difference(lines, areas))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_zones_hold_their_pipes_and_no_two_overlap(seed: int) -> None:
    lines, zone = _streets(18, 6, seed)
    areas = zone_outlines(lines, zone, _zones(6), REACH_M).areas
    used = np.unique(zone)
    assert all(areas[one] is None for one in set(range(6)) - set(used.tolist()))
    assert shapely.is_valid(areas[used]).all()
    assert _outside_m(lines, areas[zone]).max() < 0.2
    union = shapely.union_all(areas[used])
    assert shapely.area(union) == pytest.approx(shapely.area(areas[used]).sum(), rel=1e-9)
    # No sliver is left between zones, and blocks are no holes.
    assert all(len(part.interiors) == 0 for part in shapely.get_parts(union))
    assert shapely.area(shapely.difference(union, shapely.union_all(lines).buffer(4 * REACH_M))) < 1.0


def test_the_border_runs_through_the_node_where_pipes_of_two_zones_meet() -> None:
    corner = AT + np.array([0.0, 100.0])
    ends = AT + np.array([[0.0, 0.0], [30.0, 103.0], [40.0, 20.0]])
    lines = shapely.linestrings([[corner, end] for end in ends])
    areas = zone_outlines(lines, np.array([0, 1, 1]), _zones(2), REACH_M).areas
    assert shapely.distance(shapely.intersection(*areas), shapely.points(corner)) < 0.2
    assert _outside_m(lines, areas[[0, 1, 1]]).max() < 0.5


def test_pipes_side_by_side_in_one_street_lie_each_in_its_zone() -> None:
    along = np.linspace(0, 300, 40)
    lines = [
        shapely.linestrings(np.column_stack([along, np.sin(along / 20) * 5 + off]) + AT) for off in (0, 1.5)
    ]
    areas = zone_outlines(np.array(lines), np.array([0, 1]), _zones(2), REACH_M).areas
    assert _outside_m(np.array(lines), areas).max() < 1.0
    assert shapely.area(shapely.intersection(*areas)) == pytest.approx(0.0, abs=1e-3)


def test_a_zone_is_what_the_zones_in_it_are() -> None:
    lines, zone = _streets(14, 4, 7)
    flat = zone_outlines(lines, zone, _zones(4), REACH_M).areas
    tree = _zones(6, {0: 4, 1: 4, 2: 5, 3: 5})
    areas = zone_outlines(lines, zone, tree, REACH_M).areas
    for parent, children in ((4, [0, 1]), (5, [2, 3])):
        assert (
            shapely.area(shapely.symmetric_difference(areas[parent], shapely.union_all(flat[children]))) < 1.0
        )
    assert shapely.area(shapely.intersection(areas[4], areas[5])) == pytest.approx(0.0, abs=1e-3)


def test_pipes_of_no_zone_and_without_a_place_do_no_harm() -> None:
    lines, zone = _streets(6, 2, 3)
    alone = zone_outlines(lines, zone, _zones(2), REACH_M).areas
    more = np.append(lines, [None, shapely.LineString(), shapely.linestrings([AT, AT + 90.0])])
    areas = zone_outlines(more, np.append(zone, [0, 1, -1]), _zones(2), REACH_M).areas
    assert shapely.equals(areas, alone).all()
    nothing = zone_outlines(np.array([None], dtype=object), np.array([0]), _zones(2), REACH_M)
    assert nothing.areas.tolist() == [None, None] and nothing.neighbours.shape == (0, 2)


def test_a_pipe_far_away_makes_a_part_of_its_own_and_changes_no_other() -> None:
    lines, zone = _streets(6, 2, 3)
    alone = zone_outlines(lines, zone, _zones(2), REACH_M).areas
    stray = shapely.linestrings(AT + np.array([[9e6, 0.0], [9e6 + 50.0, 0.0]]))
    areas = zone_outlines(np.append(lines, stray), np.append(zone, 1), _zones(2), REACH_M).areas
    parts = shapely.get_num_geometries(areas) - shapely.get_num_geometries(alone)
    assert parts.tolist() == [0, 1]
    assert _outside_m(np.array([stray]), areas[[1]]).max() == 0.0
    assert shapely.area(shapely.symmetric_difference(areas[0], alone[0])) < 10.0


def test_the_order_of_pipes_changes_nothing() -> None:
    lines, zone = _streets(8, 3, 5)
    order = np.random.default_rng(1).permutation(len(lines))
    one = zone_outlines(lines, zone, _zones(3), REACH_M).areas
    two = zone_outlines(lines[order], zone[order], _zones(3), REACH_M).areas
    assert shapely.area(shapely.symmetric_difference(one, two)).max() < 1.0


@pytest.mark.slow
def test_a_network_laid_out_in_squares_has_the_same_areas(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, zone = _streets(45, 14, 6)
    in_one = zone_outlines(lines, zone, _zones(14), REACH_M)
    monkeypatch.setattr(outlines, "_MOST_POINTS", 1000)
    monkeypatch.setattr(outlines, "_MARGINS_A_SIDE", 1)
    in_squares = zone_outlines(lines, zone, _zones(14), REACH_M)
    assert shapely.area(shapely.symmetric_difference(in_one.areas, in_squares.areas)).max() < 1e-3
    assert np.array_equal(in_one.neighbours, in_squares.neighbours)
