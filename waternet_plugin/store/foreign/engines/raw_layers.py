"""What the two ways to read a layer of an OGR file share: QGIS's own GDAL, and pyogrio."""

from __future__ import annotations

import importlib.util
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
from pyproj.exceptions import CRSError

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import encodings
from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.closed_formats import CLOSED, refuse_closed
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.store.foreign import foreign_encodings

# The bytes of a .dbf come through unchanged in this encoding; they are decoded here, strictly.
BYTES = "ISO-8859-1"
SHAPE = (".shp", ".dbf")
GPX = ".gpx"
SHEETS = (".xlsx", ".ods", ".xls")
# Spreadsheet cells as the sheet shows them: no ids turned into numbers, the first row is the heading.
SHEET_OPTIONS = {"OGR_ODS_FIELD_TYPES": "STRING", "OGR_ODS_HEADERS": "FORCE"}
# The same with the first row as a row like any other.
_BARE_SHEETS = {"OGR_ODS_HEADERS": "DISABLE"}
_WKB_NAMES = ("wkb_geometry", "geom", "geometry", "SHAPE", "OGR_GEOMETRY")
# So long is looked for the row at which a damaged file ends.
_SEARCH_S = 5.0


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
    geometry: Array | None
    crs: pyproj.CRS | None
    rows: int


def _driver_options(file: Path, headed: bool) -> dict[str, str]:
    """Return GDAL's options for spreadsheets and files of satellite receivers, none for other files."""
    if file.suffix.lower() == GPX:
        # QGIS asks for it: heights of a receiver, which are of no known datum, would be those of the places.
        return {"GPX_ELE_AS_25D": "NO"}
    if file.suffix.lower() not in SHEETS:
        return {}
    return dict(SHEET_OPTIONS) if headed else {**SHEET_OPTIONS, **_BARE_SHEETS}


def has_pyogrio() -> bool:
    """Return whether pyogrio is there."""
    return importlib.util.find_spec("pyogrio") is not None


def has_gdal() -> bool:
    """Return whether QGIS's own GDAL is there."""
    return importlib.util.find_spec("osgeo") is not None


def has_arrow() -> bool:
    """Return whether pyarrow is there."""
    return importlib.util.find_spec("pyarrow") is not None


class UnreadableError(InputError):
    """A file that an engine can't read."""


def unreadable(file: Path, reason: str = "") -> UnreadableError:
    """Return the error of a file that no engine can read, with what to save it as where that is known."""
    try:
        refuse_closed(CLOSED.get(file.suffix.lower(), ""), file.name)
    except InputError as error:
        return UnreadableError(str(error))
    message = tr(
        "{file} can't be read: it is damaged or not in a format that GDAL knows. Choose another file."
    )
    return UnreadableError(message.format(file=file.name), details=(reason,) if reason else ())


@contextmanager
def in_words(file: Path) -> Iterator[None]:
    """Make a sentence of whatever a reading library raises, for it is foreign code that meets any file."""
    try:
        yield
    except WaterNetError:
        raise
    except Exception as error:
        raise unreadable(file, f"{type(error).__name__}: {error}") from error


def refuse_wide(file: Path, columns: int) -> None:
    """Refuse a table with more columns than any table of a network has.

    Raises
    ------
    InputError
        With their number.
    """
    most = Settings().integer("exchange.most_columns")
    if columns > most:
        message = tr(
            "{file} has {columns} columns, more than the {most} that a table can have. Check whether it is "
            "damaged, or leave out columns."
        )
        raise InputError(message.format(file=file.name, columns=f"{columns:,}", most=f"{most:,}"))


def row_of_fault(rows_read: Callable[[int], int], most: int | None) -> int | None:
    """Return the row of a damaged layer that can't be read, from 1; None where no row before it can either.

    Parameters
    ----------
    rows_read
        Returns how many of so many first rows can be read.
    most
        How many rows are wanted, None for all.
    """
    until = time.monotonic() + _SEARCH_S
    good, bad = 0, 0
    while bad - good != 1:
        if time.monotonic() > until:
            return None
        tried = (good + bad) // 2 if bad else max(1, 2 * good)
        tried = tried if most is None else min(tried, most)
        try:
            rows = rows_read(tried)
        except UnreadableError:
            bad = tried
            continue
        if rows < tried:
            return rows + 1 if rows else None
        if tried == most:
            return None
        good = tried
    return bad if good else None


def crs_of(text: str | None) -> pyproj.CRS | None:
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

    def layers(self, file: Path) -> list[LayerInfo]:
        """Return the layers of a file.

        Raises
        ------
        UnreadableError
            When it is damaged.
        """
        with in_words(file):
            return self._layers(file)

    def read(
        self, file: Path, layer: str, encoding: str, limit: int | None, *, headed: bool = True
    ) -> RawLayer:
        """Return a layer, rows in the file's order; a sheet's first row as a row if it is not ``headed``.

        Raises
        ------
        InputError
            When it is damaged, has texts of another encoding or too many columns.
        """
        with in_words(file):
            raw = self._read(file, layer, encoding, limit, headed=headed)
        refuse_wide(file, len(raw.columns))
        return raw

    @abstractmethod
    def _layers(self, file: Path) -> list[LayerInfo]:
        """Return the layers of a file."""

    @abstractmethod
    def _read(self, file: Path, layer: str, encoding: str, limit: int | None, *, headed: bool) -> RawLayer:
        """Return a layer."""


# ------------------------------------------------------------------------------------ shared helpers


@contextmanager
def readable_file(file: Path, headed: bool) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give a file that can be opened, and GDAL's options for it.

    A shapefile without .shx is copied, so that its folder stays as it is.
    """
    if file.suffix.lower() != ".shp" or foreign_encodings.sibling(file, ".shx") is not None:
        yield file, _driver_options(file, headed)
        return
    with scratch.folder(None, "files") as folder:
        for suffix in (".shp", ".dbf", ".prj"):
            part = foreign_encodings.sibling(file, suffix)
            if part is not None:
                shutil.copyfile(part, folder / f"{file.stem}{suffix}")
        yield folder / f"{file.stem}.shp", {"SHAPE_RESTORE_SHX": "YES"}


def _is_object(values: Any) -> bool:
    return bool(getattr(values, "dtype", None) == np.dtype(object))


def redecoded(columns: dict[str, Any], file: Path, encoding: str) -> dict[str, Any]:
    """Return a shapefile's columns, whose texts are bytes one by one, in their encoding."""

    def decoded(text: str) -> str:
        raw = text.encode("latin-1", errors="strict")
        return text if raw.isascii() else encodings.decode(raw, encoding)

    result: dict[str, Any] = {}
    try:
        for name, values in columns.items():
            if _is_object(values):
                codes, distinct = pd.factorize(np.asarray(values, dtype=object))
                values = np.array([*(decoded(str(one)) for one in distinct), None], dtype=object)[codes]
            result[decoded(name)] = values
    except (UnicodeDecodeError, LookupError) as error:
        message = tr("{file} is not text in the encoding {encoding}. Choose another one.")
        raise InputError(message.format(file=file.name, encoding=encoding)) from error
    return result


def _texts_of(column: Any, encoding: str) -> Array:
    """Return a column of texts; formats without an encoding of their own may bring other bytes than UTF-8."""
    import pyarrow as pa

    try:
        return np.asarray(column.to_pandas().to_numpy(dtype=object))
    except (UnicodeDecodeError, pa.ArrowException):
        # Which of the two depends on how often the text stands in the column.
        raw = column.cast(pa.large_binary()).to_pandas().to_numpy(dtype=object)
    other = encodings.GB if encoding == encodings.UTF_8 else encoding
    # Signs that neither encoding knows become replacement signs, which the caller refuses.
    texts = [None if one is None else one.decode(other, errors="replace") for one in raw]
    return np.array([*texts, None], dtype=object)[:-1]


def from_arrow(table: Any, encoding: str) -> tuple[dict[str, Any], Array | None]:
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


def as_none(values: Any) -> Any:
    """Return texts with None for unknown."""
    if _is_object(values):
        values = values.copy()
        values[pd.isna(values)] = None
    return values
