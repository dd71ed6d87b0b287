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
from waternet_plugin.store.geopackage.reading import queried_frames
from waternet_plugin.store.geopackage.reading.packed_wkb import PACKED
from waternet_plugin.store.geopackage.reading.queried_frames import Query
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.geopackage.tables import own_columns
from waternet_plugin.store.network_reading import Box
from waternet_plugin.store.postgis.asking.questions import Pieces
from waternet_plugin.store.postgis.asking.received_columns import ShapeColumn, column_of
from waternet_plugin.store.postgis.schema_tables import listed_sql, number_column
from waternet_plugin.store.postgis.server_database import ServerDatabase


def _sent(field: Field) -> str:
    """Return the SQL of a column as it goes over the line: times as whole numbers."""
    column = quoted(field.name)
    if field.type == "date":
        return f"{column} - DATE '1970-01-01'"
    if field.type == "datetime":
        return f"(extract(epoch FROM {column}) * 1000)::bigint"
    return column


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
    numbers: list[Array] = []
    columns_of = {field.name: column_of(field) for field in fields}
    shapes_of = ShapeColumn(is_packed=query.is_compact and described.geometry in PACKED)
    for rows in database.parts(sql):
        found: Sequence[Sequence[Any]] = list(zip(*rows)) if rows else [()] * (2 + len(fields))
        numbers.append(np.array(found[0], dtype=np.int64))
        for column, values in zip(columns_of.values(), found[1:]):
            column.add(values)
        if with_shapes:
            shapes_of.add(found[-1])
    chunk: dict[str, Any] = {number: np.concatenate(numbers)}
    chunk.update((name, column.whole(is_compact=query.is_compact)) for name, column in columns_of.items())
    shapes = None
    if with_shapes:
        shapes = chunk[GEOMETRY_COLUMN] = shapes_of.whole()
    keep = queried_frames.kept_rows(chunk[number], shapes, None, query.bbox, None, ())
    queried_frames.count_own_codes(described, chunk, shown, query.codes)
    frame_crs = crs if with_geometry else None
    return queried_frames.framed(described, chunk, number, keep, shown, frame_crs)
