"""The stream of a layer's rows, as columns.

Three routes give the same columns: PyArrow where it is installed, NumPy arrays where GDAL streams Arrow
(3.6 and later), else OGR's rows one by one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from osgeo import ogr

from waternet_plugin.core.frames import unknown_values
from waternet_plugin.core.schema.tables import Field
from waternet_plugin.store.geopackage.reading import gdal
from waternet_plugin.store.geopackage.tables import bad_text

BATCH_ROWS = 131_072
# Texts of which more than this share is different are not looked through for equal ones.
_RECURRING_SHARE = 0.6
_TEXTS, _NUMBERS, _TIMES = ("text", "json"), ("real", "integer"), ("date", "datetime")
_NOT_A_TIME = np.datetime64("NaT", "ns")
# What stands for unknown, by the type of a field; None for texts.
_UNKNOWN = {**dict.fromkeys(_NUMBERS, np.nan), **dict.fromkeys(_TIMES, _NOT_A_TIME)}
# NumPy says no types of its masked arrays.
_MASKED: Any = np.ma

# A chunk of the stream: columns with the types that core/frames says, geometries as WKB or None; PyArrow's
# texts stay coded until all chunks are there, its WKB until shapes are made.
Chunk = dict[str, Any]
Fields = Mapping[str, Field]
# Texts that are not UTF-8, as they are met: column, row number and bytes of each.
Met = list[tuple[str, int, bytes]]


def _coded(array: Any, plain: set[str], name: str) -> Any:
    """Return a column of texts of PyArrow as codes, unless its texts hardly recur.

    ``plain`` remembers the columns in which they don't, as ids: looking for equal ones costs time.
    """
    if name in plain or array.null_count == len(array):
        return array
    coded = array.dictionary_encode()
    if len(coded.dictionary) > _RECURRING_SHARE * len(array):
        plain.add(name)
        return array
    return coded


def united(columns: list[Any]) -> pd.Categorical:
    """Return the texts of a column from its chunks, of which one at least is coded."""
    import pyarrow as pa

    kind = next(column.type.value_type for column in columns if not isinstance(column, np.ndarray))
    coded = [
        pa.array(column, kind).dictionary_encode() if isinstance(column, np.ndarray) else column
        for column in columns
    ]
    chunks = pa.chunked_array(coded).unify_dictionaries().chunks
    words = pd.Index(chunks[0].dictionary.to_numpy(zero_copy_only=False), dtype=object)
    codes = [chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False) for chunk in chunks]
    return pd.Categorical.from_codes(np.concatenate(codes), words)


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


def _readable(array: Any, name: str, fids: Any, met: Met) -> Any:
    """Return a column of texts of PyArrow in which every text is UTF-8."""
    import pyarrow as pa

    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        values = array.cast(pa.large_binary() if array.type == pa.large_string() else pa.binary()).to_pylist()
        numbers = fids.to_pylist()
        for row, raw in enumerate(values):
            if raw is not None and bad_text.is_bad(raw):
                met.append((name, numbers[row], raw))
        return pa.array([None if raw is None else bad_text.read(raw) for raw in values], array.type)
    return array


def _pyarrow_batches(layer: Any, fields: Fields, met: Met) -> Iterator[dict[str, Any]]:
    """Yield the stream through PyArrow; what needs no Python objects is done here, in the fetching thread."""
    import pyarrow as pa

    plain: set[str] = set()
    texts = {name for name, field in fields.items() if field.type in _TEXTS}
    for part in layer.GetArrowStreamAsPyArrow([f"MAX_FEATURES_IN_BATCH={BATCH_ROWS}"]):
        batch = pa.RecordBatch.from_struct_array(part)
        fids = batch.column(0)
        yield {
            name: _coded(_readable(array, name, fids, met), plain, name) if name in texts else array
            for name, array in zip(batch.schema.names, batch.columns)
        }


def _pyarrow_chunk(batch: dict[str, Any], fields: Fields, _met: Met) -> Chunk:
    """Return the columns of a batch of PyArrow; coded texts stay so until all chunks are there.

    Columns without any value take no room; WKB stays as it came.
    """
    import pyarrow as pa

    chunk: Chunk = {}
    for name, array in batch.items():
        kind = fields[name].type if name in fields else ""
        if kind and array.null_count == len(array):
            chunk[name] = unknown_values(len(array), _UNKNOWN.get(kind))
        elif hasattr(array, "dictionary") or array.type in (pa.binary(), pa.large_binary()):
            chunk[name] = array
        elif kind in _TIMES:
            chunk[name] = _pyarrow_moments(array)
        elif kind in _NUMBERS:
            # Unknown numbers are NaN already.
            chunk[name] = np.asarray(array.to_numpy(zero_copy_only=False), dtype=float)
        else:
            chunk[name] = array.to_numpy(zero_copy_only=False)
    return chunk


def _decoded(
    values: np.ndarray[Any, Any], unknown: np.ndarray[Any, Any], name: str, fids: Any, met: Met
) -> np.ndarray[Any, Any]:
    """Return texts of bytes; equal ones become one object."""
    kept: dict[bytes, str] = {}
    bad: set[bytes] = set()
    result = np.empty(len(values), dtype=object)
    for index, (value, gone) in enumerate(zip(values.tolist(), unknown.tolist())):
        if not gone and value is not None:
            text = kept.get(value)
            if text is None:
                text = kept[value] = bad_text.read(value) if isinstance(value, bytes) else str(value)
                if isinstance(value, bytes) and bad_text.is_bad(value):
                    bad.add(value)
            if value in bad:
                met.append((name, int(fids[index]), value))
            result[index] = text
    return result


def _numpy_batches(layer: Any, _fields: Fields, _met: Met) -> Iterator[Any]:
    """Return the stream through GDAL's own NumPy arrays."""
    return iter(layer.GetArrowStreamAsNumPy(["USE_MASKED_ARRAYS=YES", f"MAX_FEATURES_IN_BATCH={BATCH_ROWS}"]))


def _numpy_chunk(batch: Any, fields: Fields, met: Met) -> Chunk:
    """Return the columns of a batch of NumPy arrays."""
    chunk: Chunk = {}
    fids = next(iter(batch.values()))
    for name, array in batch.items():
        kind = fields[name].type if name in fields else ""
        values, unknown = _MASKED.getdata(array), _MASKED.getmaskarray(array)
        if kind in _TEXTS:
            chunk[name] = _decoded(values, unknown, name, fids, met)
        elif kind in _TIMES:
            chunk[name] = np.where(unknown, _NOT_A_TIME, values.astype("datetime64[ns]"))
        elif kind in _NUMBERS:
            chunk[name] = np.where(unknown, np.nan, values.astype(float))
        elif values.dtype == object:
            chunk[name] = values.copy()
            chunk[name][unknown] = None
        else:
            # The arrays are GDAL's own memory.
            chunk[name] = values.copy()
    return chunk


def _row_value(feature: Any, index: int, kind: str) -> Any:
    """Return one field of a row."""
    if not feature.IsFieldSetAndNotNull(index):
        return {"real": np.nan, "integer": np.nan, "date": "NaT", "datetime": "NaT"}.get(kind)
    if kind in _NUMBERS:
        return feature.GetFieldAsDouble(index)
    if kind in _TEXTS:
        return feature.GetFieldAsString(index)
    year, month, day, hour, minute, second, _zone = feature.GetFieldAsDateTime(index)
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:06.3f}"


def _text(value: Any, name: str, feature: Any, met: Met) -> Any:
    """Return a text of a row; recurring ones are one object."""
    if value is None:
        return None
    # What is not UTF-8 comes from GDAL as bytes or, depending on its version, with lone surrogates.
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
    if bad_text.is_bad(raw):
        met.append((name, feature.GetFID(), raw))
        return sys.intern(bad_text.read(raw))
    return sys.intern(raw.decode("utf-8"))


def _iterator_batches(layer: Any, fields: Fields, met: Met) -> Iterator[Chunk]:
    """Yield the columns of all rows, read one by one."""
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
            value = _row_value(feature, index, kind)
            found[name].append(_text(value, name, feature, met) if kind in _TEXTS else value)
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


def _iterator_chunk(batch: Chunk, _fields: Fields, _met: Met) -> Chunk:
    """Return a batch that consists of columns already."""
    return batch


class Route(NamedTuple):
    """A way to read: the batches of a layer, and the columns of a batch."""

    batches: Callable[[Any, Fields, Met], Iterator[Any]]
    chunk: Callable[[Any, Fields, Met], Chunk]


PYARROW = Route(_pyarrow_batches, _pyarrow_chunk)
NUMPY = Route(_numpy_batches, _numpy_chunk)
ITERATOR = Route(_iterator_batches, _iterator_chunk)


class BrokenStreamError(Exception):
    """The stream ended before its last row; the message is GDAL's."""


def best() -> Route:
    """Return the fastest route there is here."""
    if not hasattr(ogr.Layer, "GetArrowStreamAsNumPy"):
        return ITERATOR
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return NUMPY
    return PYARROW


def checked_step(step: Callable[[], Any]) -> Any:
    """Take one step of a stream; GDAL's errors belong to the thread in which they happen."""
    with gdal.quiet():
        gdal.forget_errors()
        try:
            result = step()
        except RuntimeError as error:
            raise BrokenStreamError(str(error)) from error
        if gdal.has_failed():
            raise BrokenStreamError(gdal.last_message())
    return result


def chunks(layer: Any, fields: Fields, met: Met, *, is_quick: bool) -> Iterator[Chunk]:
    """Yield the rows of a layer, under its filters, as chunks of columns.

    While one batch becomes columns, another thread fetches the next.

    Parameters
    ----------
    fields
        What the schema says of its columns.
    met
        Is given every text that is not UTF-8.
    is_quick
        What `gdal.quick_stream_is_sound` says of the layer.

    Raises
    ------
    BrokenStreamError
        When not all rows could be read; never are there fewer rows without an error.
    """
    route = best()

    def fetched(step: Callable[[], Any]) -> Any:
        with gdal.arrow_stream(is_quick=is_quick):
            return checked_step(step)

    with ThreadPoolExecutor(1) as fetcher:
        batches = fetcher.submit(fetched, lambda: route.batches(layer, fields, met)).result()

        def following() -> Any:
            return next(batches, None)

        coming = fetcher.submit(fetched, following)
        while (batch := coming.result()) is not None:
            coming = fetcher.submit(fetched, following)
            yield route.chunk(batch, fields, met)
