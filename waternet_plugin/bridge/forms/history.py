"""What happened to one asset: the entries of the change log about it, in people's words."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from qgis.core import QgsGeometry, QgsVectorLayer

from waternet_plugin.bridge.forms.logged_rows import LayerTableLog
from waternet_plugin.core.editing.earlier_rows import LogEntry, LoggedRow, RowLife, life_of, row_before
from waternet_plugin.core.schema.tables import EDITING, GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr

# As many entries as a form shows.
MOST = 200
_UNKNOWN = "–"
# A save of place and fields is two entries a moment apart.
_ONE_SAVE_S = 2.0
_UNKNOWN_CLIENT = "unknown client"
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
# Found by the rest, or the store's own.
_NOT_TOLD = (*EDITING, "map_class", "map_code", "map_width", "map_rank", "map_flow")


@dataclass(frozen=True)
class FieldChange:
    """One field that changed, as people read it; ``field`` is its name."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One change of the asset: when (UTC), who, what; ``batch_id`` '' for an edit without a batch.

    ``seq`` is the entry of the log before which the asset was as ``changes`` say.
    """

    seq: int
    at: datetime | None
    by: str
    action: str
    batch_id: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True)
class LoggedBatch:
    """What a batch was, and whether it can be undone."""

    batch_id: str
    kind: str
    rows: int
    can_be_undone: bool


@dataclass(frozen=True)
class EarlierValue:
    """A field as it was and as it is, as people read it."""

    field: str
    label: str
    then: str
    now: str

    @property
    def is_same(self) -> bool:
        """Whether it did not change since."""
        return self.then == self.now


@dataclass(frozen=True)
class AssetHistory:
    """The changes of an asset, newest first, and what it was between them.

    Parameters
    ----------
    table
        The asset's table.
    asset
        The id that it has now, or had last.
    entries
        What happened to it.
    life, now
        The entries of the log, and the row as it is; None where it is deleted.
    batches
        The batches of the entries, by their ids.
    """

    table: Table
    asset: str
    entries: tuple[Entry, ...]
    life: RowLife
    now: LoggedRow | None
    batches: Mapping[str, LoggedBatch]

    def row_before(self, seq: int) -> dict[str, Any] | None:
        """Return the asset before an entry of the log; None where it was not there."""
        return row_before(self.now, self.life.entries, seq)

    def values_before(self, seq: int) -> tuple[EarlierValue, ...]:
        """Return what is known of the asset before an entry: first what is another way now."""
        then, now = self.row_before(seq) or {}, self.now or {}
        values = []
        for field in self.table.fields:
            if field.name in _NOT_TOLD or (field.name not in then and field.name not in now):
                continue
            texts = (_shown(self.table, field.name, row.get(field.name)) for row in (then, now))
            values.append(EarlierValue(field.name, field.label, *texts))
        moved = moved_by(*(geometry_of(row.get(GEOMETRY_COLUMN)) for row in (then, now)))
        if then.get(GEOMETRY_COLUMN) and then.get(GEOMETRY_COLUMN) != now.get(GEOMETRY_COLUMN):
            change = _geometry_change(moved)
            values.insert(0, EarlierValue(GEOMETRY_COLUMN, change.label, _UNKNOWN, change.after))
        return tuple(sorted(values, key=lambda value: value.is_same))

    def shape_before(self, seq: int) -> QgsGeometry:
        """Return the geometry that the asset had before an entry; a null one where it is the same now."""
        then = (self.row_before(seq) or {}).get(GEOMETRY_COLUMN)
        if not then or then == (self.now or {}).get(GEOMETRY_COLUMN):
            return QgsGeometry()
        return geometry_of(then)


def _moment(text: str) -> datetime | None:
    """Return a time of the log, which is in UTC."""
    try:
        return datetime.fromisoformat(text.rstrip("Z")[:23]).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def _is_one_save(newer: LogEntry, older: LogEntry) -> bool:
    """Return whether two entries of the log are of one save."""
    if newer.action != "update" or older.action != "update" or newer.batch_id != older.batch_id:
        return False
    last, first = _moment(newer.at), _moment(older.at)
    if last is None or first is None:
        return False
    return (last - first).total_seconds() <= _ONE_SAVE_S


def _joined(rows: list[LogEntry]) -> Iterator[LogEntry]:
    """Join what one save wrote as several entries; the name stands in one of them only."""
    waiting: LogEntry | None = None
    for row in rows:
        if waiting is not None and _is_one_save(waiting, row):
            named = waiting.by if waiting.by not in ("", _UNKNOWN_CLIENT) else row.by
            before = {**waiting.before, **row.before}
            after = {**row.after, **waiting.after}
            waiting = replace(waiting, seq=row.seq, by=named, before=before, after=after)
            continue
        if waiting is not None:
            yield waiting
        waiting = row
    if waiting is not None:
        yield waiting


def _shown(table: Table, name: str, value: Any) -> str:
    """Return a value as people read it: labels for codes, a dash for unknown."""
    if value is None or value == "":
        return _UNKNOWN
    field = table.field(name) if name in table.field_names else None
    if field is not None and field.domain:
        code = field.codes.get(str(value))
        return code.label if code else str(value)
    if isinstance(value, float):
        text = f"{value:.3f}".rstrip("0").rstrip(".")
    else:
        text = str(value)
    return f"{text} {field.unit}" if field is not None and field.unit else text


def geometry_of(blob: Any) -> QgsGeometry:
    """Return a geometry of the log, which keeps GeoPackage's blobs as hexadecimal text."""
    geometry = QgsGeometry()
    try:
        data = bytes.fromhex(blob or "")
        start = 8 + _ENVELOPE_BYTES[(data[3] >> 1) & 7]
        struct.unpack_from("<B", data, start)
    except (ValueError, KeyError, IndexError, struct.error):
        return geometry
    geometry.fromWkb(data[start:])
    return geometry


def moved_by(before: QgsGeometry, after: QgsGeometry) -> float:
    """Return how far a geometry moved, in metres: its farthest vertex; NaN where one of them is missing."""
    if before.isNull() or after.isNull():
        return math.nan
    old, new = list(before.vertices()), list(after.vertices())
    if len(old) == len(new):
        return max(
            math.hypot(first.x() - second.x(), first.y() - second.y()) for first, second in zip(old, new)
        )
    return float(before.hausdorffDistance(after))


def _geometry_change(distance: float) -> FieldChange:
    """Return what happened to a geometry whose farthest vertex moved so far, in m."""
    text = tr("moved by {distance} m").format(distance=f"{distance:.1f}")
    if math.isnan(distance):
        text = tr("changed")
    elif distance < 0.0005:
        text = tr("heights changed")
    return FieldChange(GEOMETRY_COLUMN, tr("Place on the map"), "", text)


def _changes(table: Table, noted: LogEntry) -> tuple[FieldChange, ...]:
    if noted.action != "update":
        return ()
    changes = []
    order = [*table.field_names, GEOMETRY_COLUMN]
    names = sorted(
        {*noted.before, *noted.after},
        key=lambda name: (order.index(name) if name in order else len(order), name),
    )
    for name in names:
        before, after = noted.before.get(name), noted.after.get(name)
        if name == GEOMETRY_COLUMN:
            changes.append(_geometry_change(moved_by(geometry_of(before), geometry_of(after))))
        elif before != after:
            label = table.field(name).label if name in table.field_names else name
            changes.append(FieldChange(name, label, _shown(table, name, before), _shown(table, name, after)))
    return tuple(changes)


def history_of(log: QgsVectorLayer, table: Table, asset: str, *, most: int = MOST) -> AssetHistory:
    """Return what happened to an asset, under earlier ids too.

    Parameters
    ----------
    log
        The layer of the change log.
    table
        The asset's table.
    asset
        Its id.
    most
        How many entries of the log to tell.
    """
    source = LayerTableLog(log, table)
    life = life_of(source, asset)
    noted = sorted([*life.entries, *source.gaps()], key=lambda entry: -entry.seq)[:most]
    entries = tuple(
        Entry(
            change.seq, _moment(change.at), change.by, change.action, change.batch_id, _changes(table, change)
        )
        for change in _joined(noted)
    )
    batches = _batches(source, {entry.batch_id for entry in entries if entry.batch_id})
    return AssetHistory(table, life.asset, entries, life, source.row_now(life.asset), batches)


def _batches(log: LayerTableLog, ids: set[str]) -> Mapping[str, LoggedBatch]:
    """Return batches by their ids."""
    if not ids:
        return {}
    listed = ", ".join("'" + known_id.replace("'", "''") + "'" for known_id in sorted(ids))
    sql = f"SELECT batch_id, kind, rows, undone FROM batch WHERE batch_id IN ({listed})"  # noqa: S608
    batches_by_id = {}
    for row in log.rows(sql):
        batch_id, kind, undone = (row[name] or "" for name in ("batch_id", "kind", "undone"))
        can = not undone and kind not in ("create", "mend", "migrate", "restore")
        batches_by_id[batch_id] = LoggedBatch(batch_id, kind, int(row["rows"] or 0), can)
    return batches_by_id
