"""Open a network: look first whether it is one, and whole."""

from __future__ import annotations

import math
import re
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, Optional

from pyproj import CRS
from pyproj.exceptions import CRSError

from waternet_plugin.core.errors import NewerSchemaError, StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.schema.tables import SCHEMA_VERSION
from waternet_plugin.core.texts import tr
from waternet_plugin.store import network_remarks
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.file import GeoPackageNetwork
from waternet_plugin.store.geopackage.location import advice, network_shares
from waternet_plugin.store.geopackage.location.backup_files import FOLDER
from waternet_plugin.store.geopackage.opening import length_updates, migrations, watchdog
from waternet_plugin.store.geopackage.reading import gdal
from waternet_plugin.store.geopackage.sharing import file_locks
from waternet_plugin.store.user import default_user

# Files up to this size are looked through for damage (a tenth of a second), unless they are as they were when
# that was done last. Of one that was changed a moment ago the clock of files may not tell the next change, so
# it counts as whole for a moment only: after a Save ten parts of the window open it at once.
CHECKED_BYTES = 100_000_000
_CLOCK_S = 2.0
_MOMENT_S = 1.0
_Stamp = tuple[tuple[int, ...], ...]
# How each file was when it was found whole, and until when that counts, by `time.monotonic`.
_checked: dict[Path, tuple[_Stamp, float]] = {}
_checking: dict[Path, threading.Lock] = {}
_SQLITE_MAGIC = b"SQLite format 3\x00"
_PIPE_CRS = (
    "SELECT g.srs_id, organization, organization_coordsys_id FROM gpkg_geometry_columns g"
    " JOIN gpkg_contents USING (table_name) JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
    " WHERE table_name = 'pipe'"
)


def _refuse(message: str, path: Path) -> None:
    raise StoreError(message.format(name=path.name, folder=path.parent))


def _refuse_damaged(message: str, path: Path) -> NoReturn:
    """Refuse what was a network once; with what to do about it."""
    raise StoreError(advice.with_backup(message.format(name=path.name), path))


def _check_file(path: Path) -> None:
    """Refuse what is not a GeoPackage."""
    if not path.exists():
        _refuse(tr("There is no network {name} in {folder}. Check the path, or create one."), path)
    if path.is_dir():
        _refuse(tr("{name} is a folder. Choose the network's .gpkg file."), path)
    try:
        magic = file_locks.first_bytes(path, len(_SQLITE_MAGIC))
    except OSError:
        _refuse(tr("The network {name} can't be read. Check your permissions and the disk."), path)
    if magic != _SQLITE_MAGIC:
        _refuse(tr("{name} is not a GeoPackage. Choose a network made by WaterNet, or create one."), path)


def _schema_version(database: sqlite3.Connection, path: Path) -> int:
    """Return the version of the data contract the network was written with."""
    there = database.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('wn_meta', 'gpkg_contents')")
    if there.fetchone()[0] < 2:
        _refuse(
            tr(
                "{name} is not a WaterNet network. Create one, then bring in its layers with “Adopt a layer”."
            ),
            path,
        )
    row = database.execute("SELECT value FROM wn_meta WHERE key = 'schema_version'").fetchone()
    if row is None:
        _refuse_damaged(tr("The network {name} does not say which version it is."), path)
    text = str(row[0])
    if re.fullmatch(r"-?\d{1,9}", text, re.ASCII) is None:
        _refuse_damaged(tr("The network {name} does not say which version it is."), path)
    version = int(text)
    if version > SCHEMA_VERSION:
        message = tr(
            "{name} was written by a newer version of WaterNet. Update the plugin to open it; nothing was "
            "changed."
        )
        raise NewerSchemaError(message.format(name=path.name))
    return version


def _crs(path: Path, srs_id: int, organization: str, code: int) -> CRS:
    """Return the network's coordinate system, of which the file says id, organization and code."""
    # As GDAL reads it; to ask GDAL itself takes as long as all else of an opening.
    if str(organization).upper() == "EPSG" and code == srs_id:
        with suppress(CRSError):
            return CRS.from_epsg(code)
    with connection.complete_file(path):
        dataset = gdal.open_dataset(path, immutable=connection.open_options(path))
        layer = None if dataset is None else dataset.GetLayerByName("pipe")
        reference = None if layer is None else layer.GetSpatialRef()
        layer = dataset = None
    if reference is None:
        _refuse_damaged(tr("The network {name} has no readable pipe layer."), path)
    code = reference.GetAuthorityCode(None)
    if reference.GetAuthorityName(None) == "EPSG" and code:
        return CRS.from_epsg(int(code))
    return CRS.from_wkt(reference.ExportToWkt(["FORMAT=WKT2_2018"]))


def _may_be_changed(path: Path) -> bool:
    """Return whether the file may be mended or migrated where it lies."""
    return connection.is_writable(path) and network_shares.share_type(path) is None


def _stamp(path: Path) -> tuple[_Stamp, float]:
    """Return what changes whenever a file or its log is written to, and how long ago that was, s."""
    found: list[tuple[int, ...]] = []
    newest = -math.inf
    for part in (path, path.with_name(f"{path.name}-wal")):
        with suppress(FileNotFoundError):
            status = part.stat()
            # A log without bytes is left by reading.
            if status.st_size:
                found.append((status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns))
                newest = max(newest, status.st_mtime)
    return tuple(found), time.time() - newest


def _check_damage(path: Path) -> None:
    """Look through a file for damage, unless it was found whole as it is now."""
    # Who comes while it is looked through waits for that, rather than doing it again beside it.
    with _checking.setdefault(path, threading.Lock()):
        stamp, age_s = _stamp(path)
        known, counts_until_s = _checked.get(path, ((), 0.0))
        if known == stamp and time.monotonic() < counts_until_s:
            return
        watchdog.check_damage(path)
        counts_s = math.inf if age_s > _CLOCK_S else _MOMENT_S
        _checked[path] = (stamp, time.monotonic() + counts_s)


def _is_left_over(path: Path) -> bool:
    """Return whether a program was ended while it wrote; reading the file takes its journal away."""
    return path.with_name(path.name + "-journal").exists()


def check_network(path: Path) -> int:
    """Refuse what is not a whole network; return its version."""
    _check_file(path)
    left_over = _is_left_over(path)
    with connection.single_connection(path):
        return _checked_version(path, left_over)


def _checked_version(path: Path, left_over: bool) -> int:
    with connection.reading(path) as database:
        version = _schema_version(database, path)
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        # It went away this moment: refused as if it had never been there.
        _check_file(path)
        raise
    if left_over:
        watchdog.check_damage(path)
    elif size <= CHECKED_BYTES:
        _check_damage(path)
    return version


def _repaired(path: Path, *, by: str) -> tuple[str, ...]:
    """Put back what was lost and measure pipes that were moved without their lengths; return the tables."""
    mended = watchdog.mend(path)
    network_remarks.remember_repairs(str(path), mended.lost)
    network_remarks.remember_columns(str(path), mended.fields, mended.outside)
    length_updates.follow(path, by=by)
    # Litter of earlier runs.
    scratch.sweep(path.parent, path.parent / FOLDER)
    return mended.lost


def open_file(path: Path, *, by: Optional[str] = None) -> GeoPackageNetwork:
    """Open the network of a GeoPackage: bring an older one forward and put back what was lost.

    Parameters
    ----------
    by
        Who writes; the default user if None.

    Raises
    ------
    StoreError
        No file, no network, damaged, newer, or older and not to be changed here.
    """
    _check_file(path)
    left_over = _is_left_over(path)
    may_be_changed = _may_be_changed(path)
    # One connection for all questions: SQLite reads all triggers by each new one.
    with connection.single_connection(path):
        version = _checked_version(path, left_over)
        if version == SCHEMA_VERSION:
            return _opened(path, by, may_be_changed)
    if not may_be_changed:
        _refuse(
            tr(
                "{name} is of an older version. Copy it to a local folder you can write to, and open "
                "that copy."
            ),
            path,
        )
    migrations.migrate(path, version, by=by or default_user())
    # Not before a migration, after which the tables are other ones.
    with connection.single_connection(path):
        return _opened(path, by, may_be_changed)


def _opened(path: Path, by: Optional[str], may_be_changed: bool) -> GeoPackageNetwork:
    """Return a network of this version, with what was lost put back where it may be changed."""
    repairs = _repaired(path, by=by or default_user()) if may_be_changed else ()
    with connection.reading(path) as database:
        if not may_be_changed:
            watchdog.check_tables(database, path)
        found = database.execute(_PIPE_CRS).fetchone()
    if found is None:
        _refuse_damaged(tr("The network {name} has no readable pipe layer."), path)
    return GeoPackageNetwork(
        path, _crs(path, *found), int(found[0]), by=by, schema_version=SCHEMA_VERSION, repairs=repairs
    )
