"""Prices of all that is scarce in the open part of a plan, and the bound that they give.

Lagrangian relaxation as in ``pricing``, which knows the cents of each year only: here the wished metres, the
places of a district and the one place of a pair that is kept apart have prices too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.renewal.solving.core import Core
from waternet_plugin.core.renewal.solving.pricing import best_prices

_PATIENCE = 8
_FIRST_WISH = 0.01
_ENOUGH = 1e-6
# Shares of the penalty that a wished metre may be worth, to start from.
_METRE_SHARES = (0.0, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Prices:
    """What a cent, a metre, a place in a district and the one place of a pair are worth in each year."""

    cent: Array
    metre: Array
    slot: Array
    pair: Array


def first_prices(core: Core, progress: Progress = SILENT) -> Prices:
    """Return prices to start from: cents by their closed form, metres as they give the lowest bound."""
    trials = []
    for share in _METRE_SHARES if core.penalty else (0.0,):
        metre = np.where(core.lacking_m > 0, share * core.penalty, 0.0)
        cent = best_prices(core.gain + metre * core.length_m[:, None], core.cost, core.left, progress)
        prices = _with(core, cent, metre)
        trials.append((bound_of(core, prices, beyond(core, prices)), -share, prices))
    return min(trials, key=lambda entry: entry[:2])[2]


def _with(core: Core, cent: Array, metre: Array) -> Prices:
    years = len(core.left)
    return Prices(cent, metre, np.zeros(core.room.shape), np.zeros((len(core.apart), years)))


def beyond(core: Core, prices: Prices) -> Array:
    """Return (N, Y) what each package is worth in each year beyond all prices."""
    reduced = core.gain + prices.metre * core.length_m[:, None] - prices.cent * core.cost
    if len(core.room):
        inside = core.group >= 0
        reduced[inside] -= prices.slot[core.group[inside]]
    if len(core.apart):
        for side in (0, 1):
            np.subtract.at(reduced, core.apart[:, side], prices.pair)
    return np.asarray(reduced)


def bound_of(core: Core, prices: Prices, reduced: Array) -> float:
    """Return the most that any choice can be worth, as prices tell it."""
    paid = (prices.cent * core.left).sum() - (prices.metre * core.lacking_m).sum()
    paid += (prices.slot * core.room).sum() + prices.pair.sum()
    return float(np.maximum(reduced.max(axis=1, initial=0.0), 0.0).sum() + paid)


def lowered(core: Core, prices: Prices, steps: int, progress: Progress = SILENT) -> Prices:
    """Return prices that give a lower bound: steps against what is overdrawn.

    The step is that of Polyak, as in ``pricing``.
    """
    best = prices
    lowest = bound_of(core, prices, beyond(core, prices))
    wish, waited = _FIRST_WISH * abs(lowest), 0
    # Prices per budget and per wished length, so that years of all sizes move alike.
    money, metres = np.maximum(core.left, 1).astype(float), np.maximum(core.lacking_m, 1.0)
    for _ in range(steps):
        progress.at(0.0)
        reduced = beyond(core, prices)
        now = bound_of(core, prices, reduced)
        if now < lowest - 1e-9 * abs(lowest):
            lowest, best, waited = now, prices, 0
        else:
            waited += 1
        if waited >= _PATIENCE:
            wish, waited, prices = wish / 2, 0, best
            if wish <= _ENOUGH * abs(lowest):
                break
            continue
        cents, short, full, both = _overdrawn(core, prices, reduced)
        cents, short = cents / money, short / metres
        norm = float((cents**2).sum() + (short**2).sum() + (full**2).sum() + (both**2).sum())
        if norm <= 0:
            break
        step = (now - lowest + wish) / norm
        prices = Prices(
            np.maximum(prices.cent + step * cents / money, 0.0),
            np.clip(prices.metre + step * short / metres, 0.0, core.penalty),
            np.maximum(prices.slot + step * full, 0.0),
            np.maximum(prices.pair + step * both, 0.0),
        )
    return best


def _overdrawn(core: Core, prices: Prices, reduced: Array) -> tuple[Array, Array, Array, Array]:
    """Return by how much the packages, each in its best year, overdraw cents, metres, districts, pairs.

    What is free already can't get cheaper; such a direction would only shorten the step.
    """
    years = len(core.left)
    best = reduced.argmax(axis=1)
    wanted = np.flatnonzero(reduced[np.arange(len(best)), best] > 0)
    taken = best[wanted]
    cents = np.bincount(taken, core.cost[wanted, taken], years) - core.left
    short = core.lacking_m - np.bincount(taken, core.length_m[wanted], years)
    full = -core.room.astype(float)
    if len(core.room):
        inside = core.group[wanted] >= 0
        np.add.at(full, (core.group[wanted][inside], taken[inside]), 1.0)
    on = np.zeros(core.gain.shape)
    on[wanted, taken] = 1.0
    both = on[core.apart].sum(axis=1) - 1.0
    for over, price in ((cents, prices.cent), (full, prices.slot), (both, prices.pair)):
        over[(over < 0) & (price <= 0)] = 0.0
    return cents, short if core.penalty else np.zeros(years), full, both
