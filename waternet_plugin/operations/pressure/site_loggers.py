"""Tell where the next loggers belong and what they hear or see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.model.graph import Graph, build_graph
from waternet_plugin.core.pressure.logger_siting import (
    NODE_COLUMNS,
    NOISE,
    PIPE_COLUMNS,
    Siting,
    SitingChoice,
    site_loggers,
)
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.network import Network

# Ids that a sentence lists at most.
_NAMED = 5


@dataclass(frozen=True)
class SitingRequest:
    """Which loggers are placed, and where they may be.

    Parameters
    ----------
    kind
        noise, pressure or flow.
    count
        How many.
    area
        Where they may be, and pipes whose middle lies there count; everywhere if None.
    existing
        Whether those on the map count first.
    """

    kind: str = NOISE
    count: int = 1
    area: shapely.Geometry | None = field(default=None, compare=False)
    existing: bool = True


@dataclass(frozen=True)
class SitingResult(PlainFrames):
    """Where loggers belong.

    Parameters
    ----------
    siting
        The figures.
    loggers, pipes
        Rows of ``siting`` with the places in ``geom``.
    summary, notes
        The answer in sentences, and what is left out.
    """

    siting: Siting
    loggers: gpd.GeoDataFrame
    pipes: gpd.GeoDataFrame
    summary: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SitedLoggers:
    """Loggers that were placed, on the network they were placed on.

    Parameters
    ----------
    siting
        The figures.
    graph
        The connected network, ``N`` vertices.
    lines
        Lines of the pipes of the graph (P,).
    """

    siting: Siting
    graph: Graph
    lines: Array


def sited_loggers(network: Network, request: SitingRequest, progress: Progress = SILENT) -> SitedLoggers:
    """Return where the next loggers belong; for errors see `site_network_loggers`."""
    settings = network.settings()
    progress.at(0.0, tr("Reading the network"))
    pipes = network.read("pipe", list(PIPE_COLUMNS))
    nodes = network.read("node", list(NODE_COLUMNS))
    progress.at(0.3, tr("Connecting pipes"))
    graph = build_graph(pipes, nodes, settings=settings, progress=progress.part(0.3, 0.5)).graph
    lines = pipes[GEOMETRY_COLUMN].to_numpy()
    counts: Array | None = None
    may: Array | None = None
    if request.area is not None:
        shapely.prepare(request.area)
        middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
        counts = np.asarray(shapely.covers(request.area, middle))
        may = np.asarray(shapely.covers(request.area, shapely.points(graph.x_m, graph.y_m)))
    progress.at(0.5, tr("Placing loggers"))
    siting = site_loggers(
        graph,
        pd.DataFrame(pipes.drop(columns=GEOMETRY_COLUMN)),
        pd.DataFrame(nodes.drop(columns=GEOMETRY_COLUMN)),
        SitingChoice(request.kind, request.count, request.existing, counts, may),
        settings,
        progress.part(0.5, 1.0),
    )
    return SitedLoggers(siting, graph, lines)


def site_network_loggers(
    network: Network, request: SitingRequest, progress: Progress = SILENT
) -> SitingResult:
    """Return where the next loggers belong; nothing is written to the network.

    Raises
    ------
    InputError
        For no logger, more loggers than places, and a setting that is not a number.
    """
    found = sited_loggers(network, request, progress)
    siting, graph = found.siting, found.graph
    vertex = siting.loggers["vertex"].to_numpy(dtype=np.int64)
    points = shapely.points(graph.x_m[vertex], graph.y_m[vertex])
    lines = found.lines[siting.pipes["pipe"].to_numpy(dtype=np.int64)]
    return SitingResult(
        siting,
        _placed(siting.loggers, points, network),
        _placed(siting.pipes, lines, network),
        siting_summary(siting),
        siting_notes(siting, request),
    )


def _placed(rows: pd.DataFrame, shapes: Any, network: Network) -> gpd.GeoDataFrame:
    places = gpd.GeoSeries(shapes, crs=network.crs)
    return gpd.GeoDataFrame(rows, geometry=places).rename_geometry(GEOMETRY_COLUMN)


def siting_summary(siting: Siting) -> tuple[str, ...]:
    """Return how much is covered, in sentences."""
    km = f"{siting.total_m / 1000:.1f}"
    if not siting.total_m:
        return (tr("No potable pipe in use is there."),)
    lines = [
        tr("%n logger(s) more: {share:.0%} of {km} km are covered.", "", len(siting.loggers)).format(
            share=siting.covered_share, km=km
        )
    ]
    if siting.existing:
        lines.append(
            tr("%n logger(s) on the map cover {share:.0%}.", "", len(siting.existing)).format(
                share=siting.existing_share
            )
        )
    return tuple(lines)


def siting_notes(siting: Siting, request: SitingRequest) -> tuple[str, ...]:
    """Return what is left out, in sentences."""
    notes = []
    if len(siting.loggers) < request.count:
        notes.append(tr("No more metres can be covered: fewer loggers than COUNT are enough."))
    if siting.off_pipes:
        names = listed([*siting.off_pipes[:_NAMED], *(["…"] if len(siting.off_pipes) > _NAMED else [])])
        message = tr(
            "No pipe ends at %n node(s), so no logger is placed there: {names}.", "", len(siting.off_pipes)
        )
        notes.append(message.format(names=names))
    return tuple(notes)
