"""Dead ends that closed boundary valves make."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.boundary import CLOSED, Crossings
from waternet_plugin.core.dma.dma_network import DmaNetwork

# A dead end longer than this many pipes is cut short: nobody flushes more at once.
_MOST_PIPES = 1000


def dead_ends(dma: DmaNetwork, crossings: Crossings, zone: int) -> Iterator[tuple[int, Array]]:
    """Yield each closed boundary valve of a zone with the pipes of the zone where water stands behind it.

    Followed from the valve into the zone up to the first branch, source or closed valve.
    """
    zone_crossings = crossings.of(zone)
    indptr, neighbour, pipe_at = dma.graph.adjacency()
    for valve in zone_crossings.node[
        (zone_crossings.state == CLOSED) & dma.closed[zone_crossings.node]
    ].tolist():
        around = slice(indptr[valve], indptr[valve + 1])
        end_pipes: dict[int, None] = {}
        for pipe, current in zip(pipe_at[around].tolist(), neighbour[around].tolist()):
            if not dma.open[pipe] or not dma.zones.holds(zone, dma.zone[pipe : pipe + 1])[0]:
                continue
            for _step in range(_MOST_PIPES):
                end_pipes[pipe] = None
                span = slice(indptr[current], indptr[current + 1])
                onward = [
                    (int(other), int(far_node))
                    for other, far_node in zip(pipe_at[span], neighbour[span])
                    if dma.open[other] and other != pipe
                ]
                if len(onward) != 1 or dma.closed[current] or dma.source[current]:
                    break
                ((pipe, current),) = onward
        if end_pipes:
            yield valve, np.array(list(end_pipes), dtype=np.int64)
