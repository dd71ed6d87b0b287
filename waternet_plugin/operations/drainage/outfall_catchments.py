"""Catchments of the outfalls of a network; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

import geopandas as gpd
import shapely

from waternet_plugin.core.drainage import catchments
from waternet_plugin.core.frames import PlainFrames, conform
from waternet_plugin.core.network.analysis.drain_flow import WAY_COLUMNS
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.drainage.catchments import summary_lines
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks.check_network import read_drains
from waternet_plugin.operations.rows.network_places import places_of_nodes
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class CatchmentResult(PlainFrames):
    """What drains to each outfall.

    Parameters
    ----------
    outfalls, parts
        As `core.drainage.catchments.Catchments` has them.
    summary
        The answer in sentences.
    places
        Where the outfalls are, x and y in m by id.
    """

    outfalls: gpd.GeoDataFrame
    parts: gpd.GeoDataFrame
    summary: tuple[str, ...]
    places: Mapping[str, tuple[float, float]]


def outfall_catchments(
    network: Network,
    area: Optional[shapely.Geometry] = None,
    plots: Optional[gpd.GeoDataFrame] = None,
    progress: Progress = SILENT,
) -> CatchmentResult:
    """Tell what drains to each outfall, in dry and in wet weather.

    Parameters
    ----------
    area
        Polygon to divide, in the network's coordinates, m; None: compounds and the setting
        ``drainage.roadside_m`` around drains.
    plots
        Polygons that are taken for compounds, with compound_id and type; None: the compounds of the network.
    """
    tables = read_drains(network, progress.part(0.0, 0.5), columns=WAY_COLUMNS)
    if plots is not None:
        tables["compound"] = conform(plots, "compound")
    subject = NetworkFrame(tables, network.settings())
    progress.at(0.5, tr("Following the drains"))
    found = catchments.outfall_catchments(subject, area)
    rows, parts = (
        gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(frame[GEOMETRY_COLUMN], crs=network.crs))
        .drop(columns=GEOMETRY_COLUMN)
        .rename_geometry(GEOMETRY_COLUMN)
        for frame in (found.outfalls, found.parts)
    )
    nodes = tables["node"]
    nodes = nodes[nodes["node_id"].isin(rows["outfall_id"])]
    return CatchmentResult(rows, parts, tuple(summary_lines(found)), places_of_nodes(nodes))
