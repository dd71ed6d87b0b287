"""Call GDAL without changing how it behaves for QGIS and for other plugins."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal


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
    path
        The file.
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


@contextmanager
def plain_stream() -> Iterator[None]:
    """Read through GDAL's general Arrow stream: the quick one of GeoPackage crashes on views in GDAL 3.10.

    The option holds for all threads meanwhile, since the stream is fetched in another one; it changes
    nothing but the speed of Arrow streams of GeoPackages.
    """
    option = "OGR_GPKG_STREAM_BASE_IMPL"
    before = gdal.GetConfigOption(option)
    gdal.SetConfigOption(option, "YES")
    try:
        yield
    finally:
        gdal.SetConfigOption(option, before)


def open_for_update(path: Path) -> Any:
    """Open a GeoPackage that GDAL shall change."""
    return gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE, allowed_drivers=["GPKG"])


def forget_errors() -> None:
    """Forget GDAL's last error, so that the next question is about what follows."""
    gdal.ErrorReset()


def has_failed() -> bool:
    """Return whether GDAL reported a failure since errors were forgotten."""
    return bool(gdal.GetLastErrorType() >= gdal.CE_Failure)


def last_message() -> str:
    """Return GDAL's last message, for the details of an error."""
    return str(gdal.GetLastErrorMsg())
