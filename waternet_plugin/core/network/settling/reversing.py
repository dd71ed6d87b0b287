"""Pipes that were turned round: ends, levels and depths change sides with the line."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.editing.row_edits import is_same
from waternet_plugin.core.network.settling.edits.edited_rows import shape_of
from waternet_plugin.core.network.settling.edits.recognising import is_reversed
from waternet_plugin.core.network.settling.edits.settling_work import (
    DEPTH_OF,
    INVERT_OF,
    NODE_OF,
    SettlingWork,
)


def settle_reversed(work: SettlingWork) -> None:
    """Exchange what belongs to the ends of reversed pipes, unless it was exchanged already."""
    for key in work.rows.edited("pipe"):
        before, now = work.rows.before("pipe", key), work.rows.now("pipe", key)
        if before is None or now is None:
            continue
        if not is_reversed(shape_of(before), shape_of(now), work.same_m):
            continue
        values: dict[str, Any] = {}
        for first, last in (NODE_OF, INVERT_OF, DEPTH_OF):
            if is_same(now.get(first), before.get(first)) and is_same(now.get(last), before.get(last)):
                values.update({first: before.get(last), last: before.get(first)})
        if not is_same(now.get("estimated"), None):
            values["estimated"] = _exchanged(str(now["estimated"]), values)
        work.rows.set("pipe", key, "reversed", **values)


def _exchanged(words: str, values: dict[str, Any]) -> str:
    other = {}
    for first, last in (INVERT_OF, DEPTH_OF):
        if first in values:
            other.update({first: last, last: first})
    return ";".join(other.get(word, word) for word in words.split(";"))
