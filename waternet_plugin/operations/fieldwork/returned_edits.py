"""What the rows that a crew changed become of the network's rows, which others changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from waternet_plugin.core.editing.merging import merge, wanted_rows
from waternet_plugin.core.editing.row_conflicts import (
    Answers,
    RowKey,
)
from waternet_plugin.core.editing.row_edits import Row, RowEdit, by_table
from waternet_plugin.core.fieldwork.cell_verdicts import (
    GONE,
    REJECTED,
    CellVerdict,
    ReturnedEdits,
    answer_of,
    gone_too,
    is_same_cell,
    judge_rest,
    refuse_photos,
    verdict_of,
    without_open_lines,
    without_refused,
)
from waternet_plugin.core.fieldwork.field_decisions import FieldDecisions
from waternet_plugin.core.fieldwork.package_cells import (
    cell_of,
    cells_of_text,
    kind_of,
    value_of,
    values_of,
)
from waternet_plugin.core.fieldwork.returned_rows import GivenRow, ReturnedRow
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.editing.save_edits import rows_in_file
from waternet_plugin.operations.rows.followed_ids import followed_ids
from waternet_plugin.store.geopackage.writing.constraint_checks import broken_rules
from waternet_plugin.store.network import Network

# New rows are numbered downward from here: below what settling makes is nothing of ours.
_FIRST_KEY = -1_000
# What belongs to the whole pipe, which its parts can't have.
_OF_WHOLE = (
    GEOMETRY_COLUMN, "from_node", "to_node", "length_m", "length_source",
    "start_invert_m", "end_invert_m", "start_depth_m", "end_depth_m",
)  # fmt: skip

# Why cells of a row can't be written, by key and field; '' for the row as a whole.
Refusals = Mapping[RowKey, Mapping[str, str]]


@dataclass(frozen=True)
class ReturnedChanges:
    """What came back but for untouched rows; ``missing`` are rows that the crew deleted, by UUID."""

    rows: tuple[ReturnedRow, ...]
    missing: Mapping[str, tuple[Table, GivenRow]]
    position: str


def returned_edits(
    network: Network, came: ReturnedChanges, decisions: FieldDecisions, refused: Refusals
) -> ReturnedEdits:
    """Return what is written of a package.

    Parameters
    ----------
    came
        The rows that differ.
    decisions
        What a person says about conflicts.
    refused
        What can't be written, as an earlier try found.
    """
    found = ReturnedEdits()
    edits = _Building(network, found).built(came, decisions)
    theirs, others = rows_in_file(network, wanted_rows(tuple(edits)), came.position)
    left = (without_refused(found, one, refused.get((one.table, one.key), {})) for one in edits)
    merged_edits = tuple(one for one in left if one is not None)
    merged = merge(merged_edits, theirs, changes=others)
    found.conflicts = merged.conflicts
    if found.conflicts:
        answers = {one.row_key: answer_of(found, one, decisions) for one in found.conflicts}
        merged_edits = tuple(without_open_lines(found, one, answers) for one in merged_edits)
        merged = merge(merged_edits, theirs, Answers(answers), others)
    found.edits = merged.edits
    judge_rest(found, merged_edits, theirs)
    return found


class _Building:
    """Edits of package rows, with the row of the network as it is on both sides but for what was changed."""

    def __init__(self, network: Network, found: ReturnedEdits) -> None:
        self._network = network
        self._found = found
        self._edits: list[RowEdit] = []
        self._number = _FIRST_KEY

    def built(self, came: ReturnedChanges, decisions: FieldDecisions) -> list[RowEdit]:
        """Return the edits."""
        tables = {one.table.name: one.table for one in came.rows}
        tables |= {table.name: table for table, _given in came.missing.values()}
        for table in tables.values():
            mine = [one for one in came.rows if one.table.name == table.name]
            missing = {uuid: given for uuid, (own, given) in came.missing.items() if own.name == table.name}
            self._of_table(
                table, mine, {uuid: one for uuid, one in missing.items() if decisions.is_deleted(uuid)}
            )
            for uuid, given in missing.items():
                if not decisions.is_deleted(uuid):
                    reason = tr("The crew deleted it. It stays here unless you decide to delete it.")
                    self._say(uuid, CellVerdict(table.name, uuid, given.asset, GONE, reason=reason))
        return self._edits

    def _say(self, uuid: str, verdict: CellVerdict) -> None:
        self._found.verdicts.setdefault(uuid, []).append(verdict)

    def _of_table(self, table: Table, rows: list[ReturnedRow], missing: Mapping[str, GivenRow]) -> None:
        existing = set(self._network.read(table.name, [table.id_field], geometry=False)[table.id_field])
        named = [row.asset for row in rows if not row.is_new] + [one.asset for one in missing.values()]
        followed = followed_ids(self._network, table.name, named, existing)
        ids = {name: followed.get(name, (name,) if name in existing else ()) for name in named}
        wanted = sorted({each for heirs in ids.values() for each in heirs})
        stored = self._network.rows_where(table.name, table.id_field, wanted) if wanted else {}
        keys = {str(row[table.id_field]): key for key, row in stored.items()}
        for row in rows:
            heirs = () if row.is_new else [keys[name] for name in ids[row.asset] if name in keys]
            first = stored[heirs[0]] if heirs else {}
            for name, reason in row.rejected.items():
                ours = cell_of(first.get(name), kind_of(table, name))
                self._say(row.uuid, verdict_of(row, name, REJECTED, ours, reason))
            if row.is_new:
                self._new(table, row, existing)
            else:
                self._changed(table, row, {key: stored[key] for key in heirs})
        for uuid, given in missing.items():
            heirs = [keys[name] for name in ids[given.asset] if name in keys]
            self._deleted(table, uuid, given, {key: stored[key] for key in heirs})

    def _add(self, row: ReturnedRow, edit: RowEdit) -> None:
        self._found.rows[edit.table, edit.key] = row
        self._edits.append(edit)

    def _next_key(self) -> int:
        self._number -= 1
        return self._number

    def _new(self, table: Table, row: ReturnedRow, existing: set[str]) -> None:
        asset = row.asset if row.asset and row.asset not in existing else self._new_id(table, existing)
        existing.add(asset)
        values = values_of({name: row.returned[name] for name in row.changed}, table)
        names = [*table.field_names, *([GEOMETRY_COLUMN] if table.has_geometry else [])]
        now = {**dict.fromkeys(names), **values, table.id_field: asset}
        if "status" in now and now["status"] is None:
            # As surveys take what was measured.
            now["status"] = "in_use"
        if table.name == "pipe" and now.get("length_source") is None and now.get(GEOMETRY_COLUMN) is not None:
            now |= {"length_source": "geometry", "length_m": float(now[GEOMETRY_COLUMN].length)}
        self._add(replace(row, asset=asset), RowEdit(table.name, self._next_key(), None, now))

    def _new_id(self, table: Table, existing: set[str]) -> str:
        newest = self._network.newest_id(table.name) or ""
        letters = newest.rstrip("0123456789") or f"{table.name[0].upper()}-"
        asset = self._network.next_id(table.name, letters)
        digits = asset[len(letters) :]
        number = int(digits)
        while asset in existing:
            number += 1
            asset = f"{letters}{number:0{len(digits)}d}"
        return asset

    def _changed(self, table: Table, row: ReturnedRow, heirs: Mapping[int, Row]) -> None:
        if not heirs:
            self._to_gone(table, row)
            return
        names = row.changed
        if len(heirs) > 1:
            for name in (name for name in names if name in _OF_WHOLE):
                reason = tr("It was split meanwhile, and this belongs to the whole of it.")
                self._say(row.uuid, verdict_of(row, name, REJECTED, None, reason))
            names = tuple(name for name in names if name not in _OF_WHOLE)
        for key, now in heirs.items():
            before, mine = dict(now), dict(now)
            for name in names:
                kind = kind_of(table, name)
                given, theirs = row.given.get(name), row.returned.get(name)
                ours = cell_of(now.get(name), kind)
                # What means the same stays the same object, so that it is no change.
                before[name] = now.get(name) if is_same_cell(given, ours, kind) else value_of(given, kind)
                mine[name] = now.get(name) if is_same_cell(theirs, ours, kind) else value_of(theirs, kind)
            if names or row.photos:
                self._add(row, RowEdit(table.name, key, before, mine))

    def _to_gone(self, table: Table, row: ReturnedRow) -> None:
        """Keep a change of a row that was deleted here: the row as it was given, with the change."""
        if not row.changed:
            reason = tr("It was deleted here meanwhile. Bring the row back, then take the package up again.")
            refuse_photos(self._found.verdicts.setdefault(row.uuid, []), row, reason)
            return
        names = [*table.field_names, *([GEOMETRY_COLUMN] if table.has_geometry else [])]
        before = {
            **dict.fromkeys(names),
            **values_of(_known(row.given, names), table),
            table.id_field: row.asset,
        }
        now = {**before, **values_of({name: row.returned.get(name) for name in row.changed}, table)}
        self._add(row, RowEdit(table.name, self._missing_key(), before, now))

    def _missing_key(self) -> int:
        """Return the number of a row that is not there: above all, so that no row has it."""
        self._number -= 1
        return 2**40 - self._number

    def _deleted(self, table: Table, uuid: str, given: GivenRow, heirs: Mapping[int, Row]) -> None:
        cells = cells_of_text(given.text)
        row = ReturnedRow(table, uuid, given.asset, cells, {}, ())
        if len(heirs) != 1:
            reason = tr("It was split meanwhile: delete its parts here.") if heirs else gone_too()
            self._say(uuid, CellVerdict(table.name, uuid, given.asset, GONE, reason=reason))
            return
        for key, now in heirs.items():
            before = dict(now)
            for name, cell in cells.items():
                kind = kind_of(table, name)
                if name != table.id_field and not is_same_cell(cell, cell_of(now.get(name), kind), kind):
                    before[name] = value_of(cell, kind)
            self._add(row, RowEdit(table.name, key, before, None))


def _known(cells: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    known = set(names)
    return {name: cell for name, cell in cells.items() if name in known}


def broken_cells(network: Network, found: ReturnedEdits) -> dict[RowKey, dict[str, str]]:
    """Return which cells break a rule of their table, so that the network would refuse them."""
    refused: dict[RowKey, dict[str, str]] = {}
    for name, edits in by_table(found.edits):
        rows = {one.key: one.now for one in edits if one.now is not None}
        for key, broken in broken_rules(network.table(name), rows).items():
            for columns, reason in broken:
                for each in found.rows[name, key].changed:
                    if each in columns:
                        refused.setdefault((name, key), {})[each] = reason
    return refused
