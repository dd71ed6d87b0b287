"""A partition library's division of a network, repaired so that it keeps the rules of metered areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

# Moves of one vertex before a repair is given up, for each vertex.
_MOST_MOVES = 3


@dataclass(frozen=True)
class NodeGraph:
    """Nodes that share the length of their pipes, and how many pipes join each pair."""

    weight: list[float]
    near: list[dict[int, int]]

    @property
    def size(self) -> int:
        return len(self.weight)


def node_graph(ends: np.ndarray, size_of_pipe: np.ndarray, nodes: int) -> NodeGraph:
    """Return the graph of some pipes; each node has half of what its pipes add."""
    weight = np.zeros(nodes)
    near: list[dict[int, int]] = [{} for _node in range(nodes)]
    for (one, other), size in zip(ends.tolist(), size_of_pipe.tolist()):
        weight[one] += size / 2
        weight[other] += size / 2
        if one != other:
            near[one][other] = near[one].get(other, 0) + 1
            near[other][one] = near[other].get(one, 0) + 1
    return NodeGraph(weight.tolist(), near)


def kahip_partition(graph: NodeGraph, count: int, imbalance: float, seed: int) -> np.ndarray | None:
    """Return the part of each node by KaHIP, None where that is not installed."""
    try:
        import kahip
    except ImportError:
        return None
    first = np.cumsum([0, *(len(near) for near in graph.near)]).tolist()
    neighbour = [node for near in graph.near for node in sorted(near)]
    joined = [near[node] for near in graph.near for node in sorted(near)]
    scale = 1000.0 / max(np.mean(graph.weight), 1e-9)
    weight = [max(round(one * scale), 1) for one in graph.weight]
    mode = 2  # STRONG
    _cut, part = kahip.kaffpa(weight, first, joined, neighbour, count, imbalance, True, seed, mode)
    return np.array(part)


def cut_of(graph: NodeGraph, part: Any) -> int:
    """Return how many pipes lie between parts."""
    return sum(
        many
        for node in range(graph.size)
        for near, many in graph.near[node].items()
        if part[node] < part[near]
    )


def _pieces(graph: NodeGraph, part: list[int], wanted: set[int]) -> Iterator[list[int]]:
    seen: set[int] = set()
    for start in range(graph.size):
        if start in seen or part[start] not in wanted:
            continue
        piece = [start]
        seen.add(start)
        for node in piece:
            for near in graph.near[node]:
                if near not in seen and part[near] == part[start]:
                    seen.add(near)
                    piece.append(near)
        yield piece


def _whole(graph: NodeGraph, part: list[int], count: int) -> None:
    """Give every piece but the heaviest of a part to the neighbour it is joined to most."""
    while True:
        of: dict[int, list[list[int]]] = defaultdict(list)
        for piece in _pieces(graph, part, set(range(count))):
            of[part[piece[0]]].append(piece)
        strays = [
            piece
            for pieces in of.values()
            for piece in sorted(pieces, key=lambda one: (-sum(graph.weight[n] for n in one), one[0]))[1:]
        ]
        if not strays:
            return
        for piece in strays:
            links: dict[int, int] = defaultdict(int)
            for node in piece:
                for near, many in graph.near[node].items():
                    if part[near] != part[node]:
                        links[part[near]] += many
            if links:
                to = max(sorted(links), key=lambda one: links[one])
                for node in piece:
                    part[node] = to


def _stays_whole(graph: NodeGraph, part: list[int], node: int) -> list[int] | None:
    """Return what has to move with a node so that its part stays one piece; None for most of the part."""
    home = part[node]
    limit = sum(1 for one in part if one == home) // 2
    moved = [node]
    seen = {node}
    branches = []
    for start in graph.near[node]:
        if part[start] != home or start in seen:
            continue
        piece = [start]
        seen.add(start)
        for one in piece:
            for near in graph.near[one]:
                if near not in seen and part[near] == home:
                    seen.add(near)
                    piece.append(near)
        branches.append(piece)
    branches.sort(key=len)
    for piece in branches[:-1]:
        moved += piece
    return moved if len(moved) <= limit else None


def repaired(graph: NodeGraph, part: np.ndarray, count: int, least: float, most: float) -> list[int] | None:
    """Return the partition with every part in one piece and within bounds, None where moves end first."""
    found: list[int] = [int(one) for one in part]
    _whole(graph, found, count)
    size = [0.0] * count
    for node, one in enumerate(found):
        size[one] += graph.weight[node]
    for _move in range(_MOST_MOVES * graph.size):
        worst = max(range(count), key=lambda one: (max(least - size[one], size[one] - most), -one))
        lacks, exceeds = least - size[worst], size[worst] - most
        if max(lacks, exceeds) <= 0:
            return found
        moves = []
        for node in range(graph.size):
            for near in graph.near[node]:
                if lacks > 0 and found[near] == worst != found[node]:
                    moves.append((node, worst))
                elif exceeds > 0 and found[node] == worst != found[near]:
                    moves.append((node, found[near]))
        best: tuple[float, int, int, list[int]] | None = None
        for node, to in sorted(set(moves)):
            links = sum(many * (1 if found[near] == to else -1) for near, many in graph.near[node].items())
            if best is not None and -links - 4 > best[0]:
                continue
            group = _stays_whole(graph, found, node)
            if group is None:
                continue
            weight = sum(graph.weight[one] for one in group)
            home = found[node]
            # The neighbour may not get worse than the part that is mended.
            if size[home] - weight < min(least, size[to]) or size[to] + weight > max(most, size[home]):
                continue
            inside = set(group)
            gain = sum(
                many * ((found[near] == to) - (found[near] == home))
                for one in group
                for near, many in graph.near[one].items()
                if near not in inside
            )
            mark = (-float(gain), node, to, group)
            if best is None or mark < best:
                best = mark
        if best is None:
            return None
        _mark, node, to, group = best
        home = found[node]
        for one in group:
            found[one] = to
            size[home] -= graph.weight[one]
            size[to] += graph.weight[one]
    return None
