"""Sums and extremes over the branches of a tree, level by level.

Levels wide enough are one NumPy step each. Thin levels that follow each other, as along a chain, go step by
step on plain lists: a network may be a hundred thousand levels deep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array

# Where a NumPy step and as many steps on lists take equally long.
WIDE = 48


@dataclass(frozen=True)
class _Run:
    """Levels of vertices from ``start`` to ``stop`` whose parents lie from ``above`` on.

    A thin run has many levels and no groups; a wide one is a single level whose children of one parent are
    the groups from ``first`` to ``last``.
    """

    above: int
    start: int
    stop: int
    first: int
    last: int
    thin: bool


class LevelTree:
    """A tree numbered in breadth-first order.

    Parameters
    ----------
    parent
        Parent of each vertex, never falling; that of the root, 0, is 0.
    wide
        Levels of that many vertices and more are one NumPy step each.
    """

    def __init__(self, parent: Array, *, wide: int = WIDE) -> None:
        size = len(parent)
        self.parent = parent
        children = np.bincount(parent[1:], minlength=size)
        # The first vertex whose parent is not before a vertex: its first child, if it has any.
        self.first_child = np.ones(size, dtype=np.int64)
        np.cumsum(children[:-1], out=self.first_child[1:])
        self.first_child[1:] += 1
        self.has_child = children > 0
        self._groups = self.first_child[self.has_child]
        self._owners = np.flatnonzero(self.has_child)
        self._runs = self._cut(size, wide)

    def _cut(self, size: int, least: int) -> list[_Run]:
        """Return the runs from the root down."""
        if size == 1:
            return []
        bounds = [0, 1]
        step = self.first_child.item
        while bounds[-1] < size:
            # The first vertex of the next level is the first child of those of this one.
            bounds.append(step(bounds[-1]))
        edges = np.array(bounds)
        wide = np.diff(edges)[1:] >= least
        groups = np.searchsorted(self._groups, edges)
        runs = []
        level = 1
        last = len(edges) - 1
        turns = np.append(np.flatnonzero(np.diff(wide)) + 2, last).tolist()
        for turn in turns:
            if wide[level - 1]:
                runs += [
                    _Run(bounds[k - 1], bounds[k], bounds[k + 1], int(groups[k]), int(groups[k + 1]), False)
                    for k in range(level, turn)
                ]
            else:
                runs.append(_Run(bounds[level - 1], bounds[level], bounds[turn], 0, 0, True))
            level = turn
        return runs

    def _lists(self, run: _Run) -> list[int]:
        """Return the parents within a thin run, counted from its first parent."""
        return (self.parent[run.start : run.stop] - run.above).tolist()  # type: ignore[no-any-return]

    def sum_up(self, values: Array) -> None:
        """Add to each vertex the values of all its descendants, in place."""
        for run in reversed(self._runs):
            if run.thin:
                sums, up = values[run.above : run.stop].tolist(), self._lists(run)
                offset = run.start - run.above
                for at in range(len(up) - 1, -1, -1):
                    sums[up[at]] += sums[at + offset]
                values[run.above : run.stop] = sums
            else:
                part = np.add.reduceat(
                    values[run.start : run.stop], self._groups[run.first : run.last] - run.start
                )
                values[self._owners[run.first : run.last]] += part

    def least_up(self, values: Array) -> None:
        """Give each vertex the least value of itself and all its descendants, in place."""
        for run in reversed(self._runs):
            if run.thin:
                sums, up = values[run.above : run.stop].tolist(), self._lists(run)
                offset = run.start - run.above
                for at in range(len(up) - 1, -1, -1):
                    value = sums[at + offset]
                    if value < sums[up[at]]:
                        sums[up[at]] = value
                values[run.above : run.stop] = sums
            else:
                part = np.minimum.reduceat(
                    values[run.start : run.stop], self._groups[run.first : run.last] - run.start
                )
                owners = self._owners[run.first : run.last]
                values[owners] = np.minimum(values[owners], part)

    def add_down(self, values: Array) -> None:
        """Add to each vertex the values of all its ancestors, in place."""
        for run in self._runs:
            if run.thin:
                sums, up = values[run.above : run.stop].tolist(), self._lists(run)
                offset = run.start - run.above
                for at, parent in enumerate(up, offset):
                    sums[at] += sums[parent]
                values[run.above : run.stop] = sums
            else:
                values[run.start : run.stop] += values[self.parent[run.start : run.stop]]

    def head_of(self, joined: Array) -> Array:
        """Return the highest vertex that each reaches going up through vertices of a mask.

        Parameters
        ----------
        joined
            Vertices that hang together with their parent.
        """
        head = np.arange(len(joined))
        # A vertex that hangs on its parent counts nothing of its own but what the parent has.
        head[joined] = 0
        for run in self._runs:
            if run.thin:
                heads, up = head[run.above : run.stop].tolist(), self._lists(run)
                hangs = joined[run.start : run.stop].tolist()
                offset = run.start - run.above
                for at, parent in enumerate(up):
                    if hangs[at]:
                        heads[at + offset] = heads[parent]
                head[run.above : run.stop] = heads
            else:
                rows = slice(run.start, run.stop)
                head[rows] = np.where(joined[rows], head[self.parent[rows]], head[rows])
        return head
