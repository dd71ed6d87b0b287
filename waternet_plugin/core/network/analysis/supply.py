"""Who still has water when segments are shut, and what the closing of each one costs the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from waternet_plugin.core.network.analysis.dependence import (
    Dependence,
    dependence,
    dependence_directed,
    directed,
)
from waternet_plugin.core.network.analysis.segments import Flags, Ints, Segments, find_segments, unique_pairs
from waternet_plugin.core.progress import SILENT, Progress


@dataclass(frozen=True)
class OneWay:
    """Nodes that let water through in one direction only: where it comes from and where it goes.

    ``node`` pairs up with ``pipe``; ``inward`` is set where water comes to the node through the pipe.
    """

    node: Ints
    pipe: Ints
    inward: Flags


@dataclass(frozen=True)
class ValvedNetwork:
    """Pipes and nodes of water systems as water sees them; flags of pipes and of nodes.

    Parameters
    ----------
    start, end
        Nodes of the first and the last end of each pipe.
    used
        Pipes that water can pass now.
    separating
        Nodes that part all their pipes: valves, and elements that stand closed.
    closed
        Separating nodes that stand closed: nothing flows through them now.
    sources
        Nodes that feed the network; none of them is separating or one-way.
    present
        Nodes that count though none of their pipes is open; None where there are none.
    one_way
        Elements with a direction, None where all is passed both ways.
    """

    start: Ints
    end: Ints
    used: Flags
    separating: Flags
    closed: Flags
    sources: Flags
    present: Flags | None
    one_way: OneWay | None

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self.separating)

    def segments(self, separating: Flags) -> Segments:
        """Return what lies between separating nodes."""
        return find_segments(
            self.start,
            self.end,
            self.node_count,
            separating=separating,
            used=self.used,
            present=self.present,
        )


@dataclass(frozen=True)
class Supply:
    """Which parts feed which.

    A part is a segment or, where one-way elements count, a piece of one between them. Vertices of ``graph``
    are the parts, then ``hubs`` (nodes of open valves at which three or more segments meet, closing one parts
    them all; and of one-way elements), then the root, which stands for every source.

    ``part_of_pipe`` says the part of each pipe (-1 for none), ``segment`` the segment of each part; ``hub``
    and ``hub_side`` pair hubs (their number among the hubs) with the segments they bound.
    """

    graph: csr_matrix
    part_of_pipe: Ints
    segment: Ints
    count: int
    hubs: Ints
    hub: Ints
    hub_side: Ints
    one_way: bool

    @property
    def root(self) -> int:
        """Vertex of the sources."""
        return len(self.segment) + len(self.hubs)

    @cached_property
    def dependence(self) -> Dependence:
        """What depends on which part."""
        return (dependence_directed if self.one_way else dependence)(self.graph, self.root)

    @cached_property
    def supplied(self) -> Flags:
        """Segments with water before anything is shut."""
        return self._segments_of(self.dependence.reached)

    def _segments_of(self, vertices: Flags) -> Flags:
        segments = np.zeros(self.count, dtype=bool)
        segments[self.segment[vertices[: len(self.segment)]]] = True
        return segments

    def parts_without(self, removed: Flags, open_hubs: Ints | None = None) -> Flags:
        """Return the parts that still reach a source when segments are shut and their valves closed.

        Parameters
        ----------
        removed
            Segments that are shut.
        open_hubs
            Numbers of hubs that can't be closed and lie inside what is shut.
        """
        alive = np.ones(self.root + 1, dtype=bool)
        alive[: len(self.segment)] = ~removed[self.segment]
        closed = np.unique(self.hub[removed[self.hub_side]])
        if open_hubs is not None:
            closed = closed[~np.isin(closed, open_hubs)]
        alive[len(self.segment) + closed] = False
        # What is shut can't be entered: its edges lead back to the root, where the search has been.
        indices = np.where(alive[self.graph.indices], self.graph.indices, self.root)
        patched = csr_matrix((self.graph.data, indices, self.graph.indptr), shape=self.graph.shape)
        supplied = breadth_first_order(patched, self.root, directed=True, return_predecessors=False)
        reached = np.zeros(self.root + 1, dtype=bool)
        reached[supplied] = True
        return reached[: len(self.segment)]

    def without(self, removed: Flags) -> Flags:
        """Return the segments that still have water when some are shut."""
        return self._segments_of(self.parts_without(removed))

    @cached_property
    def special(self) -> Ints:
        """Segments whose closing can't be read from the tree: they have several parts, or close a hub."""
        parts = np.bincount(self.segment, minlength=self.count)
        return np.union1d(np.flatnonzero(parts > 1), self.hub_side)

    @cached_property
    def _is_special(self) -> Flags:
        flags = np.zeros(self.count, dtype=bool)
        flags[self.special] = True
        return flags

    def is_special(self, segment: int) -> bool:
        """Return whether the closing of a segment can't be read from the tree."""
        return bool(self._is_special[segment])

    def still_without(self, segment: int) -> Flags:
        """Return the parts that still reach a source when a segment is shut that is not special."""
        still = self.dependence.reached[: len(self.segment)].copy()
        still[self.lost_parts(segment)] = False
        still[self._by_segment[0][np.searchsorted(self._by_segment[1], segment)]] = False
        return still

    def lost_parts(self, segment: int) -> Ints:
        """Return the parts of other segments that lose every source when one segment is shut."""
        if self.is_special(segment):
            removed = np.zeros(self.count, dtype=bool)
            removed[segment] = True
            before = self.dependence.reached[: len(self.segment)]
            return np.flatnonzero(before & ~self.parts_without(removed) & (self.segment != segment))
        own = np.searchsorted(self._by_segment[1], segment)
        lost = self.dependence.lost(int(self._by_segment[0][own]))
        return lost[lost < len(self.segment)]

    @cached_property
    def _by_segment(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.segment, kind="stable")
        return order, self.segment[order]

    def lost_with_all(self, parts: Flags) -> Flags:
        """Return the segments that had water at the start and of which no other part than these had."""
        left = self._segments_of(
            self.dependence.reached & ~np.append(parts, np.zeros(len(self.hubs) + 1, bool))
        )
        return self.supplied & ~left

    def unintended(
        self, weights: NDArray[Any], *, progress: Progress = SILENT
    ) -> tuple[Ints, NDArray[np.float64]]:
        """Return what each segment's closing costs the others.

        Parameters
        ----------
        weights
            Weights of the parts, (parts, kinds), such as customers and households.

        Returns
        -------
        segments
            How many other segments lose every source.
        sums
            Weights of the parts that lose every source, (segments, kinds).
        """
        tree = self.dependence
        nothing = np.zeros(len(self.hubs) + 1)
        first = np.zeros(len(self.segment))
        # A segment of several parts is lost with its last one; those are counted one by one below.
        several = np.bincount(self.segment, minlength=self.count) > 1
        first[~several[self.segment]] = 1
        counted = tree.lost_sums(np.append(first, nothing))[: len(self.segment)]
        number = np.bincount(self.segment, counted, minlength=self.count).astype(float)
        sums = np.zeros((self.count, weights.shape[1]))
        for kind in range(weights.shape[1]):
            lost = tree.lost_sums(np.append(weights[:, kind], nothing))[: len(self.segment)]
            sums[:, kind] = np.bincount(self.segment, lost, minlength=self.count)
        self._add_several(number, several)
        reached = tree.reached[: len(self.segment)]
        for done, segment in enumerate(self.special.tolist()):
            progress.at(done / len(self.special))
            removed = np.zeros(self.count, dtype=bool)
            removed[segment] = True
            still = self.parts_without(removed)
            is_lost = self.supplied & ~self._segments_of(np.append(still, nothing > 0)) & ~removed
            number[segment] = np.count_nonzero(is_lost)
            sums[segment] = weights[reached & ~still & (self.segment != segment)].sum(axis=0)
        return number.astype(np.int64), sums

    def _add_several(self, number: NDArray[np.float64], several: Flags) -> None:
        """Count segments of several parts where one other part carries all that had water."""
        tree = self.dependence
        for segment in np.flatnonzero(several & self.supplied).tolist():
            parts = np.flatnonzero((self.segment == segment) & tree.reached[: len(self.segment)])
            common: set[int] | None = None
            for part in parts.tolist():
                above = set()
                vertex = part
                while vertex != self.root:
                    if tree.cut[vertex]:
                        above.add(int(tree.parent[vertex]))
                    vertex = int(tree.parent[vertex])
                common = above if common is None else common & above
            carriers = {
                int(self.segment[vertex])
                for vertex in common or set()
                if vertex < len(self.segment) and self.segment[vertex] != segment
            }
            for carrier in carriers:
                number[carrier] += 1


def build_supply(network: ValvedNetwork, segments: Segments) -> Supply:
    """Return which parts of a network, whose segments are known, feed which."""
    one_way, closed = network.one_way, network.closed
    parts, barred = segments, closed
    if one_way is not None:
        # Between one-way elements, everything in a segment flows both ways.
        apart = network.separating.copy()
        apart[one_way.node] = True
        barred = closed.copy()
        barred[one_way.node] = True
        parts = network.segments(apart)
    segment = _segment_of_parts(parts, segments)
    open_pair = ~barred[parts.valve]
    valve, side = parts.valve[open_pair], parts.side[open_pair]
    number = np.bincount(valve, minlength=network.node_count)
    # Pairs are sorted by valve: the two sides of a plain valve follow each other.
    plain = np.flatnonzero(number[valve] == 2)[::2]
    at_tee = number[valve] > 2
    hub_valve, hub_part = valve[at_tee], side[at_tee]
    # Both directions of every edge; the way through a one-way element is only one of them.
    tail = np.concatenate([side[plain], side[plain + 1]])
    head = np.concatenate([side[plain + 1], side[plain]])
    inward = np.ones(len(hub_valve), dtype=bool)
    outward = inward
    if one_way is not None:
        is_passable = ~closed[one_way.node] & network.used[one_way.pipe]
        hub_valve = np.concatenate([hub_valve, one_way.node[is_passable]])
        hub_part = np.concatenate([hub_part, parts.pipe[one_way.pipe[is_passable]]])
        outward = np.concatenate([inward, ~one_way.inward[is_passable]])
        inward = np.concatenate([inward, one_way.inward[is_passable]])
    hubs, hub = np.unique(hub_valve, return_inverse=True)
    hub = hub.astype(np.int64)
    size = len(segment) + len(hubs) + 1
    fed = np.unique(parts.node[network.sources & (parts.node >= 0)])
    root = np.full(len(fed), size - 1)
    graph = directed(
        np.concatenate([tail, hub_part[inward], len(segment) + hub[outward], root, fed]),
        np.concatenate([head, len(segment) + hub[inward], hub_part[outward], fed, root]),
        size,
    )
    pair, pair_side = unique_pairs(hub, segment[hub_part], max(segments.count, 1))
    return Supply(graph, parts.pipe, segment, segments.count, hubs, pair, pair_side, one_way is not None)


def _segment_of_parts(parts: Segments, segments: Segments) -> Ints:
    """Return the segment that each part lies in."""
    segment = np.zeros(parts.count, dtype=np.int64)
    has_node = parts.node >= 0
    segment[parts.node[has_node]] = segments.node[has_node]
    has_node = parts.pipe >= 0
    segment[parts.pipe[has_node]] = segments.pipe[has_node]
    return segment
