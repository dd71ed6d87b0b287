"""Write one layer of a file through GDAL: GeoPackage, shapefile."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from osgeo import gdal, ogr, osr

from waternet_plugin.bridge.export.losses import Losses
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.bridge.export.content import Content

# QGIS empties this option for everyone, which would leave Chinese in a shapefile in UTF-8 whatever the layer
# says: it is set in this thread only.
_SHAPE_ENCODING = "SHAPE_ENCODING"
_MOST_DIGITS = 15


@dataclass(frozen=True)
class ExportColumn:
    """A column of a file: name, type of the schema, and where they matter its width and decimals."""

    name: str
    type: str
    width: int = 0
    decimals: int = 0


@dataclass(frozen=True)
class LayerForm:
    """How a layer is made: its name, the type of its shapes (``none`` to write none), options of GDAL.

    ``fill_heights`` writes 0 for a height that is not known, for a format that lacks the unknown.
    """

    title: str
    geometry: str
    options: Sequence[str] = ()
    fill_heights: bool = False


@contextmanager
def gdal_errors(path: Path, *, shape_encoding: str = "") -> Iterator[None]:
    """Turn GDAL's failures into a sentence, and leave GDAL as it was for everyone else."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    before = gdal.GetThreadLocalConfigOption(_SHAPE_ENCODING, None)
    if shape_encoding:
        gdal.SetThreadLocalConfigOption(_SHAPE_ENCODING, shape_encoding)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    except RuntimeError as error:
        raise _unwritable(path, str(error)) from error
    finally:
        if shape_encoding:
            gdal.SetThreadLocalConfigOption(_SHAPE_ENCODING, before)
        gdal.PopErrorHandler()


def _unwritable(path: Path, reason: str) -> StoreError:
    message = tr("{name} could not be written: {reason}. Check the disk and try again.")
    return StoreError(message.format(name=path.name, reason=reason.strip().rstrip(".")))


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Turn the failures of the operating system into a sentence."""
    try:
        yield
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


def _check(answer: Any, path: Path) -> Any:
    """Refuse what GDAL answers where it does not raise: nothing, or an error number."""
    if answer is None or (isinstance(answer, int) and answer != 0):
        raise _unwritable(path, gdal.GetLastErrorMsg())
    return answer


def open_source(driver: str, path: Path) -> Any:
    """Make a new file and return GDAL's handle; setting it free writes it."""
    return _check(ogr.GetDriverByName(driver).CreateDataSource(str(path)), path)


def _reference(crs: Any) -> Any:
    """Return GDAL's form of a CRS of pyproj."""
    reference = osr.SpatialReference()
    authority = crs.to_authority()
    reference.SetFromUserInput(":".join(authority) if authority else crs.to_wkt())
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def _shape_type(geometry: str) -> int:
    """Return GDAL's type of a geometry type of the schema."""
    if geometry == "none":
        return int(ogr.wkbNone)
    flat = getattr(ogr, f"wkb{geometry[:-1] if geometry.endswith('Z') else geometry}")
    return int(ogr.GT_SetZ(flat) if geometry.endswith("Z") else flat)


def _definition(heading: ExportColumn) -> Any:
    kinds = {
        "integer": ogr.OFTInteger64,
        "real": ogr.OFTReal,
        "date": ogr.OFTDate,
        "datetime": ogr.OFTDateTime,
    }
    definition = ogr.FieldDefn(heading.name, kinds.get(heading.type, ogr.OFTString))
    if heading.width:
        definition.SetWidth(heading.width)
        definition.SetPrecision(heading.decimals)
    return definition


def _set(feature: Any, place: int, type_: str, value: Any) -> None:
    if type_ == "date":
        feature.SetField(place, value.year, value.month, value.day, 0, 0, 0, 0)
    elif type_ == "datetime":
        second = value.second + value.microsecond / 1e6
        # 100 is GDAL's mark of UTC.
        feature.SetField(place, value.year, value.month, value.day, value.hour, value.minute, second, 100)
    else:
        feature.SetField(place, value)


def number_size(values: Any) -> tuple[int, int]:
    """Return width and decimals of a column of a .dbf that holds numbers to their fifteenth digit.

    Parameters
    ----------
    values
        Array of numbers, NaN for unknown.
    """
    import numpy as np

    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    whole = len(f"{int(np.abs(known).max()) if len(known) else 0}")
    most = max(0, _MOST_DIGITS - whole)
    decimals = next(
        (places for places in range(most) if (np.round(known, places) == known).all()),
        most,
    )
    # A sign and the point.
    return min(whole + decimals + 2, 32), decimals


def write_layer(
    source: Any,
    path: Path,
    content: Content,
    headings: Sequence[ExportColumn],
    chunks: Iterator[tuple[list[tuple[Any, ...]], list[bytes | None]]],
    form: LayerForm,
    *,
    losses: Losses,
    progress: Progress = SILENT,
) -> int:
    """Write rows as one layer and return how many.

    Parameters
    ----------
    source
        Handle of `open_source`.
    path
        Its file, for messages.
    content
        What is written.
    headings
        Its columns as the file has them.
    chunks
        Its rows, see ``values.chunks_of``.
    form
        How the layer is made.
    losses
        Where unknown heights are counted.
    """
    has_shapes = form.geometry != "none"
    reference = _reference(content.frame.crs) if has_shapes else None
    kind, options = _shape_type(form.geometry), list(form.options)
    layer = _check(source.CreateLayer(form.title, reference, kind, options), path)
    for heading in headings:
        _check(layer.CreateField(_definition(heading)), path)
    definition = layer.GetLayerDefn()
    transactional = bool(layer.TestCapability(ogr.OLCTransactions))
    if transactional:
        _check(layer.StartTransaction(), path)
    written = 0
    for rows, shapes in chunks:
        progress.at(written / max(content.rows, 1))
        for row, wkb in zip(rows, shapes):
            feature = ogr.Feature(definition)
            for place, (heading, value) in enumerate(zip(headings, row)):
                if value is not None:
                    _set(feature, place, heading.type, value)
            if has_shapes and wkb is not None:
                shape = _check(ogr.CreateGeometryFromWkb(wkb), path)
                if form.fill_heights and _fill_heights(shape):
                    losses.note("heights")
                feature.SetGeometryDirectly(shape)
            _check(layer.CreateFeature(feature), path)
        written += len(rows)
    if transactional:
        _check(layer.CommitTransaction(), path)
    progress.at(1.0)
    return written


def _fill_heights(shape: Any) -> bool:
    """Put 0 where a height is NaN; tell whether there was one."""
    filled = False
    for part in range(shape.GetGeometryCount()):
        filled |= _fill_heights(shape.GetGeometryRef(part))
    if shape.Is3D():
        for number in range(shape.GetPointCount()):
            x, y, z = shape.GetPoint(number)
            # NaN is the one number that differs from itself.
            if z != z:  # noqa: PLR0124
                shape.SetPoint(number, x, y, 0.0)
                filled = True
    return filled
