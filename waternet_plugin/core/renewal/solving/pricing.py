"""What a cent of each year's budget is worth, and so the most benefit that any plan could have.

Lagrangian relaxation of the yearly budgets: with a price on the cents of each year every package picks its
best year on its own. For any prices the sum is an upper bound; the best prices give the bound of the linear
program, in which packages may be split (Fisher 1981, The Lagrangian relaxation method). One price at a time
has a closed form: sort the packages by the price at which they would leave the year, and cut where the
money ends.
"""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal.solving.problem import FREE, Problem, benefit_of, spent

_SWEEPS = 60
_ENOUGH = 1e-6
_STEPS = 400
_PATIENCE = 8
_FIRST_WISH = 0.005


def open_gain(problem: Problem, gain: Array, left: Array) -> Array:
    """Return (P, Y) gains, minus infinity where a package can't be built in that year.

    Parameters
    ----------
    gain
        (P, Y) what each package is worth by year.
    left
        (Y,) cents that are left; what costs more is out.
    """
    possible = (problem.wish == FREE)[:, None] & ~problem.banned & (problem.cost <= left[None, :])
    return np.asarray(np.where(possible, gain, -np.inf))


def beyond_prices(gain: Array, cost: Array, prices: Array) -> Array:
    """Return (P, Y) what each package is worth in each year beyond the price of its cents, money."""
    return np.asarray(np.subtract(gain, np.multiply(prices[None, :], cost)))


def best_prices(gain: Array, cost: Array, left: Array, progress: Progress = SILENT) -> Array:
    """Return (Y,) prices of a cent in each year that make the bound low, money per cent.

    Parameters
    ----------
    gain
        (P, Y) gains, minus infinity where impossible.
    cost
        (P, Y) cents.
    left
        (Y,) cents to spend.
    progress
        Asked between any two sweeps.
    """
    years = len(left)
    prices = _first_prices(gain, cost, left)
    before = np.inf
    for _ in range(_SWEEPS):
        progress.at(0.0)
        for year in range(years):
            reduced = beyond_prices(gain, cost, prices)
            reduced[:, year] = -np.inf
            otherwise = np.maximum(reduced.max(axis=1, initial=-np.inf), 0.0)
            prices[year] = _price(gain[:, year], cost[:, year], otherwise, int(left[year]))
        now = bound_of(gain, cost, left, prices)
        if before - now <= _ENOUGH * abs(now):
            break
        before = now
    return _polished(gain, cost, left, prices, progress)


def _polished(gain: Array, cost: Array, left: Array, prices: Array, progress: Progress) -> Array:
    """Return better prices: steps against what is overspent, where one price at a time gets no further.

    The step is that of Polyak towards a bound a little lower than the best one so far; the wish halves
    when it is not fulfilled.
    """
    best = prices
    lowest = bound_of(gain, cost, left, prices)
    wish = _FIRST_WISH * abs(lowest)
    every = np.arange(len(cost))
    waited = 0
    # Prices per budget rather than per cent, so that years of all sizes move alike.
    size = np.maximum(left, 1).astype(float)
    for _ in range(_STEPS):
        progress.at(0.0)
        reduced = beyond_prices(gain, cost, prices)
        year = reduced.argmax(axis=1)
        wanted = reduced[every, year] > 0
        use = np.bincount(year[wanted], cost[every, year][wanted], len(left))
        now = float(reduced[every, year][wanted].sum() + (prices * left).sum())
        if now < lowest * (1 - 1e-9):
            lowest, best, waited = now, prices, 0
        else:
            waited += 1
        if waited >= _PATIENCE:
            wish, waited, prices = wish / 2, 0, best
            if wish <= _ENOUGH * abs(lowest):
                break
            continue
        over = (use - left) / size
        norm = float((over**2).sum())
        if norm <= 0:
            break
        prices = np.maximum(prices + (now - lowest + wish) / norm * over / size, 0.0)
    return best


def _first_prices(gain: Array, cost: Array, left: Array) -> Array:
    """Return prices to start from: the best packages take the first money, as if all cost the same."""
    dear = np.iinfo(np.int64).max
    least = np.where(np.isfinite(gain), cost, dear).min(axis=1, initial=dear)
    most = gain.max(axis=1, initial=-np.inf)
    rows = np.flatnonzero(most > 0)
    ratio = most[rows] / np.maximum(least[rows], 1)
    order = np.argsort(-ratio, kind="stable")
    index = np.searchsorted(np.cumsum(least[rows][order]), np.cumsum(left))
    last = ratio[order][np.minimum(index, len(order) - 1)] if len(order) else np.zeros(len(left))
    return np.where(index < len(order), last, 0.0)


def _price(gain: Array, cost: Array, otherwise: Array, left: int) -> float:
    """Return the price at which the packages that still want this year cost what is left."""
    with np.errstate(invalid="ignore"):
        leaves_at = (gain - otherwise) / np.maximum(cost, 1)
    rows = np.flatnonzero(leaves_at > 0)
    order = rows[np.argsort(-leaves_at[rows], kind="stable")]
    index = int(np.searchsorted(np.cumsum(cost[order]), left, side="right"))
    return float(leaves_at[order[index]]) if index < len(order) else 0.0


def bound_of(gain: Array, cost: Array, left: Array, prices: Array) -> float:
    """Return the upper bound that prices give, money."""
    reduced = beyond_prices(gain, cost, prices).max(axis=1, initial=0.0)
    return float(np.maximum(reduced, 0.0).sum() + (prices * left).sum())


def upper_bound(problem: Problem, start: Array, progress: Progress = SILENT) -> float:
    """Return the most benefit any choice could have beside the locked packages, money.

    District caps, packages kept apart and the wished length are left out, so the bound holds with them.

    Parameters
    ----------
    start
        The choice in which only locked packages have a year.
    """
    left = problem.budget - spent(problem, start)
    gain = open_gain(problem, problem.gain, left)
    prices = best_prices(gain, problem.cost, left, progress)
    return benefit_of(problem, start) + bound_of(gain, problem.cost, left, prices)
