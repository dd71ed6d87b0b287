"""Heights of edited pipes and nodes: what is known is kept, what QGIS invented or snapped to is not.

The height of a pipe is its axis, that of a node the ground. QGIS gives a vertex that is snapped the height of
what it was snapped to, of whatever layer, and a copied or drawn one that of nothing, 0.
"""

from __future__ import annotations

from typing import Any, Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.edits.edited_rows import shape_of, xy_boxes
from waternet_plugin.core.network.settling.edits.settling_work import (
    END,
    START,
    End,
    NodesNear,
    SettlingWork,
    apart_m,
    end_of,
    known,
    position_of,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.vertices import (
    distances_along,
    line_of,
    point_of,
    vertex_at,
    with_heights_between,
    xyz,
)

_WHY = "heights"
# Height that QGIS gives to vertices where it knows none, m.
_DRAWN_HEIGHT_M = 0.0
# Heights as near as this are one, m.
_SAME_HEIGHT_M = 1e-3


def settle_heights(work: SettlingWork) -> None:
    """Make heights unknown again that are those of something else, and interpolate between known ones."""
    _settle_pipes(work)
    _settle_nodes(work)


def _settle_pipes(work: SettlingWork) -> None:
    drawn: dict[int, tuple[Array, Array]] = {}
    for key in work.rows.edited("pipe"):
        row, before = work.rows.now("pipe", key), work.rows.before("pipe", key)
        shape = shape_of(row)
        if shape is not None and (before is None or shape_of(before) is not shape):
            drawn[key] = (xyz(shape), xyz(shape_of(before)))
    former = _former_vertices(work)
    fresh = {key: _fresh(vertices, former) for key, (vertices, _old) in drawn.items()}
    xyz_m = np.concatenate([np.empty((0, 3)), *(drawn[key][0][rows] for key, rows in fresh.items())])
    nodes = work.nodes_near(xyz_m) if len(xyz_m) else None
    for key, (vertices, old) in drawn.items():
        shaped = _without_invented(vertices, old)
        if nodes is not None:
            shaped = _without_ground(work, key, shaped, old, np.flatnonzero(fresh[key]), nodes)
        mended = with_heights_between(shaped)
        if not np.array_equal(mended, vertices, equal_nan=True):
            work.rows.set("pipe", key, _WHY, **{GEOMETRY_COLUMN: line_of(mended)})


def _former_vertices(work: SettlingWork) -> set[tuple[float, ...]]:
    """Return the vertices that edited pipes had before, those that are gone among them."""
    lines = (shape_of(work.rows.before("pipe", key)) for key in work.rows.edited("pipe"))
    return {tuple(vertex) for line in lines for vertex in xyz(line).tolist()}


def _fresh(vertices: Array, former: set[tuple[float, ...]]) -> Array:
    """Return which vertices have a height that no pipe had there before."""
    is_old = np.array([tuple(vertex) in former for vertex in vertices.tolist()], dtype=bool)
    return np.asarray(np.isfinite(vertices).all(axis=1) & ~is_old)


def _without_invented(vertices: Array, old: Array) -> Array:
    """Return vertices with the heights unknown that QGIS invented: 0, where nothing was before."""
    invented = vertices[:, 2] == _DRAWN_HEIGHT_M
    # At the level of the sea 0 is a height like any other.
    if not invented.any() or (old[:, 2] == _DRAWN_HEIGHT_M).any():
        return vertices
    result = vertices.copy()
    result[invented, 2] = np.nan
    return result


def _without_ground(
    work: SettlingWork, key: int, vertices: Array, old: Array, fresh: Array, nodes: NodesNear
) -> Array:
    """Return the vertices of a pipe without heights of the ground; ends keep what they had before.

    Parameters
    ----------
    work
        The settling.
    key
        The pipe.
    vertices, old
        Its vertices now and before, (vertices, 3).
    fresh
        Which of them have a height that no pipe had there before, by their number.
    nodes
        The nodes around them.
    """
    result = vertices
    for index in fresh.tolist():
        xyz_m = vertices[index]
        nodes_there = (nodes.rows[node] for node in nodes.at(xyz_m, work.same_m))
        if not any(_is_ground(work, node, xyz_m, key) for node in nodes_there):
            continue
        result = vertices.copy() if result is vertices else result
        is_end = len(old) and index in (0, len(vertices) - 1)
        result[index, 2] = old[0 if index == 0 else -1, 2] if is_end else np.nan
    return result


def _is_ground(work: SettlingWork, node: Row, xyz_m: Array, key: int) -> bool:
    """Return whether a height that a pipe takes at a node is that of the ground, or may be.

    Of a node without a ground level nothing says so. Where the height of a node is another than its ground
    level, it is one of pipes if another pipe ends there in it.
    """
    ground = node.get("ground_m")
    if not known(ground):
        return False
    if abs(float(str(ground)) - xyz_m[2]) <= _SAME_HEIGHT_M:
        return True
    if abs(position_of(node)[2] - xyz_m[2]) > _SAME_HEIGHT_M:
        return False
    for other, row in work.rows.near("pipe", xy_boxes(xyz_m[np.newaxis], work.same_m)).items():
        rows = [work.rows.before("pipe", other), row if other != key else None]
        ends = (end_of(other_row, end) for other_row in rows for end in (START, END))
        if any(
            apart_m(end, xyz_m) <= work.same_m and abs(end[2] - xyz_m[2]) <= _SAME_HEIGHT_M for end in ends
        ):
            return False
    return True


def lifted(work: SettlingWork, end: End, node: Row) -> dict[str, Any]:
    """Return the line of an end without height at that of its node, heights between interpolated.

    The height of the ground is none of a pipe.
    """
    vertices = xyz(shape_of(work.rows.must("pipe", end[0])))
    row_of = -1 if end[1] else 0
    xyz_m = position_of(node)
    if np.isfinite(vertices[row_of, 2]) or not np.isfinite(xyz_m[2]) or _is_ground(work, node, xyz_m, end[0]):
        return {}
    vertices = vertices.copy()
    vertices[row_of, 2] = xyz_m[2]
    return {GEOMETRY_COLUMN: line_of(with_heights_between(vertices))}


def _settle_nodes(work: SettlingWork) -> None:
    """Let nodes that were moved keep their height where they took that of a pipe; 0 is none of new ones."""
    for key in work.rows.edited("node"):
        row, before = work.rows.now("node", key), work.rows.before("node", key)
        xyz_m = position_of(row)
        if row is None or not np.isfinite(xyz_m).all():
            continue
        was = position_of(before)
        height: Optional[float] = None
        if before is None:
            ground = row.get("ground_m")
            if xyz_m[2] == _DRAWN_HEIGHT_M:
                height = np.nan
            elif known(ground) and _is_on_pipe(work, xyz_m):
                height = float(str(ground))
        elif apart_m(was, xyz_m) > work.same_m and was[2] != xyz_m[2] and _is_on_pipe(work, xyz_m):
            height = float(was[2])
        if height is not None:
            moved = np.append(xyz_m[:2], height)
            work.rows.set("node", key, _WHY, **{GEOMETRY_COLUMN: point_of(moved)})


def _is_on_pipe(work: SettlingWork, xyz_m: Array) -> bool:
    """Return whether a pipe passes a place in its height."""
    import shapely

    point = shapely.Point(*xyz_m[:2])
    for row in work.rows.near("pipe", xy_boxes(xyz_m[np.newaxis], work.same_m)).values():
        line = shape_of(row)
        if line is None or shapely.distance(line, point) > work.same_m:
            continue
        vertices = with_heights_between(xyz(line))
        along = distances_along(vertices)
        height = vertex_at(vertices, along, float(shapely.line_locate_point(line, point)))[2]
        if abs(height - xyz_m[2]) <= _SAME_HEIGHT_M:
            return True
    return False
