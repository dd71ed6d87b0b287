"""Pipes that were deleted while new ones took their lines: split, merged or numbered anew by way of new rows.

QGIS's editing in place, scripts and other plugins delete rows and add others. The row that was there goes on
as the one that stands for it, so that its history stays, and what follows is that of a split or a merge.
"""

from __future__ import annotations

from typing import Any, Optional

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.edits.qgis_ids import before_suffix
from waternet_plugin.core.network.settling.edits.recognising import (
    PipeDivision,
    find_divided_anew,
    find_joined_anew,
)
from waternet_plugin.core.network.settling.edits.settling_work import SettlingWork, text
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN

_WHY = "replaced"
_NOT_TAKEN = frozenset((*EDITING, FID_COLUMN))


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
        name = own if given is None or before_suffix(given) == own else given
    values: dict[str, Any] = {field: value for field, value in row.items() if field not in _NOT_TAKEN}
    work.rows.take_back("pipe", key, _WHY, **{**values, "pipe_id": name})
    work.rows.delete("pipe", new, _WHY)


def _number_parts(work: SettlingWork, division: PipeDivision, rows: dict[int, Row]) -> None:
    """Give the parts ids of the house."""
    source = text(division.row.get("pipe_id"))
    for key, row in rows.items():
        given = text(row.get("pipe_id"))
        if given is None or before_suffix(given) == source:
            work.rows.set("pipe", key, _WHY, pipe_id=work.rows.new_id("pipe", source))
