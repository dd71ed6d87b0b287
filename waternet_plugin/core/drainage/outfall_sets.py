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
    own: dict[int, set[int]] = {}
    for vertex in outfalls.tolist():
        own.setdefault(int(knot[vertex]), set()).add(vertex)
    ahead = np.arange(count)
    passed = np.bincount(one, minlength=count) == 1
    passed[list(own)] = False
    ahead[one[passed[one]]] = two[passed[one]]
    ahead = _farthest(ahead)
    # Knots where ways part or end, and the ways between them.
    one, two = one[~passed[one]], ahead[two[~passed[one]]]
    waits = np.bincount(one, minlength=count)
    ready = np.flatnonzero(~passed & (waits == 0) & _led_to(two, own, count)).tolist()
    waits = waits.tolist()
    order = np.argsort(two, kind="stable")
    upper = one[order].tolist()
    bounds = np.r_[0, np.cumsum(np.bincount(two, minlength=count))].tolist()
    numbers: dict[frozenset[int], int] = {frozenset(): 0}
    sets: list[frozenset[int]] = [frozenset()]
    of_knot = [0] * count
    while ready:
        lower = ready.pop()
        if lower in own:
            of_knot[lower] = _number(sets[of_knot[lower]] | own[lower], numbers, sets)
        mine = of_knot[lower]
        for above in upper[bounds[lower] : bounds[lower + 1]]:
            theirs = of_knot[above]
            if theirs != mine:
                of_knot[above] = mine if theirs == 0 else _number(sets[theirs] | sets[mine], numbers, sets)
            waits[above] -= 1
            if waits[above] == 0:
                ready.append(above)
    of_vertex = np.array(of_knot, dtype=np.int64)[ahead[knot]]
    return OutfallSets(of_vertex, tuple(tuple(sorted(one)) for one in sets))


def _led_to(lower: Array, own: dict[int, set[int]], count: int) -> Array:
    """Return the knots to which a way leads, and those with outfalls; the others have nothing to tell."""
    led = np.zeros(count, dtype=bool)
    led[lower] = True
    led[list(own)] = True
    return led


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
