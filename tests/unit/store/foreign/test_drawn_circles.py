"""Circles of a drawing are signs for points or areas, by size, likeness and the lines that end there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from support.cad_drawing import CadDrawing, Place

from waternet_plugin.core.files.drawn_circles import circles_as_points
from waternet_plugin.core.files.drawn_entities import DrawnEntity
from waternet_plugin.store.foreign import foreign, foreign_descriptions

EAST, NORTH = 500_000.0, 2_500_000.0


def _circle(number: int, middle: Place, radius: float, layer: str = "JS", corners: int = 90) -> DrawnEntity:
    turn = np.linspace(0.3, 0.3 + 2 * np.pi, corners + 1)
    xy = np.column_stack([middle[0] + radius * np.cos(turn), middle[1] + radius * np.sin(turn)])
    xy[-1] = xy[0]
    return DrawnEntity(number, layer, "line", np.column_stack([xy, np.full(len(xy), 3.5)]))


def _line(number: int, *places: Place) -> DrawnEntity:
    return DrawnEntity(number, "JS", "line", np.array([[x, y, 0.0] for x, y in places]))


def _kinds(*entities: DrawnEntity) -> tuple[list[str], set[int], set[int]]:
    found = circles_as_points(entities)
    return [one.kind for one in found.entities], set(found.lone), set(found.alike)


@pytest.mark.slow
@hypothesis_settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=3, max_size=12, unique=True),
    st.floats(0.2, 4.9),
    st.integers(12, 200),
)
def test_small_circles_of_one_radius_are_points_in_their_middle(
    spots: list[tuple[int, int]], radius: float, corners: int
) -> None:
    middles = [(EAST + 20.0 * x, NORTH + 20.0 * y) for x, y in spots]
    circles = [_circle(at, middle, radius, corners=corners) for at, middle in enumerate(middles, start=1)]
    found = circles_as_points(circles)
    assert {one.kind for one in found.entities} == {"point"} and not found.lone and not found.alike
    assert np.allclose([one.xyz[0, :2] for one in found.entities], middles, atol=1e-6)
    assert {one.xyz[0, 2] for one in found.entities} == {3.5}


def test_a_lone_small_circle_is_a_point_and_doubtful_unless_a_line_ends_there() -> None:
    here, there = (EAST, NORTH), (EAST + 100.0, NORTH)
    assert _kinds(_circle(1, here, 1.5)) == (["point"], {1}, set())
    to_middle = _line(2, here, there)
    assert _kinds(_circle(1, here, 1.5), to_middle) == (["point", "line"], set(), set())
    to_rim = _line(2, (EAST + 1.5, NORTH), there)
    assert _kinds(_circle(1, here, 1.5), to_rim) == (["point", "line"], set(), set())


def test_large_circles_are_areas_and_doubtful_where_they_repeat() -> None:
    middles = [(EAST + 300.0 * at, NORTH) for at in range(3)]
    circles = [_circle(at + 1, middle, 40.0) for at, middle in enumerate(middles)]
    assert _kinds(circles[0]) == (["line"], set(), set())
    assert _kinds(*circles) == (["line"] * 3, set(), {1, 2, 3})
    # A pipe goes to the middle of a tank.
    ended = _line(4, middles[0], (EAST, NORTH + 90.0))
    assert _kinds(circles[0], ended) == (["point", "line"], set(), set())


def test_boxes_and_bent_lines_are_no_circles() -> None:
    box = [(EAST, NORTH), (EAST + 2, NORTH), (EAST + 2, NORTH + 2), (EAST, NORTH + 2), (EAST, NORTH)]
    turn = np.linspace(0, 2 * np.pi, 40)
    oval = [(EAST + 3 * np.cos(each), NORTH + 2 * np.sin(each)) for each in turn[:-1]]
    assert _kinds(_line(1, *box), _line(2, *oval, oval[0])) == (["line", "line"], set(), set())


def test_what_is_drawn_around_a_block_or_the_same_middle_is_one_sign() -> None:
    here = (EAST, NORTH)
    block = DrawnEntity(1, "JS", "point", np.array([[*here, 0.0]]), block="FM")
    assert _kinds(block, _circle(2, here, 1.0))[0] == ["point", "other"]
    assert _kinds(_circle(1, here, 0.5), _circle(2, here, 1.0))[0] == ["other", "point"]
    # A sign in the middle of a round compound is a sign.
    assert _kinds(_circle(1, here, 80.0), _circle(2, here, 1.0))[0] == ["line", "point"]


@pytest.mark.parametrize("draw", ["circle", "ring"])
def test_circles_of_a_drawing_are_blocks_and_the_rest_areas(tmp_path: Path, draw: str) -> None:
    drawing = CadDrawing()
    for at in range(4):
        getattr(drawing, draw)("污水井", (EAST + 30.0 * at, NORTH), 0.35)
        drawing.line("污水管", [(EAST + 30.0 * at, NORTH), (EAST + 30.0 * (at + 1), NORTH)])
    getattr(drawing, draw)("检查井", (EAST, NORTH + 50.0), 0.5)
    getattr(drawing, draw)("住宅小区", (EAST, NORTH + 300.0), 90.0)
    path = drawing.write(tmp_path / "井.dxf")
    assert [(one.name, one.rows) for one in foreign_descriptions.read_layers(path)] == [
        ("blocks", 5),
        ("lines", 4),
        ("areas", 1),
    ]
    blocks = foreign.read_rows(f"{path}|layername=blocks")
    assert shapely.get_coordinates(blocks.frame.geometry.iloc[1]).round(6).tolist() == [[EAST + 30.0, NORTH]]
    assert blocks.frame["layer"].tolist() == ["污水井"] * 4 + ["检查井"]
    assert "1 small circle" in blocks.doubtful
    assert foreign.read_rows(f"{path}|layername=areas").doubtful == ""
