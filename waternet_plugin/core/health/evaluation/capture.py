"""How many of the later failures a ranking would have caught, by length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array

MIN_LENGTH_M = 1.0


@dataclass(frozen=True)
class Ranked:
    """Pipes in the order of a score: ``order`` of the pipes, ``starts`` of the groups of like score."""

    order: Array
    starts: Array


def ranked(score: Array) -> Ranked:
    """Return the order of pipes, highest score first, NaN last; like scores are one group."""
    known = np.where(np.isnan(score), -np.inf, score)
    order = np.argsort(-known, kind="stable")
    in_order = known[order]
    starts = np.flatnonzero(np.concatenate(([True], in_order[1:] != in_order[:-1]))[: len(order)])
    return Ranked(order, starts)


def caught_shares(length_m: Array, ranking: Ranked, failures: Array, shares: Sequence[float]) -> Array:
    """Return the share of the failures on the top shares of length; NaN when there is no failure.

    The pipe at the edge counts in proportion. Pipes of like score count as one stretch of road with their
    failures spread evenly over it, which is what any order among them gives on average.

    Parameters
    ----------
    length_m, failures
        Length and failures of each pipe, m.
    ranking
        Their order.
    shares
        Shares of length, 0 to 1.
    """
    total = float(failures.sum())
    if total <= 0:
        return np.full(len(shares), np.nan)
    order, starts = ranking.order, ranking.starts
    lengths = np.concatenate(([0.0], np.cumsum(np.add.reduceat(length_m[order], starts))))
    counts = np.concatenate(([0.0], np.cumsum(np.add.reduceat(failures[order], starts))))
    return np.interp(np.asarray(shares, dtype=float) * lengths[-1], lengths, counts) / total
