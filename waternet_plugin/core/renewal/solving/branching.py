"""Choose the years of a few packages by branching: one package after the other, the best states go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.renewal.solving.core import Core
from waternet_plugin.core.renewal.solving.core_prices import Prices, beyond, bound_of


@dataclass
class _States:
    """S choices so far: cents left, places left in districts, metres that lack, what they lost, years chosen.

    ``lost`` is money below the bound; metres beyond the wish count as less than none that lack.
    """

    left: Array
    room: Array
    lacking_m: Array
    lost: Array
    made: Array

    def after(self, core: Core, first: int, state: Array, choice: Array) -> _States:
        """Return states in which package ``one`` got a year, -1 for none."""
        left, room, made = self.left[state], self.room[state], self.made[state]
        lacking = self.lacking_m[state]
        built = np.flatnonzero(choice >= 0)
        left[built, choice[built]] -= core.cost[first, choice[built]]
        if len(core.room) and core.group[first] >= 0:
            room[built, core.group[first], choice[built]] -= 1
        lacking[built, choice[built]] -= core.length_m[first]
        made[:, first] = choice
        return _States(left, room, lacking, self.lost[state], made)

    def picked(self, pick: Array) -> _States:
        """Return some of them."""
        return _States(
            self.left[pick], self.room[pick], self.lacking_m[pick], self.lost[pick], self.made[pick]
        )


class _Slack:
    """What choices lose for sure by cents, places and metres that what is still to come can't use or bring.

    Parameters
    ----------
    core, prices
        What is open, and what is scarce.
    options
        (N, Y) in which years each package may be.
    order
        In which packages are decided; those that are not in it are decided.
    """

    def __init__(self, core: Core, prices: Prices, options: Array, order: Array) -> None:
        may = options[order]
        self._cents = _to_come(np.where(may, core.cost[order], 0))
        self._metres = _to_come(np.where(may, core.length_m[order, None], 0.0))
        self._priced = np.flatnonzero(prices.slot.ravel() > 0)
        group, year = np.divmod(self._priced, max(len(core.left), 1))
        self._places = _to_come(may[:, year] & (core.group[order][:, None] == group))
        self._prices, self._penalty = prices, core.penalty

    def after(self, step: int, states: _States) -> Array:
        """Return (S,) money lost by each state after a step."""
        prices = self._prices
        lost = np.maximum(states.left - self._cents[step], 0) @ prices.cent
        if len(self._priced):
            room = states.room.reshape(len(states.room), -1)[:, self._priced]
            lost += np.maximum(room - self._places[step], 0) @ prices.slot.ravel()[self._priced]
        if self._penalty:
            lost += np.maximum(-states.lacking_m, 0.0) @ prices.metre
            short = np.maximum(states.lacking_m - self._metres[step], 0.0)
            lost += short @ (self._penalty - prices.metre)
        return np.asarray(lost)


def _to_come(value: Array) -> Array:
    """Return for each step the sum of the steps after it."""
    after = np.cumsum(value[::-1], axis=0)[::-1][1:]
    return np.vstack([after, np.zeros((1, value.shape[1]), dtype=after.dtype)])


@dataclass(frozen=True)
class BranchingResult:
    """The years of the best choice found, None for none, and whether there can be no better one."""

    year: Array | None
    is_best: bool


_NOTHING_BETTER = BranchingResult(None, True)


def best_years(core: Core, prices: Prices, known: float, width: int) -> BranchingResult:
    """Return the years of the best choice found that is worth more than ``known``.

    Packages are decided one after the other, the plainest first. A state is dropped when not even the
    prices promise more than what is known; of the others the ``width`` best go on. As long as they all can
    go on, the choice found is the best there is.

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
    # What each option loses of the bound; column 0 is not a year at all.
    regret = best[:, None] - np.column_stack([np.zeros(len(best)), reduced])
    options = regret < may
    if may <= 0 or not options.any(axis=1).all():
        return _NOTHING_BETTER
    # What has one option only takes it at once; of the others the plainest comes first.
    first = _settled(core, np.where(options.sum(axis=1) == 1, options.argmax(axis=1) - 1, -1))
    if first is None:
        return _NOTHING_BETTER
    order = np.argsort(-core.cost.min(axis=1), kind="stable")
    order = order[options[order].sum(axis=1) > 1]
    slack = _Slack(core, prices, options[:, 1:], order)
    states, is_whole = first, True
    for step, package in enumerate(order.tolist()):
        state, choice = _extended(core, states, package, options[package], may - regret[package])
        if not len(state):
            return BranchingResult(None, is_whole)
        following = states.after(core, package, state, choice)
        following.lost += regret[package, choice + 1]
        score = following.lost + slack.after(step, following)
        pick = np.flatnonzero(score < may)
        if len(pick) > width:
            is_whole = False
            pick = np.sort(pick[np.argsort(score[pick], kind="stable")[:width]])
        if not len(pick):
            return BranchingResult(None, is_whole)
        states = following.picked(pick)
    values = core.values_of(states.made)
    winner = int(np.argmax(values))
    return BranchingResult(states.made[winner].astype(np.int64) if values[winner] > known else None, is_whole)


def _settled(core: Core, year: Array) -> _States | None:
    """Return the state in which packages have the years given (-1: none), None where a rule forbids it."""
    built = np.flatnonzero(year >= 0)
    left, room = core.left.copy(), core.room.copy()
    np.subtract.at(left, year[built], core.cost[built, year[built]])
    inside = built[core.group[built] >= 0] if len(room) else built[:0]
    np.subtract.at(room, (core.group[inside], year[inside]), 1)
    pair = year[core.apart]
    together = (pair[:, 0] == pair[:, 1]) & (pair[:, 0] >= 0) & (core.apart[:, 0] != core.apart[:, 1])
    if (left < 0).any() or (room < 0).any() or together.any():
        return None
    lacking = core.lacking_m - np.bincount(year[built], core.length_m[built], len(left))
    return _States(left[None], room[None], lacking[None], np.zeros(1), year[None].astype(np.int16))


def _extended(
    core: Core, states: _States, first: int, options: Array, most_lost: Array
) -> tuple[Array, Array]:
    """Return the states that package ``one`` may go on from, and the year it takes in each (-1: none)."""
    partners = core.apart[(core.apart == first).any(axis=1)]
    partners = partners[partners != first]
    rows: list[Array] = []
    chosen: list[Array] = []
    for option in np.flatnonzero(options).tolist():
        year = option - 1
        good = states.lost < most_lost[option]
        if year >= 0:
            good &= states.left[:, year] >= core.cost[first, year]
            good &= ~(states.made[:, partners] == year).any(axis=1)
            if len(core.room) and core.group[first] >= 0:
                good &= states.room[:, core.group[first], year] > 0
        rows.append(np.flatnonzero(good))
        chosen.append(np.full(len(rows[-1]), year))
    return np.concatenate(rows), np.concatenate(chosen)
