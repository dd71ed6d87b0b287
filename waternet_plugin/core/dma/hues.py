"""Hues of zones on the map: of eight, so given that zones that touch each other are never alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from waternet_plugin.core.arrays import Array

if TYPE_CHECKING:
    # Styles read this module in a QGIS without packages.
    from waternet_plugin.core.dma.zone_tree import ZoneTree

# Hues of the palette.
HUES = 8


def touching(tree: ZoneTree, neighbours: Array) -> Array:
    """Return which zones touch on the map: neighbours, what holds them, and a zone and those in it.

    Parameters
    ----------
    tree
        The zones.
    neighbours
        Numbers of two zones whose own pipes border on each other (n, 2).

    Returns
    -------
    Numbers of two zones (m, 2), the smaller first, each pair once.
    """
    pairs = set()
    holders = [np.flatnonzero(tree.ancestors[:, number]).tolist() for number in range(tree.count)]
    for first, second in np.asarray(neighbours, dtype=np.int64).reshape(-1, 2).tolist():
        above = [set(holders[zone]) for zone in (first, second)]
        pairs |= {(a, b) for a in above[0] - above[1] for b in above[1] - above[0]}
    child = np.flatnonzero(tree.parent >= 0)
    pairs |= set(zip(tree.parent[child].tolist(), child.tolist()))
    ordered = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    return np.array(ordered, dtype=np.int64).reshape(-1, 2)


def given_hues(
    count: int,
    pairs: Iterable[Sequence[int]],
    given: Array | None = None,
    movable: Array | None = None,
) -> Array:
    """Return a hue from 1 to HUES for each zone; as given, unless zones that touch were alike.

    On a map, where hardly a zone touches all others, eight are always enough.

    Parameters
    ----------
    count
        Number of zones.
    pairs
        Numbers of two zones that touch.
    given
        Hues so far (count,), 0 or NaN for none; None for none at all.
    movable
        Zones whose hue may become another one where there is no other way (count,); None for all.
    """
    near: list[set[int]] = [set() for _ in range(count)]
    for first, second in pairs:
        if first != second:
            near[first].add(second)
            near[second].add(first)
    known = np.zeros(count) if given is None else np.nan_to_num(np.asarray(given, dtype=float))
    known = np.where((known >= 1) & (known <= HUES), known, 0).astype(np.int64)
    order = _last_the_loose(near)
    hues, is_alike = _filled(near, order, known)
    if is_alike:
        fixed = np.zeros_like(known) if movable is None else np.where(movable, 0, known)
        hues, _is_alike = _filled(near, order, fixed)
    return hues


def _last_the_loose(near: list[set[int]]) -> list[int]:
    """Return zones so that each has few neighbours before it: of a flat map five at most."""
    left = {zone: len(others) for zone, others in enumerate(near)}
    by_degree: list[set[int]] = [set() for _ in range(max(left.values(), default=0) + 1)]
    for zone, degree in left.items():
        by_degree[degree].add(zone)
    taken = []
    low = 0
    while left:
        low = max(low - 1, 0)
        while not by_degree[low]:
            low += 1
        zone = max(by_degree[low])
        by_degree[low].remove(zone)
        del left[zone]
        taken.append(zone)
        for other in near[zone]:
            if other in left:
                by_degree[left[other]].remove(other)
                left[other] -= 1
                by_degree[left[other]].add(other)
    return taken[::-1]


def _filled(near: list[set[int]], order: list[int], known: Array) -> tuple[Array, bool]:
    """Return hues in which what is known stays where it can, and whether zones that touch are alike."""
    hues = np.zeros(len(near), dtype=np.int64)
    used = np.zeros(HUES + 1, dtype=np.int64)
    is_alike = False
    for zone in np.flatnonzero(known).tolist():
        if known[zone] not in {int(hues[other]) for other in near[zone]}:
            hues[zone] = known[zone]
            used[hues[zone]] += 1
    for zone in order:
        if hues[zone]:
            continue
        taken = {int(hues[other]) for other in near[zone]}
        free = [hue for hue in range(1, HUES + 1) if hue not in taken]
        is_alike |= not free
        hues[zone] = min(free or range(1, HUES + 1), key=lambda hue: (used[hue], hue))
        used[hues[zone]] += 1
    return hues, is_alike
