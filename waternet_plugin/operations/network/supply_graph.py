"""The pipes that supply, as a graph: of the network kept in memory, else of rows that are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.graph import Graph, build_graph
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.operations.network import live_network
from waternet_plugin.store.network import Network

PIPE_COLUMNS = ("pipe_id", "system", "status", "from_node", "to_node", "length_m")
NODE_COLUMNS = ("node_id", "kind", "system")


@contextmanager
def supply_graph(
    network: Network, settings: Settings, read_rows: Callable[[], tuple[pd.DataFrame, pd.DataFrame]]
) -> Iterator[tuple[Graph, Array]]:
    """Have a graph and which of its pipes are in use and of a rated system, while the block lasts.

    Parameters
    ----------
    read_rows
        Returns all pipes (`PIPE_COLUMNS`) and nodes (`NODE_COLUMNS`) where no network is kept.
    """
    ready = live_network.loaded_network(network.address)
    rated = settings.words("health.rated_systems")

    def supplies(system: Any, status: Any) -> Array:
        known: pd.Series = pd.Series(system, dtype=object).isin(rated)
        return (known & ~pd.Series(status, dtype=object).isin(OUT_OF_USE)).to_numpy(dtype=bool)

    if ready is not None:
        with ready.answering():
            graph = ready.graph.graph
            yield graph, supplies(graph.pipe_system, graph.pipe_status)
        return
    graph = build_graph(*read_rows(), settings=settings).graph
    yield graph, supplies(graph.pipe_system, graph.pipe_status)
