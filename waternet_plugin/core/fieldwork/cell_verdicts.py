"""What became of each cell that a crew changed: taken, in conflict, rejected, the same already, gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Optional

from waternet_plugin.core.editing.row_conflicts import (
    MINE,
    RESTORE,
    RowAnswer,
    RowConflict,
    RowKey,
)
from waternet_plugin.core.editing.row_conflicts import THEIRS as IN_NETWORK
from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.fieldwork.field_decisions import OURS, THEIRS, FieldDecisions
from waternet_plugin.core.fieldwork.package_cells import are_same, cell_of, cells_of_row, kind_of, shown_cell
from waternet_plugin.core.fieldwork.package_shapes import shape_returned
from waternet_plugin.core.fieldwork.package_tables import PHOTO
from waternet_plugin.core.fieldwork.returned_rows import ReturnedRow
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr

TAKEN, CONFLICT, REJECTED, SAME, GONE = "taken", "conflict", "rejected", "same", "gone"
# A line and the nodes at its ends hold together.
_OF_LINE = (GEOMETRY_COLUMN, "from_node", "to_node")


class CellVerdict(NamedTuple):
    """What became of a cell, or of a row: ``ours`` of the network, ``theirs`` of the crew, as texts."""

    table: str
    uuid: str
    asset: str
    verdict: str
    field: str = ""
    ours: Optional[str] = None
    theirs: Optional[str] = None
    reason: str = ""


@dataclass
class ReturnedEdits:
    """Edits of a package on top of what the network holds, and a verdict for each cell.

    Parameters
    ----------
    edits
        What is to be written.
    verdicts
        Of each changed cell, by UUID.
    rows
        The row of the package of each key.
    conflicts
        What somebody has to decide, decided or not, with the position of the network they were found at.
    """

    edits: tuple[RowEdit, ...] = ()
    verdicts: dict[str, list[CellVerdict]] = field(default_factory=dict)
    rows: dict[RowKey, ReturnedRow] = field(default_factory=dict)
    conflicts: tuple[RowConflict, ...] = ()


def gone_too() -> str:
    """Return why a deletion of the crew changes nothing."""
    return tr("It is deleted here, too.")


def is_same_cell(one: Any, other: Any, kind: str) -> bool:
    """Return whether two cells of a kind say the same."""
    if kind == GEOMETRY_COLUMN:
        return bool(shape_returned(other, one) == other)
    return are_same(one, other)


def verdict_of(row: ReturnedRow, name: str, verdict: str, ours: Any, reason: str = "") -> CellVerdict:
    """Return the verdict of a field of a row.

    Parameters
    ----------
    name
        The field.
    verdict
        TAKEN, CONFLICT, REJECTED, SAME or GONE.
    ours
        The cell of the network.
    reason
        Why, as a sentence.
    """
    kind = kind_of(row.table, name)
    theirs = shown_cell(row.returned.get(name), kind)
    return CellVerdict(
        row.table.name, row.uuid, row.asset, verdict, name, shown_cell(ours, kind), theirs, reason
    )


def without_refused(found: ReturnedEdits, edit: RowEdit, reasons: Mapping[str, str]) -> Optional[RowEdit]:
    """Return an edit without the cells that can't be written, None for a row that can't be."""
    if not reasons:
        return edit
    row = found.rows[edit.table, edit.key]
    row_verdicts = found.verdicts.setdefault(row.uuid, [])
    before = edit.before or {}
    whole = reasons.get("")
    refused = [name for name in row.changed if whole or name in reasons]
    for name in refused:
        ours = cell_of(before.get(name), kind_of(row.table, name))
        row_verdicts.append(verdict_of(row, name, REJECTED, ours, reasons.get(name) or whole or ""))
    if whole or edit.now is None:
        del found.rows[edit.table, edit.key]
        refuse_photos(row_verdicts, row, whole or "")
        if not row_verdicts:
            row_verdicts.append(CellVerdict(edit.table, row.uuid, row.asset, REJECTED, reason=whole or ""))
        return None
    left = tuple(name for name in row.changed if name not in refused)
    found.rows[edit.table, edit.key] = replace(row, changed=left)
    return replace(edit, now={**edit.now, **{name: before.get(name) for name in refused}})


def refuse_photos(row_verdicts: list[CellVerdict], row: ReturnedRow, reason: str) -> None:
    """Say of the photos of a row that they are not taken up."""
    for text in row.photos:
        told = CellVerdict(row.table.name, row.uuid, row.asset, REJECTED, PHOTO, None, text, reason)
        row_verdicts.append(told)


def answer_of(found: ReturnedEdits, conflict: RowConflict, decisions: FieldDecisions) -> RowAnswer:
    """Answer a conflict as it was decided; what is open stays as the network has it, and is told."""
    row = found.rows[conflict.row_key]
    row_verdicts = found.verdicts.setdefault(row.uuid, [])
    if conflict.is_about_row:
        side = decisions.side(row.uuid, "")
        names = row.changed or ("",)
        if side == THEIRS:
            return RowAnswer(conflict, RESTORE if conflict.is_gone else MINE)
        verdict = CONFLICT if not side else SAME
        reason = _why(conflict) if not side else tr("Decided: it stays as the network has it.")
        for name in names:
            if name:
                row_verdicts.append(verdict_of(row, name, verdict, None, reason))
            else:
                row_verdicts.append(CellVerdict(row.table.name, row.uuid, row.asset, verdict, reason=reason))
        return RowAnswer(conflict, IN_NETWORK)
    fields = {}
    for one in conflict.fields:
        side = decisions.side(row.uuid, one.name)
        fields[one.name] = MINE if side == THEIRS else IN_NETWORK
        if side != THEIRS:
            reason = _why(conflict) if not side else tr("Decided: it stays as the network has it.")
            ours = cell_of(one.theirs, kind_of(row.table, one.name))
            row_verdicts.append(verdict_of(row, one.name, SAME if side == OURS else CONFLICT, ours, reason))
    return RowAnswer(conflict, fields=fields)


def _why(conflict: RowConflict) -> str:
    if conflict.is_gone:
        return tr("It was deleted here meanwhile. Bring it back with the change, or leave it deleted.")
    by = conflict.by
    if conflict.is_deleted:
        text = tr("The crew deleted it, and {by} changed it here meanwhile.")
    else:
        text = tr("The crew changed it, and {by} changed it here meanwhile.")
    return text.format(by=by or tr("somebody"))


def without_open_lines(found: ReturnedEdits, edit: RowEdit, answers: Mapping[RowKey, RowAnswer]) -> RowEdit:
    """Take back the nodes of a line that stays as the network has it, and the line of such nodes."""
    answer = answers.get((edit.table, edit.key))
    kept = set() if answer is None else {name for name, side in answer.fields.items() if side == IN_NETWORK}
    if edit.table != "pipe" or edit.now is None or edit.before is None or not kept.intersection(_OF_LINE):
        return edit
    row = found.rows[edit.table, edit.key]
    changed = [name for name in _OF_LINE if name in edit.changed_fields and name not in kept]
    if not changed:
        return edit
    for name in changed:
        ours = cell_of(edit.before.get(name), kind_of(row.table, name))
        reason = tr("It belongs to the line and its ends, which are in conflict.")
        found.verdicts.setdefault(row.uuid, []).append(verdict_of(row, name, CONFLICT, ours, reason))
    now = {**edit.now, **{name: edit.before.get(name) for name in changed}}
    return replace(edit, now=now)


def judge_rest(
    found: ReturnedEdits,
    edits: Iterable[RowEdit],
    stored: Mapping[RowKey, Optional[Row]],
) -> None:
    """Say of every cell that nothing was said of whether it is taken, or is so in the stored row already."""
    written = {(one.table, one.key) for one in found.edits}
    for edit in edits:
        key = (edit.table, edit.key)
        row = found.rows[key]
        row_verdicts = found.verdicts.setdefault(row.uuid, [])
        named = {one.field for one in row_verdicts}
        there = stored.get(key)
        if edit.now is None:
            if not row_verdicts:
                row_verdicts.append(CellVerdict(edit.table, row.uuid, row.asset, GONE, reason=gone_too()))
            continue
        for name in row.changed:
            if name in named or (there is not None and name not in edit.now):
                continue
            kind = kind_of(row.table, name)
            ours = None if there is None else cell_of(there.get(name), kind)
            is_there = there is not None and is_same_cell(row.returned.get(name), ours, kind)
            verdict = TAKEN if key in written and not is_there else SAME
            row_verdicts.append(verdict_of(row, name, verdict, ours))


def reject_edits(found: ReturnedEdits, settled: Iterable[RowEdit], reason: str) -> None:
    """Reject what settling took back of the edits, for the reason that it gives."""
    now = {(one.table, one.key): one for one in settled}
    for edit in found.edits:
        key = (edit.table, edit.key)
        row = found.rows.get(key)
        kept = now.get(key)
        if row is None:
            continue
        left = None if kept is None else kept.now
        values = {} if left is None else cells_of_row(left, row.table, row.changed)
        row_verdicts = found.verdicts[row.uuid]
        for index, one in enumerate(row_verdicts):
            if one.verdict != TAKEN or not one.field or (one.field == GEOMETRY_COLUMN and left is not None):
                continue
            if left is None or not are_same(values.get(one.field), row.returned.get(one.field)):
                row_verdicts[index] = one._replace(verdict=REJECTED, reason=reason)
