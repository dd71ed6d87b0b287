"""Which areas lie around points: few and many of them, overlapping areas, odd ones."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from waternet_plugin.core.network.analysis.surrounding_areas import first_area, surrounding_areas


@pytest.mark.parametrize("points", [300, 6_000])
def test_every_point_meets_the_areas_around_it(points: int) -> None:
    rng = np.random.default_rng(points)
    west, south = rng.uniform(0, 900, (2, 60))
    shapes = shapely.box(west, south, west + rng.uniform(1, 120, 60), south + rng.uniform(1, 120, 60))
    shapes = np.append(shapely.buffer(shapes, -0.4), np.array([None, shapely.Polygon()], dtype=object))
    ids = np.char.add("A", rng.permutation(len(shapes)).astype(str)).astype(object)
    xy = rng.uniform(-50, 1_050, (points, 2))
    # Corners and edges are inside; what has no place is nowhere.
    xy[:60] = shapely.get_coordinates(shapely.get_point(shapely.get_exterior_ring(shapes[:60]), 0))
    xy[-5:] = np.nan
    inside = shapely.intersects(shapely.points(xy)[:, None], shapes[None, :])
    expected = [tuple(pair) for pair in np.argwhere(inside).tolist()]
    point, area = surrounding_areas(xy, shapes)
    assert (np.diff(point) >= 0).all()
    assert sorted(zip(point.tolist(), area.tolist())) == expected
    assert sorted(zip(*surrounding_areas(xy, shapes, shapely.points(xy)))) == expected
    first = first_area(xy, shapes, ids)
    for row, areas in enumerate(inside):
        names = {str(ids[number]): number for number in np.flatnonzero(areas)}
        assert first[row] == (names[min(names)] if names else -1)
