"""What both sides did to the same rows: both are kept, or somebody has to say which holds."""

from __future__ import annotations

import dataclasses
import math

import pytest
from shapely import LineString, Point

from waternet_plugin.core.editing.merging import Merged, merge, wanted_rows
from waternet_plugin.core.editing.row_conflicts import (
    MINE,
    RESTORE,
    THEIRS,
    Answers,
    RowAnswer,
    RowChange,
    RowConflict,
)
from waternet_plugin.core.editing.row_edits import RowEdit

A, B, C = (0.0, 0.0, 10.0), (100.0, 0.0, 12.0), (0.0, 50.0, 11.0)


def a_pipe(*vertices, **values):
    line = LineString(vertices or (A, B))
    row = {"pipe_id": "P1", "system": "potable", "material": "pe", "diameter_mm": 100.0, "street": None}
    row |= {"length_m": line.length, "length_source": "geometry", "from_node": "A", "to_node": "B"}
    return {**row, "row_version": 1, "geom": line, **values}


def a_node(name, place, **values):
    return {"node_id": name, "kind": "junction", "geom": Point(place), **values}


def changed(row, **values):
    return {**row, **values}


def edit(before, now, key=7, table="pipe"):
    return RowEdit(table, key, before, now)


def merged_row(merged: Merged, table="pipe"):
    assert not merged.conflicts
    (found,) = [one for one in merged.edits if one.table == table]
    return found.now


def answered(conflict: RowConflict, row="", **fields):
    return Answers({conflict.row_key: RowAnswer(conflict, row, fields)})


def test_other_fields_of_both_are_kept():
    row = a_pipe()
    theirs = changed(row, material="ductile_iron", row_version=2)
    merged = merge((edit(row, changed(row, diameter_mm=200.0)),), {("pipe", 7): theirs})
    assert merged.edits == (edit(theirs, changed(theirs, diameter_mm=200.0)),) and not merged.conflicts
    assert merged.edits[0].changed_fields == ("diameter_mm",)


def test_a_geometry_of_one_and_a_field_of_the_other_are_kept():
    row = a_pipe()
    moved = a_pipe(A, (50.0, 5.0, 11.0), B)
    now = merged_row(merge((edit(row, moved),), {("pipe", 7): changed(row, street="人民路")}))
    assert now["geom"].equals(moved["geom"]) and now["street"] == "人民路"
    assert now["length_m"] == moved["length_m"]
    now = merged_row(merge((edit(row, changed(row, street="人民路")),), {("pipe", 7): moved}))
    assert now["geom"].equals(moved["geom"]) and now["length_m"] == moved["length_m"]


def test_the_same_field_with_two_values_is_a_conflict_with_who_and_when():
    row = a_pipe()
    edits = (edit(row, changed(row, material="steel", diameter_mm=200.0)),)
    theirs = {("pipe", 7): changed(row, material="ductile_iron", diameter_mm=200.0)}
    changes = {("pipe", 7): RowChange("update", "李工", "2026-11-21T10:42:00Z")}
    merged = merge(edits, theirs, changes=changes)
    (found,) = merged.conflicts
    assert not merged.edits
    assert (found.table, found.key, found.asset, found.by, found.at) == (
        *("pipe", 7, "P1"),
        *("李工", "2026-11-21T10:42:00Z"),
    )
    assert [dataclasses.astuple(one) for one in found.fields] == [("material", "pe", "steel", "ductile_iron")]
    assert not found.is_gone and not found.is_about_row


def test_the_same_value_on_both_sides_is_no_conflict_and_nothing_is_left_to_write():
    row = a_pipe()
    now = changed(row, material="steel", street=math.nan)
    merged = merge((edit(row, now),), {("pipe", 7): changed(row, material="steel")})
    assert merged == Merged((), ())


@pytest.mark.parametrize(("side", "material"), [(MINE, "steel"), (THEIRS, "ductile_iron")])
def test_an_answer_for_a_field_holds_and_the_rest_of_both_is_kept(side, material):
    row = a_pipe()
    edits = (edit(row, changed(row, material="steel", street="人民路")),)
    theirs = {("pipe", 7): changed(row, material="ductile_iron", diameter_mm=300.0)}
    (found,) = merge(edits, theirs).conflicts
    for answers in (answered(found, side), answered(found, material=side)):
        assert answers.rows[found.row_key].is_complete
        now = merged_row(merge(edits, theirs, answers))
        assert (now["material"], now["street"], now["diameter_mm"]) == (material, "人民路", 300.0)


def test_fields_of_a_row_are_answered_apart():
    row = a_pipe()
    edits = (edit(row, changed(row, material="steel", street="人民路")),)
    theirs = {("pipe", 7): changed(row, material="ductile_iron", street="建设路")}
    (found,) = merge(edits, theirs).conflicts
    half = answered(found, material=MINE)
    assert not half.rows[found.row_key].is_complete
    (left,) = merge(edits, theirs, half).conflicts
    assert left == found, "the whole row is shown again, with what is answered"
    now = merged_row(merge(edits, theirs, answered(found, material=MINE, street=THEIRS)))
    assert (now["material"], now["street"]) == ("steel", "建设路")


def test_an_answer_does_not_hold_for_what_the_person_did_not_see():
    row = a_pipe()
    edits = (edit(row, changed(row, material="steel")),)
    (found,) = merge(edits, {("pipe", 7): changed(row, material="ductile_iron")}).conflicts
    again = merge(edits, {("pipe", 7): changed(row, material="copper")}, answered(found, MINE))
    assert [one.theirs for one in again.conflicts[0].fields] == ["copper"] and not again.edits
    gone = merge(edits, {("pipe", 7): None}, answered(found, MINE))
    assert gone.conflicts[0].is_gone


@pytest.mark.parametrize("theirs", [{("pipe", 7): None}, {}])
def test_a_row_that_is_gone_comes_back_only_by_its_own_answer(theirs):
    row = a_pipe()
    mine = changed(row, material="steel")
    edits = (edit(row, mine),)
    (found,) = merge(edits, theirs).conflicts
    assert found.is_gone and found.is_about_row and found.theirs is None and found.mine == mine
    for said in ("", MINE):
        assert not answered(found, said).rows[found.row_key].is_complete
        assert merge(edits, theirs, answered(found, said)).conflicts == (found,)
    assert merge(edits, theirs, answered(found, THEIRS)) == Merged((), ())
    assert merge(edits, theirs, answered(found, RESTORE)).edits == (edit(None, mine),)
    back = merge(edits, {("pipe", 7): changed(row, material="copper")}, answered(found, RESTORE))
    assert not back.edits and back.conflicts[0].fields[0].theirs == "copper"


def test_a_row_that_both_deleted_is_no_conflict():
    assert merge((edit(a_pipe(), None),), {("pipe", 7): None}) == Merged((), ())


def test_a_deleted_row_that_others_changed_is_a_conflict():
    row = a_pipe()
    theirs = changed(row, material="steel")
    (found,) = merge((edit(row, None),), {("pipe", 7): theirs}).conflicts
    assert found.is_deleted and found.is_about_row and [one.name for one in found.fields] == ["material"]
    assert merge((edit(row, None),), {("pipe", 7): theirs}, answered(found, MINE)).edits == (
        edit(theirs, None),
    )
    assert merge((edit(row, None),), {("pipe", 7): theirs}, answered(found, THEIRS)) == Merged((), ())
    later = changed(theirs, material="copper")
    assert merge((edit(row, None),), {("pipe", 7): later}, answered(found, MINE)).conflicts


def test_a_deleted_row_whose_columns_the_store_filled_goes():
    row = a_pipe()
    theirs = changed(row, row_version=2, map_rank=3, edited_by="li")
    assert merge((edit(row, None),), {("pipe", 7): theirs}).edits == (edit(theirs, None),)


def test_the_same_vertex_moved_by_both_is_a_conflict_and_the_measured_length_goes_with_the_line():
    row = a_pipe()
    mine, told = a_pipe(A, (50.0, 5.0, 11.0), B), a_pipe(A, (50.0, -9.0, 11.0), B)
    edits, theirs = (edit(row, mine),), {("pipe", 7): told}
    (found,) = merge(edits, theirs).conflicts
    assert [one.name for one in found.fields] == ["geom"]
    now = merged_row(merge(edits, theirs, answered(found, MINE)))
    assert now["geom"].equals(mine["geom"]) and now["length_m"] == mine["length_m"]
    assert merge(edits, theirs, answered(found, THEIRS)) == Merged((), ())


def test_a_given_length_of_mine_stays_beside_their_line():
    row = a_pipe()
    mine = changed(row, length_m=123.0, length_source="given")
    told = a_pipe(A, (50.0, -9.0, 11.0), B)
    now = merged_row(merge((edit(row, mine),), {("pipe", 7): told}))
    assert now["geom"].equals(told["geom"]) and (now["length_m"], now["length_source"]) == (123.0, "given")


@pytest.mark.parametrize("knows_log", [True, False])
def test_an_end_follows_the_node_that_a_colleague_moved_while_mine_moved_a_vertex(knows_log):
    row = a_pipe()
    mine = a_pipe(A, (50.0, 5.0, 11.0), B)
    there = (0.0, 7.0, 10.5)
    theirs = {("pipe", 7): a_pipe(there, B), ("node", 1): a_node("A", there), ("node", 2): a_node("B", B)}
    changes = {("node", 1): RowChange("update", "li", "", Point(A))} if knows_log else {}
    now = merged_row(merge((edit(row, mine),), theirs, changes=changes))
    assert list(now["geom"].coords) == [there, (50.0, 5.0, 11.0), B]
    assert now["length_m"] == now["geom"].length


def test_a_joint_that_a_colleague_moved_stays_beside_the_node_that_i_moved():
    row, there = a_pipe(), (0.0, 7.0, 10.0)
    node = a_node("A", A)
    edits = (
        edit(row, a_pipe(there, B)),
        edit(node, changed(node, geom=Point(there)), key=1, table="node"),
    )
    theirs = {("pipe", 7): a_pipe(A, (50.0, 5.0, 11.0), B), ("node", 1): node}
    now = merged_row(merge(edits, theirs))
    assert list(now["geom"].coords) == [there, (50.0, 5.0, 11.0), B]


def test_a_node_that_both_moved_is_one_conflict_and_its_pipes_go_where_it_goes():
    row, node = a_pipe(), a_node("A", A)
    here, there = (0.0, 7.0, 10.0), (3.0, 0.0, 10.0)
    edits = (edit(row, a_pipe(here, B)), edit(node, a_node("A", here), key=1, table="node"))
    theirs = {("pipe", 7): a_pipe(there, B), ("node", 1): a_node("A", there)}
    changes = {("node", 1): RowChange("update", "li", "", Point(A))}
    (found,) = merge(edits, theirs, changes=changes).conflicts
    assert found.row_key == ("node", 1)
    now = merged_row(merge(edits, theirs, answered(found, MINE), changes))
    assert now["geom"].coords[0] == here
    assert not merge(edits, theirs, answered(found, THEIRS), changes).edits


def test_the_end_of_a_new_pipe_follows_its_node():
    there = (0.0, 7.0, 10.0)
    new = edit(None, a_pipe(A, C, from_node="A", to_node="C"), key=-2)
    theirs = {("node", 1): a_node("A", there), ("node", 3): a_node("C", C)}
    changes = {("node", 1): RowChange("update", "li", "", Point(A))}
    now = merged_row(merge((new,), theirs, changes=changes))
    assert list(now["geom"].coords) == [there, C] and now["length_m"] == now["geom"].length
    assert merge((new,), theirs).edits == (new,), "nothing says that the node was ever at the end"


def test_an_end_that_was_never_on_the_node_it_names_stays():
    far = (500.0, 0.0, 0.0)
    row = a_pipe(from_node="FAR")
    mine = changed(a_pipe(A, (50.0, 5.0, 11.0), B), from_node="FAR")
    theirs = {("pipe", 7): row, ("node", 1): a_node("FAR", far)}
    changes = {("node", 1): RowChange("update", "li", "", Point(499.0, 0.0))}
    assert merged_row(merge((edit(row, mine),), theirs, changes=changes))["geom"].equals(mine["geom"])


def test_an_end_that_a_colleague_mended_onto_a_node_is_their_own_change():
    row = a_pipe((1.0, 0.0, 10.0), B)
    mine = a_pipe((1.0, 0.0, 10.0), (50.0, 5.0, 11.0), B)
    theirs = {("pipe", 7): a_pipe(A, B), ("node", 1): a_node("A", A)}
    changes = {("node", 1): RowChange("update", "li", "", Point(A))}
    assert merge((edit(row, mine),), theirs, changes=changes).conflicts


def test_unknown_heights_stay_unknown_where_an_end_follows():
    flat = LineString([(0, 0), (100, 0)])
    there = (0.0, 7.0)
    row = a_pipe(geom=flat)
    mine = a_pipe(geom=LineString([(0, 0), (50, 5), (100, 0)]))
    theirs = {("pipe", 7): a_pipe(geom=LineString([there, (100, 0)])), ("node", 1): a_node("A", there)}
    line = merged_row(merge((edit(row, mine),), theirs))["geom"]
    assert not line.has_z and list(line.coords) == [there, (50, 5), (100, 0)]


def test_nodes_are_asked_for_where_a_line_is_new_or_moved():
    row = a_pipe()
    edits = (
        edit(row, changed(row, street="x")),
        edit(row, a_pipe(A, C, to_node="C"), key=8),
        edit(None, a_pipe(to_node=None, from_node="D"), key=-1),
        edit(row, None, key=9),
        edit(a_node("E", A), a_node("E", B), key=1, table="node"),
    )
    assert wanted_rows(edits).node_ids == ("A", "B", "C", "D")


def test_the_order_of_edits_stays_and_does_not_matter():
    row, node = a_pipe(), a_node("A", A)
    here = (0.0, 7.0, 10.0)
    edits = (
        edit(row, a_pipe(here, B)),
        edit(node, a_node("A", here), key=1, table="node"),
        edit(None, a_pipe(), key=-1),
    )
    theirs = {("pipe", 7): row, ("node", 1): node}
    one, other = merge(edits, theirs).edits, merge(edits[::-1], theirs).edits
    assert [found.key for found in one] == [7, 1, -1] and one == other[::-1]
