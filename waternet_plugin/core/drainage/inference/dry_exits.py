"""Exits to which no drain leads, and the drains that were turned away from them."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import gather, slices

# So small a share of the drains above an exit is nothing.
_NOTHING_LEFT = 0.1


def dry_exits(start: Array, end: Array, is_exit: Array, sense: Array) -> Array:
    """Return the exits at which drains end and that none leads to; one whose flow is open may lead there.

    Parameters
    ----------
    start, end
        Vertices of the first and last end of each drain.
    is_exit
        Vertices at which water leaves.
    sense
        1 from start to end, -1 the other way, 0 where it is open.
    """
    touched, reached = np.zeros((2, len(is_exit)), dtype=bool)
    touched[start] = touched[end] = True
    reached[end[sense >= 0]] = True
    reached[start[sense <= 0]] = True
    return np.asarray(is_exit & touched & ~reached)


def robbing_exits(
    start: Array, end: Array, is_exit: Array, sense: Array, against: Array, wet_only: Array
) -> Array:
    """Return which turned drains take from an exit nearly all that led to it: 1, or 2, or 0 for the others.

    Parameters are those of `dry_exits` and:

    Parameters
    ----------
    sense
        1 or -1, before some drains were turned.
    against
        The drains that were turned.
    wet_only
        Overflows; 2 stands for an exit to which nothing led but over these.
    """
    result = np.zeros(len(start), dtype=np.int64)
    if not against.any():
        return result
    plain = _Above(start, end, is_exit, sense)
    turned = _Above(start, end, is_exit, np.where(against, -sense, sense))
    dry = _Above(start[~wet_only], end[~wet_only], is_exit, sense[~wet_only])
    below = _Above(start, end, is_exit, -sense).vertices(np.unique(plain.lower[against]))
    for vertex in below[is_exit[below]].tolist():
        at = np.array([vertex])
        before = plain.vertices(at)
        if turned.drains(at, wet_only) <= _NOTHING_LEFT * plain.drains(at, wet_only):
            degree = 2 if len(dry.vertices(at)) == 1 else 1
            rows = against & np.isin(plain.lower, before)
            result[rows] = np.maximum(result[rows], degree)
    return result


class _Above:
    """What lies above a vertex where drains flow one way."""

    def __init__(self, start: Array, end: Array, is_exit: Array, sense: Array) -> None:
        self.lower = np.where(sense > 0, end, start)
        self._first, rows = gather(self.lower, len(is_exit))
        self._upper = np.where(sense > 0, start, end)[rows]
        self._is_exit = is_exit

    def vertices(self, begin: Array) -> Array:
        """Return the vertices above some, with these; beyond an exit nothing is searched."""
        there = dict.fromkeys(begin.tolist())
        waiting = begin
        while len(waiting):
            found = np.unique(self._upper[slices(self._first, waiting)])
            waiting = np.array([one for one in found.tolist() if one not in there], dtype=np.int64)
            there.update(dict.fromkeys(waiting.tolist()))
            waiting = waiting[~self._is_exit[waiting]]
        return np.array(list(there), dtype=np.int64)

    def drains(self, begin: Array, wet_only: Array) -> int:
        """Return how many drains lead to some vertices, overflows not counted."""
        return int((~wet_only & np.isin(self.lower, self.vertices(begin))).sum())
