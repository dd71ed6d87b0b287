"""The exits of compounds, and the municipal node that the water of each reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compound_exits import compound_exits
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.network.analysis.drain_flow import compound_membership
from waternet_plugin.core.network.model.network_frame import DRAINS, NetworkFrame


@dataclass(frozen=True)
class ExitNodes:
    """Exits of compounds, a row for each system that leaves there.

    Parameters
    ----------
    compound
        Row of the compound.
    vertex
        Where its drains end.
    system
        System of the drains that end there.
    municipal
        Vertex of the first node of no compound that the water reaches, this one too; -1 for none.
    """

    compound: Array
    vertex: Array
    system: Array
    municipal: Array


def exit_nodes(subject: NetworkFrame) -> ExitNodes:
    """Return the exits of all compounds, by compound, vertex and system."""
    found = [compound_exits(subject, (system,)) for system in DRAINS]
    compound = np.concatenate([one.compound for one in found])
    vertex = np.concatenate([one.vertex for one in found])
    system = np.repeat(np.arange(len(DRAINS)), [len(one.vertex) for one in found])
    order = np.lexsort((system, vertex, compound))
    ways = subject.once(DrainWays)
    joins_drains = np.zeros(subject.connected.graph.node_count, dtype=bool)
    joins_drains[ways.upper] = joins_drains[ways.lower] = True
    nodes = np.arange(len(subject.nodes))
    outside = joins_drains[nodes] & (subject.once(compound_membership).node < 0) & subject.live_nodes
    reached = ways.first_below(np.flatnonzero(outside))
    return ExitNodes(
        compound[order],
        vertex[order],
        np.array(DRAINS, dtype=object)[system[order]],
        reached[vertex[order]],
    )
