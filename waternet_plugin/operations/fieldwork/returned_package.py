"""A package that came back from the field, as it was given and as it came, compared row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.fieldwork.cell_verdicts import SAME, CellVerdict
from waternet_plugin.core.fieldwork.field_decisions import FieldDecisions
from waternet_plugin.core.fieldwork.returned_rows import (
    GivenRow,
    ReturnedRow,
    ReturnedTable,
    compare_rows,
    content_mark,
)
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.schema.tables import SCHEMA_VERSION, Table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.fieldwork.export_field_package import ROWS, TABLE
from waternet_plugin.operations.fieldwork.returned_edits import ReturnedChanges
from waternet_plugin.store.fieldwork.package_file import opened_package
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class ReturnedPackage:
    """A package as it was read, and as it was given; ``row`` is that of the package in the network."""

    path: Path
    fid: int
    row: Mapping[str, Any]
    tables: tuple[ReturnedTable, ...]
    given: Mapping[str, Mapping[str, GivenRow]]
    mark: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ComparedPackage:
    """All that is compared: the package, the rows that differ, those that do not by table."""

    package: ReturnedPackage
    changes: ReturnedChanges
    same: tuple[CellVerdict, ...]
    rows: Mapping[str, ReturnedRow]


@uncollected()
def read_returned_package(network: Network, path: Path, decisions: FieldDecisions) -> ComparedPackage:
    """Read a package that came back, and compare it with what was given.

    Raises
    ------
    InputError
        For one of another network, of a newer plugin, without a table, or that came back before.
    """
    return _compared(_package(network, path, decisions))


def _package(network: Network, path: Path, decisions: FieldDecisions) -> ReturnedPackage:
    """Read a package and what was given of it."""
    with opened_package(path) as file:
        about = file.about()
        package_id = about.get("package_id", "")
        stored = network.rows_where(TABLE, "package_id", [package_id])
        given: Mapping[str, Mapping[str, GivenRow]] = {}
        if stored:
            given = network.given_rows(package_id)
        if not stored or about.get("sha256") != next(iter(stored.values()))["sha256"]:
            raise _not_given(path)
        notes = _version_notes(about, path)
        fid, row = next(iter(stored.items()))
        names = [name for name in str(row["tables"]).split(";") if name]
        tables = tuple(file.table(network.table(name), network.crs, given.get(name, {})) for name in names)
    try:
        given = {came.table.name: _told(network, given.get(came.table.name, {}), came) for came in tables}
    except KeyError:
        # Somebody undid it between the two questions.
        raise _not_given(path) from None
    mark = content_mark(tables)
    if not decisions.again:
        _refuse_again(network, mark, path)
    return ReturnedPackage(path, fid, row, tables, given, mark, notes)


def _not_given(path: Path) -> InputError:
    return InputError(
        tr(
            "{file} was not handed out from this network, or that was undone. Open the network it belongs to."
        ).format(file=path.parent.name)
    )


def _told(network: Network, given: Mapping[str, GivenRow], came: ReturnedTable) -> dict[str, GivenRow]:
    """Return the rows of a table as they were given, with the whole text of those that are compared.

    Raises
    ------
    KeyError
        Where the network does not keep one of them any more.
    """
    as_given = {uuid for index, uuid in enumerate(came.uuids) if index not in came.cells}
    told = {uuid: row for uuid, row in given.items() if row.is_made or uuid not in as_given}
    kept = network.rows(ROWS, [row.key for row in told.values()])
    whole = {uuid: row._replace(text=str(kept[row.key]["given"])) for uuid, row in told.items()}
    return {**given, **whole}


def _version_notes(about: Mapping[str, str], path: Path) -> tuple[str, ...]:
    text = about.get("schema_version", "")
    version = int(text) if text.isdecimal() else 0
    if version > SCHEMA_VERSION:
        message = tr("{file} was made by a newer version of WaterNet. Update the plugin.")
        raise InputError(message.format(file=path.parent.name))
    if version < SCHEMA_VERSION:
        return (
            tr(
                "{file} was made by an older version of WaterNet: fields that it lacks stay as they are."
            ).format(file=path.parent.name),
        )
    return ()


def _refuse_again(network: Network, mark: str, path: Path) -> None:
    batches = network.batches()
    same = batches[(batches["sha256"] == mark) & (batches["undone"].isna())]
    if len(same):
        raise InputError(
            tr(
                "What {file} holds was taken up before, in batch {batch}. Undo that batch, or say “again” in "
                "DECISIONS."
            ).format(file=path.parent.name, batch=same["batch_id"].iloc[0])
        )


def _compared(package: ReturnedPackage) -> ComparedPackage:
    """Compare what came back with what was given."""
    rows: list[ReturnedRow] = []
    same: list[CellVerdict] = []
    missing: dict[str, tuple[Table, GivenRow]] = {}
    for came in package.tables:
        given = package.given.get(came.table.name, {})
        compared = compare_rows(given, came)
        rows += compared.differing
        same += [CellVerdict(came.table.name, uuid, asset, SAME) for uuid, asset in compared.same]
        missing |= {uuid: (came.table, given[uuid]) for uuid, _asset in compared.missing}
    changes = ReturnedChanges(tuple(rows), missing, str(package.row.get("log_seq") or ""))
    return ComparedPackage(package, changes, tuple(same), {one.uuid: one for one in rows})
