"""Lines and points of the tables of a proposal."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.proposal.proposed_zones import Proposal
from waternet_plugin.core.id_lookup import rows_of_ids


def of_pipes(model: DmaModel, proposal: Proposal) -> gpd.GeoDataFrame:
    """Return the pipes with their lines."""
    return _with(proposal.pipes, _lines(model, proposal.pipe_number))


def of_boundary(model: DmaModel, proposal: Proposal) -> gpd.GeoDataFrame:
    """Return the devices with the points of their nodes."""
    graph = model.graph
    points = shapely.points(graph.x_m[proposal.node], graph.y_m[proposal.node])
    return _with(proposal.boundary, shapely.force_3d(points))


def of_zones(model: DmaModel, proposal: Proposal) -> gpd.GeoDataFrame:
    """Return the zones with the lines of their pipes."""
    zone = rows_of_ids(proposal.zones["zone_id"], proposal.pipes["zone_id"])
    lines = _lines(model, proposal.pipe_number)
    inside = (zone >= 0) & ~shapely.is_missing(lines) & ~shapely.is_empty(lines)
    parts, part_of = shapely.get_parts(lines[inside], return_index=True)
    number = zone[inside][part_of]
    order = np.argsort(number, kind="stable")
    shapes = np.full(len(proposal.zones), None, dtype=object)
    if len(order):
        shapely.multilinestrings(parts[order], indices=number[order], out=shapes)
    return _with(proposal.zones, shapes)


def _lines(model: DmaModel, number: Array) -> Array:
    if "geom" not in model.pipes:
        return np.full(len(number), None, dtype=object)
    lines = model.pipes["geom"].to_numpy()[model.graph.pipe_row[number]]
    return np.asarray(shapely.force_3d(lines))


def _with(frame: pd.DataFrame, shapes: Array) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index)).rename_geometry("geom")
