"""What is an edit of a row, and which of its fields changed."""

from __future__ import annotations

import math

import pytest
from shapely import LineString, Point

from waternet_plugin.core.editing.row_edits import RowEdit, by_table, is_same, moved


def test_unknown_is_the_same_as_unknown_and_heights_count():
    assert is_same(None, math.nan) and not is_same(None, 0.0)
    flat, high = LineString([(0, 0), (1, 0)]), LineString([(0, 0, 2), (1, 0, 2)])
    assert is_same(flat, LineString([(0, 0), (1, 0)])) and not is_same(flat, high)


def test_changed_fields_leave_out_what_the_store_fills():
    before = {"pipe_id": "P1", "material": None, "geom": Point(0, 0), "row_version": 3}
    edit = RowEdit("pipe", 7, before, {**before, "material": "pe", "row_version": 4})
    assert edit.changed_fields == ("material",) and not moved(edit)
    assert moved(RowEdit("pipe", 7, before, {**before, "geom": Point(0, 1)}))


def test_a_renamed_row_is_known_by_its_old_id_and_a_new_one_by_its_own():
    assert RowEdit("pipe", 7, {"pipe_id": "P1"}, {"pipe_id": "P2"}).asset == "P1"
    new = RowEdit("pipe", -2, None, {"pipe_id": "P3"})
    assert new.asset == "P3" and new.is_new and new.changed_fields == ()
    assert RowEdit("pipe", 7, {"pipe_id": "P1"}, None).is_deleted


def test_nothing_is_no_edit():
    with pytest.raises(ValueError, match="not an edit"):
        RowEdit("pipe", 7, None, None)


def test_edits_come_by_table():
    one, two = RowEdit("node", 1, {}, {}), RowEdit("pipe", 1, {}, {})
    assert list(by_table((one, two, one))) == [("node", (one, one)), ("pipe", (two,))]
