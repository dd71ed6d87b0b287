"""How point assets stand to the pipes: at a vertex, beside one, on a pipe, or off all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.findings import (
    NODE_NEAR_END,
    NODE_OFF_PIPE,
    NODE_ON_PIPE,
    FindingCollector,
    Members,
)
from waternet_plugin.core.network.model.joined_ends import JoinedEnds, NodeAssets
from waternet_plugin.core.network.model.near import near_lines
from waternet_plugin.core.network.model.row_groups import placed, ranked
from waternet_plugin.core.shapes.packed_shapes import Shapes


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


def locate_assets(
    assets: NodeAssets,
    joined: JoinedEnds,
    degree: Array,
    lines: Shapes,
    line_id: Array,
    line_system: Array,
    *,
    tolerance_m: float,
    notes: FindingCollector,
) -> Placement:
    """Say how each asset stands to the pipes, and note those that stand badly.

    Parameters
    ----------
    assets, joined
        The nodes, and what belongs to them.
    degree
        Pipe ends of each vertex.
    lines, line_id, line_system
        Geometry, id and system of the pipes; of pipes equally near the one whose id comes first is taken.
    tolerance_m
        Distance within which a node lies on a pipe of its system, m.
    notes
        Takes the findings.
    """
    asset_count = len(assets)
    vertex = np.where(degree[:asset_count] > 0, np.arange(asset_count), joined.near_vertex)
    note_near_end(assets, vertex, degree, notes)
    pipe = np.full(asset_count, -1, dtype=np.int64)
    along, distance = np.full(asset_count, np.nan), np.full(asset_count, np.nan)
    lonely = np.flatnonzero((vertex < 0) & placed(assets.xy))
    if len(lonely):
        pipe[lonely], along[lonely], distance[lonely] = on_pipes(
            assets, lonely, lines, line_id, line_system, tolerance_m=tolerance_m
        )
        note_lonely(assets, lonely, pipe, distance, notes)
    return Placement(vertex, pipe, along, distance)


def note_near_end(assets: NodeAssets, vertex: Array, degree: Array, notes: FindingCollector) -> None:
    """Note nodes at which no pipe ends though one does where they stand."""
    asset_count = len(assets)
    beside = np.flatnonzero((degree[:asset_count] == 0) & (vertex >= 0))
    notes.add(
        NODE_NEAR_END,
        len(beside),
        Members(node=beside),
        other=Members(node=np.where(vertex[beside] < asset_count, vertex[beside], -1)),
        xy=assets.xy[beside],
    )


def on_pipes(
    assets: NodeAssets, rows: Array, lines: Shapes, line_id: Array, line_system: Array, *, tolerance_m: float
) -> tuple[Array, Array, Array]:
    """Return the nearest pipe of its system within the tolerance of each of some assets.

    Returns
    -------
    pipe, along_m, distance_m
        As `Placement` has them.
    """
    xy = assets.xy[rows]

    def eligible(point: Array, line: Array) -> Array:
        system = assets.system[rows[point]]
        return np.asarray((system < 0) | assets.joins[rows[point]] | (system == line_system[line]))

    point, line, apart = near_lines(xy, lines, tolerance_m, eligible)
    order = np.lexsort((line, ranked(line_id[line]), apart, point))
    point, line, apart = point[order], line[order], apart[order]
    first = np.flatnonzero(np.r_[True, np.diff(point) != 0]) if len(point) else point
    point, line, apart = point[first], line[first], apart[first]
    pipe = np.full(len(rows), -1, dtype=np.int64)
    along, distance = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    pipe[point], distance[point] = line, apart
    with np.errstate(invalid="ignore"):
        # A line without extent has one place only.
        along[point] = np.nan_to_num(shapely.line_locate_point(lines[line], shapely.points(xy[point])))
    return pipe, along, distance


def note_lonely(
    assets: NodeAssets, rows: Array, pipe: Array, distance: Array, notes: FindingCollector
) -> None:
    """Note nodes that lie on a pipe between its ends, and those off all pipes."""
    on, off = rows[pipe[rows] >= 0], rows[pipe[rows] < 0]
    notes.add(
        NODE_ON_PIPE,
        len(on),
        Members(pipe=pipe[on], node=on),
        distance_m=distance[on],
        xy=assets.xy[on],
    )
    notes.add(NODE_OFF_PIPE, len(off), Members(node=off), xy=assets.xy[off])
