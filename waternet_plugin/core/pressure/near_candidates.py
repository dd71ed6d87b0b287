"""What candidates near each other would cover: computed together, in the piece of the network around them.

Loggers that reach far cover much in common. The ways from all candidates of a part are searched in the piece
that any of them reaches, without its dead ends: the way there leads through their other end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse.csgraph
from scipy.sparse import csr_matrix

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import slices
from waternet_plugin.core.pressure.reach_graph import ReachGraph

# Candidates of a part, about and at most.
_OF_PART, _MOST = 60, 400


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


@dataclass(frozen=True)
class _Piece:
    """What the candidates of a part reach; ``V`` vertices that are not dead ends, ``P`` pipes.

    Parameters
    ----------
    vertex
        The vertices, sorted (V,).
    pipe
        The pipes at them, sorted (P,).
    start, end
        Places of the pipes' ends among the vertices, of dead ends those of the vertices that lead there; V
        where it is none of them (P,).
    ways
        The ways between the vertices.
    """

    vertex: Array
    pipe: Array
    start: Array
    end: Array
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
        _spent, _before, nearest = scipy.sparse.csgraph.dijkstra(
            self._streets.ways, indices=np.unique(roots[::_OF_PART]), min_only=True, return_predecessors=True
        )
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

    def gains_m(self, left: Array, places: Array) -> Array:
        """Return the metres that candidates of one part would cover (G,), as `ReachGraph.gains_m`.

        Parameters
        ----------
        left
            What reaches have left at vertices so far (N,).
        places
            Places of the candidates in their list (G,).
        """
        number = int(self.part_of[places[0]])
        if number not in self._pieces:
            whole = self._candidates[self.parts[number]]
            self._pieces[number] = _piece(self._reach, whole, self._streets)
        return _gains(self._reach, left, self._candidates[places], self._streets, self._pieces[number])


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


def _piece(reach: ReachGraph, vertices: Array, streets: _Streets) -> _Piece:
    """Return the piece that any of some candidates reaches."""
    sources = np.unique(streets.root[vertices])
    near = scipy.sparse.csgraph.dijkstra(streets.ways, indices=sources, limit=1.0, min_only=True)
    inside = np.flatnonzero(near < 1.0)
    indptr, ends, _beyond = reach.adjacency
    pipe = np.unique(ends[slices(indptr, inside)] >> 1)
    place = np.full(reach.size, len(inside))
    place[inside] = np.arange(len(inside))
    places = [place[streets.root[end]] for end in (reach.start[pipe], reach.end[pipe])]
    return _Piece(inside, pipe, places[0], places[1], streets.ways[inside][:, inside])


def _gains(reach: ReachGraph, left: Array, vertices: Array, streets: _Streets, piece: _Piece) -> Array:
    """Return the metres that each of some candidates of a piece would cover (K,)."""
    sources, source = np.unique(streets.root[vertices], return_inverse=True)
    inside, pipe = piece.vertex, piece.pipe
    spent = scipy.sparse.csgraph.dijkstra(piece.ways, indices=np.searchsorted(inside, sources), limit=1.0)
    # What each candidate has left at each vertex, and nothing beyond all (V + 1, K).
    there = np.zeros((len(inside) + 1, len(vertices)))
    there[:-1] = (1.0 - spent).T[:, source] - streets.spent[vertices]
    stub = streets.stub[vertices]
    tip = np.flatnonzero(stub >= 0)
    both = np.zeros((len(pipe), len(vertices)))
    for end, place in ((reach.start[pipe], piece.start), (reach.end[pipe], piece.end)):
        side = there[place]
        side -= streets.spent[end][:, None]
        # A candidate at a dead end has all of its reach there.
        row = np.searchsorted(pipe, stub[tip])
        own = end[row] == vertices[tip]
        side[row[own], tip[own]] = 1.0
        both += np.maximum(side, left[end][:, None], out=side)
    used, metres = reach.used[pipe], reach.metres_per_reach[pipe]
    before = np.minimum(used, left[reach.start[pipe]] + left[reach.end[pipe]])
    covered = np.minimum(both, used[:, None], out=both)
    return np.asarray(np.round(metres @ covered - metres @ before, 6))
