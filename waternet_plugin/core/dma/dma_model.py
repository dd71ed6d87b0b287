"""A network made ready for questions about its metered areas: the arrays and the frames they came from."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.dma.dma_network import DmaNetwork, build_dma_network
from waternet_plugin.core.dma.scenario import Scenario
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.model.customers import with_supply
from waternet_plugin.core.network.model.graph import Graph, GraphBuild
from waternet_plugin.core.schema.settings import Settings


@dataclass(frozen=True)
class DmaModel(PlainFrames):
    """A network as metered areas see it, with its frames.

    Parameters
    ----------
    dma
        The arrays.
    connected
        The graph with what was found odd while it was built.
    pipes, nodes, customers, zones
        The frames; customers as `with_supply` returns them, zones have no geometry.
    settings
        The settings that the graph was made with; others are asked of the network.
    scenario
        What the arrays and ``zones`` have of a scenario while the other frames have not; None for nothing.
    """

    dma: DmaNetwork
    connected: GraphBuild
    pipes: pd.DataFrame
    nodes: pd.DataFrame
    customers: pd.DataFrame
    zones: pd.DataFrame
    settings: Settings
    scenario: Scenario | None = None

    @property
    def graph(self) -> Graph:
        """The graph."""
        return self.connected.graph


def build_dma_model(
    connected: GraphBuild,
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    customers: pd.DataFrame,
    zones: pd.DataFrame,
    *,
    settings: Settings,
) -> DmaModel:
    """Return a network as metered areas see it, with its frames; the parameters are those of DmaModel."""
    customers = with_supply(customers, pipes, settings)
    dma = build_dma_network(connected, pipes, nodes, customers, zones, settings=settings)
    return DmaModel(dma, connected, pipes, nodes, customers, zones, settings)
