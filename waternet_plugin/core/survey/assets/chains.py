"""Lines of one own id that follow each other through bare points become one pipe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.survey.typed.features import feature_of


@dataclass(frozen=True)
class Chains:
    """Pipes as runs of lines.

    Parameters
    ----------
    single
        Rows of lines that are a pipe by themselves.
    several
        Rows of lines, and whether each is passed from its end to its start, in order along the pipe.
    is_vertex
        (places,) whether a place is only a vertex of a pipe.
    """

    single: Array
    several: tuple[tuple[tuple[int, bool], ...], ...]
    is_vertex: Array


def bare_points(points: pd.DataFrame) -> Array:
    """Return which points mark nothing but the run of a line: 直线点 and 转折点 without appurtenance."""
    codes, distinct = pd.factorize(points["feature"].to_numpy(object))
    features = [feature_of(word) for word in distinct]
    bare = np.array([feature is not None and feature.is_vertex for feature in features] + [False])[codes]
    return np.asarray(
        bare & points["appurtenance"].isna().to_numpy() & (points["kind"] == "junction").to_numpy()
    )


def chain_lines(pipe_id: Array, ends: Array, may_be_vertex: Array) -> Chains:
    """Return lines as pipes.

    Parameters
    ----------
    pipe_id
        (lines,) object, the own id of each, None for none.
    ends
        (lines, 2) the places of both ends, -1 for none.
    may_be_vertex
        (places,) whether a place may be a vertex, as far as its point tells.
    """
    size = len(may_be_vertex)
    codes = pd.factorize(pipe_id)[0]
    if not (codes >= 0).any():
        return Chains(np.arange(len(ends)), (), np.zeros(size, dtype=bool))
    flat, line = ends.ravel(), np.repeat(np.arange(len(ends)), 2)
    has_node = flat >= 0
    degree = np.bincount(flat[has_node], minlength=size)
    low, high = np.full(size, np.iinfo(np.int64).max), np.full(size, -1, dtype=np.int64)
    np.minimum.at(low, flat[has_node], codes[line[has_node]])
    np.maximum.at(high, flat[has_node], codes[line[has_node]])
    vertex = may_be_vertex & (degree == 2) & (low == high) & (low >= 0)
    pairs = np.flatnonzero(has_node & np.append(vertex, False)[flat])
    order = pairs[np.argsort(flat[pairs], kind="stable")]
    first, second = line[order[0::2]], line[order[1::2]]
    links = coo_matrix((np.ones(len(first)), (first, second)), shape=(len(ends), len(ends)))
    _count, group = connected_components(links, directed=False)
    sizes = np.bincount(group, minlength=1)
    single = np.flatnonzero(sizes[group] == 1)
    linked = np.flatnonzero(sizes[group] > 1)
    vertex[flat[has_node][np.isin(line[has_node], single)]] = False
    runs = []
    by_group = linked[np.argsort(group[linked], kind="stable")]
    for rows in np.split(by_group, np.flatnonzero(np.diff(group[by_group])) + 1) if len(by_group) else []:
        run, opened = _walk(rows, ends, vertex)
        runs.append(run)
        if opened >= 0:
            # A ring of vertices alone needs one node, where its first row begins.
            vertex[opened] = False
    return Chains(single, tuple(runs), vertex)


def _walk(rows: Array, ends: Array, vertex: Array) -> tuple[tuple[tuple[int, bool], ...], int]:
    """Return lines in order along their run, from the side where the first row of the file begins."""
    at: dict[int, list[int]] = {}
    for row in rows.tolist():
        for node in ends[row].tolist():
            at.setdefault(node, []).append(row)
    first = int(rows.min())
    outer = [node for node, lines in at.items() if not (node >= 0 and vertex[node])]
    opened = -1
    if not outer:
        opened = int(ends[first, 0])
        return _follow(first, opened, ends, at, opened), opened
    for start in outer:
        run = _follow(at[start][0], start, ends, at, -1)
        if not next(is_reversed for row, is_reversed in run if row == first):
            return run, opened
    return run, opened


def _follow(
    row: int, node: int, ends: Array, at: dict[int, list[int]], stop: int
) -> tuple[tuple[int, bool], ...]:
    run: list[tuple[int, bool]] = []
    used: set[int] = set()
    current: int | None = row
    while current is not None:
        start, end = (int(value) for value in ends[current])
        is_reversed = end == node and start != node
        run.append((current, is_reversed))
        used.add(current)
        node = start if is_reversed else end
        if node == stop:
            break
        current = next((other for other in at[node] if other not in used), None)
    return tuple(run)
