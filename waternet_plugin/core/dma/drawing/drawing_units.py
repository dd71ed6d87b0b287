"""What one click takes: a pipe, what lies between valves, a run of one street, a compound."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.network.model.row_groups import gather, slices

SEGMENT, PIPE, STREET, COMPOUND = "segment", "pipe", "street", "compound"
UNITS = (SEGMENT, PIPE, STREET, COMPOUND)
_GROUND = "ground_m"


class DrawingUnits:
    """The units of a network; each kind is found when it is first asked for.

    Parameters
    ----------
    pipes
        Its pipes with street and compound_id.
    """

    def __init__(self, network: DmaNetwork, pipes: pd.DataFrame) -> None:
        self._network = network
        rows = network.graph.pipe_row
        self._street = column(pipes, "street")[rows]
        self._compound = column(pipes, "compound_id")[rows]

    @cached_property
    def _segments(self) -> tuple[Array, Array, Array]:
        """The segment of each pipe, and the pipes of each segment."""
        pieces = self._network.pieces(self._network.valve)
        with_pipe = np.flatnonzero(pieces.pipe >= 0)
        indptr, rows = gather(pieces.pipe[with_pipe], max(pieces.count, 1))
        return pieces.pipe, indptr, with_pipe[rows]

    def prepare(self) -> None:
        """Find the segments now: they take as long as a search for components."""
        _ = self._segments

    def pipes(self, pipe: int, kind: str) -> Array:
        """Return the pipes of the unit that a pipe belongs to, by number; itself where it has none.

        Parameters
        ----------
        pipe
            Number of the pipe.
        kind
            One of UNITS.
        """
        alone = np.array([pipe], dtype=np.int64)
        if kind == SEGMENT:
            segment, indptr, rows = self._segments
            own = segment[pipe]
            return alone if own < 0 else np.asarray(rows[indptr[own] : indptr[own + 1]])
        if kind == STREET and self._street[pipe] is not None:
            return self._run(pipe, self._street)
        if kind == COMPOUND and self._compound[pipe] is not None:
            return np.flatnonzero(self._network.counts & (self._compound == self._compound[pipe]))
        return alone

    def name(self, pipe: int, kind: str) -> str:
        """Return the name of the street or compound of a pipe, '' where it has none."""
        value = {STREET: self._street, COMPOUND: self._compound}.get(kind)
        return "" if value is None or value[pipe] is None else str(value[pipe])

    def _run(self, pipe: int, value: Array) -> Array:
        """Return the pipes of one value that hang together with a pipe."""
        graph, wanted = self._network.graph, value[pipe]
        indptr, _neighbour, pipes = graph.adjacency()
        reached, front = {pipe}, np.array([pipe])
        while len(front):
            ends = np.unique(np.concatenate([graph.start[front], graph.end[front]]))
            near = np.unique(pipes[slices(indptr, ends)])
            same = near[self._network.counts[near] & (value[near] == wanted)]
            front = np.array([unit for unit in same.tolist() if unit not in reached], dtype=np.int64)
            reached.update(front.tolist())
        return np.array(sorted(reached), dtype=np.int64)


def ground_of(graph: Graph, nodes: pd.DataFrame) -> Array:
    """Return the ground level of the vertices, m, NaN where it is unknown (N,)."""
    ground = np.full(graph.node_count, np.nan)
    has_asset = graph.asset >= 0
    if _GROUND in nodes:
        ground[has_asset] = nodes[_GROUND].to_numpy(dtype=float)[graph.asset[has_asset]]
    return ground
