"""Threads, cracks and thin holes go; everything else stays as it was."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from waternet_plugin.core.drainage.divided_ground.threads import without_threads

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
