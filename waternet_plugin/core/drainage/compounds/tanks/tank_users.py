"""Who drains into each tank: users whose outlet leads to it, else its share of its compound's households."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.drainage.compounds.tanks.tank_rules import TankRules
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.outfall_sets import OutfallSets, outfall_sets
from waternet_plugin.core.network.model.customers import persons_of
from waternet_plugin.core.network.model.network_frame import NetworkFrame

CATERING = "catering"


class TankUsers:
    """The persons who use each tank; ``T`` tanks.

    Parameters
    ----------
    subject
        The network, with the tables pipe (drains), node, compound and customer.
    tanks
        Rows of the tanks among the nodes (T,).
    compound_ids
        Id of the compound of each tank, None for none (T,).
    rules
        Limits.

    Attributes
    ----------
    count
        Users whose outlet is the tank or lies upstream of it (T,).
    persons
        Persons who use it, NaN where that is not known (T,).
    compound_households
        Households of the compound of those tanks whose persons are a share of it, else NaN (T,).
    """

    def __init__(self, subject: NetworkFrame, tanks: Array, compound_ids: Array, rules: TankRules) -> None:
        self._customers = subject.rows("customer")
        self._tanks = tanks
        self.count, by_users = self._by_users(subject, rules)
        by_households, self.compound_households = _by_households(subject, tanks, compound_ids, rules)
        has_users = self.count > 0
        self.persons = np.where(has_users, by_users, by_households)
        self.compound_households[has_users | np.isnan(by_households)] = np.nan

    def _by_users(self, subject: NetworkFrame, rules: TankRules) -> tuple[Array, Array]:
        """Return how many users drain into each tank and how many persons they are."""
        customers = self._customers
        outlet = subject.nodes.row_of(customers.text("outlet_node"))
        self._user = np.flatnonzero(outlet >= 0)
        if not len(self._user) or not len(self._tanks):
            self._user, self._set = np.zeros((2, 0), dtype=np.int64)
            self._reached = OutfallSets(self._set, ((),))
            return np.zeros(len(self._tanks), dtype=np.int64), np.zeros(len(self._tanks))
        # What holds for ways to outfalls holds for ways to tanks.
        self._reached = outfall_sets(subject.once(DrainWays), self._tanks, subject.connected.graph.node_count)
        self._set = self._reached.of_vertex[outlet[self._user]]
        persons = persons_of(customers.frame, rules.household_persons)[self._user]
        return (
            self._sums(np.ones(len(self._user))).astype(np.int64),
            self._sums(persons),
        )

    def _sums(self, weights: Array) -> Array:
        """Sum a weight of each user with an outlet over those of each tank (T,)."""
        of_set = np.bincount(self._set, weights, len(self._reached.sets))
        vertex, number = self._reached.by_outfall
        position = np.full(int(self._tanks.max()) + 1, -1, dtype=np.int64)
        position[self._tanks] = np.arange(len(self._tanks))
        return np.bincount(position[vertex], of_set[number], len(self._tanks))

    def catering(self, rows: Array) -> list[list[str]]:
        """Return the ids of the users of catering that drain into some of the tanks, sorted."""
        vertex, number = self._reached.by_outfall
        bounds = (np.searchsorted(vertex, self._tanks[rows], side).tolist() for side in ("left", "right"))
        sets, by_set = number.tolist(), self._catering_by_set
        return [
            sorted(name for number in sets[first:last] for name in by_set.get(number, ()))
            for first, last in zip(*bounds)
        ]

    @cached_property
    def _catering_by_set(self) -> dict[int, list[str]]:
        """Ids of the users of catering with an outlet, by the number of the set of tanks it reaches."""
        is_catering = self._customers.among("trade", (CATERING,))[self._user]
        return grouped(
            (number, str(name))
            for number, name in zip(
                self._set[is_catering].tolist(), self._customers.ids[self._user[is_catering]]
            )
        )


def _by_households(
    subject: NetworkFrame, tanks: Array, compound_ids: Array, rules: TankRules
) -> tuple[Array, Array]:
    """Return each tank's share by volume of the persons of its compound, and the compound's households.

    Shared are they among the tanks of one kind whose volume is known.
    """
    compounds = subject.rows("compound")
    row = compounds.row_of(compound_ids)
    households = np.append(compounds.number("households"), np.nan)[row]
    kind = pd.factorize(subject.nodes.text("kind")[tanks])[0]
    volume_m3 = subject.nodes.number("tank_volume_m3")[tanks]
    volume_m3 = np.where(volume_m3 > 0, volume_m3, np.nan)
    group = kind * (len(compounds) + 1) + row + 1
    every = np.bincount(group, np.nan_to_num(volume_m3), int(group.max(initial=0)) + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = volume_m3 / every[group]
    return households * rules.household_persons * share, households
