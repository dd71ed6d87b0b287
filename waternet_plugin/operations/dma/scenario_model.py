"""A network as it is in a scenario, ready for questions about its metered areas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.operations.dma.area_network import prepared_for_dma, read_dma_model
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
    yield read_dma_model(network, progress, scenario=rows)
