"""Adopt foreign rows: everything that can be said before a single one is written.

`adopt` is pure: it takes a frame and gives the rows for the store, the rejected rows with their reasons, and
the account of all that was changed or lost on the way. A dry run is the same call.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange import columns, identities, places
from waternet_plugin.core.exchange.columns import Nulled, Unmapped
from waternet_plugin.core.exchange.locating import Located, locate
from waternet_plugin.core.exchange.mapping import Mapping, adoptable, for_columns, for_table
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr

NO_GEOMETRY = "no_geometry"
WRONG_GEOMETRY = "wrong_geometry"
DUPLICATE_ID = "duplicate_id"
ZERO_LENGTH = "zero_length"
REASONS = (NO_GEOMETRY, WRONG_GEOMETRY, DUPLICATE_ID, ZERO_LENGTH)

REJECTED_COLUMNS = ("source_row", "source_id", "reason_code", "reason")

# Rows of these tables need no place of their own when they name what they belong to.
_NAMED_BY = {"failure": "reported_pipe_id", "work_item": "asset"}

# What belongs to one end of a pipe stays there when a row becomes several pipes.
_START_FIELDS = ("from_node", "invert_start_m", "depth_start_m")
_END_FIELDS = ("to_node", "invert_end_m", "depth_end_m")

# Share of the rows whose ids are taken from which on a file is said to be adopted already.
_SAME_FILE = 0.9


class UnmappedError(InputError):
    """Codes of the file have no meaning in the mapping; ``unmapped`` lists all of them."""

    def __init__(self, unmapped: tuple[Unmapped, ...]) -> None:
        lines = tuple(described_code(one) for one in unmapped)
        message = tr(
            "{n} code(s) of the file have no meaning in the mapping: {codes}. Add them to “values” (“*” stands"
            " for every other code, “” for an empty one)."
        )
        super().__init__(message.format(n=len(unmapped), codes="; ".join(lines)), details=lines)
        self.unmapped = unmapped


@dataclass(frozen=True)
class AdoptionResult:
    """What adopting a frame gives; counts are source rows unless they speak of assets."""

    table: str
    mapping: Mapping
    rows: pd.DataFrame
    source_rows: np.ndarray
    rejected: pd.DataFrame
    issues: pd.DataFrame
    nulled: tuple[Nulled, ...]
    unmapped: tuple[Unmapped, ...]
    notes: tuple[str, ...]
    rows_in: int
    made_ids: int
    transform: str

    @property
    def rows_rejected(self) -> int:
        """How many source rows are not written."""
        return len(self.rejected)

    @property
    def rows_written(self) -> int:
        """How many source rows are written."""
        return self.rows_in - self.rows_rejected

    @property
    def assets_written(self) -> int:
        """How many rows the table gets."""
        return len(self.rows)

    def rejected_by_reason(self) -> dict[str, int]:
        """Return how many rows each reason rejects."""
        counts = self.rejected["reason_code"].value_counts()
        return {reason: int(counts[reason]) for reason in REASONS if reason in counts}


def described_code(one: Unmapped) -> str:
    """Return an unmapped code in one line, with the suggestion for it."""
    value = one.value if one.value else tr("(empty)")
    if one.suggestion is None:
        return tr("{field}: {value} ({n})").format(field=one.field, value=value, n=one.count)
    return tr("{field}: {value} ({n}), perhaps {code}").format(
        field=one.field, value=value, n=one.count, code=one.suggestion
    )


def source_columns(frame: pd.DataFrame) -> list[str]:
    """Return the attribute columns of a foreign frame."""
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    return [str(column) for column in frame.columns if column != geometry]


def _given_ids(frame: pd.DataFrame, mapping: Mapping, table: Table, filled: columns.Filled) -> np.ndarray:
    ids = filled.columns.get(table.id_field)
    return np.full(len(frame), None, dtype=object) if ids is None else ids


@dataclass
class _Verdicts:
    """The reason that rejects each row, '' for none; the first reason stands."""

    codes: np.ndarray
    sentences: np.ndarray

    def reject(self, rows: np.ndarray, code: str, sentence: str) -> None:
        open_rows = rows & (self.codes == "")
        self.codes[open_rows] = code
        self.sentences[open_rows] = sentence

    @property
    def wanted(self) -> np.ndarray:
        return np.asarray(self.codes == "", dtype=bool)


def _judge_places(verdicts: _Verdicts, located: Located, table: Table, filled: columns.Filled) -> None:
    """Reject the rows whose geometry can't be taken."""
    if not table.has_geometry:
        return
    needed = np.ones(len(located.missing), dtype=bool)
    names = filled.columns.get(_NAMED_BY.get(table.name, ""))
    if names is not None:
        needed = pd.isna(names)
    verdicts.reject(
        located.missing & needed,
        NO_GEOMETRY,
        tr("The row has no geometry, or one without usable coordinates. Draw it or give its coordinates."),
    )
    verdicts.reject(
        located.wrong,
        WRONG_GEOMETRY,
        tr("The row's geometry does not fit: the table {table} takes {kind}.").format(
            table=table.name, kind=table.geometry
        ),
    )
    if table.name == "pipe":
        given = filled.columns.get("length_m")
        unknown = np.ones(len(located.missing), dtype=bool) if given is None else np.isnan(given)
        verdicts.reject(
            located.no_length & unknown,
            ZERO_LENGTH,
            tr("The line has no length and the file gives none. Give a length or draw the line."),
        )


def _judge_ids(verdicts: _Verdicts, given: identities.Identities) -> None:
    """Reject the rows whose id is taken."""
    network = given.taken & (given.taken_by == 0)
    for row in np.flatnonzero(network & verdicts.wanted):
        sentence = tr("The network has the id {id} already.").format(id=given.ids[row])
        verdicts.codes[row], verdicts.sentences[row] = DUPLICATE_ID, sentence
    for row in np.flatnonzero(given.taken & ~network & verdicts.wanted):
        sentence = tr("Row {row} of the file has the id {id} too.").format(
            row=int(given.taken_by[row]), id=given.ids[row]
        )
        verdicts.codes[row], verdicts.sentences[row] = DUPLICATE_ID, sentence


@dataclass
class _Assets:
    """The rows to write: which source row each comes from, its id, part number (0: whole) and geometry."""

    origin: np.ndarray
    ids: np.ndarray
    part: np.ndarray
    last: np.ndarray
    geometry: np.ndarray | None


def _split(
    located: Located, ids: np.ndarray, verdicts: _Verdicts, existing: Iterable[str]
) -> tuple[_Assets, int]:
    """Return the assets of the wanted rows and how many rows became several; reject where parts' ids clash."""
    several_parts = np.flatnonzero(located.several & verdicts.wanted)
    taken = {*existing, *ids[verdicts.wanted]} if len(several_parts) else set()
    parts = {}
    for row in several_parts:
        merged = places.merge_parts(located.geometry[row])
        if len(merged) > 1:
            names = [f"{ids[row]}.{number}" for number in range(1, len(merged) + 1)]
            clash = [name for name in names if name in taken]
            if clash:
                sentence = tr("The line's parts would get the id {id}, which is taken.").format(id=clash[0])
                verdicts.codes[row], verdicts.sentences[row] = DUPLICATE_ID, sentence
                continue
            taken.update(names)
        parts[row] = merged
    rows = np.flatnonzero(verdicts.wanted)
    sizes = np.ones(len(rows), dtype=np.int64)
    at = {row: position for position, row in enumerate(rows.tolist())} if parts else {}
    for row, merged in parts.items():
        sizes[at[int(row)]] = len(merged)
    origin = np.repeat(rows, sizes)
    starts = np.cumsum(sizes) - sizes
    part = np.arange(len(origin)) - np.repeat(starts, sizes) + 1
    several = np.repeat(sizes > 1, sizes)
    last = part == np.repeat(sizes, sizes)
    geometry = located.geometry[origin]
    new_ids = ids[origin]
    for row, merged in parts.items():
        start = starts[at[int(row)]]
        for number, line in enumerate(merged):
            geometry[start + number] = line
            if len(merged) > 1:
                new_ids[start + number] = f"{ids[row]}.{number + 1}"
    part = np.where(several, part, 0)
    return _Assets(origin, new_ids, part, last, geometry), int((sizes > 1).sum())


def _lengths(assets: _Assets, given: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the length of each pipe in metres and whether it was given; parts share theirs by geometry."""
    drawn = shapely.length(assets.geometry)
    if given is None:
        return drawn, np.full(len(drawn), "geometry", dtype=object)
    lengths = given[assets.origin]
    several = assets.part > 0
    if several.any():
        whole = pd.Series(drawn).groupby(assets.origin).transform("sum").to_numpy()
        lengths = np.where(several, lengths * drawn / whole, lengths)
    source = np.where(np.isnan(lengths), "geometry", "given").astype(object)
    return np.where(np.isnan(lengths), drawn, lengths), source


def _placed(frame: pd.DataFrame, geometry: np.ndarray, crs: object) -> gpd.GeoDataFrame:
    """Return a frame with its geometry in the column of our tables."""
    frame[GEOMETRY_COLUMN] = gpd.GeoSeries(geometry, crs=crs, index=frame.index)
    return gpd.GeoDataFrame(frame, geometry=GEOMETRY_COLUMN)


def _rows(table: Table, filled: columns.Filled, assets: _Assets, target: pyproj.CRS | None) -> pd.DataFrame:
    """Return the rows for the store: id, filled fields in the table's order, geometry."""
    data: dict[str, Any] = {}
    for name in table.field_names:
        if name == table.id_field:
            data[name] = assets.ids
        elif name in filled.columns:
            values = filled.columns[name][assets.origin]
            if name in _START_FIELDS and table.name == "pipe":
                values = pd.Series(values).where(assets.part <= 1, None).to_numpy()
            elif name in _END_FIELDS and table.name == "pipe":
                values = pd.Series(values).where((assets.part == 0) | assets.last, None).to_numpy()
            data[name] = values
    if table.name == "pipe":
        data["length_m"], data["length_source"] = _lengths(assets, filled.columns.get("length_m"))
    frame = pd.DataFrame(data)
    for described in table.fields:
        if described.type == "datetime" and described.name in data:
            frame[described.name] = frame[described.name].dt.tz_localize("UTC")
    if not table.has_geometry:
        return frame
    return _placed(frame, assets.geometry, target)


def _issues(
    table: Table, assets: _Assets, target: pyproj.CRS | None, existing: Iterable[str]
) -> gpd.GeoDataFrame:
    """Return the findings of an adoption: lines without length, areas that cross themselves."""
    found: list[tuple[str, str, str, str]] = []
    rows: list[int] = []
    if table.name == "pipe":
        flat = np.flatnonzero(shapely.length(assets.geometry) < places.NO_LENGTH_M)
        rule = "adopt_zero_length"
        text = tr("The line has no length on the map; the length given in the file is used.")
        fix = tr("Draw the pipe's true course.")
    else:
        there = ~shapely.is_missing(assets.geometry)
        flat = np.flatnonzero(there & (shapely.get_dimensions(assets.geometry) == 2))
        flat = flat[~shapely.is_valid(assets.geometry[flat])]
        rule = "adopt_invalid_area"
        text = tr("The area's boundary crosses or touches itself.")
        fix = tr("Mend the boundary with the vertex tool.")
    taken = set(existing)
    for row in flat.tolist():
        name = base = f"{rule}-{table.name}-{assets.ids[row]}"
        number = 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name)
        found.append((name, str(assets.ids[row]), rule, text))
        rows.append(row)
    points = np.full(len(rows), None, dtype=object)
    if rows:
        coordinates, owner = shapely.get_coordinates(assets.geometry[rows], return_index=True)
        points = shapely.points(coordinates[np.unique(owner, return_index=True)[1]])
    frame = pd.DataFrame(
        {
            "issue_id": [one[0] for one in found],
            "rule_id": [one[2] for one in found],
            "severity": ["warning"] * len(found),
            "assets": [one[1] for one in found],
            "text": [one[3] for one in found],
            "fix": [fix] * len(found),
            "state": ["open"] * len(found),
        },
        dtype=object,
    )
    return _placed(frame, points, target)


def _rejected(verdicts: _Verdicts, given: np.ndarray) -> pd.DataFrame:
    """Return the rejected rows; the row number begins at 1."""
    rows = np.flatnonzero(~verdicts.wanted)
    return pd.DataFrame(
        {
            "source_row": rows + 1,
            "source_id": given[rows],
            "reason_code": verdicts.codes[rows],
            "reason": verdicts.sentences[rows],
        }
    )


def adopt(
    frame: pd.DataFrame,
    mapping: Mapping,
    table: str,
    *,
    target_crs: object,
    today: datetime.date,
    settings: Settings,
    existing_ids: Iterable[str] = (),
    existing_issues: Iterable[str] = (),
    source_crs: object = None,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> AdoptionResult:
    """Turn foreign rows into rows of a table.

    Parameters
    ----------
    frame
        The foreign rows in the order of the file, a GeoDataFrame where they have geometry.
    mapping
        How columns become fields.
    table
        Name of the table.
    target_crs
        The network's CRS, in metres.
    today
        What is later lies in the future.
    settings
        Thresholds.
    existing_ids, existing_issues
        Ids that the table and the table of issues have already.
    source_crs
        CRS of the frame where it has none of its own; the mapping's goes before it.
    dry_run
        List unmapped codes in the result instead of raising.
    progress
        Told of the steps; may cancel.

    Raises
    ------
    InputError
        For everything that stops an adoption: mapping, columns, CRS, unmapped codes, no rows.
    """
    described = adoptable(table)
    mapping = for_columns(for_table(mapping, table), source_columns(frame))
    if not len(frame):
        raise InputError(tr("The layer has no rows. Choose another file or layer."))
    target = places.read_crs(target_crs)
    progress.at(0.0, tr("Reading the fields"))
    filled = columns.fill(frame, mapping, described, columns.Reader(today, settings))
    if filled.unmapped and not dry_run:
        raise UnmappedError(tuple(filled.unmapped))
    progress.at(0.4, tr("Placing the rows"))
    located = locate(frame, mapping, described, source_crs, target, settings)
    progress.at(0.7, tr("Checking the ids"))
    verdicts = _Verdicts(np.full(len(frame), "", dtype=object), np.full(len(frame), None, dtype=object))
    _judge_places(verdicts, located, described, filled)
    source_ids = _given_ids(frame, mapping, described, filled)
    ids, made = source_ids, 0
    existing = [] if not described.id_field else list(existing_ids)
    if described.id_field:
        prefix = identities.prefix_of(table, mapping.id_prefix)
        given = identities.assign(source_ids, verdicts.wanted, existing, prefix)
        _judge_ids(verdicts, given)
        ids, made = given.ids, int((given.made & verdicts.wanted).sum())
    progress.at(0.8, tr("Building the rows"))
    assets, split = _split(located, ids, verdicts, existing)
    rows = _rows(described, filled, assets, target)
    issues = _issues(described, assets, target, existing_issues)
    rejected = _rejected(verdicts, source_ids)
    notes = [*located.notes, *_further_notes(filled, made, split, rejected, len(frame))]
    progress.at(1.0)
    return AdoptionResult(
        table=table,
        mapping=mapping,
        rows=rows,
        source_rows=assets.origin + 1,
        rejected=rejected,
        issues=issues,
        nulled=tuple(filled.nulled),
        unmapped=tuple(filled.unmapped),
        notes=tuple(notes),
        rows_in=len(frame),
        made_ids=made,
        transform=located.transform,
    )


def _further_notes(
    filled: columns.Filled, made: int, split: int, rejected: pd.DataFrame, rows_in: int
) -> list[str]:
    notes = []
    if filled.status_assumed:
        notes.append(tr("The mapping gives no status: all rows are taken as in use."))
    if made:
        notes.append(tr("%n id(s) were made.", "", made))
    if split:
        notes.append(tr("%n row(s) became several pipes, for their parts do not touch.", "", split))
    taken = int((rejected["reason_code"] == DUPLICATE_ID).sum())
    if taken and taken >= _SAME_FILE * rows_in:
        notes.append(tr("Nearly every id is taken: it looks as if this file was adopted before."))
    return notes


def preview(
    frame: pd.DataFrame,
    mapping: Mapping,
    table: str,
    *,
    target_crs: object,
    today: datetime.date,
    settings: Settings,
    rows: int = 20,
    source_crs: object = None,
) -> AdoptionResult:
    """Return what the first rows would become; parameters as for `adopt`."""
    return adopt(
        frame.head(rows),
        mapping,
        table,
        target_crs=target_crs,
        today=today,
        settings=settings,
        source_crs=source_crs,
        dry_run=True,
    )


def rejected_rows(frame: pd.DataFrame, result: AdoptionResult) -> pd.DataFrame:
    """Return the rejected rows with all their columns and geometry as the file has them, ready to be mended.

    A column of the file named like one of ours gives way, which happens when rejected rows are adopted
    again.
    """
    at = result.rejected["source_row"].to_numpy(dtype=np.int64) - 1
    own = result.rejected.reset_index(drop=True)
    theirs = frame.iloc[at].reset_index(drop=True)
    kept = [column for column in source_columns(frame) if column not in REJECTED_COLUMNS]
    joined = pd.concat([own, pd.DataFrame(theirs[kept])], axis=1)
    if not isinstance(frame, gpd.GeoDataFrame):
        return joined
    joined = joined.drop(columns=GEOMETRY_COLUMN, errors="ignore")
    return _placed(joined, theirs.geometry.to_numpy(), frame.crs)


__all__ = [
    "REASONS",
    "REJECTED_COLUMNS",
    "AdoptionResult",
    "Nulled",
    "Unmapped",
    "UnmappedError",
    "adopt",
    "described_code",
    "preview",
    "rejected_rows",
    "source_columns",
]
