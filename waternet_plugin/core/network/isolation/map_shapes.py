"""Places on the map for results that name segments, nodes and pipes by number."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.segments import Ints
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel
from waternet_plugin.core.network.tracing.trace import Trace
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork


def _with(frame: pd.DataFrame, shapes: Array) -> gpd.GeoDataFrame:
    plain = pd.DataFrame(frame)
    return gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries(shapes, index=plain.index)).rename_geometry("geom")


def _solid(shapes: Array) -> Array:
    """Return shapes that all have heights, 0 where there was none, as typed layers want them."""
    solid: Array = shapely.force_3d(shapes)
    return solid


def pipe_lines(works: IsolationModel, pipes: Ints) -> Array:
    """Return the lines of pipes by number."""
    return works.lines[works.connected.graph.pipe_row[pipes]]


def of_trace(network: TraceableNetwork, trace: Trace) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the pipes and nodes of a trace, lines and points added."""
    graph = network.graph
    lines = network.lines[graph.pipe_row[trace.pipes["pipe"].to_numpy(dtype=np.int64)]]
    return _with(trace.pipes, _solid(lines)), of_trace_nodes(network, trace.nodes)


def of_trace_nodes(ground: TraceableNetwork, frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a frame with a column ``node`` of a trace, points added."""
    node = frame["node"].to_numpy(dtype=np.int64)
    return _with(frame, _solid(shapely.points(ground.graph.x_m[node], ground.graph.y_m[node])))


def of_pipes(works: IsolationModel, frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a frame with a column ``pipe``, lines added."""
    return _with(frame, _solid(pipe_lines(works, frame["pipe"].to_numpy(dtype=np.int64))))


def at_nodes(works: IsolationModel, frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a frame with a column ``node``, points added; a node in thought is the middle of its pipe."""
    graph = works.connected.graph
    node = frame["node"].to_numpy(dtype=np.int64)
    real = node < graph.node_count
    points = np.full(len(node), None, dtype=object)
    points[real] = shapely.points(graph.x_m[node[real]], graph.y_m[node[real]])
    if not real.all():
        pipes = works.elements.half_of[graph.pipe_count + node[~real] - graph.node_count]
        points[~real] = shapely.line_interpolate_point(pipe_lines(works, pipes), 0.5, normalized=True)
    return _with(frame, _solid(points))


def of_segments(works: IsolationModel, frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a frame with a column ``segment``, the lines of its pipes added."""
    graph = works.connected.graph
    pipe = np.flatnonzero((works.segments.pipe[: graph.pipe_count] >= 0) & works.real[: graph.pipe_count])
    lines = pipe_lines(works, pipe)
    is_drawn = ~shapely.is_missing(lines) & ~shapely.is_empty(lines)
    pipe, lines = pipe[is_drawn], lines[is_drawn]
    parts, part_of = shapely.get_parts(_solid(lines), return_index=True)
    segment = works.segments.pipe[pipe][part_of]
    order = np.argsort(segment, kind="stable")
    shapes = np.full(works.segments.count, None, dtype=object)
    if len(order):
        shapely.multilinestrings(parts[order], indices=segment[order], out=shapes)
    return _with(frame, shapes[frame["segment"].to_numpy(dtype=np.int64)])


def of_customers(works: IsolationModel, frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a frame with a column ``row`` of the customers, points added."""
    points = works.customers["geom"].to_numpy()[frame["row"].to_numpy(dtype=np.int64)]
    return _with(frame, shapely.force_2d(points))
