"""Facts of where a network lies, of rows that were read of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.places.deciding.said_words import datum_of_network
from waternet_plugin.core.places.stored_transform_sets import transform_set_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

# One asset of each cell of this size is enough to tell how far a file lies, m.
_CELL_M = 50.0
# Polygons and multipolygons, as shapely counts them.
_AREAS = (3, 6)


@dataclass(frozen=True)
class OtherPlaces(PlainFrames):
    """What says where a network lies beside nodes and pipes: its systems, users and areas, transform sets.

    ``height_datum`` is the one that its settings name for printing.
    """

    crs: CRS
    placed: tuple[pd.DataFrame, ...]
    transform_sets: pd.DataFrame
    height_datum: str


def place_facts(
    other: OtherPlaces, nodes: pd.DataFrame, pipes: pd.DataFrame, planned: pd.DataFrame
) -> NetworkFacts:
    """Return where a network lies, of rows that were read of it.

    Parameters
    ----------
    nodes
        node_id first, ground_m, geometry; each has one.
    pipes, planned
        pipe_id first, geometry: those that are laid, and the planned ones.
    """
    along = [_along(rows) for rows in (nodes, pipes, *other.placed)]
    xy, names = (np.concatenate(parts) for parts in zip(*along))
    one = _one_a_cell(xy)
    places = shapely.get_coordinates(nodes[GEOMETRY_COLUMN].to_numpy()) if len(nodes) else np.zeros((0, 2))
    ground = nodes["ground_m"].to_numpy(float)
    known = np.isfinite(ground)
    return NetworkFacts(
        crs=other.crs.to_wkt() if other.crs.to_epsg() is None else f"EPSG:{other.crs.to_epsg()}",
        asset_xy=xy[one],
        asset_ids=names[one],
        planned_xy=_along(planned)[0],
        ground_xy=places[known],
        ground_m=ground[known],
        height_datum=datum_of_network(other.height_datum),
        transform_sets=tuple(transform_set_of(row) for row in records(other.transform_sets)),
    )


def _one_a_cell(xy: Array) -> Array:
    if not len(xy):
        return np.zeros(0, dtype=np.int64)
    _cells, at = np.unique(np.floor(xy / _CELL_M), axis=0, return_index=True)
    return np.sort(at)


def _along(rows: pd.DataFrame) -> tuple[Array, Array]:
    """Return places on shapes, along lines and boundaries at most `_CELL_M` apart, and the id of each.

    Returns
    -------
    tuple
        (n, 2) m, and (n,) object: the first column of the row.
    """
    shapes = rows[GEOMETRY_COLUMN].to_numpy(object) if len(rows) else np.zeros(0, dtype=object)
    if not len(shapes):
        return np.zeros((0, 2)), np.zeros(0, dtype=object)
    areas = np.isin(shapely.get_type_id(shapes), _AREAS)
    shapes = shapes.copy()
    shapes[areas] = shapely.boundary(shapes[areas])
    xy, row = shapely.get_coordinates(shapely.segmentize(shapes, _CELL_M), return_index=True)
    known = np.isfinite(xy).all(axis=1)
    return xy[known], rows.iloc[:, 0].to_numpy(object)[row[known]]
