"""Read tables to frames through OGR's Arrow stream.

Three routes give the same frame: PyArrow where it is installed, NumPy arrays where GDAL streams Arrow
(3.6 and later), else OGR's rows one by one. pyogrio and fiona never open a live network: their wheels carry
a second SQLite whose closing drops the locks of QGIS.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from osgeo import ogr
from pyproj import CRS

from waternet_plugin.core.errors import LockedError, StoreError
from waternet_plugin.core.frames import empty_column
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field, Table, table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import connection, gdal, locks, views
from waternet_plugin.store.geopackage.layout import fid_column
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.network import Box, Where

_GEOMETRY = "OGR_GEOMETRY"
# Ids in one filter; for more ids than _MANY_IDS the whole table is read and sifted.
_IDS_A_FILTER = 500
_MANY_IDS = 5_000
_BATCH_ROWS = 65_536

# A column as a route delivers it: values, and which of them are unknown (None: none is).
Column = tuple[np.ndarray[Any, Any], Optional[np.ndarray[Any, Any]]]
Chunks = Iterator[dict[str, Column]]


def _pyarrow_chunks(layer: Any, fields: dict[str, Field]) -> Chunks:
    """Yield columns through PyArrow."""
    import pyarrow as pa

    for part in layer.GetArrowStreamAsPyArrow([f"MAX_FEATURES_IN_BATCH={_BATCH_ROWS}"]):
        batch = pa.RecordBatch.from_struct_array(part)
        columns: dict[str, Column] = {}
        for name, array in zip(batch.schema.names, batch.columns):
            unknown = np.asarray(array.is_null()) if array.null_count else None
            if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
                values = array.to_pandas(deduplicate_objects=True).to_numpy()
            elif pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
                unit = "D" if pa.types.is_date(array.type) else array.type.unit
                width = pa.int32() if pa.types.is_date32(array.type) else pa.int64()
                whole = array.view(width).fill_null(0).to_numpy(zero_copy_only=False)
                values = whole.astype(np.int64).view(f"datetime64[{unit}]")
            else:
                values = array.to_numpy(zero_copy_only=False)
            columns[name] = (values, unknown)
        yield columns


def _decoded(values: np.ndarray[Any, Any], unknown: np.ndarray[Any, Any] | None) -> np.ndarray[Any, Any]:
    """Return texts of bytes, equal ones as one object."""
    kept: dict[bytes, str] = {}
    result = np.empty(len(values), dtype=object)
    for index, value in enumerate(values.tolist()):
        if value is not None:
            text = kept.get(value)
            if text is None:
                text = kept[value] = value.decode("utf-8") if isinstance(value, bytes) else str(value)
            result[index] = text
    if unknown is not None:
        result[unknown] = None
    return result


def _numpy_chunks(layer: Any, fields: dict[str, Field]) -> Chunks:
    """Yield columns through GDAL's own NumPy arrays."""
    options = ["USE_MASKED_ARRAYS=YES", f"MAX_FEATURES_IN_BATCH={_BATCH_ROWS}"]
    for batch in layer.GetArrowStreamAsNumPy(options):
        if gdal.has_failed():
            # GDAL 3.6 would go on for ever with empty arrays.
            return
        columns: dict[str, Column] = {}
        for name, array in batch.items():
            unknown = np.ma.getmaskarray(array).copy() if isinstance(array, np.ma.MaskedArray) else None
            values = np.ma.getdata(array)
            if name in fields and fields[name].type in ("text", "json"):
                values = _decoded(values, unknown)
            columns[name] = (values.copy(), unknown)
        yield columns


def _iterator_chunks(layer: Any, fields: dict[str, Field]) -> Chunks:
    """Yield columns from rows read one by one."""
    definition = layer.GetLayerDefn()
    fid_name = layer.GetFIDColumn()
    geometry = bool(layer.GetGeometryColumn()) and not definition.GetGeomFieldDefn(0).IsIgnored()
    places = [
        (index, definition.GetFieldDefn(index).GetName())
        for index in range(definition.GetFieldCount())
        if not definition.GetFieldDefn(index).IsIgnored()
    ]
    found: dict[str, list[Any]] = {name: [] for name in (fid_name, *(name for _index, name in places))}
    if geometry:
        found[layer.GetGeometryColumn()] = []
    for feature in layer:
        found[fid_name].append(feature.GetFID())
        for index, name in places:
            kind = fields[name].type
            if not feature.IsFieldSetAndNotNull(index):
                value: Any = None
            elif kind in ("real", "integer"):
                value = feature.GetFieldAsDouble(index)
            elif kind in ("text", "json"):
                value = sys.intern(feature.GetFieldAsString(index))
            else:
                year, month, day, hour, minute, second, _zone = feature.GetFieldAsDateTime(index)
                value = f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:06.3f}"
            found[name].append(value)
        if geometry:
            shape = feature.GetGeometryRef()
            found[layer.GetGeometryColumn()].append(None if shape is None else bytes(shape.ExportToIsoWkb()))
    columns: dict[str, Column] = {}
    for name, values in found.items():
        unknown = np.array([value is None for value in values], dtype=bool)
        kind = fields[name].type if name in fields else ""
        if kind in ("real", "integer"):
            array = np.array([np.nan if value is None else value for value in values], dtype=float)
        elif kind in ("date", "datetime"):
            array = np.array([value or "NaT" for value in values], dtype="datetime64[ms]")
        elif name == fid_name:
            array = np.array(values, dtype=np.int64)
        else:
            array = np.empty(len(values), dtype=object)
            array[:] = values
        columns[name] = (array, unknown)
    yield columns


def _route() -> Callable[[Any, dict[str, Field]], Chunks]:
    """Return the fastest route there is here."""
    if not hasattr(ogr.Layer, "GetArrowStreamAsNumPy"):
        return _iterator_chunks
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return _numpy_chunks
    return _pyarrow_chunks


def _joined(parts: list[dict[str, Column]], name: str) -> Column:
    """Return a column put together from its chunks."""
    values = [part[name][0] for part in parts]
    unknown = [
        np.zeros(len(part[name][0]), dtype=bool) if part[name][1] is None else part[name][1] for part in parts
    ]
    if len(values) == 1:
        return values[0], unknown[0]
    return np.concatenate(values), np.concatenate(unknown)  # type: ignore[arg-type]


def _series(field: Field, column: Column) -> Any:
    """Return a column with the type core/frames says."""
    values, unknown = column
    if field.type in ("integer", "real"):
        numbers = np.asarray(values, dtype=float)
        if unknown is not None and unknown.any():
            numbers = numbers.copy()
            numbers[unknown] = np.nan
        return numbers
    if field.type in ("date", "datetime"):
        moments = np.asarray(values).astype("datetime64[ns]")
        if unknown is not None and unknown.any():
            moments[unknown] = np.datetime64("NaT")
        return moments if field.type == "date" else pd.DatetimeIndex(moments, tz="UTC")
    if unknown is not None and unknown.any():
        values = values.copy()
        values[unknown] = None
    return values


def _filter(described: Table, where: Where | None) -> str:
    """Return the attribute filter of equalities."""
    tests = []
    for name, wanted in (where or {}).items():
        column = quoted(name)
        if isinstance(wanted, (list, tuple, set, frozenset, np.ndarray, pd.Series)):
            listed = list(wanted)
            known = ", ".join(literal(value) for value in listed if value is not None)
            either = [f"{column} IN ({known})"] if known else []
            if any(value is None for value in listed):
                either.append(f"{column} IS NULL")
            tests.append(f"({' OR '.join(either) or '0 = 1'})")
        elif literal(wanted) == "NULL":
            tests.append(f"{column} IS NULL")
        else:
            tests.append(f"{column} = {literal(wanted)}")
    return " AND ".join(tests)


def _described(name: str) -> Table:
    """Return a table, or a view as a table."""
    if name in views.expected():
        pipe = table("pipe")
        sources = [pipe, table("assessment"), table("project_pipe")]
        fields = []
        for column in views.columns(name):
            owner = next(one for one in sources if column in one.field_names)
            fields.append(owner.field(column))
        return Table(
            **{
                **{key: getattr(pipe, key) for key in pipe.__dataclass_fields__},
                "name": name,
                "fields": tuple(fields),
            }
        )
    return table(name)


def _check_columns(described: Table, names: Sequence[str], fid: str) -> None:
    known = {*described.field_names, fid, GEOMETRY_COLUMN}
    unknown = [name for name in names if name not in known]
    if unknown:
        message = tr("{table} has no column {listed}.")
        raise StoreError(message.format(table=described.label, listed=", ".join(unknown)))


def _stream(
    layer: Any, described: Table, wanted: set[str], filters: list[str], bbox: Box | None, *, geometry: bool
) -> list[dict[str, Column]]:
    """Return all chunks of a layer under filters."""
    definition = layer.GetLayerDefn()
    every = [definition.GetFieldDefn(index).GetName() for index in range(definition.GetFieldCount())]
    ignored = [name for name in every if name not in wanted]
    if described.has_geometry and not geometry:
        ignored.append(_GEOMETRY)
    layer.SetIgnoredFields(ignored)
    fields = {field.name: field for field in described.fields}
    route = _route()
    parts: list[dict[str, Column]] = []
    for one in filters:
        if layer.SetAttributeFilter(one or None) != 0:
            message = tr("The rows of {table} can't be selected this way.")
            raise StoreError(message.format(table=described.label), details=(one, gdal.last_message()))
        if bbox is not None:
            layer.SetSpatialFilterRect(*bbox)
        parts.extend(route(layer, fields))
    return parts


def _streamed(
    path: Path, layer: Any, described: Table, *arguments: Any, geometry: bool
) -> list[dict[str, Column]]:
    """Return all chunks of a layer; a stream that broke off is an error, never fewer rows."""
    details = ""
    with gdal.quiet():
        gdal.forget_errors()
        try:
            parts = _stream(layer, described, *arguments, geometry=geometry)
        except RuntimeError as error:
            details = str(error)
        else:
            if not gdal.has_failed():
                return parts
            details = gdal.last_message()
    if "locked" in details or "busy" in details:
        raise LockedError(locks.locked_message(path), details=(details,))
    message = tr("{table} of the network {name} can't be read to the end. Restore a backup if that stays so.")
    raise StoreError(message.format(table=described.label, name=path.name), details=(details,))


def _shapes(column: Column) -> np.ndarray[Any, Any]:
    """Return geometries of WKB."""
    values, unknown = column
    if unknown is not None and unknown.any():
        values = np.where(unknown, None, values)
    return np.asarray(shapely.from_wkb(values), dtype=object)


def _collected(
    described: Table, parts: list[dict[str, Column]], wanted: set[str], geometry: bool
) -> tuple[np.ndarray[Any, Any], dict[str, Column], np.ndarray[Any, Any]]:
    """Return row numbers, columns and geometries of all chunks; nothing of a chunk is kept twice."""
    names = [field.name for field in described.fields if field.name in wanted]
    if not parts:
        none = np.empty(0, dtype=object)
        columns = {
            name: (np.asarray(empty_column(described.field(name), 0)), np.empty(0, dtype=bool))
            for name in names
        }
        return np.empty(0, dtype=np.int64), columns, none
    fid = next(name for name in (fid_column(described), views.VIEW_FID) if name in parts[0])
    keys = np.asarray(_joined(parts, fid)[0], dtype=np.int64)
    columns = {name: _joined(parts, name) for name in names}
    shapes = np.concatenate([_shapes(part[GEOMETRY_COLUMN]) for part in parts]) if geometry else np.empty(0)
    return keys, columns, shapes


def _kept(
    keys: np.ndarray[Any, Any],
    shapes: np.ndarray[Any, Any],
    ids: Column | None,
    bbox: Box | None,
    sift: set[str] | None,
) -> np.ndarray[Any, Any] | None:
    """Return the places of the rows to keep in the order of their numbers, None for all as they are."""
    keep = np.ones(len(keys), dtype=bool)
    if bbox is not None:
        # OGR compares outlines first and, depending on its version, the geometries too.
        keep &= shapely.intersects(shapes, shapely.box(*bbox))
    if sift is not None and ids is not None:
        keep &= np.fromiter((one in sift for one in ids[0]), dtype=bool, count=len(keys))
    if keep.all() and (len(keys) < 2 or (np.diff(keys) > 0).all()):
        return None
    places = np.flatnonzero(keep)
    return np.asarray(places[np.argsort(keys[places], kind="stable")])


def read(
    path: Path,
    crs: CRS,
    name: str,
    columns: Sequence[str] | None = None,
    *,
    ids: Sequence[str] | None = None,
    where: Where | None = None,
    bbox: Box | None = None,
    geometry: bool = True,
) -> pd.DataFrame:
    """Read a table or view of the file; see ``Network.read``."""
    try:
        described = _described(name)
    except KeyError:
        message = tr("There is no table {name} in a network.")
        raise StoreError(message.format(name=name)) from None
    fid = fid_column(described)
    shown = [one for one in (described.field_names if columns is None else columns) if one != GEOMETRY_COLUMN]
    with_geometry = described.has_geometry and geometry
    _check_columns(described, [*shown, *(where or {})], fid)
    wanted = {*shown, *([described.id_field] if ids is not None else [])}
    base = _filter(described, where)
    filters = [base]
    sift: set[str] | None = None
    if ids is not None:
        distinct = list(dict.fromkeys(ids))
        if len(distinct) > _MANY_IDS:
            sift = set(distinct)
        else:
            groups = [
                distinct[start : start + _IDS_A_FILTER] for start in range(0, len(distinct), _IDS_A_FILTER)
            ]
            tests = [
                f"{quoted(described.id_field)} IN ({', '.join(map(literal, group))})" for group in groups
            ]
            filters = [f"{base} AND {test}" if base else test for test in tests]
    parts: list[dict[str, Column]] = []
    if filters:
        connection.recover(path)
        dataset = gdal.open_dataset(path, immutable=connection.open_options(path))
        layer = None if dataset is None else dataset.GetLayerByName(name)
        if layer is None:
            message = tr("{table} can't be read from the network {name}. Check that the file is whole.")
            raise StoreError(
                message.format(table=described.label, name=path.name), details=(gdal.last_message(),)
            )
        parts = _streamed(
            path, layer, described, wanted, filters, bbox, geometry=with_geometry or bbox is not None
        )
        layer = dataset = None
    keys, values, shapes = _collected(described, parts, wanted, with_geometry or bbox is not None)
    keep = _kept(keys, shapes, values.get(described.id_field), bbox, sift)
    data: dict[str, Any] = {}
    for one in shown:
        column = keys if one == fid else _series(described.field(one), values[one])
        data[one] = column if keep is None else column[keep]
    if not with_geometry:
        return pd.DataFrame(data, columns=pd.Index(shown, dtype=object), copy=False)
    shapes = shapes if keep is None else shapes[keep]
    data[GEOMETRY_COLUMN] = gpd.array.GeometryArray(np.asarray(shapes, dtype=object), crs=crs)
    return gpd.GeoDataFrame(data, geometry=GEOMETRY_COLUMN, copy=False)
