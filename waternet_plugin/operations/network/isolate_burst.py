"""Isolate a burst: which valves to close, and who loses water."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.analysis.flow_elements import IsolationOptions
from waternet_plugin.core.network.isolation import isolate, map_shapes
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.network import isolation as reports
from waternet_plugin.core.reports.network.isolation_order import order_page
from waternet_plugin.core.reports.network.shut_map import shut_map
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.network.point_input import parse_point
from waternet_plugin.operations.network.prepared_network import AnyNetwork, prepared_for_isolation

# What can be written about an isolation.
REPORT, NOTICE_LIST, ORDER = "report", "notice_list", "order"


@dataclass(frozen=True)
class IsolateRequest:
    """A burst and how to isolate it.

    Parameters
    ----------
    pipe_id
        The pipe that burst; '' where a point is given.
    point
        Where it burst, as ``x,y`` in the network's coordinates, m, or ``x,y [EPSG:…]``: the nearest water
        pipe in use is meant.
    failed_valves
        Ids of valves that can't be closed, beside those whose own fields say so.
    what_if_valves
        Ids of nodes looked at as valves, and of pipes looked at as if one stood in their middle.
    other_pipes
        Ids of pipes that are isolated at the same time for other reasons.
    tanks_are_sources
        Whether tanks and service reservoirs feed the network.
    directed
        Whether check valves, pumps and pressure reducing valves let water through one way only.
    papers
        What to write about it: some of REPORT, NOTICE_LIST and ORDER.
    map_colours
        Colours of the map in report and order, as `shut_map` takes them; empty for no map.

    Raises
    ------
    InputError
        For a burst without a place, and one with two.
    """

    pipe_id: str = ""
    point: str = ""
    failed_valves: tuple[str, ...] = ()
    what_if_valves: tuple[str, ...] = ()
    other_pipes: tuple[str, ...] = ()
    tanks_are_sources: bool = True
    directed: bool = False
    papers: tuple[str, ...] = (REPORT,)
    map_colours: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if bool(self.pipe_id) == bool(self.point):
            raise InputError(tr("Give the location of the burst: either PIPE or POINT."))


@dataclass(frozen=True)
class IsolateResult:
    """An isolated burst; frames with geometry have it in column ``geom``, in the network's CRS.

    Parameters
    ----------
    pipe_line
        The line of the pipe that burst.
    valves, pipes, customers
        As `isolate.Burst` has them, with their places.
    hydrants
        Hydrants without water with their places.
    failed_valves
        The valves of the request that can't be closed: node_id, diameter_mm, turns, street.
    figures
        Every number by name, as the report has them.
    is_narrow
        Whether what is left with water is too narrow to stand in for what is shut.
    headline
        What it comes to, in a few words.
    notes
        Sentences about what to know or doubt.
    report, notice_list, order
        What was asked for as papers; None and () where not.
    """

    pipe_line: shapely.Geometry
    valves: gpd.GeoDataFrame
    pipes: gpd.GeoDataFrame
    customers: gpd.GeoDataFrame
    hydrants: gpd.GeoDataFrame
    failed_valves: gpd.GeoDataFrame
    figures: Mapping[str, Any]
    is_narrow: bool
    headline: str
    notes: tuple[str, ...]
    report: Optional[Report] = None
    notice_list: tuple[reports.Sheet, ...] = ()
    order: Optional[Report] = None


def isolate_burst(network: AnyNetwork, request: IsolateRequest, progress: Progress = SILENT) -> IsolateResult:
    """Return which valves isolate a burst and who loses water; nothing is written.

    Raises
    ------
    InputError
        When there is no such pipe, or it can't be isolated.
    """
    options = IsolationOptions(
        tanks_are_sources=request.tanks_are_sources,
        directed=request.directed,
        failed=tuple(request.failed_valves),
        what_if=tuple(request.what_if_valves),
    )
    point = None if request.pipe_id else parse_point("POINT", request.point, network.crs)
    with prepared_for_isolation(network, options, progress=progress.part(0.0, 0.85)) as works:
        pipe = (
            isolate.pipe_to_isolate(works, request.pipe_id)
            if point is None
            else isolate.pipe_at(works, *point)
        )
        others = [isolate.pipe_to_isolate(works, name) for name in request.other_pipes]
        progress.at(0.85, tr("Isolating"))
        burst = isolate.isolate(works, pipe, others=others)
        figures = reports.figures_of(works, burst)
        left, share = figures["remaining_diameter_mm"], works.settings.real("network.half_diameter_share")
        printed = [paper for paper in request.papers if paper in (REPORT, ORDER)]
        drawing = shut_map(works, burst, request.map_colours) if printed and request.map_colours else ""
        papers: dict[str, Any] = {}
        if REPORT in printed:
            papers[REPORT] = reports.isolation_report(works, burst, network=network.title, drawing=drawing)
        if ORDER in printed:
            papers[ORDER] = order_page(works, burst, network=network.title, drawing=drawing)
        if NOTICE_LIST in request.papers:
            papers[NOTICE_LIST] = tuple(reports.notice_sheets(burst))
        return IsolateResult(
            pipe_line=map_shapes.pipe_lines(works, np.array([pipe]))[0],
            valves=map_shapes.at_nodes(works, burst.valves),
            pipes=map_shapes.of_pipes(works, burst.pipes),
            customers=map_shapes.of_customers(works, burst.customers),
            hydrants=map_shapes.at_nodes(works, _numbered(works, burst.hydrants)),
            failed_valves=map_shapes.at_nodes(works, _failed_valves(works, request.failed_valves)),
            figures=figures,
            is_narrow=left is not None and left < share * figures["lost_diameter_mm"],
            headline=reports.headline(burst),
            notes=burst.notes,
            **papers,
        )


def _numbered(works: IsolationModel, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a frame of nodes whose node is in the graph, with its number as ``node``."""
    node = np.array([works.connected.graph.vertex_of(name) for name in frame["node_id"]], dtype=np.int64)
    return frame.assign(node=node)[node >= 0]


def _failed_valves(works: IsolationModel, names: tuple[str, ...]) -> pd.DataFrame:
    """Return what is known of valves by their ids."""
    found = _numbered(works, pd.DataFrame({"node_id": pd.Series(names, dtype=object)}))
    rows = works.nodes.iloc[works.connected.graph.asset[found["node"].to_numpy(dtype=np.int64)]]
    known = rows[["diameter_mm", "turns", "street"]].set_axis(found.index)
    return pd.concat([found, known], axis=1)
