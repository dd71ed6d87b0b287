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
    leaving = np.concatenate([flow.upper[every], flow.lower[free]])
    compound = np.concatenate([member[every], member[free]])
    # The drains that leave a vertex are nearly always of one compound; other pairs are looked for.
    last_left, is_shared = np.full(many, -1), np.zeros(many, dtype=bool)
    last_left[leaving] = compound
    is_shared[leaving[last_left[leaving] != compound]] = True
    shared = is_shared[leaving]
    pairs = compound[shared] * many + leaving[shared]
    chosen = np.logical_or.reduce([flow.of[system] for system in systems])
    rows, both = every[chosen[every]], free[chosen[free]]
    vertex = np.concatenate([flow.lower[rows], flow.upper[both]])
    of = np.concatenate([member[rows], member[both]])
    ending = last_left[vertex] != of
    last = np.unique(of[ending] * many + vertex[ending])
    last = last[~(is_shared[last % many] & np.isin(last, pairs))]
    return CompoundExits(last // many, last % many)
