"""Two ways to read a layer of an OGR file, with the same result: QGIS's own GDAL, and pyogrio."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd
import pyproj
from pyproj.exceptions import CRSError

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.values import Array
from waternet_plugin.core.texts import tr
from waternet_plugin.store import foreign_encodings

# The bytes of a .dbf come through unchanged in this encoding; they are decoded here, strictly.
_BYTES = "ISO-8859-1"
_SHAPE = (".shp", ".dbf")
_SHEETS = (".xlsx", ".ods")
# Spreadsheet cells as the sheet shows them: no ids turned into numbers, the first row is the heading.
_SHEET_OPTIONS = {
    "OGR_XLSX_FIELD_TYPES": "STRING",
    "OGR_XLSX_HEADERS": "FORCE",
    "OGR_ODS_FIELD_TYPES": "STRING",
    "OGR_ODS_HEADERS": "FORCE",
}
_PLAIN_TYPES = frozenset(
    f"{kind}{dimension}"
    for kind in ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
    for dimension in ("", " Z", " 25D")
)
_WKB_NAMES = ("wkb_geometry", "geom", "geometry", "SHAPE", "OGR_GEOMETRY")


@dataclass(frozen=True)
class LayerInfo:
    """Name, geometry type (``none`` for a plain table) and number of rows of a layer."""

    name: str
    geometry: str
    rows: int


@dataclass
class RawLayer:
    """Columns by name, and geometry as WKB (None for a plain table)."""

    columns: dict[str, Any]
    geometry: Optional[Array]
    crs: Optional[pyproj.CRS]
    rows: int


def has_pyogrio() -> bool:
    """Return whether pyogrio is there."""
    return importlib.util.find_spec("pyogrio") is not None


def has_gdal() -> bool:
    """Return whether QGIS's own GDAL is there."""
    return importlib.util.find_spec("osgeo") is not None


def _has_arrow() -> bool:
    return importlib.util.find_spec("pyarrow") is not None


def _unreadable(file: Path, reason: str = "") -> InputError:
    message = tr("{file} can't be read: it is damaged or no layer that GDAL knows. Choose another file.")
    return InputError(message.format(file=file.name), details=(reason,) if reason else ())


def _crs(text: Optional[str]) -> Optional[pyproj.CRS]:
    """Return a CRS, None for none and for one that only names a drawing's units."""
    if not text:
        return None
    try:
        crs = pyproj.CRS.from_user_input(text)
    except CRSError:
        return None
    return None if crs.is_engineering else crs


class Engine(ABC):
    """A way to read files."""

    @abstractmethod
    def layers(self, file: Path) -> list[LayerInfo]:
        """Return the layers of a file."""

    @abstractmethod
    def read(self, file: Path, layer: str, encoding: str, limit: Optional[int]) -> RawLayer:
        """Return a layer, rows in the file's order."""


# ------------------------------------------------------------------------------------ shared helpers


@contextmanager
def _whole_shapefile(file: Path) -> Iterator[tuple[Path, bool]]:
    """Give a shapefile that can be opened: one without .shx is copied, so that its folder stays as it is."""
    if file.suffix.lower() != ".shp" or foreign_encodings.sibling(file, ".shx") is not None:
        yield file, False
        return
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".shp", ".dbf", ".prj"):
            part = foreign_encodings.sibling(file, suffix)
            if part is not None:
                shutil.copyfile(part, Path(folder) / f"{file.stem}{suffix}")
        yield Path(folder) / f"{file.stem}.shp", True


def _is_object(values: Any) -> bool:
    return bool(getattr(values, "dtype", None) == np.dtype(object))


def _redecoded(columns: dict[str, Any], file: Path, encoding: str) -> dict[str, Any]:
    """Return a shapefile's columns, whose texts are bytes one by one, in their encoding."""

    def decoded(text: str) -> str:
        raw = text.encode("latin-1", errors="strict")
        return text if raw.isascii() else foreign_encodings.decode(raw, encoding)

    result: dict[str, Any] = {}
    try:
        for name, values in columns.items():
            if _is_object(values):
                codes, distinct = pd.factorize(np.asarray(values, dtype=object))
                texts = np.array([*(decoded(str(one)) for one in distinct), None], dtype=object)
                values = texts[codes]
            result[decoded(name)] = values
    except (UnicodeDecodeError, LookupError) as error:
        message = tr("{file} is no text in the encoding {encoding}. Name another one in the mapping.")
        raise InputError(message.format(file=file.name, encoding=encoding)) from error
    return result


def _texts_of(column: Any, encoding: str) -> Array:
    """Return a column of texts; formats without an encoding of their own may bring other bytes than UTF-8."""
    import pyarrow as pa

    try:
        return np.asarray(column.to_pandas().to_numpy(dtype=object))
    except UnicodeDecodeError:
        raw = column.cast(pa.large_binary()).to_pandas().to_numpy(dtype=object)
    other = foreign_encodings.GB if encoding == foreign_encodings.UTF_8 else encoding
    # Signs that neither encoding knows become replacement signs, which the caller refuses.
    texts = [None if one is None else one.decode(other, errors="replace") for one in raw]
    return np.array([*texts, None], dtype=object)[:-1]


def _from_arrow(table: Any, encoding: str) -> tuple[dict[str, Any], Optional[Array]]:
    """Return columns and WKB of a pyarrow table."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns: dict[str, Any] = {}
    geometry = None
    for field in table.schema:
        column = table.column(field.name)
        kind = field.type
        if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            marked = (field.metadata or {}).get(b"ARROW:extension:name") in (b"ogc.wkb", b"geoarrow.wkb")
            # Other bytes are pictures and the like, which no field of ours takes.
            if geometry is None and (marked or field.name in _WKB_NAMES):
                geometry = column.to_numpy(zero_copy_only=False)
            continue
        if pa.types.is_boolean(kind):
            columns[field.name] = (
                column.to_pandas().astype("boolean") if column.null_count else column.to_numpy()
            )
        elif pa.types.is_integer(kind):
            whole = column.cast(pa.int64()) if not pa.types.is_uint64(kind) else column
            columns[field.name] = (
                whole.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
                if column.null_count
                else whole.to_numpy()
            )
        elif pa.types.is_floating(kind):
            columns[field.name] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        elif pa.types.is_date(kind) or pa.types.is_timestamp(kind):
            if pa.types.is_timestamp(kind) and kind.tz:
                column = pc.local_timestamp(column)
            seconds = column.cast(pa.timestamp("s"), safe=False)
            columns[field.name] = seconds.to_numpy(zero_copy_only=False).astype("datetime64[s]")
        elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
            columns[field.name] = _texts_of(column, encoding)
        else:
            texts = [None if one is None else str(one) for one in column.to_pylist()]
            columns[field.name] = np.array([*texts, None], dtype=object)[:-1]
    return columns, geometry


def _as_none(values: Any) -> Any:
    """Return texts with None for unknown."""
    if _is_object(values):
        values = values.copy()
        values[pd.isna(values)] = None
    return values


# ---------------------------------------------------------------------------------------- QGIS's GDAL


@contextmanager
def _gdal_options(options: dict[str, str]) -> Iterator[None]:
    """Set GDAL options for this thread alone, with GDAL's own messages kept off the screen."""
    from osgeo import gdal

    from waternet_plugin.store.geopackage.gdal import quiet

    before = {key: gdal.GetThreadLocalConfigOption(key) for key in options}
    for key, value in options.items():
        gdal.SetThreadLocalConfigOption(key, value)
    try:
        with quiet():
            yield
    finally:
        for key, value in before.items():
            gdal.SetThreadLocalConfigOption(key, value)


def straight(wkb: Array) -> Array:
    """Return WKB with curves made of straight lines and measures dropped."""
    from osgeo import ogr

    result = np.full(len(wkb), None, dtype=object)
    for row, raw in enumerate(wkb):
        if raw is None:
            continue
        shape = ogr.CreateGeometryFromWkb(bytes(raw))
        if shape is None:
            continue
        if shape.HasCurveGeometry():
            shape = shape.GetLinearGeometry()
        if shape.IsMeasured():
            shape.SetMeasured(False)
        result[row] = bytes(shape.ExportToIsoWkb())
    return result


class GdalEngine(Engine):
    """Read with the GDAL that QGIS itself uses."""

    def _open(self, stack: ExitStack, file: Path) -> Any:
        from osgeo import gdal

        path, restore = stack.enter_context(_whole_shapefile(file))
        options = dict(_SHEET_OPTIONS) if file.suffix.lower() in _SHEETS else {}
        if restore:
            options["SHAPE_RESTORE_SHX"] = "YES"
        stack.enter_context(_gdal_options(options))
        open_options = [f"ENCODING={_BYTES}"] if file.suffix.lower() in _SHAPE else []
        try:
            dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY, open_options=open_options)
        except RuntimeError as error:
            raise _unreadable(file, str(error)) from error
        if dataset is None:
            raise _unreadable(file, str(gdal.GetLastErrorMsg()))
        return dataset

    def layers(self, file: Path) -> list[LayerInfo]:
        """Return the layers of a file."""
        from osgeo import ogr

        with ExitStack() as stack:
            dataset = self._open(stack, file)
            found = []
            for number in range(dataset.GetLayerCount()):
                layer = dataset.GetLayerByIndex(number)
                kind = layer.GetGeomType()
                geometry = "none" if kind == ogr.wkbNone else ogr.GeometryTypeToName(kind)
                found.append(LayerInfo(layer.GetName(), geometry, int(layer.GetFeatureCount())))
            dataset = None
            return found

    def read(self, file: Path, layer: str, encoding: str, limit: Optional[int]) -> RawLayer:
        """Return a layer, through Arrow where pyarrow is there."""
        from osgeo import gdal, ogr

        with ExitStack() as stack:
            dataset = self._open(stack, file)
            source = dataset.GetLayerByName(layer) or dataset.GetLayerByIndex(0)
            expected = int(source.GetFeatureCount())
            kind = source.GetGeomType()
            gdal.ErrorReset()
            try:
                arrow = _has_arrow() and hasattr(source, "GetArrowStreamAsPyArrow")
                columns, geometry = (
                    self._stream(source, limit, encoding) if arrow else self._walk(source, limit)
                )
            except RuntimeError as error:
                raise _unreadable(file, str(error)) from error
            failed = gdal.GetLastErrorType() >= gdal.CE_Failure
            reason = str(gdal.GetLastErrorMsg())
            rows = (
                len(next(iter(columns.values()))) if columns else (0 if geometry is None else len(geometry))
            )
            if failed or (limit is None and 0 <= rows < expected and columns):
                raise _unreadable(file, reason)
            crs = self._crs_of(source)
            if kind == ogr.wkbNone:
                geometry = None
            elif geometry is None:
                geometry = np.full(rows, None, dtype=object)
            elif (
                ogr.GT_IsNonLinear(kind)
                or ogr.GT_HasM(kind)
                or ogr.GT_Flatten(kind)
                in (
                    ogr.wkbUnknown,
                    ogr.wkbGeometryCollection,
                )
            ):
                geometry = straight(geometry)
            source = dataset = None
        columns = {name: _as_none(values) for name, values in columns.items()}
        if file.suffix.lower() in _SHAPE:
            columns = _redecoded(columns, file, encoding)
        return RawLayer(columns, geometry, crs, rows)

    def _stream(
        self, source: Any, limit: Optional[int], encoding: str
    ) -> tuple[dict[str, Any], Optional[Array]]:
        import pyarrow as pa

        options = ["INCLUDE_FID=NO"]
        if limit is not None:
            options.append(f"MAX_FEATURES_IN_BATCH={max(limit, 1)}")
        stream = source.GetArrowStreamAsPyArrow(options)
        # The stream forgets its schema at its end.
        described = stream.schema
        schema = pa.schema([described.field(number) for number in range(described.num_fields)])
        batches, rows = [], 0
        for part in stream:
            batches.append(pa.RecordBatch.from_arrays(part.flatten(), schema=schema))
            rows += len(part)
            if limit is not None and rows >= limit:
                break
        table = pa.Table.from_batches(batches, schema=schema)
        return _from_arrow(table if limit is None else table.slice(0, limit), encoding)

    def _walk(self, source: Any, limit: Optional[int]) -> tuple[dict[str, Any], Optional[Array]]:
        """Read feature by feature, where there is no Arrow."""
        from osgeo import ogr

        definition = source.GetLayerDefn()
        fields = [definition.GetFieldDefn(number) for number in range(definition.GetFieldCount())]
        lists: list[list[Any]] = [[] for _ in fields]
        shapes: list[Optional[bytes]] = []
        for row, feature in enumerate(source):
            if limit is not None and row >= limit:
                break
            for number, field in enumerate(fields):
                lists[number].append(_field_value(feature, number, field))
            shape = feature.GetGeometryRef()
            shapes.append(None if shape is None else bytes(shape.ExportToIsoWkb()))
        columns = {}
        for field, found in zip(fields, lists):
            if field.GetType() == ogr.OFTBinary:
                continue
            columns[field.GetName()] = _typed(found, field.GetType(), field.GetSubType())
        geometry = np.array([*shapes, None], dtype=object)[:-1]
        return columns, geometry

    def _crs_of(self, source: Any) -> Optional[pyproj.CRS]:
        reference = source.GetSpatialRef()
        if reference is None:
            return None
        authority, code = reference.GetAuthorityName(None), reference.GetAuthorityCode(None)
        if authority and code:
            found = _crs(f"{authority}:{code}")
            if found is not None:
                return found
        return _crs(reference.ExportToWkt(["FORMAT=WKT2_2018"]))


def _field_value(feature: Any, number: int, field: Any) -> Any:
    """Return one value of a feature as Python has it, None for unknown."""
    from osgeo import ogr

    if not feature.IsFieldSetAndNotNull(number):
        return None
    kind = field.GetType()
    if kind == ogr.OFTBinary:
        return None
    if kind in (ogr.OFTDate, ogr.OFTDateTime):
        year, month, day, hour, minute, second, _zone = feature.GetFieldAsDateTime(number)
        return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{int(second):02d}"
    if kind in (ogr.OFTInteger, ogr.OFTInteger64, ogr.OFTReal):
        return feature.GetField(number)
    return feature.GetFieldAsString(number)


def _typed(found: list[Any], kind: int, subtype: int) -> Any:
    """Return a list of one field's values as a column."""
    from osgeo import ogr

    if kind in (ogr.OFTInteger, ogr.OFTInteger64):
        missing = any(value is None for value in found)
        if subtype == ogr.OFSTBoolean:
            return pd.array(found, dtype="boolean") if missing else np.array(found, dtype=bool)
        return pd.array(found, dtype="Int64") if missing else np.array(found, dtype=np.int64)
    if kind == ogr.OFTReal:
        return np.array([np.nan if value is None else value for value in found], dtype=float)
    if kind in (ogr.OFTDate, ogr.OFTDateTime):
        return np.array(["NaT" if value is None else value for value in found], dtype="datetime64[s]")
    return np.array([*found, None], dtype=object)[:-1]


# -------------------------------------------------------------------------------------------- pyogrio


class PyogrioEngine(Engine):
    """Read with pyogrio, which has a GDAL of its own: never a file that SQLite keeps while QGIS runs."""

    @contextmanager
    def _opened(self, file: Path) -> Iterator[Path]:
        import pyogrio
        from pyogrio.errors import DataSourceError

        wanted = dict(_SHEET_OPTIONS) if file.suffix.lower() in _SHEETS else {}
        with _whole_shapefile(file) as (path, restore):
            if restore:
                wanted["SHAPE_RESTORE_SHX"] = "YES"
            before = {key: pyogrio.get_gdal_config_option(key) for key in wanted}
            pyogrio.set_gdal_config_options(wanted)
            try:
                yield path
            # Older versions don't know curves.
            except (DataSourceError, UnicodeDecodeError, NotImplementedError) as error:
                raise _unreadable(file, str(error)) from error
            finally:
                pyogrio.set_gdal_config_options(before)

    def layers(self, file: Path) -> list[LayerInfo]:
        """Return the layers of a file."""
        import pyogrio

        encoding = _BYTES if file.suffix.lower() in _SHAPE else None
        with self._opened(file) as path:
            found = []
            for name, geometry in pyogrio.list_layers(path).tolist():
                info = pyogrio.read_info(path, layer=name, encoding=encoding, force_feature_count=True)
                found.append(LayerInfo(str(name), geometry or "none", int(info["features"])))
            return found

    def read(self, file: Path, layer: str, encoding: str, limit: Optional[int]) -> RawLayer:
        """Return a layer, through Arrow where pyarrow is there and the geometry is plain."""
        import warnings

        import pyogrio

        shape = file.suffix.lower() in _SHAPE
        with self._opened(file) as path, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            geometry_type = dict(pyogrio.list_layers(path).tolist()).get(layer)
            options = {"layer": layer, "encoding": _BYTES if shape else None, "max_features": limit}
            plain = geometry_type is None or geometry_type in _PLAIN_TYPES
            if _has_arrow() and plain and not shape:
                meta, table = pyogrio.raw.read_arrow(path, layer=layer, max_features=limit)
                columns, geometry = _from_arrow(table, encoding)
                if geometry_type is not None and geometry is None:
                    geometry = np.full(table.num_rows, None, dtype=object)
                rows = table.num_rows
            else:
                meta, _, geometry, values = pyogrio.raw.read(path, **options)
                # Whole numbers with gaps come as floats: the type in the file tells.
                kinds = pyogrio.read_info(path, layer=layer, encoding=options["encoding"])["dtypes"]
                columns = {
                    str(name): _from_numpy(column, str(kind))
                    for name, column, kind in zip(meta["fields"], values, kinds)
                }
                rows = len(geometry) if geometry is not None else len(values[0]) if values else 0
        columns = {name: _as_none(values) for name, values in columns.items()}
        if shape:
            columns = _redecoded(columns, file, encoding)
        return RawLayer(columns, None if geometry_type is None else geometry, _crs(meta["crs"]), rows)


def _from_numpy(values: Array, file_type: str) -> Any:
    """Return a column that pyogrio read without Arrow in the types that Arrow gives."""
    if values.dtype.kind == "M":
        return values.astype("datetime64[s]")
    if values.dtype.kind == "f":
        wide = values.astype(float)
        if file_type.startswith("int"):
            return pd.array(wide, dtype="Int64")
        return wide
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    return values
