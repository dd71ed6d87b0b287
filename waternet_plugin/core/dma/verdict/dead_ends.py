"""Dead ends that closed boundary valves make."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.boundary import CLOSED, Crossings
from waternet_plugin.core.dma.dma_network import DmaNetwork

# A dead end longer than this many pipes is cut short: nobody flushes more at once.
_MOST_PIPES = 1000


def dead_end_pipes(dma: DmaNetwork, crossings: Crossings, zone: int) -> tuple[Array, Array]:
    """Return the pipes where water stands behind closed boundary valves of a zone, and those valves.

    Followed from the valve into the zone up to the first branch, source or closed valve.
    """
    mine = crossings.of(zone)
    shut = mine.node[(mine.state == CLOSED) & dma.closed[mine.node]]
    indptr, neighbour, pipe_at = dma.graph.adjacency()
    found: dict[int, None] = {}
    valves: list[int] = []
    for valve in shut.tolist():
        inside = [
            (int(pipe), int(there))
            for pipe, there in zip(
                pipe_at[indptr[valve] : indptr[valve + 1]], neighbour[indptr[valve] : indptr[valve + 1]]
            )
            if dma.open[pipe] and dma.zones.holds(zone, dma.zone[pipe : pipe + 1])[0]
        ]
        for first, beyond in inside:
            pipe, here = first, beyond
            for _step in range(_MOST_PIPES):
                found[pipe] = None
                span = slice(indptr[here], indptr[here + 1])
                onward = [
                    (int(other), int(there))
                    for other, there in zip(pipe_at[span], neighbour[span])
                    if dma.open[other] and other != pipe
                ]
                if len(onward) != 1 or dma.closed[here] or dma.source[here]:
                    break
                ((pipe, here),) = onward
        if inside:
            valves.append(valve)
    return np.array(list(found), dtype=np.int64), np.array(valves, dtype=np.int64)
