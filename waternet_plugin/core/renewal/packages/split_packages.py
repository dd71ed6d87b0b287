"""Cut stretches that are too long for one project into connected pieces."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array

_Adjacency = dict[int, list[tuple[int, int]]]


class _Stretch:
    """The graph of one stretch: its pipes are edges between vertices."""

    def __init__(self, ends: Array, length_m: Array) -> None:
        self.length = [float(length) for length in length_m]
        self.beside: _Adjacency = {}
        for pipe, (a, b) in enumerate(ends.tolist()):
            self.beside.setdefault(a, []).append((pipe, b))
            if a != b:
                self.beside.setdefault(b, []).append((pipe, a))

    def _farthest(self, start: int) -> int:
        """Return a vertex with the most pipes between it and ``start``."""
        seen, layer, last = {start}, [start], start
        while layer:
            last = min(layer)
            reached = {other for vertex in layer for _, other in self.beside[vertex]} - seen
            seen |= reached
            layer = sorted(reached)
        return last

    def _tree(self) -> tuple[list[int], dict[int, tuple[int, int]], dict[int, list[int]]]:
        """Return vertices in depth-first order, pipe and parent of each, and the pipes that close loops."""
        root = self._farthest(min(self.beside))
        order: list[int] = []
        above: dict[int, tuple[int, int]] = {}
        loops: dict[int, list[int]] = {}
        seen: set[int] = set()
        used: set[int] = set()
        stack = [(root, -1, -1)]
        while stack:
            vertex, pipe, parent = stack.pop()
            if vertex in seen:
                if pipe not in used:
                    used.add(pipe)
                    loops.setdefault(vertex, []).append(pipe)
                continue
            seen.add(vertex)
            order.append(vertex)
            if pipe >= 0:
                used.add(pipe)
                above[vertex] = (pipe, parent)
            stack.extend(
                (other, edge, vertex) for edge, other in reversed(self.beside[vertex]) if edge not in used
            )
        return order, above, loops

    def pieces(self, cap_m: float) -> list[list[int]]:
        """Return connected pieces of at most ``cap_m`` each (a longer pipe stands alone)."""
        order, above, loops = self._tree()
        bags: dict[int, list[list[int]]] = {}
        closed: list[list[int]] = []
        for vertex in reversed(order):
            items = bags.pop(vertex, []) + [[pipe] for pipe in loops.get(vertex, [])]
            bins = self._pack(items, cap_m)
            # All of them touch this vertex; the shortest may still grow towards the root.
            closed.extend(bins[:-1])
            rest = bins[-1] if bins else []
            if vertex not in above:
                closed.extend([rest] if rest else [])
                continue
            pipe, parent = above[vertex]
            if rest and self._total(rest) + self.length[pipe] > cap_m:
                closed.append(rest)
                rest = []
            bags.setdefault(parent, []).append([*rest, pipe])
        return closed

    def _total(self, pipes: list[int]) -> float:
        return math.fsum(self.length[pipe] for pipe in pipes)

    def _pack(self, items: list[list[int]], cap_m: float) -> list[list[int]]:
        """Put pieces that touch one vertex together, longest first; the shortest bin comes last."""
        bins: list[list[int]] = []
        for item in sorted(items, key=lambda pipes: (-self._total(pipes), pipes)):
            fitting = next((b for b in bins if self._total(b) + self._total(item) <= cap_m), None)
            if fitting is None:
                bins.append(list(item))
            else:
                fitting.extend(item)
        return sorted(bins, key=lambda pipes: (-self._total(pipes), pipes))


def _without_loose_ends(ends: Array, bad: Array) -> Array:
    """Return which pipes of a piece stay when sound pipes that lead nowhere are left out."""
    keep = np.ones(len(ends), dtype=bool)
    while True:
        degree = np.bincount(ends[keep].ravel(), minlength=int(ends.max()) + 1)
        loose = keep & ~bad & (degree[ends] == 1).any(axis=1)
        if not loose.any():
            return keep if bad.any() else np.zeros(len(ends), dtype=bool)
        keep &= ~loose


def cut(
    label: Array,
    ends: Array,
    bad: Array,
    length_m: Array,
    *,
    max_length_m: float,
) -> Array:
    """Return new numbers of stretches, none longer than ``max_length_m``; -1 for pipes in none.

    A stretch is cut into pieces of about equal length. Sound pieces that no longer lie between bad ones
    are left out. A single pipe longer than the limit stays whole.

    Parameters
    ----------
    label
        Stretch of each pipe, -1 for none.
    ends
        Vertices of the pipes, n x 2.
    bad
        Which pipes are to be renewed.
    length_m
        Lengths, metres.
    max_length_m
        Greatest length of a piece.
    """
    result = label.copy()
    inside = np.flatnonzero(label >= 0)
    totals = np.bincount(label[inside], weights=length_m[inside])
    following = len(totals)
    order = inside[np.argsort(label[inside], kind="stable")]
    starts = np.searchsorted(label[order], np.arange(len(totals) + 1))
    for stretch in np.flatnonzero(totals > max_length_m):
        rows = order[starts[stretch] : starts[stretch + 1]]
        count = math.ceil(totals[stretch] / max_length_m)
        cap = min(max_length_m, totals[stretch] / count + float(length_m[rows].max()))
        local = pd.factorize(ends[rows].ravel())[0].reshape(-1, 2)
        pieces = _Stretch(local, length_m[rows]).pieces(cap)
        for piece in sorted(sorted(pipes) for pipes in pieces):
            members = rows[piece]
            stays = _without_loose_ends(local[piece], bad[members])
            result[members] = np.where(stays, following, -1)
            following += 1
    has_part = result >= 0
    result[has_part] = pd.factorize(result[has_part])[0]
    return result
