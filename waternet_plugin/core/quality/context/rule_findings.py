"""What a check found: columns of assets, places and values, one row a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from waternet_plugin.core.arrays import Array


@dataclass(frozen=True)
class RuleFindings:
    """The findings of one rule.

    ``assets`` holds the ids by role (pipe, pipe2, node, ...), in the order of the rule's assets; ``x`` and
    ``y`` are the place, NaN for none; ``values`` fill the rule's sentence. ``part`` tells findings of one
    asset apart (the end, the field); ``members`` are all ids of a group, whose first stands in ``assets``.
    ``topics`` are words that a root and what follows from it share; ``zones`` the metered areas that a
    finding belongs to, where its rule says so itself.
    """

    rule: str
    assets: Mapping[str, Array]
    x: Array
    y: Array
    values: Mapping[str, Array] = field(default_factory=dict)
    part: Array | None = None
    members: list[Array] | None = None
    topics: Sequence[tuple[str, ...]] | None = None
    zones: Sequence[tuple[str, ...]] | None = None

    def __len__(self) -> int:
        """Return the number of findings."""
        return len(self.x)

    def take(self, rows: Array) -> RuleFindings:
        """Return some of the findings, by mask or number."""
        numbers = np.flatnonzero(rows) if rows.dtype == bool else rows
        return RuleFindings(
            self.rule,
            {role: ids[numbers] for role, ids in self.assets.items()},
            self.x[numbers],
            self.y[numbers],
            {name: values[numbers] for name, values in self.values.items()},
            None if self.part is None else self.part[numbers],
            None if self.members is None else [self.members[number] for number in numbers.tolist()],
            None if self.topics is None else [self.topics[number] for number in numbers.tolist()],
            None if self.zones is None else [self.zones[number] for number in numbers.tolist()],
        )


def summary(rule: str, /, **values: object) -> RuleFindings:
    """Return one finding about a whole table or network, without a place."""
    part = np.array([str(values.pop("part", ""))], dtype=object)
    filled = {}
    for name, value in values.items():
        column = np.empty(1, dtype=object)
        column[0] = value
        filled[name] = column
    return RuleFindings(rule, {}, np.full(1, np.nan), np.full(1, np.nan), filled, part)
