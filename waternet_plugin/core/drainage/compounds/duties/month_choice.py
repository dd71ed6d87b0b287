"""What of the duties is done in a month: what is due, and the least more that keeps the monthly rates."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.duties.fewest_metres import fewest
from waternet_plugin.core.schema.settings import Settings

_MM = 1_000


@dataclass(frozen=True)
class Cleanable:
    """What the monthly rates are of, a row each duty (n,), in C compounds.

    Parameters
    ----------
    compound
        Row of its compound, -1 for none.
    length_um
        Micrometres of drains, so that sums and shares are exact; 0 for what is not a drain.
    is_cover
        Manholes and inlets.
    many
        C.
    """

    compound: Array
    length_um: Array
    is_cover: Array
    many: int

    @property
    def total_m(self) -> float:
        """Metres of all drains of compounds."""
        return float(self.metres(np.ones(len(self.compound), dtype=bool)).sum()) / 1e6

    def metres(self, chosen: Array) -> Array:
        """Return the micrometres of chosen drains in each compound (C,)."""
        selected = np.flatnonzero(chosen & (self.compound >= 0) & (self.length_um > 0))
        total = np.zeros(self.many, dtype=np.int64)
        np.add.at(total, self.compound[selected], self.length_um[selected])
        return total

    def covers(self, chosen: Array) -> Array:
        """Return the chosen manholes and inlets of each compound (C,)."""
        selected = chosen & self.is_cover & (self.compound >= 0)
        return np.bincount(self.compound[selected], minlength=self.many)

    def rates(self, chosen: Array) -> tuple[Array, Array]:
        """Return the shares of length and of covers that are chosen (C,), NaN where there are none."""
        everything = np.ones(len(self.compound), dtype=bool)
        with np.errstate(invalid="ignore", divide="ignore"):
            return (
                self.metres(chosen) / self.metres(everything).astype(float),
                self.covers(chosen) / self.covers(everything).astype(float),
            )


@dataclass(frozen=True)
class MonthlyRates:
    """What is to be cleaned in each compound and month, exact shares, and how often it is visited."""

    pipe_share: Fraction
    cover_share: Fraction
    rounds: int

    @classmethod
    def of(cls, settings: Settings) -> MonthlyRates:
        """Return the rates of a network's settings."""
        return cls(
            _exact(settings.real("drainage.monthly_pipe_share")),
            _exact(settings.real("drainage.monthly_appurtenance_share")),
            settings.integer("drainage.monthly_rounds"),
        )


def _exact(share: float) -> Fraction:
    """Return a share as it is written: 0.03 is 3 of 100, not the binary number next to it."""
    return Fraction(repr(share))


def _part(whole: Array, share: Fraction) -> Array:
    """Return a share of whole numbers, rounded up."""
    return np.array([-(-int(each) * share.numerator // share.denominator) for each in whole], dtype=np.int64)


def extras(
    cleanable: Cleanable, counted: Array, free: Array, order: Array, rates: MonthlyRates, spare_um: Array
) -> Array:
    """Return what is cleaned beside what counts already, the fewest hours that keep the rates (n,), booleans.

    Drains that are hardly longer are taken where those cleaned longest ago are among them: else the short
    ones would be cleaned month after month.

    Parameters
    ----------
    counted
        What is done this month without being chosen here.
    free
        What may be chosen.
    order
        The rows, the most wanted first: which is taken where several choices need equally few hours.
    spare_um
        What counts as hardly longer in each compound, micrometres (C,).
    """
    everything = np.ones(len(counted), dtype=bool)
    needed_um = _part(cleanable.metres(everything), rates.pipe_share) - cleanable.metres(counted)
    needed = _part(cleanable.covers(everything), rates.cover_share) - cleanable.covers(counted)
    chosen = np.zeros(len(counted), dtype=bool)
    ordered = order[free[order] & (cleanable.compound[order] >= 0)]
    for compound, rows in _by_compound(cleanable, ordered[cleanable.length_um[ordered] > 0]):
        if needed_um[compound] > 0:
            # Rounded so that what is reached in whole millimetres is reached in fact.
            needed_mm, spare_mm = -(-int(needed_um[compound]) // _MM), int(spare_um[compound]) // _MM
            taken = fewest(cleanable.length_um[rows] // _MM, needed_mm, spare_mm)
            chosen[rows[taken]] = True
    for compound, rows in _by_compound(cleanable, ordered[cleanable.is_cover[ordered]]):
        chosen[rows[: max(int(needed[compound]), 0)]] = True
    return chosen


def _by_compound(cleanable: Cleanable, rows: Array) -> list[tuple[int, Array]]:
    """Return rows by compound, in their order."""
    if not len(rows):
        return []
    rows = rows[np.argsort(cleanable.compound[rows], kind="stable")]
    compound, first = np.unique(cleanable.compound[rows], return_index=True)
    return list(zip(compound.tolist(), np.split(rows, first[1:])))
