"""Capture of a whole ranking at once, on what the product counts; and the same with ties in random order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.evaluation.capture import MIN_LENGTH_M, caught_shares, ranked


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
    counted = float(failures.sum())
    caught = np.zeros(len(shares))
    if counted:
        caught = counted * caught_shares(lengths, ranked(score), failures, shares)
    return _result(caught, shares, counted, all_failures, float(lengths.sum()))


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
