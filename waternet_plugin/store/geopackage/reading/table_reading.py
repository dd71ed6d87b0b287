"""Read tables to frames through OGR's Arrow stream.

pyogrio and fiona never open a live network: their wheels carry
a second SQLite whose closing drops the locks of QGIS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from waternet_plugin.core.errors import LockedError, StoreError
from waternet_plugin.core.frames import BadText, empty_column, made_of
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.schema import map_views
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.geopackage import blobs, connection
from waternet_plugin.store.geopackage.reading import few_rows, gdal, streams, unreadable
from waternet_plugin.store.geopackage.sharing import locks
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.geopackage.tables import bad_text, layout, own_columns, views
from waternet_plugin.store.geopackage.tables.layout import fid_column
from waternet_plugin.store.network_reading import Between, Box, Where

_GEOMETRY = "OGR_GEOMETRY"
# Ids in one filter; for more ids than _MANY_IDS the whole table is read and sifted.
_IDS_A_FILTER = 500
_MANY_IDS = 5_000


def _filter(described: Table, where: Where | None) -> str:
    """Return the attribute filter of equalities and ranges."""
    tests = []
    for name, wanted in (where or {}).items():
        column = quoted(name)
        if isinstance(wanted, Between):
            limits = ((">=", wanted.first), ("<=", wanted.last))
            tests += [f"{column} {sign} {literal(limit)}" for sign, limit in limits if limit is not None]
        elif isinstance(wanted, (list, tuple, set, frozenset, np.ndarray, pd.Series)):
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


def _check_columns(described: Table, names: Sequence[str], fid: str) -> None:
    known = {*described.field_names, fid, GEOMETRY_COLUMN}
    unknown = [name for name in names if name not in known]
    if unknown:
        message = tr("{table} has no column {listed}.")
        raise StoreError(message.format(table=described.label, listed=listed(unknown)))


def _with_own(path: Path, described: Table, names: Sequence[str]) -> Table:
    """Return a table with the fields that its users added, where one of these may be asked for."""
    if described.name not in all_tables() or {*described.field_names, GEOMETRY_COLUMN}.issuperset(names):
        return described
    with connection.reading(path) as database:
        return own_columns.described(database, described.name)


def _stream(
    layer: Any,
    described: Table,
    wanted: set[str],
    filters: list[str],
    bbox: Box | None,
    met: streams.Met,
    *,
    geometry: bool,
    is_quick: bool,
) -> list[streams.Chunk]:
    """Return all chunks of a layer under filters."""
    definition = layer.GetLayerDefn()
    every = [definition.GetFieldDefn(index).GetName() for index in range(definition.GetFieldCount())]
    ignored = [name for name in every if name not in wanted]
    if described.has_geometry and not geometry:
        ignored.append(_GEOMETRY)
    layer.SetIgnoredFields(ignored)
    fields = {field.name: field for field in described.fields}
    parts: list[streams.Chunk] = []
    for one in filters:
        if layer.SetAttributeFilter(one or None) != 0:
            message = tr("The rows of {table} can't be selected this way.")
            raise StoreError(message.format(table=described.label), details=(one, gdal.last_message()))
        if bbox is not None:
            layer.SetSpatialFilterRect(*bbox)
        for chunk in streams.chunks(layer, fields, met, is_quick=is_quick):
            if GEOMETRY_COLUMN in chunk:
                # At once, so that the next chunk's bytes find the room of these.
                chunk[GEOMETRY_COLUMN] = blobs.shapes_of_wkb(chunk[GEOMETRY_COLUMN])
            parts.append(chunk)
    return parts


def _collected(described: Table, parts: list[streams.Chunk], wanted: set[str]) -> tuple[streams.Chunk, str]:
    """Return the columns of all chunks put together, and the name of the row numbers."""
    names = [field.name for field in described.fields if field.name in wanted]
    if not parts:
        whole = {name: np.asarray(empty_column(described.field(name), 0)) for name in names}
        return {**whole, FID_COLUMN: np.empty(0, np.int64), GEOMETRY_COLUMN: np.empty(0, object)}, FID_COLUMN
    fid = next(name for name in (fid_column(described), views.VIEW_FID) if name in parts[0])
    whole = {}
    for name in list(parts[0]):
        # Popped, so that nothing is held twice for longer than one column.
        columns = [part.pop(name) for part in parts]
        coded = not all(isinstance(column, np.ndarray) for column in columns)
        whole[name] = streams.united(columns) if coded else np.concatenate(columns)
    return whole, fid


def _kept(
    keys: np.ndarray[Any, Any],
    shapes: np.ndarray[Any, Any] | None,
    ids: np.ndarray[Any, Any] | None,
    bbox: Box | None,
    sift: set[str] | None,
    tests: Sequence[np.ndarray[Any, Any]],
) -> np.ndarray[Any, Any] | None:
    """Return the places of the rows to keep in the order of their numbers, None for all as they are.

    ``tests`` are masks of the rows that meet a further condition.
    """
    keep = np.ones(len(keys), dtype=bool)
    if bbox is not None:
        # OGR compares outlines first and, depending on its version, the geometries too.
        keep &= shapely.intersects(shapes, shapely.box(*bbox))
    if sift is not None and ids is not None:
        keep &= np.fromiter((one in sift for one in ids), dtype=bool, count=len(keys))
    for test in tests:
        keep &= test
    if keep.all() and (len(keys) < 2 or (np.diff(keys) > 0).all()):
        return None
    places = np.flatnonzero(keep)
    return np.asarray(places[np.argsort(keys[places], kind="stable")])


def _tests_of_bad_ids(path: Path, described: Table, ids: Sequence[str]) -> list[str]:
    """Return the filters of rows whose ids are not UTF-8 in the file and are read as one of some ids."""
    if all(str(one).isascii() for one in ids) or described.name in views.expected():
        return []
    with connection.reading(path) as database:
        known = bad_text.keys_of(database, described, ids)
    return [f"{quoted(described.id_field)} = CAST(X'{raw.hex()}' AS TEXT)" for raw in known.values()]


def _named(
    described: Table,
    met: streams.Met,
    fids: np.ndarray[Any, Any],
    ids: np.ndarray[Any, Any] | None,
) -> dict[tuple[str, str, int], BadText]:
    """Return texts that are not UTF-8 with the names of their rows."""
    rows = dict(zip(fids.tolist(), ids.tolist())) if ids is not None else {}
    return {
        (described.name, field, fid): BadText(
            described.name, field, fid, rows.get(fid), raw, bad_text.read(raw)
        )
        for field, fid, raw in met
    }


@dataclass(frozen=True)
class Query:
    """Which columns and rows to read; see ``Network.read``. ``codes`` are read as what they count as."""

    columns: Sequence[str] | None = None
    ids: Sequence[str] | None = None
    where: Where | None = None
    bbox: Box | None = None
    geometry: bool = True
    codes: tuple[Code, ...] = ()

    def with_codes(self, described: Table) -> Query:
        """Return the query with the codes of one's own that count as those which it asks for."""
        where = {
            name: _and_like(
                wanted, [code for code in self.codes if code.domain == described.field(name).domain]
            )
            if name in described.field_names
            else wanted
            for name, wanted in (self.where or {}).items()
        }
        return replace(self, where=where) if self.codes and self.where else self


def _and_like(wanted: Any, codes: Sequence[Code]) -> Any:
    """Return a condition of a query that meets the codes too which count as what it names."""
    if not codes or isinstance(wanted, Between):
        return wanted
    several = (
        list(wanted) if isinstance(wanted, (list, tuple, set, frozenset, np.ndarray, pd.Series)) else [wanted]
    )
    return [*several, *(code.code for code in codes if code.base in several and code.code not in several)]


def _id_filters(path: Path, described: Table, base: str, ids: Sequence[str]) -> list[str]:
    """Return the filters of the rows that have one of some ids, few enough at a time for SQLite."""
    groups = [ids[start : start + _IDS_A_FILTER] for start in range(0, len(ids), _IDS_A_FILTER)]
    tests = [f"{quoted(described.id_field)} IN ({', '.join(map(literal, group))})" for group in groups]
    tests += _tests_of_bad_ids(path, described, ids)
    return [f"{base} AND {test}" if base else test for test in tests]


def _is_short(wanted: Any) -> bool:
    """Return whether a column is to have one of few values."""
    is_list = isinstance(wanted, (list, tuple, set, frozenset, np.ndarray, pd.Series))
    return not isinstance(wanted, Between) and (not is_list or len(wanted) <= few_rows.MOST_ROWS)


def _few(
    path: Path, described: Table, wanted: set[str], filters: list[str], query: Query, *, geometry: bool
) -> list[streams.Chunk] | None:
    """Return the chunk of a few rows; None where there may be many, or OGR has to read them."""
    # By columns without an index SQLite would have to look at all rows twice.
    is_looked_up = any(
        layout.is_looked_up(described.name, column) and _is_short(wanted_values)
        for column, wanted_values in (query.where or {}).items()
    )
    asked = is_looked_up or query.bbox is not None or query.ids is not None or filters == [""]
    by_row = described.name in all_tables() and fid_column(described) == FID_COLUMN
    if len(filters) != 1 or not asked or not by_row:
        return None
    names = [field.name for field in described.fields if field.name in wanted]
    with connection.reading(path) as database:
        found = few_rows.read(database, described, names, filters[0], query.bbox, geometry=geometry)
    return None if found is None else [found]


def _words_of_all(path: Path, described: Table, selection: str, query: Query) -> dict[str, list[str]]:
    """Return the words that some columns of all rows have, where a query asks for no more; else nothing.

    GDAL streams a whole table twice as fast as the same rows under a filter: all are read then, and those
    left out that somebody wrote meanwhile.
    """
    where = query.where or {}
    words = {name: list(among) for name, among in where.items() if isinstance(among, (list, tuple))}
    are_words = all(isinstance(word, str) for among in words.values() for word in among)
    alone = query.ids is None and query.bbox is None and described.name in all_tables()
    if not words or len(words) < len(where) or not are_words or not alone:
        return {}
    with connection.reading(path) as database:
        other = f"SELECT 1 FROM {quoted(described.name)} WHERE NOT coalesce({selection}, 0) LIMIT 1"
        return {} if database.execute(other).fetchone() else words


def _all(
    path: Path,
    described: Table,
    wanted: set[str],
    filters: list[str],
    bbox: Box | None,
    met: streams.Met,
    *,
    geometry: bool,
) -> list[streams.Chunk]:
    """Return all chunks of a table or view under filters: never fewer rows than there are.

    OGR reads them, but for a table with values that are not of their column's type, and where its stream
    breaks off, as it does at a geometry that is none.
    """
    with connection.reading(path) as database:
        is_odd = unreadable.is_any_in(database, described, list(wanted))
    if not is_odd:
        try:
            return _by_ogr(path, described, wanted, filters, bbox, met, geometry=geometry)
        except streams.BrokenStreamError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise LockedError(locks.locked_message(path), details=(str(error),)) from error
            met.clear()
    names = [field.name for field in described.fields if field.name in wanted]
    fid = fid_column(described) if described.name in all_tables() else views.VIEW_FID
    with connection.reading(path) as database:
        return unreadable.read(database, described, names, filters, met, fid=fid, geometry=geometry)


def _by_ogr(
    path: Path,
    described: Table,
    wanted: set[str],
    filters: list[str],
    bbox: Box | None,
    met: streams.Met,
    *,
    geometry: bool,
) -> list[streams.Chunk]:
    """Return all chunks of a table or view under filters through OGR."""
    name = described.name
    with connection.translated(path), connection.complete_file(path):
        dataset = gdal.open_dataset(path, immutable=connection.open_options(path))
        layer = None if dataset is None else dataset.GetLayerByName(name)
        if layer is None:
            message = tr("{table} can't be read from the network {name}. Check that the file is complete.")
            raise StoreError(
                message.format(table=described.label, name=path.name), details=(gdal.last_message(),)
            )
        is_whole = filters == [""] and bbox is None
        is_sound = name not in views.expected() and gdal.quick_stream_is_sound(
            dataset, layer, is_complete=is_whole
        )
        try:
            return _stream(layer, described, wanted, filters, bbox, met, geometry=geometry, is_quick=is_sound)
        finally:
            # Closed while the file is held.
            layer = dataset = None


@uncollected()
def read(
    path: Path,
    crs: CRS,
    name: str,
    query: Query = Query(),
    *,
    bad: dict[tuple[str, str, int], BadText] | None = None,
) -> pd.DataFrame:
    """Read a table or view of the file; see ``Network.read``.

    ``bad`` is given the texts that are not UTF-8, by table, column and row number.
    """
    try:
        described = map_views.described(name)
    except KeyError:
        message = tr("There is no table {name} in a network.")
        raise StoreError(message.format(name=name)) from None
    query = query.with_codes(described)
    fid, ids, bbox = fid_column(described), query.ids, query.bbox
    columns = described.field_names if query.columns is None else query.columns
    shown = [column for column in columns if column != GEOMETRY_COLUMN]
    with_geometry = described.has_geometry and query.geometry
    described = _with_own(path, described, [*shown, *(query.where or {})])
    _check_columns(described, [*shown, *(query.where or {})], fid)
    wanted = {*shown, *([described.id_field] if ids is not None else [])}
    filters = [_filter(described, query.where)]
    sift: set[str] | None = None
    if ids is not None:
        distinct = list(dict.fromkeys(ids))
        if len(distinct) > _MANY_IDS:
            sift = set(distinct)
        else:
            filters = _id_filters(path, described, filters[0], distinct)
    met: streams.Met = []
    shaped = with_geometry or bbox is not None
    parts = _few(path, described, wanted, filters, query, geometry=shaped)
    if parts is not None and not any(len(part[FID_COLUMN]) for part in parts):
        if any(field.is_own for field in described.fields):
            whole, fid_name = _collected(described, [], wanted)
            return _framed(described, whole, fid_name, None, shown, crs if with_geometry else None)
        return _without_rows(name, tuple(shown), crs if with_geometry else None).copy(deep=False)
    words: dict[str, list[str]] = {}
    if parts is None:
        words = _words_of_all(path, described, filters[0], query) if filters else {}
        if words:
            filters, wanted = [""], wanted | set(words)
        parts = _all(path, described, wanted, filters, bbox, met, geometry=shaped) if filters else []
    whole, fid_name = _collected(described, parts, wanted)
    ids_read = whole.get(described.id_field)
    if bad is not None and met:
        bad.update(_named(described, met, whole[fid_name], ids_read))
    tests = [pd.Series(whole[word], dtype=object).isin(among).to_numpy(bool) for word, among in words.items()]
    keep = _kept(whole[fid_name], whole.get(GEOMETRY_COLUMN), ids_read, bbox, sift, tests)
    _count_own_codes(described, whole, shown, query.codes)
    return _framed(described, whole, fid_name, keep, shown, crs if with_geometry else None)


def _count_own_codes(
    described: Table, whole: streams.Chunk, shown: Sequence[str], codes: Sequence[Code]
) -> None:
    """Put in the place of codes of one's own what they count as."""
    bases = {(code.domain, code.code): code.base for code in codes}
    for name in shown if bases else ():
        field = described.field(name) if name in described.field_names else None
        own = {code: base for (domain, code), base in bases.items() if field and domain == field.domain}
        if own:
            values = np.array(whole[name], dtype=object)
            for code, base in own.items():
                values[values == code] = base
            whole[name] = values


def _framed(
    described: Table,
    whole: streams.Chunk,
    fid_name: str,
    keep: np.ndarray[Any, Any] | None,
    shown: Sequence[str],
    crs: CRS | None,
) -> pd.DataFrame:
    """Return a frame of some columns, of rows to keep (None: all), with geometries where a CRS is given."""
    fid = fid_column(described)
    data: dict[str, Any] = {}
    for one in shown:
        column = whole[fid_name] if one == fid else whole[one]
        column = column if keep is None else column[keep]
        is_moment = one != fid and described.field(one).type == "datetime"
        data[one] = pd.DatetimeIndex(column, tz="UTC") if is_moment else column
    if crs is None:
        return made_of(data, shown)
    shapes = whole[GEOMETRY_COLUMN] if keep is None else whole[GEOMETRY_COLUMN][keep]
    data[GEOMETRY_COLUMN] = gpd.array.GeometryArray(shapes, crs=crs)
    return gpd.GeoDataFrame(made_of(data), geometry=GEOMETRY_COLUMN, copy=False)


@lru_cache(maxsize=256)
def _without_rows(name: str, shown: tuple[str, ...], crs: CRS | None) -> pd.DataFrame:
    """Return a frame without rows: made once, for that takes longer than to find that there are none."""
    described = all_tables()[name]
    whole, fid_name = _collected(described, [], set(shown))
    return _framed(described, whole, fid_name, None, shown, crs)
