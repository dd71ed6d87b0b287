"""What a rate is made of: logarithms of factors by what they stand for, whichever model made them.

They add up to the logarithm of the rate, so that a rate that is a mean of several has parts that are the same
mean of theirs, and reasons that account for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array

# Material and laying years, with the level of the network; the pipe's own record; the others of its street.
COHORT, RECORD, STREETS = "cohort", "record", "street"
DIAMETER, LENGTH, VINTAGE, SOIL, PRESSURE = "diameter", "length", "vintage", "soil", "pressure"
PARTS = (RECORD, COHORT, DIAMETER, LENGTH, STREETS, VINTAGE, SOIL, PRESSURE)
# Every pipe has a diameter and a length: what they say is told against the network's mean.
_RELATIVE = (DIAMETER, LENGTH)


# Less than any factor of a rate: nothing is impossible, and its logarithm stays a number.
_LEAST = 1e-12


def in_turn(values: Iterable[Array]) -> Array:
    """Return the sum of arrays, one after the other: one pipe is added up like a million."""
    first, *rest = values
    if not rest:
        return first
    total = first + rest[0]
    # In place: memory that was never used takes longer than what is computed in it.
    for value in rest[1:]:
        total += value
    return total


def ln(factor: Array | float) -> Array:
    """Return the logarithm of factors, also where a setting makes one 0."""
    return np.asarray(np.log(np.maximum(factor, _LEAST)))


@dataclass(frozen=True)
class Rated:
    """Rate of each pipe, failures per 100 km and year, and its ``parts``: their sum is ln(rate)."""

    rate: Array
    parts: Mapping[str, Array]

    @classmethod
    def of(cls, parts: Mapping[str, Array]) -> Rated:
        """Return the rates that parts make; those not given are 0.

        Parameters
        ----------
        parts
            Logarithms by name (`PARTS`), one number a pipe each.
        """
        total = in_turn(parts[name] for name in PARTS if name in parts)
        nothing = np.zeros(len(total))
        return cls(np.exp(total), {name: parts.get(name, nothing) for name in PARTS})

    def at(self, rows: Array) -> Rated:
        """Return the same of some of the pipes."""
        return Rated(self.rate[rows], {name: part[rows] for name, part in self.parts.items()})

    def against(self, mean: float, usual: Mapping[str, float], *, known: Array) -> dict[str, Array]:
        """Return the parts of ln(rate / mean), which they add up to.

        Diameter and length are told against the network's mean of them; what that mean says of every pipe
        alike, and the level, go to the cohort.

        Parameters
        ----------
        mean
            The network's mean rate, failures per 100 km and year.
        usual
            The network's means of what diameter and length say.
        known
            Which pipes have a known diameter; of the others it says nothing.
        """
        parts = dict(self.parts)
        rest = parts[COHORT] - float(ln(mean if mean > 0 else 1.0))
        for name in _RELATIVE:
            moved = usual[name] if name == LENGTH else np.where(known, usual[name], parts[name])
            parts[name] = parts[name] - moved
            rest += moved
        parts[COHORT] = rest
        return parts


def mean_of(members: Sequence[Rated]) -> Rated:
    """Return the mean of several ratings' logarithms, part by part."""
    parts: dict[str, Array] = {}
    for name in PARTS:
        first, *rest = (member.parts[name] for member in members)
        # What they share is its own mean.
        shared = all(part is first for part in rest)
        parts[name] = first if shared else in_turn((first, *rest)) / len(members)
    return Rated.of(parts)
