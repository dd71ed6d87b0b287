"""What rows were when they were delivered, by the entries of a change log."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.editing.delivery_states import DeliveredRow, delivered_rows
from waternet_plugin.core.editing.persons_fields import FieldsEntry

FIELDS = ("bore", "geom")


def log(*entries: tuple[Any, ...]) -> list[FieldsEntry]:
    """Return entries of asset, action, batch kind, what was before, and further fields."""
    return [
        FieldsEntry(
            seq,
            asset,
            action,
            kind=kind,
            before=before,
            new_id=(more or {}).get("new_id"),
            family=(more or {}).get("family", kind),
            sign=(more or {}).get("sign", 1),
        )
        for seq, (asset, action, kind, before, *rest) in enumerate(entries, 1)
        for more in [rest[0] if rest else None]
    ]


def told(*entries: tuple[Any, ...]) -> list[tuple[str, str | None, dict[str, Any]]]:
    found: tuple[DeliveredRow, ...] = delivered_rows(log(*entries), FIELDS)
    return [(one.asset, one.now, one.before) for one in found]


MADE = ("A", "insert", "adopt", {})


def test_the_first_change_of_a_field_has_what_was_delivered() -> None:
    later = ("A", "update", "edit", {"bore": 150, "note": "x"})
    entries = (MADE, ("A", "update", "edit", {"bore": 100}), later)
    assert told(*entries) == [("A", "A", {"bore": 100})]
    assert told(MADE, ("A", "update", "edit", {"bore": None})) == [("A", "A", {"bore": None})]
    assert told(MADE, ("A", "update", "edit", {"note": "x"})) == []


def test_a_row_that_nobody_delivered_is_none() -> None:
    assert told(("A", "insert", "edit", {}), ("A", "update", "edit", {"bore": 100})) == []
    assert told(("A", "update", "edit", {"bore": 100})) == []


def test_ids_are_followed() -> None:
    renamed = ("A", "update", "edit", {}, {"new_id": "B"})
    assert told(MADE, renamed, ("B", "update", "edit", {"bore": 100})) == [("A", "B", {"bore": 100})]
    # Another row that gets the id later is another row.
    later = (("A", "insert", "edit", {}), ("A", "update", "edit", {"bore": 7}))
    assert told(MADE, renamed, *later, ("B", "update", "edit", {"geom": "g"})) == [("A", "B", {"geom": "g"})]


def test_a_deleted_row_is_told_whole_and_may_come_back() -> None:
    gone = ("A", "delete", "edit", {"bore": 100, "fid": 1}, {"family": "B2"})
    assert told(MADE, gone) == [("A", None, {"bore": 100, "geom": None})]
    back = ("A", "insert", "edit", {}, {"family": "B2", "sign": -1})
    assert told(MADE, gone, back)[0][:2] == ("A", "A")
    assert told(MADE, gone, ("A", "insert", "revert", {}))[0][:2] == ("A", "A")
    drawn = ("A", "insert", "edit", {}, {"family": "B3"})
    assert told(MADE, gone, drawn)[0][:2] == ("A", None)


def test_an_undone_delivery_never_came_and_may_come_again() -> None:
    changed = ("A", "update", "edit", {"bore": 100})
    undone = ("A", "delete", "adopt", {"bore": 150}, {"sign": -1})
    assert told(MADE, changed, undone) == []
    again = ("A", "insert", "adopt", {})
    assert told(MADE, changed, undone, again, ("A", "update", "edit", {"bore": 80})) == [
        ("A", "A", {"bore": 80})
    ]
