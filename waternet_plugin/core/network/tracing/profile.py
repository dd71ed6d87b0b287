"""The long profile of a trace: ground, pipe, depth and crossings along its way, gaps where unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.segments import Ints
from waternet_plugin.core.network.tracing.trace import Trace
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork


@dataclass(frozen=True)
class Profile(PlainFrames):
    """A long profile.

    Parameters
    ----------
    points
        chainage_m, pipe_id, node_id, ground_m, invert_m, crown_m, depth_m; two rows a pipe, its ends in the
        order they are passed; NaN where unknown. ``depth_m`` is what the trade means by it: to the invert of
        drains, to the crown of pressure pipes.
    crossings
        chainage_m, pipe_id, system, diameter_mm, bottom_m, top_m, clearance_m of pipes outside the way that
        it crosses in plan; ``clearance_m`` is the vertical distance between outer edges, negative where they
        overlap, NaN where a level is unknown.
    length_m
        Length of the way.
    gaps_m
        Length of pipes whose level is unknown at either end.
    """

    points: pd.DataFrame
    crossings: pd.DataFrame
    length_m: float
    gaps_m: float


@dataclass(frozen=True)
class _Levels:
    """Inverts and crowns of both ends of pipes, m, (pipes, 2); NaN unknown."""

    invert: Array
    crown: Array
    depth: Array
    ground: Array


def _column(frame: pd.DataFrame, name: str, row: Ints) -> Array:
    values: Array = frame[name].to_numpy(dtype=float)[row]
    return values


def _grounds(ground: TraceableNetwork, pipe: Ints) -> Array:
    graph = ground.graph
    vertex = np.stack([graph.start[pipe], graph.end[pipe]], axis=1)
    levels = np.append(ground.nodes["ground_m"].to_numpy(dtype=float), np.nan)
    asset = graph.asset[vertex]
    return np.asarray(levels[np.where(asset >= 0, asset, len(levels) - 1)])


def _levels(ground: TraceableNetwork, pipe: Ints) -> _Levels:
    """Return levels of pipes: surveyed inverts first, then depths below ground, then the line's heights."""
    graph, frame = ground.graph, ground.pipes
    row = graph.pipe_row[pipe]
    above = _grounds(ground, pipe)
    size = _column(frame, "height_mm", row)
    size = np.where(np.isnan(size), _column(frame, "diameter_mm", row), size)[:, None] / 1000
    drain = ground.drains[pipe] & (graph.pipe_function[pipe] != "rising_main")
    depth = np.stack([_column(frame, "depth_start_m", row), _column(frame, "depth_end_m", row)], axis=1)
    invert = np.stack([_column(frame, "invert_start_m", row), _column(frame, "invert_end_m", row)], axis=1)
    by_depth = np.where(drain[:, None], above - depth, above - depth - size)
    invert = np.where(np.isnan(invert), by_depth, invert)
    # The height of a line is that of the pipe's axis; 0 is what drawing leaves where nothing was measured.
    heights = _ends_z(ground.lines[row])
    axis = np.where(heights == 0, np.nan, heights)
    invert = np.where(np.isnan(invert), axis - size / 2, invert)
    crown = invert + size
    to = np.where(drain[:, None], invert, crown)
    return _Levels(invert, crown, np.where(np.isnan(depth), above - to, depth), above)


def _ends_z(lines: Array) -> Array:
    """Return the heights of the first and last point of lines, (lines, 2)."""
    heights = np.full((len(lines), 2), np.nan)
    has_line = ~shapely.is_missing(lines)
    has_line[has_line] = ~shapely.is_empty(lines[has_line])
    for end, vertex in ((0, 0), (1, -1)):
        heights[has_line, end] = shapely.get_z(shapely.get_point(lines[has_line], vertex))
    return heights


def _points(ground: TraceableNetwork, trace: Trace) -> tuple[pd.DataFrame, Array]:
    graph = ground.graph
    pipe = trace.pipes["pipe"].to_numpy(dtype=np.int64)
    forward = trace.pipes["forward"].to_numpy(dtype=bool)
    levels = _levels(ground, pipe)
    order = np.where(forward[:, None], [0, 1], [1, 0])
    rows = np.arange(len(pipe))[:, None]
    length = ground.length_m[pipe]
    behind = np.cumsum(length)
    vertex = np.stack([graph.start[pipe], graph.end[pipe]], axis=1)[rows, order]
    frame = pd.DataFrame(
        {
            "chainage_m": np.stack([behind - length, behind], axis=1).reshape(-1),
            "pipe_id": np.repeat(graph.pipe_id[pipe], 2),
            "node_id": graph.node_id[vertex].reshape(-1),
            "ground_m": levels.ground[rows, order].reshape(-1),
            "invert_m": levels.invert[rows, order].reshape(-1),
            "crown_m": levels.crown[rows, order].reshape(-1),
            "depth_m": levels.depth[rows, order].reshape(-1),
        }
    )
    unknown = np.isnan(levels.invert).any(axis=1)
    return frame, np.where(unknown, length, 0.0)


def _at(levels: Array, share: Array) -> Array:
    """Return levels between both ends of pipes, by the share of the way."""
    between: Array = levels[:, 0] + share * (levels[:, 1] - levels[:, 0])
    return between


def _crossing_pairs(crossing_lines: Array, lines: Array) -> tuple[Array, Array]:
    """Return the pairs of asked lines and others that cross, for few asked and many others."""
    other, own = shapely.STRtree(crossing_lines).query(lines, predicate="crosses")
    return own, other


def _crossings(ground: TraceableNetwork, trace: Trace) -> pd.DataFrame:
    """Return the pipes in use that cross the way in plan, those that are joined to it left out."""
    graph = ground.graph
    shapes = ground.lines[:]
    pipe = trace.pipes["pipe"].to_numpy(dtype=np.int64)
    crossing_lines = shapes[graph.pipe_row[pipe]]
    own, theirs = _crossing_pairs(crossing_lines, shapes[graph.pipe_row])
    own_pipe = pipe[own]
    apart = ground.in_use[theirs] & ~np.isin(theirs, pipe) & ~(
        (graph.start[own_pipe] == graph.start[theirs]) | (graph.start[own_pipe] == graph.end[theirs])
        | (graph.end[own_pipe] == graph.start[theirs]) | (graph.end[own_pipe] == graph.end[theirs])
    )  # fmt: skip
    own, own_pipe, theirs = own[apart], own_pipe[apart], theirs[apart]
    meets, which = shapely.get_parts(
        shapely.intersection(
            *(shapely.force_2d(shapes[graph.pipe_row[each]]) for each in (own_pipe, theirs))
        ),
        return_index=True,
    )
    points = shapely.centroid(meets)
    own, own_pipe, theirs = own[which], own_pipe[which], theirs[which]
    along, across = (
        shapely.line_locate_point(shapes[graph.pipe_row[each]], points, normalized=True)
        for each in (own_pipe, theirs)
    )
    forward = trace.pipes["forward"].to_numpy(dtype=bool)[own]
    length = ground.length_m[own_pipe]
    before = (np.cumsum(ground.length_m[pipe]) - ground.length_m[pipe])[own]
    ours, other_levels = _levels(ground, own_pipe), _levels(ground, theirs)
    bottom, top = _at(other_levels.invert, across), _at(other_levels.crown, across)
    under, over = _at(ours.invert, along), _at(ours.crown, along)
    frame = pd.DataFrame(
        {
            "chainage_m": before + length * np.where(forward, along, 1 - along),
            "pipe_id": graph.pipe_id[theirs],
            "system": graph.pipe_system[theirs],
            "diameter_mm": _column(ground.pipes, "diameter_mm", graph.pipe_row[theirs]),
            "bottom_m": bottom,
            "top_m": top,
            "clearance_m": np.maximum(bottom - over, under - top),
        }
    )
    ordered: pd.DataFrame = frame.sort_values(["chainage_m", "pipe_id"], ignore_index=True)
    return ordered


def profile(network: TraceableNetwork, trace: Trace) -> Profile:
    """Return the long profile of a way.

    Parameters
    ----------
    trace
        A way, as tracing to a source, along the shortest way, or down a single drain gives it; its pipes
        are taken in their order.
    """
    points, gaps = _points(network, trace)
    length = float(points["chainage_m"].max()) if len(points) else 0.0
    return Profile(points, _crossings(network, trace), length, float(gaps.sum()))
