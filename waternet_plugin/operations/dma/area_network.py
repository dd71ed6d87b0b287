"""A network prepared for questions about its metered areas: the one kept in memory, else what is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from waternet_plugin.core.dma import scenario as scenario_tables
from waternet_plugin.core.dma.dma_model import DmaModel, build_dma_model
from waternet_plugin.core.dma.dma_network import NODE_COLUMNS, PIPE_COLUMNS, ZONE_COLUMNS
from waternet_plugin.core.dma.scenario import Scenario
from waternet_plugin.core.dma.scenario_devices import laid_over
from waternet_plugin.core.network.isolation.isolation_model import CUSTOMER_COLUMNS
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.network.live_network import LiveNetwork, loaded_network
from waternet_plugin.operations.network.prepared_network import AnyNetwork
from waternet_plugin.store.network import Network


@contextmanager
def prepared_for_dma(network: AnyNetwork, progress: Progress = SILENT) -> Iterator[DmaModel]:
    """Have a network ready for questions about its metered areas, while the block lasts."""
    ready = network if isinstance(network, LiveNetwork) else loaded_network(network.address)
    if ready is not None:
        with ready.answering(progress):
            yield ready.dma_model(progress)
        return
    assert isinstance(network, Network)
    yield read_dma_model(network, progress)


def read_dma_model(
    network: Network, progress: Progress = SILENT, *, scenario: Scenario | None = None
) -> DmaModel:
    """Read a network, as a scenario has it if any, ready for questions about its metered areas."""
    progress.at(0.0, tr("Reading the network"))
    settings = network.settings()
    pipes = network.read("pipe", list(PIPE_COLUMNS))
    progress.at(0.25)
    nodes = network.read("node", list(NODE_COLUMNS))
    customers = network.read("customer", list(CUSTOMER_COLUMNS))
    columns = ZONE_COLUMNS if scenario is None else scenario_tables.ZONE_COLUMNS
    zones = network.read("zone", list(columns), geometry=False)
    if scenario is not None:
        laid = laid_over(pipes, nodes, zones, scenario)
        pipes, nodes, zones = laid.pipes, laid.nodes, laid.zones
    progress.at(0.4, tr("Connecting pipes"))
    connected = build_graph(pipes, nodes, settings=settings, progress=progress.part(0.4, 0.9))
    progress.at(0.9, tr("Finding the metered areas"))
    return build_dma_model(connected, pipes, nodes, customers, zones, settings=settings)
