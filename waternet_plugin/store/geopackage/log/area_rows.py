"""Rows that lie in an area, or once lay there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import rtree

_Placed = tuple[str, str, Any]


def keys(database: Database, tables: Iterable[Table], area: shapely.Geometry) -> dict[str, set[str]]:
    """Return the ids by table of rows that are or were in an area.

    Parameters
    ----------
    database
        The network.
    tables
        Where to look; those without geometries have no place.
    area
        In the network's CRS.
    """
    placed = [table for table in tables if table.has_geometry]
    found = [each for one in placed for each in _there_now(database, one, area)]
    found += _there_before(database, {one.name for one in placed}, area)
    if not found:
        return {}
    shapes = blobs.shapes_of([blob for _table, _asset, blob in found])
    shapely.prepare(area)
    result: dict[str, set[str]] = {}
    for number in np.flatnonzero(shapely.intersects(area, shapes)):
        name, asset, _blob = found[number]
        result.setdefault(name, set()).add(asset)
    return result


def _there_now(database: Database, table: Table, area: shapely.Geometry) -> Iterator[_Placed]:
    """Yield the rows whose box meets the area's, by the spatial index."""
    west, south, east, north = shapely.bounds(area).tolist()
    sql = (
        f"SELECT {quoted(table.id_field)}, {GEOMETRY_COLUMN} FROM {quoted(table.name)} WHERE {FID_COLUMN} IN"
        f" ({rtree.meeting_sql(database, table.name)})"
    )
    for asset, blob in database.execute(sql, (west, south, east, north)):
        yield table.name, str(asset), blob


def _there_before(database: Database, tables: set[str], area: shapely.Geometry) -> Iterator[_Placed]:
    """Yield the earlier geometries of the log whose box meets the area's."""
    west, south, east, north = shapely.bounds(area).tolist()
    sql = (
        'SELECT "table", asset, json_extract(before, ?) FROM change_log'
        " WHERE action IN ('update', 'delete') AND instr(before, ?)"
    )
    for name, asset, text in database.execute(sql, (f"$.{GEOMETRY_COLUMN}", json.dumps(GEOMETRY_COLUMN))):
        if text is None or name not in tables:
            continue
        blob = bytes.fromhex(text)
        min_x, min_y, max_x, max_y = blobs.bounds_of(blob)
        if max_x >= west and min_x <= east and max_y >= south and min_y <= north:
            yield str(name), str(asset), blob
