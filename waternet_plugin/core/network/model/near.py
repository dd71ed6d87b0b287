"""What lies near to points: other points, and lines, for any number of them at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import placed
from waternet_plugin.core.shapes.packed_shapes import PackedShapes, Shapes

# From so many shapes on, the question is shared among cores: GEOS answers without holding Python back.
SHARED_FROM = 50_000
_MOST_WORKERS = 4


def boxes_meeting(
    tree: shapely.STRtree, shapes: Array, *, shared_from: int = SHARED_FROM
) -> tuple[Array, Array]:
    """Return the pairs of shapes and members of a tree whose boxes meet, in the order of the shapes.

    Parameters
    ----------
    shapes
        Geometries; missing ones are in no pair.
    shared_from
        So many shapes and more are asked for in parts, on several cores.
    """
    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    if workers == 1 or len(shapes) < shared_from:
        shape, member = tree.query(shapes)
        return shape, member
    parts = np.array_split(shapes, workers)
    with ThreadPoolExecutor(workers) as pool:
        answers = list(pool.map(tree.query, parts))
    before = np.cumsum([0, *(len(part) for part in parts[:-1])])
    return (
        np.concatenate([shape + start for (shape, _member), start in zip(answers, before)]),
        np.concatenate([member for _shape, member in answers]),
    )


def near_points(points: Array, targets: Array, reach_m: float) -> tuple[Array, Array, Array]:
    """Return all pairs of points and targets within reach of each other.

    Far faster than asking for several nearest ones where most points have few targets near.

    Parameters
    ----------
    points, targets
        Places, (n, 2), m; those without a place are in no pair.
    reach_m
        Greatest distance, m.

    Returns
    -------
    point, target, distance_m
        Numbers and distances, in no order.
    """
    point_rows, target_rows = np.flatnonzero(placed(points)), np.flatnonzero(placed(targets))
    if not len(point_rows) or not len(target_rows):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, np.zeros(0)
    first, second = (
        cKDTree(points_xy, balanced_tree=False, compact_nodes=False)
        for points_xy in (points[point_rows], targets[target_rows])
    )
    pairs = first.sparse_distance_matrix(second, reach_m, output_type="ndarray")
    return point_rows[pairs["i"]], target_rows[pairs["j"]], pairs["v"]


def near_lines(
    points: Array,
    lines: Shapes,
    reach_m: float,
    counts: Callable[[Array, Array], Array],
) -> tuple[Array, Array, Array]:
    """Return the pairs of points and lines within reach of each other.

    Parameters
    ----------
    points
        Places, (n, 2), m; those without a place are in no pair.
    lines
        Geometries; missing ones are in no pair.
    reach_m
        Greatest distance, m.
    counts
        ``counts(point numbers, line numbers)`` says which pairs are wanted. It is asked before distances are
        measured: leave out here the pipes that end at a point.

    Returns
    -------
    point, line, distance_m
        Numbers and distances, in no order.
    """
    point_rows = np.flatnonzero(placed(points))
    places = points[point_rows]
    number, lines = _lines_beside(places, lines, reach_m)
    # Lines across the boxes around the points: made in half the time of the boxes themselves.
    boxes = shapely.linestrings(np.stack([places - reach_m, places + reach_m], axis=1))
    if len(point_rows) <= len(lines):
        # The tree stands on the fewer.
        line, point = boxes_meeting(shapely.STRtree(boxes), lines)
    else:
        point, line = boxes_meeting(shapely.STRtree(lines), boxes)
    point = point_rows[point]
    wanted = counts(point, number[line])
    point, line = point[wanted], line[wanted]
    # GEOS flags lines without extent as invalid; their distance is right.
    with np.errstate(invalid="ignore"):
        distance = np.asarray(shapely.distance(shapely.points(points[point]), lines[line]))
    near = distance <= reach_m
    return point[near], number[line[near]], distance[near]


def _lines_beside(places: Array, lines: Shapes, reach_m: float) -> tuple[Array, Array]:
    """Return lines by number and as shapes: of packed ones those that may be within reach of a place."""
    if not isinstance(lines, PackedShapes):
        return np.arange(len(lines)), lines
    west, _south, east, _north = lines.bounds.T
    x = np.sort(places[:, 0])
    beside = np.searchsorted(x, west - reach_m) < np.searchsorted(x, east + reach_m, side="right")
    number = np.flatnonzero(beside)
    return number, lines[number]
