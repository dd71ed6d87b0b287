"""What still names pipes that a person deletes, with the edits that are not saved yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from waternet_plugin.core.schema.tables import table
from waternet_plugin.store.changes.undo_results import Dependents
from waternet_plugin.store.network import Network


def naming_deleted(
    network: Network, pipe_ids: Sequence[str], edited_rows: Callable[[str], Mapping[int, Any]]
) -> tuple[Dependents, ...]:
    """Return the rows that name pipes which are deleted and not saved yet, by table and field.

    What no person edits, such as the assessments of earlier years, is left out: the Save tells of it.

    Parameters
    ----------
    pipe_ids
        The pipes.
    edited_rows
        Returns the rows of a table that differ from the file, None for those that are gone.
    """
    saved = (each for each in network.naming("pipe", pipe_ids) if table(each.table).is_editable)
    left = (_with_edits(each, pipe_ids, edited_rows(each.table)) for each in saved)
    return tuple(each for each in left if each.rows)


def _with_edits(saved: Dependents, pipe_ids: Sequence[str], edited: Mapping[int, Any]) -> Dependents:
    """Return what of the saved rows names the pipes with the edits that are not saved."""
    id_field, gone = table(saved.table).id_field, set(pipe_ids)
    there = {
        str(row.get(id_field)) for row in edited.values() if row is not None and row.get(saved.field) in gone
    }
    changed = {str(row.get(id_field)) for row in edited.values() if row is not None} - there
    assets = tuple(asset for asset in saved.assets if asset not in changed)
    return replace(saved, rows=len(assets), assets=assets)
