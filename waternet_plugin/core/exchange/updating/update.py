"""Compare the rows of a file with those that a network has: the second delivery.

`update` is pure, as `adopt` is: it reads the file the same way, and gives the rows to be made, those to be
changed with the columns that change, and the account of what differs.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.adoption.adoption import judge_there
from waternet_plugin.core.exchange.adoption.duplicates.alike_ids import judge_alike
from waternet_plugin.core.exchange.adoption.duplicates.like_lines import judge_renumbered
from waternet_plugin.core.exchange.adoption.duplicates.like_rows import LIKE_FIELDS
from waternet_plugin.core.exchange.adoption.duplicates.repeats import Repeats, identify
from waternet_plugin.core.exchange.adoption.outcome.adoption_result import AdoptionResult, Made, account
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import ChangedRows, UpdateChoice
from waternet_plugin.core.exchange.adoption.read_rows import RowsRead, WayOfReading, read_rows
from waternet_plugin.core.exchange.adoption.verdicts import (
    DUPLICATE_ID,
    MISSING_VALUE,
    UNKNOWN_ID,
    Verdicts,
    judge_geometries,
    judge_straying,
)
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable, adoptable_fields
from waternet_plugin.core.exchange.mapping.mapping import TAKE
from waternet_plugin.core.exchange.mapping.mapping import Mapping as ColumnMapping
from waternet_plugin.core.exchange.mapping.reading_mapping import READING
from waternet_plugin.core.exchange.update_modes import BOTH
from waternet_plugin.core.exchange.updating.building import built_rows
from waternet_plugin.core.exchange.updating.changes import listed_changes
from waternet_plugin.core.exchange.updating.differences import (
    Differences,
    PairedRows,
    find_differences,
    keep_what_people_set,
)
from waternet_plugin.core.exchange.updating.numbered import name_numbered
from waternet_plugin.core.exchange.updating.pairing import RowPairs, meant_ids, pair_rows
from waternet_plugin.core.exchange.updating.updated_network import UpdatedNetwork
from waternet_plugin.core.exchange.updating.written_frames import written_frames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import listed, shortened, tr

_COMMON_STATUS = "in_use"


def update(
    frame: pd.DataFrame,
    mapping: ColumnMapping,
    table: str,
    *,
    into: UpdatedNetwork,
    choice: UpdateChoice,
    today: datetime.date,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> AdoptionResult:
    """Return what the rows of a file change of a table, and which new ones they make.

    Parameters
    ----------
    frame
        The foreign rows in the order of the file, a GeoDataFrame where they have geometry.
    mapping
        How columns become fields.
    table
        Name of the table.
    into
        The network.
    choice
        What the update may do.
    today
        What is later lies in the future.
    dry_run
        List unmapped codes in the result instead of raising.

    Raises
    ------
    InputError
        For everything that stops an adoption, and for a mapping without the ids of the rows.
    """
    _refuse_without_ids(mapping, adoptable(table, into.own))
    read = read_rows(
        frame,
        mapping,
        table,
        into,
        WayOfReading(today, dry_run=dry_run, partial=True),
        progress.part(0.0, 0.5),
    )
    progress.at(0.5, tr("Comparing with the network"))
    existing = pd.Index(pd.unique(np.array(list(into.existing_ids), dtype=object)), dtype=object)
    followed = into.followed(pd.Series(read.given_ids, dtype=object).dropna().unique().tolist())
    ids_there, already = judge_there(read, into)
    ids, repeats = _identified(frame, read, existing, followed, into)
    pairs = pair_rows(ids, read.verdicts, existing, followed)
    pairs = _not_of_another_file(pairs, read.verdicts, into.meant_before)
    there = pairs.there(len(frame))
    judge_geometries(read.verdicts, read.located, read.table, read.filled, there=there)
    new = read.verdicts.wanted & ~there & (read.mapping.repeats != TAKE)
    alike = judge_alike(read.given_ids, new, existing, read.verdicts, in_most_rows=False)
    tolerance_m = into.settings.real("network.tolerance_m")
    alike += judge_renumbered(read, new & read.verdicts.wanted, into.lines, tolerance_m)
    _judge_new(read, ids, there, choice)
    pairs = pairs.of(read.verdicts.wanted)
    progress.at(0.6)
    beside, made = built_rows(read, ids, pairs, existing, into)
    paired = beside.paired
    found = find_differences(frame, read, paired, choice, beside.raw)
    if not choice.take_conflicts:
        _keep(found, read, pairs, paired, into)
    progress.at(0.9)
    meant = meant_ids(np.concatenate([read.given_ids, ids]), existing, followed) | {*ids_there, *alike}
    gone = _gone(read, meant | into.meant_before, into)
    new_ids = made.rows[read.table.id_field].tolist()
    changes = listed_changes(read.table, paired, found, new_ids, gone)
    counts = _counted(found, pairs, len(frame))
    progress.at(1.0)
    return account(
        frame,
        read,
        into.existing_issues,
        Made(made.rows, made.assets, made.made_ids, made.split, repeats, int(found.turned.sum())),
        told=(*beside.notes, *already),
        told_last=(*_notes_of_defaults(read), *_notes_of_deleted(new_ids, followed)),
        update=ChangedRows(
            choice=choice,
            changes=changes,
            writes=written_frames(read.table, paired, found),
            rows_new=made.source_rows,
            meant=meant,
            kept=_kept(found, pairs),
            **counts,
        ),
    )


def _refuse_without_ids(mapping: ColumnMapping, table: Table) -> None:
    if table.name == READING:
        raise InputError(
            tr("Readings need no update: those that are there already are left out. Use MODE insert.")
        )
    if table.id_field not in mapping.fields and table.name not in LIKE_FIELDS:
        text = tr("An update recognises rows by their ids. Give the column of “{field}” in “fields”.")
        raise InputError(text.format(field=table.id_field))


def _identified(
    frame: pd.DataFrame,
    read: RowsRead,
    existing: pd.Index,
    followed: Mapping[str, Sequence[str]],
    into: UpdatedNetwork,
) -> tuple[Array, Repeats]:
    """Return the ids of the rows and what became of repeated ones; judge ids and places."""
    source_ids, verdicts = read.given_ids, read.verdicts
    may_be_there = rows_of_ids(existing, source_ids) >= 0
    if followed:
        may_be_there |= pd.Series(source_ids, dtype=object).isin(list(followed)).to_numpy()
    judge_geometries(verdicts, read.located, read.table, read.filled, there=may_be_there)
    judge_straying(verdicts, read.located.straying)
    given, repeats, repeated = identify(frame, read, existing, may_be_there=True)
    ids = given.ids
    if repeats.numbered:
        bearers = into.bearers(pd.Series(repeated, dtype=object).dropna().unique().tolist())
        ids = name_numbered(ids, repeated, read.located.geometry, bearers, read.table.id_field, existing)
    return ids, repeats


def _not_of_another_file(pairs: RowPairs, verdicts: Verdicts, meant_before: frozenset[str]) -> RowPairs:
    """Return the pairs of rows that no other file of the run speaks of; the others are rejected."""
    if not meant_before:
        return pairs
    twice = np.array([asset in meant_before for asset in pairs.assets.tolist()], dtype=bool)
    for row, asset in zip(pairs.rows[twice].tolist(), pairs.assets[twice].tolist()):
        sentence = tr("Another layer of this run also has {id}. Take it from one of them.")
        verdicts.codes[row], verdicts.sentences[row] = DUPLICATE_ID, sentence.format(id=asset)
    return pairs.of(verdicts.wanted)


def _judge_new(read: RowsRead, ids: Array, there: Array, choice: UpdateChoice) -> None:
    """Reject new rows that are not asked for or lack what must be known, and rows that would lose that."""
    verdicts, filled = read.verdicts, read.filled
    new = verdicts.wanted & ~there
    if choice.mode != BOTH:
        for row in np.flatnonzero(new).tolist():
            text = tr("The network has no {id}. Correct the id, or add new rows too.")
            if pd.isna(read.given_ids[row]):
                text = tr("The row has no id, by which an update recognises it.")
                if read.table.name in LIKE_FIELDS:
                    text = tr("The network has no row like this one. Add new rows too.")
            verdicts.codes[row], verdicts.sentences[row] = UNKNOWN_ID, text.format(id=ids[row])
        new = np.zeros(len(new), dtype=bool)
    for described in adoptable_fields(read.table):
        name = described.name
        if not described.required or name == read.table.id_field:
            continue
        if name not in filled.columns:
            fills = name == "status" and _COMMON_STATUS in described.codes
            filled.columns[name] = np.full(len(there), _COMMON_STATUS if fills else None, dtype=object)
            filled.status_assumed |= fills and bool(new.any())
        lacking = np.asarray(pd.isna(filled.columns[name]))
        if not (choice.clear and name in read.mapping.fields):
            lacking = lacking & new
        text = tr("The row gives no valid value for “{field}”, which must be known. Enter it in the file.")
        verdicts.reject(lacking, MISSING_VALUE, text.format(field=described.label))


def _keep(
    found: Differences, read: RowsRead, pairs: RowPairs, paired: PairedRows, into: UpdatedNetwork
) -> None:
    """Leave what people set since the last delivery."""
    rows = np.flatnonzero(found.any_taken(len(pairs.rows)))
    if not len(rows):
        return
    several = rows[pairs.several[rows]]
    parts = dict(zip(pairs.assets[several].tolist(), read.given_ids[pairs.rows[several]].tolist()))
    persons = into.persons_fields(pairs.assets[rows].tolist(), parts)
    if persons:
        keep_what_people_set(found, pairs.assets, persons)


def _gone(read: RowsRead, meant: frozenset[str], into: UpdatedNetwork) -> list[str]:
    """Return the rows of the network that no row of the file means."""
    system = ""
    if "system" in read.table.field_names and "system" not in read.mapping.fields:
        system = str(read.mapping.defaults.get("system") or "")
    left = [one for one in into.existing_ids if one not in meant]
    return list(into.of_system(left, system)) if left else []


def _counted(found: Differences, pairs: RowPairs, many: int) -> dict[str, int]:
    """Return how many rows of the file change, are the same, or stay since people set their fields."""
    taken, kept = found.any_taken(len(pairs.rows)), found.any_kept(len(pairs.rows))
    written, stays = np.zeros(many, dtype=bool), np.zeros(many, dtype=bool)
    written[pairs.rows[taken]] = True
    stays[pairs.rows[kept]] = True
    return {
        "rows_changed": int(written.sum()),
        "rows_conflict": int((stays & ~written).sum()),
        "rows_same": int((pairs.there(many) & ~written & ~stays).sum()),
        "assets_changed": int(taken.sum()),
    }


def _kept(found: Differences, pairs: RowPairs) -> dict[str, tuple[str, ...]]:
    """Return what stays as people set it of rows of which something else is written."""
    many = len(pairs.rows)
    return {
        str(pairs.assets[row]): tuple(name for name, kept in found.kept.items() if kept[row])
        for row in np.flatnonzero(found.any_taken(many) & found.any_kept(many)).tolist()
    }


def _notes_of_deleted(new_ids: Sequence[str], followed: Mapping[str, Sequence[str]]) -> list[str]:
    """Return which new rows the network had once and that were deleted there."""
    names = [one for one in new_ids if one in followed and not followed[one]]
    if not names:
        return []
    text = tr("%n of the new rows were deleted in the network: {ids}.", "", len(names))
    return [text.format(ids=shortened(names))]


def _notes_of_defaults(read: RowsRead) -> list[str]:
    """Return which fields the mapping fills for new rows alone."""
    names = [default for default in read.mapping.defaults if default not in read.mapping.fields]
    if not names:
        return []
    labels = listed(read.table.field(name).label for name in names)
    return [tr("Filled in for new rows only, since the file has no column: {fields}.").format(fields=labels)]
