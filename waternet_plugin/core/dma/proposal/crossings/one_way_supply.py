"""Where water comes to when crossings are closed, where pumps and check valves let it pass one way only."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.proposal.crossings.zone_regions import ZoneRegions
from waternet_plugin.core.network.analysis.flow_elements import IsolationOptions, find_elements

_ROUNDS = 6


class OneWaySupply:
    """Ways of the water through a network with elements that have a direction."""

    def __init__(self, model: DmaModel) -> None:
        elements = find_elements(
            model.graph,
            model.nodes,
            model.pipes,
            settings=model.settings,
            options=IsolationOptions(tanks_are_sources=True, directed=True),
        )
        self._size, self._half_of = elements.node_count, elements.half_of
        self._start, self._end = elements.start, elements.end
        passable = elements.used & ~elements.closed[elements.start] & ~elements.closed[elements.end]
        self._forward, self._backward = passable.copy(), passable.copy()
        one_way = elements.one_way
        self.is_needed = one_way is not None and len(one_way.node) > 0
        if one_way is not None:
            starts = elements.start[one_way.pipe] == one_way.node
            # Water does not leave through what it comes by, and does not come through what it leaves by.
            self._forward[one_way.pipe[starts == one_way.inward]] = False
            self._backward[one_way.pipe[starts != one_way.inward]] = False
        self._sources = np.flatnonzero(elements.sources)

    def reached(self, pipe: Array, node: Array) -> Array:
        """Return the nodes of the graph that water comes to when some pipes are closed at some nodes."""
        shut = np.zeros(len(self._start), dtype=bool)
        key = np.sort(pipe.astype(np.int64) * self._size + node)
        for end in (self._start, self._end):
            half = self._half_of.astype(np.int64) * self._size + end
            shut |= np.isin(half, key)
        forward, backward = self._forward & ~shut, self._backward & ~shut
        root = np.full(len(self._sources), self._size)
        tail = np.concatenate([self._start[forward], self._end[backward], root])
        head = np.concatenate([self._end[forward], self._start[backward], self._sources])
        shape = (self._size + 1, self._size + 1)
        graph = csr_matrix((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=shape)
        wet = np.zeros(self._size + 1, dtype=bool)
        wet[breadth_first_order(graph, self._size, return_predecessors=False)] = True
        return wet

    def mend(self, regions: ZoneRegions, into: Array, width: Array, far: Array, max_inlets: int) -> None:
        """Open crossings for what lost all its water because of a direction, widest ways first, in place.

        Parameters
        ----------
        regions
            Regions and crossings.
        into
            Region that the meter of each crossing measures into, -1 where it is closed; changed.
        width
            Rank of the way that comes through each crossing.
        far
            Node at the other end of the pipe of each crossing.
        max_inlets
            Most inlets of a proposed zone.
        """
        nothing = np.zeros(0, dtype=np.int64)
        before = self.reached(nothing, nothing)
        for _ in range(_ROUNDS):
            closed = np.flatnonzero((into < 0) & ~regions.closed)
            lost = before & ~self.reached(regions.pipe[closed], regions.node[closed])
            if not lost.any():
                return
            own_dry, host_dry = lost[far[closed]], lost[regions.node[closed]]
            useful = closed[own_dry != host_dry]
            target = np.where(lost[far[useful]], regions.own[useful], regions.host[useful])
            inlets = np.bincount(into[into >= 0], minlength=regions.count)
            opened = False
            for at in np.lexsort((useful, -width[useful])).tolist():
                zone = int(target[at])
                if zone >= regions.proposed or inlets[zone] < max_inlets:
                    inlets[zone] += 1
                    into[useful[at]] = zone
                    opened = True
                    break
            if not opened:
                return
