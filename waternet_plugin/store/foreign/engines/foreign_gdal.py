"""Read a layer with the GDAL that QGIS itself uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj

from waternet_plugin.core.arrays import Array
from waternet_plugin.store.foreign.engines.raw_layers import (
    BYTES,
    SHAPE,
    Engine,
    LayerInfo,
    RawLayer,
    as_none,
    crs_of,
    from_arrow,
    has_arrow,
    readable_file,
    redecoded,
    unreadable,
)


@contextmanager
def gdal_options(options: dict[str, str]) -> Iterator[None]:
    """Set GDAL options for this thread alone, with GDAL's own messages kept off the screen."""
    from osgeo import gdal

    from waternet_plugin.store.geopackage.reading.gdal import quiet

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

    def _open(self, stack: ExitStack, file: Path, *, headed: bool = True) -> Any:
        from osgeo import gdal

        path, options = stack.enter_context(readable_file(file, headed))
        stack.enter_context(gdal_options(options))
        open_options = [f"ENCODING={BYTES}"] if file.suffix.lower() in SHAPE else []
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY, open_options=open_options)
        if dataset is None:
            raise unreadable(file, str(gdal.GetLastErrorMsg()))
        return dataset

    def _layers(self, file: Path) -> list[LayerInfo]:
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

    def _read(self, file: Path, layer: str, encoding: str, limit: int | None, *, headed: bool) -> RawLayer:
        """Return a layer, through Arrow where pyarrow is there."""
        from osgeo import gdal, ogr

        from waternet_plugin.store.geopackage.reading.gdal import arrow_stream, quick_stream_is_sound

        with ExitStack() as stack:
            dataset = self._open(stack, file, headed=headed)
            source = dataset.GetLayerByName(layer) or dataset.GetLayerByIndex(0)
            expected = int(source.GetFeatureCount())
            kind = source.GetGeomType()
            is_quick = dataset.GetDriver().ShortName != "GPKG" or quick_stream_is_sound(dataset, source)
            stack.enter_context(arrow_stream(is_quick=is_quick))
            gdal.ErrorReset()
            if has_arrow() and hasattr(source, "GetArrowStreamAsPyArrow"):
                columns, geometry = from_arrow(self._table(source, limit), encoding)
            else:
                columns, geometry = self._walk(source, limit)
            failed = gdal.GetLastErrorType() >= gdal.CE_Failure
            reason = str(gdal.GetLastErrorMsg())
            rows = (
                len(next(iter(columns.values()))) if columns else (0 if geometry is None else len(geometry))
            )
            if failed or (limit is None and 0 <= rows < expected and columns):
                raise unreadable(file, reason)
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
        columns = {name: as_none(values) for name, values in columns.items()}
        if file.suffix.lower() in SHAPE:
            columns = redecoded(columns, file, encoding)
        return RawLayer(columns, geometry, crs, rows)

    def _table(self, source: Any, limit: int | None) -> Any:
        """Return the rows of a layer as a table of Arrow."""
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
        return table if limit is None else table.slice(0, limit)

    def _walk(self, source: Any, limit: int | None) -> tuple[dict[str, Any], Array | None]:
        """Read feature by feature, where there is no Arrow."""
        from osgeo import ogr

        definition = source.GetLayerDefn()
        fields = [definition.GetFieldDefn(number) for number in range(definition.GetFieldCount())]
        lists: list[list[Any]] = [[] for _ in fields]
        shapes: list[bytes | None] = []
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
        return columns, np.array([*shapes, None], dtype=object)[:-1]

    def _crs_of(self, source: Any) -> pyproj.CRS | None:
        reference = source.GetSpatialRef()
        if reference is None:
            return None
        authority, code = reference.GetAuthorityName(None), reference.GetAuthorityCode(None)
        if authority and code:
            found = crs_of(f"{authority}:{code}")
            if found is not None:
                return found
        return crs_of(reference.ExportToWkt(["FORMAT=WKT2_2018"]))


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
