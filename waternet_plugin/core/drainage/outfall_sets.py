"""Which outfalls water reaches from each vertex, as numbers of sets that many vertices share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.drain_ways import DrainWays


@dataclass(frozen=True)
class OutfallSets:
    """The sets of outfalls that are reached.

    Parameters
    ----------
    of_vertex
        Number of the set of each vertex.
    sets
        Vertices of the outfalls of each set, sorted; the first set is empty.
    """

    of_vertex: Array
    sets: tuple[tuple[int, ...], ...]

    @cached_property
    def by_outfall(self) -> tuple[Array, Array]:
        """Pairs of an outfall, rising, and the number of a set that has it."""
        size = np.array([len(one) for one in self.sets])
        outfall = np.array([vertex for one in self.sets for vertex in one], dtype=np.int64)
        order = np.argsort(outfall, kind="stable")
        return outfall[order], np.repeat(np.arange(len(size)), size)[order]


def outfall_sets(ways: DrainWays, outfalls: Array, size: int) -> OutfallSets:
    """Return the outfalls that water reaches from each of ``size`` vertices.

    Vertices on a circle reach the same: they are one knot. A knot that one way leaves reaches what that way
    leads to; only where ways part are knots gone through, from below.
    """
    ones = np.ones(len(ways.upper), dtype=np.int8)
    down = csr_matrix((ones, (ways.upper, ways.lower)), shape=(size, size))
    count, knot = connected_components(down, directed=True, connection="strong")
    one, two = knot[ways.upper].astype(np.int64), knot[ways.lower]
    apart = one != two
    pairs = np.unique(one[apart] * count + two[apart])
    one, two = pairs // count, pairs % count
    of_outfall = knot[outfalls]
    passed = np.bincount(one, minlength=count) == 1
    passed[of_outfall] = False
    ahead = np.arange(count)
    ahead[one[passed[one]]] = two[passed[one]]
    ahead = _farthest(ahead)
    # Knots where ways part or end, and the ways between them.
    one, two = one[~passed[one]], ahead[two[~passed[one]]]
    met, number = np.unique(np.concatenate([one, two, of_outfall]), return_inverse=True)
    one, two, of_outfall = np.split(number, [len(one), 2 * len(one)])
    of_met, sets = _met_sets(one, two, outfalls, of_outfall, len(met))
    of_knot = np.zeros(count, dtype=np.int64)
    of_knot[met] = of_met
    return OutfallSets(of_knot[ahead[knot]], tuple(tuple(sorted(one)) for one in sets))


def _met_sets(
    upper: Array, lower: Array, outfalls: Array, of_outfall: Array, count: int
) -> tuple[list[int], list[frozenset[int]]]:
    """Return the number of the set of each of ``count`` knots, and the sets.

    Told are the ways between knots, which form no circle, outfalls, and the knot of each.
    """
    own: dict[int, set[int]] = {}
    for vertex, knot in zip(outfalls.tolist(), of_outfall.tolist()):
        own.setdefault(knot, set()).add(vertex)
    waits = np.bincount(upper, minlength=count)
    ready = np.flatnonzero(waits == 0).tolist()
    waits = waits.tolist()
    above = upper[np.argsort(lower, kind="stable")].tolist()
    bounds = np.append(0, np.cumsum(np.bincount(lower, minlength=count))).tolist()
    numbers: dict[frozenset[int], int] = {frozenset(): 0}
    sets: list[frozenset[int]] = [frozenset()]
    of_knot = [0] * count
    while ready:
        mine = ready.pop()
        if mine in own:
            of_knot[mine] = _number(sets[of_knot[mine]] | own[mine], numbers, sets)
        reached = of_knot[mine]
        for other in above[bounds[mine] : bounds[mine + 1]]:
            theirs = of_knot[other]
            if theirs != reached:
                of_knot[other] = (
                    reached if theirs == 0 else _number(sets[theirs] | sets[reached], numbers, sets)
                )
            waits[other] -= 1
            if waits[other] == 0:
                ready.append(other)
    return of_knot, sets


def _farthest(ahead: Array) -> Array:
    """Return the last one on the way from each, where the next of each is told, of the last it itself."""
    # Ever longer stretches of the way at once.
    while True:
        further = ahead[ahead]
        if np.array_equal(further, ahead):
            return ahead
        ahead = further


def _number(wanted: frozenset[int], numbers: dict[frozenset[int], int], sets: list[frozenset[int]]) -> int:
    """Return the number of a set, a new one where it is the first time."""
    number = numbers.setdefault(wanted, len(sets))
    if number == len(sets):
        sets.append(wanted)
    return number
