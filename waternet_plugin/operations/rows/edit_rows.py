"""Write edited rows within a batch: what goes, then what changes, then what is new, since ids pass on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.store.batch import Batch


def write_rows(
    batch: Batch, edits: Mapping[str, Sequence[RowEdit]]
) -> tuple[dict[str, int], dict[tuple[str, int], int]]:
    """Write rows, each once, given by their tables.

    Returns
    -------
    tuple
        How many rows by table, and ``fid`` of each new row by its table and the key it was edited under.
    """
    rows: Counter[str] = Counter()
    fids: dict[tuple[str, int], int] = {}
    for name, ours in edits.items():
        gone = [one.key for one in ours if one.is_deleted]
        if gone:
            rows[name] += batch.delete_rows(name, gone)
    for name, ours in edits.items():
        changed = {one.key: one.changed_values for one in ours if one.changed_fields}
        if changed:
            rows[name] += batch.update_rows(name, changed)
    for name, ours in edits.items():
        new = {one.key: one.now for one in ours if one.is_new and one.now is not None}
        if new:
            fids.update(((name, key), fid) for key, fid in batch.insert_rows(name, new).items())
            rows[name] += len(new)
    return dict(rows), fids
