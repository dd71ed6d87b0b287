"""Which drains to clean so that enough metres are cleaned with the fewest: exact to the millimetre."""

from __future__ import annotations

from math import gcd

import numpy as np

from waternet_plugin.core.arrays import Array

# Drains among which the fewest metres are looked for first, and how many sums are kept in memory, bits.
_FIRST, _MOST_BITS = 48, 400_000_000
# What is left to the search among the first drains, mm: what lies above is taken in their order.
_SEARCHED_MM = 200_000


def fewest(length_mm: Array, needed_mm: int, spare_mm: int = 0) -> Array:
    """Return which drains to take (booleans): of all choices that reach what is needed, the shortest.

    Of those that are hardly longer, the one with the first drains.

    Parameters
    ----------
    length_mm
        Whole numbers, the most wanted drains first (n,).
    needed_mm
        All are taken where they don't reach it.
    spare_mm
        What counts as hardly longer.
    """
    taken = np.zeros(len(length_mm), dtype=bool)
    if needed_mm <= 0:
        return taken
    useful = np.flatnonzero(length_mm > 0)
    weights = [int(each) for each in length_mm[useful]]
    if sum(weights) <= needed_mm:
        taken[useful] = True
        return taken
    part = gcd(*weights)
    search = _Search([each // part for each in weights], -(-needed_mm // part), spare_mm // part)
    taken[useful[search.best(max(_SEARCHED_MM // part, 1))]] = True
    return taken


class _Search:
    def __init__(self, weights: list[int], needed: int, spare: int) -> None:
        self._weights, self._needed, self._spare = weights, needed, spare

    def best(self, searched: int) -> list[int]:
        """Return the places of the items to take; ``searched`` is left to the search among the first ones."""
        one = self._among_the_first(searched)
        if self._sum(one) <= self._needed + self._spare:
            return one
        other = self._among_all()
        return other if other and self._sum(other) <= self._sum(one) else one

    def _sum(self, places: list[int]) -> int:
        return sum(self._weights[position] for position in places)

    def _among_the_first(self, searched: int) -> list[int]:
        """Return a choice that begins with the first items and ends as well as the next ones allow."""
        weights, head, position, left = self._weights, [], 0, self._needed
        while left > searched and position < len(weights):
            if weights[position] <= left:
                head.append(position)
                left -= weights[position]
            position += 1
        end, total = position, 0
        while end < len(weights) and (end - position < _FIRST or total < left):
            total += weights[end]
            end += 1
        if total < left:
            # The way through the first items left too little behind.
            return list(range(len(weights)))
        return head + [position + each for each in _least_sum(weights[position:end], left, self._spare)]

    def _among_all(self) -> list[int]:
        """Return the best choice of all; none where its search would take too much memory."""
        if len(self._weights) * (self._needed + self._spare + max(self._weights)) > _MOST_BITS:
            return []
        return _least_sum(self._weights, self._needed, self._spare)


def _least_sum(weights: list[int], needed: int, spare: int) -> list[int]:
    """Return the places of the items of the least sum that is enough, or of one that is hardly larger.

    Of those the first items count. Sums that can be reached are bits of a number: the sums of the items from
    each place on.
    """
    if needed <= 0:
        return []
    # Without any of its items the best choice falls short: it stays below this.
    mask = (1 << (needed + max(weights) + spare)) - 1
    reached = [1]
    for weight in reversed(weights):
        reached.append((reached[-1] | reached[-1] << weight) & mask)
    enough = reached[-1] >> needed
    least, most = needed, needed + (enough & -enough).bit_length() - 1 + spare
    chosen = []
    for position, weight in enumerate(weights):
        if least <= 0:
            break
        after = reached[len(weights) - position - 1]
        low, high = max(least - weight, 0), most - weight
        if high >= 0 and (after >> low) & ((1 << (high - low + 1)) - 1):
            chosen.append(position)
            least, most = least - weight, high
    return chosen
