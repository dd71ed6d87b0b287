"""Shapes that are packed come back as they were, whatever they are and after every edit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.live.editable_shapes import EditableShapes
from waternet_plugin.core.network.live.growing_columns import Slots
from waternet_plugin.core.network.model.end_coordinates import end_xy, point_xy
from waternet_plugin.core.network.model.near import near_lines
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.shapes import packed_shapes
from waternet_plugin.core.shapes.packed_columns import PackedColumn
from waternet_plugin.core.shapes.packed_shapes import (
    PackedShapes,
    are_missing,
    bounds_of,
    drawn_lengths,
    have_heights,
    vertex_counts,
    vertices_of,
)
from waternet_plugin.core.shapes.wkb import to_wkb

LINES = np.array(
    [
        *shapely.from_wkt(["LINESTRING (0 0, 3 4)", "LINESTRING Z (1 1 7, 2 2 8, 3 1 9)"]),
        None,
        *shapely.from_wkt(["LINESTRING EMPTY", "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))"]),
        shapely.linestrings([[5.0, 5.0, np.nan], [6.0, 6.0, 2.0]]),
        shapely.from_wkt("LINESTRING (9 9, 9 9)"),
    ],
    dtype=object,
)
POINTS = np.array([*shapely.from_wkt(["POINT (1 2)", "POINT Z (3 4 5)", "POINT EMPTY"]), None], dtype=object)


def assert_same(packed: PackedShapes, shapes: Array) -> None:
    assert to_wkb(packed[:]).tolist() == to_wkb(shapes).tolist()
    np.testing.assert_array_equal(packed.bounds, shapely.bounds(shapes).reshape(-1, 4))


@pytest.mark.parametrize("shapes", [LINES, LINES[:1], LINES[:2], POINTS, POINTS[:1], LINES[:0]])
def test_shapes_come_back_as_they_were(shapes: Array) -> None:
    packed = PackedShapes(shapes)
    assert len(packed) == len(shapes)
    assert_same(packed, shapes)
    np.testing.assert_array_equal(bounds_of(packed), bounds_of(shapes))


@pytest.mark.parametrize("shapes", [LINES, POINTS])
def test_shapes_made_some_at_a_time_are_the_same(shapes: Array, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_shapes, "_SHAPES", 1)
    assert_same(PackedShapes(shapes), shapes)


def test_rows_are_read_by_number_by_mask_and_by_slice() -> None:
    packed = PackedShapes(LINES)
    rows = np.array([6, 4, 1, 1, 2])
    mask = np.arange(len(LINES)) % 2 == 0
    for wanted in (rows, mask, slice(1, 5), np.zeros(0, dtype=np.int64)):
        assert to_wkb(packed[wanted]).tolist() == to_wkb(LINES[wanted]).tolist()


def test_ends_and_places_are_those_of_the_shapes() -> None:
    np.testing.assert_array_equal(end_xy(PackedShapes(LINES)), end_xy(LINES))
    np.testing.assert_array_equal(point_xy(PackedShapes(POINTS)), point_xy(POINTS))


@pytest.mark.parametrize("shapes", [LINES, LINES[:1], LINES[:2], POINTS, POINTS[:1], LINES[:0], LINES[2:3]])
def test_packed_shapes_tell_what_shapes_do(shapes: Array) -> None:
    packed = PackedShapes(shapes)
    assert have_heights(packed) == bool(np.isfinite(vertices_of(shapes)[:, 2]).any())
    for tell in (drawn_lengths, are_missing, vertices_of, vertex_counts):
        np.testing.assert_array_equal(tell(packed), tell(shapes))


def test_lengths_are_those_of_shapes_to_the_last_digit() -> None:
    random = np.random.default_rng(4)
    lines = np.array([shapely.linestrings(random.uniform(4e5, 4.1e5, (n, 2))) for n in range(2, 60)])
    np.testing.assert_array_equal(PackedShapes(lines).lengths, shapely.length(lines))


def test_parts_are_joined_in_their_order() -> None:
    parts = [PackedShapes(each) for each in (LINES[6:], LINES[:0], LINES, POINTS)]
    joined = PackedShapes.joined(parts)
    shapes = np.concatenate([LINES[6:], LINES, POINTS])
    assert_same(joined, shapes)
    np.testing.assert_array_equal(joined.vertices, vertices_of(shapes))


def test_a_frame_with_packed_shapes_reads_like_one_with_shapes() -> None:
    frame = pd.DataFrame({"pipe_id": list("abcdefg"), "geom": PackedColumn(PackedShapes(LINES))}, copy=False)
    rows, expected = TableRows("pipe", frame), TableRows("pipe", frame.assign(geom=LINES))
    for name in ("vertices", "first_vertex", "xy"):
        np.testing.assert_array_equal(getattr(rows, name), getattr(expected, name))
    np.testing.assert_array_equal(rows.xy_of(np.array([4, 1])), expected.xy_of(np.array([4, 1])))
    np.testing.assert_array_equal(TableRows("pipe", frame).xy, TableRows("pipe", frame.assign(geom=LINES)).xy)
    assert isinstance(rows.shapes, PackedShapes)
    assert to_wkb(rows.geometry).tolist() == to_wkb(LINES).tolist()
    assert frame["geom"].isna().tolist() == [shape is None for shape in LINES]
    assert frame["geom"].iloc[1] == LINES[1]
    some = frame[frame["pipe_id"].isin(["b", "d"])].copy()
    assert to_wkb(some["geom"].to_numpy(dtype=object)).tolist() == to_wkb(LINES[[1, 3]]).tolist()


def test_points_find_packed_lines_as_they_find_others() -> None:
    random = np.random.default_rng(5)
    start = random.uniform(0, 1000, (200, 2))
    lines = shapely.linestrings(np.stack([start, start + random.uniform(-40, 40, (200, 2))], axis=1))
    lines[::7] = None
    points = random.uniform(0, 300, (50, 2))

    def every(point: Array, line: Array) -> Array:
        return np.asarray((point + line) % 3 > 0)

    expected, given = (
        sorted(zip(*(column.tolist() for column in near_lines(points, each, 20.0, every))))
        for each in (lines, PackedShapes(lines))
    )
    assert given == expected and len(given) > 10


def test_shapes_follow_rows_that_are_changed_added_and_taken_out() -> None:
    shapes = EditableShapes(LINES)
    wanted = LINES.copy()
    drawn, nothing = shapely.from_wkt("LINESTRING (7 0, 7 1)"), None
    shapes.write(np.array([0, 1]), np.array([drawn, nothing], dtype=object))
    wanted[:2] = [drawn, nothing]
    assert_same(shapes, wanted)

    # Rows 3 and 0 go, one comes: what stands last fills the hole.
    slots = Slots.of(len(wanted), np.array([3, 0]), 1)
    shapes.shift(slots)
    shapes.write(slots.new, np.array([drawn], dtype=object))
    wanted[slots.moved_to] = wanted[slots.moved_from]
    wanted[slots.new] = drawn
    assert_same(shapes, wanted[: slots.size])

    slots = Slots.of(slots.size, np.zeros(0, dtype=np.int64), 2)
    shapes.shift(slots)
    shapes.write(slots.new, LINES[1:3])
    assert_same(shapes, np.concatenate([wanted[: slots.size - 2], LINES[1:3]]))
