"""Which crossings of a proposal become inlets: widest ways from the sources first, the rest is closed."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.proposal.crossings.zone_regions import ZoneRegions
from waternet_plugin.core.network.analysis.widest import PassableLines, widest_paths

CLOSED = -1


def way_widths(network: DmaNetwork) -> Array:
    """Return for each pipe a rank of the widest way from a source that ends with it (P,).

    The narrowest pipe of a way counts; pipes without a way to a source have rank -1.
    """
    graph = network.graph
    width = np.nan_to_num(network.diameter_mm)
    lines = PassableLines(graph.start, graph.end, graph.pipe_id, network.open, network.source)
    widest = widest_paths(lines, width)
    reach = np.maximum(widest.narrowest[graph.start], widest.narrowest[graph.end])
    return np.asarray(np.minimum(widest.rank, reach))


def choose_inlets(
    regions: ZoneRegions, width: Array, max_inlets: int, mend: Callable[[Array], None] | None = None
) -> Array:
    """Return for each crossing the region that its meter measures into, CLOSED where it is closed (C,).

    Parameters
    ----------
    regions
        Regions and crossings.
    width
        Rank of the way that comes through each crossing (C,), greater for wider ones.
    max_inlets
        Most inlets of a proposed zone.
    mend
        Opens what must not be closed, before more inlets are chosen; None where nothing has to be.
    """
    into = np.full(len(regions.pipe), CLOSED, dtype=np.int64)
    rank = _spread(regions, width, into)
    if mend is not None:
        mend(into)
    inlets = np.bincount(into[into >= 0], minlength=regions.count)
    # More inlets from regions that are fed before, so that no water goes round.
    own, host = rank[regions.own], rank[regions.host]
    target = np.where(own > host, regions.own, regions.host)
    usable = (into == CLOSED) & ~regions.closed & (own != host) & (own >= 0) & (host >= 0)
    usable &= target < regions.proposed
    rows = np.flatnonzero(usable)
    rows = rows[np.lexsort((rows, -width[rows], ~regions.metered[rows]))]
    for row in rows.tolist():
        if inlets[target[row]] < max_inlets:
            inlets[target[row]] += 1
            into[row] = target[row]
    return into


def _spread(regions: ZoneRegions, width: Array, into: Array) -> Array:
    """Feed every region once by its widest way; return the order in which they are fed, -1 for never."""
    usable = np.flatnonzero(~regions.closed)
    near: list[list[tuple[int, int]]] = [[] for _ in range(regions.count)]
    for row, first, second in zip(
        usable.tolist(), regions.own[usable].tolist(), regions.host[usable].tolist()
    ):
        near[first].append((row, second))
        near[second].append((row, first))
    for first, second in regions.links.tolist():
        near[first].append((CLOSED, second))
        near[second].append((CLOSED, first))
    position_of = np.full(regions.count, -1, dtype=np.int64)
    fed = 0
    ranks = width.tolist()
    # Plants before tanks: a tank is a start only where nothing else leads.
    for starts in (regions.fed, regions.stored):
        waiting: list[tuple[float, int, int]] = [
            (-np.inf, CLOSED, region) for region in np.flatnonzero(starts & (position_of < 0)).tolist()
        ]
        heapq.heapify(waiting)
        while waiting:
            _rank, row, region = heapq.heappop(waiting)
            if position_of[region] >= 0:
                continue
            position_of[region] = fed
            fed += 1
            if row != CLOSED:
                into[row] = region
            for further, other in near[region]:
                if position_of[other] < 0:
                    rank = -np.inf if further == CLOSED else -float(ranks[further])
                    heapq.heappush(waiting, (rank, further, other))
    return position_of
