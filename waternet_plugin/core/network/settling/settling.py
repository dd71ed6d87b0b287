"""Rows before and rows now: what else must change so that the network stays connected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.network.settling.dividing import settle_splits
from waternet_plugin.core.network.settling.doubled import find_doubled
from waternet_plugin.core.network.settling.edits.edited_rows import EditedRows, Followed
from waternet_plugin.core.network.settling.edits.nearby_rows import NearbyRows
from waternet_plugin.core.network.settling.edits.qgis_ids import is_derived
from waternet_plugin.core.network.settling.edits.recognising import (
    PipeDivision,
    find_divided_anew,
    find_joined_anew,
)
from waternet_plugin.core.network.settling.edits.settling_work import SettlingWork, text
from waternet_plugin.core.network.settling.heights import settle_heights
from waternet_plugin.core.network.settling.joining import settle_ends
from waternet_plugin.core.network.settling.merged_pipes import settle_merges
from waternet_plugin.core.network.settling.moving import remove_left_junctions, settle_moves
from waternet_plugin.core.network.settling.new_rows import ends_left, settle_lengths, settle_new_rows
from waternet_plugin.core.network.settling.references.links import carry_links, carry_node_names, note_renamed
from waternet_plugin.core.network.settling.references.scenario_rows import gone
from waternet_plugin.core.network.settling.reversing import settle_flow, settle_reversed
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN

_WHY = "replaced"
_NOT_TAKEN = frozenset((*EDITING, FID_COLUMN))


@dataclass(frozen=True)
class Settled:
    """What some edits become.

    Parameters
    ----------
    edits
        The edits that were given, as they are now, and those that follow. Rows that settling makes have keys
        below all that were given, and below what QGIS gives to new rows.
    followed
        The rows that settling changed, made or deleted, and a word for why.
    refusals
        Sentences for what was taken back: its rows are what they were.
    gone_pipes
        Ids of the pipes that were deleted, and that nothing stands for.
    doubled
        Ids of new pipes, each with that of a pipe on the same line.
    """

    edits: tuple[RowEdit, ...]
    followed: tuple[Followed, ...]
    refusals: tuple[str, ...]
    gone_pipes: tuple[str, ...] = ()
    doubled: tuple[tuple[str, str], ...] = ()


def settle(
    edits: tuple[RowEdit, ...],
    surroundings: NearbyRows,
    settings: Settings,
    *,
    offered_ids: frozenset[int] = frozenset(),
    own_codes: tuple[Code, ...] = (),
) -> Settled:
    """Return what must be written so that the network stays connected.

    What was settled before settles to itself: rows of a gesture may be given again with others at a Save.

    Parameters
    ----------
    edits
        Rows of a gesture, with what each was before it; or all that is not saved, with what each is in the
        file. What nobody touched stays as it is, faults too.
    surroundings
        The rows around, as they are in the file or, after a gesture, in the layers.
    offered_ids
        Keys of new nodes whose id nobody typed: on a pipe they get one with the letters of its nodes.
    own_codes
        What the network's users added to its value lists.
    """
    work = SettlingWork(EditedRows(edits, surroundings), settings, offered_ids, own_codes)
    settle_replaced(work)
    settle_merges(work)
    settle_splits(work)
    settle_new_rows(work)
    settle_heights(work)
    settle_reversed(work)
    note_renamed(work)
    carry_node_names(work)
    landed = settle_moves(work)
    settle_ends(work, landed)
    ends_left(work)
    remove_left_junctions(work)
    carry_links(work)
    settle_lengths(work)
    settle_flow(work)
    gone_pipes = tuple(gone(work, "pipe", "pipe_id"))
    return Settled(
        work.rows.edits(), work.rows.followed(), tuple(work.refusals), gone_pipes, find_doubled(work)
    )


def settle_replaced(work: SettlingWork) -> None:
    """Let deleted pipes go on as the new rows that took their lines."""
    for division in find_joined_anew(work.rows, work.same_m):
        sources = {piece.key: work.rows.before("pipe", piece.key) or {} for piece in division.pieces}
        name = text(division.row.get("pipe_id"))
        named = [key for key, row in sources.items() if text(row.get("pipe_id")) == name]
        longest = max(division.pieces, key=lambda piece: abs(piece.end_m - piece.start_m)).key
        _go_on(work, named[0] if named else longest, division.key)
    for division in find_divided_anew(work.rows, work.same_m):
        name = text(division.row.get("pipe_id"))
        rows = {piece.key: work.rows.must("pipe", piece.key) for piece in division.pieces}
        named = [key for key, row in rows.items() if text(row.get("pipe_id")) == name]
        longest = max(division.pieces, key=lambda piece: round(piece.end_m - piece.start_m, 6)).key
        _number_parts(work, division, rows)
        _go_on(work, division.key, named[0] if named else longest, name)


def _go_on(work: SettlingWork, key: int, new: int, name: Optional[str] = None) -> None:
    """Let a deleted row be the new one, with an id of its own where none is given."""
    row, before = work.rows.must("pipe", new), work.rows.before("pipe", key) or {}
    own = text(before.get("pipe_id"))
    given = text(row.get("pipe_id"))
    if name is None:
        name = own if is_derived(given, own) else given
    values: dict[str, Any] = {field: value for field, value in row.items() if field not in _NOT_TAKEN}
    work.rows.take_back("pipe", key, _WHY, **{**values, "pipe_id": name})
    work.rows.delete("pipe", new, _WHY)


def _number_parts(work: SettlingWork, division: PipeDivision, rows: dict[int, Row]) -> None:
    """Give the parts ids of the house."""
    source = text(division.row.get("pipe_id"))
    for key, row in rows.items():
        if is_derived(text(row.get("pipe_id")), source):
            work.rows.set("pipe", key, _WHY, pipe_id=work.rows.new_id("pipe", source))
