"""The volume that a shut-off drains: whether it is a computed one, and when it is computed again.

A volume is a computed one as long as it is what `drained_computed_m3` says, whatever program wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable

from waternet_plugin.core.editing.row_edits import Row, RowEdit, is_same

TABLE = "shutoff"
VOLUME, COMPUTED = "drained_m3", "drained_computed_m3"
# What says what is drained, and when.
_ASKING = ("pipe_id", "valves", "starts_at", "ends_at", "closed_at", "reopened_at")


def is_computed(row: Row) -> bool:
    """Return whether the volume of a shut-off is the one that was computed for it."""
    return is_same(row.get(VOLUME), row.get(COMPUTED))


def volumes_to_compute(entered: Iterable[RowEdit]) -> frozenset[int]:
    """Return by their ``fid`` the shut-offs whose volume is computed after what a person edited.

    Those whose valves or times changed; a volume that was entered stays, one that was cleared is computed.
    """
    return frozenset(edit.key for edit in entered if edit.table == TABLE and _asks(edit))


def _asks(edit: RowEdit) -> bool:
    """Return whether an edit leaves the volume of a shut-off to be computed."""
    if edit.before is None or edit.now is None:
        return False
    if VOLUME in edit.changed_fields:
        return edit.now.get(VOLUME) is None
    return is_computed(edit.before) and not set(_ASKING).isdisjoint(edit.changed_fields)
