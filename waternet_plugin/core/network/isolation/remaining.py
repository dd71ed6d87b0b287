"""What is left around a part that is shut: new dead ends, and how narrow the way to the sources became."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.network.analysis.segments import Flags, Ints
from waternet_plugin.core.network.analysis.widest import NOTHING, Broken, Widest
from waternet_plugin.core.network.isolation.isolation_model import CUSTOMERS, IsolationModel

# A branch with more pipes than this is taken for a part of the net, not for a stub.
_STUB = 200


@dataclass(frozen=True)
class Bottleneck:
    """The narrowest pipe on the widest way left from a closed valve to a source.

    ``diameter_mm`` is NaN where no way goes without pipes of unknown diameter.
    """

    diameter_mm: float
    pipe_id: str
    node_id: str


class _Around:
    """Walks over the pipes that still have water."""

    def __init__(self, works: IsolationModel, parts: Flags, closing: Collection[int]) -> None:
        self.works = works
        graph = works.connected.graph
        self.indptr, self.neighbour, self.pipe = graph.adjacency()
        self.parts = parts
        self.part_of_pipe = works.part_of_pipe
        self.used = works.elements.used
        self.shut = frozenset(closing)
        customers = works.weights[:, CUSTOMERS]
        self.customers = customers if len(works.customers) else None

    def live(self, pipe: int) -> bool:
        """Return whether a pipe still has water."""
        part = self.part_of_pipe[pipe]
        return bool(self.used[pipe] and part >= 0 and self.parts[part])

    def at(self, node: int) -> Iterator[tuple[int, int]]:
        """Yield the live pipes at a node and where they lead."""
        for index in range(self.indptr[node], self.indptr[node + 1]):
            pipe = int(self.pipe[index])
            if self.live(pipe):
                yield pipe, int(self.neighbour[index])

    def barred(self, node: int) -> bool:
        """Return whether nothing passes a node."""
        return node in self.shut or bool(self.works.elements.closed[node])

    def draws(self, pipe: int) -> bool:
        """Return whether customers draw water from a pipe; hydrant leads don't, where none are known."""
        if self.customers is not None:
            return bool(self.customers[pipe] > 0)
        return bool(self.works.connected.graph.pipe_function[pipe] != "hydrant_lead")

    def is_stub(self, pipe: int, before: int, node: int) -> bool:
        """Return whether a pipe leads into a branch that draws nothing and has no loop and no source."""
        todo, seen = [(pipe, node)], {before, node}
        sources = self.works.elements.sources
        for _ in range(_STUB):
            if not todo:
                return True
            pipe, node = todo.pop()
            if sources[node] or self.draws(pipe):
                return False
            if self.barred(node):
                continue
            for other, beyond in self.at(node):
                if other == pipe:
                    continue
                if beyond in seen:
                    return False
                seen.add(beyond)
                todo.append((other, beyond))
        return False


def dead_ends(works: IsolationModel, parts: Flags, closing: Collection[int]) -> list[int]:
    """Return the pipes that become dead ends when valves are closed.

    From each closed valve back to the next pipe from which customers draw, or to where the water has two ways
    again; stubs along that way, such as hydrant leads, were dead ends before and don't count.

    Parameters
    ----------
    parts
        Parts of the supply that still have water.
    closing
        The valves that are closed.
    """
    around = _Around(works, parts, closing)
    graph = works.connected.graph
    dead: set[int] = set()
    for valve in sorted(closing):
        if valve >= graph.node_count or works.elements.closed[valve]:
            continue
        for pipe, node in list(around.at(valve)):
            while pipe not in dead:
                dead.add(pipe)
                if works.elements.sources[node] or around.barred(node):
                    break
                onward = [
                    (other, beyond)
                    for other, beyond in around.at(node)
                    if other != pipe and not around.is_stub(other, node, beyond)
                ]
                if len(onward) != 1 or (around.customers is not None and around.draws(onward[0][0])):
                    break
                pipe, node = onward[0]
    return sorted(pipe for pipe in dead if works.real[pipe])


def narrowest(works: IsolationModel, parts: Flags, closing: Collection[int], shut: Ints) -> Bottleneck | None:
    """Return the narrowest pipe on the ways that are left to feed the surroundings of what is shut.

    From each closed valve the widest way to any source is looked at; the worst of them counts.

    Parameters
    ----------
    parts
        Parts of the supply that still have water.
    closing
        The valves that are closed.
    shut
        Pipes of the segments that are shut.
    """
    around = _Around(works, parts, closing)
    graph = works.connected.graph
    widest = works.widest
    own = np.array([valve for valve in closing if valve < graph.node_count], dtype=np.int64)
    broken = Broken(widest, shut[shut < graph.pipe_count], own)
    worst: tuple[int, str] | None = None
    for valve in own.tolist():
        if works.elements.closed[valve]:
            continue
        for _, node in around.at(valve):
            rank = _widest(around, widest, broken, node)
            if 0 <= rank < graph.pipe_count and np.isfinite(works.width_mm[widest.pipe_by_rank[rank]]):
                candidate = (rank, works.node_name(valve))
                worst = candidate if worst is None else min(worst, candidate)
    if worst is None:
        return None
    pipe = int(widest.pipe_by_rank[worst[0]])
    width = float(works.width_mm[pipe])
    return Bottleneck(width if width > 0 else float("nan"), str(graph.pipe_id[pipe]), worst[1])


def _widest(around: _Around, widest: Widest, broken: Broken, start: int) -> int:
    """Return the rank of the narrowest pipe on the widest way left from a node to a source, -1 for none.

    The number of pipes where the node is a source. Looks along the widest pipes first, up to nodes whose old
    way is whole: for them the answer is known.
    """
    best = NOTHING
    top = len(widest.rank)
    heap = [(-top, start)]
    seen: set[int] = set()
    while heap:
        negative, node = heapq.heappop(heap)
        if -negative <= best:
            break
        if node in seen:
            continue
        seen.add(node)
        if around.barred(node):
            continue
        if node not in broken:
            best = max(best, min(-negative, int(widest.narrowest[node])))
            continue
        for pipe, beyond in around.at(node):
            if beyond not in seen:
                heapq.heappush(heap, (max(negative, -int(widest.rank[pipe])), beyond))
    return best
