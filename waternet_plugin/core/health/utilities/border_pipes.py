"""Pipes over a border: they lie in the files of several utilities, and count where their middle lies.

Ids are unique within a utility alone, so a pipe is known by how it is drawn. Its middle lies in the
utility that has the nearest of the pipes that lie in one file only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array

# About a decimetre: the same drawing in two systems of coordinates differs by less.
_STEPS_A_DEGREE = 1e6
_STEPS_A_METRE = 1e3


def drawing_numbers(lines: Array, to_degrees: Callable[[Array, Array], tuple[Array, Array]]) -> Array:
    """Return a number for each line, the same for lines drawn alike in either direction.

    Their ends are the same and the means of their vertices are.

    Parameters
    ----------
    lines
        Shapes, none of them None or empty.
    to_degrees
        Returns longitudes and latitudes of x and y (m).
    """
    vertices, owner = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(owner, np.arange(len(lines)))
    count = np.diff(np.append(first, len(owner)))
    # Not the middle: that takes longer than all the rest.
    mean = np.add.reduceat(vertices, first) / count[:, None] if len(lines) else vertices
    xy = np.concatenate([vertices[first], vertices[first + count - 1], mean])
    steps = np.rint(np.stack(to_degrees(xy[:, 0], xy[:, 1]), axis=1) * _STEPS_A_DEGREE).astype(np.int64)
    start, end, half = steps.reshape(3, len(lines), 2)
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    ends = np.where(turned[:, None], np.hstack([end, start]), np.hstack([start, end]))
    numbers = pd.util.hash_pandas_object(pd.DataFrame(np.hstack([ends, half])), index=False)
    return np.asarray(numbers.to_numpy(), dtype=np.uint64)


def shared_numbers(utilities: Sequence[Array]) -> Array:
    """Return the numbers of drawings that several utilities have.

    Parameters
    ----------
    utilities
        Those of the pipes of each.
    """
    if not utilities:
        return np.zeros(0, dtype=np.uint64)
    drawing, count = np.unique(
        np.concatenate([np.unique(numbers) for numbers in utilities]), return_counts=True
    )
    return np.asarray(drawing[count > 1])


def distances_m(lines: Array, shared: Array) -> Array:
    """Return how far the middle of each shared pipe is from the nearest that is not shared; inf without any.

    Parameters
    ----------
    lines
        Shapes of all pipes of a utility (m); None where unknown.
    shared
        Rows of the shared ones.
    """
    own = np.delete(lines, shared)
    own = own[~(shapely.is_missing(own) | shapely.is_empty(own))]
    distances = np.full(len(shared), np.inf)
    if len(own) and len(shared):
        middle = shapely.line_interpolate_point(lines[shared], 0.5, normalized=True)
        (asked, _nearest), found = shapely.STRtree(own).query_nearest(
            middle, return_distance=True, all_matches=False
        )
        distances[asked] = found
    return distances


def count_elsewhere(numbers: Sequence[Array], distances: Sequence[Array]) -> list[Array]:
    """Return for each utility which of its shared pipes count in another.

    Of equally near utilities it is the first.

    Parameters
    ----------
    numbers, distances
        Of the shared pipes of each utility; distances (m) as of `distances_m`.
    """
    utility = np.repeat(np.arange(len(numbers)), [len(each) for each in numbers])
    drawing = np.concatenate([np.zeros(0, dtype=np.uint64), *numbers])
    # To a millimetre: the same pipe in another system of coordinates is as near.
    near = np.round(np.concatenate([np.zeros(0), *distances]) * _STEPS_A_METRE)
    order = np.lexsort((utility, near, drawing))
    _number, first, of_pipe = np.unique(drawing[order], return_index=True, return_inverse=True)
    counts_in = np.empty(len(drawing), dtype=np.int64)
    counts_in[order] = utility[order][first][of_pipe.reshape(-1)]
    elsewhere = counts_in != utility
    return [elsewhere[utility == number] for number in range(len(numbers))]
