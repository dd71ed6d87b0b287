"""Segments: what stays in one piece when every isolation valve is closed.

Works on plain arrays, so that a network that was just edited, a file that was just read and a random graph of
a test are all the same to it. A network of a million pipes takes about as long as one search for components.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waternet_plugin.core.network.model.row_groups import labels

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
NOWHERE = -1


@dataclass(frozen=True)
class Segments:
    """The segments of a network.

    ``pipe`` and ``node`` say the segment of each pipe and node, -1 where there is none: pipes out of use,
    the valves themselves, nodes without a pipe. ``valve`` and ``side`` pair every separating node with each
    segment it bounds, once; they are sorted by node, then segment.
    """

    count: int
    pipe: Ints
    node: Ints
    valve: Ints
    side: Ints

    def sides(self, n_nodes: int) -> Ints:
        """Return how many different segments each node bounds (0 for what is not a valve)."""
        return np.bincount(self.valve, minlength=n_nodes).astype(np.int64)


def unique_pairs(first: Ints, second: Ints, width: int) -> tuple[Ints, Ints]:
    """Return the different pairs of two columns, sorted; the second column stays below ``width``."""
    keys = np.unique(first * width + second)
    return keys // width, keys % width


def find_segments(
    start: Ints,
    end: Ints,
    n_nodes: int,
    *,
    separating: Flags,
    used: Flags,
    present: Flags | None = None,
) -> Segments:
    """Return the segments between separating nodes.

    Parameters
    ----------
    start, end
        Node of each pipe's first and last end.
    n_nodes
        Number of nodes.
    separating
        Nodes that separate all their pipes from each other.
    used
        Pipes that are there; the others join nothing and belong to no segment.
    present
        Nodes that are segments even when no pipe that is there ends at them.
    """
    start_free, end_free = used & ~separating[start], used & ~separating[end]
    both = start_free & end_free
    _, part = labels(n_nodes, start[both], end[both])
    # A pipe between two valves has no node to take its segment from: it is one by itself.
    alone = np.flatnonzero(used & ~start_free & ~end_free)
    pipe = np.full(len(start), NOWHERE, dtype=np.int64)
    pipe[end_free] = part[end[end_free]]
    pipe[start_free] = part[start[start_free]]
    pipe[alone] = n_nodes + np.arange(len(alone))
    touched = np.zeros(n_nodes, dtype=bool) if present is None else present.copy()
    touched[start[used]] = True
    touched[end[used]] = True
    node = np.where(touched & ~separating, part, NOWHERE)
    names = np.zeros(n_nodes + len(alone), dtype=np.int64)
    names[pipe[pipe >= 0]] = 1
    names[node[node >= 0]] = 1
    count = int(names.sum())
    compact = np.where(names > 0, np.cumsum(names) - 1, NOWHERE)
    pipe = np.where(pipe >= 0, compact[pipe], NOWHERE)
    node = np.where(node >= 0, compact[node], NOWHERE)
    at_start, at_end = used & separating[start], used & separating[end]
    valve, side = unique_pairs(
        np.concatenate([start[at_start], end[at_end]]),
        np.concatenate([pipe[at_start], pipe[at_end]]),
        max(count, 1),
    )
    return Segments(count, pipe, node, valve, side)
