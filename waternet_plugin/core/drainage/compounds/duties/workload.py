"""What is to be done in a month, and where."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.arrays import Array


@dataclass(frozen=True)
class Workload:
    """What is to be done in a month, n duties at p places.

    Parameters
    ----------
    place
        Number of the place of each duty (n,).
    hours
        Hours of each, without the way there (n,).
    rank
        Which is done first where not all can be: rising (n,).
    is_due
        What is due; the rest only keeps the rates (n,).
    rounds
        Visits that each place needs at least (p,).
    own
        Crew whose place it is, -1 for anybody's (p,).
    visit_h
        Hours of a visit without any work.
    day_h
        Hours that a visit has at most, but for a single duty.
    """

    place: Array
    hours: Array
    rank: Array
    is_due: Array
    rounds: Array
    own: Array
    visit_h: float
    day_h: float

    @property
    def a_visit_h(self) -> float:
        """Hours of work for which there is time in a visit."""
        return max(self.day_h - self.visit_h, self.visit_h)
