"""What happened to one asset: the entries of the change log about it, in people's words."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from osgeo import ogr
from qgis.core import NULL, QgsExpression, QgsFeatureRequest, QgsGeometry, QgsVectorLayer

from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr

# As many entries as a form shows.
_MOST_ROWS = 200
_UNKNOWN = "–"
# A save of place and fields is two entries a moment apart.
_ONE_SAVE_S = 2.0
_UNKNOWN_CLIENT = "unknown client"
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


@dataclass(frozen=True)
class FieldChange:
    """One field that changed, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One change of the asset: when (UTC), who, what; ``batch_id`` '' for an edit without a batch."""

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
class _Noted:
    """One row of the log."""

    at: datetime | None
    by: str
    action: str
    batch_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def _text(value: Any) -> str:
    return "" if value is None or value == NULL else str(value)


def _moment(value: Any) -> datetime | None:
    """Return a time of the log, which is in UTC whatever QGIS takes it for."""
    text = value.toString("yyyy-MM-ddTHH:mm:ss.zzz") if hasattr(value, "toPyDateTime") else _text(value)
    try:
        return datetime.fromisoformat(text.rstrip("Z")[:23]).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def _object(value: Any) -> dict[str, Any]:
    """Return a JSON column; QGIS reads some as text and some as a mapping."""
    if isinstance(value, dict):
        return value
    try:
        found = json.loads(_text(value) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _noted(log: QgsVectorLayer, table: str, asset: str) -> list[_Noted]:
    """Read the newest rows of the log about an asset, newest first."""
    of_asset = QgsExpression.createFieldEqualityExpression("asset", asset)
    of_table = QgsExpression.createFieldEqualityExpression("table", table)
    is_gap = QgsExpression.createFieldEqualityExpression("action", "gap")
    # A gap is of the whole table: what happened to the asset meanwhile nobody knows.
    request = QgsFeatureRequest().setFilterExpression(f"{of_table} AND ({of_asset} OR {is_gap})")
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    found = sorted(log.getFeatures(request), key=lambda row: row.id(), reverse=True)[:_MOST_ROWS]
    return [
        _Noted(
            _moment(row["at"]),
            _text(row["by"]),
            _text(row["action"]),
            _text(row["batch"]),
            _object(row["before"]),
            _object(row["after"]),
        )
        for row in found
    ]


def _is_one_save(newer: _Noted, older: _Noted) -> bool:
    """Return whether two rows of the log are of one save."""
    if newer.action != "update" or older.action != "update" or newer.batch_id != older.batch_id:
        return False
    if newer.at is None or older.at is None:
        return False
    return (newer.at - older.at).total_seconds() <= _ONE_SAVE_S


def _joined(rows: list[_Noted]) -> Iterator[_Noted]:
    """Join what one save wrote as several rows; the name stands in one of them only."""
    waiting: _Noted | None = None
    for row in rows:
        if waiting is not None and _is_one_save(waiting, row):
            named = waiting.by if waiting.by not in ("", _UNKNOWN_CLIENT) else row.by
            before = {**waiting.before, **row.before}
            waiting = replace(waiting, by=named, before=before, after={**row.after, **waiting.after})
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
        code = domains.domain(field.domain).get(str(value))
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
        data = bytes.fromhex(_text(blob))
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
        return max(math.hypot(one.x() - two.x(), one.y() - two.y()) for one, two in zip(old, new))
    return float(before.hausdorffDistance(after))


def _geometry_change(before: Any, after: Any) -> FieldChange:
    distance = moved_by(geometry_of(before), geometry_of(after))
    if math.isnan(distance):
        return FieldChange(tr("Place on the map"), "", tr("changed"))
    if distance < 0.0005:
        return FieldChange(tr("Place on the map"), "", tr("heights changed"))
    return FieldChange(
        tr("Place on the map"), "", tr("moved by {distance} m").format(distance=f"{distance:.1f}")
    )


def _changes(table: Table, noted: _Noted) -> tuple[FieldChange, ...]:
    if noted.action != "update":
        return ()
    found = []
    order = [*table.field_names, GEOMETRY_COLUMN]
    names = sorted(
        {*noted.before, *noted.after},
        key=lambda name: (order.index(name) if name in order else len(order), name),
    )
    for name in names:
        before, after = noted.before.get(name), noted.after.get(name)
        if name == GEOMETRY_COLUMN:
            found.append(_geometry_change(before, after))
        elif before != after:
            label = table.field(name).label if name in table.field_names else name
            found.append(FieldChange(label, _shown(table, name, before), _shown(table, name, after)))
    return tuple(found)


def entries(log: QgsVectorLayer, table: Table, asset: str) -> tuple[Entry, ...]:
    """Return what happened to an asset, newest first.

    Parameters
    ----------
    log
        The layer of the change log.
    table
        The asset's table.
    asset
        Its id.
    """
    return tuple(
        Entry(noted.at, noted.by, noted.action, noted.batch_id, _changes(table, noted))
        for noted in _joined(_noted(log, table.name, asset))
    )


def batches(log: QgsVectorLayer, ids: set[str]) -> dict[str, LoggedBatch]:
    """Return batches by their ids, read from the file that a layer of the change log shows."""
    # QGIS itself opens a file that is being edited without locks, which fails loudly at first.
    dataset = ogr.Open(log.source().split("|")[0], 0)
    if dataset is None or not ids:
        return {}
    listed = ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(ids))
    layer = dataset.ExecuteSQL(
        f"SELECT batch_id, kind, rows, undone FROM batch WHERE batch_id IN ({listed})"  # noqa: S608
    )
    if layer is None:
        return {}
    found = {}
    for row in layer:
        batch_id, kind, undone = (row.GetField(name) or "" for name in ("batch_id", "kind", "undone"))
        can = not undone and kind not in ("create", "mend", "migrate", "restore")
        found[batch_id] = LoggedBatch(batch_id, kind, int(row.GetField("rows") or 0), can)
    dataset.ReleaseResultSet(layer)
    return found
