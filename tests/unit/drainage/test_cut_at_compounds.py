"""Cells cut at the edges of compounds, against overlays of each cell with each compound."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from support.slow_cases import a_few_quick

from waternet_plugin.core.drainage.divided_ground import cut_at_compounds as module

_ORIGIN = np.array([500_000.0, 3_400_000.0])


def _cells(seed: int) -> np.ndarray:
    places = np.random.default_rng(seed).uniform(0.0, 1000.0, (300, 2)) + _ORIGIN
    diagram = shapely.voronoi_polygons(shapely.multipoints(places))
    return np.asarray(shapely.get_parts(diagram))


def _compounds() -> np.ndarray:
    """Return a box with a court, one drawn clockwise, two that share a side, a crooked one and two apart."""
    court = shapely.box(120, 120, 280, 280).exterior.reverse()
    drawn = [
        shapely.Polygon(shapely.box(50, 50, 350, 350).exterior, [court]),
        shapely.Polygon([(400, 50), (400, 300), (700, 300), (700, 50)]),
        shapely.box(700, 50, 900, 300),
        shapely.Polygon([(80, 450), (420, 500), (300, 620), (410, 900), (100, 850), (220, 640)]),
        shapely.MultiPolygon([shapely.box(500, 450, 700, 600), shapely.box(720, 650, 950, 900)]),
        shapely.box(560, 700, 561, 701),
    ]
    return np.asarray(shapely.transform(np.array(drawn, dtype=object), lambda xy: xy + _ORIGIN))


@pytest.mark.parametrize("seed", a_few_quick(range(5), 1))
def test_pieces_and_rests_are_those_of_overlays(seed: int) -> None:
    cells, compounds = _cells(seed), _compounds()
    whole = np.random.default_rng(seed).random(len(cells)) < 0.8
    on_ground = np.where(whole, cells, shapely.buffer(shapely.centroid(cells), 20.0))
    cut = module.cut_at_compounds(cells, on_ground, whole, compounds)
    polygon, cell = shapely.STRtree(cells).query(compounds, predicate="intersects")
    assert set(zip(cut.polygon, cut.cell)) == set(zip(polygon, cell))
    pieces = shapely.intersection(compounds[cut.polygon], cells[cut.cell])
    assert shapely.area(shapely.symmetric_difference(cut.piece, pieces)).max() < 1e-6
    inside = shapely.contains_properly(compounds[cut.polygon], cells[cut.cell])
    assert inside.any() and not cut.is_overlaid[inside].any()
    assert all(one is two for one, two in zip(cut.piece[inside], cells[cut.cell[inside]]))
    rest = shapely.difference(on_ground, shapely.union_all(compounds))
    assert shapely.area(shapely.symmetric_difference(cut.rest, rest)).max() < 1e-6
    assert shapely.is_valid(cut.piece).all() and shapely.is_valid(cut.rest).all()


@pytest.mark.parametrize("shape", ["one side", "outer corner", "inner corner"])
def test_cells_that_are_cut_in_two_need_no_overlay(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = _cells(0)
    west, south, east, north = shapely.total_bounds(cells) + np.array([-1.0, -1.0, 1.0, 1.0])
    middle = ((west + east) / 2 + 55.0, (south + north) / 2 + 137.0)
    corners = {
        "one side": [(west, south), (west, north), (east, north + 9.0)],
        "outer corner": [(west, south), (west, north), middle],
        "inner corner": [(west, south), (west, north), (east, north), (east, south), middle],
    }[shape]
    # The other corners lie outside all cells.
    compound = shapely.Polygon(corners)
    expected = shapely.area(shapely.intersection(cells, compound))

    def none(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        assert not len(one)
        return np.empty(0, dtype=object)

    monkeypatch.setattr(module.shapely, "intersection", none)
    monkeypatch.setattr(module.shapely, "difference", none)
    whole = np.ones(len(cells), dtype=bool)
    # Drawn either way and from each corner.
    turned = [corners[place:] + corners[:place] for place in range(len(corners))]
    for drawn in turned + [one[::-1] for one in turned]:
        polygons = np.array([shapely.Polygon(drawn)], dtype=object)
        cut = module.cut_at_compounds(cells, cells, whole, polygons)
        inside = np.bincount(cut.cell, shapely.area(cut.piece), minlength=len(cells))
        assert np.allclose(inside, expected, atol=1e-6)
        assert np.allclose(shapely.area(cut.rest), shapely.area(cells) - expected, atol=1e-6)
        assert shapely.is_valid(cut.piece).all() and shapely.is_valid(cut.rest).all()
