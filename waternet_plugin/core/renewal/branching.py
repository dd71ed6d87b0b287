"""Choose the years of a few packages by branching: one package after the other, the best states go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.renewal.core import Core
from waternet_plugin.core.renewal.core_prices import Prices, beyond, bound_of
from waternet_plugin.core.renewal.problem import Array


@dataclass
class _States:
    """S choices so far: cents left, places left in districts, what they lost of the bound, years chosen."""

    left: Array
    room: Array
    lost: Array
    made: Array

    def after(self, core: Core, one: int, state: Array, choice: Array) -> _States:
        """Return states in which package ``one`` got a year, -1 for none."""
        left, room, made = self.left[state], self.room[state], self.made[state]
        built = np.flatnonzero(choice >= 0)
        left[built, choice[built]] -= core.cost[one, choice[built]]
        if len(core.room) and core.group[one] >= 0:
            room[built, core.group[one], choice[built]] -= 1
        made[:, one] = choice
        return _States(left, room, self.lost[state], made)


def best_years(core: Core, prices: Prices, known: float, width: int) -> Array | None:
    """Return the years of the best choice found that is worth more than ``known``; None for none.

    Packages are decided one after the other, the plainest first. A state is dropped when not even the
    prices promise more than what is known; of the others the ``width`` best go on.

    Parameters
    ----------
    core
        What is open.
    prices
        What is scarce, and how much it is worth.
    known
        Money that a choice must exceed.
    width
        Most states that go on.
    """
    reduced = beyond(core, prices)
    best = np.maximum(reduced.max(axis=1, initial=0.0), 0.0)
    may = bound_of(core, prices, reduced) - known
    # What each option loses of the bound; column 0 is no year at all.
    regret = best[:, None] - np.column_stack([np.zeros(len(best)), reduced])
    options = regret < may
    if may <= 0 or not options.any(axis=1).all():
        return None
    order = np.argsort(-np.sort(regret, axis=1)[:, 1], kind="stable")
    # What those still to come could spend at most in each year: the rest stays unspent for sure.
    could = np.where(options[:, 1:], core.cost, 0)[order]
    to_come = np.vstack(
        [np.cumsum(could[::-1], axis=0)[::-1][1:], np.zeros((1, len(core.left)), dtype=np.int64)]
    )
    states = _States(
        core.left[None].copy(),
        core.room[None].copy(),
        np.zeros(1),
        np.full((1, len(best)), -1, dtype=np.int16),
    )
    for step, one in enumerate(order.tolist()):
        state, choice = _extended(core, states, one, options[one], may - regret[one])
        if not len(state):
            return None
        following = states.after(core, one, state, choice)
        following.lost += regret[one, choice + 1]
        score = following.lost + np.maximum(following.left - to_come[step], 0) @ prices.cent
        pick = np.flatnonzero(score < may)
        if len(pick) > width:
            pick = np.sort(pick[np.argsort(score[pick], kind="stable")[:width]])
        if not len(pick):
            return None
        states = _States(
            following.left[pick], following.room[pick], following.lost[pick], following.made[pick]
        )
    values = [core.value_of(row) for row in states.made]
    winner = int(np.argmax(values))
    return states.made[winner].astype(np.int64) if values[winner] > known else None


def _extended(core: Core, states: _States, one: int, options: Array, most_lost: Array) -> tuple[Array, Array]:
    """Return the states that package ``one`` may go on from, and the year it takes in each (-1: none)."""
    partners = core.apart[(core.apart == one).any(axis=1)]
    partners = partners[partners != one]
    found: list[Array] = []
    chosen: list[Array] = []
    for option in np.flatnonzero(options).tolist():
        year = option - 1
        good = states.lost < most_lost[option]
        if year >= 0:
            good &= states.left[:, year] >= core.cost[one, year]
            good &= ~(states.made[:, partners] == year).any(axis=1)
            if len(core.room) and core.group[one] >= 0:
                good &= states.room[:, core.group[one], year] > 0
        found.append(np.flatnonzero(good))
        chosen.append(np.full(len(found[-1]), year))
    return np.concatenate(found), np.concatenate(chosen)
