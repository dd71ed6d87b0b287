"""Pairs of pipe ends that meet at a vertex, and the way each pipe leaves it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.network.model.row_groups import gather
from waternet_plugin.core.quality.context.check_context import CheckContext

# Where more ends meet something is badly wrong, and pairs would grow with the square of the ends.
_MOST_ENDS = 24
# So many ends at a time stay in the processor's own memory.
_ENDS_AT_ONCE = 50_000
# More than what is lost of a direction in 32 bits.
_COSINE_SLACK = 1e-6


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


def _joined_ends(subject: CheckContext, among: Array | None = None) -> tuple[Array, Array, Array]:
    """Return the ends of pipes in use that meet others, vertex by vertex.

    Parameters
    ----------
    among
        Pipes that count, a mask; None: all.

    Returns
    -------
    end, first, size
        Ends by number, 2 p + k for end k of pipe p; for each the place of the first end of its vertex among
        these, and how many the vertex has.
    """
    counts = subject.live & ~np.equal(*subject.vertex.T)
    vertex = subject.vertex.reshape(-1)
    many = np.bincount(vertex[np.repeat(counts, 2)], minlength=subject.connected.graph.node_count)
    meets = np.repeat(counts if among is None else counts & among, 2)
    meets &= ((many > 1) & (many <= _MOST_ENDS))[vertex]
    rows = np.flatnonzero(meets)
    bounds, order = gather(vertex[rows], len(many))
    size = np.diff(bounds)
    return rows[order], np.repeat(bounds[:-1], size), np.repeat(size, size)


def _joints(subject: CheckContext, one: Array, two: Array) -> Joints:
    """Return pairs of ends by number as joints."""
    return Joints(subject.vertex.reshape(-1)[one], one >> 1, one & 1, two >> 1, two & 1)


def joints_of(subject: CheckContext, among: Array | None = None) -> Joints:
    """Return every pair of ends of pipes in use that meet.

    ``among`` are the pipes that count, a mask; None: all.
    """
    ends, first, size = _joined_ends(subject, among)
    one = np.repeat(np.arange(len(ends)), size)
    # Each end stands beside all ends of its vertex, itself taken out.
    two = first[one] + steps(size)
    apart = one != two
    return _joints(subject, ends[one[apart]], ends[two[apart]])


def leaving_alike(subject: CheckContext, least_deg: float) -> tuple[Array, Array]:
    """Return the pairs of pipes in use, the lower row first, that leave a vertex nearly the same way.

    ``least_deg`` is the least turn from one to the other that counts.
    """
    ends, first, size = _joined_ends(subject)
    behind: Array = first + size - np.arange(1, len(ends) + 1, dtype=np.int32)
    way = np.empty((len(ends), 2), dtype=np.float32)
    for start in range(0, len(ends), _ENDS_AT_ONCE):
        some = ends[start : start + _ENDS_AT_ONCE]
        way[start : start + _ENDS_AT_ONCE] = subject.directions(some >> 1, some & 1)
    # A little less than the cosine: most pairs are sifted out here, and `turns_deg` decides of the others.
    least = -np.cos(np.radians(least_deg)) - _COSINE_SLACK
    first_ends, other_ends = [ends[:0]], [ends[:0]]
    for start in range(0, len(ends), _ENDS_AT_ONCE):
        sizes: Array = behind[start : start + _ENDS_AT_ONCE]
        one = np.repeat(np.arange(start, start + len(sizes)), sizes)
        two = one + 1 + steps(sizes)
        alike = (way[one] * way[two]).sum(axis=1) >= least
        first_ends.append(ends[one[alike]])
        other_ends.append(ends[two[alike]])
    joints = _joints(subject, np.concatenate(first_ends), np.concatenate(other_ends))
    joints = joints.take(turns_deg(subject, joints) >= least_deg)
    return joints.pipe, joints.other


def turns_deg(subject: CheckContext, joints: Joints) -> Array:
    """Return by how many degrees the way turns from one pipe to the other; 0 is straight on."""
    one = subject.directions(joints.pipe, joints.end)
    two = subject.directions(joints.other, joints.other_end)
    cosine = np.clip(-(one[:, 0] * two[:, 0] + one[:, 1] * two[:, 1]), -1.0, 1.0)
    return np.asarray(np.degrees(np.arccos(cosine)))
