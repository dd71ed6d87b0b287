"""Whose a field is by the change log: deliveries, people, undos, renames and cuts."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.editing.persons_fields import FieldsEntry, persons_fields


def log(*told: tuple[Any, ...]) -> list[FieldsEntry]:
    """Return entries: asset, action, fields, kind, and what else is said by name."""
    return [
        FieldsEntry(seq, asset, action, tuple(fields.split()), kind=kind, family=f"{kind}{seq}", **extra)
        for seq, (asset, action, fields, kind, extra) in enumerate((*one, {})[:5] for one in told)
    ]


ADOPTED = ("A", "insert", "hash", "adopt")


def test_a_field_is_a_persons_until_the_next_delivery() -> None:
    edited = ("A", "update", "street note", "edit")
    assert persons_fields(log(ADOPTED, edited), ["A"], {}) == {"A": frozenset({"street", "note"})}
    assert persons_fields(log(ADOPTED, edited, ("A", "update", "note", "survey")), ["A"], {}) == {
        "A": frozenset({"street"})
    }
    assert persons_fields(log(ADOPTED, edited, ("A", "update", "material", "update")), ["A"], {}) == {}


def test_what_an_update_left_stays_a_persons() -> None:
    left = ("A", "update", "material", "update", {"kept": ("street",)})
    entries = log(ADOPTED, ("A", "update", "street note", "edit"), left)
    assert persons_fields(entries, ["A"], {}) == {"A": frozenset({"street"})}


def test_what_was_undone_never_happened() -> None:
    told = log(ADOPTED, ("A", "update", "street", "edit"))
    undone = FieldsEntry(9, "A", "update", ("street",), kind="edit", family="edit1", sign=-1)
    assert persons_fields([*told, undone], ["A"], {}) == {}
    redone = FieldsEntry(10, "A", "update", ("street",), kind="edit", family="edit1")
    assert persons_fields([*told, undone, redone], ["A"], {}) == {"A": frozenset({"street"})}


def test_a_deletion_that_was_undone_forgets_nothing() -> None:
    told = log(ADOPTED, ("A", "update", "street", "edit"), ("A", "delete", "", "edit"))
    back = FieldsEntry(9, "A", "insert", ("street", "material"), kind="edit", family="edit2", sign=-1)
    assert persons_fields([*told, back], ["A"], {}) == {"A": frozenset({"street"})}


def test_a_row_keeps_its_story_through_its_names() -> None:
    entries = [
        *log(ADOPTED, ("A", "update", "street", "edit")),
        FieldsEntry(2, "A", "update", ("pipe_id",), new_id="X", kind="edit", family="e2"),
        FieldsEntry(3, "A", "insert", ("note",), kind="edit", family="e3"),
    ]
    assert persons_fields(entries, ["X", "A"], {}) == {
        "X": frozenset({"street", "pipe_id"}),
        "A": frozenset({"note"}),
    }


def test_a_part_has_the_story_of_the_whole_up_to_the_cut() -> None:
    entries = log(
        ADOPTED,
        ("A", "update", "street", "edit"),
        ("A", "update", "geom", "edit"),
        ("A-2", "insert", "street material geom", "edit"),
        ("A", "update", "note", "edit"),
        ("A-2", "update", "lining", "repair"),
    )
    found = persons_fields(entries, ["A", "A-2"], {"A": "A", "A-2": "A"})
    assert found["A"] == {"street", "geom", "note"}
    assert found["A-2"] == {"street", "geom", "lining"}
    # Drawn by hand it is a pipe of its own, and all that was typed is that person's.
    assert persons_fields(entries, ["A-2"], {})["A-2"] == {"street", "material", "geom", "lining"}
