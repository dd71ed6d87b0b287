"""Small random networks with valves, and plain searches that answer the same questions slowly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from waternet_plugin.core.network.analysis.supply import OneWay


@dataclass(frozen=True)
class Drawn:
    """A multigraph of pipes with valves, closed valves, pipes out of use, sources and one-way nodes."""

    n_nodes: int
    ends: tuple[tuple[int, int], ...]
    separating: tuple[bool, ...]
    closed: tuple[bool, ...]
    sources: tuple[bool, ...]
    used: tuple[bool, ...]
    directed: tuple[bool, ...]

    @property
    def start(self) -> np.ndarray:
        return np.array([one for one, _ in self.ends], dtype=np.int64)

    @property
    def end(self) -> np.ndarray:
        return np.array([other for _, other in self.ends], dtype=np.int64)

    def flags(self, name: str) -> np.ndarray:
        return np.array(getattr(self, name), dtype=bool)

    @property
    def one_way(self) -> OneWay:
        """One-way nodes: water comes by the pipes that end there and goes by those that start there."""
        rows = [
            (node, pipe, pipe_end == 1)
            for pipe, both in enumerate(self.ends)
            for pipe_end, node in enumerate(both)
            if self.directed[node] and self.used[pipe]
        ]
        node, pipe, inward = (np.array(column) for column in zip(*rows)) if rows else ([], [], [])
        return OneWay(
            np.array(node, dtype=np.int64), np.array(pipe, dtype=np.int64), np.array(inward, dtype=bool)
        )


@st.composite
def networks(draw: st.DrawFn, *, most_nodes: int = 12, most_pipes: int = 18) -> Drawn:
    """Draw a network; parallel pipes, self-loops and valves with any number of pipes occur."""
    n_nodes = draw(st.integers(1, most_nodes))
    node = st.integers(0, n_nodes - 1)
    ends = tuple(draw(st.lists(st.tuples(node, node), max_size=most_pipes)))
    chance = st.integers(0, 9)

    def flags(size: int, below: int) -> tuple[bool, ...]:
        return tuple(number < below for number in draw(st.lists(chance, min_size=size, max_size=size)))

    separating = flags(n_nodes, 4)
    closed = tuple(a and b for a, b in zip(separating, flags(n_nodes, 2)))
    sources = tuple(a and not b for a, b in zip(flags(n_nodes, 2), separating))
    one_way = tuple(a and not b for a, b in zip(flags(n_nodes, 2), sources))
    return Drawn(
        n_nodes,
        ends,
        separating,
        closed,
        sources,
        tuple(not out for out in flags(len(ends), 1)),
        one_way,
    )


def plain_segments(drawn: Drawn) -> list[set[tuple[str, int]]]:
    """Return the segments as sets of ("pipe", n) and ("node", n), by one search after the other."""
    things: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for pipe, both in enumerate(drawn.ends):
        if not drawn.used[pipe]:
            continue
        things.setdefault(("pipe", pipe), [])
        for node in both:
            if not drawn.separating[node]:
                things[("pipe", pipe)].append(("node", node))
                things.setdefault(("node", node), []).append(("pipe", pipe))
    found = []
    seen: set[tuple[str, int]] = set()
    for thing in sorted(things):
        if thing in seen:
            continue
        segment, todo = {thing}, [thing]
        while todo:
            for other in things[todo.pop()]:
                if other not in segment:
                    segment.add(other)
                    todo.append(other)
        seen |= segment
        found.append(segment)
    return found


def plain_reached(drawn: Drawn, shut: set[tuple[str, int]], *, directed: bool) -> set[tuple[str, int]]:
    """Return the pipes and nodes that water reaches when some are shut, their valves closed."""
    barred = {node for node in range(drawn.n_nodes) if drawn.closed[node]}
    pipes = [pipe for pipe in range(len(drawn.ends)) if drawn.used[pipe] and ("pipe", pipe) not in shut]
    barred |= {
        node for kind, pipe in shut if kind == "pipe" for node in drawn.ends[pipe] if drawn.separating[node]
    }
    at: dict[int, list[tuple[int, int]]] = {}
    for pipe in pipes:
        for which, node in enumerate(drawn.ends[pipe]):
            at.setdefault(node, []).append((pipe, which))
    reached: set[tuple[str, int]] = set()
    todo: list[tuple[str, int]] = []

    def arrive(thing: tuple[str, int]) -> None:
        if thing not in reached:
            reached.add(thing)
            todo.append(thing)

    for node in range(drawn.n_nodes):
        if drawn.sources[node] and node in at and node not in barred and ("node", node) not in shut:
            arrive(("node", node))
    while todo:
        kind, number = todo.pop()
        if kind == "pipe":
            for which, node in enumerate(drawn.ends[number]):
                if node in barred or ("node", node) in shut:
                    continue
                if directed and drawn.directed[node] and which == 0:
                    continue
                arrive(("node", node))
        else:
            for pipe, which in at.get(number, []):
                if directed and drawn.directed[number] and which == 1:
                    continue
                arrive(("pipe", pipe))
    return reached


def plain_unintended(drawn: Drawn, segments: list[set[tuple[str, int]]], *, directed: bool) -> list[set[int]]:
    """Return for each segment the other segments that lose every source when it is shut."""

    def wet(reached: set[tuple[str, int]]) -> set[int]:
        # A one-way node that water only leaves, or a valve, wets nothing by itself.
        return {
            number
            for number, segment in enumerate(segments)
            if any(
                thing in reached and not (directed and thing[0] == "node" and drawn.directed[thing[1]])
                for thing in segment
            )
        }

    before = wet(plain_reached(drawn, set(), directed=directed))
    return [
        before - wet(plain_reached(drawn, segment, directed=directed)) - {number}
        for number, segment in enumerate(segments)
    ]
