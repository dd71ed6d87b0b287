"""Pieces of areas and the joints between them, as NetworkX finds them in a multigraph of each area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.second_proof.named_rows import Name, NamedRows, among
from waternet_plugin.core.progress import SILENT, Progress

WATER, ZONE = ("water",), ("zone",)


def joint(node: Name) -> tuple[str, Name]:
    """Return the vertex of a node in a graph of pieces."""
    return ("node", node)


@dataclass(frozen=True)
class AreaPieces:
    """Open pipes of one area that hang together; they end at closed valves and where two areas meet.

    Parameters
    ----------
    graph
        A ``networkx.Graph``: pieces by number, joints by `joint`, and WATER beside each piece that holds
        a source.
    area
        The zone of each piece by its number, None outside of all zones.
    of_area
        The pieces of each area.
    at_valve, valves_of
        The pieces at each closed valve, and at each end that a scenario shuts; these nodes by piece.
    """

    graph: Any
    area: list[Optional[str]] = field(default_factory=list)
    of_area: dict[Optional[str], list[int]] = field(default_factory=lambda: defaultdict(list))
    at_valve: dict[Name, set[int]] = field(default_factory=lambda: defaultdict(set))
    valves_of: dict[int, set[Name]] = field(default_factory=lambda: defaultdict(set))

    def meet(self, valve: Name, piece: int) -> None:
        """Note that a piece ends at a valve."""
        self.at_valve[valve].add(piece)
        self.valves_of[piece].add(valve)


class AreaGraphs:
    """Multigraphs of areas: vertices by name, every end at a closed valve a vertex of its own.

    Parameters
    ----------
    networkx
        The package.
    rows
        The network.
    """

    def __init__(self, networkx: Any, rows: NamedRows) -> None:
        self._networkx, self._rows = networkx, rows
        # Ends that are vertices of their own, by their number: the node that they are at.
        self._valve_of: dict[Name, Name] = dict(rows.shut_ends)
        self._border_of: dict[Name, Name] = {}
        self._free = rows.free_number
        self._ends = self._parted(rows.ends, among(rows.ends, rows.closed), self._valve_of)
        self._outer = self._parted(self._ends, _borders(self._ends, rows.area), self._border_of)
        codes, names = pd.factorize(pd.Series(rows.area, dtype=object))
        self.areas: tuple[Optional[str], ...] = (*names.tolist(), None)
        # The number -1 of those outside comes last.
        order = np.argsort(codes % len(self.areas), kind="stable")
        cut = np.searchsorted((codes % len(self.areas))[order], np.arange(len(self.areas) + 1))
        self._rows_of: Mapping[Optional[str], Array] = {
            area: order[cut[number] : cut[number + 1]] for number, area in enumerate(self.areas)
        }

    def _parted(self, ends: Array, pipes: Array, at: dict[Name, Name]) -> Array:
        """Return ends of which some are vertices of their own, and note their nodes."""
        parted = ends.copy()
        fresh = range(self._free, self._free + int(pipes.sum()))
        at.update(zip(fresh, ends[pipes].tolist()))
        parted[pipes] = np.array(fresh, dtype=object)
        self._free += len(fresh)
        return parted

    def of_zone(self, zone: str) -> Any:
        """Return the multigraph of a zone with all zones in it."""
        rows = [
            self._rows_of[area] for area in self.areas if area is not None and self._rows.held_by(zone, area)
        ]
        return self._graph(self._ends, np.concatenate([np.zeros(0, dtype=np.int64), *rows]))

    def _graph(self, ends: Array, chosen: Array) -> Any:
        graph = self._networkx.MultiGraph()
        pairs = ends[chosen]
        graph.add_edges_from(
            (first, second, pipe, {})
            for first, second, pipe in zip(
                pairs[:, 0].tolist(), pairs[:, 1].tolist(), self._rows.pipe[chosen].tolist()
            )
        )
        return graph

    def pieces(self, progress: Progress = SILENT) -> AreaPieces:
        """Return the pieces of all areas."""
        area_pieces = AreaPieces(self._networkx.Graph())
        area_pieces.graph.add_node(WATER)
        shut_nodes = set(self._rows.shut_ends.values())
        for number, area in enumerate(self.areas):
            progress.at(number / len(self.areas))
            graph = self._graph(self._outer, self._rows_of[area])
            for vertices in self._networkx.connected_components(graph):
                self._add(area_pieces, area, vertices, shut_nodes)
        return area_pieces

    def _add(
        self, area_pieces: AreaPieces, area: Optional[str], vertices: set[Name], shut: set[Name]
    ) -> None:
        piece = len(area_pieces.area)
        area_pieces.area.append(area)
        area_pieces.of_area[area].append(piece)
        area_pieces.graph.add_node(piece)
        for vertex in vertices:
            valve = self._valve_of.get(vertex)
            if valve is not None:
                area_pieces.meet(valve, piece)
                continue
            node = self._border_of.get(vertex, vertex)
            if node is not vertex:
                area_pieces.graph.add_edge(piece, joint(node))
            # An end that is shut leaves the others at its node joined.
            if node in shut:
                area_pieces.meet(node, piece)
            if node in self._rows.sources:
                area_pieces.graph.add_edge(WATER, piece)


def _borders(ends: Array, area: Array) -> Array:
    """Return the ends at nodes where pipes of two areas meet, booleans (P, 2)."""
    node = pd.factorize(pd.Series(ends.reshape(-1), dtype=object))[0]
    code = np.repeat(pd.factorize(pd.Series(area, dtype=object))[0], 2)
    node_count = int(node.max(initial=-1)) + 1
    least, most = np.full(node_count, len(code)), np.full(node_count, -1)
    np.minimum.at(least, node, code)
    np.maximum.at(most, node, code)
    return np.asarray((least < most)[node].reshape(ends.shape))
