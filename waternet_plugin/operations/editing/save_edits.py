"""Save what a person edited: all of it in one batch, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Optional

from waternet_plugin.core.arrays import grouped
from waternet_plugin.core.editing.merging import WantedRows, merge, wanted_rows
from waternet_plugin.core.editing.row_conflicts import NO_ANSWERS, Answers, RowChange, RowConflict, RowKey
from waternet_plugin.core.editing.row_edits import Row, RowEdit, by_table
from waternet_plugin.core.editing.row_shapes import find_dust, refuse_shapes, without_dust
from waternet_plugin.core.errors import ConflictError, InputError, StoreError
from waternet_plugin.core.network.isolation.shutoff_volumes import volumes_to_compute
from waternet_plugin.core.network.settling.settling import settle
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.operations.network.drained_volumes import with_drained_volumes
from waternet_plugin.operations.rows.edit_rows import write_rows
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs
from waternet_plugin.operations.survey.verdict_rows import with_verdicts
from waternet_plugin.operations.written import Written
from waternet_plugin.store.changes.undo_results import Dependents
from waternet_plugin.store.changes.unlikely_values import UnlikelyValues
from waternet_plugin.store.network import Network

KIND = "edit"
# Others may write between reading and writing; what they wrote is read once more, so often.
_TRIES = 3
# Another writer is waited for two seconds by the store; programs that read, where they matter, for this long.
_READER_PATIENCE_S = 1.0


@dataclass(frozen=True)
class SaveRequest:
    """What is to be saved.

    Parameters
    ----------
    edits
        The rows, each once.
    seen
        The network's position when the first of them was touched.
    answers
        What the person said about conflicts that an earlier try found.
    fields
        Fields to add first, which the rows may have values for.
    """

    edits: tuple[RowEdit, ...]
    seen: str
    answers: Answers = NO_ANSWERS
    fields: tuple[FieldRequest, ...] = ()

    def __post_init__(self) -> None:
        if max(Counter((one.table, one.key) for one in self.edits).values(), default=0) > 1:
            raise ValueError("A row is edited twice.")

    @cached_property
    def given(self) -> tuple[RowEdit, ...]:
        """The rows, but for the rests that cutting a line leaves.

        Raises
        ------
        RowRefusedError
            For the first row that is nowhere.
        """
        given = without_dust(self.edits)
        refuse_shapes(given)
        return given

    @property
    def wanted(self) -> WantedRows:
        """Which rows of the file are compared with these."""
        return wanted_rows(self.given)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Ids of the pipes whose rests are none of the rows, one for each rest."""
        return tuple(find_dust(self.edits).values())


@dataclass(frozen=True)
class SaveResult(Written):
    """What was saved.

    Parameters
    ----------
    rows
        How many rows were made, changed or deleted, by table.
    fids
        ``fid`` of each new row by its table and the key it was edited under.
    gone_pipes
        Ids of the pipes that were deleted, and that nothing stands for.
    left
        What names them still.
    doubled
        Ids of new pipes, each with that of a pipe on the same line.
    left_out
        Ids of the pipes whose new parts have no length, one for each part: these were not written.
    unlikely
        What soft constraints warn of among the values that were written.
    fields
        The fields that were added.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    fids: Mapping[tuple[str, int], int] = field(default_factory=dict)
    gone_pipes: tuple[str, ...] = ()
    left: tuple[Dependents, ...] = ()
    doubled: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()
    unlikely: tuple[UnlikelyValues, ...] = ()
    fields: tuple[FieldRequest, ...] = ()


class EditConflictsError(StoreError):
    """Rows were changed by others in the same fields since they were first touched; nothing was written.

    Parameters
    ----------
    conflicts
        The rows.
    """

    def __init__(self, conflicts: tuple[RowConflict, ...]) -> None:
        text = tr(
            "%n edited row(s) were changed or deleted by somebody else meanwhile, such as {first}. Choose a "
            "version, then save again.",
            "",
            len(conflicts),
        )
        super().__init__(text.format(first=conflicts[0].asset))
        self.conflicts = conflicts


def save_edits(
    network: Network,
    request: SaveRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[SaveResult], Any] = no_outputs,
) -> SaveResult:
    """Write rows that a person edited, and what must change with them so that the network stays connected.

    Parameters
    ----------
    before_commit
        Called with the result, but for ``left``, before the batch is committed: when it raises, nothing is
        written.

    Raises
    ------
    EditConflictsError
        With the rows that others changed or deleted too, as far as no answer says which version holds.
    InputError
        Where an edit can't stay, such as pipes merged across a valve.
    RowRefusedError
        For the first row that can't be written as it is: without what must be known, with an unknown code,
        with the id of another.
    LockedError
        When another program writes for longer than three seconds.
    StoreError
        When the file can't be written.
    """
    given, wanted = request.given, request.wanted
    for attempt in range(1, _TRIES + 1):
        progress.at(attempt / (_TRIES + 1))
        with network.reading_together():
            seen, codes = network.position(), network.own_codes()
            theirs, others = rows_in_file(network, wanted, request.seen)
            settings = network.settings()
            merged = merge(given, theirs, request.answers, others)
            if merged.conflicts:
                raise EditConflictsError(merged.conflicts)
            settled = settle(merged.edits, network, settings, own_codes=codes)
            shutoffs = volumes_to_compute(merged.edits)
            edits = with_verdicts(network, settled.edits, settings)
            edits = with_drained_volumes(network, edits, shutoffs)
        if settled.refusals:
            raise InputError(joined(settled.refusals))
        by_tables = dict(by_table(edits))
        result = SaveResult(
            "",
            gone_pipes=settled.gone_pipes,
            doubled=settled.doubled,
            left_out=request.left_out,
            fields=request.fields,
        )
        try:
            written = _write(network, by_tables, seen, result, before_commit)
        except ConflictError:
            if attempt == _TRIES:
                raise
        else:
            left = network.naming("pipe", settled.gone_pipes) if settled.gone_pipes else ()
            return replace(written, left=left)
    raise AssertionError("unreachable")


def rows_in_file(
    network: Network, wanted: WantedRows, seen: str
) -> tuple[dict[RowKey, Optional[Row]], dict[RowKey, RowChange]]:
    """Return rows as the file has them, None for what is gone, and what others did to them since.

    ``seen`` is the position since when; '' where nobody asks.
    """
    rows: dict[RowKey, Optional[Row]] = {}
    for name, fids in wanted.fids.items():
        there = network.rows(name, fids) if fids else {}
        rows |= {(name, fid): there.get(fid) for fid in fids}
    if wanted.node_ids:
        nodes = network.rows_where("node", "node_id", wanted.node_ids)
        rows |= {("node", fid): row for fid, row in nodes.items()}
    keys: dict[str, list[int]] = grouped(rows if seen else ())
    changes = {
        (name, fid): change
        for name, fids in keys.items()
        for fid, change in network.row_changes(name, fids, seen).items()
    }
    return rows, changes


def _write(
    network: Network,
    edits: Mapping[str, Sequence[RowEdit]],
    seen: str,
    result: SaveResult,
    before_commit: Callable[[SaveResult], Any],
) -> SaveResult:
    """Write the rows, by their tables, and the fields of a result as one batch."""
    names = [
        name
        for name, ours in edits.items()
        if any(one.is_new or one.is_deleted or one.changed_fields for one in ours)
    ]
    if not names and not result.fields:
        return result
    labels = [table(name).label for name in names if table(name).is_editable]
    title = listed([*labels, *(f"{table(one.table).label}: {one.name}" for one in result.fields)])
    with network.write(KIND, name=title, seen=seen, reader_patience_s=_READER_PATIENCE_S) as batch:
        for one in result.fields:
            batch.add_field(one)
        rows, fids = write_rows(batch, edits)
        return finish(batch, replace(result, rows=rows, fids=fids, unlikely=batch.unlikely), before_commit)
