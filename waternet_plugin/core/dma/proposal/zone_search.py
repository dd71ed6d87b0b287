"""Zones of all parts of a network for one objective, within bounds or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.proposal.divisible_pipes import DivisiblePipes
from waternet_plugin.core.dma.proposal.partition.two_way_moves import SizeBounds
from waternet_plugin.core.dma.proposal.partition.weighted_graph import PartitionGraph
from waternet_plugin.core.dma.proposal.partition.zone_refinement import Effort, zones_of
from waternet_plugin.core.dma.proposal.zone_counts import ZoneCounts
from waternet_plugin.core.dma.proposal.zone_units import ZoneUnits, zone_units
from waternet_plugin.core.network.model.row_groups import gather, labels
from waternet_plugin.core.progress import Progress

NONE = -1
# From this number of units on, zones are improved once only.
_LARGE = 50_000
# Trees of pipes up to these shares of the largest zone stay whole, one attempt each: the largest ones are
# divided first where they stand in the way.
_TREE_SHARES = (1.0, 0.75, 0.5, 0.0, 0.0)


@dataclass(frozen=True)
class SearchTask:
    """What is divided.

    Parameters
    ----------
    pipes
        The pipes, ``F`` of them.
    size
        What each adds to its zone (F,).
    compound
        Compound of each (F,), -1 for none.
    counts
        Bounds and numbers of zones.
    """

    pipes: DivisiblePipes
    size: Array
    compound: Array
    counts: ZoneCounts

    def units(self, cut_ends: Array, *, tree_share: float = 1.0) -> ZoneUnits:
        """Return the units; cutting costs ``cut_ends`` (F, 2), trees up to a share of a zone stay whole."""
        bounds = self.counts.bounds
        return zone_units(
            self.pipes,
            self.size,
            self.compound,
            cut_ends,
            bounds.least,
            bounds.most,
            most_of_tree=tree_share * bounds.most,
        )


def search_zones(
    task: SearchTask,
    cut_ends: Array,
    seed: tuple[int, ...],
    *,
    effort: Effort,
    tight: SizeBounds | None,
    progress: Progress,
) -> tuple[ZoneUnits, Array] | None:
    """Return units and the zone of each, or None where no zones within bounds were found.

    Parameters
    ----------
    task
        What is divided.
    cut_ends
        What cutting each pipe at its first and last end costs (F, 2).
    seed
        Seed of the random choices.
    effort
        How much is tried.
    tight
        Closer bounds that are wished for; None for those of the task.
    """
    bounds = task.counts.bounds
    attempts = ((1.0, tight or bounds), *((share, bounds) for share in _TREE_SHARES))
    units, tree_share = None, 1.0
    # Each with other random choices.
    for number, (share, limits) in enumerate(attempts):
        if units is None or tree_share != share:
            units, tree_share = task.units(cut_ends, tree_share=share), share
        zone = _all_parts(task, units, limits, np.random.default_rng((*seed, number)), effort, progress)
        if keeps_rules(units.graph, zone, bounds, task.counts.count):
            return units, zone
    return None


def _all_parts(
    task: SearchTask,
    units: ZoneUnits,
    bounds: SizeBounds,
    random: np.random.Generator,
    effort: Effort,
    progress: Progress,
) -> Array:
    graph, pipes = units.graph, task.pipes
    part = np.zeros(graph.size, dtype=np.int64)
    part[units.vertex_unit[pipes.ends]] = pipes.part[:, None]
    part[units.pipe_unit] = pipes.part
    indptr, order = gather(part, pipes.part_count)
    zone = np.full(graph.size, NONE, dtype=np.int64)
    first, total = 0, max(task.counts.count, 1)
    if graph.size > _LARGE:
        effort = replace(effort, cycles=0, tries=min(effort.tries, 2))
    for number in np.flatnonzero(task.counts.parts).tolist():
        count = int(task.counts.parts[number])
        members = np.sort(order[indptr[number] : indptr[number + 1]])
        step = progress.part(first / total, (first + count) / total)
        zones = zones_of(graph.part(members), count, bounds, random, effort=effort, progress=step)
        zone[members] = first + zones
        first += count
        step.at(1.0)
    return zone


def keeps_rules(graph: PartitionGraph, zone: Array, bounds: SizeBounds, count: int) -> bool:
    """Return whether all zones are there, of one piece each and within bounds."""
    inside = zone >= 0
    size = np.bincount(zone[inside], graph.weight[inside], minlength=count)
    if len(size) != count or (size < bounds.least).any() or (size > bounds.most).any():
        return False
    joins = (zone[graph.one] == zone[graph.other]) & (zone[graph.one] >= 0)
    _, piece = labels(graph.size, graph.one[joins], graph.other[joins])
    return len(np.unique(piece[inside])) == count
