"""Where water leaves: exits of compounds, the municipal node they reach, outfalls and what drains there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compound_exits import compound_exits
from waternet_plugin.core.drainage.compounds.facts.belonging import Belonging
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.drained_customers import DrainedCustomers
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.network.analysis.drain_flow import compound_membership
from waternet_plugin.core.network.model.network_frame import DRAINS, NetworkFrame

HIGH, SEPARATOR = "high", ";"
COLUMNS = ("node_id", "outfall_type", "outfall_risk", "compound_id", "grid_id", "compounds", "users")
# Worst first; unknown ones last.
_RISKS = (HIGH, "medium", "low")


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
    reached = ways.first_below(np.flatnonzero(outside), vertex)
    return ExitNodes(
        compound[order],
        vertex[order],
        np.array(DRAINS, dtype=object)[system[order]],
        reached[order],
    )


def outfall_sources(town: Belonging, exits: ExitNodes) -> pd.DataFrame:
    """Return the outfalls in use, the riskiest first.

    Returns
    -------
    COLUMNS: of those of high risk ``compounds`` are the ids of the compounds one of whose exits lies upstream
    (by ``;``), ``users`` the number of users who drain into it; None and NaN for the others.
    """
    nodes = town.rows["node"]
    rows = np.flatnonzero(town.live("node") & nodes.among("kind", ("outfall",)))
    risk = nodes.text("outfall_risk")[rows]
    order = np.lexsort((nodes.ids[rows].astype(str), np.array([_rank(one) for one in risk])))
    rows, risk = rows[order], risk[order]
    compounds, users = np.full(len(rows), None, dtype=object), np.full(len(rows), np.nan)
    for number in np.flatnonzero(risk == HIGH).tolist():
        upstream = upstream_of(town, exits, int(rows[number]))
        ids = sorted(town.compounds.ids[upstream.compounds].astype(str))
        compounds[number], users[number] = SEPARATOR.join(ids), len(upstream.users)
    grid_ids = np.append(town.grids.ids, np.array([None], dtype=object))
    compound_ids = np.append(town.compounds.ids, np.array([None], dtype=object))
    return made_of(
        {
            "node_id": nodes.ids[rows],
            "outfall_type": nodes.text("outfall_type")[rows],
            "outfall_risk": risk,
            "compound_id": compound_ids[town.compound["node"][rows]],
            "grid_id": grid_ids[town.grid["node"][rows]],
            "compounds": compounds,
            "users": users,
        },
        COLUMNS,
    )


def _rank(risk: str | None) -> int:
    return _RISKS.index(risk) if risk in _RISKS else len(_RISKS)


@dataclass(frozen=True)
class OutfallUpstream:
    """What drains to an outfall, as rows: compounds one of whose exits lies upstream, drains, users."""

    compounds: Array
    drains: Array
    users: Array


def upstream_of(town: Belonging, exits: ExitNodes, outfall: int) -> OutfallUpstream:
    """Return what drains to an outfall, by the row of its node; drains are rows of ``town.drains``."""
    subject = town.drains
    ways, drained = subject.once(DrainWays), subject.once(DrainedCustomers)
    above: Array = ways.above(np.array([outfall]))
    reaches = np.zeros(subject.connected.graph.node_count, dtype=bool)
    reaches[above] = True
    drains = ways.pipes_into(above)
    return OutfallUpstream(
        np.unique(exits.compound[reaches[exits.vertex]]),
        np.unique(drains),
        np.flatnonzero(drained.inside(above, drains)),
    )
