"""How point assets stand to the pipes: at a vertex, beside one, on a pipe, or off all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.network.arrays import Array
from waternet_plugin.core.network.findings import NODE_BESIDE, NODE_OFF_PIPE, NODE_ON_PIPE, Notebook
from waternet_plugin.core.network.joining import Assets, Joined


@dataclass(frozen=True)
class Placement:
    """One row a node of the nodes frame.

    Parameters
    ----------
    vertex
        The vertex where the node stands: its own where pipes end at it, that of the place where it stands
        beside; -1 on or off a pipe.
    pipe
        The pipe it lies on between its ends, -1 for none.
    along_m
        Distance from the first end of that pipe, m in the plane; NaN for none.
    distance_m
        Distance from that pipe, m; NaN for none.
    """

    vertex: Array
    pipe: Array
    along_m: Array
    distance_m: Array


def nearest_lines(
    points: Array, lines: Array, eligible: Callable[[Array, Array], Array], reach_m: float
) -> tuple[Array, Array, Array]:
    """Return pairs of points and lines within reach: point, line, distance in m, by point and distance.

    Parameters
    ----------
    points, lines
        Geometries; missing ones are in no pair.
    eligible
        ``eligible(point rows, line rows)`` says which pairs count.
    reach_m
        Greatest distance, m.
    """
    # The tree stands on the fewer: lines ask it one by one.
    if len(points) <= len(lines):
        line, point = shapely.STRtree(points).query(lines, predicate="dwithin", distance=reach_m)
    else:
        point, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=reach_m)
    counts = eligible(point, line)
    point, line = point[counts], line[counts]
    with np.errstate(invalid="ignore"):
        distance = shapely.distance(points[point], lines[line])
    order = np.lexsort((line, distance, point))
    return point[order], line[order], distance[order]


def place_assets(
    assets: Assets,
    joined: Joined,
    degree: Array,
    lines: Array,
    line_system: Array,
    *,
    tolerance_m: float,
    notes: Notebook,
) -> Placement:
    """Say how each asset stands to the pipes, and note those that stand badly.

    Parameters
    ----------
    assets, joined
        The nodes, and what belongs to them.
    degree
        Pipe ends of each vertex.
    lines, line_system
        Geometry and system of the pipes.
    tolerance_m
        Distance within which a node lies on a pipe of its system, m.
    notes
        Takes the findings.
    """
    many = len(assets)
    vertex = np.where(degree[:many] > 0, np.arange(many), joined.beside)
    pipe = np.full(many, -1, dtype=np.int64)
    along, distance = np.full(many, np.nan), np.full(many, np.nan)
    beside = np.flatnonzero((degree[:many] == 0) & (vertex >= 0))
    notes.add(
        NODE_BESIDE,
        size=len(beside),
        node=beside,
        other_node=np.where(vertex[beside] < many, vertex[beside], -1),
        x_m=assets.place[beside, 0],
        y_m=assets.place[beside, 1],
    )
    lonely = np.flatnonzero((vertex < 0) & np.isfinite(assets.place).all(axis=1))
    if len(lonely):
        points = shapely.points(assets.place[lonely])

        def eligible(point: Array, line: Array) -> Array:
            system = assets.system[lonely[point]]
            return np.asarray((system < 0) | assets.joins[lonely[point]] | (system == line_system[line]))

        point, line, apart = nearest_lines(points, lines, eligible, tolerance_m)
        first = np.flatnonzero(np.r_[True, np.diff(point) != 0]) if len(point) else point
        node = lonely[point[first]]
        pipe[node], distance[node] = line[first], apart[first]
        along[node] = shapely.line_locate_point(lines[line[first]], points[point[first]])
        notes.add(
            NODE_ON_PIPE,
            size=len(node),
            node=node,
            pipe=pipe[node],
            distance_m=distance[node],
            x_m=assets.place[node, 0],
            y_m=assets.place[node, 1],
        )
        off = lonely[pipe[lonely] < 0]
        notes.add(NODE_OFF_PIPE, size=len(off), node=off, x_m=assets.place[off, 0], y_m=assets.place[off, 1])
    return Placement(vertex, pipe, along, distance)
