"""Which bad pipes lie near enough to be renewed together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import labels

# Dijkstra takes a stored zero for "no edge", so the shortest piece counts a millimetre.
SHORTEST_M = 0.001


def vertices(group: Array, ends: Array) -> Array:
    """Return the ends as vertices of a graph in which pipes of different groups never meet."""
    width = int(ends.max(initial=0)) + 1
    key = (group[:, None].astype(np.int64) * width + ends).ravel()
    return np.asarray(pd.factorize(key)[0], dtype=np.int64).reshape(ends.shape)


def _bridges(clusters: Array, good: pd.DataFrame, gap_m: float) -> list[int]:
    """Return the rows of sound pipes that join clusters of bad ones over at most ``gap_m``.

    Every place is given to its nearest cluster; where two such territories touch, the way between their
    clusters is as long as the piece plus both distances. The shortest ways join them (a minimum spanning
    tree), so no two clusters are joined twice.
    """
    good = good.sort_values(["a", "b", "length", "row"]).drop_duplicates(["a", "b"])
    size = int(max(good["b"].max(), clusters.max())) + 1
    a, b, length = good["a"].to_numpy(), good["b"].to_numpy(), good["length"].to_numpy()
    rows = good["row"].to_numpy()
    graph = csr_matrix((length, (a, b)), shape=(size, size))
    distance, before, source = dijkstra(
        graph, directed=False, indices=clusters, limit=gap_m, min_only=True, return_predecessors=True
    )
    length_m = distance[a] + length + distance[b]
    usable = np.flatnonzero((length_m <= gap_m) & (source[a] != source[b]))
    usable = usable[np.lexsort((rows[usable], length_m[usable]))]
    joins = pd.DataFrame(
        {
            "low": np.minimum(source[a[usable]], source[b[usable]]),
            "high": np.maximum(source[a[usable]], source[b[usable]]),
            # Ranks, not metres: of equally short ways the one of the first row is taken everywhere.
            "rank": np.arange(1, len(usable) + 1),
        }
    ).drop_duplicates(["low", "high"])
    between = csr_matrix(
        (joins["rank"].to_numpy(), (joins["low"].to_numpy(), joins["high"].to_numpy())), shape=(size, size)
    )
    key = a * size + b
    chosen: list[int] = []
    for edge in usable[minimum_spanning_tree(between).data.astype(np.int64) - 1].tolist():
        chosen.append(int(rows[edge]))
        for vertex in (int(a[edge]), int(b[edge])):
            while before[vertex] >= 0:
                step = sorted((vertex, int(before[vertex])))
                chosen.append(int(rows[np.searchsorted(key, step[0] * size + step[1])]))
                vertex = int(before[vertex])
    return chosen


def join_bad(ends: Array, bad: Array, length_m: Array, *, gap_m: float) -> Array:
    """Return the number of the stretch each pipe belongs to, -1 for pipes in none.

    A stretch is a connected run of bad pipes, with the sound pieces between bad ones taken in where the
    way over them is at most ``gap_m``.

    Parameters
    ----------
    ends
        Vertices of the pipes, n x 2; pipes that may not be joined share none.
    bad
        Which pipes are to be renewed.
    length_m
        Lengths, metres.
    gap_m
        Longest sound way between bad pipes.
    """
    label = np.full(len(ends), -1, dtype=np.int64)
    if not bad.any():
        return label
    size = int(ends.max()) + 1
    cluster = labels(size, ends[bad, 0], ends[bad, 1])[1]
    at = cluster[ends]
    taken = bad.copy()
    between = np.flatnonzero(~bad & (length_m <= gap_m) & (at[:, 0] != at[:, 1]))
    if len(between):
        good = pd.DataFrame(
            {
                "a": at[between].min(axis=1),
                "b": at[between].max(axis=1),
                "length": np.maximum(length_m[between], SHORTEST_M),
                "row": between,
            }
        )
        taken[_bridges(np.unique(at[bad, 0]), good, gap_m)] = True
    joined = labels(size, ends[taken, 0], ends[taken, 1])[1]
    label[taken] = pd.factorize(joined[ends[taken, 0]])[0]
    return label
