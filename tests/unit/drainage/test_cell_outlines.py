"""Outlines of groups of cells are their union; what is cut beside lines is what all of them leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from waternet_plugin.core.drainage.divided_ground.beside_drains import beside
from waternet_plugin.core.drainage.divided_ground.cell_outlines import CellOutlines
from waternet_plugin.core.drainage.divided_ground.cut_beside import LEAST_M2, ROADSIDE_M, cut_beside

EAST, NORTH = 500_000.0, 2_500_000.0
CORNER = np.array([EAST, NORTH])


def _cells(places: Any) -> Any:
    """Return the cells of places, every second one turned round."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(places)))
    cells[::2] = shapely.reverse(cells[::2])
    return cells


def _places(form: str, dice: np.random.Generator) -> Any:
    if form == "scattered":
        return dice.uniform(0, 1000, (150, 2)) + CORNER
    # On a grid four cells meet in a corner.
    side = np.arange(12) * 10.0
    return np.stack(np.meshgrid(EAST + side, NORTH + side), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("form", ["scattered", "grid"])
def test_an_outline_is_the_union_of_the_cells(form: str, seed: int) -> None:
    dice = np.random.default_rng(seed)
    cells = _cells(_places(form, dice))
    groups = [np.flatnonzero(dice.random(len(cells)) < share) for share in (0.1, 0.3, 0.5, 0.7, 0.95)]
    groups += [np.array([3]), np.arange(len(cells))]
    found = CellOutlines(cells).outlines(groups)
    assert shapely.is_valid(found).all()
    assert set(shapely.get_type_id(found)) == {shapely.GeometryType.MULTIPOLYGON}
    union = np.array([shapely.union_all(cells[one]) for one in groups])
    assert shapely.area(shapely.symmetric_difference(found, union)).max() < 1e-6
    assert shapely.area(found) == pytest.approx([shapely.area(cells[one]).sum() for one in groups])
    # Nothing runs through the inside.
    assert shapely.length(found) == pytest.approx(shapely.length(union), rel=1e-9)


def test_no_groups_have_no_outlines() -> None:
    assert len(CellOutlines(_cells(_places("grid", np.random.default_rng(0)))).outlines([])) == 0


@pytest.mark.parametrize("seed", range(6))
def test_what_is_cut_is_what_all_lines_together_leave(seed: int) -> None:
    dice = np.random.default_rng(seed)
    begin = dice.uniform(0, 600, (60, 2)) + CORNER
    lines = shapely.linestrings(np.stack([begin, begin + dice.normal(0, 40, (60, 2))], axis=1))
    # The last cell is far from all lines.
    cells = np.append(_cells(begin), shapely.box(EAST - 900, NORTH - 900, EAST - 800, NORTH - 800))
    found, is_cut = cut_beside(cells, lines, shapely.STRtree(lines))
    ground = shapely.union_all(shapely.buffer(lines, ROADSIDE_M, quad_segs=4))
    expected = shapely.intersection(cells, ground)
    assert shapely.area(shapely.symmetric_difference(found, expected)).max() < 1e-4
    assert (is_cut == (shapely.area(shapely.difference(cells, ground)) > LEAST_M2)).all()
    assert shapely.is_empty(found[-1])
    assert (shapely.area(found[:-1]) < shapely.area(cells[:-1]) - 1).sum() > 5


@pytest.mark.parametrize("spread_m", [400, 800, 1_600])
@pytest.mark.parametrize("seed", range(4))
def test_only_cells_with_ground_far_from_all_lines_are_cut(seed: int, spread_m: int) -> None:
    dice = np.random.default_rng(seed)
    begin = dice.uniform(0, spread_m, (120, 2)) + CORNER
    lines = shapely.linestrings(np.stack([begin, begin + dice.normal(0, 40, (120, 2))], axis=1))
    cells = _cells(begin)
    place, cell = shapely.STRtree(cells).query(shapely.points(begin), predicate="intersects")
    sites = np.empty_like(begin)
    sites[cell] = begin[place]
    found, whole = beside(cells, sites, lines)
    ground = shapely.union_all(shapely.buffer(lines, ROADSIDE_M, quad_segs=4))
    assert shapely.area(shapely.symmetric_difference(found, shapely.intersection(cells, ground))).max() < 2e-3
    assert (whole == (shapely.area(shapely.difference(cells, ground)) <= LEAST_M2)).all()
    assert all(one is two for one, two in zip(found[whole], cells[whole]))
