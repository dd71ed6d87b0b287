"""Read tables to frames through OGR's Arrow stream.

Three routes give the same frame: PyArrow where it is installed, NumPy arrays where GDAL streams Arrow
(3.6 and later), else OGR's rows one by one. pyogrio and fiona never open a live network: their wheels carry
a second SQLite whose closing drops the locks of QGIS.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from osgeo import ogr
from pyproj import CRS

from waternet_plugin.core.errors import LockedError, StoreError
from waternet_plugin.core.frames import empty_column
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Field, Table, table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import connection, gdal, locks, views
from waternet_plugin.store.geopackage.layout import fid_column
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.network import Box, Where

_GEOMETRY = "OGR_GEOMETRY"
# Ids in one filter; for more ids than _MANY_IDS the whole table is read and sifted.
_IDS_A_FILTER = 500
_MANY_IDS = 5_000
_BATCH_ROWS = 131_072
# Texts of which more than this share is different are not looked through for equal ones.
_RECURRING_SHARE = 0.6
_TEXTS, _NUMBERS, _TIMES = ("text", "json"), ("real", "integer"), ("date", "datetime")
_NOT_A_TIME = np.datetime64("NaT", "ns")

# A chunk of the stream: columns with the types that core/frames says, geometries as WKB or None; PyArrow's
# texts stay coded until all chunks are there.
Chunk = dict[str, Any]
Chunks = Iterator[Chunk]


def _pyarrow_texts(array: Any, plain: set[str], name: str) -> Any:
    """Return texts of an Arrow array, or codes of them where they recur (see `_united`).

    ``plain`` remembers the columns in which they don't, as ids: looking for equal ones costs time.
    """
    if array.null_count == len(array):
        return np.full(len(array), None, dtype=object)
    if name in plain:
        return np.asarray(array.to_numpy(zero_copy_only=False))
    coded = array.dictionary_encode()
    if len(coded.dictionary) > _RECURRING_SHARE * len(array) > 0:
        plain.add(name)
        return np.asarray(array.to_numpy(zero_copy_only=False))
    return coded


def _united(arrays: list[Any]) -> np.ndarray[Any, Any]:
    """Return the texts of a column from its coded chunks; values that recur are one object."""
    import pyarrow as pa

    arrays = [
        pa.array(one, pa.string()).dictionary_encode() if isinstance(one, np.ndarray) else one
        for one in arrays
    ]
    chunks = pa.chunked_array(arrays).unify_dictionaries().chunks
    values = np.append(chunks[0].dictionary.to_numpy(zero_copy_only=False), [None])
    places = [one.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False) for one in chunks]
    # Ten times as fast as take().
    return np.asarray(values[np.concatenate(places).astype(np.intp)])


def _pyarrow_moments(array: Any) -> np.ndarray[Any, Any]:
    """Return dates or moments of an Arrow array."""
    import pyarrow as pa

    if pa.types.is_date32(array.type):
        unit, width = "D", pa.int32()
    else:
        unit, width = array.type.unit, pa.int64()
    whole = array.view(width).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    moments = whole.view(f"datetime64[{unit}]").astype("datetime64[ns]")
    if array.null_count:
        moments[array.is_null().to_numpy(zero_copy_only=False)] = _NOT_A_TIME
    return moments


def _pyarrow_chunks(layer: Any, fields: dict[str, Field]) -> Chunks:
    """Yield columns through PyArrow."""
    import pyarrow as pa

    plain: set[str] = set()
    for part in layer.GetArrowStreamAsPyArrow([f"MAX_FEATURES_IN_BATCH={_BATCH_ROWS}"]):
        batch = pa.RecordBatch.from_struct_array(part)
        chunk: Chunk = {}
        for name, array in zip(batch.schema.names, batch.columns):
            kind = fields[name].type if name in fields else ""
            if kind in _TEXTS:
                chunk[name] = _pyarrow_texts(array, plain, name)
            elif kind in _TIMES:
                chunk[name] = _pyarrow_moments(array)
            elif kind in _NUMBERS:
                # Unknown numbers are NaN already.
                chunk[name] = np.asarray(array.to_numpy(zero_copy_only=False), dtype=float)
            else:
                chunk[name] = array.to_numpy(zero_copy_only=False)
        yield chunk


def _decoded(values: np.ndarray[Any, Any], unknown: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return texts of bytes; equal ones become one object."""
    kept: dict[bytes, str] = {}
    result = np.empty(len(values), dtype=object)
    for index, (value, gone) in enumerate(zip(values.tolist(), unknown.tolist())):
        if not gone and value is not None:
            text = kept.get(value)
            if text is None:
                text = kept[value] = value.decode("utf-8") if isinstance(value, bytes) else str(value)
            result[index] = text
    return result


def _numpy_chunks(layer: Any, fields: dict[str, Field]) -> Chunks:
    """Yield columns through GDAL's own NumPy arrays."""
    options = ["USE_MASKED_ARRAYS=YES", f"MAX_FEATURES_IN_BATCH={_BATCH_ROWS}"]
    for batch in layer.GetArrowStreamAsNumPy(options):
        if gdal.has_failed():
            # GDAL 3.6 would go on for ever with empty arrays.
            return
        chunk: Chunk = {}
        for name, array in batch.items():
            kind = fields[name].type if name in fields else ""
            values, unknown = np.ma.getdata(array), np.ma.getmaskarray(array)
            if kind in _TEXTS:
                chunk[name] = _decoded(values, unknown)
            elif kind in _TIMES:
                chunk[name] = np.where(unknown, _NOT_A_TIME, values.astype("datetime64[ns]"))
            elif kind in _NUMBERS:
                chunk[name] = np.where(unknown, np.nan, values.astype(float))
            elif values.dtype == object:
                chunk[name] = np.where(unknown, None, values)
            else:
                # The arrays are GDAL's own memory.
                chunk[name] = values.copy()
        yield chunk


def _row_value(feature: Any, index: int, kind: str) -> Any:
    """Return one field of a row."""
    if not feature.IsFieldSetAndNotNull(index):
        return {"real": np.nan, "integer": np.nan, "date": "NaT", "datetime": "NaT"}.get(kind)
    if kind in _NUMBERS:
        return feature.GetFieldAsDouble(index)
    if kind in _TEXTS:
        return sys.intern(feature.GetFieldAsString(index))
    year, month, day, hour, minute, second, _zone = feature.GetFieldAsDateTime(index)
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:06.3f}"


def _iterator_chunks(layer: Any, fields: dict[str, Field]) -> Chunks:
    """Yield columns from rows read one by one."""
    definition = layer.GetLayerDefn()
    fid_name, shape_name = layer.GetFIDColumn(), layer.GetGeometryColumn()
    with_shape = bool(shape_name) and not definition.GetGeomFieldDefn(0).IsIgnored()
    every = [(index, definition.GetFieldDefn(index)) for index in range(definition.GetFieldCount())]
    places = [
        (index, one.GetName(), fields[one.GetName()].type) for index, one in every if not one.IsIgnored()
    ]
    found: dict[str, list[Any]] = {name: [] for _index, name, _kind in places}
    fids: list[int] = []
    shapes: list[bytes | None] = []
    for feature in layer:
        fids.append(feature.GetFID())
        for index, name, kind in places:
            found[name].append(_row_value(feature, index, kind))
        if with_shape:
            shape = feature.GetGeometryRef()
            shapes.append(None if shape is None else bytes(shape.ExportToIsoWkb()))
    chunk: Chunk = {fid_name: np.array(fids, dtype=np.int64)}
    for _index, name, kind in places:
        if kind in _TIMES:
            chunk[name] = np.array(found[name], dtype="datetime64[ms]").astype("datetime64[ns]")
        else:
            chunk[name] = np.array(found[name], dtype=float if kind in _NUMBERS else object)
    if with_shape:
        chunk[shape_name] = np.array(shapes, dtype=object)
    yield chunk


def _route() -> Callable[[Any, dict[str, Field]], Chunks]:
    """Return the fastest route there is here."""
    if not hasattr(ogr.Layer, "GetArrowStreamAsNumPy"):
        return _iterator_chunks
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return _numpy_chunks
    return _pyarrow_chunks


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
) -> list[Chunk]:
    """Return all chunks of a layer under filters."""
    definition = layer.GetLayerDefn()
    every = [definition.GetFieldDefn(index).GetName() for index in range(definition.GetFieldCount())]
    ignored = [name for name in every if name not in wanted]
    if described.has_geometry and not geometry:
        ignored.append(_GEOMETRY)
    layer.SetIgnoredFields(ignored)
    fields = {field.name: field for field in described.fields}
    route = _route()
    parts: list[Chunk] = []
    for one in filters:
        if layer.SetAttributeFilter(one or None) != 0:
            message = tr("The rows of {table} can't be selected this way.")
            raise StoreError(message.format(table=described.label), details=(one, gdal.last_message()))
        if bbox is not None:
            layer.SetSpatialFilterRect(*bbox)
        parts.extend(route(layer, fields))
    return parts


def _streamed(path: Path, layer: Any, described: Table, *arguments: Any, geometry: bool) -> list[Chunk]:
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


def _collected(described: Table, parts: list[Chunk], wanted: set[str]) -> tuple[Chunk, str]:
    """Return the columns of all chunks put together, geometries read, and the name of the row numbers."""
    names = [field.name for field in described.fields if field.name in wanted]
    if not parts:
        whole = {name: np.asarray(empty_column(described.field(name), 0)) for name in names}
        return {**whole, FID_COLUMN: np.empty(0, np.int64), GEOMETRY_COLUMN: np.empty(0, object)}, FID_COLUMN
    fid = next(name for name in (fid_column(described), views.VIEW_FID) if name in parts[0])
    for part in parts:
        if GEOMETRY_COLUMN in part:
            part[GEOMETRY_COLUMN] = np.asarray(shapely.from_wkb(part[GEOMETRY_COLUMN]), dtype=object)
    whole = {}
    for name in list(parts[0]):
        # Popped, so that nothing is held twice for longer than one column.
        columns = [part.pop(name) for part in parts]
        coded = not all(isinstance(column, np.ndarray) for column in columns)
        whole[name] = _united(columns) if coded else np.concatenate(columns)
    return whole, fid


def _kept(
    keys: np.ndarray[Any, Any],
    shapes: np.ndarray[Any, Any] | None,
    ids: np.ndarray[Any, Any] | None,
    bbox: Box | None,
    sift: set[str] | None,
) -> np.ndarray[Any, Any] | None:
    """Return the places of the rows to keep in the order of their numbers, None for all as they are."""
    keep = np.ones(len(keys), dtype=bool)
    if bbox is not None:
        # OGR compares outlines first and, depending on its version, the geometries too.
        keep &= shapely.intersects(shapes, shapely.box(*bbox))
    if sift is not None and ids is not None:
        keep &= np.fromiter((one in sift for one in ids), dtype=bool, count=len(keys))
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
    parts: list[Chunk] = []
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
    whole, fid_name = _collected(described, parts, wanted)
    ids_read = whole.get(described.id_field)
    keep = _kept(whole[fid_name], whole.get(GEOMETRY_COLUMN), ids_read, bbox, sift)
    data: dict[str, Any] = {}
    for one in shown:
        column = whole[fid_name] if one == fid else whole[one]
        column = column if keep is None else column[keep]
        is_moment = one != fid and described.field(one).type == "datetime"
        data[one] = pd.DatetimeIndex(column, tz="UTC") if is_moment else column
    if not with_geometry:
        return pd.DataFrame(data, columns=pd.Index(shown, dtype=object), copy=False)
    shapes = whole[GEOMETRY_COLUMN] if keep is None else whole[GEOMETRY_COLUMN][keep]
    data[GEOMETRY_COLUMN] = gpd.array.GeometryArray(shapes, crs=crs)
    return gpd.GeoDataFrame(data, geometry=GEOMETRY_COLUMN, copy=False)
