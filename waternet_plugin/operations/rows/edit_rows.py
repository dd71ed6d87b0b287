"""Write edited rows within a batch: what goes, then what changes, then what is new, since ids pass on."""

from __future__ import annotations

from collections import Counter

from waternet_plugin.core.editing.row_edits import Row, RowEdit, by_table
from waternet_plugin.core.schema.tables import FID_COLUMN
from waternet_plugin.store.batch import Batch


def write_rows(batch: Batch, edits: tuple[RowEdit, ...]) -> tuple[dict[str, int], dict[tuple[str, int], int]]:
    """Write rows, each once.

    Returns
    -------
    tuple
        How many rows by table, and ``fid`` of each new row by its table and the key it was edited under.
    """
    rows: Counter[str] = Counter()
    fids: dict[tuple[str, int], int] = {}
    every = dict(by_table(edits))
    for name, ours in every.items():
        gone = [one.key for one in ours if one.is_deleted]
        if gone:
            rows[name] += batch.delete_rows(name, gone)
    for name, ours in every.items():
        changed = {one.key: _changes(one) for one in ours if one.changed_fields}
        if changed:
            rows[name] += batch.update_rows(name, changed)
    for name, ours in every.items():
        new = {one.key: one.now for one in ours if one.is_new and one.now is not None}
        if new:
            fids.update(((name, key), fid) for key, fid in batch.insert_rows(name, new).items())
            rows[name] += len(new)
    return dict(rows), fids


def _changes(edit: RowEdit) -> Row:
    now = edit.now or {}
    return {name: now.get(name) for name in edit.changed_fields if name != FID_COLUMN}
