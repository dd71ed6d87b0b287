"""Which fields of rows people set after the rows were delivered last, as the change log tells it.

A delivery is an adoption or an update; it counts for the rows that it wrote. What it left as a person had set
it stays that person's. Whatever was undone, and its undo, never happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

INSERT, UPDATE, DELETE = "insert", "update", "delete"
DELIVERIES = frozenset({"create", "adopt", "update"})
# Kinds of batches in which a person decided; '' is what another program wrote into the file.
PERSONS = frozenset({"edit", "repair", "revert", "work", "field", ""})


@dataclass(frozen=True)
class FieldsEntry:
    """An entry of the change log: which fields of a row it set.

    Attributes
    ----------
    seq
        Its number.
    asset
        The id of the row before it, of a new one the id it got.
    action
        ``insert``, ``update`` or ``delete``.
    fields
        The fields that it set, the geometry among them.
    new_id
        The id that the row got, None where it kept its own.
    kind
        The kind of its batch, of an undo that of the batch it took back; '' for none.
    family
        The batch that it belongs to, of an undo the one it took back; '' for none.
    sign
        1 where it does what the family's batch did, -1 where it takes that back.
    kept
        The fields that an update left as a person had set them.
    before
        What the row had in these fields, of a deleted row all that it knew; empty where it was not asked for.
    """

    seq: int
    asset: str
    action: str
    fields: tuple[str, ...] = ()
    new_id: Optional[str] = None
    kind: str = ""
    family: str = ""
    sign: int = 1
    kept: tuple[str, ...] = ()
    before: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Row:
    """One row through all its names."""

    entries: list[FieldsEntry] = field(default_factory=list)


def persons_fields(
    entries: Iterable[FieldsEntry], assets: Sequence[str], parts: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Return the fields that people set since the last delivery, by the ids of now; without those of none.

    Parameters
    ----------
    entries
        What the log tells of the rows, in its order.
    assets
        The ids of the rows now.
    parts
        The id under which a row was delivered that was cut into several since, by the id of each part.
    """
    now: dict[str, _Row] = {}
    named: dict[str, list[_Row]] = {}
    for entry in entries:
        row = now.pop(entry.asset, None)
        if entry.action == INSERT:
            # An undo that brings a row back brings back the row that it was.
            row = named[entry.asset][-1] if entry.sign < 0 and entry.asset in named else None
        if row is None:
            row = _Row()
            named.setdefault(entry.asset, []).append(row)
        row.entries.append(entry)
        if entry.action == DELETE:
            continue
        name = entry.new_id or entry.asset
        now[name] = row
        if name != entry.asset:
            named.setdefault(name, []).append(row)
    found = {}
    for asset in assets:
        own: Sequence[FieldsEntry] = now[asset].entries if asset in now else ()
        if asset in parts:
            own = _with_whole(own, named.get(parts[asset], ()))
        fields = _since_delivery(own)
        if fields:
            found[asset] = fields
    return found


def _with_whole(own: Sequence[FieldsEntry], rows: Sequence[_Row]) -> Sequence[FieldsEntry]:
    """Return what the log tells of a part, after what it tells of the whole up to the cut.

    The cut itself repeats what the whole had.
    """
    if not own or own[0].action != INSERT or own[0].kind in DELIVERIES:
        return own
    before = rows[-1].entries if rows else ()
    return [*(one for one in before if one.seq < own[0].seq), *own[1:]]


def _since_delivery(entries: Sequence[FieldsEntry]) -> frozenset[str]:
    last_signs = {entry.family: entry.sign for entry in entries if entry.family}
    theirs: set[str] = set()
    for entry in entries:
        if entry.sign < 0 or (entry.family and last_signs[entry.family] < 0):
            continue
        if entry.kind in DELIVERIES:
            # A field that was left as a person had it is still that person's.
            theirs.intersection_update(entry.kept)
        elif entry.kind in PERSONS:
            theirs.update(entry.fields)
        else:
            theirs.difference_update(entry.fields)
    return frozenset(theirs)
