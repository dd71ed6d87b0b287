"""Crews, the hours that they have in a month, and how work is shared among them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array, sums
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

# Loads that differ by less are even, and hours by which none is too many.
_EVEN, ROUNDING_H = 0.02, 1e-9


@dataclass(frozen=True)
class Crew:
    """A crew; ``hours`` are those of a month, infinite where nobody said."""

    name: str
    hours: float = math.inf


def read_crews(text: str) -> tuple[Crew, ...]:
    """Return the crews that CREWS names, ``name=hours a month`` with semicolons between.

    Raises
    ------
    InputError
        For a crew without a name or hours, and one that is named twice.
    """
    crews: list[Crew] = []
    for part in (each.strip() for each in text.replace("；", ";").split(";")):
        if not part:
            continue
        name, equals, written = (each.strip() for each in part.rpartition("="))
        try:
            hours = float(written) if name and equals else math.nan
        except ValueError:
            hours = math.nan
        if not (math.isfinite(hours) and hours >= 0):
            message = tr("CREWS: “{text}” is not name=hours, for example “Team 1=320”. Correct it.")
            raise InputError(message.format(text=part))
        if any(crew.name == name for crew in crews):
            raise InputError(tr("CREWS names “{crew}” twice. Name each crew once.").format(crew=name))
        crews.append(Crew(name, hours))
    return tuple(crews)


@dataclass(frozen=True)
class Shared:
    """Who makes each visit (v,), and which crews had too few hours for what was theirs (c,)."""

    crew: Array
    is_short: Array


def share(hours: Array, place: Array, own: Array, crews: Sequence[Crew]) -> Shared:
    """Share visits among crews, evenly by the hours that each has.

    Visits of one place stay with one crew where that is even enough.

    Parameters
    ----------
    hours, place
        Hours of each visit and number of its place (v,).
    own
        Crew whose place each place is, -1 for anybody's (places,).
    """
    available = np.array([crew.hours for crew in crews], dtype=float)
    share_of = available if np.isfinite(available).all() else np.ones(len(crews))
    share_of = np.where(share_of > 0, share_of, 1e-12)
    of_place = sums(place, hours, len(own))
    crew_of = own.copy()
    load = sums(own[own >= 0], of_place[own >= 0], len(crews))
    is_short = load > available + ROUNDING_H
    for free in np.argsort(-of_place, kind="stable"):
        if own[free] < 0:
            crew_of[free] = int(np.argmin((load + of_place[free]) / share_of))
            load[crew_of[free]] += of_place[free]
    crew = crew_of[place]
    _even_out(hours, np.flatnonzero(own[place] < 0), crew, load, share_of)
    _help(hours, crew, load, available)
    return Shared(crew, is_short | (load > available + ROUNDING_H))


def _even_out(hours: Array, free: Array, crew: Array, load: Array, share_of: Array) -> None:
    """Hand single visits from the crew with most to the one with least, as long as that makes them even."""
    for _step in range(len(free)):
        relative = load / share_of
        most, least = int(np.argmax(relative)), int(np.argmin(relative))
        mean = load.sum() / share_of.sum()
        if relative[most] - relative[least] <= _EVEN * mean:
            return
        crew_visits = free[crew[free] == most]
        # After the move the larger of both is to be as small as possible.
        worst = np.maximum(
            (load[most] - hours[crew_visits]) / share_of[most],
            (load[least] + hours[crew_visits]) / share_of[least],
        )
        if not len(crew_visits) or worst.min() >= relative[most] - ROUNDING_H:
            return
        _assign(crew_visits[int(np.argmin(worst))], least, hours, crew, load)


def _help(hours: Array, crew: Array, load: Array, available: Array) -> None:
    """Hand visits of crews that have too few hours to those that have some left."""
    for busy in np.flatnonzero(load > available + ROUNDING_H):
        crew_visits = np.flatnonzero(crew == busy)
        for visit in crew_visits[np.argsort(-hours[crew_visits], kind="stable")]:
            if load[busy] <= available[busy] + ROUNDING_H:
                break
            left = available - load
            left[busy] = -math.inf
            other = int(np.argmax(left))
            if left[other] >= hours[visit] - ROUNDING_H:
                _assign(visit, other, hours, crew, load)


def _assign(visit: int, to: int, hours: Array, crew: Array, load: Array) -> None:
    load[crew[visit]] -= hours[visit]
    load[to] += hours[visit]
    crew[visit] = to


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
