"""Places for the nodes of a model that its file gives none."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from waternet_plugin.core.exchange.model_files.plane import Point

# Between nodes that nothing places, in metres.
_SPACING_M = 100.0
# Consecutive neighbours of a node go apart by this, in radians: it fills the circle evenly.
_GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))

Neighbours = dict[str, list[tuple[str, float]]]


def all_places(
    nodes: Sequence[str],
    roots: Iterable[str],
    links: Iterable[tuple[str, str, float]],
    known: Mapping[str, Point],
) -> dict[str, Point]:
    """Return a place of every node: beside its neighbours, or in a tree where no node of its part has any.

    Parameters
    ----------
    nodes
        Ids in the order of the file.
    roots
        The same ids, those first that a tree begins with.
    links
        Ids of both ends and the length of each link in metres, NaN where not known.
    known
        Places of nodes in the network's CRS.
    """
    if all(name in known for name in nodes):
        return {name: known[name] for name in nodes}
    neighbours: Neighbours = {name: [] for name in nodes}
    for start, end, length_m in links:
        length = length_m if length_m > 0 else _SPACING_M
        neighbours[start].append((end, length))
        neighbours[end].append((start, length))
    places = _tree(roots, neighbours, _beside(nodes, neighbours, known))
    return {name: places[name] for name in nodes}


def _beside(nodes: Sequence[str], neighbours: Neighbours, known: Mapping[str, Point]) -> dict[str, Point]:
    """Place nodes beside those neighbours that have a place, ring by ring."""
    result = dict(known)
    queue = deque(name for name in nodes if name in known)
    while queue:
        name = queue.popleft()
        for turn, (other, length) in enumerate(neighbours[name]):
            if other not in result:
                x, y = result[name]
                angle = _GOLDEN_ANGLE * (turn + 1)
                result[other] = (x + length * math.cos(angle), y + length * math.sin(angle))
                queue.append(other)
    return result


def _tree(roots: Iterable[str], neighbours: Neighbours, placed: Mapping[str, Point]) -> dict[str, Point]:
    """Draw the parts without any place as trees from their sources: depth to the right, leaves one by one."""
    result = dict(placed)
    row = min((y for _x, y in placed.values()), default=0.0)
    left = min((x for x, _y in placed.values()), default=0.0)
    for root in roots:
        if root in result:
            continue
        row -= _SPACING_M
        result[root] = (left, row)
        stack = [(root, 0)]
        depth_of_last = 0
        while stack:
            name, depth = stack.pop()
            if depth <= depth_of_last and name != root:
                row -= _SPACING_M
            if name != root:
                result[name] = (left + depth * _SPACING_M, row)
            depth_of_last = depth
            for other, _length in reversed(neighbours[name]):
                if other not in result:
                    result[other] = (left, row)
                    stack.append((other, depth + 1))
    return result
