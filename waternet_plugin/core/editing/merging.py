"""Edits of a person beside what others wrote into the same rows: what both keep, and what is a conflict.

A row counts as read when it was first touched. What others changed in other fields is kept; the same field
with two different values is a conflict, and so is a row that one side deleted and the other changed. Ends of
pipes that are joined to a node follow it, whoever moved it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Optional

from waternet_plugin.core.editing.line_merging import merged_line
from waternet_plugin.core.editing.node_positions import NODE, NodePositions
from waternet_plugin.core.editing.row_conflicts import (
    MINE,
    NO_ANSWERS,
    RESTORE,
    THEIRS,
    Answers,
    FieldConflict,
    RowAnswer,
    RowChange,
    RowConflict,
    RowKey,
    changed_names,
    not_filled,
)
from waternet_plugin.core.editing.row_edits import Row, RowEdit, by_table, is_same, moved
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr

_PIPE = "pipe"
_ENDS = ("from_node", "to_node")
_NO_CHANGES: Mapping[RowKey, RowChange] = MappingProxyType({})


@dataclass(frozen=True)
class Merged:
    """What is to be written, and what stands in the way.

    Parameters
    ----------
    edits
        The edits on top of what the file holds: ``before`` is the row in the file, ``now`` what it becomes. A
        row that is restored has no ``before`` and keeps its key. What the file holds already is left out.
    conflicts
        Rows of which somebody has to say which version holds; as long as there is one, nothing is written.
    """

    edits: tuple[RowEdit, ...]
    conflicts: tuple[RowConflict, ...]


def united(edits: Iterable[RowEdit]) -> tuple[RowEdit, ...]:
    """Return edits with each row once, where a table is in the project twice.

    Raises
    ------
    InputError
        Where two layers make different things of a row.
    """
    united_edits: dict[tuple[str, int], RowEdit] = {}
    for edit in edits:
        key = (edit.table, edit.key)
        united_edits[key] = _joined(united_edits[key], edit) if key in united_edits else edit
    return tuple(united_edits.values())


def _joined(edit: RowEdit, other: RowEdit) -> RowEdit:
    both = set(edit.changed_fields) & set(other.changed_fields)
    if edit.now is None and other.now is None:
        return edit
    if (
        edit.now is None
        or other.now is None
        or any(not is_same(edit.now.get(name), other.now.get(name)) for name in both)
    ):
        text = tr(
            "{asset} is edited in two layers of the same table, which disagree about it. Undo one of the "
            "edits."
        )
        raise InputError(text.format(asset=edit.asset))
    changed = {name: other.now.get(name) for name in other.changed_fields}
    return RowEdit(edit.table, edit.key, edit.before, {**edit.now, **changed})


@dataclass(frozen=True)
class WantedRows:
    """The rows of the file that `merge` needs: ``fid`` of edited rows by their table, and ids of nodes."""

    fids: Mapping[str, list[int]]
    node_ids: tuple[str, ...]


def wanted_rows(edits: tuple[RowEdit, ...]) -> WantedRows:
    """Return which rows of the file `merge` needs for edits: these, and the nodes that ends follow."""
    fids = {name: [edit.key for edit in ours if not edit.is_new] for name, ours in by_table(edits)}
    return WantedRows(fids, _node_ids(edits))


def _node_ids(edits: Iterable[RowEdit]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for edit in edits:
        if edit.table == _PIPE and edit.now is not None and (edit.is_new or moved(edit)):
            for row in (edit.before, edit.now):
                found.update((str(row[end]), None) for end in _ENDS if row is not None and row.get(end))
    return tuple(sorted(found))


def merge(
    edits: tuple[RowEdit, ...],
    theirs: Mapping[RowKey, Optional[Row]],
    answers: Answers = NO_ANSWERS,
    changes: Mapping[RowKey, RowChange] = _NO_CHANGES,
) -> Merged:
    """Put edits on top of what the file holds.

    Parameters
    ----------
    edits
        Rows as they were when first touched, and as they are now.
    theirs
        The same rows as they are in the file, by table and ``fid``, and those that `wanted_rows`
        names. A row that is not there, or is None, is gone.
    answers
        What the person said about conflicts that were shown before.
    changes
        What the log tells about these rows: who, when, and where a node was, so that the end of a new pipe
        follows it.
    """
    places = NodePositions(edits, theirs, changes)
    merging = _Merging(places, theirs, answers, changes)
    # Ends follow nodes, so where those go is found first.
    for edit in edits:
        if edit.table == NODE:
            merging.add(edit)
    places.merged(merging.edits.values(), [key for name, key in merging.conflicts if name == NODE])
    for edit in edits:
        if edit.table != NODE:
            merging.add(edit)
    keys = [(edit.table, edit.key) for edit in edits]
    return Merged(
        tuple(merging.edits[key] for key in keys if key in merging.edits),
        tuple(merging.conflicts[key] for key in keys if key in merging.conflicts),
    )


class _Merging:
    """Edits and conflicts as they are found, row by row."""

    def __init__(
        self,
        places: NodePositions,
        theirs: Mapping[RowKey, Optional[Row]],
        answers: Answers,
        changes: Mapping[RowKey, RowChange],
    ) -> None:
        self._places = places
        self._theirs = theirs
        self._answers = answers
        self._changes = changes
        self.edits: dict[RowKey, RowEdit] = {}
        self.conflicts: dict[RowKey, RowConflict] = {}

    def add(self, edit: RowEdit) -> None:
        """Merge one row."""
        key = (edit.table, edit.key)
        theirs = None if edit.is_new else self._theirs.get(key)
        answer = self._answers.rows.get(key)
        if edit.before is None:
            self.edits[key] = self._joined(edit)
        elif theirs is None:
            self._gone(edit, answer)
        elif edit.now is None:
            self._deleted(edit, theirs, answer)
        else:
            self._changed(edit, theirs, answer)

    def _conflict(self, edit: RowEdit, theirs: Optional[Row], fields: tuple[FieldConflict, ...] = ()) -> None:
        key = (edit.table, edit.key)
        change = self._changes.get(key)
        by, at = (change.by, change.at) if change is not None else ("", "")
        self.conflicts[key] = RowConflict(*key, edit.asset, edit.now, theirs, fields, by, at)

    def _joined(self, edit: RowEdit) -> RowEdit:
        """Return a new pipe with its ends on their nodes."""
        row = edit.now
        if edit.table != _PIPE or row is None or row.get(GEOMETRY_COLUMN) is None:
            return edit
        line = merged_line(None, row, None, self._places).line
        if line is None or is_same(line, row[GEOMETRY_COLUMN]):
            return edit
        return RowEdit(edit.table, edit.key, None, _measured({**row, GEOMETRY_COLUMN: line}))

    def _gone(self, edit: RowEdit, answer: Optional[RowAnswer]) -> None:
        if edit.now is None:
            return
        said = answer.of_row(None) if answer is not None else ""
        if said == RESTORE:
            self.edits[edit.table, edit.key] = RowEdit(edit.table, edit.key, None, edit.now)
        elif said != THEIRS:
            self._conflict(edit, None)

    def _deleted(self, edit: RowEdit, theirs: Row, answer: Optional[RowAnswer]) -> None:
        before = edit.before or {}
        names = changed_names(edit.table, before, theirs)
        said = answer.of_row(theirs) if answer is not None else ""
        if not names or said == MINE:
            self.edits[edit.table, edit.key] = RowEdit(edit.table, edit.key, theirs, None)
        elif said != THEIRS:
            fields = (FieldConflict(name, before.get(name), None, theirs.get(name)) for name in names)
            self._conflict(edit, theirs, tuple(fields))

    def _changed(self, edit: RowEdit, theirs: Row, answer: Optional[RowAnswer]) -> None:
        before, mine = edit.before or {}, edit.now or {}
        told = changed_names(edit.table, before, theirs)
        own = not_filled(edit.table, edit.changed_fields, mine)
        now = {**theirs, **{name: mine.get(name) for name in edit.changed_fields if name not in told}}
        disputed, is_open = [], False
        for name in own:
            if name == GEOMETRY_COLUMN and edit.table == _PIPE:
                line = merged_line(before, mine, theirs, self._places).line
                if line is not None:
                    now[name] = line
                    continue
            if name not in told or is_same(mine.get(name), theirs.get(name)):
                continue
            side = answer.of_field(name, theirs.get(name)) if answer is not None else ""
            is_open = is_open or not side
            disputed.append(FieldConflict(name, before.get(name), mine.get(name), theirs.get(name)))
            now[name] = (mine if side == MINE else theirs).get(name)
        if is_open:
            self._conflict(edit, theirs, tuple(disputed))
            return
        if not is_same(now.get(GEOMETRY_COLUMN), mine.get(GEOMETRY_COLUMN)):
            now = _measured(now, theirs)
        merged = RowEdit(edit.table, edit.key, theirs, now)
        if merged.changed_fields:
            self.edits[edit.table, edit.key] = merged


def _measured(row: dict[str, Any], theirs: Optional[Row] = None) -> dict[str, Any]:
    """Return a row whose measured length is that of its line."""
    line = row.get(GEOMETRY_COLUMN)
    if row.get("length_source") != "geometry" or line is None:
        return row
    if theirs is not None and is_same(line, theirs.get(GEOMETRY_COLUMN)):
        return {**row, "length_m": theirs.get("length_m")}
    return {**row, "length_m": float(line.length)}
