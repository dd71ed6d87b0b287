"""How far water backs up behind drains that rise against their flow."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import slices

# Marks of vertices by drain that are held at a time, bytes: in a layer whose levels are exchanged each drain
# backs up all that lie above it.
_MOST_MARKS = 50_000_000


def backed_up_m(
    *,
    size: int,
    upper: Array,
    lower: Array,
    level_m: Array,
    length_m: Array,
    both_ways: Array,
    passes: Array,
    rises: Array,
) -> Array:
    """Return for drains that rise the length of the drains above them in which water stands, m.

    Behind a drain that rises, water stands up to the level of its lower end: in each drain above over the
    stretch that lies below that level, and further up where it is full to its upper end. A drain counts once.
    Other ways out of the same place are not reckoned with.

    Parameters
    ----------
    size
        Number of vertices.
    upper, lower
        Vertex at which the water of each drain enters and leaves.
    level_m
        (drains, 2) levels of the invert at the upper and the lower end, NaN for unknown: there nothing is
        followed further.
    length_m
        Length of each drain, NaN counts 0.
    both_ways
        Drains whose flow is undetermined: water backs up into them from either end.
    passes
        Drains into which water backs up: rising mains are none.
    rises
        Drains behind which water stands, a mask.

    Returns
    -------
    Array
        By drain; 0 for those that do not rise.
    """
    backed = np.zeros(len(upper))
    open_ = np.flatnonzero(passes & np.isfinite(level_m).all(axis=1))
    free = open_[both_ways[open_]]
    pipe = np.concatenate([open_, free])
    below = np.concatenate([lower[open_], upper[free]])
    above = np.concatenate([upper[open_], lower[free]])
    foot = np.concatenate([level_m[open_, 1], level_m[free, 0]])
    head = np.concatenate([level_m[open_, 0], level_m[free, 1]])
    order = np.argsort(below, kind="stable")
    bounds = np.searchsorted(below[order], np.arange(size + 1))
    pipe, above, foot, head = pipe[order], above[order], foot[order], head[order]
    metres = np.nan_to_num(length_m)
    rows = np.flatnonzero(rises & np.isfinite(level_m).all(axis=1))
    at_a_time = max(_MOST_MARKS // max(size, 1), 1)
    for begin in range(0, len(rows), at_a_time):
        some = rows[begin : begin + at_a_time]
        backed[some] = _some(size, some, upper, level_m[:, 1], metres, bounds, (pipe, above, foot, head))
    return backed


def _some(
    size: int,
    rising: Array,
    upper: Array,
    crest_m: Array,
    metres: Array,
    bounds: Array,
    edges: tuple[Array, Array, Array, Array],
) -> Array:
    """Return the length backed up behind some drains; edges are sorted by their lower vertex."""
    pipe, above, foot, head = edges
    many, drains = np.int64(size), np.int64(len(metres))
    number, vertex = np.arange(len(rising), dtype=np.int64), upper[rising].astype(np.int64)
    seen = np.zeros(len(rising) * size, dtype=bool)
    seen[number * many + vertex] = True
    filled: list[tuple[Array, Array]] = []
    while len(number):
        count = bounds[vertex + 1] - bounds[vertex]
        edge = slices(bounds, vertex)
        whose = np.repeat(number, count)
        crest = crest_m[rising[whose]]
        wet = (foot[edge] < crest) & (pipe[edge] != rising[whose])
        edge, whose, crest = edge[wet], whose[wet], crest[wet]
        full = head[edge] < crest
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(full, 1.0, (crest - foot[edge]) / (head[edge] - foot[edge]))
        filled.append((whose * drains + pipe[edge], share * metres[pipe[edge]]))
        reached = np.unique(whose[full] * many + above[edge[full]])
        reached = reached[~seen[reached]]
        seen[reached] = True
        number, vertex = reached // many, reached % many
    key = np.concatenate([keys for keys, _ in filled])
    length = np.concatenate([lengths for _, lengths in filled])
    # From either end of a drain that leads both ways: the longer stretch.
    order = np.lexsort((-length, key))
    key, length = key[order], length[order]
    first = np.r_[True, key[1:] != key[:-1]] if len(key) else order
    return np.bincount(key[first] // drains, length[first], minlength=len(rising))
