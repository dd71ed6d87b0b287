"""Pipes whose evidence was edited: the verdicts on them, and what these take into use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.verification.pipe_evidence import (
    NEAR,
    PipeHistory,
    PipeSurroundings,
    known_of,
)
from waternet_plugin.core.survey.verification.stored_verdicts import (
    IN_USE,
    PLANNED,
    PREFIX,
    TABLE,
    is_enough,
    override_of,
    use_of,
    verdict_row,
)
from waternet_plugin.core.survey.verification.verdict import judge


@dataclass(frozen=True)
class EditedPipe:
    """A pipe that asks for a verdict, with what the network has of it and around it."""

    pipe: Row
    history: PipeHistory
    around: PipeSurroundings


def with_verdicts_on(
    read: Mapping[int, EditedPipe],
    edits: tuple[RowEdit, ...],
    settings: Settings,
    *,
    number: int,
) -> tuple[RowEdit, ...]:
    """Return edits with the verdicts on pipes, and with the pipes that these take into use.

    Parameters
    ----------
    read
        The pipes by their ``fid``.
    edits
        What is about to be written.
    number
        Of the next verdict.
    """
    pipes = {edit.key: edit for edit in edits if edit.table == "pipe"}
    nodes = {edit.key: edit for edit in edits if edit.table == "node"}
    key = min((edit.key for edit in edits), default=0)
    verdicts, changed = [], dict(pipes)
    for fid, edited in read.items():
        row = edited.pipe
        known = known_of(row, edited.history, edited.around, settings.real(NEAR))
        override = override_of(edited.history.newest)
        values = verdict_row(
            known, judge(known.evidence, settings), name=f"{PREFIX}{number:04d}", override=override
        )
        key, number = min(key, 0) - 1, number + 1
        verdicts.append(RowEdit(TABLE, key, None, values))
        if is_enough(values) and row.get("status") == PLANNED:
            before = pipes[fid].before if fid in pipes else row
            changed[fid] = RowEdit("pipe", fid, before, {**row, **use_of(row, known.evidence.surveyed_on)})
            _use_nodes(nodes, edited.history.ends)
    further = [edit for edit in edits if edit.table not in ("pipe", "node")]
    return (*changed.values(), *nodes.values(), *further, *verdicts)


def _use_nodes(nodes: dict[int, RowEdit], ends: Mapping[int, Row]) -> None:
    """Add to the edits of nodes that those which are planned are in use."""
    for fid, row in ends.items():
        if row.get("status") != PLANNED:
            continue
        edit = nodes.get(fid, RowEdit("node", fid, row, row))
        if edit.now is not None:
            nodes[fid] = RowEdit("node", fid, edit.before, {**edit.now, "status": IN_USE})
