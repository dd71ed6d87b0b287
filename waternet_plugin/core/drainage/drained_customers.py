"""Where customers drain, in one way: at the outlet they name, else with their compound, else by place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compound_exits import CompoundExits, compound_exits
from waternet_plugin.core.network.analysis.drain_flow import drain_flow
from waternet_plugin.core.network.model.customers import (
    BY_COMPOUND,
    BY_OUTLET,
    BY_PLACE,
    households_of,
    nearest_lines,
)
from waternet_plugin.core.network.model.network_frame import NetworkFrame

_FOUL = ("sewage", "combined")
_NONE = np.zeros(0, dtype=np.int64)


class DrainedCustomers:
    """Where the customers of a network drain; ``U`` customers.

    A customer drains at the node that it names, else with all exits of its compound, else into the nearest
    sewage or combined drain in use within a setting; a drain that it names goes before the nearest.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node, compound and customer.

    Attributes
    ----------
    outlet
        Vertex where each drains, -1 where it names none (U,).
    home
        Row of the compound of those without an outlet, -1 for none (U,).
    households
        What each weighs (U,).
    """

    def __init__(self, subject: NetworkFrame) -> None:
        self._subject = subject
        customers = subject.rows("customer")
        self.households = households_of(customers.frame)
        self.outlet = subject.nodes.row_of(customers.text("outlet_node"))
        compound = subject.rows("compound").row_of(customers.text("compound_id"))
        self.home = np.where(self.outlet < 0, compound, -1)
        many = len(subject.rows("compound"))
        some = (self.home >= 0).any()
        self.exits = compound_exits(subject) if some else CompoundExits(_NONE, _NONE)
        self.has_exits = np.zeros(many + 1, dtype=bool)
        self.has_exits[self.exits.compound] = True
        self.has_exits[-1] = False
        self.drain = self._drains()

    def _drains(self) -> Array:
        """Return the drain of who has neither an outlet nor a compound with exits, -1 for none (U,)."""
        subject, customers = self._subject, self._subject.rows("customer")
        rest = np.flatnonzero((self.outlet < 0) & ~self.has_exits[self.home])
        drain = np.full(len(self.outlet), -1, dtype=np.int64)
        if not len(rest):
            return drain
        flow = subject.once(drain_flow)
        foul = np.logical_or.reduce([flow.of[system] for system in _FOUL]) & ~subject.is_connector
        named = subject.pipes.row_of(customers.text("pipe_id")[rest])
        named = np.where((named >= 0) & foul[named], named, -1) if len(foul) else named
        drain[rest] = named
        rest = rest[named < 0]
        drain[rest] = nearest_lines(
            customers.geometry[rest],
            subject.pipes.geometry,
            np.flatnonzero(foul),
            subject.pipes.ids,
            subject.settings,
        )
        return drain

    @property
    def found_by(self) -> Array:
        """How it is known where each drains, None where it is not (U,)."""
        how = np.full(len(self.outlet), None, dtype=object)
        how[self.drain >= 0] = BY_PLACE
        how[self.has_exits[self.home]] = BY_COMPOUND
        how[self.outlet >= 0] = BY_OUTLET
        return how

    def inside(self, vertices: Array, drains: Array, exits: Array | None = None) -> Array:
        """Return which customers drain into a part of the drains (U,), booleans.

        Parameters
        ----------
        exits
            Which of ``self.exits`` lie in it; those at its vertices if None.
        """
        there = np.zeros(self._subject.connected.graph.node_count + 1, dtype=bool)
        there[vertices] = True
        there[-1] = False
        into = np.zeros(len(self._subject.pipes) + 1, dtype=bool)
        into[drains] = True
        into[-1] = False
        lies = there[self.exits.vertex] if exits is None else exits
        whole = self.has_exits.copy()
        whole[self.exits.compound[~lies]] = False
        return np.asarray(there[self.outlet] | whole[self.home] | into[self.drain])

    def at_vertices(self) -> Array:
        """Return the households that drain at each vertex (N,): compounds at their only exit."""
        sums = np.zeros(self._subject.connected.graph.node_count)
        at = self.outlet.copy()
        by_place = self.drain >= 0
        at[by_place] = self._subject.once(drain_flow).lower[self.drain[by_place]] if by_place.any() else -1
        compound, first, many = np.unique(self.exits.compound, return_index=True, return_counts=True)
        only = np.full(len(self.has_exits), -1, dtype=np.int64)
        only[compound[many == 1]] = self.exits.vertex[first[many == 1]]
        only[-1] = -1
        at = np.where(at < 0, only[self.home], at)
        np.add.at(sums, at[at >= 0], self.households[at >= 0])
        return sums


def drained_note(found_by: Array) -> dict[str, int]:
    """Return how many customers are known by each way, by BY_OUTLET, BY_COMPOUND and BY_PLACE."""
    counts = pd.Series(found_by, dtype=object).value_counts()
    return {how: int(counts.get(how, 0)) for how in (BY_OUTLET, BY_COMPOUND, BY_PLACE)}
