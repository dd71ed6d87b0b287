"""The ways of water through drains in use: down to the nearest outfall, up to all that lies above."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, dijkstra

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.drain_flow import drain_flow
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.model.row_groups import order_of

# An edge of length 0 would be none.
_SHORTEST_M = 1e-6
_NO_VERTEX = -9999


class DrainWays:
    """Drains in use as one-way edges; one whose flow is undetermined leads both ways.

    Parameters
    ----------
    usable
        Pipes that count, a mask; None for all drains in use.
    """

    def __init__(self, subject: NetworkFrame, usable: Array | None = None) -> None:
        flow = subject.once(drain_flow)
        self._subject = subject
        self._many = subject.connected.graph.node_count
        rows = np.flatnonzero(subject.live & subject.is_drain if usable is None else usable)
        self.pipe, self.upper, self.lower = flow.edges(rows)
        self.length_m = np.nan_to_num(subject.connected.graph.length_m)

    @cached_property
    def _up(self) -> csr_matrix:
        """Edges against the flow; of parallel drains the shortest counts."""
        keys, pipes = self._edges
        upper, lower = keys // max(self._many, 1), keys % max(self._many, 1)
        return csr_matrix((self._weights(pipes), (lower, upper)), shape=(self._many, self._many))

    @cached_property
    def _edges(self) -> tuple[Array, Array]:
        """Numbers of edges by their two vertices, sorted, and the shortest drain of each."""
        key = self.upper * np.int64(self._many) + self.lower
        order = order_of(key)
        key, pipe = key[order], self.pipe[order]
        first = np.ones(len(key), dtype=bool)
        first[1:] = key[1:] != key[:-1]
        # Of parallel drains of one length the first by id; few are parallel.
        again = ~first
        again[:-1] |= again[1:]
        parallel = np.flatnonzero(again)
        mine = pipe[parallel]
        name = self._subject.pipes.ids[mine].astype(str)
        pipe[parallel] = mine[np.lexsort((name, self.length_m[mine], key[parallel]))]
        return key[first], pipe[first]

    def pipe_between(self, upper: Array, lower: Array) -> Array:
        """Return the shortest drain that leads from one vertex to another."""
        keys, pipes = self._edges
        return pipes[np.searchsorted(keys, upper * np.int64(self._many) + lower)]

    @cached_property
    def to_outfall(self) -> tuple[Array, Array]:
        """By vertex the next one on the shortest way to an outfall, and that outfall; -1 for none."""
        outfalls = np.flatnonzero(self._subject.kind_among(("outfall",)))
        if not len(outfalls) or not len(self.pipe):
            nothing = np.full(self._many, -1, dtype=np.int64)
            return nothing, nothing
        keys, pipes = self._edges
        upper, lower = keys // self._many, keys % self._many
        # Where a single drain begins and none ends, such as at an inlet, the way is that of its lower end.
        is_first = (np.bincount(upper, minlength=self._many) == 1) & self._is_alone(lower, outfalls)
        begins = is_first[upper]
        rest = csr_matrix(
            (self._weights(pipes[~begins]), (lower[~begins], upper[~begins])), shape=(self._many, self._many)
        )
        metres, towards, outfall = dijkstra(rest, indices=outfalls, min_only=True, return_predecessors=True)
        towards = np.where(towards == _NO_VERTEX, -1, towards)
        outfall = np.where(np.isfinite(metres), outfall, -1)
        first, onward = upper[begins], lower[begins]
        outfall[first] = outfall[onward]
        towards[first] = np.where(outfall[onward] < 0, -1, onward)
        return towards, outfall

    def _is_alone(self, lower: Array, outfalls: Array) -> Array:
        """Return which vertices no drain ends at, outfalls left out."""
        alone = np.ones(self._many, dtype=bool)
        alone[lower] = alone[outfalls] = False
        return alone

    def _weights(self, pipes: Array) -> Array:
        return np.maximum(self.length_m[pipes], _SHORTEST_M)

    def way(self, vertex: int) -> Array:
        """Return the drains of the shortest way from a vertex to an outfall, the first one first."""
        towards, outfall = self.to_outfall
        if outfall[vertex] < 0:
            return np.empty(0, dtype=np.int64)
        passed = [vertex]
        while towards[passed[-1]] >= 0:
            passed.append(int(towards[passed[-1]]))
        vertices = np.array(passed, dtype=np.int64)
        return self.pipe_between(vertices[:-1], vertices[1:])

    def first_below(self, vertices: Array, begin: Array) -> Array:
        """Return the first of some vertices that water reaches from each beginning, itself too; -1 for none.

        Parameters
        ----------
        vertices
            Those that may be reached.
        begin
            Where ways begin; no more of the town is looked at than lies below.
        """
        is_end = np.zeros(self._many, dtype=bool)
        is_end[vertices] = True
        onward = np.flatnonzero(~is_end[self.upper])
        is_below = np.zeros(self._many, dtype=bool)
        is_below[self._beyond(self.upper[onward], self.lower[onward], np.unique(begin))] = True
        onward = onward[is_below[self.upper[onward]]]
        # Of parallel drains the shortest counts: a matrix would add them.
        key, metres = self.upper[onward] * np.int64(self._many) + self.lower[onward], self.pipe[onward]
        metres = self._weights(metres)
        order = np.lexsort((metres, key))
        order = order[np.append(True, np.diff(key[order]) != 0)[: len(order)]]
        onward = onward[order]
        number = np.cumsum(is_below) - 1
        up = csr_matrix(
            (metres[order], (number[self.lower[onward]], number[self.upper[onward]])),
            shape=(int(is_below.sum()),) * 2,
        )
        ends = np.flatnonzero(is_below & is_end)
        if not len(ends):
            return np.full(len(begin), -1, dtype=np.int64)
        way_m, _towards, reached = dijkstra(up, indices=number[ends], min_only=True, return_predecessors=True)
        below = np.flatnonzero(is_below)
        mine = number[begin]
        return np.where(np.isfinite(way_m[mine]), below[np.maximum(reached[mine], 0)], -1)

    def _beyond(self, first: Array, second: Array, begin: Array) -> Array:
        """Return the vertices that edges reach from some, these among them, in no order."""
        # One more vertex from which all of them are reached.
        top = self._many
        cells = (np.append(first, np.full(len(begin), top)), np.append(second, begin))
        edges = csr_matrix((np.ones(len(cells[0]), dtype=np.int8), cells), shape=(top + 1, top + 1))
        reached: Array = breadth_first_order(edges, top, return_predecessors=False)
        return reached[1:]

    def above(self, vertices: Array) -> Array:
        """Return the vertices from which water reaches one of some, these among them, in no order."""
        begin = np.unique(vertices)
        if len(begin) == 1:
            found: Array = breadth_first_order(self._up, begin[0], return_predecessors=False)
            return found
        # One more vertex from which all of them are reached.
        many = self._many
        joined = csr_matrix(
            (
                np.ones(self._up.nnz + len(begin), dtype=np.int8),
                np.concatenate([self._up.indices, begin]),
                np.r_[self._up.indptr, self._up.nnz + len(begin)],
            ),
            shape=(many + 1, many + 1),
        )
        order: Array = breadth_first_order(joined, many, return_predecessors=False)
        return order[1:]

    @cached_property
    def _pipes_by_lower(self) -> tuple[Array, Array]:
        order = np.argsort(self.lower, kind="stable")
        return np.searchsorted(self.lower[order], np.arange(self._many + 1)), self.pipe[order]

    def pipes_into(self, vertices: Array) -> Array:
        """Return the drains whose water enters one of some vertices, each once."""
        bounds, pipes = self._pipes_by_lower
        first, last = bounds[vertices], bounds[vertices + 1]
        size = last - first
        place = np.repeat(first - np.cumsum(size) + size, size) + np.arange(size.sum())
        found: Array = np.unique(pipes[place])
        return found
