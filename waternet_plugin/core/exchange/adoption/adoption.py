"""Adopt foreign rows: everything that can be said before a single one is written.

`adopt` is pure: it takes a frame and gives the rows for the store, the rejected rows with their reasons, and
the account of all that was changed or lost on the way. A dry run is the same call.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.end_headings import START, upstream_end
from waternet_plugin.core.exchange.adoption.adopted_assets import (
    AdoptedAssets,
    build_rows,
    placed,
    split_rows,
)
from waternet_plugin.core.exchange.adoption.duplicates.alike_ids import judge_alike
from waternet_plugin.core.exchange.adoption.duplicates.like_lines import (
    LinesDelivered,
    LinesThere,
    judge_lines_there,
    judge_renumbered,
    lines_there_notes,
    no_lines,
    no_lines_delivered,
)
from waternet_plugin.core.exchange.adoption.duplicates.like_rows import (
    LikeRows,
    judge_rows_there,
    no_like_rows,
    there_notes,
)
from waternet_plugin.core.exchange.adoption.duplicates.repeats import Repeats, identify
from waternet_plugin.core.exchange.adoption.duplicates.second_mentions import judge_second_mentions
from waternet_plugin.core.exchange.adoption.outcome.adoption_result import (
    REJECTED_COLUMNS,
    AdoptionResult,
    Made,
    ReadingSeries,
    account,
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
from waternet_plugin.core.exchange.adoption.turned_lines import ENDS, Turning, turn_lines, turning_notes
from waternet_plugin.core.exchange.adoption.verdicts import (
    REASONS,
    judge_geometries,
    judge_required,
    judge_straying,
)
from waternet_plugin.core.exchange.mapping import filled_fields
from waternet_plugin.core.exchange.mapping.coded_values import Unmapped
from waternet_plugin.core.exchange.mapping.filled_fields import Filled, Nulled
from waternet_plugin.core.exchange.mapping.mapping import TAKE, Mapping
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.flow import FLOW_OF_SENSE, FORWARD, REVERSE
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.texts import tr
from waternet_plugin.core.workbooks.row_numbers import row_numbers

_PAIRS = (ENDS, ("invert_start_m", "invert_end_m"), ("depth_start_m", "depth_end_m"))
# So few lines that had to be turned are slips; of more the drawn order says nothing.
_SLIPS = 0.05


def give_headed_flow(filled: Filled, mapping: Mapping, turning: Turning) -> list[str]:
    """Fill the flow of drains whose row tells both ends under such headings; return what to say of it.

    A flow that the file tells itself stays. Where the ids of the ends could not be found on the line, and the
    file draws many lines against theirs, nobody knows which end is which: the flow stays unknown, unless the
    columns of the places of both ends are headed so.
    """
    headed = {
        pair: upstream_end(*(mapping.fields[name].column for name in pair)) for pair in _mapped(mapping)
    }
    senses = {side for side in headed.values() if side is not None}
    at_place = _upstream_place(mapping)
    if len(senses) > 1 or "system" not in filled.columns or not (senses or at_place is not None):
        return []
    drains = np.isin(filled.columns["system"].astype(str), systems("drain"))
    flow = filled.columns.get("flow", np.full(len(drains), None, dtype=object))
    doubtful = np.zeros(len(drains), dtype=bool)
    if senses:
        are_known = [
            ~pd.isna(filled.columns[start]) & ~pd.isna(filled.columns[end])
            for (start, end), side in headed.items()
            if side is not None
        ]
        told = np.logical_or.reduce(are_known) & drains
        if ENDS in _mapped(mapping) and turning.count > _SLIPS * turning.confirmed.sum():
            doubtful = told & ~turning.confirmed
        word = FLOW_OF_SENSE[FORWARD if senses.pop() == START else REVERSE]
        flow = np.where(pd.isna(flow) & told & ~doubtful, word, flow)
    if at_place is not None:
        # The line was made from its upper end down, or up, and turned where its ids say so.
        is_forward = turning.turned ^ (at_place == START)
        words = np.where(is_forward, FLOW_OF_SENSE[FORWARD], FLOW_OF_SENSE[REVERSE])
        flow = np.where(pd.isna(flow) & drains, words, flow)
        doubtful[:] = False
    filled.columns["flow"] = flow.astype(object)
    if not doubtful.any():
        return []
    text = tr(
        "%n drain(s) name nodes whose location is unknown: their flow is not recorded, although the columns "
        "are headed upstream and downstream.",
        "",
        int(doubtful.sum()),
    )
    return [text]


def _upstream_place(mapping: Mapping) -> int | None:
    """Return which end of lines the columns of places head upstream; None where they speak of no flow."""
    axes = (("x", "end_x"), ("y", "end_y"))
    if not all(name in mapping.geometry for pair in axes for name in pair):
        return None
    sides = {upstream_end(*(mapping.geometry[name] for name in pair)) for pair in axes}
    return sides.pop() if len(sides) == 1 else None


def _mapped(mapping: Mapping) -> list[tuple[str, str]]:
    return [pair for pair in _PAIRS if all(name in mapping.fields for name in pair)]


@dataclass(frozen=True)
class Destination(Surrounded):
    """The network that foreign rows go into.

    Attributes
    ----------
    existing_ids, existing_issues
        Ids that the table and the table of issues have already.
    like_rows
        Tells which rows the network has that may be those of the file, by their ids there.
    lines
        Tells which pipes the network has around some place.
    lines_delivered
        Tells which pipes changed since they were delivered, as they were then.
    """

    existing_ids: Iterable[str] = ()
    existing_issues: Iterable[str] = ()
    like_rows: LikeRows = no_like_rows
    lines: LinesThere = no_lines
    lines_delivered: LinesDelivered = no_lines_delivered


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
    progress.at(0.7, tr("Checking the ids"))
    judge_geometries(read.verdicts, read.located, read.table, read.filled)
    judge_straying(read.verdicts, read.located.straying)
    judge_required(read.verdicts, read.table, read.filled)
    _ids_there, there = judge_there(read, into)
    existing = list(into.existing_ids) if read.table.id_field else []
    if read.mapping.repeats != TAKE:
        new = read.verdicts.wanted & ~pd.Series(read.given_ids, dtype=object).isin(existing).to_numpy()
        judge_alike(read.given_ids, new, existing, read.verdicts, in_most_rows=True)
        tolerance_m = into.settings.real("network.tolerance_m")
        judge_renumbered(read, new & read.verdicts.wanted, into.lines, tolerance_m)
    ids, made, repeats = _identified(frame, read, existing)
    progress.at(0.8, tr("Building the rows"))
    assets, split = split_rows(read.located, ids, read.verdicts, existing)
    turning, turning_told = turned(assets, read.filled, read.mapping, read.table, into)
    rows = build_rows(read.table, read.filled, assets, read.target)
    progress.at(1.0)
    return account(
        frame,
        read,
        into.existing_issues,
        Made(rows, assets, made, split, repeats, turning.count),
        told=(*turning_told, *there),
    )


def judge_there(read: RowsRead, into: Destination) -> tuple[list[str], list[str]]:
    """Reject the rows without an id that the network or the file has already.

    Return the ids in the network, and what to say.
    """
    row_count = len(read.given_ids)
    mentions = judge_second_mentions(read)
    events = judge_rows_there(read, into.like_rows, into.settings)
    tolerance_m = into.settings.real("network.tolerance_m")
    lines = judge_lines_there(read, into.lines, into.lines_delivered, tolerance_m)
    ids = [*events, *(one for row in lines.ids for one in row)]
    return ids, [*mentions, *there_notes(len(events), row_count), *lines_there_notes(lines, row_count)]


def turned(
    assets: AdoptedAssets, filled: filled_fields.Filled, mapping: Mapping, table: Table, into: Surrounded
) -> tuple[Turning, list[str]]:
    """Turn pipes that are drawn against the ids of their ends, fill the flow that headings tell; say so."""
    if table.name != "pipe":
        return Turning(), []
    turning = turn_lines(assets, filled, into.node_places, into.settings.real("network.tolerance_m"))
    return turning, [*turning_notes(turning.count), *give_headed_flow(filled, mapping, turning)]


def _identified(frame: pd.DataFrame, read: RowsRead, existing: list[str]) -> tuple[Array, int, Repeats]:
    """Return the ids of the rows, how many were made, and what became of repeated ones; judge the rows."""
    if not read.table.id_field:
        return read.given_ids, 0, Repeats()
    given, repeats, _repeated = identify(frame, read, existing)
    return given.ids, int((given.made & read.verdicts.wanted).sum()), repeats


def rejected_rows(frame: pd.DataFrame, result: AdoptionResult) -> pd.DataFrame:
    """Return the rejected rows with all their columns and geometry as the file has them, ready to be mended.

    A column of the file named like one of ours gives way, which happens when rejected rows are adopted
    again.
    """
    at = result.rejected["source_row"].to_numpy(dtype=np.int64) - 1
    own = result.rejected.assign(source_row=row_numbers(frame)[at]).reset_index(drop=True)
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
