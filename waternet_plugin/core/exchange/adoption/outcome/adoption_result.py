"""What came of foreign rows: those to be written, the rejected ones, and all that is to be said of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.adopted_assets import AdoptedAssets, find_issues
from waternet_plugin.core.exchange.adoption.duplicates.repeats import Repeats, repeat_notes
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import CHANGE_COLUMNS, ChangedRows
from waternet_plugin.core.exchange.adoption.outcome.reading_verdicts import READING_REASONS
from waternet_plugin.core.exchange.adoption.read_rows import RowsRead, source_columns
from waternet_plugin.core.exchange.adoption.settled_doubts import doubt_notes
from waternet_plugin.core.exchange.adoption.verdicts import DUPLICATE_ID, REASONS, Verdicts
from waternet_plugin.core.exchange.coordinates.straying import Straying, straying_notes
from waternet_plugin.core.exchange.doubts.doubt import Doubt
from waternet_plugin.core.exchange.mapping.coded_values import Unmapped
from waternet_plugin.core.exchange.mapping.filled_fields import Filled, Nulled
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.read_ways import ReadWay
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.readings.pressure_units import UnitQuestion
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import listed, shortened, tr

# Share of the rows whose ids are taken from which on a file is said to be adopted already.
_SAME_FILE = 0.9


def further_notes(
    table: Table, filled: Filled, made: int, split: int, rejected: pd.DataFrame, rows_in: int
) -> list[str]:
    """Return what to say of statuses, words for unknown, ids that were made, parts and ids that are taken."""
    notes = []
    if filled.status_assumed:
        notes.append(tr("The mapping gives no status: all rows are assumed to be in use."))
    for name, count, words in filled.emptied:
        text = tr("{field}: {n} taken as not known, as the mapping says ({examples}).")
        notes.append(text.format(field=table.field(name).label, n=count, examples=listed(words)))
    if made:
        notes.append(tr("%n id(s) were generated.", "", made))
    if split:
        notes.append(tr("%n row(s) became several pipes because their parts do not touch.", "", split))
    taken = int((rejected["reason_code"] == DUPLICATE_ID).sum())
    if taken and taken >= _SAME_FILE * rows_in:
        notes.append(tr("Nearly every id already exists: this file may have been adopted before."))
    return notes


def columns_left(
    frame: pd.DataFrame, columns: Sequence[str], mapping: Mapping, own: Sequence[str]
) -> list[str]:
    """Return which columns with values the mapping leaves out, but for ``own``: what is not read is told."""
    used = {field.column for field in mapping.fields.values()} | {*mapping.geometry.values(), *own}
    left = [name for name in columns if name not in used and _has_values(frame[name])]
    if not left:
        return []
    return [tr("Columns that are not adopted, %n: {columns}.", "", len(left)).format(columns=shortened(left))]


def _has_values(values: pd.Series) -> bool:
    return bool((values.dropna() != "").any())


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
    unit_question
        What is asked of pressures that are too high to be in MPa; None for nothing.
    """

    account: pd.DataFrame
    counts: dict[str, int]
    time_zone: str
    open_units: tuple[str, ...]
    unit_question: UnitQuestion | None = None


@dataclass(frozen=True)
class AdoptionResult(PlainFrames):
    """What adopting a frame gives; counts are source rows unless they speak of assets.

    ``described`` is the table as the network has it, with the fields that its users added.
    """

    described: Table
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
    def table(self) -> str:
        """The name of the table."""
        return self.described.name

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
class Made(PlainFrames):
    """The rows that are made of a file's.

    Attributes
    ----------
    rows, assets
        The rows for the store, and which source row each comes from.
    ids, split
        How many ids were made, and how many source rows became several.
    repeats
        What became of repeated ids.
    turned
        How many lines were turned.
    """

    rows: pd.DataFrame
    assets: AdoptedAssets
    ids: int
    split: int
    repeats: Repeats
    turned: int


def account(
    frame: pd.DataFrame,
    read: RowsRead,
    existing_issues: Iterable[str],
    made: Made,
    *,
    told: Sequence[str],
    told_last: Sequence[str] = (),
    update: ChangedRows | None = None,
) -> AdoptionResult:
    """Return the result for rows that are judged and built, with all that is to be said of them.

    Parameters
    ----------
    frame
        The foreign rows.
    read
        The same as the mapping reads them, judged.
    existing_issues
        Ids that the table of issues has already.
    made
        What becomes of them.
    told, told_last
        What else is to be said, before and behind what is assumed and doubtful.
    update
        What changes of the rows that are there, where the file is an update.
    """
    table, mapping, filled, located = read.table, read.mapping, read.filled, read.located
    rejected = rejected_frame(read.verdicts, read.given_ids)
    return AdoptionResult(
        described=table,
        mapping=mapping,
        rows=made.rows,
        source_rows=made.assets.origin + 1,
        rejected=rejected,
        issues=find_issues(table, made.assets, read.target, existing_issues),
        nulled=tuple(filled.nulled),
        unmapped=tuple(filled.unmapped),
        notes=(
            *located.notes,
            *straying_notes(located.straying),
            *repeat_notes(made.repeats, mapping.repeated_ids),
            *told,
            *further_notes(table, filled, made.ids, made.split, rejected, len(frame)),
            *doubt_notes(read.doubts, table),
            *told_last,
            *columns_left(frame, source_columns(frame), mapping, REJECTED_COLUMNS),
        ),
        rows_in=len(frame),
        made_ids=made.ids,
        transform=located.transform,
        repeats=made.repeats,
        straying=located.straying,
        turned=made.turned,
        doubts=read.doubts,
        ways=tuple(one for one in filled.ways if one.count),
        update=update,
    )
