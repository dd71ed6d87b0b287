"""How far loggers reach along a network: every metre of a pipe uses up a part of the reach."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse.csgraph
from scipy.sparse import csr_matrix

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import gather, slices


@dataclass(frozen=True)
class LoggerReach:
    """What loggers at some vertices have left of their reach; ``N`` vertices.

    Parameters
    ----------
    left
        The largest part of its reach that any logger has left at each vertex (N,), 0-1; 0 beyond all.
    logger
        Place in the list of that logger (N,), -1 beyond all.
    distance_m
        Metres along the network from it (N,), NaN beyond all.
    """

    left: Array
    logger: Array
    distance_m: Array


@dataclass(frozen=True)
class ReachGraph:
    """Pipes that loggers hear or see; ``P`` pipes, ``N`` vertices.

    Parameters
    ----------
    pipe
        Number of each pipe in the network's graph (P,).
    start, end
        Vertices of the two ends of each pipe (P,).
    length_m
        Length of each pipe, m, none unknown (P,).
    used
        The part of the reach that the whole pipe uses up (P,): its length by the reach of its material.
    counts
        Whether the metres of the pipe count (P,); one that does not is passed all the same.
    size
        Number of vertices.
    """

    pipe: Array
    start: Array
    end: Array
    length_m: Array
    used: Array
    counts: Array
    size: int

    @cached_property
    def adjacency(self) -> tuple[Array, Array, Array]:
        """Where the ends at each vertex begin, the number of each end, and the vertex that it leads to."""
        flat = np.stack([self.start, self.end], axis=1).reshape(-1)
        indptr, ends = gather(flat, self.size)
        return indptr, ends, flat[ends ^ 1]

    @cached_property
    def metres_per_reach(self) -> Array:
        """Metres that count by a whole reach along each pipe (P,); 0 where none does."""
        whole = (self.used > 0) & self.counts
        return np.asarray(np.where(whole, self.length_m / np.where(whole, self.used, 1.0), 0.0))

    @property
    def total_m(self) -> float:
        """Length of the pipes that count, m."""
        return float(self.length_m[self.counts].sum())

    def covered_m(self, left: Array) -> Array:
        """Return the covered metres of each pipe (P,) by what is left of reaches at vertices (N,)."""
        both = np.minimum(self.used, left[self.start] + left[self.end])
        return np.asarray(both * self.metres_per_reach)

    def reached(self, vertices: Array, whole: float = 1.0) -> tuple[Array, Array, Array]:
        """Return what each logger reaches by itself: place of the logger, vertex, what is left there.

        Of each logger and vertex one row, by logger, then vertex. All loggers go on by one pipe at a time,
        as long as any finds a way that leaves more.

        Parameters
        ----------
        vertices
            The vertex of each logger (K,).
        whole
            How many reaches each of them has.
        """
        indptr, ends, beyond = self.adjacency
        key = np.arange(len(vertices), dtype=np.int64) * self.size + vertices
        left = np.full(len(vertices), whole)
        front_key, front_left = key, left
        while len(front_key):
            row, vertex = np.divmod(front_key, self.size)
            at = slices(indptr, vertex)
            many = np.asarray(indptr[vertex + 1] - indptr[vertex], dtype=np.int64)
            new_left = np.repeat(front_left, many) - self.used[ends[at] >> 1]
            new_key = np.repeat(row * self.size, many) + beyond[at]
            near = new_left > 0
            new_key, new_left = new_key[near], new_left[near]
            order = np.lexsort((-new_left, new_key))
            new_key, new_left = new_key[order], new_left[order]
            first = np.ones(len(new_key), dtype=bool)
            first[1:] = new_key[1:] != new_key[:-1]
            new_key, new_left = new_key[first], new_left[first]
            index = np.minimum(np.searchsorted(key, new_key), len(key) - 1)
            known = key[index] == new_key
            better = ~known | (new_left > left[index])
            left[index[known & better]] = new_left[known & better]
            front_key, front_left = new_key[better], new_left[better]
            if not known.all():
                spot = np.searchsorted(key, new_key[~known])
                key = np.insert(key, spot, new_key[~known])
                left = np.insert(left, spot, new_left[~known])
        row, vertex = np.divmod(key, self.size)
        return row, vertex, left

    def gains_m(self, left: Array, vertices: Array) -> Array:
        """Return the metres (K,) that one more logger at each vertex would cover beside what is covered.

        Parameters
        ----------
        left
            What reaches have left at vertices so far (N,).
        vertices
            The vertex of each logger (K,).
        """
        indptr, ends, _beyond = self.adjacency
        row, vertex, reach_left = self.reached(vertices)
        more = reach_left > left[vertex]
        row, vertex, reach_left = row[more], vertex[more], reach_left[more]
        at = slices(indptr, vertex)
        many = np.asarray(indptr[vertex + 1] - indptr[vertex], dtype=np.int64)
        end = ends[at]
        pairs = np.repeat(row, many) * len(self.used) + (end >> 1)
        unique, index = np.unique(pairs, return_inverse=True)
        logger, pipe = np.divmod(unique, max(len(self.used), 1))
        sides = left[np.stack([self.start[pipe], self.end[pipe]])]
        before = np.minimum(self.used[pipe], sides[0] + sides[1])
        sides[end & 1, index] = np.repeat(reach_left, many)
        after = np.minimum(self.used[pipe], sides[0] + sides[1])
        gain = (after - before) * self.metres_per_reach[pipe]
        # Micrometres: the order in which parts were added decides nothing.
        return np.round(np.bincount(logger, gain, len(vertices)).astype(float), 6)

    def left(self, vertices: Array) -> Array:
        """Return the largest part of its reach that any logger has left at each vertex (N,), as `nearest`."""
        if not len(vertices):
            return np.zeros(self.size)
        paths = shortest_paths(np.stack([self.start, self.end]), self.used, self.size)
        spent = scipy.sparse.csgraph.dijkstra(paths, indices=vertices, min_only=True, limit=1.0)
        return np.asarray(np.maximum(1.0 - spent, 0.0))

    def nearest(self, vertices: Array) -> LoggerReach:
        """Return which logger has most of its reach left where, the first in the list of equal ones."""
        indptr, ends, beyond = self.adjacency
        left, logger = np.zeros(self.size), np.full(self.size, -1)
        distance = np.full(self.size, np.nan)
        heap = [(0.0, index, 0.0, int(vertex)) for index, vertex in enumerate(vertices)]
        heapq.heapify(heap)
        while heap:
            spent, index, metres, vertex = heapq.heappop(heap)
            if logger[vertex] >= 0:
                continue
            left[vertex], logger[vertex], distance[vertex] = 1.0 - spent, index, metres
            for at in range(indptr[vertex], indptr[vertex + 1]):
                pipe, other = int(ends[at]) >> 1, int(beyond[at])
                further = spent + float(self.used[pipe])
                if further < 1.0 and logger[other] < 0:
                    heapq.heappush(heap, (further, index, metres + float(self.length_m[pipe]), other))
        return LoggerReach(left, logger, distance)


def shortest_paths(ends: Array, used: Array, size: int) -> csr_matrix:
    """Return paths between vertices, of parallel ones the shortest.

    Parameters
    ----------
    ends
        The vertices at both ends of each (2, W).
    used
        What each of them uses up (W,).
    size
        Number of vertices.
    """
    low, high = ends.min(axis=0).astype(np.int64), ends.max(axis=0).astype(np.int64)
    key = low * size + high
    order = np.argsort(key)
    # A matrix would add up what parallel ones use.
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    kept, shortest = order[first], np.minimum.reduceat(used[order], first)
    both = np.concatenate([low[kept], high[kept]]), np.concatenate([high[kept], low[kept]])
    return csr_matrix((np.tile(shortest, 2), both), shape=(size, size))
