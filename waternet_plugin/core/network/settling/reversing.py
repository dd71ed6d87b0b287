"""Pipes that were turned round: ends, levels, depths and flow change sides with the line.

A flow that was inferred holds for the ends, levels and course it was inferred from: an edit of these
empties it. What a person writes into the field is given from then on.
"""

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
    text,
)
from waternet_plugin.core.schema.flow import GIVEN, INFERRED, turned
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN


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
        if is_same(now.get("flow"), before.get("flow")):
            values["flow"] = turned(text(now.get("flow")))
        if not is_same(now.get("estimated"), None):
            values["estimated"] = _exchanged(str(now["estimated"]), values)
        work.rows.set("pipe", key, "reversed", **values)


def settle_flow(work: SettlingWork) -> None:
    """Empty inferred flows whose pipes changed; call a flow that a person wrote given."""
    for key in work.rows.edited("pipe"):
        before, now = work.rows.before("pipe", key), work.rows.now("pipe", key)
        if now is None or text(now.get("flow")) is None:
            continue
        was_turned = before is not None and is_reversed(shape_of(before), shape_of(now), work.same_m)
        if before is not None and not was_turned and work.rows.is_edited_by_user("pipe", key, "flow"):
            if text(now.get("flow_source")) == INFERRED and is_same(
                now.get("flow_source"), before.get("flow_source")
            ):
                work.rows.set("pipe", key, "flow_given", flow_source=GIVEN, flow_confidence=None)
        elif text(now.get("flow_source")) == INFERRED and _is_changed(work, key, was_turned):
            work.rows.set("pipe", key, "flow_emptied", flow=None, flow_source=None, flow_confidence=None)


def _is_changed(work: SettlingWork, key: int, was_turned: bool) -> bool:
    """Return whether ends, levels or course of a pipe are others than before, but for being turned."""
    before, now = work.rows.before("pipe", key), work.rows.must("pipe", key)
    if before is None:
        return key in work.copied
    for first, last in (NODE_OF, INVERT_OF, DEPTH_OF):
        old = (before.get(last), before.get(first)) if was_turned else (before.get(first), before.get(last))
        if not (is_same(now.get(first), old[0]) and is_same(now.get(last), old[1])):
            return True
    return not was_turned and not is_same(before.get(GEOMETRY_COLUMN), now.get(GEOMETRY_COLUMN))


def _exchanged(words: str, values: dict[str, Any]) -> str:
    other = {}
    for first, last in (INVERT_OF, DEPTH_OF):
        if first in values:
            other.update({first: last, last: first})
    return ";".join(other.get(word, word) for word in words.split(";"))
