"""Save what a person edited: all of it in one batch, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional

from waternet_plugin.core.editing.row_edits import Row, RowEdit, by_table, is_same
from waternet_plugin.core.errors import ConflictError, RowRefusedError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, table
from waternet_plugin.core.texts import listed, tr
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
    """

    edits: tuple[RowEdit, ...]

    def __post_init__(self) -> None:
        if max(Counter((one.table, one.key) for one in self.edits).values(), default=0) > 1:
            raise ValueError("A row is edited twice.")


@dataclass(frozen=True)
class SaveResult:
    """What was saved.

    Parameters
    ----------
    batch_id
        The batch; '' where nothing had to be written.
    rows
        How many rows were made, changed or deleted, by table.
    fids
        ``fid`` of each new row by its table and the key it was edited under.
    """

    batch_id: str = ""
    rows: Mapping[str, int] = field(default_factory=dict)
    fids: Mapping[tuple[str, int], int] = field(default_factory=dict)


def save_edits(network: Network, request: SaveRequest, progress: Progress = SILENT) -> SaveResult:
    """Write rows that a person edited, on the ground of the rows as they are in the file now.

    Parameters
    ----------
    network
        The network.
    request
        The rows.
    progress
        May cancel until the writing begins.

    Raises
    ------
    RowRefusedError
        For the first row that can't be written as it is: changed or deleted by others since it was first
        touched, without what must be known, with an unknown code, with the id of another.
    LockedError
        When another program writes for longer than three seconds.
    StoreError
        When the file can't be written.
    """
    for attempt in range(1, _TRIES + 1):
        progress.at(attempt / (_TRIES + 1))
        seen = network.position()
        edits = _with_theirs(request.edits, _theirs(network, request.edits))
        try:
            return _write(network, edits, seen)
        except ConflictError:
            if attempt == _TRIES:
                raise
    raise AssertionError


def _theirs(network: Network, edits: tuple[RowEdit, ...]) -> dict[tuple[str, int], Optional[Row]]:
    """Return the edited rows as the file has them now; None for those that are gone."""
    found: dict[tuple[str, int], Optional[Row]] = {}
    for name, ours in by_table(edits):
        keys = [one.key for one in ours if not one.is_new]
        rows = network.rows(name, keys) if keys else {}
        found.update(((name, key), rows.get(key)) for key in keys)
    return found


def _differ(one: Row, other: Row) -> bool:
    return any(not is_same(one[name], other.get(name)) for name in one if name not in EDITING)


def _with_theirs(
    edits: tuple[RowEdit, ...], theirs: Mapping[tuple[str, int], Optional[Row]]
) -> tuple[RowEdit, ...]:
    """Return what is to be written where others may have changed the same rows.

    Raises
    ------
    RowRefusedError
        For the first row that others changed or deleted since it was first touched.
    """
    for edit in edits:
        if edit.before is None:
            continue
        now = theirs[edit.table, edit.key]
        if now is None:
            text = tr("{asset} was deleted by somebody else after you began to edit it.")
        elif any(
            not is_same(now.get(name), edit.before.get(name)) for name in edit.before if name not in EDITING
        ):
            text = tr("{asset} was changed by somebody else after you began to edit it.")
        else:
            continue
        raise RowRefusedError(text.format(asset=edit.asset), table=edit.table, key=edit.key, asset=edit.asset)
    return edits


def _changes(edit: RowEdit) -> Row:
    now = edit.now or {}
    return {name: now.get(name) for name in edit.changed_fields if name != FID_COLUMN}


def _write(network: Network, edits: tuple[RowEdit, ...], seen: str) -> SaveResult:
    """Write the rows: what goes, what changes, what is new, since ids pass from one to the next."""
    by_name = dict(by_table(edits))
    gone = {name: [one.key for one in ours if one.is_deleted] for name, ours in by_name.items()}
    changed = {
        name: {one.key: _changes(one) for one in ours if one.changed_fields} for name, ours in by_name.items()
    }
    new = {
        name: {one.key: one.now for one in ours if one.is_new and one.now is not None}
        for name, ours in by_name.items()
    }
    names = [name for name in by_name if gone[name] or changed[name] or new[name]]
    if not names:
        return SaveResult()
    rows: Counter[str] = Counter()
    fids: dict[tuple[str, int], int] = {}
    title = listed(table(name).label for name in names)
    with network.write(KIND, name=title, seen=seen, reader_patience_s=_READER_PATIENCE_S) as batch:
        for name in names:
            rows[name] += batch.delete_rows(name, gone[name])
        for name in names:
            rows[name] += batch.update_rows(name, changed[name])
        for name in names:
            made = batch.insert_rows(name, new[name])
            rows[name] += len(made)
            fids.update(((name, key), fid) for key, fid in made.items())
    return SaveResult(batch.batch_id, dict(rows), fids)
