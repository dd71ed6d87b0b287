"""Rings in what should be a tree: rows that are above themselves by way of their parents."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array


def in_rings(parent: Array) -> Array:
    """Return which rows lie on a ring of parents, booleans (N,).

    Parameters
    ----------
    parent
        Row of the parent of each row, -1 for none (N,).
    """
    left = parent >= 0
    # Nobody's parent lies on no ring: taken off one after the other, only rings keep a parent and a child.
    children = np.bincount(parent[left], minlength=len(parent))
    stack = np.flatnonzero(left & (children == 0)).tolist()
    while stack:
        row = stack.pop()
        left[row] = False
        above = int(parent[row])
        if above >= 0:
            children[above] -= 1
            if children[above] == 0:
                stack.append(above)
    return np.asarray(left)
