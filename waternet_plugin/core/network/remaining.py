"""What is left around a part that is shut: new dead ends, and how narrow the way to the sources became."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.network.arrays import Array, labels
from waternet_plugin.core.network.segments import Flags
from waternet_plugin.core.network.shutting import CUSTOMERS, Waterworks

# A branch with more pipes than this is taken for a part of the net, not for a stub.
_STUB = 200
# Steps after which looking along the widest pipes first costs more than labelling the whole network.
_STEPS = 20_000


@dataclass(frozen=True)
class Bottleneck:
    """The narrowest pipe on the widest way left from a closed valve to a source.

    ``diameter_mm`` is NaN where no way goes without pipes of unknown diameter.
    """

    diameter_mm: float
    pipe_id: str
    node_id: str


def _live(works: Waterworks, parts: Flags) -> Flags:
    part = works.part_of_pipe[: works.connected.graph.pipe_count]
    used = works.elements.used[: len(part)]
    flags: Flags = used & (part >= 0) & parts[part] if len(parts) else np.zeros(len(part), dtype=bool)
    return flags


class _Around:
    """Walks over the pipes that still have water."""

    def __init__(self, works: Waterworks, parts: Flags, closing: Collection[int]) -> None:
        self.works = works
        graph = works.connected.graph
        self.indptr, self.neighbour, self.pipe = graph.adjacency()
        self.parts = parts
        self.part_of_pipe = works.part_of_pipe
        self.used = works.elements.used
        self.shut = frozenset(closing)
        customers = works.weights[:, CUSTOMERS]
        self.customers = customers if customers.any() else None

    def live(self, pipe: int) -> bool:
        """Return whether a pipe still has water."""
        part = self.part_of_pipe[pipe]
        return bool(self.used[pipe] and part >= 0 and self.parts[part])

    def at(self, node: int) -> Iterator[tuple[int, int]]:
        """Yield the live pipes at a node and where they lead."""
        for place in range(self.indptr[node], self.indptr[node + 1]):
            pipe = int(self.pipe[place])
            if self.live(pipe):
                yield pipe, int(self.neighbour[place])

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


def dead_ends(works: Waterworks, parts: Flags, closing: Collection[int]) -> list[int]:
    """Return the pipes that become dead ends when valves are closed.

    From each closed valve back to the next pipe from which customers draw, or to where the water has two ways
    again; stubs along that way, such as hydrant leads, were dead ends before and don't count.

    Parameters
    ----------
    works
        The network.
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


def narrowest(works: Waterworks, parts: Flags, closing: Collection[int]) -> Bottleneck | None:
    """Return the narrowest pipe on the ways that are left to feed the surroundings of what is shut.

    From each closed valve the widest way to any source is looked at; the worst of them counts.
    """
    around = _Around(works, parts, closing)
    graph = works.connected.graph
    width = works.width_mm
    worst: tuple[float, str, str] | None = None
    for valve in sorted(closing):
        if valve >= graph.node_count or works.elements.closed[valve]:
            continue
        for _pipe, node in around.at(valve):
            found = _widest(around, width, node)
            if found is None:
                continue
            value, pipe = found
            if not np.isfinite(value):
                continue
            candidate = (value, str(graph.pipe_id[pipe]) if pipe >= 0 else "", works.node_name(valve))
            if worst is None or candidate < worst:
                worst = candidate
    if worst is None:
        return None
    return Bottleneck(worst[0] if worst[0] > 0 else float("nan"), worst[1], worst[2])


def _widest(around: _Around, width: Array, start: int) -> tuple[float, int] | None:
    """Return the narrowest width and its pipe on the widest way from a node to a source."""
    works = around.works
    heap = [(-float("inf"), -1, start)]
    seen: set[int] = set()
    for _ in range(_STEPS):
        if not heap:
            return None
        negative, narrow, node = heapq.heappop(heap)
        if node in seen:
            continue
        seen.add(node)
        if works.elements.sources[node]:
            return -negative, narrow
        if around.barred(node):
            continue
        for pipe, beyond in around.at(node):
            if beyond not in seen:
                # Of equally narrow pipes the first one met is named.
                if width[pipe] < -negative:
                    heapq.heappush(heap, (-float(width[pipe]), pipe, beyond))
                else:
                    heapq.heappush(heap, (negative, narrow, beyond))
    return _widest_by_labels(around, width, start)


def _widest_by_labels(around: _Around, width: Array, start: int) -> tuple[float, int] | None:
    """Return the same for a network too wide to walk: halve the list of widths, label, and look."""
    works = around.works
    graph = works.connected.graph
    live = _live(works, around.parts)
    closed = works.elements.closed[: graph.node_count].copy()
    closed[[node for node in around.shut if node < graph.node_count]] = True
    passable = live & ~closed[graph.start] & ~closed[graph.end]
    sources = np.flatnonzero(works.elements.sources[: graph.node_count])
    choices = np.unique(width[passable])
    low, high = 0, len(choices)
    while high - low > 1:
        middle = (low + high) // 2
        wide = passable & (width >= choices[middle])
        _, label = labels(graph.node_count, graph.start[wide], graph.end[wide])
        if (label[sources] == label[start]).any():
            low = middle
        else:
            high = middle
    if not len(choices):
        return None
    at = np.flatnonzero(passable & (width == choices[low]))
    names = graph.pipe_id[at].astype(str)
    return float(choices[low]), int(at[np.argmin(names)]) if len(at) else -1
