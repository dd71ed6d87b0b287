"""Take up what a person edited and did not save before QGIS ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from waternet_plugin.core.editing.merging import Merged, merge, wanted_rows
from waternet_plugin.core.editing.node_positions import JOINED_M
from waternet_plugin.core.editing.row_conflicts import NO_ANSWERS, Answers
from waternet_plugin.core.editing.row_edits import Row, RowEdit, by_table
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, table
from waternet_plugin.operations.editing.save_edits import rows_in_file
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class TakeUpRequest:
    """What is to be taken up.

    Parameters
    ----------
    edits
        The rows, each as it was first and last.
    seen
        The network's position when the first of them was made; '' where that is not known.
    answers
        What the person said about conflicts that an earlier try found.
    """

    edits: tuple[RowEdit, ...]
    seen: str = ""
    answers: Answers = NO_ANSWERS


def take_up_edits(network: Network, request: TakeUpRequest, progress: Progress = SILENT) -> Merged:
    """Return edits on top of what the file holds now, and the rows that others changed since.

    Nothing is written. What the file holds already is left out: QGIS may have ended right after a Save.
    """
    progress.at(0.1)
    edits = tuple(edit for edit in request.edits if not edit.is_new) + _not_saved(network, request.edits)
    progress.at(0.5)
    theirs, changes = rows_in_file(network, wanted_rows(edits), request.seen)
    return merge(edits, theirs, request.answers, changes)


def _not_saved(network: Network, edits: tuple[RowEdit, ...]) -> tuple[RowEdit, ...]:
    """Return the new rows without those that the file has under the same id at the same place.

    A row that another one replaces, such as a deleted node whose pipes keep its junction, is not that one.
    """
    found: list[RowEdit] = []
    deleted = {(edit.table, edit.key) for edit in edits if not edit.is_new and edit.now is None}
    for name, ours in by_table(tuple(edit for edit in edits if edit.is_new)):
        id_field = table(name).id_field
        named = [edit.asset for edit in ours if edit.asset]
        there: dict[str, Row] = {}
        if named:
            frame = network.read(name, [FID_COLUMN], ids=named, geometry=False)
            rows = network.rows(name, [int(fid) for fid in frame[FID_COLUMN]])
            there = {
                str(row.get(id_field)): row for fid, row in rows.items() if (name, int(fid)) not in deleted
            }
        found += [edit for edit in ours if not _is_same_place(edit.now, there.get(edit.asset))]
    return tuple(found)


def _is_same_place(mine: Any, theirs: Any) -> bool:
    import shapely

    if mine is None or theirs is None:
        return False
    one, other = mine.get(GEOMETRY_COLUMN), theirs.get(GEOMETRY_COLUMN)
    if one is None or other is None:
        return one is None and other is None
    # Heights are filled in by the Save itself.
    return bool(shapely.equals_exact(shapely.force_2d(one), shapely.force_2d(other), JOINED_M))
