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
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.adoption import identities
from waternet_plugin.core.exchange.adoption.adopted_assets import (
    AdoptedAssets,
    build_rows,
    find_issues,
    placed,
    split_rows,
)
from waternet_plugin.core.exchange.adoption.adoption_notes import columns_left, further_notes
from waternet_plugin.core.exchange.adoption.headed_flow import give_headed_flow
from waternet_plugin.core.exchange.adoption.repeats import Repeats, repeat_notes, settle_repeats
from waternet_plugin.core.exchange.adoption.settled_doubts import doubt_notes, refuse_open, settle_doubts
from waternet_plugin.core.exchange.adoption.turned_lines import (
    NodePlaces,
    Turning,
    no_places,
    turn_lines,
    turning_notes,
)
from waternet_plugin.core.exchange.adoption.unknown_levels import KnownLevels, empty_unknown_levels, no_levels
from waternet_plugin.core.exchange.adoption.verdicts import (
    REASONS,
    Verdicts,
    judge_geometries,
    judge_ids,
    judge_lengths_of_ids,
    judge_required,
    judge_straying,
)
from waternet_plugin.core.exchange.coordinates.locating import locate
from waternet_plugin.core.exchange.coordinates.straying import Straying, straying_notes
from waternet_plugin.core.exchange.doubts.doubt import Doubt
from waternet_plugin.core.exchange.mapping import filled_fields
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable
from waternet_plugin.core.exchange.mapping.coded_values import Unmapped
from waternet_plugin.core.exchange.mapping.filled_fields import Nulled
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.mapping_check import for_columns, for_table
from waternet_plugin.core.exchange.mapping.read_ways import ReadWay
from waternet_plugin.core.exchange.readings.reading_verdicts import READING_REASONS
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.places import coordinates
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr

REJECTED_COLUMNS = ("source_row", "source_id", "reason_code", "reason")


class UnmappedError(InputError):
    """Codes of the file have no meaning in the mapping; ``unmapped`` lists all of them."""

    def __init__(self, unmapped: tuple[Unmapped, ...]) -> None:
        lines = tuple(described_code(one) for one in unmapped)
        message = tr(
            "{n} code(s) in the file have no meaning in the mapping: {codes}. Add them to “values” (“*” "
            "stands for any other code, “” for an empty one)."
        )
        super().__init__(message.format(n=len(unmapped), codes="; ".join(lines)), details=lines)
        self.unmapped = unmapped


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
        known = REASONS if self.readings is None else READING_REASONS
        return {reason: int(counts[reason]) for reason in known if reason in counts}


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


def _given_ids(frame: pd.DataFrame, mapping: Mapping, table: Table, filled: filled_fields.Filled) -> Array:
    ids = filled.columns.get(table.id_field)
    return np.full(len(frame), None, dtype=object) if ids is None else ids


def _rejected(verdicts: Verdicts, given: Array) -> pd.DataFrame:
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
class Destination:
    """The network that foreign rows go into.

    Attributes
    ----------
    crs
        Its CRS, in metres.
    settings
        Thresholds.
    existing_ids, existing_issues
        Ids that the table and the table of issues have already.
    node_places
        Tells where nodes of the network lie.
    known_levels
        Tells the levels that the network has, by place.
    """

    crs: object
    settings: Settings
    existing_ids: Iterable[str] = ()
    existing_issues: Iterable[str] = ()
    node_places: NodePlaces = no_places
    known_levels: KnownLevels = no_levels


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
    described = adoptable(table)
    mapping = for_columns(for_table(mapping, table), source_columns(frame))
    if not len(frame):
        raise InputError(tr("The layer has no rows. Choose another file or layer."))
    target = coordinates.read_crs(into.crs)
    progress.at(0.0, tr("Reading the fields"))
    reader = filled_fields.Reader(today, into.settings)
    filled = filled_fields.fill(frame, mapping, described, reader, dry_run=dry_run)
    if filled.unmapped and not dry_run:
        raise UnmappedError(tuple(filled.unmapped))
    progress.at(0.4, tr("Locating the rows"))
    located = locate(frame, mapping, described, source_crs, target, into.settings)
    progress.at(0.7, tr("Checking the ids"))
    verdicts = Verdicts(np.full(len(frame), "", dtype=object), np.full(len(frame), None, dtype=object))
    empty_unknown_levels(filled, located, mapping, described, into.known_levels, into.settings)
    doubts = settle_doubts(filled, located, frame, mapping, described)
    if not dry_run:
        refuse_open(doubts, described)
    judge_geometries(verdicts, located, described, filled)
    judge_straying(verdicts, located.straying)
    judge_required(verdicts, described, filled)
    existing = list(into.existing_ids) if described.id_field else []
    ids, made, repeats = _identified(frame, mapping, described, filled, verdicts, existing)
    progress.at(0.8, tr("Building the rows"))
    assets, split = split_rows(located, ids, verdicts, existing)
    turning, turning_told = _turned(assets, filled, mapping, described, into)
    rejected = _rejected(verdicts, _given_ids(frame, mapping, described, filled))
    progress.at(1.0)
    return AdoptionResult(
        table=table,
        mapping=mapping,
        rows=build_rows(described, filled, assets, target),
        source_rows=assets.origin + 1,
        rejected=rejected,
        issues=find_issues(described, assets, target, into.existing_issues),
        nulled=tuple(filled.nulled),
        unmapped=tuple(filled.unmapped),
        notes=(
            *located.notes,
            *straying_notes(located.straying),
            *repeat_notes(repeats, mapping.repeated_ids),
            *turning_told,
            *further_notes(described, filled, made, split, rejected, len(frame)),
            *doubt_notes(doubts, described),
            *columns_left(frame, source_columns(frame), mapping, REJECTED_COLUMNS),
        ),
        rows_in=len(frame),
        made_ids=made,
        transform=located.transform,
        repeats=repeats,
        straying=located.straying,
        turned=turning.count,
        doubts=doubts,
        ways=tuple(one for one in filled.ways if one.count),
    )


def _turned(
    assets: AdoptedAssets, filled: filled_fields.Filled, mapping: Mapping, table: Table, into: Destination
) -> tuple[Turning, list[str]]:
    """Turn pipes that are drawn against the ids of their ends, fill the flow that headings tell; say so."""
    if table.name != "pipe":
        return Turning(), []
    tolerance_m = into.settings.real("network.tolerance_m")
    turning = turn_lines(assets, filled, into.node_places, tolerance_m)
    return turning, [*turning_notes(turning.count), *give_headed_flow(filled, mapping, turning)]


def _identified(
    frame: pd.DataFrame,
    mapping: Mapping,
    table: Table,
    filled: filled_fields.Filled,
    verdicts: Verdicts,
    existing: list[str],
) -> tuple[Array, int, Repeats]:
    """Return the ids of the rows, how many were made, and what became of repeated ones; judge the rows."""
    source_ids = _given_ids(frame, mapping, table, filled)
    if not table.id_field:
        return source_ids, 0, Repeats()
    judge_lengths_of_ids(verdicts, source_ids)
    prefix = identities.prefix_of(table.name, mapping.id_prefix)
    given = identities.assign(source_ids, verdicts.wanted, existing, prefix)
    given, repeats, repeated = settle_repeats(frame, given, verdicts, existing, mapping.repeated_ids)
    if repeats.numbered:
        filled.columns["source_id"] = repeated
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
