"""The drains joined to the wrong system, one row a drain, by rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array

# By code M1 to M13 in the order of strength; of one drain the first counts.
RULES = (
    *("facility_to_storm", "compound_to_other_system", "inlet_to_sewage", "sewage_to_storm"),
    *("storm_to_sewage", "overflow_without_weir", "shared_manhole", "combined_riser"),
    *("sewage_seen_in_storm", "combined_in_separate", "septic_bypass", "system_without_exit"),
    "system_flips",
    *("sewage_near_storm", "storm_near_sewage"),
)
NEAR_RULES_OF = {"sewage_to_storm": "sewage_near_storm", "storm_to_sewage": "storm_near_sewage"}


@dataclass(frozen=True)
class Misconnections:
    """Drains joined to the wrong system, one row a drain, by rule in the order of `RULES`.

    ``rule`` is a number in `RULES`; ``pipe`` the wrong drain, ``other`` the first by id of those that go on,
    -1 for none; ``vertex`` where; ``compound`` the compound it concerns, -1 for none; ``distance_m`` between
    ends that are not joined, 0 for the others.
    """

    rule: Array
    pipe: Array
    other: Array
    vertex: Array
    compound: Array
    distance_m: Array

    def of(self, rule: str) -> Array:
        """Return the rows of a rule."""
        return np.flatnonzero(self.rule == RULES.index(rule))


class Drafts:
    """Collects findings; a drain that has one already gets no weaker one."""

    def __init__(self, pipes: int) -> None:
        self.taken = np.zeros(pipes, dtype=bool)
        self.columns: list[tuple[Array, ...]] = []

    def add(
        self,
        rule: str,
        pipe: Array,
        vertex: Array,
        *,
        other: Array | None = None,
        compound: Array | None = None,
        distance_m: Array | None = None,
    ) -> None:
        """Take the findings of a rule, the first of each drain."""
        none = np.full(len(pipe), -1)
        further = (
            none if other is None else other,
            none if compound is None else compound,
            np.zeros(len(pipe)) if distance_m is None else distance_m,
        )
        _, first = np.unique(pipe, return_index=True)
        first = first[~self.taken[pipe[first]]]
        self.taken[pipe[first]] = True
        number = np.full(len(first), RULES.index(rule))
        self.columns.append((number, pipe[first], vertex[first], *(one[first] for one in further)))

    def table(self) -> Misconnections:
        """Return what was taken."""
        rule, pipe, vertex, other, compound, distance = (
            np.concatenate(parts) for parts in zip(*self.columns)
        )
        return Misconnections(rule, pipe, other.astype(np.int64), vertex, compound, distance)
