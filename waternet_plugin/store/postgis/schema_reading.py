"""Read tables of a schema to frames: the same frames as a file's, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.schema import map_views
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field, Table, all_tables
from waternet_plugin.core.texts import tr
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.reading import queried_frames
from waternet_plugin.store.geopackage.reading.queried_frames import Query
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.geopackage.tables import own_columns
from waternet_plugin.store.network_reading import Box
from waternet_plugin.store.postgis.asking.questions import Pieces
from waternet_plugin.store.postgis.schema_tables import listed_sql, number_column
from waternet_plugin.store.postgis.server_database import ServerDatabase
from waternet_plugin.store.postgis.server_values import flat_where_unknown

# Unknown is the least whole number, which NumPy reads as not a time.
_NO_TIME = int(np.iinfo(np.int64).min)


def _sent(field: Field) -> str:
    """Return the SQL of a column as it goes over the line: times as whole numbers."""
    column = quoted(field.name)
    if field.type == "date":
        return f"{column} - DATE '1970-01-01'"
    if field.type == "datetime":
        return f"(extract(epoch FROM {column}) * 1000)::bigint"
    return column


def _received(field: Field, values: Sequence[Any]) -> Array:
    """Return some rows of a column as frames have it."""
    # Most columns of a table are known nowhere. Counting compares what is known, which is slow.
    is_known = values[:1] != (None,) or values.count(None) < len(values)
    if field.type in ("date", "datetime"):
        unit = "D" if field.type == "date" else "ms"
        numbers = [_NO_TIME if value is None else value for value in values]
        return np.array(numbers, dtype=np.int64).view(f"datetime64[{unit}]").astype("datetime64[ns]")
    is_number = field.type in ("real", "integer")
    if not is_known:
        return np.full(len(values), np.nan) if is_number else np.empty(len(values), dtype=object)
    # NumPy asks no value of an iterator what it is, as it does where it is given a tuple.
    result = np.fromiter(values, dtype=object, count=len(values))
    return result.astype(float) if is_number else result


def _columns(fields: Sequence[Field], rows: Sequence[Sequence[Any]], *, with_shapes: bool) -> list[Array]:
    """Return the columns of some rows: number, fields, and shapes where they are asked for."""
    found: Sequence[Sequence[Any]] = list(zip(*rows)) if rows else [()] * (2 + len(fields))
    columns = [np.array(found[0], dtype=np.int64)]
    columns += [_received(field, values) for field, values in zip(fields, found[1:])]
    if with_shapes:
        bodies = [None if body is None else bytes(body) for body in found[-1]]
        columns.append(flat_where_unknown(blobs.shapes_of_wkb(bodies)))
    return columns


def _array(ids: Sequence[str]) -> str:
    """Return ids as the text of an array."""
    texts = [str(one).replace("\\", "\\\\").replace('"', '\\"') for one in dict.fromkeys(ids)]
    return '{"' + '","'.join(texts) + '"}' if texts else "{}"


def _rule(described: Table, query: Query, box: Box | None) -> Pieces:
    """Return the condition for the rows that are asked for, with ``WHERE``; '' for all."""
    tests = [queried_frames.condition_sql(query.where)]
    if box is not None:
        sides = listed_sql(literal(float(side)) for side in box)
        tests.append(f"{GEOMETRY_COLUMN} && ST_MakeEnvelope({sides})")
    rule = " AND ".join(test for test in tests if test)
    if query.ids is None:
        return (f" WHERE {rule}" if rule else "",)
    head = f" WHERE {f'{rule} AND ' if rule else ''}{quoted(described.id_field)} = ANY ("
    return head, _array(query.ids), "::text[])"


@uncollected()
def read(database: ServerDatabase, crs: CRS, name: str, query: Query) -> pd.DataFrame:
    """Read a table or view of the schema; see ``Network.read``."""
    try:
        described = map_views.described(name)
    except KeyError:
        message = tr("There is no table {name} in a network.")
        raise StoreError(message.format(name=name)) from None
    query = query.with_codes(described)
    number = number_column(name)
    columns = described.field_names if query.columns is None else query.columns
    shown = [column for column in columns if column != GEOMETRY_COLUMN]
    asked = [*shown, *(query.where or {})]
    if name in all_tables() and not {*described.field_names, GEOMETRY_COLUMN}.issuperset(asked):
        described = own_columns.described(database, name)
    queried_frames.check_columns(described, asked, number)
    fields = [field for field in described.fields if field.name in shown]
    with_geometry = described.has_geometry and query.geometry
    with_shapes = with_geometry or query.bbox is not None
    sent = [number, *map(_sent, fields)]
    if with_shapes:
        sent.append(f"ST_AsBinary({GEOMETRY_COLUMN})")
    rule, *rest = _rule(described, query, query.bbox)
    sql = [f"SELECT {listed_sql(sent)} FROM {quoted(name)}{rule}", *rest]
    sql[-1] += f" ORDER BY {number}"
    parts = [_columns(fields, rows, with_shapes=with_shapes) for rows in database.parts(sql)]
    arrays = [np.concatenate(column) for column in zip(*parts)]
    chunk = dict(zip([number, *(field.name for field in fields)], arrays))
    shapes = None
    if with_shapes:
        shapes = chunk[GEOMETRY_COLUMN] = arrays[-1]
    keep = queried_frames.kept_rows(chunk[number], shapes, None, query.bbox, None, ())
    queried_frames.count_own_codes(described, chunk, shown, query.codes)
    frame_crs = crs if with_geometry else None
    return queried_frames.framed(described, chunk, number, keep, shown, frame_crs)
