"""Threads, cracks and thin holes go; everything else stays as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from waternet_plugin.core.drainage.divided_ground.threads import _is_needle, without_threads

SQUARE = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
OUT = [(100.0, 40.0), (300.0, 40.0), (200.0, 40.0001), (100.0, 40.0002)]
CRACK = [(60.0, 100.0), (60.0, 50.0), (60.0005, 80.0), (60.001, 100.0)]
SLIT = [(20.0, 20.0), (20.0, 60.0), (20.001, 40.0)]


def _one(shell: list[tuple[float, float]], *holes: list[tuple[float, float]]) -> shapely.Polygon:
    found = without_threads(np.array([shapely.Polygon(shell, holes)], dtype=object), 0.005)
    assert shapely.is_valid(found[0])
    return found[0]


@pytest.mark.parametrize("shift", range(8))
def test_a_thread_and_a_crack_are_taken_out_wherever_the_ring_begins(shift: int) -> None:
    shell = [*SQUARE[:2], *OUT, SQUARE[2], *CRACK[::-1], SQUARE[3]]
    found = _one([*shell[shift:], *shell[:shift]], SLIT)
    assert found.bounds == (0, 0, 100, 100)
    assert shapely.length(found) == pytest.approx(400, abs=0.02)
    assert shapely.get_num_interior_rings(shapely.get_parts(found)[0]) == 0
    assert shapely.area(found) == pytest.approx(10_000, abs=0.1)


def test_other_outlines_stay_as_they_are() -> None:
    dice = np.random.default_rng(7)
    shapes = np.array(
        [
            shapely.Polygon(SQUARE, [[(10, 10), (10, 30), (30, 30)]]),
            shapely.Polygon([(0, 0), (50, 0.5), (100, 0)]),
            shapely.Polygon([(0, 0), (50, 0), (100, 0), (100, 1)]),
            *shapely.buffer(shapely.points(dice.uniform(0, 1000, (20, 2))), 50),
            shapely.union_all(shapely.buffer(shapely.points(dice.uniform(0, 300, (20, 2))), 20)),
        ],
        dtype=object,
    )
    found = without_threads(shapes, 0.005)
    assert all(one is two for one, two in zip(found, shapes))


def test_what_is_a_thread_as_a_whole_leaves_nothing() -> None:
    assert shapely.is_empty(_one([(0.0, 0.0), (50.0, 0.0), (100.0, 0.001)]))


def _star(dice: np.random.Generator, middle: tuple[float, float]) -> Any:
    """Return the corners of a polygon, half of them with a thread out of one corner."""
    many = int(dice.integers(3, 12))
    turn, far = np.sort(dice.uniform(0, 2 * np.pi, many)), dice.uniform(20, 40, many)
    xy = np.column_stack([far * np.cos(turn), far * np.sin(turn)]) + middle
    if dice.random() < 0.5:
        return xy
    corner = int(dice.integers(many))
    out = xy[corner] + dice.normal(0, 8, (int(dice.integers(1, 5)), 2)).cumsum(axis=0)
    back = np.vstack([out[-2::-1], xy[corner]]) + dice.normal(0, 0.001, (len(out), 2))
    return np.insert(xy, np.full(2 * len(out), corner + 1), np.vstack([out, back]), axis=0)


def _shape(dice: np.random.Generator) -> Any:
    polygons = []
    for number in range(int(dice.integers(1, 4))):
        middle = (100.0 * number, 0.0)
        holes = []
        if dice.random() < 0.4:
            along, wide = dice.normal(0, 5, 2), 0.001 if dice.random() < 0.5 else 3.0
            holes.append(np.array([middle, middle + along, middle + along / 2 + dice.normal(0, wide, 2)]))
        polygons.append(shapely.Polygon(_star(dice, middle), holes))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _one_by_one(shape: Any, width_m: float) -> Any:
    """Return a shape without threads, corner by corner; the shape itself where it has none."""
    left, is_odd = [], False
    for polygon in shapely.get_parts(shape):
        rings = []
        for ring in (polygon.exterior, *polygon.interiors):
            xy = shapely.get_coordinates(ring)[:-1].T
            while xy.shape[1] > 2:
                sharp = _is_needle(np.roll(xy, 1, axis=1), xy, np.roll(xy, -1, axis=1), width_m)
                if not sharp.any():
                    break
                xy, is_odd = np.delete(xy, np.argmax(sharp), axis=1), True
            rings.append(xy.T if xy.shape[1] > 2 else None)
        if rings[0] is not None:
            left.append(shapely.Polygon(rings[0], [hole for hole in rings[1:] if hole is not None]))
    if not is_odd:
        return shape
    whole = shapely.MultiPolygon(left)
    return whole if shapely.is_valid(whole) else shapely.make_valid(whole)


@pytest.mark.slow
def test_all_rings_at_once_lose_what_each_loses_corner_by_corner() -> None:
    dice = np.random.default_rng(5)
    shapes = np.array([*(_shape(dice) for _ in range(400)), shapely.MultiPolygon()], dtype=object)
    found = without_threads(shapes, 0.005)
    expected = [_one_by_one(shape, 0.005) for shape in shapes]
    assert sum(one is not two for one, two in zip(shapes, expected)) > 100
    assert [one is two for one, two in zip(shapes, found)] == [
        one is two for one, two in zip(shapes, expected)
    ]
    assert [shape.wkb for shape in found] == [shape.wkb for shape in expected]
