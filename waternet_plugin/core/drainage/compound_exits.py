"""Where the drains of compounds leave them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.drain_flow import compound_membership, drain_flow
from waternet_plugin.core.network.model.network_frame import NetworkFrame

_FOUL = ("sewage", "combined")


@dataclass(frozen=True)
class CompoundExits:
    """Exits, one row each: row of the compound, vertex of the exit."""

    compound: Array
    vertex: Array


def compound_exits(subject: NetworkFrame, systems: tuple[str, ...] = _FOUL) -> CompoundExits:
    """Return where drains of some systems leave their compounds, sorted by compound, each place once.

    An exit is the lower end of a drain of a compound from where no drain of that compound goes on; a drain
    whose flow is undetermined has its exits at both ends.
    """
    flow, member = subject.once(drain_flow), subject.once(compound_membership).pipe
    every = np.flatnonzero(subject.live & subject.is_drain & (member >= 0))
    free = every[~flow.known[every]]
    many = np.int64(subject.connected.graph.node_count)
    goes_on = np.concatenate(
        [member[every] * many + flow.upper[every], member[free] * many + flow.lower[free]]
    )
    chosen = np.logical_or.reduce([flow.of[system] for system in systems])
    rows, both = every[chosen[every]], free[chosen[free]]
    ends = np.concatenate([member[rows] * many + flow.lower[rows], member[both] * many + flow.upper[both]])
    last = np.setdiff1d(ends, goes_on)
    return CompoundExits(last // many, last % many)
