"""A network as it is in a scenario, ready for questions about its metered areas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.scenario import Scenario, has_meters_of_several_pipes
from waternet_plugin.core.dma.scenario_view import in_scenario
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


@contextmanager
def prepared_in_scenario(
    network: Network, scenario: Optional[Scenario], progress: Progress = SILENT
) -> Iterator[DmaModel]:
    """Have a network ready for questions while the block lasts, laid over with a scenario.

    The one kept in memory serves, where there is one, except where the scenario has meters of several pipes
    at a node: these have nodes of their own.

    Parameters
    ----------
    scenario
        The rows of a scenario, None for the network as it is.
    """
    with prepared_for_dma(network, progress) as model:
        if scenario is None:
            yield model
        elif has_meters_of_several_pipes(scenario):
            yield read_dma_model(network, scenario=scenario)
        else:
            yield in_scenario(model, scenario)
