"""Cells, geometries and decisions of a package, without a network."""

from __future__ import annotations

import json

import pytest
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.fieldwork.field_decisions import read_decisions
from waternet_plugin.core.fieldwork.package_cells import (
    MARK_LENGTH,
    MARK_START,
    UnreadableCell,
    cells_of_text,
    marked_texts,
    read_cell,
    row_marks,
    row_texts,
)
from waternet_plugin.core.fieldwork.package_shapes import shape_cell, shape_returned
from waternet_plugin.core.fieldwork.returned_rows import (
    GivenRow,
    ReturnedTable,
    compare_rows,
    content_mark,
    differing_rows,
)
from waternet_plugin.core.schema.tables import table


def cell(shape: shapely.Geometry) -> str:
    return str(shapely.to_wkb(shape, byte_order=1, flavor="iso").hex())


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        ("", "text", None),
        (7, "text", "7"),
        ("3.5", "real", 3.5),
        ("2026/11/02", "date", "2026-11-02"),
        ("2026-11-02T08:00:00+08:00", "datetime", "2026-11-02T00:00:00.000Z"),
        ("2026-11-02 08:00", "datetime", "2026-11-02T08:00:00.000Z"),
        ("nan", "real", UnreadableCell("nan")),
        ("soon", "date", UnreadableCell("soon")),
        ("NaT", "datetime", UnreadableCell("NaT")),
        (b"\x01", "text", UnreadableCell("01")),
    ],
)
def test_a_value_of_a_file_becomes_a_cell(value: object, kind: str, wanted: object) -> None:
    assert read_cell(value, kind) == wanted


LINE = shapely.LineString([(0, 0, 5), (10, 0, 6), (20, 0, 7)])


def test_heights_that_a_program_drops_stay() -> None:
    assert shape_returned(cell(LINE), cell(shapely.force_2d(LINE))) == cell(LINE)
    assert shape_returned(cell(LINE), cell(shapely.force_3d(LINE, z=0))) == cell(LINE)
    flat = shapely.force_2d(LINE)
    assert shape_returned(cell(flat), cell(shapely.force_3d(flat, z=0))) == cell(flat)


def test_a_vertex_that_moved_has_an_unknown_height() -> None:
    moved = shapely.LineString([(0, 0), (10, 3), (20, 0)])
    found = shapely.from_wkb(shape_returned(cell(LINE), cell(moved)))
    heights = shapely.get_coordinates(found, include_z=True)[:, 2].tolist()
    assert heights[0] == 5
    assert heights[1] != heights[1]
    assert heights[2] == 7


def test_heights_that_were_measured_count() -> None:
    measured = shapely.LineString([(0, 0, 5), (10, 0, 6.5), (20, 0, 7)])
    assert shape_returned(cell(LINE), cell(measured)) == cell(measured)


def test_parts_of_one_become_what_the_table_has() -> None:
    assert shape_cell(cell(shapely.multilinestrings([LINE])), table("pipe")) == cell(LINE)
    for shape in (shapely.multilinestrings([LINE, LINE]), shapely.Point(0, 0), shapely.LineString()):
        assert isinstance(shape_cell(cell(shape), table("pipe")), UnreadableCell)
    assert isinstance(shape_cell("00ff", table("pipe")), UnreadableCell)
    square = shapely.box(0, 0, 1, 1)
    assert shapely.from_wkb(shape_cell(cell(square), table("zone"))).equals(shapely.MultiPolygon([square]))


def test_rows_are_json_whatever_they_hold() -> None:
    columns = {"a": ['"x"\n', None], "b": [None, None], "c": [0.1, UnreadableCell("?")]}
    assert [json.loads(text) for text in row_texts(columns)] == [{"a": '"x"\n', "c": 0.1}, {"c": "?"}]
    assert row_texts({"b": [None, None]}) == ["{}", "{}"]


def given(note: str | None = None) -> dict[str, GivenRow]:
    columns = {"inspection_id": ["I1"], **({} if note is None else {"note": [note]})}
    marks = row_marks([("I1", note)])
    text = marked_texts(marks, columns)[0]
    assert text[MARK_START : MARK_START + MARK_LENGTH] == marks[0]
    return {"a": GivenRow("I1", marks[0], False, 1, text)}


def came(
    uuids: list[str | None], notes: list[str | None], rows: dict[str, GivenRow] | None = None
) -> ReturnedTable:
    marks = row_marks(("I1", note) for note in notes)
    differing = differing_rows(rows or {}, uuids, marks)
    cells = {index: {"inspection_id": "I1", "note": notes[index]} for index in differing}
    return ReturnedTable(table("inspection"), uuids, marks, cells)


def test_a_row_that_differs_is_told_by_its_mark_and_any_text_without_one_differs() -> None:
    rows = given("x")
    marks = row_marks([("I1", "".join(["x"])), ("I1", "y"), ("I1", None)])
    assert differing_rows(rows, ["a", "a", "b"], marks) == [1, 2]
    assert differing_rows(rows, ["a", None], [marks[1], marks[0]]) == [0, 1]
    plain = {"a": GivenRow("I1", "", False, 1, row_texts({"note": ["x"]})[0])}
    assert differing_rows(plain, ["a"], marks[:1]) == [0]
    assert cells_of_text(rows["a"].text) == {"inspection_id": "I1", "note": "x"}


def test_a_uuid_that_comes_twice_is_one_row_and_a_new_one() -> None:
    found = compare_rows(given("x"), came(["a", "a"], ["x", "y"], given("x")))
    assert found.same == (("a", "I1"),)
    assert [(one.is_new, one.changed) for one in found.differing] == [(True, ("note",))]
    assert found.missing == ()


def test_what_a_crew_made_itself_is_never_missed() -> None:
    made = {"b": GivenRow("I2", "", True, 2, "{}")}
    assert compare_rows({**given(), **made}, came([], [])).missing == (("a", "I1"),)


def test_the_mark_of_a_content_knows_no_order() -> None:
    one = content_mark([came(["a", "b"], ["x", None])])
    assert one == content_mark([came(["b", "a"], [None, "x"])])
    assert one != content_mark([came(["a", "b"], ["y", None])])


def test_decisions_are_read() -> None:
    found = read_decisions(
        '{"default": "ours", "rows": {"a": {"note": "theirs"}, "b": "theirs"}, "delete": ["c"]}'
    )
    sides = [found.side(*key) for key in (("a", "note"), ("a", "date"), ("b", "x"), ("z", "note"))]
    assert sides == ["theirs", "ours", "theirs", "ours"]
    assert (found.is_deleted("c"), found.is_deleted("d"), found.again) == (True, False, False)
    assert read_decisions('{"delete": true}').is_deleted("d")
    assert read_decisions(" ").side("a", "note") == ""


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", '{"more": 1}', '{"default": "mine"}', '{"rows": {"a": "mine"}}', '{"rows": []}'),
        *('{"delete": "a"}', "missing.json", '{"default": "ours", "default": "theirs"}'),
    ],
)
def test_other_decisions_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="DECISIONS"):
        read_decisions(text)
