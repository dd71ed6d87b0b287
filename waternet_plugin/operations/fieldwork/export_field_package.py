"""Give a crew a package of rows for the field, and keep what was given to whom."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.fieldwork.package_tables import DEFAULT_TABLES, FILE, allowed_tables, given_fields
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.references import references
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, SCHEMA_VERSION, Table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.fieldwork.package_file import GivenTable, given_table, write_package
from waternet_plugin.store.network import Network
from waternet_plugin.store.user import default_user

KIND = "field"
TABLE, ROWS = "field_package", "field_package_row"
_PREFIX = "FP"
_WORK, _OVER = "work_item", ("done", "cancelled")


@dataclass(frozen=True)
class FieldPackageRequest:
    """What is given to whom.

    Parameters
    ----------
    folder
        An empty folder, in which the file is written.
    crew
        Who gets it.
    tables
        Names of the tables.
    area
        Only rows that meet it, in the network's CRS, and those that name them; None for all.

    Raises
    ------
    InputError
        Without a crew or tables, and for a table that can't be given.
    """

    folder: Path
    crew: str
    tables: tuple[str, ...] = DEFAULT_TABLES
    area: Optional[shapely.Geometry] = None

    def __post_init__(self) -> None:
        if not self.crew.strip():
            raise InputError(tr("CREW is empty. Say who gets the package."))
        strange = [name for name in self.tables if name not in allowed_tables()]
        if strange or not self.tables:
            message = tr("There is no table “{name}” to give to a crew. Choose from: {tables}.")
            raise InputError(message.format(name=(*strange, "")[0], tables=listed(allowed_tables())))


@dataclass(frozen=True)
class FieldPackage(Written):
    """A package that was given: its id, its file, its rows by table, their extent if they have one."""

    package_id: str
    path: Path
    rows: dict[str, int]
    tables: tuple[Table, ...]
    sentence: str


@uncollected()
def export_field_package(
    network: Network,
    request: FieldPackageRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[FieldPackage], Any] = no_outputs,
) -> FieldPackage:
    """Write the file of a package and note each of its rows as it was given, as one batch.

    Raises
    ------
    InputError
        When nothing is to be given.
    StoreError
        When the file can't be written.
    """
    with network.reading_together():
        seen = network.position()
        tables = _read(network, request, progress.part(0.0, 0.3))
    rows = {one.table.name: len(one.uuids) for one in tables}
    if not any(rows.values()):
        raise InputError(tr("No row of these tables lies in the area. Choose another area, or more tables."))
    path = request.folder / FILE
    name = tr("Field package for {crew}").format(crew=request.crew.strip())
    with network.write(KIND, name=name, seen=seen, progress=progress.part(0.6, 1.0)) as batch:
        package_id = batch.next_id(TABLE, _PREFIX)
        about = {
            "package_id": package_id,
            "crew": request.crew.strip(),
            "schema_version": str(SCHEMA_VERSION),
            "tables": ";".join(rows),
        }
        progress.at(0.4, tr("Writing"))
        batch.refuse_changed()
        about["sha256"], texts = write_package(path, tables, about, network.crs)
        batch.insert(TABLE, pd.DataFrame([_note(request, about, seen)]))
        batch.insert(ROWS, _rows(tables, texts, package_id))
        told = tr("%n row(s) given to {crew} as package {package}.", "", sum(rows.values())).format(
            crew=request.crew.strip(), package=package_id
        )
        done = FieldPackage("", package_id, path, rows, tuple(one.table for one in tables), told)
        return finish(batch, done, before_commit)


def _read(network: Network, request: FieldPackageRequest, progress: Progress) -> list[GivenTable]:
    """Return the rows to give: those that meet the area, then those without a place that name them."""
    described = [network.table(name) for name in dict.fromkeys(request.tables)]
    given: dict[str, pd.DataFrame] = {}
    # What names others is read when these are known; work items name users and failures too.
    ordered = sorted(described, key=lambda one: (not one.has_geometry, one.name == _WORK, one.name))
    ordered.sort(key=lambda one: one.name == _WORK)
    for number, table in enumerate(ordered):
        progress.at(number / len(ordered), tr("Reading the network"))
        frame = network.read(table.name, [one.name for one in given_fields(table)], as_stored=True)
        if table.name == _WORK:
            is_open = ~frame["state"].isin(_OVER)
            frame = frame[is_open & (frame["team"].fillna("").str.strip() == request.crew.strip())]
        if request.area is not None:
            frame = frame[_in_area(frame, table, request.area) | _naming(frame, table, given)]
        given[table.name] = frame.reset_index(drop=True)
    return [given_table(table, given[table.name], _uuids(len(given[table.name]))) for table in described]


def _uuids(count: int) -> list[str]:
    """Return new UUIDs of version 4."""
    digits = secrets.token_hex(16 * count)
    texts = (digits[start : start + 32] for start in range(0, 32 * count, 32))
    return sorted(f"{one[:8]}-{one[8:12]}-4{one[13:16]}-a{one[17:20]}-{one[20:]}" for one in texts)


def _in_area(frame: pd.DataFrame, table: Table, area: shapely.Geometry) -> Any:
    if not table.has_geometry:
        return np.zeros(len(frame), dtype=bool)
    shapely.prepare(area)
    return shapely.intersects(area, np.asarray(frame[GEOMETRY_COLUMN], dtype=object))


def _naming(frame: pd.DataFrame, table: Table, given: dict[str, pd.DataFrame]) -> Any:
    """Return which rows without a place name a row that is given."""
    names = np.zeros(len(frame), dtype=bool)
    for one in references():
        if one.table != table.name or one.is_list or one.field not in frame:
            continue
        for target in one.targets:
            if target in given:
                id_field = given[target].columns[0]
                names |= frame[one.field].isin(given[target][id_field]).to_numpy(dtype=bool)
    if table.has_geometry:
        names &= shapely.is_missing(np.asarray(frame[GEOMETRY_COLUMN], dtype=object))
    return names


def _note(request: FieldPackageRequest, about: dict[str, str], seen: str) -> dict[str, Any]:
    """Return the row of the package."""
    area = (
        None
        if request.area is None
        else str(shapely.to_wkt(request.area, rounding_precision=3, output_dimension=3))
    )
    return {
        "package_id": about["package_id"],
        "crew": about["crew"],
        "given_on": pd.Timestamp.now(tz="UTC"),
        "given_by": default_user(),
        "area": area,
        "tables": about["tables"],
        "sha256": about["sha256"],
        "log_seq": seen,
    }


def _rows(tables: list[GivenTable], texts: list[list[str]], package_id: str) -> pd.DataFrame:
    """Return the rows that keep what was given, ``texts`` of each table."""
    return made_of(
        {
            "package_id": [package_id] * sum(len(one.uuids) for one in tables),
            "table": [one.table.name for one in tables for _ in one.uuids],
            "uuid": [each for one in tables for each in one.uuids],
            "asset": [each for one in tables for each in one.ids],
            "given": [each for own in texts for each in own],
        }
    )
