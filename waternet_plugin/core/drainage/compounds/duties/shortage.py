"""What crews do when their hours don't suffice: what is longest overdue first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.duties.crews import ROUNDING_H, Crew, Workload


@dataclass(frozen=True)
class Cut:
    """What hours suffice for.

    Parameters
    ----------
    crew
        Who does each duty, -1 for nobody (n,).
    visits
        Visits of each place by each crew (p, c).
    is_short
        Crews whose hours don't suffice (c,).
    is_cut
        Whether anything is left undone.
    """

    crew: Array
    visits: Array
    is_short: Array
    is_cut: bool


def cut_to_hours(work: Workload, home: Array, crews: Sequence[Crew]) -> Cut:
    """Return what is done with the hours that crews have.

    First what is due, the longest overdue first: nothing is done before what was due earlier and finds no
    hours, but for what no month of its crew has hours for. Then rounds, then what keeps the rates.

    Parameters
    ----------
    home
        The crew of each place; another one helps where it has hours left (p,).
    """
    return _Assignment(work, home, crews).result()


class _Assignment:
    def __init__(self, work: Workload, home: Array, crews: Sequence[Crew]) -> None:
        self._work, self._home = work, home.tolist()
        self._hours = np.array([crew.hours for crew in crews], dtype=float)
        self._left = self._hours.copy()
        self._done_h = np.zeros((len(home), len(crews)))
        self._visits = np.zeros((len(home), len(crews)), dtype=np.int64)
        self._crew = np.full(len(work.place), -1)
        self._is_short = np.zeros(len(crews), dtype=bool)
        self._is_cut = False

    def result(self) -> Cut:
        work = self._work
        order = np.argsort(work.rank, kind="stable")
        stopped = np.zeros(len(self._hours), dtype=bool)
        for duty in order[work.is_due[order]].tolist():
            if not self._do(duty, stopped):
                self._miss(int(work.place[duty]))
                if work.hours[duty] + work.visit_h <= self._hours.max() + ROUNDING_H:
                    stopped[self._home[work.place[duty]]] = True
        nobody = np.zeros(len(self._hours), dtype=bool)
        for round_number in range(1, int(work.rounds.max(initial=0)) + 1):
            for place in np.flatnonzero(work.rounds >= round_number).tolist():
                if self._visits[place].sum() < round_number and not self._visit(place):
                    self._miss(place)
        for duty in order[~work.is_due[order]].tolist():
            if not self._do(duty, nobody):
                self._miss(int(work.place[duty]))
        return Cut(self._crew, self._visits, self._is_short, self._is_cut)

    def _miss(self, place: int) -> None:
        self._is_short[self._home[place]] = True
        self._is_cut = True

    def _who(self, place: int) -> list[int]:
        """Return the crews that may go to a place: its own, then the one with most hours left."""
        home = self._home[place]
        left = self._left.copy()
        left[home] = -1.0
        other = int(np.argmax(left))
        return [home] if other == home else [home, other]

    def _do(self, duty: int, stopped: Array) -> bool:
        """Give a duty to a crew that has hours for it; return whether there is one."""
        place, hours = int(self._work.place[duty]), float(self._work.hours[duty])
        if stopped[self._home[place]]:
            return False
        for crew in self._who(place):
            visits = int(self._visits[place, crew])
            needs_visit = visits == 0 or (
                self._done_h[place, crew] + hours > visits * self._work.a_visit_h + ROUNDING_H
            )
            cost = hours + self._work.visit_h * needs_visit
            if self._left[crew] >= cost - ROUNDING_H:
                self._left[crew] -= cost
                self._done_h[place, crew] += hours
                self._visits[place, crew] += needs_visit
                self._crew[duty] = crew
                return True
        return False

    def _visit(self, place: int) -> bool:
        """Have a crew that has hours for it visit a place; return whether there is one."""
        for crew in self._who(place):
            if self._left[crew] >= self._work.visit_h - ROUNDING_H:
                self._left[crew] -= self._work.visit_h
                self._visits[place, crew] += 1
                return True
        return False
