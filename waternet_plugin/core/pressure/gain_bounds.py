"""What each candidate for a logger would cover at most: only those at the top are computed in full."""

from __future__ import annotations

from itertools import accumulate
from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.pressure.near_candidates import TWO_REACHES, CandidateParts
from waternet_plugin.core.pressure.reach_graph import ReachGraph
from waternet_plugin.core.progress import Progress

# Candidates whose new metres are computed at a time, so that memory stays small: at first, and later again.
_AT_ONCE, _AGAIN = 4_000, 48
# Vertices that a candidate reaches from which on it reaches far, and candidates that are looked at.
_FAR, _SAMPLE = 100, 8
# Far ones are bounded, and computed, together from these shares of the highest bound on.
_HIGH, _TOP = 0.75, 0.97


class GainBounds:
    """Metres that candidates cover beside the loggers that are there and those chosen, never too low.

    What a candidate gains never grows with more loggers: a gain computed before is a bound. Where
    candidates reach far, a bound of several at once comes before their gains. Farther than two reaches from
    a logger nothing changes by it: no pipe is reached by both.

    Parameters
    ----------
    reach
        The network, ``N`` vertices.
    candidates
        Vertices, each once (K,).
    left
        What reaches have left at vertices before any is chosen (N,).
    """

    def __init__(self, reach: ReachGraph, candidates: Array, left: Array) -> None:
        self._reach, self._candidates, self._left = reach, candidates, left.copy()
        self._parts = CandidateParts(reach, candidates) if _reach_far(reach, candidates) else None
        self._open = self._parts.open_pipes(self._left) if self._parts else None
        self._chosen = 0
        size = len(candidates)
        self._gains = np.full(size, np.inf)
        # How many had been chosen when each was last changed, bounded with others, and computed.
        self._changed = np.zeros(size, dtype=np.int64)
        self._bounded, self._computed = np.full(size, -1), np.full(size, -1)

    def best(self, progress: Progress) -> Optional[int]:
        """Return the place of the candidate that covers most, the first of equal ones; None if none does."""
        while len(self._gains):
            place = int(np.argmax(self._gains))
            if self._gains[place] <= 0:
                return None
            if self._computed[place] >= self._changed[place]:
                return place
            # The highest one is infinite as long as any is.
            waiting = np.isinf(self._gains).mean() if np.isinf(self._gains[place]) else 0.0
            progress.at(1.0 - float(waiting))
            if self._parts is None:
                self._compute_highest()
            else:
                self._lower(self._parts, place)
        return None

    def choose(self, place: int) -> None:
        """Put a logger at a candidate."""
        self._chosen += 1
        vertex = int(self._candidates[place])
        if self._parts and self._open:
            touched = self._parts.add_logger(self._open, vertex)
        else:
            _row, reached, reach_left = self._reach.reached(np.array([vertex]))
            self._left[reached] = np.maximum(self._left[reached], reach_left)
            near = np.zeros(self._reach.size, dtype=bool)
            near[self._reach.reached(np.array([vertex]), TWO_REACHES)[1]] = True
            touched = near[self._candidates]
        self._changed[touched] = self._chosen
        self._gains[place] = -1.0

    def _compute_highest(self) -> None:
        """Compute the candidates with the highest bounds."""
        again = np.flatnonzero((self._computed < self._changed) & (self._gains > 0))
        most = _AT_ONCE if np.isinf(self._gains[again]).any() else _AGAIN
        if len(again) > most:
            again = again[np.argsort(-self._gains[again], kind="stable")[:most]]
        self._gains[again] = self._reach.gains_m(self._left, self._candidates[again])
        self._computed[again] = self._chosen

    def _lower(self, parts: CandidateParts, place: int) -> None:
        """Bound the groups near a candidate where its bound is an old one, else compute the candidates."""
        assert self._open is not None
        part, highest = parts.parts[parts.part_of[place]], self._gains[place]
        old = self._bounded[part] < self._changed[part]
        if self._bounded[place] < self._changed[place]:
            waiting = part[old & (self._gains[part] >= _HIGH * highest)]
            groups, group = np.unique(parts.group_of[waiting], return_inverse=True)
            bound = parts.bounds_m(self._open, groups)[group]
            self._gains[waiting] = np.minimum(self._gains[waiting], bound)
            self._bounded[waiting] = self._chosen
            return
        high = ~old & (self._gains[part] >= _TOP * highest)
        waiting = part[high & (self._computed[part] < self._changed[part])]
        self._gains[waiting] = parts.gains_m(self._open, waiting)
        self._computed[waiting] = self._chosen


def _reach_far(reach: ReachGraph, candidates: Array) -> bool:
    """Return whether candidates reach so far that what they have in common is worth a common search."""
    if len(candidates) < _FAR:
        return False
    some = candidates[:: max(len(candidates) // _SAMPLE, 1)]
    counts = accumulate(len(reach.reached(np.array([each]))[0]) for each in some)
    return any(count > _FAR * len(some) for count in counts)
