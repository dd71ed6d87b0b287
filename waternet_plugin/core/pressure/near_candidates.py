"""What candidates near each other would cover: computed together, in the piece of the network around them.

Loggers that reach far cover much in common. The ways from all candidates of a part are searched in the piece
that any of them reaches, without its dead ends: the way there leads through their other end. A logger in the
middle of a few candidates that reaches farther by the way to the farthest of them covers what any of them
does: one such search bounds them all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse.csgraph
from scipy.sparse import csr_matrix

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import slices
from waternet_plugin.core.pressure.reach_graph import ReachGraph

# Candidates of a part, about and at most, and those of a group within it, about.
_OF_PART, _MOST, _OF_GROUP = 120, 400, 2
# Metres by which rounding may differ.
_ROUNDING_M = 1e-4


@dataclass(frozen=True)
class _Streets:
    """The network without its dead ends.

    Parameters
    ----------
    root
        The vertex that leads to each dead end, of others they themselves (N,).
    spent
        The reach that is used up on the way there (N,).
    stub
        The pipe of each dead end, -1 of others (N,).
    ways
        What pipes between other vertices use up; of parallel ones the shortest.
    """

    root: Array
    spent: Array
    stub: Array
    ways: csr_matrix

    def nearest(self, roots: Array) -> tuple[Array, Array]:
        """Return what the way from the nearest of some vertices uses up (N,), and which of them that is."""
        spent, _before, nearest = scipy.sparse.csgraph.dijkstra(
            self.ways, indices=roots, min_only=True, return_predecessors=True
        )
        return spent, nearest


@dataclass(frozen=True)
class _Piece:
    """What the candidates of a part reach, and the vertices next to that; ``V`` vertices, ``P`` pipes.

    Parameters
    ----------
    vertex
        The vertices that are not dead ends, sorted (V,).
    through
        The pipes between them, sorted (T,).
    start, end
        Places of their ends among the vertices (T,).
    stub
        The pipes to dead ends, sorted (S,).
    tip, root
        Their dead ends, and the places of the vertices that lead there (S,).
    ways
        The ways between the vertices.
    """

    vertex: Array
    through: Array
    start: Array
    end: Array
    stub: Array
    tip: Array
    root: Array
    ways: csr_matrix


class CandidateParts:
    """Candidates in parts of a network, those of one near each other.

    Parameters
    ----------
    reach
        The network.
    candidates
        Vertices, each once (K,).
    """

    def __init__(self, reach: ReachGraph, candidates: Array) -> None:
        self._reach, self._candidates, self._streets = reach, candidates, _streets(reach)
        roots = self._streets.root[candidates]
        _spent, nearest = self._streets.nearest(np.unique(roots[::_OF_PART]))
        order = np.argsort(nearest[roots], kind="stable")
        borders = np.flatnonzero(np.diff(nearest[roots][order])) + 1
        self.parts = [
            part[first : first + _MOST]
            for part in np.split(order, borders)
            for first in range(0, len(part), _MOST)
        ]
        self._pieces: dict[int, _Piece] = {}
        self.part_of = np.zeros(len(candidates), dtype=np.int64)
        for number, part in enumerate(self.parts):
            self.part_of[part] = number
        spent, nearest = self._streets.nearest(np.unique(roots[::_OF_GROUP]))
        # No way leads from any of them to parts of the network that hang together by themselves.
        lost = ~np.isfinite(spent[roots])
        centre = np.where(lost, roots, nearest[roots])
        further = np.where(lost, 0.0, spent[roots]) + self._streets.spent[candidates]
        # The candidates of a group are of one part.
        pair = self.part_of * reach.size + centre
        _pairs, first, self.group_of = np.unique(pair, return_index=True, return_inverse=True)
        self._centre = centre[first]
        self._farthest = np.zeros(len(first))
        np.maximum.at(self._farthest, self.group_of, further)
        self._group_part = self.part_of[first]

    def gains_m(self, left: Array, places: Array) -> Array:
        """Return the metres that candidates of one part would cover (G,), as `ReachGraph.gains_m`.

        Parameters
        ----------
        left
            What reaches have left at vertices so far (N,).
        places
            Places of the candidates in their list (G,).
        """
        vertices = self._candidates[places]
        piece = self._piece(int(self.part_of[places[0]]))
        return _gains(self._reach, left, vertices, np.ones(len(places)), self._streets, piece)

    def bounds_m(self, left: Array, groups: Array) -> Array:
        """Return metres that no candidate of some groups of one part covers more than (G,).

        Parameters
        ----------
        left
            What reaches have left at vertices so far (N,).
        groups
            Numbers of the groups, as in ``group_of``.
        """
        piece = self._piece(int(self._group_part[groups[0]]))
        reaches = 1.0 + self._farthest[groups]
        bound = _gains(self._reach, left, self._centre[groups], reaches, self._streets, piece)
        return np.asarray(bound + _ROUNDING_M)

    def spent(self, vertex: int, limit: float) -> Array:
        """Return what the way from a vertex to every other uses up (N,), infinite beyond a limit."""
        streets = self._streets
        root = streets.root[vertex]
        ways = scipy.sparse.csgraph.dijkstra(streets.ways, indices=root, limit=limit)
        spent = ways[streets.root] + streets.spent + streets.spent[vertex]
        spent[vertex] = 0.0
        return np.asarray(spent)

    def _piece(self, number: int) -> _Piece:
        if number not in self._pieces:
            centres = np.flatnonzero(self._group_part == number)
            limit = 1.0 + float(self._farthest[centres].max())
            sources = np.union1d(
                self._centre[centres], self._streets.root[self._candidates[self.parts[number]]]
            )
            self._pieces[number] = _piece(self._reach, sources, limit, self._streets)
        return self._pieces[number]


def _streets(reach: ReachGraph) -> _Streets:
    ends = np.stack([reach.start, reach.end], axis=1).reshape(-1)
    beyond = np.stack([reach.end, reach.start], axis=1).reshape(-1)
    many = np.bincount(ends, minlength=reach.size)
    leaf = np.flatnonzero((many[ends] == 1) & (many[beyond] > 1))
    root, spent, stub = np.arange(reach.size), np.zeros(reach.size), np.full(reach.size, -1)
    root[ends[leaf]], spent[ends[leaf]], stub[ends[leaf]] = beyond[leaf], reach.used[leaf >> 1], leaf >> 1
    through = np.flatnonzero((stub[reach.start] < 0) & (stub[reach.end] < 0))
    low = np.minimum(reach.start[through], reach.end[through]).astype(np.int64)
    high = np.maximum(reach.start[through], reach.end[through])
    key, used = low * reach.size + high, reach.used[through]
    order = np.lexsort((used, key))
    # A matrix would add up what parallel pipes use.
    kept = order[np.diff(key[order], prepend=-1) > 0]
    both = np.concatenate([low[kept], high[kept]]), np.concatenate([high[kept], low[kept]])
    ways = csr_matrix((np.tile(used[kept], 2), both), shape=(reach.size, reach.size))
    return _Streets(root, spent, stub, ways)


def _piece(reach: ReachGraph, sources: Array, limit: float, streets: _Streets) -> _Piece:
    """Return the piece that loggers at some vertices reach that are not dead ends."""
    near = scipy.sparse.csgraph.dijkstra(streets.ways, indices=sources, limit=limit, min_only=True)
    indptr, ends, _beyond = reach.adjacency
    pipe = np.unique(ends[slices(indptr, np.flatnonzero(near < limit))] >> 1)
    start, end = reach.start[pipe], reach.end[pipe]
    at_start, at_end = streets.stub[start] >= 0, streets.stub[end] >= 0
    is_stub = at_start | at_end
    vertex = np.unique(np.concatenate([sources, streets.root[start], streets.root[end]]))
    places = np.searchsorted(vertex, np.stack([streets.root[start], streets.root[end]]))
    return _Piece(
        vertex,
        pipe[~is_stub],
        places[0][~is_stub],
        places[1][~is_stub],
        pipe[is_stub],
        np.where(at_start, start, end)[is_stub],
        places[0][is_stub],
        streets.ways[vertex][:, vertex],
    )


def _gains(
    reach: ReachGraph, left: Array, vertices: Array, reaches: Array, streets: _Streets, piece: _Piece
) -> Array:
    """Return the metres that loggers at vertices of a piece, of some reaches each, would cover (K,)."""
    sources, source = np.unique(streets.root[vertices], return_inverse=True)
    at = np.searchsorted(piece.vertex, sources)
    spent = scipy.sparse.csgraph.dijkstra(piece.ways, indices=at, limit=float(reaches.max()))
    before = left[piece.vertex][:, None]
    # What is left at each vertex with each of them (V, K).
    there = (reaches - streets.spent[vertices]) - spent.T[:, source]
    np.maximum(there, before, out=there)
    used, metres = reach.used[piece.through][:, None], reach.metres_per_reach[piece.through]
    covered = there[piece.start]
    covered += there[piece.end]
    np.minimum(covered, used, out=covered)
    gain = metres @ covered - metres @ np.minimum(before[piece.start] + before[piece.end], used)
    # At a dead end is left what the way there leaves, or what a logger at it has.
    used, metres = reach.used[piece.stub][:, None], reach.metres_per_reach[piece.stub]
    tip = left[piece.tip][:, None]
    covered = there[piece.root]
    covered += tip
    np.minimum(covered, used, out=covered)
    gain += metres @ covered - metres @ np.minimum(before[piece.root] + tip, used)
    own = np.flatnonzero(streets.stub[vertices] >= 0)
    row = np.searchsorted(piece.stub, streets.stub[vertices[own]])
    all_of_it = np.minimum(there[piece.root[row], own] + reaches[own], used[row, 0])
    gain[own] += metres[row] * (all_of_it - covered[row, own])
    return np.asarray(np.round(gain, 6))
