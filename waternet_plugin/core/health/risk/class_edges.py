"""From which risk on a pipe is renewed now or of priority, found on sums of pipes by their risk.

Where a network is too large for one table, pipes of like risk (to a 256th of a power of 2) are summed first;
those sums tell in which of them an edge lies, and only there is every risk looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.numbered_values import numbered
from waternet_plugin.core.health.pooling.fixed_point import MILLIONTHS, in_steps, sums_by
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.schema.settings import Settings

RISK = "risk_per_km"
# What is left of a number of 64 bits: sign, power of 2, and eight binary digits.
_COARSE = np.int64(-1) << np.int64(44)


@dataclass(frozen=True)
class ClassEdges:
    """What decides the classes of a network.

    ``renew_now`` and ``priority`` are the least risk per km of these classes, infinite where no pipe is of
    them; pipes above ``mean_rate`` are monitored; ``has_records`` tells whether any failure is in use.
    """

    renew_now: float
    priority: float
    mean_rate: float
    has_records: bool


def _coarse(risk: Array) -> Array:
    """Return risks rounded down, so that like ones are equal."""
    return np.asarray((np.ascontiguousarray(risk, dtype=float).view(np.int64) & _COARSE).view(float))


@dataclass(frozen=True)
class RankedPipes:
    """The pipes that are long enough for a place in the order of risk.

    Their risk (money per km), their length (micrometres), and which are ``free``: the policy list does not
    have them with a hazard.
    """

    risk: Array
    length_um: Array
    free: Array

    @classmethod
    def of(cls, length_m: Array, risk_per_km: Array, policy_hazard: Array, settings: Settings) -> RankedPipes:
        """Return those that are long enough.

        Parameters
        ----------
        length_m, risk_per_km
            Of the rated pipes: m, money per km.
        policy_hazard
            Which of them are on the policy list with a hazard.
        settings
            The least length.
        """
        rows = np.flatnonzero(length_m >= settings.real("health.min_length_m"))
        return cls(risk_per_km[rows], in_steps(length_m[rows], MILLIONTHS), ~policy_hazard[rows])

    @property
    def _summed(self) -> dict[str, Array]:
        """Number and length of all and of the free ones."""
        return {
            "pipes": np.ones(len(self.risk)),
            "length_um": self.length_um,
            "free_pipes": self.free,
            "free_um": self.length_um * self.free,
        }

    def exact(self) -> KeyedSums:
        """Return number and length by risk."""
        return KeyedSums.of({RISK: self.risk}, self._summed)

    def coarse(self) -> KeyedSums:
        """Return what `coarse_sums` makes of the exact ones, without sorting all pipes."""
        risk, number = numbered(_coarse(self.risk))
        return KeyedSums(
            {RISK: risk},
            {name: sums_by(number, values, len(risk)) for name, values in self._summed.items()},
        )

    def edges(self, mean_rate: float, has_records: bool, settings: Settings) -> ClassEdges:
        """Return what decides the classes of a network whose pipes these are; parameters as of `edges_of`.

        Between like risks an edge is the least that those above it may be: no pipe lies between.
        """
        coarse = self.coarse()
        wanted = looked_into(coarse, settings)
        near = np.isin(_coarse(self.risk), wanted)
        exact = RankedPipes(self.risk[near], self.length_um[near], self.free[near]).exact()
        return edges_of(with_exact(coarse, exact, wanted), mean_rate, has_records, settings)


def coarse_sums(risks: KeyedSums) -> KeyedSums:
    """Return the sums of pipes of like risk, by the least that it may be."""
    return KeyedSums.of({RISK: _coarse(risks.keys[RISK])}, risks.values)


def exact_sums(risks: KeyedSums, wanted: Array) -> KeyedSums:
    """Return the sums by risk of some of the coarse ones."""
    return risks.where(np.isin(_coarse(risks.keys[RISK]), wanted))


def looked_into(coarse: KeyedSums, settings: Settings) -> Array:
    """Return the coarse sums in which an edge may lie."""
    risk, length, free = _falling(coarse, "length_um", "free_um")
    if not len(length):
        return np.zeros(0)
    reached = np.cumsum(length)
    first = int(np.searchsorted(reached, settings.real("health.renew_now_share") * int(reached[-1]), "right"))
    limit = settings.real("health.priority_share") * int(reached[-1])
    # Whatever of the first is renewed now: the second edge lies between these.
    after = np.cumsum(free[first:])
    least = first + int(np.searchsorted(after, limit, "right"))
    most = first + int(np.searchsorted(after - after[:1].sum(), limit, "right"))
    rows = {first, *range(least - 1, most + 2)}
    return risk[[row for row in sorted(rows, reverse=True) if 0 <= row < len(length)]]


def with_exact(coarse: KeyedSums, exact: KeyedSums, wanted: Array) -> KeyedSums:
    """Return coarse sums, those that are known exactly in place of them."""
    rest = coarse.where(~np.isin(coarse.keys[RISK], wanted))
    return KeyedSums.merged((rest, exact))


def _falling(risks: KeyedSums, *names: str) -> list[Array]:
    """Return the risks and some of their sums, the highest first."""
    return [risks.keys[RISK][::-1], *(risks.values[name][::-1] for name in names)]


def _edge(risk: Array, pipes: Array, length_um: Array, limit: float) -> float:
    """Return the least of falling risks whose pipes lie within a length.

    The pipe at the limit belongs to the side where more than half of it lies; several pipes of like risk are
    not split, there they stay outside.
    """
    ends = np.cumsum(length_um)
    within = np.where(pipes > 1, ends, ends - length_um / 2.0) <= limit
    return float(risk[within].min(initial=np.inf))


def edges_of(risks: KeyedSums, mean_rate: float, has_records: bool, settings: Settings) -> ClassEdges:
    """Return what decides the classes of a network.

    Parameters
    ----------
    risks
        Its pipes by risk, exact where an edge lies.
    mean_rate
        Its mean rate, failures per 100 km and year.
    has_records
        Whether any failure is in use.
    settings
        Shares of the classes.
    """
    risk, pipes, length, free_pipes, free = _falling(risks, "pipes", "length_um", "free_pipes", "free_um")
    total = int(length.sum())
    now = _edge(risk, pipes, length, settings.real("health.renew_now_share") * total)
    rest = (risk < now) & (free_pipes > 0)
    left = int(free[rest].sum())
    # The next share is one of the whole length, counted over what is left.
    share = settings.real("health.priority_share") * total / left if left > 0 else 0.0
    priority = _edge(risk[rest], free_pipes[rest], free[rest], share * left)
    return ClassEdges(now, priority, mean_rate, has_records)
