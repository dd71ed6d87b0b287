"""How many of the later failures a ranking would have caught, by length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.health.arrays import Array

MIN_LENGTH_M = 1.0


@dataclass(frozen=True)
class Capture:
    """Failures caught on the top shares of length.

    ``matched`` is the share of the failures that lie on the ranked pipes, ``everything`` the share of all
    test failures, those without a pipe included; both NaN when there is no failure.
    """

    shares: tuple[float, ...]
    matched: tuple[float, ...]
    everything: tuple[float, ...]
    test_failures: int
    all_failures: int
    length_m: float


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

    The same as `capture` says, of pipes that are ranked already.

    Parameters
    ----------
    length_m, failures
        Length and failures of each pipe, m.
    ranking
        Their order.
    shares
        Shares of length, 0 to 1.
    """
    whole = float(failures.sum())
    if whole <= 0:
        return np.full(len(shares), np.nan)
    return _caught(length_m, ranking, failures, np.asarray(shares, dtype=float)) / whole


def _caught(length_m: Array, ranking: Ranked, failures: Array, shares: Array) -> Array:
    """Return the failures on the top shares of length: linear in length, pipes of like score as one."""
    order, starts = ranking.order, ranking.starts
    lengths = np.concatenate(([0.0], np.cumsum(np.add.reduceat(length_m[order], starts))))
    counts = np.concatenate(([0.0], np.cumsum(np.add.reduceat(failures[order], starts))))
    return np.interp(shares * lengths[-1], lengths, counts)


def _result(
    caught: Array, shares: Sequence[float], counted: float, everything: int | None, length_m: float
) -> Capture:
    total = round(counted)
    whole = total if everything is None else everything

    def share_of(number: int) -> tuple[float, ...]:
        return tuple(float(value) / number if number else float("nan") for value in caught)

    return Capture(tuple(shares), share_of(total), share_of(whole), total, whole, length_m)


def _kept(length_m: Array, rate: Array, failures: Array, min_length_m: float) -> tuple[Array, Array, Array]:
    """Return the pipes that count, unknown rates last."""
    long_enough = np.asarray(length_m, dtype=float) >= min_length_m
    score = np.asarray(rate, dtype=float)[long_enough]
    score = np.where(np.isnan(score), -np.inf, score)
    return (
        np.asarray(length_m, dtype=float)[long_enough],
        score,
        np.asarray(failures, dtype=float)[long_enough],
    )


def capture(
    length_m: Array,
    rate: Array,
    failures_per_pipe: Array,
    shares: Sequence[float] = (0.05, 0.1, 0.2),
    *,
    all_failures: int | None = None,
    min_length_m: float = MIN_LENGTH_M,
) -> Capture:
    """Return the share of the failures on the top shares of length by rate.

    The pipe at the edge counts in proportion. Pipes of like rate count as one stretch of road with their
    failures spread evenly over it, which is what any order among them gives on average.

    Parameters
    ----------
    length_m
        Length of each pipe in service at the cut-off, m; shorter ones than ``min_length_m`` are left out.
    rate
        What to rank by, highest first; NaN comes last.
    failures_per_pipe
        Later failures matched to each pipe.
    shares
        Shares of length, 0 to 1.
    all_failures
        All later failures, with those on no pipe; None: as many as are matched.
    min_length_m
        Shortest pipe that counts, m.
    """
    lengths, score, failures = _kept(length_m, rate, failures_per_pipe, min_length_m)
    if not len(lengths):
        nothing = np.zeros(len(shares))
        return _result(nothing, shares, 0.0, all_failures, 0.0)
    caught = _caught(lengths, ranked(score), failures, np.asarray(shares, dtype=float))
    return _result(caught, shares, float(failures.sum()), all_failures, float(lengths.sum()))


def capture_shuffled(
    length_m: Array,
    rate: Array,
    failures_per_pipe: Array,
    shares: Sequence[float] = (0.05, 0.1, 0.2),
    *,
    shuffles: int = 100,
    seed: int = 0,
    all_failures: int | None = None,
    min_length_m: float = MIN_LENGTH_M,
) -> Capture:
    """Return what `capture` returns, with ties put in random order and averaged over seeded shuffles.

    Pipes must come in a fixed order (say, by their id) for the figure to be the same every time.
    """
    lengths, score, failures = _kept(length_m, rate, failures_per_pipe, min_length_m)
    if not len(lengths):
        nothing = np.zeros(len(shares))
        return _result(nothing, shares, 0.0, all_failures, 0.0)
    generator = np.random.default_rng(seed)
    edges = np.asarray(shares, dtype=float) * float(lengths.sum())
    caught = np.zeros(len(edges))
    for _ in range(shuffles):
        order = np.lexsort((generator.random(len(score)), -score))
        reached = np.concatenate(([0.0], np.cumsum(lengths[order])))
        counts = np.concatenate(([0.0], np.cumsum(failures[order])))
        caught += np.interp(edges, reached, counts)
    return _result(caught / shuffles, shares, float(failures.sum()), all_failures, float(lengths.sum()))
