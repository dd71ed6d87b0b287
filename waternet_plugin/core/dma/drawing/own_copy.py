"""A copy of a network that is kept in memory: it stays as it is while the kept one follows edits."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.network.model.graph import Graph, Lookup


def own_copy(network: DmaNetwork) -> DmaNetwork:
    """Return a network that shares no column with the one it was made of."""
    return replace(network, graph=_own_graph(network.graph))


def _own_graph(graph: Graph) -> Graph:
    columns: dict[str, Any] = {
        each.name: np.array(getattr(graph, each.name)) for each in fields(Graph) if each.name != "lookup"
    }
    if graph.lookup is None:
        return Graph(**columns)
    known = graph.lookup
    adjacency = tuple(np.array(each) for each in known.adjacency)
    return Graph(
        **columns,
        lookup=Lookup((adjacency[0], adjacency[1], adjacency[2]), dict(known.vertices), dict(known.edges)),
    )
