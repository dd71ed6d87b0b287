"""How much of a capture is chance: the test pipes drawn again and again, the rankings left as they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.evaluation.capture import Ranked
from waternet_plugin.core.progress import SILENT, Progress

# Of the ranked length, this much more than the largest share asked for is looked at first: a drawn
# sample hardly ever needs more, and if it does the whole ranking is looked at.
_HEAD = 1.1
_BLOCK = 256


class _Head:
    """The first groups of a ranking, as arrays that a drawn sample is applied to.

    Lengths are summed by blocks of groups; only the block in which a limit lies is looked at pipe by pipe.
    """

    def __init__(self, ranking: Ranked, length_m: Array, failures: Array, share: float) -> None:
        order, starts = ranking.order, ranking.starts
        ends = np.append(starts[1:], len(order))
        reached = np.cumsum(length_m[order])[ends - 1]
        groups = min(int(np.searchsorted(reached, share * reached[-1])) + 1, len(starts))
        size = int(ends[groups - 1])
        self.whole = size == len(order)
        self.pipes = order[:size].astype(np.int32)
        self.length = length_m[self.pipes]
        self.starts = starts[:groups]
        self.first_group = np.arange(0, groups, _BLOCK)
        self.blocks = self.starts[self.first_group]
        hit = np.flatnonzero(failures[self.pipes] > 0)
        self.hit_pipes = self.pipes[hit]
        self.hit_failures = failures[self.hit_pipes]
        self.hit_group = np.searchsorted(self.starts, hit, side="right") - 1

    def _group_of(self, lengths: Array, sums: Array, reached: Array, edge: float) -> tuple[int, float]:
        """Return the group in which a length in metres ends, and which part of it lies before the end."""
        block = min(int(np.searchsorted(reached, edge)), len(reached) - 1)
        first = int(self.first_group[block])
        starts = self.starts[first : first + _BLOCK]
        begin = int(starts[0])
        end = int(self.blocks[block + 1]) if block + 1 < len(self.blocks) else len(lengths)
        of_groups = np.add.reduceat(lengths[begin:end], starts - begin)
        sums_reached = np.cumsum(of_groups) + (reached[block] - sums[block])
        index = min(int(np.searchsorted(sums_reached, edge)), len(sums_reached) - 1)
        long = float(of_groups[index])
        part = (edge - (float(sums_reached[index]) - long)) / long if long > 0 else 1.0
        return first + index, min(max(part, 0.0), 1.0)

    def caught(self, weight: Array, edges: Array) -> Array | None:
        """Return the failures up to each length in metres, None when the head is too short for it."""
        lengths = weight[self.pipes] * self.length
        sums = np.add.reduceat(lengths, self.blocks)
        reached = np.cumsum(sums)
        if not self.whole and reached[-1] < edges[-1]:
            return None
        shares = [self._group_of(lengths, sums, reached, float(edge)) for edge in edges]
        group = np.array([index for index, _ in shares])
        part = np.array([share for _, share in shares])
        hits = np.concatenate(([0.0], np.cumsum(weight[self.hit_pipes] * self.hit_failures)))
        first = np.searchsorted(self.hit_group, group, side="left")
        past = np.searchsorted(self.hit_group, group, side="right")
        return np.asarray(hits[first] + part * (hits[past] - hits[first]))


def resampled_captures(
    length_m: Array,
    rankings: Sequence[Ranked | None],
    failures: Array,
    shares: Sequence[float],
    *,
    bootstraps: int,
    seed: int,
    progress: Progress = SILENT,
) -> Array:
    """Return the captures of drawn samples of the pipes, one row a sample: samples x rankings x shares.

    Each sample draws as many pipes as there are, with replacement; all rankings see the same samples, so
    that they can be compared pair by pair. NaN where a sample holds no failure.

    Parameters
    ----------
    length_m
        Length of each pipe, m.
    rankings
        Orders of the pipes; None for a random one, another in each sample.
    failures
        Later failures of each pipe.
    shares
        Shares of length, 0 to 1.
    bootstraps
        How many samples.
    seed
        Seed of the draws.
    """
    wanted = np.asarray(shares, dtype=float)
    size = len(length_m)
    result = np.full((bootstraps, len(rankings), len(wanted)), np.nan)
    if not size:
        return result
    by_length = np.argsort(wanted)
    length_m = np.asarray(length_m, dtype=float)
    failures = np.asarray(failures, dtype=float)
    share = min(float(wanted.max()) * _HEAD + 0.01, 1.0)
    heads = [None if order is None else _Head(order, length_m, failures, share) for order in rankings]
    hit = np.flatnonzero(failures > 0)
    random = np.random.default_rng(seed)
    for sample in range(bootstraps):
        progress.at(sample / bootstraps)
        drawn = random.integers(0, size, size, dtype=np.int32)
        # Small numbers: a byte each stays near the processor; nobody is drawn 256 times.
        weight = np.bincount(drawn, minlength=size).astype(np.uint8)
        # Plain sums: threads of a matrix product cost more than they save here.
        drawn_failures = weight[hit] * failures[hit]
        total = float(drawn_failures.sum())
        if total <= 0:
            continue
        edges = wanted[by_length] * float((weight * length_m).sum())
        for index, (ranking, head) in enumerate(zip(rankings, heads)):
            if ranking is None or head is None:
                where = random.random(len(hit))[:, None] < wanted
                result[sample, index] = (drawn_failures[:, None] * where).sum(axis=0) / total
                continue
            caught = head.caught(weight, edges)
            if caught is None:
                caught = _Head(ranking, length_m, failures, 1.0).caught(weight, edges)
            if caught is not None:
                result[sample, index, by_length] = caught / total
    return result


def band(samples: Array, level: float) -> tuple[Array, Array]:
    """Return lower and upper limits of samples along the first axis, NaN where there are none."""
    if not len(samples) or np.isnan(samples).all():
        nothing = np.full(samples.shape[1:], np.nan)
        return nothing, nothing
    tail = 50.0 * (1.0 - level)
    lower, upper = np.nanpercentile(samples, [tail, 100.0 - tail], axis=0)
    return lower, upper
