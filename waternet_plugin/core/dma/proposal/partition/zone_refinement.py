"""Zones of a connected graph: halved on a coarse copy, improved on the way back to the finest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.proposal.partition.bisection import boundary_seeds, cut_cost, divided, halved
from waternet_plugin.core.dma.proposal.partition.two_way_moves import Division, SizeBounds
from waternet_plugin.core.dma.proposal.partition.weighted_graph import Hierarchy, PartitionGraph, coarsened
from waternet_plugin.core.progress import SILENT, Progress

_PER_ZONE = 24
_PATIENCE = 80
_PASSES = 4


@dataclass(frozen=True)
class Effort:
    """How much is tried.

    Parameters
    ----------
    cycles
        Times that the zones are made coarse and fine again.
    tries
        Starts of each half.
    recuts
        Times that each pair of neighbours is cut anew on the coarsest copy of each cycle.
    evenness
        Weighs uneven sizes of neighbours against cuts, see `Division.between`.
    """

    cycles: int = 3
    tries: int = 6
    recuts: int = 1
    evenness: float = 0.0


def zones_of(
    graph: PartitionGraph,
    count: int,
    bounds: SizeBounds,
    random: np.random.Generator,
    *,
    effort: Effort,
    progress: Progress = SILENT,
) -> Array:
    """Return the zone of each vertex of a connected graph.

    Parameters
    ----------
    count
        Number of zones.
    bounds
        Bounds of each zone. Where none can be found that keep them, the result breaks them.
    random
        Random choices.
    effort
        How much is tried.
    """
    if count == 1:
        return np.zeros(graph.size, dtype=np.int64)
    mean = float(graph.weight.sum()) / count
    levels = coarsened(graph, _PER_ZONE * count, mean, random)
    zone = divided(levels.graphs[-1], count, bounds, random, tries=effort.tries)
    zone = _improved(levels, zone, count, bounds, random, effort)
    for cycle in range(effort.cycles):
        progress.at((cycle + 1) / (effort.cycles + 1))
        levels = coarsened(graph, _PER_ZONE * count, mean, random, within=zone)
        better = _improved(levels, levels.coarse(zone), count, bounds, random, effort)
        if _mark(graph, better, count, bounds) <= _mark(graph, zone, count, bounds):
            zone = better
    return zone


def _mark(graph: PartitionGraph, zone: Array, count: int, bounds: SizeBounds) -> tuple[float, float]:
    size = np.bincount(zone, graph.weight, minlength=count)
    outside = np.maximum(np.maximum(bounds.least - size, size - bounds.most), 0.0).sum()
    return round(float(outside), 9), cut_cost(graph, zone)


def _improved(
    levels: Hierarchy,
    zone: Array,
    count: int,
    bounds: SizeBounds,
    random: np.random.Generator,
    effort: Effort,
) -> Array:
    """Return zones of the coarsest copy improved and led to the finest."""
    everywhere = [bounds] * count
    for level in range(len(levels.graphs) - 1, -1, -1):
        graph = levels.graphs[level]
        if level < len(levels.labels):
            zone = zone[levels.labels[level]]
        division = Division(graph, zone.tolist(), everywhere)
        division.make_connected()
        if level == len(levels.graphs) - 1:
            exchange(division, random)
            for _ in range(effort.recuts):
                recut(division, random)
        move_between_all(division, evenness=effort.evenness)
        zone = np.array(division.zone, dtype=np.int64)
    return zone


def move_between_all(division: Division, *, evenness: float = 0.0) -> None:
    """Move vertices between all pairs of neighbouring zones until nothing helps."""
    active: set[int] | None = None
    in_vain: dict[tuple[int, int], tuple[int, int]] = {}
    versions = division.versions
    for _ in range(_PASSES):
        moved: set[int] = set()
        for (a, b), seeds in boundary_seeds(division.graph, np.array(division.zone)).items():
            if active is not None and a not in active and b not in active:
                continue
            if in_vain.get((a, b)) == (versions[a], versions[b]):
                continue
            if division.between(a, b, seeds, patience=_PATIENCE, evenness=evenness):
                moved |= {a, b}
            else:
                in_vain[a, b] = (versions[a], versions[b])
        if not moved:
            break
        active = moved


def _members(division: Division) -> list[Array]:
    zone = np.array(division.zone)
    order = np.argsort(zone, kind="stable")
    return np.split(order, np.cumsum(np.bincount(zone, minlength=len(division.bounds)))[:-1])


def _connected(graph: PartitionGraph, zone: Array) -> bool:
    division = Division(graph, zone.tolist(), [SizeBounds(0.0, np.inf)] * 2)
    return all(
        len(division.pieces(number, np.flatnonzero(zone == number).tolist())) == 1 for number in (0, 1)
    )


def recut(division: Division, random: np.random.Generator) -> None:
    """Cut each pair of neighbouring zones anew and keep what is better."""
    now = np.array(division.zone)
    for a, b in boundary_seeds(division.graph, now):
        members = np.flatnonzero((now == a) | (now == b))
        part = division.graph.part(members)
        old = (now[members] == b).astype(np.int64)
        bound = division.bounds[a]
        new = halved(part, bound, random, tries=3)
        if _mark(part, new, 2, bound) < _mark(part, old, 2, bound) and _connected(part, new):
            for vertex, half in zip(members.tolist(), new.tolist()):
                division.move(vertex, b if half else a)
            now[members] = np.where(new == 1, b, a)


def exchange(division: Division, random: np.random.Generator) -> None:
    """Join two neighbours and halve a third zone, as long as that cuts less or mends sizes."""
    graph, bounds = division.graph, division.bounds[0]
    halves: dict[int, tuple[float, Array, Array]] = {}
    for _ in range(len(division.bounds)):
        zone = np.array(division.zone)
        members = _members(division)
        for number, rows in enumerate(members):
            if number in halves or division.size[number] < 2 * bounds.least or len(rows) < 2:
                continue
            part = graph.part(rows)
            half = halved(part, bounds, random, tries=3)
            good = _mark(part, half, 2, bounds)[0] == 0 and _connected(part, half)
            halves[number] = (cut_cost(part, half) if good else np.inf, rows, half)
        low, high = zone[graph.one], zone[graph.other]
        cut = low != high
        key = np.minimum(low, high)[cut] * len(members) + np.maximum(low, high)[cut]
        keys, row = np.unique(key, return_inverse=True)
        between = np.bincount(row, graph.cost[cut], minlength=len(keys))
        best: tuple[float, float, int, int, int] | None = None
        cheap = sorted((value[0], number) for number, value in halves.items() if np.isfinite(value[0]))
        for k, links in zip(keys.tolist(), between.tolist()):
            a, b = divmod(k, len(members))
            size = division.size[a] + division.size[b]
            mends = bounds.excess(division.size[a]) + bounds.excess(division.size[b]) - bounds.excess(size)
            for cost, third in cheap:
                if third in (a, b):
                    continue
                mark = (-(mends + bounds.excess(division.size[third])), cost - links, a, b, third)
                if best is None or mark < best:
                    best = mark
                break
        if best is None or best[:2] >= (0.0, -1e-9) or best[0] > 1e-9:
            break
        _gain, _cost, a, b, third = best
        for vertex in members[b].tolist():
            division.move(vertex, a)
        _links, rows, half = halves[third]
        for vertex in rows[half == 1].tolist():
            division.move(vertex, b)
        for number in (a, b, third):
            halves.pop(number, None)
