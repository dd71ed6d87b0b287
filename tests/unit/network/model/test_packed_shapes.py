"""Shapes that are packed come back as they were, whatever they are and after every edit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.live.editable_shapes import EditableShapes
from waternet_plugin.core.network.live.growing_columns import Slots
from waternet_plugin.core.network.model import packed_shapes, row_groups
from waternet_plugin.core.network.model.end_coordinates import end_xy, point_xy
from waternet_plugin.core.network.model.packed_shapes import PackedShapes, bounds_of
from waternet_plugin.core.network.model.row_groups import rows_of_names
from waternet_plugin.core.wkb import to_wkb

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


def test_names_looked_up_some_at_a_time_are_at_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    names = np.array(["B", None, "C", "A", "", "C", "D"], dtype=object)
    index = pd.Index(["A", "B", "C"], dtype=object)
    for at_a_time in (1, 2, 7, 50_000):
        monkeypatch.setattr(row_groups, "_NAMES", at_a_time)
        assert rows_of_names(index, names).tolist() == [1, -1, 2, 0, -1, 2, -1]
    assert rows_of_names(index, names[:0]).tolist() == []


def test_rows_are_read_by_number_by_mask_and_by_slice() -> None:
    packed = PackedShapes(LINES)
    rows = np.array([6, 4, 1, 1, 2])
    mask = np.arange(len(LINES)) % 2 == 0
    for wanted in (rows, mask, slice(1, 5), np.zeros(0, dtype=np.int64)):
        assert to_wkb(packed[wanted]).tolist() == to_wkb(LINES[wanted]).tolist()


def test_ends_and_places_are_those_of_the_shapes() -> None:
    np.testing.assert_array_equal(end_xy(PackedShapes(LINES)), end_xy(LINES))
    np.testing.assert_array_equal(point_xy(PackedShapes(POINTS)), point_xy(POINTS))


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
