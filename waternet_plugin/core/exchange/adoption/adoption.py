"""Adopt foreign rows: everything that can be said before a single one is written.

`adopt` is pure: it takes a frame and gives the rows for the store, the rejected rows with their reasons, and
the account of all that was changed or lost on the way. A dry run is the same call.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption import identities
from waternet_plugin.core.exchange.adoption.adopted_assets import (
    AdoptedAssets,
    build_rows,
    find_issues,
    placed,
    split_rows,
)
from waternet_plugin.core.exchange.adoption.adoption_notes import columns_left, further_notes
from waternet_plugin.core.exchange.adoption.changed_rows import CHANGE_COLUMNS, ChangedRows
from waternet_plugin.core.exchange.adoption.headed_flow import give_headed_flow
from waternet_plugin.core.exchange.adoption.like_rows import (
    LikeRows,
    judge_rows_there,
    no_like_rows,
    there_notes,
)
from waternet_plugin.core.exchange.adoption.read_rows import (
    RowsRead,
    Surrounded,
    UnmappedError,
    WayOfReading,
    described_code,
    read_rows,
    source_columns,
)
from waternet_plugin.core.exchange.adoption.repeats import Repeats, repeat_notes, settle_repeats
from waternet_plugin.core.exchange.adoption.settled_doubts import doubt_notes
from waternet_plugin.core.exchange.adoption.turned_lines import Turning, turn_lines, turning_notes
from waternet_plugin.core.exchange.adoption.verdicts import (
    REASONS,
    Verdicts,
    judge_geometries,
    judge_ids,
    judge_lengths_of_ids,
    judge_required,
    judge_straying,
)
from waternet_plugin.core.exchange.coordinates.straying import Straying, straying_notes
from waternet_plugin.core.exchange.doubts.doubt import Doubt
from waternet_plugin.core.exchange.mapping import filled_fields
from waternet_plugin.core.exchange.mapping.coded_values import Unmapped
from waternet_plugin.core.exchange.mapping.filled_fields import Nulled
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.read_ways import ReadWay
from waternet_plugin.core.exchange.readings.reading_verdicts import READING_REASONS
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr

REJECTED_COLUMNS = ("source_row", "source_id", "reason_code", "reason")


@dataclass(frozen=True)
class ReadingSeries(PlainFrames):
    """What is known of adopted readings beyond their rows.

    Parameters
    ----------
    account
        A row for each meter and quantity; see ``reading_account``.
    counts
        How many values of the file are not written, by reason; where each meter has a column, a row of
        the file holds several.
    time_zone
        The clocks by which times without offset were read, '' where all have one.
    open_units
        Quantities whose unit nobody says.
    """

    account: pd.DataFrame
    counts: dict[str, int]
    time_zone: str
    open_units: tuple[str, ...]


@dataclass(frozen=True)
class AdoptionResult(PlainFrames):
    """What adopting a frame gives; counts are source rows unless they speak of assets."""

    table: str
    mapping: Mapping
    rows: pd.DataFrame
    source_rows: Array
    rejected: pd.DataFrame
    issues: pd.DataFrame
    nulled: tuple[Nulled, ...]
    unmapped: tuple[Unmapped, ...]
    notes: tuple[str, ...]
    rows_in: int
    made_ids: int
    transform: str
    repeats: Repeats = field(default_factory=Repeats)
    straying: Straying = field(default_factory=Straying)
    # Lines turned towards the ids of their ends: source rows, or pipes of the network.
    turned: int = 0
    # Pipes of the network whose ends change with the rows: pipe_id, from_node, to_node.
    led_ends: pd.DataFrame = field(default_factory=pd.DataFrame)
    # Pipes of the network that are turned because of the rows, with their geometry and flow.
    turned_pipes: pd.DataFrame = field(default_factory=pd.DataFrame)
    readings: ReadingSeries | None = None
    # What other data of the rows speak against, and how values were read that are not as they are written.
    doubts: tuple[Doubt, ...] = ()
    ways: tuple[ReadWay, ...] = ()
    # What changes of the rows that are there, where the file is an update.
    update: ChangedRows | None = None

    @property
    def rows_rejected(self) -> int:
        """How many source rows are not written."""
        return len(self.rejected)

    @property
    def rows_written(self) -> int:
        """How many source rows are written."""
        if self.update is not None:
            return self.update.rows_changed + self.update.rows_new
        return self.rows_in - self.rows_rejected

    @property
    def assets_written(self) -> int:
        """How many rows of the table are made or changed."""
        return len(self.rows) + (0 if self.update is None else self.update.assets_changed)

    @property
    def changes(self) -> pd.DataFrame:
        """The list of what an update changes, `CHANGE_COLUMNS` as text; an adoption changes nothing."""
        columns = list(CHANGE_COLUMNS)
        found = pd.DataFrame(columns=columns) if self.update is None else self.update.changes
        listed: pd.DataFrame = found[columns]
        return listed

    def figures(self) -> dict[str, int]:
        """Return the counts that a run answers with; of an adoption all that is written is new."""
        names = ("rows_in", "rows_written", "rows_rejected", "assets_written", "turned")
        counts = {name: int(getattr(self, name)) for name in names}
        changed = dict.fromkeys(("rows_changed", "rows_same", "rows_new", "rows_conflict", "rows_gone"), 0)
        if self.update is None:
            return {**counts, **changed, "rows_new": self.rows_written}
        changed = {name: getattr(self.update, name) for name in changed if name != "rows_gone"}
        return {**counts, **changed, "rows_gone": len(self.update.gone)}

    def rejected_by_reason(self) -> dict[str, int]:
        """Return how many rows each reason rejects."""
        counts = self.rejected["reason_code"].value_counts()
        known = REASONS if self.readings is None else READING_REASONS
        return {reason: int(counts[reason]) for reason in known if reason in counts}


def rejected_frame(verdicts: Verdicts, given: Array) -> pd.DataFrame:
    """Return the rejected rows; the row number begins at 1."""
    rows = np.flatnonzero(~verdicts.wanted)
    rejected: pd.DataFrame = pd.DataFrame(
        {
            "source_row": rows + 1,
            "source_id": given[rows],
            "reason_code": verdicts.codes[rows],
            "reason": verdicts.sentences[rows],
        }
    )
    return rejected


@dataclass(frozen=True)
class Destination(Surrounded):
    """The network that foreign rows go into.

    Attributes
    ----------
    existing_ids, existing_issues
        Ids that the table and the table of issues have already.
    like_rows
        Tells which rows the network has that may be those of the file, by their ids there.
    """

    existing_ids: Iterable[str] = ()
    existing_issues: Iterable[str] = ()
    like_rows: LikeRows = no_like_rows


def adopt(
    frame: pd.DataFrame,
    mapping: Mapping,
    table: str,
    *,
    into: Destination,
    today: datetime.date,
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
    into
        The network.
    today
        What is later lies in the future.
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
    read = read_rows(
        frame,
        mapping,
        table,
        into,
        WayOfReading(today, source_crs, dry_run=dry_run),
        progress.part(0.0, 0.7),
    )
    described, mapping, filled, located = read.table, read.mapping, read.filled, read.located
    progress.at(0.7, tr("Checking the ids"))
    verdicts = read.verdicts
    judge_geometries(verdicts, located, described, filled)
    judge_straying(verdicts, located.straying)
    judge_required(verdicts, described, filled)
    there = judge_rows_there(read, into.like_rows)
    existing = list(into.existing_ids) if described.id_field else []
    ids, made, repeats = _identified(frame, read, existing)
    progress.at(0.8, tr("Building the rows"))
    assets, split = split_rows(located, ids, verdicts, existing)
    turning, turning_told = turned(assets, filled, mapping, described, into)
    rejected = rejected_frame(verdicts, read.given_ids)
    progress.at(1.0)
    return AdoptionResult(
        table=table,
        mapping=mapping,
        rows=build_rows(described, filled, assets, read.target),
        source_rows=assets.origin + 1,
        rejected=rejected,
        issues=find_issues(described, assets, read.target, into.existing_issues),
        nulled=tuple(filled.nulled),
        unmapped=tuple(filled.unmapped),
        notes=(
            *located.notes,
            *straying_notes(located.straying),
            *repeat_notes(repeats, mapping.repeated_ids),
            *turning_told,
            *there_notes(there, len(frame)),
            *further_notes(described, filled, made, split, rejected, len(frame)),
            *doubt_notes(read.doubts, described),
            *columns_left(frame, source_columns(frame), mapping, REJECTED_COLUMNS),
        ),
        rows_in=len(frame),
        made_ids=made,
        transform=located.transform,
        repeats=repeats,
        straying=located.straying,
        turned=turning.count,
        doubts=read.doubts,
        ways=tuple(one for one in filled.ways if one.count),
    )


def turned(
    assets: AdoptedAssets, filled: filled_fields.Filled, mapping: Mapping, table: Table, into: Surrounded
) -> tuple[Turning, list[str]]:
    """Turn pipes that are drawn against the ids of their ends, fill the flow that headings tell; say so."""
    if table.name != "pipe":
        return Turning(), []
    tolerance_m = into.settings.real("network.tolerance_m")
    turning = turn_lines(assets, filled, into.node_places, tolerance_m)
    return turning, [*turning_notes(turning.count), *give_headed_flow(filled, mapping, turning)]


def _identified(frame: pd.DataFrame, read: RowsRead, existing: list[str]) -> tuple[Array, int, Repeats]:
    """Return the ids of the rows, how many were made, and what became of repeated ones; judge the rows."""
    source_ids, table, verdicts, mapping = read.given_ids, read.table, read.verdicts, read.mapping
    if not table.id_field:
        return source_ids, 0, Repeats()
    judge_lengths_of_ids(verdicts, source_ids)
    prefix = identities.prefix_of(table.name, mapping.id_prefix)
    given = identities.assign(source_ids, verdicts.wanted, existing, prefix)
    given, repeats, repeated = settle_repeats(frame, given, verdicts, existing, mapping.repeated_ids)
    if repeats.numbered:
        read.filled.columns["source_id"] = repeated
    judge_ids(verdicts, given)
    return given.ids, int((given.made & verdicts.wanted).sum()), repeats


def rejected_rows(frame: pd.DataFrame, result: AdoptionResult) -> pd.DataFrame:
    """Return the rejected rows with all their columns and geometry as the file has them, ready to be mended.

    A column of the file named like one of ours gives way, which happens when rejected rows are adopted
    again.
    """
    at = result.rejected["source_row"].to_numpy(dtype=np.int64) - 1
    own = result.rejected.reset_index(drop=True)
    theirs = frame.iloc[at].reset_index(drop=True)
    kept = [column for column in source_columns(frame) if column not in REJECTED_COLUMNS]
    joined: pd.DataFrame = pd.concat([own, pd.DataFrame(theirs[kept])], axis=1)
    if not isinstance(frame, gpd.GeoDataFrame):
        return joined
    joined = joined.drop(columns=GEOMETRY_COLUMN, errors="ignore")
    return placed(joined, theirs.geometry.to_numpy(), frame.crs)


__all__ = [
    "REASONS",
    "REJECTED_COLUMNS",
    "AdoptionResult",
    "Destination",
    "Nulled",
    "ReadingSeries",
    "Unmapped",
    "UnmappedError",
    "adopt",
    "described_code",
    "rejected_rows",
    "source_columns",
]
