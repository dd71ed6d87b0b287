"""Where places lie on the middle of pipes, and what a node takes from the pipe on which it was put."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.edits.edited_rows import shape_of
from waternet_plugin.core.network.settling.edits.settling_work import (
    NODE_OF,
    SettlingWork,
    known,
    position_of,
    text,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.vertices import (
    distances_along,
    passes,
    point_of,
    vertex_at,
    with_heights_between,
    xyz,
)

_LINE = 1
_SENSOR = "sensor"
_FITTED = "fitted"
# The longest stretch of a line that is looked up at once, m.
_STRETCH_M = 50.0


@dataclass(frozen=True)
class OnPipe:
    """A place on the middle of a pipe: how far along, m, and the vertex there."""

    key: int
    row: Row
    along_m: float
    xyz_m: Array


class PipesNear:
    """Pipes by where they lie.

    Parameters
    ----------
    rows
        Pipes by key; those without a line are passed over.
    work
        The settling.
    """

    def __init__(self, rows: dict[int, Row], work: SettlingWork) -> None:
        lines = {key: shape_of(row) for key, row in rows.items() if work.rows.now("pipe", key) is not None}
        self._work = work
        self._keys = [
            key for key, line in lines.items() if line is not None and shapely.get_type_id(line) == _LINE
        ]
        self._lines = np.array([lines[key] for key in self._keys] + [None], dtype=object)[:-1]
        self._tree = shapely.STRtree(self._lines)

    def at(self, xyz_m: Array) -> list[list[OnPipe]]:
        """Return the pipes on whose middle each place lies, (places, 3), m; the largest diameter first."""
        same_m = self._work.same_m
        boxes = shapely.box(*np.hstack([xyz_m[:, :2] - same_m, xyz_m[:, :2] + same_m]).T)
        row_of, index_of = self._tree.query(boxes)
        points, lines = shapely.points(xyz_m[row_of, :2]), self._lines[index_of]
        pairs, along = passes(lines, points, same_m)
        result: list[list[OnPipe]] = [[] for _ in xyz_m]
        for order in np.lexsort((along, index_of[pairs], row_of[pairs])).tolist():
            pair, at = int(pairs[order]), float(along[order])
            key = self._keys[index_of[pair]]
            row, vertices = self._work.rows.must("pipe", key), with_heights_between(xyz(lines[pair]))
            vertex = vertex_at(vertices, distances_along(vertices), at)
            result[row_of[pair]].append(OnPipe(key, row, at, vertex))
        return [sorted(met, key=lambda on_pipe: -_size(on_pipe.row)) for met in result]


def boxes_of_drawn_pipes(work: SettlingWork) -> Array:
    """Return the boxes in which `nodes_on_drawn_pipes` looks for nodes, (boxes, 4), m."""
    lines = np.array([shape for _row, shape, _was in _drawn(work).values()] + [None], dtype=object)[:-1]
    return _boxes_along(lines, work.reach_m) if len(lines) else np.empty((0, 4))


def _drawn(work: SettlingWork) -> dict[int, tuple[Row, Any, Any]]:
    """Return the rows of pipes that were drawn or moved, with their lines now and before."""
    drawn = {}
    for key in work.rows.edited("pipe"):
        row, before = work.rows.now("pipe", key), work.rows.before("pipe", key)
        shape, was = shape_of(row), shape_of(before)
        if row is None or shape is None or shape is was or key in work.copied or key in work.merged:
            continue
        if shapely.get_type_id(shape) == _LINE and shape.length > work.same_m:
            drawn[key] = (row, shape, was)
    return drawn


def nodes_on_drawn_pipes(work: SettlingWork) -> list[tuple[int, OnPipe]]:
    """Return the nodes on the middle of pipes that were drawn across them or moved onto them.

    A node that lay on the middle of a pipe before is a fault that nobody touched. Parts of split pipes are
    where they were, and what lies between merged pipes was looked at when they were merged.
    """
    drawn = _drawn(work)
    if not drawn:
        return []
    lines = np.array([shape for _row, shape, _was in drawn.values()] + [None], dtype=object)[:-1]
    boxes = _boxes_along(lines, work.reach_m)
    nodes = {key: row for key, row in work.rows.near("node", boxes).items() if work.family_of(row) != _SENSOR}
    points = np.array([shape_of(row) for row in nodes.values()] + [None], dtype=object)[:-1]
    keys, numbers, on_pipes = list(nodes), list(drawn), []
    for line_index, index in _points_on(lines, points, work.same_m):
        key, point = numbers[line_index], points[index]
        row, shape, was = drawn[key]
        if was is not None and _on_line(work, key, row, was, point):
            continue
        if work.may_join(nodes[keys[index]], row.get("system")):
            on_pipes += [(keys[index], on_pipe) for on_pipe in _on_line(work, key, row, shape, point)]
    return on_pipes


def _points_on(lines: Array, points: Array, same_m: float) -> list[tuple[int, int]]:
    """Return pairs of a line and a point on the middle of it, by number, ascending."""
    boxes = shapely.bounds(lines) + same_m * np.array([-1, -1, 1, 1])
    line_of, point_of_pair = shapely.STRtree(points).query(shapely.box(*boxes.T))
    near = shapely.distance(lines[line_of], points[point_of_pair]) <= same_m
    line_of, point_of_pair = line_of[near], point_of_pair[near]
    on = np.unique(passes(lines[line_of], points[point_of_pair], same_m)[0])
    return sorted(zip(line_of[on].tolist(), point_of_pair[on].tolist()))


def _on_line(work: SettlingWork, key: int, row: Row, line: Any, point: Any) -> list[OnPipe]:
    """Return where a point lies on the middle of a pipe; nothing where it does not."""
    _pair, along = passes(np.array([line], dtype=object), np.array([point], dtype=object), work.same_m)
    vertices = with_heights_between(xyz(line))
    distances = distances_along(vertices)
    return [OnPipe(key, row, at, vertex_at(vertices, distances, at)) for at in along.tolist()]


def _boxes_along(lines: Array, reach_m: float) -> Array:
    """Return boxes around short stretches of lines: that of a long slanting line would hold a town."""
    vertices, owner = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(owner[1:] == owner[:-1])
    spans = vertices[first + 1] - vertices[first]
    stretches = np.maximum(np.ceil(np.hypot(*spans.T) / _STRETCH_M), 1).astype(np.int64)
    rows = np.repeat(np.arange(len(first)), stretches)
    number, step = steps(stretches)[:, np.newaxis], (spans / stretches[:, np.newaxis])[rows]
    start = vertices[first][rows] + number * step
    low, high = np.minimum(start, start + step), np.maximum(start, start + step)
    return np.hstack([low - reach_m, high + reach_m])


def _size(row: Row) -> float:
    size = row.get("diameter_mm")
    return float(str(size)) if known(size) else 0.0


def fit_into_pipe(work: SettlingWork, key: int, on: OnPipe) -> None:
    """Give a new node on a pipe the system, diameter, street and direction of it, where it knows none.

    A node without a system was offered its id before anybody knew where it belongs: it takes the letters of
    the nodes of its pipe. An id that a person typed stays.
    """
    node, pipe = work.rows.must("node", key), on.row
    values: dict[str, Any] = {}
    for name in ("system", "diameter_mm", "street", "compound_id", "dma_id"):
        if not known(node.get(name)) or node.get(name) == "":
            values[name] = pipe.get(name)
    if work.family_of(node) in table("node").field("angle_deg").families:
        if not known(node.get("angle_deg")):
            values["angle_deg"] = _angle_deg(xyz(shape_of(pipe)), on.along_m)
    if text(node.get("system")) is None and key in work.offered_ids:
        named = [text(pipe.get(column)) for column in NODE_OF]
        like = next((name for name in named if name is not None), None)
        if like is not None:
            values["node_id"] = work.rows.new_id("node", like)
    xyz_m = position_of(node)
    # The height of a node is that of the ground, where that is known.
    height = node["ground_m"] if known(node.get("ground_m")) else on.xyz_m[2]
    if not np.isfinite(xyz_m[2]) and np.isfinite(float(height)):
        values[GEOMETRY_COLUMN] = point_of(np.append(xyz_m[:2], float(height)))
    work.rows.set("node", key, _FITTED, **values)


def _angle_deg(vertices: Array, along_m: float) -> float:
    """Return how far a sign is turned clockwise from the east to lie along a line, 0 to 180 degrees."""
    along = distances_along(vertices)
    index = int(np.clip(np.searchsorted(along, along_m, side="right") - 1, 0, len(along) - 2))
    x, y = vertices[index + 1, :2] - vertices[index, :2]
    return round(-math.degrees(math.atan2(y, x)) % 180.0, 1) % 180.0
