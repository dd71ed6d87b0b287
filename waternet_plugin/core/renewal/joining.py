"""Where ends of pipes meet, and which bad pipes lie near enough to be renewed together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

# Dijkstra takes a stored zero for "no edge", so the shortest piece counts a millimetre.
SHORTEST_M = 0.001


def components(size: int, a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the component of each of ``size`` vertices joined by the edges ``a``-``b``."""
    edges = coo_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(size, size))
    return np.asarray(connected_components(edges, directed=False)[1], dtype=np.int64)


def _coordinates(geometry: Any) -> np.ndarray[Any, Any]:
    """Return x, y of all starts, then of all ends; NaN where a pipe has no place."""
    lines = np.asarray(geometry, dtype=object)
    points = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def junctions(pipes: pd.DataFrame, *, tolerance_m: float) -> np.ndarray[Any, Any]:
    """Return the junction of the start and of the end of each pipe, as an array of n x 2.

    Ends that name a node meet where the names are equal. An end without a node meets every end within
    ``tolerance_m`` (true distance). An end with neither node nor place meets nothing.

    Parameters
    ----------
    pipes
        ``from_node``, ``to_node`` and ``geom``.
    tolerance_m
        Greatest distance of ends that meet, metres.
    """
    size = len(pipes)
    names = pd.concat([pipes["from_node"], pipes["to_node"]], ignore_index=True)
    names = names.where(names.notna() & (names != ""), None)
    codes, uniques = pd.factorize(names)
    label = codes.astype(np.int64)
    named = label >= 0
    places = _coordinates(pipes["geom"])
    placed = ~np.isnan(places).any(axis=1)
    # Ends without a node: one label per distinct place, and one each for those without a place.
    x_code = pd.factorize(places[:, 0])[0].astype(np.int64)
    y_code = pd.factorize(places[:, 1])[0].astype(np.int64)
    place = pd.factorize(x_code * (len(places) + 1) + y_code)[0]
    bare = ~named & placed
    label[bare] = len(uniques) + place[bare]
    lost = ~named & ~placed
    label[lost] = len(uniques) + 2 * size + np.arange(int(lost.sum()))
    if bare.any():
        # One point for each pair of junction and place, so that crowded junctions stay cheap.
        points = pd.DataFrame({"label": label[placed], "x": places[placed, 0], "y": places[placed, 1]})
        points["bare"] = bare[placed]
        points = points.drop_duplicates(["label", "x", "y"])
        pairs = cKDTree(points[["x", "y"]].to_numpy()).query_pairs(tolerance_m, output_type="ndarray")
        is_bare = points["bare"].to_numpy()
        pairs = pairs[is_bare[pairs[:, 0]] | is_bare[pairs[:, 1]]]
        at = points["label"].to_numpy()
        dense, _ = pd.factorize(label)
        code_of = pd.Series(dense, index=label)
        code_of = code_of[~code_of.index.duplicated()]
        one, other = code_of[at[pairs[:, 0]]].to_numpy(), code_of[at[pairs[:, 1]]].to_numpy()
        joined = components(int(dense.max()) + 1, one, other)
        label = joined[dense]
    else:
        label = pd.factorize(label)[0].astype(np.int64)
    return np.asarray(label.reshape(2, size).T)


def vertices(group: np.ndarray[Any, Any], ends: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the ends as vertices of a graph in which pipes of different groups never meet."""
    width = int(ends.max(initial=0)) + 1
    key = (group[:, None].astype(np.int64) * width + ends).ravel()
    return np.asarray(pd.factorize(key)[0], dtype=np.int64).reshape(ends.shape)


def _bridges(clusters: np.ndarray[Any, Any], good: pd.DataFrame, gap_m: float) -> list[int]:
    """Return the rows of sound pipes that join clusters of bad ones over at most ``gap_m``.

    Every place is given to its nearest cluster; where two such territories touch, the way between their
    clusters is as long as the piece plus both distances. The shortest ways come first (Kruskal), so no
    two clusters are joined twice.
    """
    good = good.sort_values(["a", "b", "length", "row"]).drop_duplicates(["a", "b"])
    size = int(max(good["b"].max(), clusters.max())) + 1
    a, b, length = good["a"].to_numpy(), good["b"].to_numpy(), good["length"].to_numpy()
    rows = good["row"].to_numpy()
    graph = csr_matrix((length, (a, b)), shape=(size, size))
    distance, before, source = dijkstra(
        graph, directed=False, indices=clusters, limit=gap_m, min_only=True, return_predecessors=True
    )
    way = distance[a] + length + distance[b]
    usable = np.flatnonzero((way <= gap_m) & (source[a] != source[b]))
    usable = usable[np.lexsort((rows[usable], way[usable]))]
    key = a * size + b
    parent: dict[int, int] = {}

    def root(vertex: int) -> int:
        while vertex in parent:
            vertex = parent[vertex]
        return vertex

    chosen: list[int] = []
    for edge in usable:
        one, other = root(int(source[a[edge]])), root(int(source[b[edge]]))
        if one == other:
            continue
        parent[max(one, other)] = min(one, other)
        chosen.append(int(rows[edge]))
        for vertex in (int(a[edge]), int(b[edge])):
            while before[vertex] >= 0:
                step = sorted((vertex, int(before[vertex])))
                chosen.append(int(rows[np.searchsorted(key, step[0] * size + step[1])]))
                vertex = int(before[vertex])
    return chosen


def join_bad(
    ends: np.ndarray[Any, Any], bad: np.ndarray[Any, Any], length_m: np.ndarray[Any, Any], *, gap_m: float
) -> np.ndarray[Any, Any]:
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
    cluster = components(size, ends[bad, 0], ends[bad, 1])
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
    joined = components(size, ends[taken, 0], ends[taken, 1])
    label[taken] = pd.factorize(joined[ends[taken, 0]])[0]
    return label
