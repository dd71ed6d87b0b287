"""Cut a network into connected stretches of pipe that a crew searches in one night."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array

# Sums of lengths differ by rounding.
_ROUNDING = 1 + 1e-9


@dataclass(frozen=True)
class SearchStretches:
    """Which pipe belongs to which stretch, ``R`` rows: a pipe that is too long for a night has several.

    Parameters
    ----------
    pipe
        Number of the pipe (R,).
    stretch
        Number of the stretch from 0 (R,); they follow their first pipes.
    length_m
        Length of the pipe within the stretch (R,), m.
    """

    pipe: Array
    stretch: Array
    length_m: Array

    @property
    def count(self) -> int:
        """Number of stretches."""
        return int(self.stretch.max(initial=-1)) + 1


def search_stretches(
    start: Array, end: Array, length_m: Array, zone: Array, *, most_m: float
) -> SearchStretches:
    """Return connected stretches of at most a length, each within one zone.

    Each connected part of a zone is cut from its farthest pipes inwards: what meets at a vertex is put
    together as long as it fits. A pipe longer than that is cut into equal parts.

    Parameters
    ----------
    start, end
        Vertices of the pipes (P,), whole numbers from 0.
    length_m
        Their lengths (P,), m.
    zone
        Number of the zone of each pipe (P,).
    most_m
        The longest stretch, m.

    Returns
    -------
    SearchStretches
        The same for the same pipes in the same order.
    """
    fits = length_m <= most_m * _ROUNDING
    stretch = np.full(len(length_m), -1, dtype=np.int64)
    short = np.flatnonzero(fits)
    stretch[short] = short[_joined(start[short], end[short], length_m[short], zone[short], most_m)]
    long = np.flatnonzero(~fits)
    parts = np.ceil(length_m[long] / (most_m * _ROUNDING)).astype(np.int64)
    pipe = np.concatenate([short, np.repeat(long, parts)])
    # Parts of long pipes have numbers of their own behind those of all pipes.
    label = np.concatenate([stretch[short], len(length_m) + np.arange(int(parts.sum()))])
    share = np.concatenate([length_m[short], np.repeat(length_m[long] / np.maximum(parts, 1), parts)])
    order = np.lexsort((label, pipe))
    number = pd.factorize(label[order])[0].astype(np.int64)
    return SearchStretches(pipe[order], number, share[order])


def _joined(start: Array, end: Array, length_m: Array, zone: Array, most_m: float) -> Array:
    """Return for each pipe the number of a pipe that its stretch is named after (P,)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    count = len(length_m)
    if not count:
        return np.empty(0, dtype=np.int64)
    # A vertex at which zones meet is one of each of them.
    size = int(max(start.max(), end.max())) + 1
    key = zone.astype(np.int64) * size
    vertex = pd.factorize(np.stack([key + start, key + end], axis=1).reshape(-1))[0].reshape(-1, 2)
    low, high = vertex.min(axis=1), vertex.max(axis=1)
    vertices = int(vertex.max()) + 1
    # Of pipes side by side the first one is in the tree, and loops are none of it.
    _pair, first = np.unique(low * np.int64(vertices) + high, return_index=True)
    first = first[low[first] != high[first]]
    ends = (np.concatenate([low[first], high[first]]), np.concatenate([high[first], low[first]]))
    net = csr_array((np.ones(2 * len(first), dtype=np.int8), ends), shape=(vertices, vertices))
    parts, part = connected_components(net, directed=False)
    _part, root = np.unique(part, return_index=True)
    # One tree of all parts: they hang on a vertex of their own.
    rooted = csr_array(
        (
            np.ones(2 * len(first) + parts, dtype=np.int8),
            (np.append(ends[0], np.full(parts, vertices)), np.append(ends[1], root)),
        ),
        shape=(vertices + 1, vertices + 1),
    )
    order, above = breadth_first_order(rooted, vertices, directed=True, return_predecessors=True)
    above = above[:vertices].astype(np.int64)
    # The pipe by which each vertex hangs on the one above.
    below = np.arange(vertices)
    pair = np.minimum(below, above) * np.int64(vertices) + np.maximum(below, above)
    at = np.searchsorted(low[first] * np.int64(vertices) + high[first], pair)
    link = np.full(vertices, -1, dtype=np.int64)
    hangs = above < vertices
    link[hangs] = first[at[hangs]]
    is_tree = np.zeros(count, dtype=bool)
    is_tree[link[link >= 0]] = True
    return _cut(order, above, link, low, is_tree, length_m, most_m * _ROUNDING)


def _cut(
    order: Array, above: Array, link: Array, low: Array, is_tree: Array, length_m: Array, most_m: float
) -> Array:
    """Put together what meets at each vertex, from the farthest one to the root (P,)."""
    joined = list(range(len(length_m)))
    lengths = length_m.tolist()
    waiting: list[list[tuple[float, int]]] = [[] for _vertex in range(len(above))]
    for pipe in np.flatnonzero(~is_tree).tolist():
        waiting[low[pipe]].append((lengths[pipe], pipe))
    above_of, link_of = above.tolist(), link.tolist()
    for vertex in reversed(order.tolist()):
        if vertex >= len(above_of):
            continue
        total, head = 0.0, -1
        for length, pipe in sorted(waiting[vertex]):
            if head >= 0 and total + length <= most_m:
                joined[pipe] = head
                total += length
            else:
                total, head = length, pipe
        waiting[vertex] = []
        pipe = link_of[vertex]
        if pipe < 0:
            continue
        if head >= 0 and total + lengths[pipe] <= most_m:
            joined[pipe] = head
            waiting[above_of[vertex]].append((total + lengths[pipe], head))
        else:
            waiting[above_of[vertex]].append((lengths[pipe], pipe))
    label = np.array(joined, dtype=np.int64)
    while True:
        further = label[label]
        if (further == label).all():
            return label
        label = further
