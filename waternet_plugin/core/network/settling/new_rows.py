"""Rows that were pasted, drawn or cut off: what they must not bring along from their source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.edits.edited_rows import shape_of
from waternet_plugin.core.network.settling.edits.qgis_ids import before_suffix
from waternet_plugin.core.network.settling.edits.settling_work import (
    END,
    NODE_OF,
    START,
    SettlingWork,
    known,
    text,
)
from waternet_plugin.core.schema.tables import EDITING, all_tables

_BATCH = "batch_id"
# What says that somebody measured or looked at a row: a copy was not.
_SURVEYED = ("survey_batch", "verified_on", "verified_by")
_GEOMETRY = "geometry"
_NUMBERED = ("pipe", "node")


def settle_new_rows(work: SettlingWork) -> None:
    """Take from new rows what belongs to their source, and give both ends of new pipes a node."""
    for name, described in all_tables().items():
        new = {
            key: row
            for key in work.rows.edited(name)
            if work.rows.before(name, key) is None and (row := work.rows.now(name, key)) is not None
        }
        holders = _holders(work, name, new) if name in _NUMBERED else Counter()
        if name in _NUMBERED:
            _number(work, name, new)
        for key, row in new.items():
            is_copy = known(row.get(_BATCH))
            if is_copy:
                left = _SURVEYED if key not in work.copied else ()
                cleared = dict.fromkeys(field for field in (*EDITING, *left) if field in row)
                if not (name == "pipe" and key in work.copied) and name in _NUMBERED:
                    cleared.update(_own_id(work, name, row.get(described.id_field), holders))
                work.rows.set(name, key, "copied", **cleared)
            if name == "pipe" and key not in work.copied:
                for end in (START, END):
                    work.touched[key, end] = None
                if is_copy:
                    # It names the nodes of its source: it names its own when its ends are joined.
                    _forget_far_nodes(work, key)


def _number(work: SettlingWork, name: str, new: dict[int, Row]) -> None:
    """Give new rows without an id one like those of the others: QGIS offers one id to all that is pasted."""
    field = f"{name}_id"
    like = next((known_id for row in new.values() if (known_id := text(row.get(field))) is not None), None)
    for key, row in new.items():
        if text(row.get(field)) is None and not known(row.get(_BATCH)):
            work.rows.set(name, key, "numbered", **{field: work.rows.new_id(name, like)})
            new[key] = work.rows.must(name, key)


def _holders(work: SettlingWork, name: str, new: Mapping[int, Row]) -> Counter[Any]:
    """Return how many rows have each id that copies brought along, all asked for at once."""
    field = f"{name}_id"
    sources = [
        row.get(field) for key, row in new.items() if known(row.get(_BATCH)) and key not in work.copied
    ]
    named = [*sources, *(before_suffix(text(source)) for source in sources)]
    return Counter(row.get(field) for row in work.rows.where(name, field, named).values())


def _own_id(work: SettlingWork, name: str, source: Any, holders: Counter[Any]) -> dict[str, Any]:
    """Return another id for a copy, where the row it was copied from still has its own."""
    copied = before_suffix(text(source))
    if copied is not None and holders[copied]:
        # QGIS makes another id of one that must not stand twice; that is none of the house.
        return {f"{name}_id": work.rows.new_id(name, copied)}
    if text(source) is not None and holders[source] < 2:
        return {}
    holders[source] -= 1
    return {f"{name}_id": work.rows.new_id(name, source)}


def _forget_far_nodes(work: SettlingWork, key: int) -> None:
    """Let a pasted pipe name no node; joining finds those at its ends."""
    work.rows.set("pipe", key, "copied", **dict.fromkeys(NODE_OF))


def settle_lengths(work: SettlingWork) -> None:
    """Measure pipes whose line changed and whose length is not given; given lengths stay."""
    for key in work.rows.edited("pipe"):
        row, before = work.rows.now("pipe", key), work.rows.before("pipe", key)
        shape = shape_of(row)
        if row is None or shape is None or row.get("length_source") == "given":
            continue
        if before is None and row.get("length_source") is None and known(row.get("length_m")):
            continue
        if before is not None and shape_of(before) is shape:
            continue
        length = row.get("length_m")
        if not known(length) or abs(float(str(length)) - shape.length) > 1e-6:
            work.rows.set("pipe", key, "measured", length_m=float(shape.length), length_source=_GEOMETRY)


def ends_left(work: SettlingWork) -> None:
    """Note the nodes that pipes named before and do not name now."""
    for key in work.rows.edited("pipe"):
        before, now = work.rows.before("pipe", key), work.rows.now("pipe", key)
        for column in NODE_OF:
            name = text((before or {}).get(column))
            if name is not None and (now is None or now.get(column) != name):
                work.left_nodes[name] = None
