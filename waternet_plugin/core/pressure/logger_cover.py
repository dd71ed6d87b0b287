"""What loggers at given places cover, one after the other, and which part of each pipe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.pressure.reach_graph import ReachGraph


@dataclass(frozen=True)
class LoggerCover:
    """What ``K`` loggers cover beside those that are there; ``P`` pipes of a `ReachGraph`.

    Parameters
    ----------
    existing_m
        Metres that those on the map cover.
    covers_m
        Metres that each covers beside those on the map and those before it (K,).
    from_start, from_end
        The covered part of each pipe from its start and its end, 0-1 (P,); together 1 where all of it is.
    """

    existing_m: float
    covers_m: Array
    from_start: Array
    from_end: Array

    @property
    def total_m(self) -> float:
        """Metres that all of them cover."""
        return self.existing_m + float(self.covers_m.sum())


@dataclass(frozen=True)
class LoggerGround:
    """Where loggers may be, and how far they reach.

    Parameters
    ----------
    reach
        The pipes.
    candidates
        Vertices where one may be (K,).
    existing
        Vertices of those on the map that count first (E,).
    """

    reach: ReachGraph
    candidates: Array
    existing: Array

    def cover(self, loggers: Array) -> LoggerCover:
        """Return what loggers at some vertices, in their order, cover (L,)."""
        reach = self.reach
        left = reach.nearest(self.existing).left
        existing_m = before = float(reach.covered_m(left).sum())
        covers = np.zeros(len(loggers))
        for place, vertex in enumerate(loggers):
            _row, reached, reach_left = reach.reached(np.array([vertex]))
            left[reached] = np.maximum(left[reached], reach_left)
            after = float(reach.covered_m(left).sum())
            covers[place], before = after - before, after
        used = np.where(reach.used > 0, reach.used, 1.0)
        # A pipe of no length is covered as soon as an end is.
        from_start, from_end = (
            np.where(reach.used > 0, np.minimum(left[end] / used, 1.0), (left[end] > 0) * 1.0)
            for end in (reach.start, reach.end)
        )
        return LoggerCover(existing_m, covers, from_start, np.minimum(from_end, 1.0 - from_start))
