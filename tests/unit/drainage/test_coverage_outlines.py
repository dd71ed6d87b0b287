"""Outlines of groups of cells and pieces are their union; what is cut beside lines is what they all leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from support.slow_cases import a_few_quick

from waternet_plugin.core.drainage.divided_ground.beside_drains import beside
from waternet_plugin.core.drainage.divided_ground.coverage_outlines import CoverageOutlines
from waternet_plugin.core.drainage.divided_ground.cut_beside import LEAST_M2, cut_beside
from waternet_plugin.core.drainage.divided_ground.shared_corners import with_shared_corners
from waternet_plugin.core.drainage.divided_ground.site_cells import SiteCells

EAST, NORTH = 500_000.0, 2_500_000.0
ROADSIDE_M = 50.0
CORNER = np.array([EAST, NORTH])


def _cells(places: Any) -> Any:
    """Return the cells of places, every second one turned round."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(places)))
    cells[::2] = shapely.reverse(cells[::2])
    return cells


def _outlines(shapes: Any, groups: list[Any]) -> Any:
    bounds = np.cumsum([0, *(len(one) for one in groups)])
    rows = np.concatenate([np.empty(0, dtype=np.int64), *groups])
    return CoverageOutlines(shapes, np.zeros(len(shapes), dtype=bool)).outlines(rows, bounds)


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
    found = _outlines(cells, groups)
    assert shapely.is_valid(found).all()
    assert set(shapely.get_type_id(found)) == {shapely.GeometryType.MULTIPOLYGON}
    union = np.array([shapely.union_all(cells[one]) for one in groups])
    assert shapely.area(shapely.symmetric_difference(found, union)).max() < 1e-6
    assert shapely.area(found) == pytest.approx([shapely.area(cells[one]).sum() for one in groups])
    # Nothing runs through the inside.
    assert shapely.length(found) == pytest.approx(shapely.length(union), rel=1e-9)


def _pieces(dice: np.random.Generator) -> Any:
    """Return pieces of neighbouring boxes, one with a hole, in cells, and what of the cells they leave."""
    places = _places("scattered", dice)
    cells = _cells(places)
    frame = np.array([[0, 0, 300, 300], [300, 100, 500, 400], [0, 300, 250, 500], [600, 600, 900, 900]])
    boxes = shapely.box(*(frame + np.tile(CORNER, 2)).T)
    # Around the site of a cell, so that no side of a cell crosses it.
    site = places[np.argmin(np.hypot(*(places - CORNER - 750).T))]
    boxes[3] = boxes[3].difference(shapely.box(*(site - 0.1), *(site + 0.1)))
    boxes = with_shared_corners(boxes)
    one, two = np.nonzero(shapely.intersects(boxes[:, None], cells))
    rest = shapely.difference(cells, shapely.union_all(boxes))
    pieces = np.append(shapely.intersection(boxes[one], cells[two]), rest)
    return pieces[shapely.area(pieces) > 0]


@pytest.mark.parametrize("seed", a_few_quick(range(6), 1))
def test_an_outline_of_pieces_is_their_union(seed: int) -> None:
    dice = np.random.default_rng(seed)
    pieces = _pieces(dice)
    assert {"Polygon", "MultiPolygon"} == {one.geom_type for one in pieces}
    assert max(len(ring) for ring in map(_holes, pieces)) == 1
    groups = [np.flatnonzero(dice.random(len(pieces)) < share) for share in (0.1, 0.3, 0.5, 0.7, 0.95)]
    found = _outlines(pieces, groups)
    union = np.array([shapely.union_all(pieces[one]) for one in groups])
    assert shapely.is_valid(found).all()
    assert shapely.area(shapely.symmetric_difference(found, union)).max() < 1e-6
    assert shapely.length(found) == pytest.approx(shapely.length(union), rel=1e-9)


def _holes(shape: Any) -> list[Any]:
    return [ring for part in shapely.get_parts(shape) for ring in part.interiors]


def test_corners_in_sides_of_neighbours_are_shared() -> None:
    drawn = [
        shapely.box(0, 0, 10, 10),
        # Two beside it, one drawn the other way, with a corner of both at 4 m; one in a hole; one apart.
        shapely.Polygon([(10, 0), (20, 0), (20, 4), (10, 4)]),
        shapely.Polygon([(10, 4), (10, 10), (20, 10), (20, 4)]),
        shapely.Polygon(shapely.box(0, 20, 30, 40).exterior, [shapely.box(10, 25, 20, 35).exterior]),
        shapely.MultiPolygon([shapely.box(10, 25, 20, 30), shapely.box(50, 50, 60, 60)]),
        shapely.box(100, 100, 110, 110),
    ]
    shapes = np.asarray(shapely.transform(np.array(drawn, dtype=object), lambda xy: xy + CORNER))
    found = with_shared_corners(shapes)
    assert shapely.equals(found, shapes).all()
    assert (shapely.get_num_coordinates(found) - shapely.get_num_coordinates(shapes)).tolist() == [
        1, 0, 0, 2, 0, 0,
    ]  # fmt: skip
    assert found[5] is shapes[5]
    # Nothing is added twice.
    assert all(one is two for one, two in zip(with_shared_corners(found), found))


def test_no_groups_have_no_outlines() -> None:
    cells = _cells(_places("grid", np.random.default_rng(0)))
    assert len(_outlines(cells, [])) == 0


@pytest.mark.parametrize("seed", a_few_quick(range(6), 1))
def test_what_is_cut_is_what_all_lines_together_leave(seed: int) -> None:
    dice = np.random.default_rng(seed)
    begin = dice.uniform(0, 600, (60, 2)) + CORNER
    lines = shapely.linestrings(np.stack([begin, begin + dice.normal(0, 40, (60, 2))], axis=1))
    # The last cell is far from all lines.
    cells = np.append(_cells(begin), shapely.box(EAST - 900, NORTH - 900, EAST - 800, NORTH - 800))
    found, is_cut = cut_beside(cells, lines, shapely.STRtree(lines), ROADSIDE_M)
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
    corners = shapely.get_coordinates(cells, return_index=True)
    found, whole = beside(SiteCells(cells, np.arange(len(cells)), *corners), sites, lines, ROADSIDE_M)
    ground = shapely.union_all(shapely.buffer(lines, ROADSIDE_M, quad_segs=4))
    assert shapely.area(shapely.symmetric_difference(found, shapely.intersection(cells, ground))).max() < 2e-3
    assert (whole == (shapely.area(shapely.difference(cells, ground)) <= LEAST_M2)).all()
    assert all(one is two for one, two in zip(found[whole], cells[whole]))
