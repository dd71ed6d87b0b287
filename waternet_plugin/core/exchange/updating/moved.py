"""How far geometries lie from where they were."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

# What lies within this distance lies where it was, m.
SAME_PLACE_M = 1e-3
_LINE = 1


def moved_m(new: Array, old: Array) -> Array:
    """Return how far each geometry moved, m: 0 for one that did not, or that the file does not give.

    A line that was turned has moved, although it lies where it was: its ends did. Heights count where both
    know them.

    Parameters
    ----------
    new, old
        Geometries in the same CRS, None where there is none.
    """
    result = np.zeros(len(new))
    given = ~(shapely.is_missing(new) | shapely.is_empty(new))
    lacking = shapely.is_missing(old) | shapely.is_empty(old)
    result[given & lacking] = np.inf
    rows = np.flatnonzero(given & ~lacking)
    alike = shapely.get_num_coordinates(new[rows]) == shapely.get_num_coordinates(old[rows])
    apart = np.full(len(rows), np.inf)
    apart[alike] = _by_vertices(new[rows[alike]], old[rows[alike]])
    left = np.flatnonzero(~(apart <= SAME_PLACE_M))
    if len(left):
        at = rows[left]
        shifted = np.fmax(shapely.hausdorff_distance(new[at], old[at]), _ends_m(new[at], old[at]))
        in_plan = np.full(len(left), np.inf)
        same = np.flatnonzero(alike[left])
        in_plan[same] = _by_vertices(shapely.force_2d(new[at[same]]), shapely.force_2d(old[at[same]]))
        # Vertex by vertex the plan says the same: it is the heights that differ.
        of_heights = np.where(in_plan <= SAME_PLACE_M, apart[left], 0.0)
        apart[left] = np.where(shifted > SAME_PLACE_M, shifted, of_heights)
    result[rows] = np.where(apart > SAME_PLACE_M, apart, 0.0)
    return result


def are_turned(new: Array, old: Array) -> Array:
    """Return which lines are what they were, drawn from the other end."""
    lines = (shapely.get_type_id(new) == _LINE) & (shapely.get_type_id(old) == _LINE)
    found = np.zeros(len(new), dtype=bool)
    rows = np.flatnonzero(lines)
    if len(rows):
        found[rows] = moved_m(shapely.reverse(new[rows]), old[rows]) == 0
    return found


def _by_vertices(new: Array, old: Array) -> Array:
    """Return the largest distance between the vertices of geometries that have as many of them, m."""
    one, owner = shapely.get_coordinates(new, include_z=True, return_index=True)
    other = shapely.get_coordinates(old, include_z=True)
    # A height that one of them does not know says nothing.
    squares = np.nansum((one - other) ** 2, axis=1)
    if not len(owner):
        return np.zeros(len(new))
    first = np.flatnonzero(np.r_[True, np.diff(owner) > 0])
    largest = np.zeros(len(new))
    largest[owner[first]] = np.maximum.reduceat(squares, first)
    return np.sqrt(largest)


def _ends_m(new: Array, old: Array) -> Array:
    """Return how far the ends of lines are from those that they had, 0 for what has none."""
    result = np.zeros(len(new))
    rows = np.flatnonzero((shapely.get_type_id(new) == _LINE) & (shapely.get_type_id(old) == _LINE))
    for end in (0, -1):
        apart = shapely.distance(shapely.get_point(new[rows], end), shapely.get_point(old[rows], end))
        result[rows] = np.fmax(result[rows], apart)
    return result
