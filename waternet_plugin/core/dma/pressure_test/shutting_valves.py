"""The valve that shuts a meter or a tank off: the one that leaves the least pipe between itself and it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork

NO_VALVE = -1
# Pipe left between, m, id and number of a valve.
Found = tuple[float, str, int]
_NONE: Found = (np.inf, "", NO_VALVE)


@dataclass(frozen=True)
class ValveSearch:
    """Looks for valves near a meter or a tank.

    Parameters
    ----------
    usable
        Valves that can be shut (N,).
    parting
        Nodes where the zone ends: its meters, its valves and its open crossings (N,).
    reach_m
        How much pipe may lie between the valve and what it shuts, m.
    """

    network: DmaNetwork
    usable: Array
    parting: Array
    reach_m: float

    def of_meter(self, node: int, *, inside: Array) -> int:
        """Return the valve that shuts a meter, on either side of it; NO_VALVE for none.

        Parameters
        ----------
        node
            The meter.
        inside
            Pipes of the zone (P,).
        """
        pipes = self._pipes(node)
        # With several open pipes on a side, no single valve on one of them shuts the meter.
        sides = [bool(inside[pipe]) for pipe in pipes]
        valves = [
            self._in_line(node, pipe) if side else self._upstream(node, pipe)
            for pipe, side in zip(pipes, sides)
            if sides.count(side) == 1
        ]
        return min(valves, default=_NONE)[2]

    def of_tank(self, node: int) -> list[int]:
        """Return the valves that shut a tank off, one for each of its pipes; NO_VALVE where one has none."""
        valves = [self._in_line(node, pipe)[2] for pipe in self._pipes(node)]
        return list(dict.fromkeys(valves))

    def _pipes(self, node: int) -> list[int]:
        return [pipe for pipe, _there in self._steps(node)]

    def _length(self, pipe: int) -> float:
        return float(np.nan_to_num(self.network.graph.length_m[pipe]))

    def _steps(self, node: int) -> Iterator[tuple[int, int]]:
        """Yield the open pipes at a node and where each leads."""
        indptr, neighbour, pipe = self.network.graph.adjacency()
        for at in range(indptr[node], indptr[node + 1]):
            if self.network.open[pipe[at]]:
                yield int(pipe[at]), int(neighbour[at])

    def _found(self, left_m: float, valve: int) -> Found:
        return left_m, str(self.network.graph.node_id[valve]), valve

    def _in_line(self, node: int, pipe: int) -> Found:
        """Return the first valve on a way without branches: what lies between stays fed and is not tested."""
        left_m, current = self._length(pipe), dict(self._steps(node))[pipe]
        # Behind a valve where the zone ends lies nothing of it: all of it would stay fed.
        while left_m <= self.reach_m and current != node and not self.parting[current]:
            onward = [(step, far_node) for step, far_node in self._steps(current) if step != pipe]
            if self.usable[current]:
                # A valve behind which only a stub outside hangs would leave all of the zone fed.
                is_in_zone = any(self.network.zone[step] >= 0 for step, _there in onward)
                return self._found(left_m, current) if is_in_zone else _NONE
            if len(onward) != 1 or self.network.source[current]:
                break
            pipe, current = onward[0]
            left_m += self._length(pipe)
        return _NONE

    def _upstream(self, node: int, pipe: int) -> Found:
        """Return the valve outside that parts a node from every source: what lies between loses its water."""
        best = _NONE
        for valve in self._met(node, pipe):
            left_m = self._left_between(node, pipe, valve)
            if left_m <= self.reach_m:
                best = min(best, self._found(left_m, valve))
        return best

    def _met(self, node: int, pipe: int) -> list[int]:
        """Return the usable valves within reach of a node through one of its pipes."""
        todo = [(self._length(pipe), dict(self._steps(node))[pipe])]
        seen, met = {node}, []
        while todo:
            away, current = heapq.heappop(todo)
            if current in seen or away > self.reach_m:
                continue
            seen.add(current)
            if self.usable[current]:
                met.append(current)
            if self.parting[current] or self.network.closed[current]:
                continue
            for step, far_node in self._steps(current):
                heapq.heappush(todo, (away + self._length(step), far_node))
        return met

    def _left_between(self, node: int, pipe: int, valve: int) -> float:
        """Return how much pipe hangs between a node and a valve, m; infinite where it does not part them."""
        todo, seen, pipes = [dict(self._steps(node))[pipe]], {node, valve}, {pipe}
        length_m = self._length(pipe)
        while todo and length_m <= self.reach_m:
            current = todo.pop()
            if current in seen:
                continue
            seen.add(current)
            if self.network.source[current]:
                return np.inf
            if self.parting[current] or self.network.closed[current]:
                continue
            for step, far_node in self._steps(current):
                if step not in pipes:
                    pipes.add(step)
                    length_m += self._length(step)
                    todo.append(far_node)
        return length_m
