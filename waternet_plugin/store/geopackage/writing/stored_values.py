"""Frames as rows of a table: checked first, then turned into what SQLite keeps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field, Table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.geopackage import blobs

# A sentence names this many examples; all of them are in the details.
_EXAMPLES = 5


def _listed(values: Sequence[Any]) -> str:
    shown = listed(str(value) for value in values[:_EXAMPLES])
    return shown + (" …" if len(values) > _EXAMPLES else "")


def _refuse(message: str, table: Table, values: Sequence[Any]) -> None:
    """Raise with examples in the sentence and all of them in the details."""
    if len(values):
        text = message.format(table=table.label, listed=_listed(values), n=len(values))
        raise StoreError(text, details=tuple(str(value) for value in values))


def _labels(table: Table, frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Return what names each row in a message: its id, else its number."""
    if table.id_field in frame.columns:
        return np.asarray(frame[table.id_field], dtype=object)
    return np.arange(1, len(frame) + 1).astype(object)


def check_columns(table: Table, frame: pd.DataFrame) -> None:
    """Refuse columns that are not the table's, and columns named twice."""
    known = {*table.field_names, *((GEOMETRY_COLUMN,) if table.has_geometry else ())}
    _refuse(
        tr("{table} has no column {listed}. Leave it out, or choose one of the table's columns."),
        table,
        [name for name in frame.columns if name not in known],
    )
    _refuse(
        tr("{table}: the column {listed} appears twice."),
        table,
        sorted(set(frame.columns[frame.columns.duplicated()])),
    )


def check_ids(table: Table, frame: pd.DataFrame) -> None:
    """Refuse missing ids and ids that are twice in the frame."""
    if table.id_field not in table.field_names:
        return
    if table.id_field not in frame.columns:
        _refuse(tr("{table}: the column {listed} with the ids is missing."), table, [table.id_field])
    ids = frame[table.id_field]
    missing = ids.isna() | (ids == "")
    _refuse(tr("{table}: rows without an id (row {listed})."), table, (np.flatnonzero(missing) + 1).tolist())
    _refuse(tr("{table}: ids that appear twice: {listed}."), table, sorted(set(ids[ids.duplicated()])))


def check_required(table: Table, frame: pd.DataFrame, *, partial: bool = False) -> None:
    """Refuse rows in which a field that must be known is not.

    ``partial`` rows need not have every column.
    """
    for field in table.fields:
        if field.required:
            if field.name not in frame.columns:
                if partial:
                    continue
                _refuse(tr("{table}: the column {listed} must be filled in."), table, [field.name])
            missing = np.asarray(frame[field.name].isna())
            if not missing.any():
                continue
            message = tr("{table}: {field} must be filled in; it is not in {listed}.").replace(
                "{field}", field.label
            )
            _refuse(message, table, _labels(table, frame)[missing].tolist())


def check_codes(table: Table, frame: pd.DataFrame) -> None:
    """Refuse values that their domain does not know; all of them are named."""
    unknown: list[str] = []
    for field in table.fields:
        if field.domain and field.name in frame.columns:
            codes = field.codes
            for value in pd.unique(frame[field.name].dropna()):
                if value not in codes:
                    unknown.append(f"{field.name}={value}")
    _refuse(
        tr("{table}: unknown codes: {listed}. Map them to codes of the value lists first."), table, unknown
    )


def geometries_of(table: Table, frame: pd.DataFrame, crs: CRS) -> np.ndarray[Any, Any]:
    """Return a frame's geometries as the table holds them, None where a row has none.

    Raises
    ------
    StoreError
        For another CRS, a geometry type the table can't hold, an empty one or one with NaN; and for a
        missing one in tables of the network itself.
    """
    own = getattr(frame, "crs", None)
    if own is not None and not own.equals(crs, ignore_axis_order=True):
        message = tr("The rows for {table} are in {own}, but the network is in {crs}. Transform them first.")
        raise StoreError(message.format(table=table.label, own=own.name, crs=crs.name))
    geometries = frame[GEOMETRY_COLUMN].to_numpy(dtype=object).copy()
    geometries[pd.isna(geometries)] = None
    names = _labels(table, frame)
    wrong = ~blobs.takes(table.geometry, geometries)
    message = tr("{table} takes {kind}; other geometry types in {listed}.").replace("{kind}", table.geometry)
    _refuse(message, table, names[wrong].tolist())
    broken = ~blobs.finite(geometries)
    _refuse(
        tr("{table}: the geometry is empty or has invalid coordinates in {listed}."),
        table,
        names[broken].tolist(),
    )
    if table.in_map == "network":
        missing = shapely.is_missing(geometries)
        _refuse(tr("{table}: no geometry in {listed}."), table, names[missing].tolist())
    return blobs.shaped(table.geometry, geometries)


def _numbers(field: Field, table: Table, column: pd.Series) -> list[Any]:
    """Return numbers with None for unknown; integers as whole numbers."""
    try:
        values = pd.to_numeric(column).to_numpy(dtype=float, na_value=np.nan)
    except (ValueError, TypeError) as error:
        message = tr("{table}: {field} takes numbers only.")
        raise StoreError(
            message.format(table=table.label, field=field.label), details=(str(error),)
        ) from error
    known = ~np.isnan(values)
    message = tr("{table}: {field} takes finite numbers only: {listed}.").replace("{field}", field.label)
    _refuse(message, table, values[np.isinf(values)].tolist())
    result = np.full(len(values), None, dtype=object)
    if field.type == "integer":
        whole = values[known]
        message = tr("{table}: {field} takes whole numbers only: {listed}.").replace("{field}", field.label)
        _refuse(message, table, whole[whole != np.round(whole)].tolist())
        result[known] = whole.astype(np.int64).astype(object)
    else:
        result[known] = values[known].astype(object)
    return result.tolist()


def _moments(field: Field, table: Table, column: pd.Series) -> list[Any]:
    """Return dates as YYYY-MM-DD, moments as ISO 8601 in UTC."""
    try:
        # Texts are dates as the standard writes them; anything else was to be read before.
        is_text = column.dtype == object or isinstance(column.dtype, pd.StringDtype)
        given: dict[str, Any] = {"format": "ISO8601"} if is_text else {}
        stamps = pd.to_datetime(column, utc=field.type == "datetime", **given)
        if field.type == "date" and stamps.dt.tz is not None:
            stamps = stamps.dt.tz_localize(None)
    except (ValueError, TypeError, AttributeError) as error:
        message = tr("{table}: {field} takes dates only.")
        raise StoreError(
            message.format(table=table.label, field=field.label), details=(str(error),)
        ) from error
    unit: Literal["D", "ms"] = "D" if field.type == "date" else "ms"
    plain = stamps.dt.tz_localize(None) if field.type == "datetime" else stamps
    moments = plain.to_numpy().astype(f"datetime64[{unit}]")
    # Series of many meters have the same moments: each is written out once.
    codes, distinct = pd.factorize(moments.astype(np.int64))
    once = distinct.astype(f"datetime64[{unit}]")
    texts = np.datetime_as_string(once, unit=unit).astype(object)
    if field.type == "datetime":
        texts = texts + "Z"
    texts[np.isnat(once)] = None
    result: list[Any] = texts[codes].tolist()
    return result


def _texts(field: Field, table: Table, column: pd.Series) -> list[Any]:
    """Return texts; what JSON fields hold as Python objects becomes text."""
    values: list[Any] = column.tolist() if column.dtype == object else []
    if column.dtype == object and set(map(type, values)) <= {str, type(None)}:
        return values
    values = column.astype(object).where(column.notna(), None).tolist()
    if field.type == "json":
        return [
            value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for value in values
        ]
    wrong = [value for value in values if not isinstance(value, str) and value is not None]
    message = tr("{table}: {field} takes text only: {listed}.").replace("{field}", field.label)
    _refuse(message, table, wrong[:1000])
    return values


def sql_column(field: Field, table: Table, column: pd.Series) -> list[Any]:
    """Return one column as the values SQLite keeps."""
    if column.dtype == object:
        values: list[Any] = column.tolist()
        if values.count(None) == len(values):
            return values
    if field.type in ("integer", "real"):
        return _numbers(field, table, column)
    if field.type in ("date", "datetime"):
        return _moments(field, table, column)
    return _texts(field, table, column)
