"""A network as it is in a scenario, ready for questions about its metered areas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from waternet_plugin.core.dma.dma_model import DmaModel, build_dma_model
from waternet_plugin.core.dma.dma_network import NODE_COLUMNS, PIPE_COLUMNS
from waternet_plugin.core.dma.scenario import ZONE_COLUMNS
from waternet_plugin.core.dma.scenario_devices import laid_over
from waternet_plugin.core.network.isolation.isolation_model import CUSTOMER_COLUMNS
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.dma.stored_scenarios import scenario_named, scenario_rows
from waternet_plugin.store.network import Network


@contextmanager
def prepared_for_scenario(network: Network, scenario: str, progress: Progress = SILENT) -> Iterator[DmaModel]:
    """Have a network as it is in a scenario ready for questions, while the block lasts.

    Parameters
    ----------
    scenario
        Id or name of the scenario; '' for the network as it is.

    Raises
    ------
    InputError
        When there is no such scenario.
    """
    if not scenario:
        with prepared_for_dma(network, progress) as model:
            yield model
        return
    rows = scenario_rows(network, scenario_named(network, scenario))
    progress.at(0.0, tr("Reading the network"))
    pipes = network.read("pipe", list(PIPE_COLUMNS))
    nodes = network.read("node", list(NODE_COLUMNS))
    customers = network.read("customer", list(CUSTOMER_COLUMNS))
    zones = network.read("zone", list(ZONE_COLUMNS), geometry=False)
    frames = laid_over(pipes, nodes, zones, rows)
    settings = network.settings()
    progress.at(0.4, tr("Connecting pipes"))
    connected = build_graph(frames.pipes, frames.nodes, settings=settings, progress=progress.part(0.4, 1.0))
    yield build_dma_model(connected, frames.pipes, frames.nodes, customers, frames.zones, settings=settings)
