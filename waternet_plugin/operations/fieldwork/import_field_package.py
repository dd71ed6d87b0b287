"""Read a package that came back from the field: what a crew changed, on top of what changed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.arrays import grouped
from waternet_plugin.core.editing.row_conflicts import RowConflict, RowKey
from waternet_plugin.core.editing.row_edits import RowEdit, by_table
from waternet_plugin.core.errors import RowRefusedError
from waternet_plugin.core.fieldwork.cell_verdicts import (
    CONFLICT,
    GONE,
    REJECTED,
    SAME,
    TAKEN,
    CellVerdict,
    ReturnedEdits,
    reject_edits,
)
from waternet_plugin.core.fieldwork.field_decisions import FieldDecisions
from waternet_plugin.core.fieldwork.package_cells import row_texts
from waternet_plugin.core.fieldwork.package_tables import compared_names
from waternet_plugin.core.fieldwork.returned_rows import (
    ReturnedRow,
)
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.network.isolation.shutoff_volumes import volumes_to_compute
from waternet_plugin.core.network.settling.settling import settle
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.operations.attachments import attachment_rows
from waternet_plugin.operations.fieldwork import field_points
from waternet_plugin.operations.fieldwork.export_field_package import KIND, ROWS, TABLE
from waternet_plugin.operations.fieldwork.field_photos import FieldPhoto, field_photos, photo_rows
from waternet_plugin.operations.fieldwork.field_points import NODE, FieldPoint, refused_points, write_points
from waternet_plugin.operations.fieldwork.returned_edits import broken_cells, returned_edits
from waternet_plugin.operations.fieldwork.returned_package import ComparedPackage, read_returned_package
from waternet_plugin.operations.network.drained_volumes import with_drained_volumes
from waternet_plugin.operations.rows.edit_rows import write_rows
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.survey.verdict_rows import with_verdicts
from waternet_plugin.operations.written import Written
from waternet_plugin.store import attachments
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.fieldwork.package_file import file_of
from waternet_plugin.store.network import Network

_BY_WEIGHT = (CONFLICT, TAKEN, REJECTED, SAME)


@dataclass(frozen=True)
class FieldReturnRequest:
    """A package that came back.

    Parameters
    ----------
    place
        Its folder or file.
    decisions
        What a person says about conflicts and deleted rows.
    dry_run
        Only say what would become of it.
    """

    place: Path
    decisions: FieldDecisions = field(default_factory=FieldDecisions)
    dry_run: bool = False


@dataclass(frozen=True)
class FieldReturn(Written):
    """What became of a package.

    Parameters
    ----------
    package_id, crew
        The package, and who had it.
    verdicts
        Of each cell that differs and each row that is as it was given, in the order of the tables.
    rows
        How many rows of the package by verdict; of ``gone`` those that are not in it any more.
    conflicts
        Rows that somebody has to decide about, each with its UUID.
    notes
        Sentences to warn of.
    sentence
        What became of it.
    """

    package_id: str
    crew: str
    verdicts: tuple[CellVerdict, ...]
    rows: Mapping[str, int]
    conflicts: tuple[tuple[str, RowConflict], ...]
    notes: tuple[str, ...]
    sentence: str

    @property
    def rows_in(self) -> int:
        """How many rows came back."""
        return sum(self.rows[one] for one in _BY_WEIGHT)


class _RehearsedError(Exception):
    """The rehearsal is over: nothing is kept of it."""

    def __init__(self, result: FieldReturn) -> None:
        super().__init__()
        self.result = result


def import_field_package(
    network: Network,
    request: FieldReturnRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[FieldReturn], Any] = no_outputs,
) -> FieldReturn:
    """Take up what a crew changed, as one batch; what both sides changed waits for a decision.

    Raises
    ------
    InputError
        For what is not a package of this network, lacks a table, or came back before.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    path = file_of(request.place)
    return with_newest_rows(
        lambda _again: _import_return(network, request, path, progress, before_commit), progress
    )


@uncollected()
def _import_return(
    network: Network,
    request: FieldReturnRequest,
    path: Path,
    progress: Progress,
    before_commit: Callable[[FieldReturn], Any],
) -> FieldReturn:
    seen = network.position()
    progress.at(0.02, tr("Reading the package"))
    read = read_returned_package(network, path, request.decisions)
    refused: dict[RowKey, dict[str, str]] = {}
    while True:
        progress.at(0.4, tr("Comparing"))
        with network.reading_together():
            found = returned_edits(network, read.changes, request.decisions, refused)
            if _refuse(refused, refused_points(network, found.edits), broken_cells(network, found)):
                continue
            edits = _settled_edits(network, found)
            photos = field_photos(network, path.parent, found, _assets(network, found))
        try:
            return _write_return(network, request, read, _Ready(found, edits, photos), seen, before_commit)
        except RowRefusedError as error:
            key = (error.table, error.key)
            if key not in found.rows or not _refuse(refused, {key: {"": error.message}}):
                raise


def _refuse(refused: dict[RowKey, dict[str, str]], *more: Mapping[RowKey, Mapping[str, str]]) -> bool:
    """Add what can't be written and return whether any of it is new."""
    is_new = False
    for refusals in more:
        for key, reasons in refusals.items():
            known = refused.setdefault(key, {})
            is_new |= not reasons.keys() <= known.keys()
            known.update(reasons)
    return is_new


@dataclass(frozen=True)
class _Ready:
    """What is about to be written: edits with all that follows from them, and photos."""

    found: ReturnedEdits
    edits: tuple[RowEdit, ...]
    photos: tuple[FieldPhoto, ...]


def _settled_edits(network: Network, found: ReturnedEdits) -> tuple[RowEdit, ...]:
    """Return edits with what must change with them; what can't stay is rejected."""
    settings = network.settings()
    settled = settle(found.edits, network, settings, own_codes=network.own_codes())
    if settled.refusals:
        reject_edits(found, settled.edits, joined(settled.refusals))
    edits = with_verdicts(network, settled.edits, settings)
    return with_drained_volumes(network, edits, volumes_to_compute(found.edits))


def _assets(network: Network, found: ReturnedEdits) -> dict[RowKey, str]:
    """Return the id of each row of the package as the network has it now."""
    new = {(one.table, one.key): one.asset for one in found.edits if one.is_new}
    keys: dict[str, list[int]] = grouped(found.rows)
    assets = {key: row.asset for key, row in found.rows.items()}
    for name, fids in keys.items():
        id_field = network.table(name).id_field
        stored = network.rows(name, [one for one in fids if one >= 0])
        assets |= {(name, fid): str(row[id_field]) for fid, row in stored.items()}
    return {**assets, **new}


def _write_return(
    network: Network,
    request: FieldReturnRequest,
    read: ComparedPackage,
    ready: _Ready,
    seen: str,
    before_commit: Callable[[FieldReturn], Any],
) -> FieldReturn:
    """Write a package, or say what would be written."""
    result = _result(read, ready)
    package = read.package
    changed = any(one.is_new or one.is_deleted or one.changed_fields for one in ready.edits)
    if not changed and not ready.photos and not pd.isna(package.row.get("returned_on")):
        return finish_without_batch(result, before_commit)
    name = tr("Field package {package} of {crew}").format(package=result.package_id, crew=result.crew)
    facts = {"file": package.path.parent.name, "sha256": package.mark, "package_id": result.package_id}
    copied = {} if request.dry_run else dict.fromkeys(one.path for one in ready.photos)
    try:
        with (
            attachments.keeping(network, copied) as copies,
            network.write(KIND, name=name, facts=facts, seen=seen) as batch,
        ):
            _write_rows(batch, read, ready)
            batch.refuse_changed()
            if request.dry_run:
                raise _RehearsedError(result)
            copies.put_in_place()
            if ready.photos:
                batch.insert(attachment_rows.TABLE, photo_rows(network, ready.photos))
            return finish(batch, result, before_commit)
    except _RehearsedError as rehearsed:
        before_commit(rehearsed.result)
        return rehearsed.result


def _write_rows(batch: Batch, read: ComparedPackage, ready: _Ready) -> None:
    """Write the rows, the points as a survey, and that the package came back."""
    package = read.package
    survey = write_points(batch, _points(read, ready), file=package.path.name, mark=package.mark)
    edits = tuple(
        replace(one, now=field_points.with_survey(one.now or {}, survey))
        if one.table == NODE and (one.table, one.key) in ready.found.rows and one.is_new and one.key < 0
        else one
        for one in ready.edits
    )
    write_rows(batch, dict(by_table(edits)))
    now = pd.Timestamp.now(tz="UTC")
    batch.update_rows(TABLE, {package.fid: {"returned_on": now}})
    new = [(row, one.asset) for one in edits if one.is_new and (row := _made(ready, one)) is not None]
    if new:
        batch.insert(ROWS, _made_rows(new, str(package.row["package_id"]), now))


def _made(ready: _Ready, edit: RowEdit) -> Optional[ReturnedRow]:
    row = ready.found.rows.get((edit.table, edit.key))
    return row if row is not None and row.is_new else None


def _points(read: ComparedPackage, ready: _Ready) -> list[FieldPoint]:
    """Return the new nodes of the crew, those that can't be taken too."""
    found = ready.found
    taken = {
        row.uuid: one.asset
        for one in ready.edits
        if one.table == NODE and (row := _made(ready, one)) is not None
    }
    points = []
    for row in read.changes.rows:
        if row.table.name == NODE and row.is_new:
            row_verdicts = [one.reason for one in found.verdicts.get(row.uuid, ()) if one.verdict == REJECTED]
            reason = "" if row.uuid in taken else (*row_verdicts, tr("It could not be taken."))[0]
            points.append(FieldPoint(row, taken.get(row.uuid, ""), reason))
    return points


def _made_rows(new: list[tuple[ReturnedRow, str]], package_id: str, now: pd.Timestamp) -> pd.DataFrame:
    """Return the rows by which what a crew made is known when it comes again."""
    texts = []
    for row, _asset in new:
        names = [name for name in compared_names(row.table) if name in row.returned]
        given = {row.table.id_field: [row.asset], **{name: [row.returned[name]] for name in names}}
        texts += row_texts(given)
    return made_of(
        {
            "package_id": [package_id] * len(new),
            "table": [row.table.name for row, _asset in new],
            "uuid": [row.uuid for row, _asset in new],
            "asset": [asset for _row, asset in new],
            "given": texts,
            "made_on": pd.Series([now] * len(new)),
        }
    )


def _result(read: ComparedPackage, ready: _Ready) -> FieldReturn:
    """Return what became of each cell and row."""
    found = ready.found
    verdicts: list[CellVerdict] = []
    counts: Counter[str] = Counter(dict.fromkeys((*_BY_WEIGHT, GONE), 0))
    for row in read.changes.rows:
        row_verdicts = found.verdicts.get(row.uuid) or [
            CellVerdict(row.table.name, row.uuid, row.asset, SAME)
        ]
        verdicts += row_verdicts
        counts[min((one.verdict for one in row_verdicts), key=_BY_WEIGHT.index)] += 1
    for uuid in read.changes.missing:
        verdicts += found.verdicts.get(uuid, ())
    counts[GONE] = len(read.changes.missing)
    counts[SAME] += len(read.same)
    conflicts = tuple((found.rows[one.row_key].uuid, one) for one in found.conflicts)
    crew = str(read.package.row.get("crew") or "")
    sentence = tr(
        "{rows} rows: {taken} taken, {conflict} in conflict, {rejected} rejected, {same} unchanged; {gone} "
        "deleted by the crew."
    ).format(rows=sum(counts[one] for one in _BY_WEIGHT), **counts)
    return FieldReturn(
        "",
        str(read.package.row["package_id"]),
        crew,
        (*verdicts, *read.same),
        dict(counts),
        conflicts,
        read.package.notes,
        sentence,
    )
