"""Read tables to frames through OGR's Arrow stream.

pyogrio and fiona never open a live network: their wheels carry
a second SQLite whose closing drops the locks of QGIS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from waternet_plugin.core.errors import LockedError, StoreError
from waternet_plugin.core.frames import BadText
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.schema import map_views
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import blobs, connection
from waternet_plugin.store.geopackage.reading import few_rows, gdal, streams, unreadable
from waternet_plugin.store.geopackage.reading.packed_wkb import PACKED, packed_shapes
from waternet_plugin.store.geopackage.reading.queried_frames import (
    Query,
    check_columns,
    collected,
    condition_sql,
    count_own_codes,
    framed,
    kept_rows,
    without_rows,
)
from waternet_plugin.store.geopackage.sharing import locks
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.geopackage.tables import bad_text, layout, own_columns, views
from waternet_plugin.store.geopackage.tables.layout import fid_column
from waternet_plugin.store.network_reading import Between, Box

_GEOMETRY = "OGR_GEOMETRY"
# What makes shapes of a column of WKB.
ShapesOf = Callable[[Any], Any]
# Ids in one filter; for more ids than _MANY_IDS the whole table is read and sifted.
_IDS_A_FILTER = 500
_MANY_IDS = 5_000


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
    shapes_of: ShapesOf | None,
    is_quick: bool,
) -> list[streams.Chunk]:
    """Return all chunks of a layer under filters."""
    definition = layer.GetLayerDefn()
    every = [definition.GetFieldDefn(index).GetName() for index in range(definition.GetFieldCount())]
    ignored = [name for name in every if name not in wanted]
    if described.has_geometry and shapes_of is None:
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
            if GEOMETRY_COLUMN in chunk and shapes_of is not None:
                # At once, so that the next chunk's bytes find the room of these.
                chunk[GEOMETRY_COLUMN] = shapes_of(chunk[GEOMETRY_COLUMN])
            parts.append(chunk)
    return parts


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


def _with_values(described: Table, wanted: set[str], parts: Sequence[streams.Chunk]) -> list[str]:
    """Return the columns that may hold a value that is not of their type: not numbers without any."""
    return [
        field.name
        for field in described.fields
        if field.name in wanted
        and not (
            field.type in ("integer", "real") and all(np.isnan(part[field.name]).all() for part in parts)
        )
    ]


def _all(
    path: Path,
    described: Table,
    wanted: set[str],
    filters: list[str],
    bbox: Box | None,
    met: streams.Met,
    sound: set[str],
    *,
    shapes_of: ShapesOf | None,
) -> list[streams.Chunk]:
    """Return all chunks of a table or view under filters: never fewer rows than there are.

    OGR reads them, but for a table with values that are not of their column's type, and where its stream
    breaks off, as it does at a geometry that is none.
    """
    try:
        parts = _by_ogr(path, described, wanted, filters, bbox, met, shapes_of=shapes_of)
    except streams.BrokenStreamError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise LockedError(locks.locked_message(path), details=(str(error),)) from error
    else:
        with connection.reading(path) as database:
            is_odd = unreadable.is_any_in(database, described, _with_values(described, wanted, parts))
        if not is_odd:
            if filters == [""] and bbox is None and not met:
                sound.update(wanted)
            return parts
    met.clear()
    names = [field.name for field in described.fields if field.name in wanted]
    fid = fid_column(described) if described.name in all_tables() else views.VIEW_FID
    with connection.reading(path) as database:
        with_shapes = shapes_of is not None
        return unreadable.read(database, described, names, filters, met, fid=fid, geometry=with_shapes)


def _by_ogr(
    path: Path,
    described: Table,
    wanted: set[str],
    filters: list[str],
    bbox: Box | None,
    met: streams.Met,
    *,
    shapes_of: ShapesOf | None,
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
            return _stream(
                layer, described, wanted, filters, bbox, met, shapes_of=shapes_of, is_quick=is_sound
            )
        finally:
            # Closed while the file is held.
            layer = dataset = None


@uncollected()
def read(
    path: Path,
    crs: CRS,
    name: str,
    query: Query,
    *,
    bad: dict[tuple[str, str, int], BadText] | None = None,
    sound: set[str] | None = None,
) -> pd.DataFrame:
    """Read a table or view of the file; see ``Network.read``.

    Parameters
    ----------
    bad
        Is given the texts that are not UTF-8, by table, column and row number.
    sound
        Is given the columns that were read of all rows and have neither such texts nor values that are not
        of the column's type.
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
    check_columns(described, [*shown, *(query.where or {})], fid)
    wanted = {*shown, *([described.id_field] if ids is not None else [])}
    filters = [condition_sql(query.where)]
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
            whole, fid_name = collected(described, [], wanted)
            return framed(described, whole, fid_name, None, shown, crs if with_geometry else None)
        # Deep, without rows: pandas notes each shallow copy of a column in the frame that is kept.
        return without_rows(name, tuple(shown), crs if with_geometry else None).copy()
    words: dict[str, list[str]] = {}
    if parts is None:
        words = _words_of_all(path, described, filters[0], query) if filters else {}
        if words:
            filters, wanted = [""], wanted | set(words)
        seen: set[str] = set() if sound is None else sound
        is_packed = query.is_compact and described.geometry in PACKED
        shapes_of = packed_shapes if is_packed else blobs.shapes_of_wkb
        made = shapes_of if shaped else None
        parts = _all(path, described, wanted, filters, bbox, met, seen, shapes_of=made) if filters else []
    whole, fid_name = collected(described, parts, wanted, is_compact=query.is_compact)
    ids_read = whole.get(described.id_field)
    if bad is not None and met:
        bad.update(_named(described, met, whole[fid_name], ids_read))
    tests = [pd.Series(whole[word], dtype=object).isin(among).to_numpy(bool) for word, among in words.items()]
    keep = kept_rows(whole[fid_name], whole.get(GEOMETRY_COLUMN), ids_read, bbox, sift, tests)
    count_own_codes(described, whole, shown, query.codes)
    return framed(described, whole, fid_name, keep, shown, crs if with_geometry else None)
