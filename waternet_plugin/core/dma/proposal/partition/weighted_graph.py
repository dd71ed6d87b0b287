"""A weighted graph that is divided into zones, and its coarser copies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import gather

# A vertex of a coarse graph may weigh this share of a zone, so that zones can still be balanced.
_HEAVIEST_SHARE = 0.12
_ROUNDS = 6
# Coarsening ends when a step leaves more than this share of the vertices.
_LEAST_PROGRESS = 0.93


@dataclass(frozen=True)
class PartitionGraph:
    """Vertices with weights and edges with costs; ``V`` vertices, ``E`` edges.

    Parameters
    ----------
    weight
        Size of each vertex, in the unit in which zones are measured (V,).
    one, other
        Vertices of each edge, every pair once and ``one < other`` (E,).
    cost
        What cutting each edge costs (E,).
    """

    weight: Array
    one: Array
    other: Array
    cost: Array

    @property
    def size(self) -> int:
        """Number of vertices."""
        return len(self.weight)

    @cached_property
    def lists(self) -> tuple[list[int], list[int], list[float]]:
        """First places, neighbours and costs of the edges at each vertex, as plain lists."""
        indptr, ends = gather(np.stack([self.one, self.other], axis=1).reshape(-1), self.size)
        neighbour = np.where(ends & 1, self.one[ends >> 1], self.other[ends >> 1])
        return indptr.tolist(), neighbour.tolist(), self.cost[ends >> 1].tolist()

    @cached_property
    def weights(self) -> list[float]:
        """Sizes as a plain list."""
        return self.weight.tolist()  # type: ignore[no-any-return]

    def contracted(self, label: Array, count: int) -> PartitionGraph:
        """Return the graph in which the vertices of each of ``count`` labels (V,) are one."""
        return merged_edges(
            np.bincount(label, self.weight, minlength=count),
            label[self.one],
            label[self.other],
            self.cost,
        )

    def part(self, members: Array) -> PartitionGraph:
        """Return the graph of some vertices (ascending) and the edges between them."""
        number = np.full(self.size, -1, dtype=np.int64)
        number[members] = np.arange(len(members))
        inside = (number[self.one] >= 0) & (number[self.other] >= 0)
        return PartitionGraph(
            self.weight[members], number[self.one[inside]], number[self.other[inside]], self.cost[inside]
        )


def merged_edges(weight: Array, first: Array, second: Array, cost: Array) -> PartitionGraph:
    """Return a graph whose parallel edges are one and that has no loops.

    Parameters
    ----------
    weight
        Size of each vertex.
    one, other
        Vertices of each edge, in any order.
    cost
        What cutting each edge costs; those of parallel edges are added.
    """
    low, high = np.minimum(first, second), np.maximum(first, second)
    is_edge = low != high
    keys, row = np.unique(
        low[is_edge].astype(np.int64) * max(len(weight), 1) + high[is_edge], return_inverse=True
    )
    return PartitionGraph(
        weight,
        keys // max(len(weight), 1),
        keys % max(len(weight), 1),
        np.bincount(row, cost[is_edge], minlength=len(keys)),
    )


def _matched(
    graph: PartitionGraph, heaviest: float, within: Array | None, random: np.random.Generator
) -> Array:
    """Return the vertex that each is matched with, itself for none: heavy edges of light vertices first."""
    first, second, weight = graph.one, graph.other, graph.weight
    allowed = weight[first] + weight[second] <= heaviest
    if within is not None:
        allowed &= within[first] == within[second]
    rows = np.flatnonzero(allowed)
    # Without a little added, vertices of no weight would attract without limit.
    least = heaviest * 0.02 + 1e-12
    strength = graph.cost[rows] ** 2 / ((weight[first[rows]] + least) * (weight[second[rows]] + least))
    rows = rows[np.lexsort((random.random(len(rows)), strength))]
    mate = np.arange(graph.size)
    for _ in range(_ROUNDS):
        free = (mate[first[rows]] == first[rows]) & (mate[second[rows]] == second[rows])
        rows = rows[free]
        if not len(rows):
            break
        best = np.full(graph.size, -1, dtype=np.int64)
        # Written from the weakest to the strongest: the last value stays.
        best[np.stack([first[rows], second[rows]], axis=1).reshape(-1)] = np.repeat(rows, 2)
        chosen = rows[(best[first[rows]] == rows) & (best[second[rows]] == rows)]
        mate[first[chosen]] = second[chosen]
        mate[second[chosen]] = first[chosen]
    return mate


@dataclass(frozen=True)
class Hierarchy:
    """A graph and its coarser copies, the finest first; ``labels[k]`` leads from copy ``k`` to ``k + 1``."""

    graphs: list[PartitionGraph]
    labels: list[Array]

    def coarse(self, zone: Array) -> Array:
        """Return on the coarsest graph a division of the finest that no coarse vertex crosses."""
        for label, graph in zip(self.labels, self.graphs[1:]):
            up = np.zeros(graph.size, dtype=np.int64)
            up[label] = zone
            zone = up
        return zone


def coarsened(
    graph: PartitionGraph,
    target: int,
    zone_size: float,
    random: np.random.Generator,
    *,
    within: Array | None = None,
) -> Hierarchy:
    """Return a graph with coarser copies of it.

    Parameters
    ----------
    graph
        The finest graph.
    target
        Number of vertices that is coarse enough.
    zone_size
        Usual size of a zone.
    random
        Breaks ties.
    within
        Labels (V,) that no coarse vertex may cross; None for none.
    """
    graphs, labels = [graph], []
    heaviest = zone_size * _HEAVIEST_SHARE
    while graph.size > target:
        head = np.minimum(_matched(graph, heaviest, within, random), np.arange(graph.size))
        first = head == np.arange(graph.size)
        count = int(first.sum())
        if count > graph.size * _LEAST_PROGRESS:
            break
        label = (np.cumsum(first) - 1)[head]
        if within is not None:
            up = np.zeros(count, dtype=np.int64)
            up[label] = within
            within = up
        graph = graph.contracted(label, count)
        graphs.append(graph)
        labels.append(label)
    return Hierarchy(graphs, labels)
