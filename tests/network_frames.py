"""Small networks as frames, written as lines and points."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import wkt

CRS = "EPSG:4547"


def _place(shape: Any) -> Any:
    if shape is None or isinstance(shape, shapely.Geometry):
        return shape
    if isinstance(shape, str):
        return wkt.loads(shape)
    coordinates = np.asarray(shape, dtype=float)
    return shapely.points(coordinates) if coordinates.ndim == 1 else shapely.linestrings(coordinates)


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...], geometry: str) -> gpd.GeoDataFrame:
    shapes = [_place(row.get(geometry)) for row in rows]
    frame = pd.DataFrame(
        {name: np.array([row.get(name) for row in rows] + [None], dtype=object)[:-1] for name in columns}
    )
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=CRS)).rename_geometry("geom")


def pipes(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return pipes; ``line`` is a list of places or WKT, ids are P1, P2, ... where none is given."""
    filled = [
        {"pipe_id": f"P{number}", "system": "potable", "status": "in_use", **row}
        for number, row in enumerate(rows, 1)
    ]
    frame = _frame(filled, ("pipe_id", "system", "function", "status", "from_node", "to_node"), "line")
    frame["length_m"] = np.array([row.get("length_m", np.nan) for row in filled], dtype=float)
    return frame


def nodes(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return nodes; ``at`` is a place, ids are N1, N2, ... where none is given."""
    filled = [
        {"node_id": f"N{number}", "kind": "junction", "system": "potable", "status": "in_use", **row}
        for number, row in enumerate(rows, 1)
    ]
    return _frame(filled, ("node_id", "kind", "system", "status"), "at")
