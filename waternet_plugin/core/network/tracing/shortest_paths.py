"""Shortest ways: how far each node lies from where a trace begins, and through which pipe it is reached.

Of ways that are equally long, the one by the pipe with the first id is taken, whatever the order of rows.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.segments import Flags
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.network.model.row_groups import equal_pairs
from waternet_plugin.core.network.tracing.shortest_distances import shortest_distances
from waternet_plugin.core.network.tracing.trace_graph import SHORTEST_M, TraceableNetwork
from waternet_plugin.core.network.tracing.trace_rules import Rules

# Nodes after which the whole network at once is faster than one node after the other.
ONE_BY_ONE = 20_000
# Where a search of everything begins: an edge of length 0 would be none.
_LEAD_M = 1.0
# Ways whose lengths differ by no more are equally long.
_EQUAL_M = 0.005


@dataclass(frozen=True)
class PathResult:
    """How far nodes lie, and on the way to the goal the pipe each was reached through (-1 at the start).

    ``equal_pipes`` are those by which ways leave the known way to the source that are as long.
    """

    distance_m: dict[int, float]
    through: dict[int, int]
    goal: int = -1
    equal_pipes: tuple[int, ...] = ()


class WaySearch:
    """Dijkstra's search over pipes that may be gone.

    Parameters
    ----------
    graph
        Pipes and nodes.
    length_m
        Lengths of the pipes, m, none of them unknown (P,).
    forward, backward
        Pipes that may be gone from their first end to their last one, and back (P,).
    ends
        Nodes that are reached and not passed (N,).
    most_m
        How far the search goes, m.
    """

    def __init__(
        self,
        graph: Graph,
        length_m: Array,
        forward: Flags,
        backward: Flags,
        ends: Flags,
        most_m: float = np.inf,
    ) -> None:
        self.graph, self.length_m, self.most_m = graph, length_m, most_m
        self.forward, self.backward, self.ends = forward, backward, ends
        self.indptr, self.neighbour, self.pipe = graph.adjacency()

    def _may(self, pipe: int, node: int) -> bool:
        """Return whether a pipe may be gone from a node at its end."""
        graph = self.graph
        return bool(
            (self.forward[pipe] and graph.start[pipe] == node)
            or (self.backward[pipe] and graph.end[pipe] == node)
        )

    def _at(self, node: int) -> list[tuple[int, int]]:
        """Return the pipes at a node, each with the node at its other end."""
        at = slice(self.indptr[node], self.indptr[node + 1])
        return list(zip(self.pipe[at].tolist(), self.neighbour[at].tolist()))

    def _name(self, pipe: int) -> str:
        return str(self.graph.pipe_id[pipe])

    def run(
        self, starts: dict[int, float], goals: Flags | None, *, one_by_one: int = ONE_BY_ONE
    ) -> PathResult:
        """Search from nodes at given distances, up to the nearest goal if there are goals.

        After `one_by_one` nodes all are searched again in whole-array steps.
        """
        length = self.length_m
        node_id = self.graph.node_id
        distance: dict[int, float] = {}
        through: dict[int, int] = {}
        heap = [(metres, str(node_id[node]), -1, node) for node, metres in starts.items()]
        heapq.heapify(heap)
        while heap:
            metres, _name, pipe, node = heapq.heappop(heap)
            if node in distance:
                continue
            if metres > self.most_m:
                break
            distance[node], through[node] = metres, pipe
            if goals is not None and goals[node]:
                return PathResult(distance, through, node)
            if self.ends[node]:
                continue
            if len(distance) > one_by_one:
                return self._at_once(starts, goals)
            for other, beyond in self._at(node):
                if beyond not in distance and self._may(other, node):
                    heapq.heappush(heap, (metres + float(length[other]), self._name(other), other, beyond))
        return PathResult(distance, through)

    def _at_once(self, starts: dict[int, float], goals: Flags | None) -> PathResult:
        """Do the same for a large part of the network, in whole-array steps."""
        graph = self.graph
        size = graph.node_count
        barred = self.ends
        go = np.flatnonzero(self.forward & ~barred[graph.start])
        back = np.flatnonzero(self.backward & ~barred[graph.end])
        tail = np.concatenate([graph.start[go], graph.end[back]])
        head = np.concatenate([graph.end[go], graph.start[back]])
        length = self.length_m[np.concatenate([go, back])]
        # The shortest of parallel pipes; the matrix would add them up, and drop those of length 0.
        order, begin = equal_pairs(tail, head)
        length = np.minimum.reduceat(length[order], begin)
        tail, head = tail[order[begin]], head[order[begin]]
        roots = np.array(sorted(starts), dtype=np.int64)
        root = np.full(len(roots), size)
        lead = _LEAD_M + np.array([starts[node] for node in roots.tolist()])
        weights = csr_matrix(
            (
                np.concatenate([np.maximum(length, SHORTEST_M), lead]),
                (np.concatenate([tail, root]), np.concatenate([head, roots])),
            ),
            shape=(size + 1, size + 1),
        )
        limit = _LEAD_M + self.most_m
        metres = shortest_distances(weights, np.array([size]), limit=limit)[:size]
        reached = np.flatnonzero(np.isfinite(metres))
        distance = dict(zip(reached.tolist(), (metres[reached] - _LEAD_M).tolist()))
        hits = reached[:0] if goals is None else reached[goals[reached]]
        if not len(hits):
            return PathResult(distance, {})
        paths = {
            goal: self._way_back(metres, goal, starts, barred)
            for goal in hits[metres[hits] == metres[hits].min()].tolist()
        }
        goal = min(paths, key=lambda each: (self._name(paths[each][each]), each))
        return PathResult(distance, paths[goal], goal)

    def _way_back(self, metres: Array, goal: int, starts: dict[int, float], barred: Flags) -> dict[int, int]:
        """Return the pipe that each node on the way to a goal was reached through."""
        through: dict[int, int] = {}
        node = goal
        while not (node in starts and metres[node] == _LEAD_M + starts[node]):
            before = [
                (self._name(pipe), pipe, other)
                for pipe, other in self._at(node)
                if not barred[other] and self._may(pipe, other) and self._leads(metres, pipe, other, node)
            ]
            _name, through[node], node = min(before)
        through[node] = -1
        return through

    def joining(self, paths: PathResult, nodes: Iterable[int]) -> list[int]:
        """Return the pipes by which another way, as long, joins the way to the goal at one of its nodes."""
        found = []
        for node in nodes:
            own = paths.through.get(node, -1)
            if own < 0:
                continue
            for pipe, other in self._at(node):
                before = paths.distance_m.get(other, np.inf)
                may = pipe != own and not self.ends[other] and self._may(pipe, other)
                metres = paths.distance_m[node] - float(self.length_m[pipe])
                if may and abs(before - metres) <= _EQUAL_M:
                    found.append((self._name(pipe), pipe))
        return [pipe for _id, pipe in sorted(found)]

    def _leads(self, metres: Array, pipe: int, first: int, last: int) -> bool:
        """Return whether a shortest way to one node leads through a pipe from another."""
        length = max(float(self.length_m[pipe]), SHORTEST_M)
        return bool(metres[first] + length == metres[last])


class Search(WaySearch):
    """A search of a trace, by its rules."""

    def __init__(
        self, network: TraceableNetwork, rules: Rules, *, begins_in_drains: bool | None = None
    ) -> None:
        passages = network.passages(rules, begins_in_drains=begins_in_drains)
        super().__init__(network.graph, network.length_m, *passages, rules.max_distance_m)
        self.ground = network
        self.rules = rules
        self._begins_in_drains = bool(begins_in_drains)

    def begin_at(self, nodes: Iterable[int], *, is_node: bool) -> None:
        """Let nothing stop the search where it begins; a plant at the end of a pipe does all the same."""
        begun = list(nodes)
        # Arrays that come from frames may be read-only.
        self.ends = self.ends.copy()
        self.ends[begun] = False
        if self._begins_in_drains:
            plants = self.ground.drain_ends(self.rules.direction).copy()
            if is_node:
                plants[begun] = False
            self.ends |= plants

    def known_way(self, starts: dict[int, float]) -> PathResult | None:
        """Return the way to the source that is known beforehand, None if there is none."""
        graph, metres = self.ground.graph, self.ground.from_source_m
        node = min(starts, key=lambda each: (metres[each], graph.x_m[each], graph.y_m[each]))
        if not np.isfinite(metres[node]):
            return None
        through, distance = {node: -1}, {node: 0.0}
        equal_pipes: list[int] = []
        while not self.ground.sources[node]:
            ahead = [
                (self._name(pipe), pipe, other)
                for pipe, other in self._at(node)
                if self.forward[pipe] and self._leads(metres, pipe, other, node)
            ]
            _name, pipe, beyond = min(ahead)
            equal_pipes += [other for _id, other, _end in sorted(ahead)[1:]]
            distance[beyond] = distance[node] + float(self.ground.length_m[pipe])
            through[beyond] = pipe
            node = beyond
        return PathResult(distance, through, node, tuple(equal_pipes))
