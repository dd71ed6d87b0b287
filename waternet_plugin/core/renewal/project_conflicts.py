"""Projects that together would cut off a critical customer: they are not built in the same year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings


@dataclass(frozen=True)
class Conflicts:
    """What renewing would cut off.

    Attributes
    ----------
    pairs
        (K, 2) numbers of packages, rising, that cut off a critical customer only together.
    alone
        Numbers of packages that cut one off by themselves: they need a temporary supply.
    unsupplied
        How many critical customers no source reaches even now.
    """

    pairs: Array
    alone: Array
    unsupplied: int


NO_CONFLICTS = Conflicts(np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.int64), 0)


class _Contracted:
    """The network with everything that no package touches drawn together; vertex 0 holds the sources."""

    def __init__(self, graph: Graph, package: Array, usable: Array, source: Array) -> None:
        size = graph.node_count
        still = usable & (package < 0)
        ends = (graph.start[still], graph.end[still])
        fixed = coo_matrix((np.ones(len(ends[0])), ends), shape=(size, size))
        label = connected_components(fixed, directed=False)[1]
        # All sources are one.
        is_source = np.zeros(label.max(initial=-1) + 1, dtype=bool)
        is_source[label[source]] = True
        number = np.where(is_source, 0, np.cumsum(~is_source))
        self.vertex = number[label]
        self.size = int(number.max(initial=0)) + 1
        moving = usable & (package >= 0)
        a, b = self.vertex[graph.start[moving]], self.vertex[graph.end[moving]]
        edges = np.unique(np.stack([np.minimum(a, b), np.maximum(a, b), package[moving]], axis=1), axis=0)
        edges = edges[edges[:, 0] != edges[:, 1]]
        self.a, self.b, self.package = edges.T
        self._known: dict[frozenset[int], Array] = {}

    def reached(self, without: frozenset[int]) -> Array:
        """Return which vertices the sources still reach without some packages."""
        if without not in self._known:
            keep = ~np.isin(self.package, list(without))
            links = coo_matrix(
                (np.ones(int(keep.sum())), (self.a[keep], self.b[keep])), shape=(self.size, self.size)
            )
            label = connected_components(links, directed=False)[1]
            self._known[without] = label == label[0]
        return self._known[without]

    def path(self, target: int, without: frozenset[int]) -> list[int]:
        """Return the packages along a shortest path from the sources, all those side by side included."""
        keep = np.flatnonzero(~np.isin(self.package, list(without)))
        links = coo_matrix((np.ones(len(keep)), (self.a[keep], self.b[keep])), shape=(self.size, self.size))
        _, before = breadth_first_order(links.tocsr(), 0, directed=False)
        reached: set[int] = set()
        vertex = target
        while vertex != 0:
            previous = int(before[vertex])
            low, high = min(vertex, previous), max(vertex, previous)
            hop = keep[(self.a[keep] == low) & (self.b[keep] == high)]
            reached.update(self.package[hop].tolist())
            vertex = previous
        return sorted(reached)


def find_conflicts(
    graph: Graph,
    package: Array,
    *,
    source: Array,
    critical: Sequence[int] | Array,
    usable: Array,
    progress: Progress = SILENT,
) -> Conflicts:
    """Find the packages that alone, and the pairs that together, cut off a critical customer.

    Any two packages that cut one off lie on every path to it: one of them on any one path, the other on any
    path that is left without the first.

    Parameters
    ----------
    graph
        The network.
    package
        Number of the package of each pipe of the graph, -1 for none.
    source
        Vertices that feed the network.
    critical
        Vertices of critical customers.
    usable
        Pipes that carry water.
    """
    contracted = _Contracted(graph, package, usable, np.asarray(source, dtype=np.int64))
    alone: set[int] = set()
    pairs: set[tuple[int, int]] = set()
    unsupplied = 0
    targets = np.unique(contracted.vertex[np.asarray(critical, dtype=np.int64)]) if len(critical) else []
    for count, target in enumerate(int(reached) for reached in targets):
        progress.at(count / len(targets))
        if not contracted.reached(frozenset())[target]:
            unsupplied += 1
            continue
        if target == 0:
            continue
        for first in contracted.path(target, frozenset()):
            single = frozenset([first])
            if not contracted.reached(single)[target]:
                alone.add(first)
                continue
            for second in contracted.path(target, single):
                if (
                    contracted.reached(frozenset([second]))[target]
                    and not contracted.reached(frozenset([first, second]))[target]
                ):
                    pairs.add((min(first, second), max(first, second)))
    progress.at(1.0)
    conflicts = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return Conflicts(conflicts, np.array(sorted(alone), dtype=np.int64), unsupplied)


def cut_off(
    graph: Graph, package: Array, *, source: Array, targets: Array, usable: Array, count: int
) -> list[Array]:
    """Return which targets each package cuts off while it is built, as places in ``targets``.

    Parameters
    ----------
    graph, package, source, usable
        As in `find_conflicts`.
    targets
        Vertices that are supplied; those without a source even now are cut off by nobody.
    count
        Number of packages.
    """
    if not len(targets) or not len(source):
        return [np.zeros(0, dtype=np.int64)] * count
    contracted = _Contracted(graph, package, usable, np.asarray(source, dtype=np.int64))
    vertex = contracted.vertex[np.asarray(targets, dtype=np.int64)]
    supplied = contracted.reached(frozenset())[vertex]
    return [
        np.flatnonzero(supplied & ~contracted.reached(frozenset([number]))[vertex]) for number in range(count)
    ]


def sources_of(graph: Graph, settings: Settings) -> Array:
    """Return the vertices that feed the network: sources, plants, tanks and reservoirs."""
    kinds = [*settings.words("network.source_kinds"), *settings.words("network.tank_kinds")]
    return np.flatnonzero(np.isin(graph.kind.astype(str), kinds))
