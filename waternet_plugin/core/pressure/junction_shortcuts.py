"""Shortest paths from many sources at once, by shortcuts past junctions that are taken out round by round.

Each junction that is taken out leaves shortcuts between its neighbours, so that few remain to be searched
from every source; the others follow from theirs, all sources in one go (contraction hierarchies, Geisberger
et al. 2008, without their test whether a shortcut is needed).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse.csgraph
from scipy.sparse import csr_matrix

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import slices
from waternet_plugin.core.pressure.reach_graph import shortest_paths

# Rounds, and neighbours that a junction that is taken out has at most.
_ROUNDS, _NEIGHBOURS = 4, 6


@dataclass(frozen=True)
class Shortcuts:
    """Paths and shortcuts between ``J`` junctions.

    Parameters
    ----------
    level
        The round in which each junction is taken out (J,), ``_ROUNDS`` for those that remain.
    paths
        What is used up from each to its neighbours of then, and between those that remain.
    rank
        The place of each by level and number of these neighbours, most first (J,).
    """

    level: Array
    paths: csr_matrix
    rank: Array

    def left(
        self, junctions: Array, ends: Array, before: Array, covered: Array
    ) -> tuple[Array, Array, Array]:
        """Return some junctions by their rank (N,), the place of each among these (J,), N of others, and
        what is left there of reaches (N + 1, G), 0 at last.

        No path is followed to where no more is left than that of others: nor is it behind. To each path the
        difference of what is left of others at its ends is added, so that their sum is below one until then.

        Parameters
        ----------
        junctions
            All where any of ``G`` sources has more left (N,).
        ends
            Two junctions next to each source (2, G).
        before
            What is used up to them (2, G).
        covered
            What others have left at junctions (J,); 0 where a source has no more.
        """
        there = junctions[np.argsort(self.rank[junctions])]
        # What leads out of reach leads to the last row.
        size = len(there)
        index = np.full(len(self.level), size, dtype=np.int32)
        index[there] = np.arange(size)
        at = slices(self.paths.indptr, there)
        column, used = index[self.paths.indices[at]], self.paths.data[at]
        count = np.diff(self.paths.indptr)[there]
        indptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
        left = np.zeros((size + 1, ends.shape[1]))
        others = np.append(covered[there], 0.0)
        more = np.maximum(used + others[column] - np.repeat(others[:size], count), 0.0)
        spent = _spent(np.append(indptr, indptr[-1]), column, more, index[ends], before + covered[ends])
        np.maximum((1.0 + others[:size, None]) - spent.T[:size], 0.0, out=left[:size])
        rounds = np.searchsorted(self.level[there], np.arange(_ROUNDS + 1))
        for first, last in zip(rounds[-2::-1], rounds[:0:-1]):
            # Those with most paths come first.
            most = int(count[first]) if first < last else 0
            for number, many in enumerate(np.searchsorted(-count[first:last], -np.arange(most)).tolist()):
                path = indptr[first : first + many] + number
                further = left[column[path]]
                further -= used[path][:, None]
                best = left[first : first + len(path)]
                np.maximum(best, further, out=best)
        return there, index, left


def _spent(indptr: Array, column: Array, used: Array, ends: Array, before: Array) -> Array:
    """Return what is used up from sources to junctions (G, N) along paths and no way back."""
    # A way leads from each source to the junctions at both ends of its section.
    two = ends[0] != ends[1]
    both = np.stack([np.ones(len(two), dtype=bool), two], axis=1)
    spent = np.where(two, before, before.min(axis=0))
    leading = np.cumsum(both.sum(axis=1, dtype=np.int32), dtype=np.int32)
    indptr = np.concatenate([indptr, indptr[-1] + leading])
    data, indices = np.concatenate([used, spent.T[both]]), np.concatenate([column, ends.T[both]])
    size, count = len(indptr) - 1, len(two)
    longer = csr_matrix((data, indices, indptr), shape=(size, size))
    sources = np.arange(size - count, size)
    return np.asarray(scipy.sparse.csgraph.dijkstra(longer, indices=sources, limit=1.0)[:, : size - count])


def shortcuts(paths: csr_matrix) -> Shortcuts:
    """Return the shortcuts of paths between junctions, each of which leads both ways."""
    size = paths.shape[0]
    level, taken = np.full(size, _ROUNDS), []
    # Of neighbours with as many paths chance decides: a long street would be taken out from its end.
    chance = np.random.default_rng(0).permutation(size)
    for number in range(_ROUNDS):
        indptr, indices, used = paths.indptr, paths.indices, paths.data
        many = np.diff(indptr)
        rank, has = many * size + chance, np.flatnonzero(many)
        lowest = np.zeros(size, dtype=np.int64)
        lowest[has] = np.minimum.reduceat(rank[indices], indptr[has]) if len(has) else 0
        out = (rank < lowest) & (many <= _NEIGHBOURS)
        row = np.repeat(np.arange(size), many)
        of_out = out[row]
        level[out] = number
        taken.append((row[of_out], indices[of_out], used[of_out]))
        # From each neighbour of one that is taken out to all others of it.
        at = np.flatnonzero(of_out)
        first, second = np.repeat(at, many[row[at]]), slices(indptr, row[at])
        once = indices[first] < indices[second]
        first, second = first[once], second[once]
        rest = ~of_out & ~out[indices] & (row < indices)
        ends = np.stack(
            [
                np.concatenate([row[rest], indices[first]]),
                np.concatenate([indices[rest], indices[second]]),
            ]
        )
        paths = shortest_paths(ends, np.concatenate([used[rest], used[first] + used[second]]), size)
    taken.append((np.repeat(np.arange(size), np.diff(paths.indptr)), paths.indices, paths.data))
    start, end, used = (np.concatenate(each) for each in zip(*taken))
    paths = csr_matrix((used, (start, end)), shape=(size, size))
    rank = np.empty(size, dtype=np.int64)
    rank[np.lexsort((-np.diff(paths.indptr), level))] = np.arange(size)
    return Shortcuts(level, paths, rank)
