"""Rows before and rows now: what else must change so that the network stays connected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.network.settling.dividing import settle_splits
from waternet_plugin.core.network.settling.doubled import find_doubled
from waternet_plugin.core.network.settling.edits.edited_rows import EditedRows, Followed
from waternet_plugin.core.network.settling.edits.nearby_rows import NearbyRows
from waternet_plugin.core.network.settling.edits.settling_work import SettlingWork
from waternet_plugin.core.network.settling.heights import settle_heights
from waternet_plugin.core.network.settling.joining import settle_ends
from waternet_plugin.core.network.settling.merged_pipes import settle_merges
from waternet_plugin.core.network.settling.moving import remove_left_junctions, settle_moves
from waternet_plugin.core.network.settling.new_rows import ends_left, settle_lengths, settle_new_rows
from waternet_plugin.core.network.settling.references.links import carry_links, carry_node_names, note_renamed
from waternet_plugin.core.network.settling.references.scenario_rows import gone
from waternet_plugin.core.network.settling.replaced import settle_replaced
from waternet_plugin.core.network.settling.reversing import settle_flow, settle_reversed
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.settings import Settings


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


def applied(tables: Mapping[str, Mapping[int, Row]], edits: Iterable[RowEdit]) -> dict[str, dict[int, Row]]:
    """Return tables with edits made in them: rows by key in tables by name."""
    tables_now = {name: dict(rows) for name, rows in tables.items()}
    for edit in edits:
        rows = tables_now.setdefault(edit.table, {})
        if edit.now is None:
            rows.pop(edit.key, None)
        else:
            rows[edit.key] = edit.now
    return tables_now
