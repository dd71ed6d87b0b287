"""Pairs of pipe ends that meet at a vertex, and the way each pipe leaves it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.network.model.network_frame import END, START
from waternet_plugin.core.quality.context.check_context import CheckContext

# Where more ends meet something is badly wrong, and pairs would grow with the square of the ends.
_MOST_ENDS = 24


@dataclass(frozen=True)
class Joints:
    """Ordered pairs of ends of pipes in use at one vertex; both orders are there.

    ``pipe`` and ``other`` are rows of pipes, ``end`` and ``other_end`` which of their ends meet.
    """

    vertex: Array
    pipe: Array
    end: Array
    other: Array
    other_end: Array

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.vertex)

    def take(self, mask: Array) -> Joints:
        """Return some of the pairs."""
        return Joints(
            self.vertex[mask], self.pipe[mask], self.end[mask], self.other[mask], self.other_end[mask]
        )


def joints_of(subject: CheckContext) -> Joints:
    """Return every pair of ends of pipes in use that meet."""
    live = np.flatnonzero(subject.live & ~np.equal(*subject.vertex.T))
    pipe, end = np.repeat(live, 2), np.tile([START, END], len(live))
    vertex = subject.vertex[pipe, end]
    many = np.bincount(vertex, minlength=subject.connected.graph.node_count)
    meets = (many[vertex] > 1) & (many[vertex] <= _MOST_ENDS)
    pipe, end, vertex = pipe[meets], end[meets], vertex[meets]
    order = np.lexsort((end, pipe, vertex))
    pipe, end, vertex = pipe[order], end[order], vertex[order]
    size = many[vertex]
    first = np.flatnonzero(np.r_[True, vertex[1:] != vertex[:-1]]) if len(vertex) else vertex
    begin = np.repeat(first, size[first]) if len(vertex) else vertex
    one = np.repeat(np.arange(len(vertex)), size)
    # Each end stands beside all ends of its vertex, itself taken out below.
    two = begin[one] + steps(size)
    apart = one != two
    one, two = one[apart], two[apart]
    return Joints(vertex[one], pipe[one], end[one], pipe[two], end[two])


def turns_deg(subject: CheckContext, joints: Joints) -> Array:
    """Return by how many degrees the way turns from one pipe to the other; 0 is straight on."""
    one = subject.end_directions[joints.pipe, joints.end]
    two = subject.end_directions[joints.other, joints.other_end]
    cosine = np.clip(-(one[:, 0] * two[:, 0] + one[:, 1] * two[:, 1]), -1.0, 1.0)
    return np.asarray(np.degrees(np.arccos(cosine)))
