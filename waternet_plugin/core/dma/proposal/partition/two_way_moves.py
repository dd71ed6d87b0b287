"""Vertices moved between two zones while it helps (Fiduccia and Mattheyses 1982), sizes within bounds.

One vertex after the other on plain lists; only vertices at the boundary are looked at.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.proposal.partition.weighted_graph import PartitionGraph
from waternet_plugin.core.network.model.row_groups import labels

_TOLERANCE = 1e-9
# Graphs of up to so many vertices are small.
_FEW = 200


@dataclass(frozen=True)
class SizeBounds:
    """Least and greatest size of a zone."""

    least: float
    most: float

    def excess(self, size: float) -> float:
        """Return how far a size lies outside."""
        return max(self.least - size, size - self.most, 0.0)


class Division:
    """Zones of the vertices of a graph, with what moves between two of them need.

    Parameters
    ----------
    zone
        Zone of each vertex; changed in place.
    count
        Number of zones.
    bounds
        Bounds of each zone's size.
    """

    def __init__(self, graph: PartitionGraph, zone: list[int], bounds: list[SizeBounds]) -> None:
        self.graph = graph
        self.zone = zone
        self.bounds = bounds
        sizes = np.bincount(np.array(zone, dtype=np.int64), graph.weight, minlength=len(bounds))
        self.size: list[float] = sizes.tolist()
        # How often `between` changed each zone.
        self.versions = [0] * len(bounds)

    @property
    def excess(self) -> float:
        """How far all sizes lie outside their bounds."""
        return sum(bound.excess(size) for bound, size in zip(self.bounds, self.size))

    def move(self, vertex: int, zone: int) -> None:
        """Put a vertex into a zone."""
        weight = self.graph.weights[vertex]
        self.size[self.zone[vertex]] -= weight
        self.size[zone] += weight
        self.zone[vertex] = zone

    def gain(self, vertex: int, target: int) -> float:
        """Return what cutting costs less when a vertex moves into a zone."""
        first, neighbour, cost = self.graph.lists
        zone, own, total = self.zone, self.zone[vertex], 0.0
        for at in range(first[vertex], first[vertex + 1]):
            near = zone[neighbour[at]]
            if near == target:
                total += cost[at]
            elif near == own:
                total -= cost[at]
        return total

    def between(self, a: int, b: int, seeds: list[int], *, patience: int, evenness: float = 0.0) -> bool:
        """Move vertices between two zones; return whether that helped.

        Parameters
        ----------
        a, b
            The zones.
        seeds
            Vertices where they may touch.
        patience
            Moves that may be made without getting better.
        evenness
            Cost of a pair whose sizes differ by the sum of both: weighs sizes against cuts.
        """
        moves = _Moves(self, a, b, patience, evenness)
        if not moves.run(seeds):
            return False
        before = moves.start
        changed = [(vertex, b if self.zone[vertex] == a else a) for vertex in moves.kept]
        cut = moves.cut
        is_complete = True
        for zone in (a, b):
            is_complete = is_complete and self._mend(zone, [vertex for vertex, _ in changed], changed)
        cut = self._cut_change(changed) if len(changed) > len(moves.kept) else cut
        if is_complete and moves.state(cut) < before:
            for zone in {a, b, *(self.zone[vertex] for vertex, _ in changed)}:
                self.versions[zone] += 1
            return True
        for vertex, old in reversed(changed):
            self.move(vertex, old)
        return False

    def _cut_change(self, changed: list[tuple[int, int]]) -> float:
        """Return what cutting costs more since some vertices changed their zones, undoing and redoing it."""
        now = [self.zone[vertex] for vertex, _ in changed]
        change = 0.0
        for vertex, old in reversed(changed):
            change += self.gain(vertex, old)
            self.move(vertex, old)
        # The last entry of a vertex tells where it ends.
        for (vertex, _), new in zip(changed, now):
            self.move(vertex, new)
        return change

    def pieces(self, zone: int, seeds: list[int]) -> list[list[int]]:
        """Return the pieces of a zone that hold some of the seeds or their neighbours, the heaviest first."""
        first, neighbour, _cost = self.graph.lists
        of, pieces = self.zone, []
        seen: set[int] = set()
        starts = list(seeds)
        for vertex in seeds:
            starts += neighbour[first[vertex] : first[vertex + 1]]
        for start in starts:
            if of[start] == zone and start not in seen:
                pieces.append(self._piece(start, zone))
                seen.update(pieces[-1])
        weights = self.graph.weights
        pieces.sort(key=lambda piece: (-sum(weights[vertex] for vertex in piece), -len(piece), min(piece)))
        return pieces

    def make_connected(self) -> None:
        """Give all but the heaviest piece of each zone to neighbours."""
        zone = np.array(self.zone, dtype=np.int64)
        for number in self._in_pieces(zone):
            for lesser in self.pieces(number, np.flatnonzero(zone == number).tolist())[1:]:
                self.give_away(lesser, number, [], force=True)

    def _in_pieces(self, zone: Array) -> list[int]:
        """Return the zones of several pieces."""
        graph, count = self.graph, len(self.bounds)
        if graph.size <= _FEW:
            # Arrays take longer to set up than a small graph to walk.
            seen: set[int] = set()
            starts: list[int] = []
            for start, number in enumerate(self.zone):
                if start not in seen:
                    starts.append(number)
                    seen.update(self._piece(start, number))
            return [number for number in range(count) if starts.count(number) > 1]
        joins = zone[graph.one] == zone[graph.other]
        pieces, piece = labels(graph.size, graph.one[joins], graph.other[joins])
        owner = np.zeros(pieces, dtype=np.int64)
        owner[piece] = zone
        return np.flatnonzero(np.bincount(owner, minlength=count) > 1).tolist()  # type: ignore[no-any-return]

    def _piece(self, start: int, zone: int) -> list[int]:
        """Return what hangs together with a vertex of a zone, inside the zone."""
        first, neighbour, _cost = self.graph.lists
        of, seen, piece = self.zone, {start}, [start]
        for vertex in piece:
            for near in neighbour[first[vertex] : first[vertex + 1]]:
                if of[near] == zone and near not in seen:
                    seen.add(near)
                    piece.append(near)
        return piece

    def _mend(self, zone: int, seeds: list[int], changed: list[tuple[int, int]]) -> bool:
        """Give the lesser pieces of a zone to neighbours; return whether all found a place."""
        return all(self.give_away(piece, zone, changed) for piece in self.pieces(zone, seeds)[1:])

    def give_away(
        self, piece: list[int], zone: int, changed: list[tuple[int, int]], *, force: bool = False
    ) -> bool:
        """Move a piece of a zone to the neighbour that it is joined with most and that has room.

        Parameters
        ----------
        piece
            Vertices.
        zone
            Their zone.
        changed
            Takes the moves: vertex and its zone before.
        force
            Where no neighbour has room, take that with most.

        Returns
        -------
        bool
            Whether one was found.
        """
        first, neighbour, cost = self.graph.lists
        links: dict[int, float] = {}
        for vertex in piece:
            for at in range(first[vertex], first[vertex + 1]):
                near = self.zone[neighbour[at]]
                if near != zone:
                    links[near] = links.get(near, 0.0) + cost[at]
        weight = sum(self.graph.weights[vertex] for vertex in piece)
        room = {near: self.bounds[near].most - self.size[near] - weight for near in links}
        fitting = [near for near in links if room[near] >= -_TOLERANCE]
        if not fitting and not (force and links):
            return False
        target = (
            max(fitting, key=lambda near: (links[near], -near))
            if fitting
            else max(links, key=lambda near: (room[near], -near))
        )
        for vertex in piece:
            changed.append((vertex, zone))
            self.move(vertex, target)
        return True


class _Moves:
    """One row of moves between two zones, undone behind its best moment."""

    def __init__(self, division: Division, a: int, b: int, patience: int, evenness: float) -> None:
        self.division, self.a, self.b = division, a, b
        self.patience = patience
        total = division.size[a] + division.size[b]
        self.uneven = evenness / total if total > 0 else 0.0
        self.gains: dict[int, float] = {}
        self.waiting: list[tuple[float, int]] = []
        self.moved: list[int] = []
        self.start = self.state(0.0)
        self.cut = 0.0
        self.kept: list[int] = []

    def state(self, cut: float) -> tuple[float, float]:
        """Return how good things are: bounds first, then cost."""
        a, b, size, bounds = self.a, self.b, self.division.size, self.division.bounds
        left, right, of_a, of_b = size[a], size[b], bounds[a], bounds[b]
        excess = 0.0
        # Most sizes keep their bounds, and this is asked at each move.
        if not (of_a.least <= left <= of_a.most and of_b.least <= right <= of_b.most):
            excess = round(of_a.excess(left) + of_b.excess(right), 9)
        return excess, cut + self.uneven * abs(left - right)

    def push(self, vertices: list[int]) -> None:
        """Let vertices of the two zones wait for their moves."""
        first, neighbour, cost = self.division.graph.lists
        zone, gains, waiting, both = self.division.zone, self.gains, self.waiting, self.a + self.b
        for vertex in vertices:
            own = zone[vertex]
            target, total = both - own, 0.0
            for at in range(first[vertex], first[vertex + 1]):
                near = zone[neighbour[at]]
                if near == target:
                    total += cost[at]
                elif near == own:
                    total -= cost[at]
            gains[vertex] = total
            heapq.heappush(waiting, (-total, vertex))

    def fits(self, vertex: int, own: int, target: int) -> bool:
        """Return whether a move from one zone to another leaves sizes within reach of their bounds."""
        size, bounds = self.division.size, self.division.bounds
        weight = self.division.graph.weights[vertex]
        # What it leaves and where it comes to may be outside by one vertex, unless it was further outside.
        left = bounds[own].least - (size[own] - weight)
        right = size[target] + weight - bounds[target].most
        return (left <= 0 or right <= 0) and left <= weight + _TOLERANCE and right <= weight + _TOLERANCE

    def run(self, seeds: list[int]) -> bool:
        """Make the moves."""
        division, both = self.division, self.a + self.b
        zone, pair = division.zone, (self.a, self.b)
        first, neighbour, _cost = division.graph.lists
        gains, waiting, moved, done = self.gains, self.waiting, self.moved, set()
        self.push([vertex for vertex in dict.fromkeys(seeds) if zone[vertex] in pair])
        cut = 0.0
        best, best_at = self.start, 0
        while waiting and len(moved) - best_at < self.patience:
            negative, vertex = heapq.heappop(waiting)
            if vertex in done or gains[vertex] != -negative:
                continue
            target = both - zone[vertex]
            if not self.fits(vertex, zone[vertex], target):
                # It waits again when a neighbour moves.
                continue
            division.move(vertex, target)
            done.add(vertex)
            moved.append(vertex)
            cut += negative
            now = self.state(cut)
            if now[0] < best[0] or (now[0] == best[0] and now[1] < best[1] - _TOLERANCE):
                best, best_at, self.cut = now, len(moved), cut
            around = neighbour[first[vertex] : first[vertex + 1]]
            self.push([near for near in around if zone[near] in pair and near not in done])
        for vertex in reversed(moved[best_at:]):
            division.move(vertex, both - zone[vertex])
        self.kept = moved[:best_at]
        return best_at > 0
