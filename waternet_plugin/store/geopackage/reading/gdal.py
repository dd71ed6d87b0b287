"""Call GDAL without changing how it behaves for QGIS and for other plugins."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, ogr

from waternet_plugin.store.geopackage.sql import quoted

_GENERAL = "OGR_GPKG_STREAM_BASE_IMPL"
# The version of GDAL whose quick stream of GeoPackages is sound: 3.11.4.
_MENDED = 3110400


@contextmanager
def quiet() -> Iterator[None]:
    """Keep GDAL's messages off the screen; whether it raises is left as the process has it."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        gdal.PopErrorHandler()


def open_dataset(path: Path, *, immutable: bool = False) -> Optional[Any]:
    """Open a GeoPackage for reading; None if GDAL can't.

    Parameters
    ----------
    immutable
        Promise that nobody can write it, so that no lock and no log file is needed.
    """
    options = ["IMMUTABLE=YES"] if immutable else []
    with quiet():
        try:
            return gdal.OpenEx(
                str(path),
                gdal.OF_VECTOR | gdal.OF_READONLY,
                allowed_drivers=["GPKG"],
                open_options=options,
            )
        except RuntimeError:
            return None


def quick_stream_is_sound(dataset: Any, layer: Any, *, is_complete: bool = True) -> bool:
    """Return whether GDAL may read a layer of a GeoPackage through its quick Arrow stream.

    Before 3.11.4 the quick stream of whatever is not a whole table with row numbers from 1 on without holes
    (views, filters, tables of which rows were deleted) hands out memory that its thread still writes, and
    the process dies now and then (OSGeo/gdal#12934).

    Parameters
    ----------
    dataset
        The open file.
    layer
        One of its layers, before any filter is set.
    is_complete
        No filter will be set.
    """
    if int(gdal.VersionInfo()) >= _MENDED:
        return True
    if not is_complete or not layer.GetFIDColumn():
        return False
    # Counted by SQL: the count that GDAL keeps in the file is wrong after another program's REPLACE.
    # Asked one by one SQLite finds the last row and counts pages of rows; together it looks at each row.
    fid, name = quoted(layer.GetFIDColumn()), quoted(layer.GetName())
    highest_of, count_of = f"SELECT max({fid}) FROM {name}", f"SELECT count(*) FROM {name}"
    question = f"SELECT ({highest_of}) AS highest, ({count_of}) AS rows"
    with quiet():
        try:
            answer = dataset.ExecuteSQL(question)
        except RuntimeError:
            return False
    if answer is None:
        return False
    row = answer.GetNextFeature()
    known = row is not None and row.IsFieldSetAndNotNull(0)
    highest, rows = (row.GetFieldAsInteger64(0), row.GetFieldAsInteger64(1)) if known else (0, 0)
    row = None
    dataset.ReleaseResultSet(answer)
    return bool(highest > 0 and highest == rows)


@contextmanager
def arrow_stream(*, is_quick: bool) -> Iterator[None]:
    """Read GeoPackages in this thread through GDAL's quick Arrow stream, or through its general one.

    GDAL looks at the option at each batch, not once a stream: were it the option of all threads, a stream
    would go over to the other kind under way when another thread asks for it, and give every row twice.
    So each thread says what it wants, either way, and creates and reads its stream in this block.

    Parameters
    ----------
    is_quick
        What `quick_stream_is_sound` answered.
    """
    before = gdal.GetThreadLocalConfigOption(_GENERAL)
    gdal.SetThreadLocalConfigOption(_GENERAL, "NO" if is_quick else "YES")
    try:
        yield
    finally:
        gdal.SetThreadLocalConfigOption(_GENERAL, before)


def index_triggers(table: str, fid: str, geometry: str) -> dict[str, str]:
    """Return the triggers, by name, with which GDAL keeps the spatial index of a table.

    They are read from a file in memory: GDAL's own writing into a network would not be a batch.
    """
    place = f"/vsimem/wn_index_{uuid.uuid4().hex}.gpkg"
    with quiet():
        dataset = gdal.GetDriverByName("GPKG").Create(place, 0, 0, 0, gdal.GDT_Unknown)
        options = [f"FID={fid}", f"GEOMETRY_NAME={geometry}", "SPATIAL_INDEX=YES"]
        dataset.CreateLayer(table, None, ogr.wkbUnknown, options)
        dataset.FlushCache()
        # The index is made when it is needed first.
        question = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree!_%' ESCAPE '!'"
        )
        answer = dataset.ExecuteSQL(question)
        found = {row.GetField("name"): row.GetField("sql") for row in answer}
        dataset.ReleaseResultSet(answer)
        answer = dataset = None
        gdal.Unlink(place)
    return found


def forget_errors() -> None:
    """Forget GDAL's last error, so that the next question is about what follows."""
    gdal.ErrorReset()


def has_failed() -> bool:
    """Return whether GDAL reported a failure since errors were forgotten."""
    return bool(gdal.GetLastErrorType() >= gdal.CE_Failure)


def last_message() -> str:
    """Return GDAL's last message, for the details of an error."""
    return str(gdal.GetLastErrorMsg())
