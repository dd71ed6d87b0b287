"""Pieces of ground grouped to the fewest zones within limits, each connected, then the most compact.

Small graphs are solved exactly. Larger ones are merged greedily, the smallest zone with the neighbour of the
longest shared edge; then zones that lie beside each other are solved again exactly, a few at a time, as long
as that makes them better.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from waternet_plugin.core.drainage.zoning.ground import ZoneGround
from waternet_plugin.core.progress import SILENT, Progress

# Pieces up to which a graph is solved exactly.
MOST_EXACT = 12
# Pieces as which neighbouring zones are solved again.
_AGAIN = 12
_SAME = 1e-9

Group = tuple[int, ...]
# Area in zones that are too small, number of zones, sum of squared outlines over areas.
Price = tuple[float, int, float]


@dataclass(frozen=True)
class Fewest:
    """Groups of pieces, and whether fewer are proved to be impossible."""

    groups: tuple[Group, ...]
    proved: bool


@dataclass(frozen=True)
class _Graph:
    """Pieces with areas, outlines and neighbours."""

    area: Sequence[float]
    edge: Sequence[float]
    shared: Sequence[dict[int, float]]
    least: float
    most: float
    near: Sequence[frozenset[int]] = field(default=())

    @cached_property
    def masks(self) -> list[int]:
        """Neighbours of each piece as bits."""
        return [sum(1 << other for other in one) for one in self.near]

    def price(self, group: Group) -> Price:
        """Return what a group costs; those beyond the limit are not told apart."""
        area = math.fsum(self.area[one] for one in group)
        inside = set(group)
        outline = math.fsum(self.edge[one] for one in group) - math.fsum(
            length for one in group for other, length in self.shared[one].items() if other in inside
        )
        return (area if area < self.least - _SAME else 0.0, 1, outline * outline / area)

    def fits(self, area: float) -> bool:
        """Return whether an area is not too large."""
        return area <= self.most + _SAME

    def part(self, groups: Sequence[Group]) -> _Graph:
        """Return the graph whose pieces are groups of this one."""
        place = {one: number for number, group in enumerate(groups) for one in group}
        shared: list[dict[int, float]] = [{} for _group in groups]
        near: list[set[int]] = [set() for _group in groups]
        for number, group in enumerate(groups):
            for one in group:
                for other, length in self.shared[one].items():
                    there = place.get(other, number)
                    if there != number:
                        shared[number][there] = shared[number].get(there, 0.0) + length
                        if other in self.near[one]:
                            near[number].add(there)
        inner = [
            math.fsum(
                length for one in group for other, length in self.shared[one].items() if other in set(group)
            )
            for group in groups
        ]
        return _Graph(
            [math.fsum(self.area[one] for one in group) for group in groups],
            [math.fsum(self.edge[one] for one in group) - less for group, less in zip(groups, inner)],
            shared,
            self.least,
            self.most,
            [frozenset(one) for one in near],
        )


def fewest_zones(
    ground: ZoneGround,
    min_km2: float,
    max_km2: float,
    *,
    most_exact: int = MOST_EXACT,
    progress: Progress = SILENT,
) -> Fewest:
    """Return the groups that zones consist of.

    As little ground as possible lies in zones below ``min_km2``; then there are as few zones as possible;
    then their squared outlines over their areas have the least sum. Neighbours share enough of an edge and
    lie within the same boundary. A piece beyond ``max_km2`` is a group alone.

    Parameters
    ----------
    ground
        The pieces.
    min_km2, max_km2
        Limits of a zone.
    most_exact
        Pieces up to which a connected part is solved exactly.
    """
    graph = _graph(ground, min_km2, max_km2)
    groups: list[Group] = []
    proved = True
    for part in _parts(graph, range(len(ground))):
        found, sure = _solved(graph, part, most_exact, progress)
        groups += found
        proved &= sure
    return Fewest(tuple(sorted(tuple(sorted(group)) for group in groups)), proved)


def _graph(ground: ZoneGround, min_km2: float, max_km2: float) -> _Graph:
    shared: list[dict[int, float]] = [{} for _piece in range(len(ground))]
    near: list[set[int]] = [set() for _piece in range(len(ground))]
    area, district = ground.area_km2.tolist(), ground.district.tolist()
    for one, other, length in zip(ground.one.tolist(), ground.other.tolist(), ground.shared_m.tolist()):
        shared[one][other] = shared[other][one] = length
        alike = district[one] == district[other]
        small = max(area[one], area[other]) <= max_km2 + _SAME
        if length >= ground.least_edge_m and alike and small:
            near[one].add(other)
            near[other].add(one)
    return _Graph(area, ground.edge_m.tolist(), shared, min_km2, max_km2, [frozenset(one) for one in near])


def _parts(graph: _Graph, among: Iterable[int]) -> Iterator[Group]:
    """Yield the connected parts of some pieces."""
    left = set(among)
    while left:
        begin = min(left)
        part, waiting = {begin}, [begin]
        while waiting:
            new = (graph.near[waiting.pop()] & left) - part
            part |= new
            waiting += new
        left -= part
        yield tuple(sorted(part))


def _total(graph: _Graph, groups: Iterable[Group]) -> Price:
    prices = [graph.price(group) for group in groups]
    return (
        round(math.fsum(one[0] for one in prices), 9),
        len(prices),
        math.fsum(one[2] for one in prices),
    )


def _better(one: Price, other: Price) -> bool:
    return (one[0], one[1], one[2] * (1 + _SAME)) < (other[0], other[1], other[2])


def _solved(graph: _Graph, part: Group, most_exact: int, progress: Progress) -> tuple[list[Group], bool]:
    """Return the groups of a connected part, and whether they are the fewest for certain."""
    if len(part) <= most_exact:
        return _exact(graph, part), True
    groups = _improved(graph, _merged(graph, [(one,) for one in part]), progress)
    least = math.ceil(math.fsum(graph.area[one] for one in part) / graph.most - _SAME)
    return groups, len(groups) == least and _total(graph, groups)[0] == 0


def _exact(graph: _Graph, part: Group) -> list[Group]:
    """Return the best groups of a few pieces, by all ways to take out the first one that is left."""
    small = graph.part([(one,) for one in part])
    size = len(part)
    by_first: list[list[tuple[int, Price]]] = [[] for _one in part]
    for mask in _connected(small):
        group = tuple(one for one in range(size) if mask >> one & 1)
        by_first[group[0]].append((mask, small.price(group)))

    @lru_cache(maxsize=None)
    def best(left: int) -> tuple[Price, tuple[int, ...]]:
        if not left:
            return (0.0, 0, 0.0), ()
        first = (left & -left).bit_length() - 1
        found: tuple[Price, tuple[int, ...]] | None = None
        for mask, price in by_first[first]:
            if mask & left != mask:
                continue
            rest, masks = best(left ^ mask)
            total = (round(price[0] + rest[0], 9), price[1] + rest[1], price[2] + rest[2])
            if found is None or total < found[0]:
                found = total, (mask, *masks)
        assert found is not None
        return found

    masks = best((1 << size) - 1)[1]
    return [tuple(part[one] for one in range(size) if mask >> one & 1) for mask in masks]


def _connected(graph: _Graph) -> set[int]:
    """Return the connected sets of pieces that are not too large, as bits; each piece alone is one."""
    found = {1 << one for one in range(len(graph.area))}
    waiting = list(found)
    while waiting:
        mask = waiting.pop()
        inside = [one for one in range(len(graph.area)) if mask >> one & 1]
        area = math.fsum(graph.area[one] for one in inside)
        around = 0
        for one in inside:
            around |= graph.masks[one]
        around &= ~mask
        for other in range(len(graph.area)):
            wider = mask | 1 << other
            if around >> other & 1 and wider not in found and graph.fits(area + graph.area[other]):
                found.add(wider)
                waiting.append(wider)
    return found


def _merged(graph: _Graph, groups: Sequence[Group], at_most: int = 1) -> list[Group]:
    """Return groups of which the smallest was merged with its best neighbour, again and again.

    That neighbour shares the longest edge among those with which it is not too large. It ends where no two
    can be merged, or as many groups are left as there may be.
    """
    small = graph.part(groups)
    area = dict(enumerate(small.area))
    shared = {number: dict(one) for number, one in enumerate(small.shared)}
    near = {number: set(one) for number, one in enumerate(small.near)}
    members = dict(enumerate(groups))
    stuck: set[int] = set()
    while len(members) > at_most:
        free = [number for number in members if number not in stuck]
        if not free:
            break
        mine = min(free, key=lambda number: (area[number], number))
        fitting = [other for other in near[mine] if graph.fits(area[mine] + area[other])]
        if not fitting:
            stuck.add(mine)
            continue
        other = max(fitting, key=lambda number: (shared[mine].get(number, 0.0), -number))
        members[mine] += members.pop(other)
        area[mine] += area.pop(other)
        for third, length in shared.pop(other).items():
            shared[third].pop(other)
            if third != mine:
                shared[mine][third] = shared[third][mine] = shared[mine].get(third, 0.0) + length
        for third in near.pop(other):
            near[third].discard(other)
            if third != mine:
                near[mine].add(third)
                near[third].add(mine)
        stuck -= {mine, other, *near[mine]}
    return list(members.values())


def _improved(graph: _Graph, groups: list[Group], progress: Progress) -> list[Group]:
    """Return groups of which neighbouring ones were solved again until none gets better."""
    waiting = [frozenset(group) for group in groups]
    zones = set(waiting)
    while waiting:
        progress.at(0.0)
        begin = waiting.pop()
        if begin not in zones:
            continue
        for window in _windows(graph, zones, begin):
            before = [tuple(sorted(zone)) for zone in window]
            pieces = [piece for zone in before for piece in _cut(graph, zone, max(_AGAIN // len(before), 2))]
            coarse = graph.part(pieces)
            whole = tuple(range(len(pieces)))
            after = [
                tuple(one for number in group for one in pieces[number])
                for part in _parts(coarse, whole)
                for group in _exact(coarse, part)
            ]
            if _better(_total(graph, after), _total(graph, before)):
                zones -= set(window)
                new = [frozenset(group) for group in after]
                zones |= set(new)
                waiting += [zone for zone in _around(graph, zones, set().union(*new)) if zone not in new]
                waiting += new
                break
    return [tuple(sorted(zone)) for zone in zones]


def _around(graph: _Graph, zones: set[frozenset[int]], pieces: set[int]) -> list[frozenset[int]]:
    """Return the zones that border on some pieces or hold them, in a fixed order."""
    border = set(pieces).union(*(graph.near[one] for one in pieces))
    return sorted((zone for zone in zones if zone & border), key=min)


def _windows(
    graph: _Graph, zones: set[frozenset[int]], begin: frozenset[int]
) -> Iterator[tuple[frozenset[int], ...]]:
    """Yield a zone with one that borders on it, then with two where that may spare a zone or a small one."""
    area = {zone: math.fsum(graph.area[one] for one in zone) for zone in zones}
    beside = [zone for zone in _around(graph, zones, set(begin)) if zone != begin]
    for other in beside:
        yield begin, other
    seen = set()
    for other in beside:
        for third in _around(graph, zones, set(begin | other)):
            window = frozenset((begin, other, third))
            sizes = [area[zone] for zone in window]
            spares = math.fsum(sizes) <= 2 * graph.most + _SAME or min(sizes) < graph.least
            if len(window) == 3 and spares and window not in seen:
                seen.add(window)
                yield begin, other, third


def _cut(graph: _Graph, zone: Group, most: int) -> list[Group]:
    """Return a zone as a few pieces."""
    return _merged(graph, [(one,) for one in zone], most)
