"""A network prepared to be isolated or traced: the one kept in memory, else what is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Union

from waternet_plugin.core.network.analysis.flow_elements import IsolationOptions
from waternet_plugin.core.network.isolation import isolation_model
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.network.tracing import trace_graph
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.network.live_network import LiveNetwork, loaded_network
from waternet_plugin.store.network import Network

# An opened network, or one that is kept in memory for questions.
AnyNetwork = Union[Network, LiveNetwork]


def kept_if_read(network: AnyNetwork) -> AnyNetwork:
    """Return the network as it is kept in memory, itself where it has to be read."""
    return network if isinstance(network, LiveNetwork) else loaded_network(network.address) or network


@contextmanager
def prepared_for_isolation(
    network: AnyNetwork,
    options: IsolationOptions,
    *,
    progress: Progress = SILENT,
) -> Iterator[IsolationModel]:
    """Have a network ready to be shut off in parts, while the block lasts.

    Parameters
    ----------
    options
        What is assumed of tanks, directions and valves.
    """
    ready = kept_if_read(network)
    if isinstance(ready, LiveNetwork):
        with ready.answering(progress):
            yield ready.works(options, progress)
        return
    progress.at(0.0, tr("Reading the network"))
    settings = ready.settings()
    pipes = ready.read("pipe", list(isolation_model.PIPE_COLUMNS))
    nodes = ready.read("node", list(isolation_model.NODE_COLUMNS))
    customers = ready.read("customer", list(isolation_model.CUSTOMER_COLUMNS))
    progress.at(0.4, tr("Connecting pipes"))
    connected = build_graph(pipes, nodes, settings=settings, progress=progress.part(0.4, 0.7))
    progress.at(0.7, tr("Finding segments"))
    yield isolation_model.build_isolation_model(
        connected,
        pipes,
        nodes,
        customers,
        settings=settings,
        options=options,
        progress=progress.part(0.7, 1.0),
    )


@contextmanager
def prepared_for_traces(network: AnyNetwork, progress: Progress = SILENT) -> Iterator[TraceableNetwork]:
    """Have a network, opened or kept in memory, ready to be traced, while the block lasts."""
    ready = kept_if_read(network)
    if isinstance(ready, LiveNetwork):
        with ready.answering(progress):
            yield ready.trace_network(progress)
        return
    progress.at(0.0, tr("Reading the network"))
    settings = ready.settings()
    pipes = ready.read("pipe", list(trace_graph.PIPE_COLUMNS))
    nodes = ready.read("node", list(trace_graph.NODE_COLUMNS))
    progress.at(0.5, tr("Connecting pipes"))
    connected = build_graph(pipes, nodes, settings=settings, progress=progress.part(0.5, 1.0))
    yield trace_graph.ready_to_trace(connected, pipes, nodes, settings=settings)
