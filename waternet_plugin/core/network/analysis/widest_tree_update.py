"""The tree of widest ways kept right when one pipe gets another width; the network itself stays as it is.

At most one pipe of the tree is exchanged for another: the one that was lost, or the narrowest on the circle
that a wider pipe closes. What hung below it is turned so that it hangs on the new one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.segments import Flags, Ints
from waternet_plugin.core.network.analysis.widest import NOTHING, PassableLines, Widest, widest_paths

# With more changed widths the tree is sooner made again.
MOST_CHANGES = 5


class WidestTreeUpdate:
    """Finds the tree of widest ways when it is first asked for, from an earlier one where few widths changed.

    Parameters
    ----------
    lines
        The pipes.
    width
        Width of each pipe.
    earlier
        A tree of the same pipes with the widths it was found with, None for none.
    """

    def __init__(
        self, lines: PassableLines, width: Array, earlier: tuple[Widest, Array] | None = None
    ) -> None:
        self._lines, self._width, self._earlier = lines, width, earlier
        self._tree: Widest | None = None

    def with_widths(self, width: Array) -> WidestTreeUpdate:
        """Return the same for other widths."""
        earlier = self._earlier if self._tree is None else (self._tree, self._width)
        return WidestTreeUpdate(self._lines, width, earlier)

    def tree(self) -> Widest:
        """Return the widest ways."""
        if self._tree is None:
            self._tree = self._found()
        return self._tree

    def _found(self) -> Widest:
        if self._earlier is None:
            return widest_paths(self._lines, self._width)
        widest, before = self._earlier
        changed = np.flatnonzero(before != self._width)
        if len(changed) > MOST_CHANGES:
            return widest_paths(self._lines, self._width)
        between = before.copy()
        for pipe in changed.tolist():
            between[pipe] = self._width[pipe]
            widest = with_width(widest, self._lines, pipe, between)
        return widest


def with_width(widest: Widest, lines: PassableLines, pipe: int, width: Array) -> Widest:
    """Return the widest ways after one pipe was given another width.

    Parameters
    ----------
    widest
        The ways before.
    lines
        The pipes, as `widest_paths` was given them.
    width
        Width of each pipe, as it is now.
    """
    start, end, usable = lines.start, lines.end, lines.usable
    old = int(widest.rank[pipe])
    others = np.delete(widest.pipe_by_rank, old)
    new = _order_of(others, width, lines.names, pipe)
    order = np.insert(others, new, pipe)
    rank = _shifted(widest.rank, old, new)
    rank[pipe] = new
    least = np.where(widest.narrowest == old, new, _shifted(widest.narrowest, old, new))
    # What is not a rank stays: nothing, and the number of pipes that stands for a source.
    least = np.where((widest.narrowest < 0) | (widest.narrowest >= len(rank)), widest.narrowest, least)
    now = replace(widest, rank=rank, pipe_by_rank=order, narrowest=least)
    if not usable[pipe] or start[pipe] == end[pipe] or widest.position[start[pipe]] < 0:
        return now
    if widest.lower[pipe] != NOTHING:
        lost = pipe
        found = _widest_across(now, start, end, usable, int(widest.lower[pipe]))
    else:
        lost, found = _narrowest_between(now, int(start[pipe]), int(end[pipe])), pipe
        if lost == NOTHING or rank[lost] > new:
            return now
    return _exchanged(now, start, end, lost, found)


def _order_of(others: Ints, width: Array, names: Array, pipe: int) -> int:
    """Return how many other pipes are narrower, or as wide and of a smaller name."""
    wanted = (width[pipe], str(names[pipe]))
    low, high = 0, len(others)
    while low < high:
        middle = (low + high) // 2
        other = others[middle]
        if (width[other], str(names[other])) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def _shifted(rank: Ints, old: int, new: int) -> Ints:
    """Return ranks after that of one pipe was taken out at ``old`` and put in at ``new``."""
    without = rank - (rank > old)
    shifted: Ints = without + (without >= new)
    return shifted


def _below(widest: Widest, top: int) -> Flags:
    """Return which nodes hang on a node, itself among them."""
    flags: Flags = (widest.position >= widest.position[top]) & (widest.position < widest.stop[top])
    return flags


def _above(widest: Widest, node: int) -> Flags:
    """Return which nodes a node hangs on, itself among them."""
    at = widest.position[node]
    flags: Flags = (widest.position >= 0) & (widest.position <= at) & (at < widest.stop)
    return flags


def _widest_across(widest: Widest, start: Ints, end: Ints, usable: Flags, top: int) -> int:
    """Return the widest pipe between what hangs on a node and the rest."""
    below = _below(widest, top)
    across = np.flatnonzero(usable & (below[start] != below[end]))
    return int(across[np.argmax(widest.rank[across])])


def _pipe_above(widest: Widest) -> Ints:
    """Return the pipe of the tree above each node, NOTHING for none."""
    pipes = np.flatnonzero(widest.lower != NOTHING)
    above = np.full(len(widest.narrowest), NOTHING, dtype=np.int64)
    above[widest.lower[pipes]] = pipes
    return above


def _narrowest_between(widest: Widest, first: int, second: int) -> int:
    """Return the narrowest pipe on the way in the tree between two nodes, NOTHING where only sources lie."""
    between = _pipe_above(widest)[_above(widest, first) != _above(widest, second)]
    between = between[between != NOTHING]
    return int(between[np.argmin(widest.rank[between])]) if len(between) else NOTHING


def _exchanged(widest: Widest, start: Ints, end: Ints, lost: int, pipe_gained: int) -> Widest:
    """Return the tree with one pipe in place of another, and what hung below turned round."""
    top = int(widest.lower[lost])
    below = _below(widest, top)
    inside, outside = (start, end) if below[start[pipe_gained]] else (end, start)
    root, anchor = int(inside[pipe_gained]), int(outside[pipe_gained])
    above = _pipe_above(widest)
    # From the new top up to the old one: these hang the other way round afterwards.
    turned = np.flatnonzero(below & _above(widest, root))
    turned = turned[np.argsort(-widest.position[turned])]
    lower = widest.lower.copy()
    lower[lost] = NOTHING
    lower[above[turned[:-1]]] = turned[1:]
    lower[pipe_gained] = root
    above[turned[1:]] = above[turned[:-1]]
    above[root] = pipe_gained

    order = np.full(int((widest.position >= 0).sum()) + 1, NOTHING, dtype=np.int64)
    in_tree = np.flatnonzero(widest.position >= 0)
    order[widest.position[in_tree]] = in_tree
    size = widest.stop - widest.position
    subtree_size = int(size[top])
    pieces = [order[widest.position[root] : widest.stop[root]]]
    for inner, outer in zip(turned[:-1].tolist(), turned[1:].tolist()):
        pieces.append(order[widest.position[outer] : widest.position[inner]])
        pieces.append(order[widest.stop[inner] : widest.stop[outer]])
    block = np.concatenate(pieces)
    own = size.copy()
    own[_above(widest, top) & ~below] -= subtree_size
    own[_above(widest, anchor)] += subtree_size
    own[turned[1:]] = subtree_size - size[turned[:-1]]
    own[root] = subtree_size
    rest = np.delete(order, np.arange(widest.position[top], widest.stop[top]))
    at = int(np.flatnonzero(rest == anchor)[0]) + 1
    order = np.concatenate([rest[:at], block, rest[at:]])
    position = widest.position.copy()
    nodes = np.flatnonzero(order != NOTHING)
    position[order[nodes]] = nodes
    stop = np.where(position >= 0, position + own, widest.stop)
    moved = replace(widest, lower=lower, position=position, stop=stop)
    return replace(moved, narrowest=_narrowest_below(moved, start, end, block, above[block], anchor))


def _narrowest_below(widest: Widest, start: Ints, end: Ints, block: Ints, pipe: Ints, anchor: int) -> Ints:
    """Return the narrowest ranks, computed anew for nodes in preorder that hang on an anchor.

    ``pipe`` is the pipe of the tree above each of these nodes.
    """
    parent = np.where(start[pipe] == block, end[pipe], start[pipe])
    number = np.full(len(widest.narrowest), NOTHING, dtype=np.int64)
    number[block] = np.arange(len(block))
    jump = np.maximum(number[parent], 0)
    least = widest.rank[pipe]
    least[0] = min(int(least[0]), int(widest.narrowest[anchor]))
    while jump.any():
        least = np.minimum(least, least[jump])
        jump = jump[jump]
    least = np.minimum(least, least[0])
    narrowest = widest.narrowest.copy()
    narrowest[block] = least
    return narrowest
