"""Where pressure is measured during a zero-pressure test, and where the zone is drained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.pressure_test.zone_cut import ZoneCut, by_id
from waternet_plugin.core.network.model.end_coordinates import column

# Where a gauge can be put on in the street; else at a customer's meter, else wherever there is a node.
_TAPS = (("pressure_sensor", "hydrant", "washout", "air_valve", "flow_meter"), ("meter",))
_DRAINS = (("washout", "hydrant"),)
HIGH_POINT, DOUBTFUL_VALVE, CRITICAL_POINT, REFERENCE = (
    "high_point", "doubtful_valve", "critical_point", "reference",
)  # fmt: skip


@dataclass
class Gauge:
    """A gauge: its node, why it is there (codes), and the doubtful valves that it watches."""

    node: int
    purposes: list[str] = field(default_factory=list)
    valves: list[int] = field(default_factory=list)

    @property
    def is_inside(self) -> bool:
        """Whether it stands in the zone."""
        return REFERENCE not in self.purposes


class GaugePlacing:
    """Places of gauges and drains of a zone that is cut off.

    Parameters
    ----------
    cut
        What cuts the zone off.
    most
        Most gauges in the zone.
    least_m
        Length from which a separate piece has a gauge of its own, m.
    """

    def __init__(self, model: DmaModel, cut: ZoneCut, *, most: int, least_m: float = 0.0) -> None:
        self.model, self.cut, self.most, self._least_m = model, cut, most, least_m
        self.network = model.dma
        graph = self.network.graph
        self.ground_m = self._of_nodes("ground_m").astype(float)
        self.kind = pd.Series(graph.kind, dtype=object)
        pipes = cut.inside & self.network.open
        self.inside = np.zeros(graph.node_count, dtype=bool)
        self.inside[graph.start[pipes]] = True
        self.inside[graph.end[pipes]] = True
        # A device on the boundary belongs to both sides.
        self.inside[cut.devices] = False
        # Where the zone is drained: no gauge can be read at an open outlet.
        self.open = np.zeros(graph.node_count, dtype=bool)

    def _of_nodes(self, name: str) -> Array:
        graph = self.network.graph
        values = np.full(graph.node_count, None, dtype=object)
        has_asset = graph.asset >= 0
        values[has_asset] = column(self.model.nodes, name)[graph.asset[has_asset]]
        return np.asarray(values)

    def _taps(self, among: Array, kinds: tuple[tuple[str, ...], ...]) -> Array:
        """Return the nodes of the first group of kinds that occurs, by id; without any, all with an id."""
        named = among & ~pd.isna(pd.Series(self.network.graph.node_id, dtype=object)).to_numpy()
        for group in kinds:
            taps = named & self.kind.isin(group).to_numpy(dtype=bool)
            if (taps & ~self.open).any():
                return by_id(self.network, np.flatnonzero(taps & ~self.open))
        for group in kinds:
            taps = named & self.kind.isin(group).to_numpy(dtype=bool)
            if taps.any():
                return by_id(self.network, np.flatnonzero(taps))
        return by_id(self.network, np.flatnonzero(named))

    @cached_property
    def pieces(self) -> list[tuple[float, Array]]:
        """Length, m, and nodes of each piece of the zone once it is cut off, the longest first."""
        parting = np.zeros(self.network.graph.node_count, dtype=bool)
        parting[self.cut.devices] = True
        parts = self.network.pieces(parting | self.network.closed, pipes=self.cut.inside & self.network.open)
        has_pipe = parts.pipe >= 0
        length_m = np.bincount(
            parts.pipe[has_pipe],
            np.nan_to_num(self.network.graph.length_m[has_pipe]),
            minlength=parts.count,
        )
        order = np.argsort(-length_m, kind="stable")
        order = order[length_m[order] > 0]
        return [(float(length_m[piece]), np.flatnonzero(parts.node == piece)) for piece in order.tolist()]

    def _large_pieces(self) -> Iterator[Array]:
        """Yield which nodes are of each piece that is worth a gauge, the longest first (N,)."""
        for number, (length_m, nodes) in enumerate(self.pieces):
            if number and length_m < self._least_m:
                return
            among = np.zeros(self.network.graph.node_count, dtype=bool)
            among[nodes] = True
            yield among & self.inside

    def distances(self, start: Array, *, pipes: Array) -> Array:
        """Return how far each node is from the nearest of some along pipes, m; infinite where none leads."""
        graph = self.network.graph
        if not len(start):
            return np.full(graph.node_count, np.inf)
        used = np.flatnonzero(pipes)
        metres = np.maximum(np.nan_to_num(graph.length_m[used]), 1e-3)
        shape = (graph.node_count, graph.node_count)
        # Of pipes between the same nodes the shortest counts: they would be added up otherwise.
        keys = graph.start[used] * graph.node_count + graph.end[used]
        order = np.lexsort((metres, keys))
        first = order[np.concatenate([[True], keys[order][1:] != keys[order][:-1]])] if len(order) else order
        joined = csr_matrix((metres[first], (graph.start[used][first], graph.end[used][first])), shape=shape)
        return np.asarray(dijkstra(joined, directed=False, indices=np.unique(start), min_only=True))

    def drains(self) -> list[int]:
        """Return the lowest washout or hydrant of each piece, any other node where a piece has none."""
        drains: list[int] = []
        for among in self._large_pieces():
            taps = self._taps(among, _DRAINS)
            if not len(taps):
                continue
            heights = self.ground_m[taps]
            drains.append(int(taps[np.nanargmin(heights)] if np.isfinite(heights).any() else taps[0]))
        self.open[drains] = True
        return drains

    def gauges(self, critical: int, doubtful: Array) -> tuple[list[Gauge], int]:
        """Return the gauges, those in the zone first, and how many doubtful valves none of them watches.

        Draining points that `drains` gave take one only where there is no other place.

        Parameters
        ----------
        critical
            The zone's own node for pressure, -1 for none: the farthest from the inlets is taken.
        doubtful
            Boundary valves that may not close, the most doubtful first.
        """
        gauges: dict[int, Gauge] = {}

        def put(node: int, purpose: str) -> Gauge:
            gauge = gauges.setdefault(node, Gauge(node))
            if purpose not in gauge.purposes:
                gauge.purposes.append(purpose)
            return gauge

        for among in self._large_pieces():
            taps = self._taps(among, _TAPS)
            heights = self.ground_m[taps]
            if len(taps) and np.isfinite(heights).any() and len(gauges) < self.most:
                put(int(taps[np.nanargmax(heights)]), HIGH_POINT)
        taps = self._taps(self.inside, _TAPS)
        critical = critical if critical >= 0 and self.inside[critical] else self._farthest(taps)
        if critical >= 0:
            put(critical, CRITICAL_POINT)
        unwatched = 0
        for valve in doubtful.tolist():
            near = self._nearest(int(valve), taps)
            if near < 0 or (near not in gauges and len(gauges) >= self.most):
                unwatched += 1
                continue
            put(near, DOUBTFUL_VALVE).valves.append(int(valve))
        outside = self._reference()
        return [*gauges.values(), *([Gauge(outside, [REFERENCE])] if outside >= 0 else [])], unwatched

    def _nearest(self, valve: int, taps: Array) -> int:
        """Return the nearest of some taps to a valve along the zone's pipes, -1 for none."""
        if not len(taps):
            return -1
        away = self.distances(np.array([valve]), pipes=self.cut.inside & self.network.open)[taps]
        return int(taps[np.argmin(away)]) if np.isfinite(away).any() else -1

    def _farthest(self, taps: Array) -> int:
        """Return the tap that is farthest from the inlets along the zone's pipes, -1 for none."""
        away = self.distances(self.cut.meters, pipes=self.cut.inside & self.network.open)[taps]
        is_reached = np.isfinite(away)
        if not is_reached.any():
            return int(taps[0]) if len(taps) else -1
        return int(taps[np.argmax(np.where(is_reached, away, -1.0))])

    def _reference(self) -> int:
        """Return the tap outside that is nearest to the zone's inlets, -1 for none."""
        pipes = self.network.open & ~self.cut.inside
        ends = self.cut.meters if len(self.cut.meters) else self.cut.devices
        away = self.distances(ends, pipes=pipes)
        reached = np.isfinite(away) & (away > 0) & ~self.inside
        reached[self.cut.devices] = False
        taps = self._taps(reached, _TAPS)
        return int(taps[np.argmin(away[taps])]) if len(taps) else -1
